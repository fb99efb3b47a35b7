"""The brief: what a visit must know at the door. Allergies, current drugs, problems, latest values, last summaries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from wardround.clinical import Fact
from wardround.memory.conflicts import denies_all
from wardround.memory.timeline import concept_key, is_over, is_stop, known_on

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


def brief_of(facts: Iterable[Fact], on: date) -> Brief:
    """Pick from all of one patient's facts what was true, and known, on this day."""
    known = known_on(facts, on)
    current = [f for f in known if f.status == "active" and not is_over(f, on) and not denies_all(f)]
    return Brief(
        allergies=_latest(current, "allergy"),
        drugs=_latest(current, "drug"),
        problems=_latest(current, "problem"),
        values=_latest(known, "result")[:MAX_VALUES],
        findings=_latest(current, "finding")[:MAX_VALUES],
        summaries=tuple(sorted(_of(known, "summary"), key=lambda f: f.recorded, reverse=True))[:LAST_VISITS],
        allergies_known=any(f.kind == "allergy" for f in known) or _settled(known, "allergies"),
        drugs_known=any(f.kind == "drug" for f in current)
        or any(is_stop(f) for f in known)
        or _settled(known, "drugs"),
    )


def _of(facts: Iterable[Fact], kind: str) -> list[Fact]:
    return [f for f in facts if f.kind == kind]


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
    return (concept_key(fact), fact.detail) if fact.kind == "allergy" else concept_key(fact)


def _when(fact: Fact) -> datetime:
    return fact.valid_from.earliest() if fact.valid_from else fact.recorded
