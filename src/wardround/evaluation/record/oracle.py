"""The right answers to questions about one record, computed from its raw JSON by docs/record-questions.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record import concepts
from wardround.evaluation.record.asked import Asked, Expected, Thing
from wardround.evaluation.record.days import Day, day_of, within
from wardround.evaluation.record.entries import entries_of
from wardround.evaluation.record.raw import Bundle, Entry, Json, Person, bundle_of, person_of

_LONG_AGO: Final = date(1900, 1, 1)


@dataclass(frozen=True)
class RawRecord:
    """One patient's entries as the raw bundle has them; `today` is the last day on which anything was recorded."""

    person: Person
    entries: tuple[Entry, ...]
    today: date
    _grouped: dict[str, list[list[Entry]]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, whole: Json) -> RawRecord:
        """Read a bundle. Raises ValueError where it does not hold exactly one patient."""
        bundle: Bundle = bundle_of(whole)
        person = person_of(bundle)
        found = entries_of(bundle)
        days = [e.recorded for e in found if e.recorded] + [e.start.last for e in found if e.start]
        today = max(days, default=person.birth.last if person.birth else _LONG_AGO)
        return cls(person, tuple(_dated(e, today) for e in found), today)

    def of_kind(self, kind: str, known: date | None = None) -> list[Entry]:
        """The entries of a kind, with `known` only those recorded by then."""
        return [e for e in self.entries if e.kind == kind and _is_known(e, known, self.today)]

    def about(self, thing: Thing, known: date | None = None) -> list[Entry]:
        """The entries that a thing means: by code, by words, or all of the kind."""
        entries = self.of_kind(thing.kind, known)
        if thing.concept is not None:
            return concepts.coded(entries, *thing.concept)
        if thing.words is not None:
            return concepts.called(entries, thing.words, thing.kind)
        return entries

    def groups(self, kind: str) -> list[list[Entry]]:
        """The entries of a kind, concept by concept."""
        if kind not in self._grouped:
            self._grouped[kind] = concepts.grouped(self.of_kind(kind))
        return self._grouped[kind]


def _dated(entry: Entry, today: date) -> Entry:
    """What must have a start, and says none at all, starts today, when it is read."""
    if entry.start is not None or entry.kind not in ("problem", "allergy"):
        return entry
    return Entry(
        entry.kind,
        entry.codings,
        entry.text,
        entry.displays,
        day_of(today.isoformat()),
        entry.end,
        entry.standing,
        today,
        criticality=entry.criticality,
    )


def _is_known(entry: Entry, known: date | None, today: date) -> bool:
    return known is None or (entry.recorded or today) <= known


def dated(entries: Iterable[Entry], asked: Asked | None = None) -> list[tuple[Day, Entry]]:
    """Those with a start, by moment; of a windowed question only those in the window."""
    since, until = (asked.since, asked.until) if asked else (None, None)
    found = [(e.start, e) for e in entries if e.start is not None and within(e.start, since, until)]
    return sorted(found, key=lambda one: one[0].moment)


def first_of(entries: Iterable[Entry]) -> Day | None:
    """The day of the earliest entry."""
    ranked = dated(entries)
    return ranked[0][0] if ranked else None


Answering = Callable[[RawRecord, Asked], Expected]


def answer(record: RawRecord, asked: Asked) -> Expected:
    """The right answer. Raises KeyError for an ask that docs/record-questions.md does not have."""
    return _answering()[asked.ask](record, asked)


def asks() -> tuple[str, ...]:
    """All that can be asked."""
    return tuple(_answering())


def _answering() -> Mapping[str, Answering]:
    from wardround.evaluation.record import answers_general, answers_periods, answers_series, answers_values

    return MappingProxyType(
        {
            **answers_values.ANSWERS,
            **answers_series.ANSWERS,
            **answers_general.ANSWERS,
            **answers_periods.ANSWERS,
        }
    )
