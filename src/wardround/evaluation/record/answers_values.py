"""The oracle on single values of a result: last, first, n-th, at a date, before and after an event, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record import concepts
from wardround.evaluation.record.asked import NOTHING, Asked, Expected
from wardround.evaluation.record.days import Day
from wardround.evaluation.record.measures import converted
from wardround.evaluation.record.oracle import RawRecord, dated, first_of
from wardround.evaluation.record.raw import Entry, Value

Moment = list[tuple[Day, Entry]]


def moments(record: RawRecord, asked: Asked) -> list[Moment]:
    """The dated entries asked about, together where they share a moment, earliest first."""
    found = dated(record.about(asked.about, asked.known), asked)
    return [list(group) for _, group in groupby(found, key=lambda one: one[0].moment)]


def loinc(entry: Entry) -> list[str]:
    """The codes of an entry, for units that hang on what was measured."""
    return [code for _, code in entry.codings]


def said(group: Moment | None, asked: Asked) -> Expected:
    """What the entries of one moment say: the value, or the different values as a list."""
    if not group:
        return NOTHING
    values: list[Value] = []
    for _, entry in group:
        value = _shown(entry, asked.unit)
        if value is None:
            return NOTHING
        if value not in values:
            values.append(value)
    units = {asked.unit or entry.unit for _, entry in group}
    unit = units.pop() if len(units) == 1 else None
    day = min(day.text for day, _ in group)
    ranked: tuple[Value, ...] = tuple(sorted(values, key=rank))
    return Expected(ranked[0] if len(ranked) == 1 else ranked, unit, day)


def rank(value: Value | None) -> tuple[int, float, str]:
    """Numbers before words."""
    return (1, 0.0, value) if isinstance(value, str) else (0, float(value or 0), "")


def _shown(entry: Entry, unit: str | None) -> Value | None:
    value = entry.value
    if isinstance(value, float) and unit is not None:
        value = converted(value, entry.unit, unit, loinc(entry))
    if isinstance(value, float) and entry.comparator:
        return f"{entry.comparator}{value:.15g}"
    return value


def _last(record: RawRecord, asked: Asked) -> Expected:
    return said(next(iter(moments(record, asked)[-1:]), None), asked)


def _first(record: RawRecord, asked: Asked) -> Expected:
    return said(next(iter(moments(record, asked)), None), asked)


def _nth(record: RawRecord, asked: Asked) -> Expected:
    ranked = moments(record, asked)
    at = asked.n or 1
    return said(ranked[at - 1], asked) if at <= len(ranked) else NOTHING


def _nth_last(record: RawRecord, asked: Asked) -> Expected:
    ranked = moments(record, asked)
    at = asked.n or 1
    return said(ranked[-at], asked) if at <= len(ranked) else NOTHING


def _picked(record: RawRecord, asked: Asked, fits: Callable[[Day], bool], at: int) -> Expected:
    """Of the moments whose entries fit, the first (0) or the last (-1)."""
    fitting = [kept for group in moments(record, asked) if (kept := [one for one in group if fits(one[0])])]
    return said(fitting[at], asked) if fitting else NOTHING


def _on_or_before(record: RawRecord, asked: Asked) -> Expected:
    day = asked.on or record.today
    return _picked(record, asked, lambda d: d.last <= day, -1)


def _on_the_day(record: RawRecord, asked: Asked) -> Expected:
    day = asked.on or record.today
    return _picked(record, asked, lambda d: d.first == d.last == day, -1)


def _after(record: RawRecord, asked: Asked) -> Expected:
    day = asked.on or record.today
    return _picked(record, asked, lambda d: d.first > day, 0)


def event_day(record: RawRecord, asked: Asked) -> date | None:
    """The first day of the other thing; None where it never was."""
    if asked.other is None:
        return None
    found = first_of(record.about(asked.other, asked.known))
    return found.first if found else None


def _before_event(record: RawRecord, asked: Asked) -> Expected:
    event = event_day(record, asked)
    return NOTHING if event is None else _picked(record, asked, lambda d: d.last < event, -1)


def _after_event(record: RawRecord, asked: Asked) -> Expected:
    event = event_day(record, asked)
    return NOTHING if event is None else _picked(record, asked, lambda d: d.first > event, 0)


def _unit(record: RawRecord, asked: Asked) -> Expected:
    units = sorted({e.unit for e in record.about(asked.about, asked.known) if e.unit})
    if not units:
        return NOTHING
    return Expected(units[0] if len(units) == 1 else tuple(units))


def _texts(record: RawRecord, asked: Asked) -> list[Entry]:
    return [e for e in record.about(asked.about, asked.known) if isinstance(e.value, str)]


def _reading(entries: Sequence[Entry], text: str | None) -> list[Entry]:
    return [e for e in entries if concepts.normal(str(e.value)) == concepts.normal(text or "")]


def _first_day_of_value(record: RawRecord, asked: Asked) -> Expected:
    found = dated(_reading(_texts(record, asked), asked.text), asked)
    return Expected(found[0][0].text) if found else NOTHING


def _count_of_value(record: RawRecord, asked: Asked) -> Expected:
    found = _reading(_texts(record, asked), asked.text)
    return Expected(len(dated(found, asked)) if asked.windowed else len(found))


def _values_seen(record: RawRecord, asked: Asked) -> Expected:
    return Expected(tuple(sorted({str(e.value) for e in _texts(record, asked)})))


ANSWERS: Final = MappingProxyType(
    {
        "last_value": _last,
        "converted_value": _last,
        "first_value": _first,
        "nth_value": _nth,
        "nth_last_value": _nth_last,
        "value_at": _on_or_before,
        "value_on": _on_the_day,
        "next_value": _after,
        "value_before_event": _before_event,
        "value_after_event": _after_event,
        "unit_of": _unit,
        "first_day_of_value": _first_day_of_value,
        "count_of_value": _count_of_value,
        "values_seen": _values_seen,
    }
)
