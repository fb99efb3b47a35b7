"""The oracle on what lasts: which problems and drugs were active on a day, when they ended, how long; allergies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record import concepts
from wardround.evaluation.record.asked import NOTHING, Asked, Expected
from wardround.evaluation.record.oracle import RawRecord, dated, first_of
from wardround.evaluation.record.raw import Entry


def state(entry: Entry, day: date) -> bool | None:
    """Active on the day, not active, or None: the record does not say."""
    start, end = entry.start, entry.end
    if start is None or start.first > day or (end is not None and end.last < day):
        return False
    if start.last > day:
        return None
    if end is not None:
        return True if day <= end.first else None
    return True if entry.standing or start.first == start.last == day else None


def _stands(entry: Entry, day: date) -> bool:
    return entry.standing if entry.kind == "allergy" else state(entry, day) is True


def _active_on(record: RawRecord, asked: Asked) -> Expected:
    day = asked.on or record.today
    states = [state(e, day) for e in record.about(asked.about)]
    return Expected(True if True in states else None if None in states else False)


def _active(record: RawRecord, kind: str, day: date) -> tuple[str, ...]:
    groups = record.groups(kind)
    return tuple(sorted(concepts.name_of(g) for g in groups if any(_stands(e, day) for e in g)))


def _active_names(record: RawRecord, asked: Asked) -> Expected:
    return Expected(_active(record, asked.about.kind, asked.on or record.today))


def _active_count(record: RawRecord, asked: Asked) -> Expected:
    return Expected(len(_active(record, asked.about.kind, asked.on or record.today)))


def _active_at_event(record: RawRecord, asked: Asked) -> Expected:
    first = first_of(record.about(asked.other)) if asked.other else None
    return Expected(_active(record, asked.about.kind, first.first)) if first and first.full else NOTHING


def _latest(entries: Iterable[Entry]) -> list[Entry]:
    ranked = dated(entries)
    return [e for d, e in ranked if d.moment == ranked[-1][0].moment]


def _ended(record: RawRecord, asked: Asked) -> Expected:
    ends = [e.end for e in _latest(record.about(asked.about)) if e.end]
    return Expected(max(ends, key=lambda d: (d.last, d.moment)).text) if ends else NOTHING


def _duration(record: RawRecord, asked: Asked) -> Expected:
    found: list[int] = []
    for entry in _latest(record.about(asked.about)):
        if entry.start is None or not entry.start.full:
            continue
        if entry.end is not None and entry.end.full:
            found.append(abs((entry.end.first - entry.start.first).days))
        elif entry.end is None and entry.standing:
            found.append(abs(((asked.on or record.today) - entry.start.first).days))
    return Expected(max(found)) if found else NOTHING


def _any_active(record: RawRecord, asked: Asked) -> Expected:
    return Expected(any(e.standing for e in record.of_kind("allergy")))


def _criticality(record: RawRecord, asked: Asked) -> Expected:
    stated = [e for e in record.about(asked.about) if e.criticality]
    latest = _latest(stated)
    return Expected(min(str(e.criticality) for e in latest)) if latest else NOTHING


ANSWERS: Final = MappingProxyType(
    {
        "active_on": _active_on,
        "active_names": _active_names,
        "active_count": _active_count,
        "active_at_event": _active_at_event,
        "ended_day": _ended,
        "duration": _duration,
        "any_active": _any_active,
        "criticality": _criticality,
    }
)
