"""Red flags: which fire on what is known, and which are begun, so that the planner asks what would complete them.

Unknown never fires a flag and never silences one: an unanswered `none` does not hold it back.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from wardround.knowledge.evidence import Evidence
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.schema import Limit, RedFlag
from wardround.knowledge.strata import may_hold


@dataclass(frozen=True, slots=True)
class PossibleRedFlag:
    """A flag that is begun and not excluded. `ask` are the ids that would settle it, the flag's own order."""

    flag: RedFlag
    ask: tuple[str, ...]
    missing: int
    """How many more must be found present for it to fire."""


def red_flags_present(base: KnowledgeBase, evidence: Evidence) -> tuple[RedFlag, ...]:
    """Every flag that fires, in the order of the base."""
    index = _index(base)
    touched: set[int] = set()
    for known in (evidence.findings, evidence.tests, evidence.analytes):
        for slug, value in known.items():
            if value is not False:
                touched.update(index.get(slug, ()))
    for slug in evidence.known_conditions:
        touched.update(index.get(slug, ()))
    if not touched:
        return ()
    flags = base.content.red_flags
    return tuple(flags[i] for i in sorted(touched) if _fires(flags[i], evidence))


def possible_red_flags(base: KnowledgeBase, evidence: Evidence) -> tuple[PossibleRedFlag, ...]:
    """Flags partly met and not excluded, the nearest to firing first, then the more urgent."""
    found = [p for flag in base.content.red_flags if (p := _possible(flag, evidence)) is not None]
    urgency = {"minutes": 0, "hours": 1, "day": 2}
    return tuple(sorted(found, key=lambda p: (p.missing, urgency[p.flag.act_within], p.flag.id)))


@functools.lru_cache(maxsize=16)
def _index(base: KnowledgeBase) -> Mapping[str, tuple[int, ...]]:
    """Flags by what may complete them."""
    places: dict[str, list[int]] = {}
    for i, flag in enumerate(base.content.red_flags):
        for slug in dict.fromkeys((*flag.all, *flag.any, *(limit.of for limit in flag.limits))):
            places.setdefault(slug, []).append(i)
    return {slug: tuple(flags) for slug, flags in places.items()}


def _state(slug: str, evidence: Evidence) -> bool | None:
    """True, False, or None where nobody knows."""
    value = evidence.findings.get(slug)
    if value is None:
        value = evidence.tests.get(slug)
    if value is None:
        return True if slug in evidence.known_conditions else None
    return value if isinstance(value, bool) else None


def _beyond(limit: Limit, evidence: Evidence) -> bool | None:
    value = evidence.findings.get(limit.of)
    if value is None:
        value = evidence.analytes.get(limit.of)
    if value is None or isinstance(value, bool):
        return None
    return (limit.below is not None and value < limit.below) or (limit.above is not None and value > limit.above)


def _fires(flag: RedFlag, evidence: Evidence) -> bool:
    if not may_hold(flag.who, evidence.age, evidence.sex, evidence.pregnant):
        return False
    if not all(_state(slug, evidence) for slug in flag.all):
        return False
    if flag.any and sum(_state(slug, evidence) is True for slug in flag.any) < flag.at_least:
        return False
    if any(_state(slug, evidence) for slug in flag.none):
        return False
    return not flag.limits or any(_beyond(limit, evidence) for limit in flag.limits)


def _possible(flag: RedFlag, evidence: Evidence) -> PossibleRedFlag | None:
    if not may_hold(flag.who, evidence.age, evidence.sex, evidence.pregnant):
        return None
    all_, any_ = ([_state(slug, evidence) for slug in slugs] for slugs in (flag.all, flag.any))
    limits = [_beyond(limit, evidence) for limit in flag.limits]
    begun = True in all_ or True in any_ or True in limits
    short = max(0, flag.at_least - any_.count(True)) if flag.any else 0
    missing = all_.count(None) + short + (0 if not limits or True in limits else 1)
    excluded = (
        False in all_
        or short > any_.count(None)
        or (bool(limits) and not any(x is not False for x in limits))
        or any(_state(slug, evidence) for slug in flag.none)
    )
    if not begun or excluded or not missing:
        return None
    ask = [slug for slug, state in zip(flag.all, all_, strict=True) if state is None]
    if short:
        ask += [slug for slug, state in zip(flag.any, any_, strict=True) if state is None]
    if limits and True not in limits:
        ask += [limit.of for limit, state in zip(flag.limits, limits, strict=True) if state is None]
    return PossibleRedFlag(flag, tuple(s for s in dict.fromkeys(ask) if s not in evidence.unsure), missing)
