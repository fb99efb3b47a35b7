"""Contradictions between what stands: found, named, and closed only by a decision. Until then the safer account holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Literal

from wardround.clinical import Fact
from wardround.memory.timeline import Naming, known_on, same_concept

Why = Literal["denied", "value", "onset"]
Decision = Literal["first", "second", "both", "raised"]
DECISIONS: tuple[Decision, ...] = ("first", "second", "both", "raised")
LASTING = ("allergy", "drug", "problem", "finding", "social", "directive")
NONE_AT_ALL = re.compile(
    r"^\s*(?:no(?:t any)?(?: known)?(?: drug| food| environmental| medication)? allerg|nkd?a\b|denies (?:any )?allerg"
    r"|no (?:current |regular )?(?:medication|medicine|drug)s?\b|(?:没有|无)(?:已知)?过敏)",
    re.I,
)
"""Words that deny a whole kind: no known allergies, no medicines."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two accounts that cannot both be right. `first` is the one that holds until it is settled: of a denied
    allergy the allergy, of two values the one that stands longer. `raised`: handed to a physician, not settled yet."""

    id: str
    why: Why
    first: Fact
    second: Fact
    raised: bool = False

    @property
    def kind(self) -> str:
        """The kind of fact that it is about."""
        return self.first.kind

    @property
    def grave(self) -> bool:
        """Whether the wrong choice can harm: allergies and drugs."""
        return self.first.kind in ("allergy", "drug")

    def words(self) -> str:
        """Both sides as a sentence."""
        first, second = self.first, self.second
        sides = f"{_said(first)} says {_of(first)}; {_said(second)} says {_of(second)}"
        return f"{first.concept.text}: {sides}"


def denies(fact: Fact) -> bool:
    """Whether a fact says that something is not so: refuted on its own account, or none of its kind at all."""
    return fact.status == "refuted" or denies_all(fact)


def denies_all(fact: Fact) -> bool:
    """Whether a fact denies its whole kind: no known allergies, no medicines."""
    return fact.kind in ("allergy", "drug") and bool(NONE_AT_ALL.search(fact.concept.text))


def conflicts(facts: Sequence[Fact], on: date, naming: Naming | None = None) -> tuple[Conflict, ...]:
    """The open contradictions of one patient on a day, graver ones first, then in the order of writing."""
    known = known_on(facts, on)
    decided = {str(f.value): decision_of(f) for f in known if f.kind == "settlement"}
    found: dict[str, Conflict] = {}
    for conflict in _all(known, naming):
        decision = decided.get(conflict.id)
        if decision not in ("first", "both"):  # what lost to the second and is said anew is open anew
            found.setdefault(conflict.id, replace(conflict, raised=decision == "raised"))
    return tuple(sorted(found.values(), key=lambda c: not c.grave))


def decision_of(settlement: Fact) -> Decision | None:
    """What a settlement fact decided."""
    return next((d for d in DECISIONS if settlement.detail.startswith(f"{d}:")), None)


def _all(known: list[Fact], naming: Naming | None) -> Iterator[Conflict]:
    for kind in LASTING:
        alike = [f for f in known if f.kind == kind]
        yes = [f for f in alike if f.status == "active" and not denies(f)]
        no = [f for f in alike if denies(f)]
        for said in yes:
            for denied in no:
                about = denies_all(denied) or same_concept(said.concept, denied.concept, kind, naming)
                if about and not _came_later(said, denied) and not _ended_by_then(said, denied):
                    yield _conflict("denied", said, denied)
        if kind == "problem":
            yield from _onsets(yes, naming)
    yield from _values([f for f in known if f.kind == "result"], naming)


def _came_later(said: Fact, denied: Fact) -> bool:
    """Whether what is said began after it was denied: it was true then, and both are right."""
    began = said.valid_from
    return began is not None and began.earliest().date() > denied.recorded.date()


def _ended_by_then(said: Fact, denied: Fact) -> bool:
    """Whether it had ended before it was denied."""
    return said.valid_to is not None and said.valid_to.latest().date() <= denied.recorded.date()


def _onsets(problems: Sequence[Fact], naming: Naming | None) -> Iterator[Conflict]:
    """Two sources of different kinds that date the beginning of one problem apart."""
    for one, other in combinations(problems, 2):
        if one.source.kind == other.source.kind or not (one.valid_from and other.valid_from):
            continue
        if "fhir" not in (one.source.kind, other.source.kind):
            continue
        apart = one.valid_from.overlaps(other.valid_from) is False
        spoken = one if one.source.kind != "fhir" else other
        if apart and spoken.detail.startswith("since") and _same(one, other, naming):
            yield _conflict("onset", one, other)


def _values(results: Sequence[Fact], naming: Naming | None) -> Iterator[Conflict]:
    """Two sources of different kinds that give one measurement at one moment two values."""
    at: dict[object, list[Fact]] = {}
    for fact in results:
        if fact.valid_from is not None and fact.value is not None:
            at.setdefault(fact.valid_from, []).append(fact)
    for together in at.values():
        for one, other in combinations(together, 2):
            kinds = {one.source.kind, other.source.kind}
            if len(kinds) == 2 and one.value != other.value and _same(one, other, naming):
                yield _conflict("value", one, other)


def _same(one: Fact, other: Fact, naming: Naming | None) -> bool:
    return same_concept(one.concept, other.concept, one.kind, naming)


def _conflict(why: Why, first: Fact, second: Fact) -> Conflict:
    """Named after what it is about, not after the two facts: told again it is the same conflict, settled once."""
    about = sorted([first.concept.text.casefold(), second.concept.text.casefold()])
    moment = [first.valid_from.iso() if first.valid_from else ""] if why == "value" else []
    said = "\x1f".join([first.patient_id, why, first.kind, *about, *moment])
    return Conflict(f"conflict-{hashlib.sha256(said.encode()).hexdigest()[:16]}", why, first, second)


_WHO = {"fhir": "the record", "document": "a document", "event": "a visit"}


def _said(fact: Fact) -> str:
    return f"{_WHO[fact.source.kind]} ({fact.recorded.date().isoformat()})"


def _of(fact: Fact) -> str:
    if denies_all(fact):
        return f"“{fact.concept.text}”"
    if fact.status == "refuted":
        return "no"
    since = f", since {fact.valid_from.iso()}" if fact.valid_from else ""
    value = getattr(fact.value, "value", fact.value)
    what = "yes" if value in (None, True) else str(value)
    detail = f" ({fact.detail})" if fact.detail else ""
    return f"{what}{since}{detail}"


def open_ids(found: Iterable[Conflict]) -> frozenset[str]:
    """The ids of conflicts that nobody has settled or raised."""
    return frozenset(c.id for c in found if not c.raised)
