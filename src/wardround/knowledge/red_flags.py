"""Red flags: which fire on what is known, and which are begun, so that the planner asks what would complete them.

Unknown never fires a flag and never silences one: an unanswered `none` does not hold it back.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wardround.knowledge.evidence import Evidence
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.schema import Limit, RedFlag
from wardround.knowledge.strata import may_hold

_URGENCY: Final = {"minutes": 0, "hours": 1, "day": 2}


@dataclass(frozen=True, slots=True)
class PossibleRedFlag:
    """A flag that is begun and not excluded. `ask` are the ids that would settle it, the flag's own order."""

    flag: RedFlag
    ask: tuple[str, ...]
    missing: int
    """How many more must be found present for it to fire."""


def red_flags_present(base: KnowledgeBase, evidence: Evidence) -> tuple[RedFlag, ...]:
    """Every flag that fires, in the order of the base."""
    present = _present(evidence)
    patterns = _patterns(base)
    touched = patterns.touched(present, evidence)
    return tuple(
        patterns.flags[i].flag for i in sorted(touched) if _fires(patterns.flags[i], present, evidence)
    )


def possible_red_flags(base: KnowledgeBase, evidence: Evidence) -> tuple[PossibleRedFlag, ...]:
    """Flags partly met and not excluded, the nearest to firing first, then the more urgent."""
    present = _present(evidence)
    patterns = _patterns(base)
    begun = (patterns.flags[i] for i in patterns.touched(present, evidence))
    found = [p for pattern in begun if (p := _possible(pattern, present, evidence)) is not None]
    return tuple(sorted(found, key=lambda p: (p.missing, _URGENCY[p.flag.act_within], p.flag.id)))


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A flag with its ids as sets."""

    flag: RedFlag
    all: frozenset[str]
    any: frozenset[str]
    none: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Patterns:
    flags: tuple[_Pattern, ...]
    by_id: Mapping[str, tuple[int, ...]]
    """Flags by what may begin or complete them."""

    def touched(self, present: set[str], evidence: Evidence) -> set[int]:
        """The flags of which anything is present or measured."""
        found: set[int] = set()
        for slug in present:
            found.update(self.by_id.get(slug, ()))
        for slug, value in evidence.findings.items():
            if value is not True and value is not False:
                found.update(self.by_id.get(slug, ()))
        for slug in evidence.analytes:
            found.update(self.by_id.get(slug, ()))
        return found


@functools.lru_cache(maxsize=16)
def _patterns(base: KnowledgeBase) -> _Patterns:
    flags = tuple(
        _Pattern(f, frozenset(f.all), frozenset(f.any), frozenset(f.none)) for f in base.content.red_flags
    )
    places: dict[str, list[int]] = {}
    for i, pattern in enumerate(flags):
        for slug in pattern.all | pattern.any | {limit.of for limit in pattern.flag.limits}:
            places.setdefault(slug, []).append(i)
    return _Patterns(flags, {slug: tuple(at) for slug, at in places.items()})


def _present(evidence: Evidence) -> set[str]:
    """What is known to be there: findings, positive tests, conditions on the record."""
    found = {slug for slug, value in evidence.findings.items() if value is True}
    found.update(slug for slug, value in evidence.tests.items() if value)
    found |= evidence.known_conditions
    return found


def _beyond(limit: Limit, evidence: Evidence) -> bool | None:
    value = evidence.findings.get(limit.of)
    if value is None:
        value = evidence.analytes.get(limit.of)
    if value is None or isinstance(value, bool):
        return None
    return (limit.below is not None and value < limit.below) or (
        limit.above is not None and value > limit.above
    )


def _fires(pattern: _Pattern, present: set[str], evidence: Evidence) -> bool:
    flag = pattern.flag
    return (
        pattern.all <= present
        and (not pattern.any or len(pattern.any & present) >= flag.at_least)
        and pattern.none.isdisjoint(present)
        and (not flag.limits or any(_beyond(limit, evidence) for limit in flag.limits))
        and may_hold(flag.who, evidence.age, evidence.sex, evidence.pregnant)
    )


def _possible(pattern: _Pattern, present: set[str], evidence: Evidence) -> PossibleRedFlag | None:
    flag = pattern.flag

    def absent(slug: str) -> bool:
        return evidence.findings.get(slug) is False or evidence.tests.get(slug) is False

    limits = [_beyond(limit, evidence) for limit in flag.limits]
    open_all = [slug for slug in flag.all if slug not in present]
    open_any = [slug for slug in flag.any if slug not in present and not absent(slug)]
    short = max(0, flag.at_least - len(pattern.any & present)) if flag.any else 0
    unmet = bool(limits) and True not in limits
    missing = len(open_all) + short + unmet
    excluded = (
        any(absent(slug) for slug in open_all)
        or short > len(open_any)
        or (unmet and None not in limits)
        or not pattern.none.isdisjoint(present)
        or not may_hold(flag.who, evidence.age, evidence.sex, evidence.pregnant)
    )
    begun = True in limits or not present.isdisjoint(pattern.all | pattern.any)
    if not begun or excluded or not missing:
        return None
    ask = open_all + (open_any if short else [])
    if unmet:
        ask += [limit.of for limit, state in zip(flag.limits, limits, strict=True) if state is None]
    return PossibleRedFlag(flag, tuple(s for s in dict.fromkeys(ask) if s not in evidence.unsure), missing)
