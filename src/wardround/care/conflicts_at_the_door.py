"""What memory finds contradictory, and what drugs did before, as observations at the door, beside the facts of the brief."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from wardround.care.clinic import Clinic
from wardround.care.disputes import dispute_to_json
from wardround.care.remembering import SEVERE, causes_of, slug_of
from wardround.harness import EventRef, Observed
from wardround.memory import Brief, Conflict, Statement

MOST_AT_THE_DOOR = 12
"""So many contradictions come in at once, those that can harm first; the others wait for the next visit."""
LASTING = ("allergy", "drug", "problem", "finding")
Said = tuple[tuple[Observed, tuple[EventRef, ...]], ...]


def conflict_observations(
    clinic: Clinic,
    conflicts: Iterable[Conflict],
    standing: Iterable[Statement] = (),
    audience: Callable[[Conflict], tuple[str, ...]] = lambda _: (),
) -> Said:
    """One observation for each contradiction; `standing` tells which other facts say the same as either side, and
    `audience` which roles may see both (empty: all)."""
    found = list(conflicts)[:MOST_AT_THE_DOOR]
    same = accounts_of(standing) if found else {}
    return tuple((_observed(clinic, one, same, audience(one)), _causes(one)) for one in found)


def _observed(
    clinic: Clinic, one: Conflict, same: Mapping[str, tuple[str, ...]], audience: tuple[str, ...]
) -> Observed:
    return Observed("memory", {"kind": "conflict", "conflict": _as_json(clinic, one, same)}, audience)


def _as_json(clinic: Clinic, one: Conflict, same: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    first = one.first
    said = f"{first.detail} {first.concept.text}".lower()
    severe = first.kind == "allergy" and any(word in said for word in SEVERE)
    return dispute_to_json(one, same, slug_of(clinic.base, first.concept, first.kind), severe)


def _causes(one: Conflict) -> tuple[EventRef, ...]:
    return tuple(dict.fromkeys((*causes_of(one.first), *causes_of(one.second))))


def accounts_of(standing: Iterable[Statement]) -> dict[str, tuple[str, ...]]:
    """By fact, all facts that say the same, where there are several."""
    found: dict[str, tuple[str, ...]] = {}
    for statement in standing:
        if len(statement.facts) > 1:
            ids = tuple(fact.id for fact in statement.facts)
            found |= dict.fromkeys(ids, ids)
    return found


def account_observations(brief: Brief, standing: Iterable[Statement]) -> Said:
    """Which other facts say the same as those of the brief, so that a decision about one is about them all."""
    wanted = {fact.id for fact in brief.facts if fact.kind in LASTING}
    same = {one: list(ids) for one, ids in accounts_of(standing).items() if one in wanted}
    return ((Observed("memory", {"kind": "accounts", "accounts": same}), ()),) if same else ()
