"""The brief: what a visit must know at the door. Allergies, current drugs, problems, latest values, last summaries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from wardround.clinical import Fact

LAST_VISITS = 3
MAX_VALUES = 40


@dataclass(frozen=True, slots=True)
class Brief:
    """Each part newest first. `allergies_known` and `drugs_known`: whether memory settles them, be it as none."""

    allergies: tuple[Fact, ...]
    drugs: tuple[Fact, ...]
    problems: tuple[Fact, ...]
    values: tuple[Fact, ...]
    findings: tuple[Fact, ...]
    summaries: tuple[Fact, ...]
    allergies_known: bool
    drugs_known: bool

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All of it, in the order in which it is read."""
        return (*self.allergies, *self.drugs, *self.problems, *self.values, *self.findings, *self.summaries)


def known_on(facts: Iterable[Fact], on: date) -> list[Fact]:
    """What stood on this day of one patient's facts, in the order of writing: corrections count from when they came.

    A record that was read again gives its resources' newer state; the older state of the same statement is left out.
    """
    recorded = [f for f in facts if f.recorded.date() <= on]
    replaced = {f.supersedes for f in recorded if f.supersedes}
    newest = {_origin(f): f.id for f in recorded}
    ended = _ended(recorded)
    return [
        f
        for place, f in enumerate(recorded)
        if f.id not in replaced
        and newest[_origin(f)] == f.id
        and f.status != "entered-in-error"
        and not (f.kind == "drug" and _ends(ended.get(_statement(f)), place, f))
    ]


def _ended(recorded: list[Fact]) -> dict[object, tuple[int, Fact]]:
    """Where, of each drug that a visit stopped, the last such word stands: it ends every earlier account of the drug,
    not only the one that it supersedes."""
    by_id = {f.id: f for f in recorded}
    ended: dict[object, tuple[int, Fact]] = {}
    for place, fact in enumerate(recorded):
        if _is_stop(fact):
            before = by_id.get(fact.supersedes or "")
            for one in (fact, before) if before is not None else (fact,):
                ended[_statement(one)] = (place, fact)
    return ended


def _is_stop(fact: Fact) -> bool:
    """Whether a fact is a visit's word that a drug ended, or is being lowered to nothing."""
    stopped = fact.status == "resolved" or fact.supersedes is not None
    return fact.kind == "drug" and fact.source.kind == "event" and stopped


def _ends(stop: tuple[int, Fact] | None, place: int, fact: Fact) -> bool:
    return (
        stop is not None
        and place < stop[0]
        and (fact.source.encounter or "") != (stop[1].source.encounter or "")
    )


def _origin(fact: Fact) -> object:
    """The statement of one resource of a record; a fact from anywhere else stands for itself."""
    return (fact.kind, fact.source.reference, _statement(fact)) if fact.source.kind == "fhir" else fact.id


def brief_of(facts: Iterable[Fact], on: date) -> Brief:
    """Pick from all of one patient's facts what was true, and known, on this day."""
    known = known_on(facts, on)
    current = [f for f in known if f.status == "active" and not _over(f, on)]
    return Brief(
        allergies=_latest(current, "allergy"),
        drugs=_latest(current, "drug"),
        problems=_latest(current, "problem"),
        values=_latest(known, "result")[:MAX_VALUES],
        findings=_latest(current, "finding")[:MAX_VALUES],
        summaries=tuple(sorted(_of(known, "summary"), key=lambda f: f.recorded, reverse=True))[:LAST_VISITS],
        allergies_known=any(f.kind == "allergy" for f in known) or _settled(known, "allergies"),
        drugs_known=any(f.kind == "drug" for f in current)
        or any(_is_stop(f) for f in known)
        or _settled(known, "drugs"),
    )


def _of(facts: Iterable[Fact], kind: str) -> list[Fact]:
    return [f for f in facts if f.kind == kind]


def _over(fact: Fact, on: date) -> bool:
    """Whether it had ended before this day; an end that cannot be compared has not."""
    return fact.valid_to is not None and fact.valid_to.latest().date() < on


def _settled(facts: Iterable[Fact], topic: str) -> bool:
    """Whether somebody asked and was told: none."""
    return any(f.kind == "social" and f.value is True and f.concept.text == f"{topic} asked" for f in facts)


def _latest(facts: Iterable[Fact], kind: str) -> tuple[Fact, ...]:
    """One fact for each statement, the latest by when it was true, newest first."""
    latest: dict[object, Fact] = {}
    for fact in sorted(_of(facts, kind), key=_when):
        latest[_statement(fact)] = fact
    return tuple(sorted(latest.values(), key=_when, reverse=True))


def _statement(fact: Fact) -> object:
    """What makes two facts the same statement. Two accounts of one allergy are two: the milder must not hide the graver."""
    codes = frozenset((c.system, c.code) for c in fact.concept.codings)
    said = codes or fact.concept.text.lower()
    return (said, fact.detail) if fact.kind == "allergy" else said


def _when(fact: Fact) -> datetime:
    return fact.valid_from.earliest() if fact.valid_from else fact.recorded
