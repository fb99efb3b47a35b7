"""The oracle on many values of a result: lists, means, extremes, trends, thresholds, intervals, two results together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record import concepts, measures
from wardround.evaluation.record.answers_values import event_day, loinc, moments, rank
from wardround.evaluation.record.asked import NOTHING, Asked, Expected
from wardround.evaluation.record.days import Day
from wardround.evaluation.record.oracle import Answering, RawRecord, dated
from wardround.evaluation.record.raw import Entry

Point = tuple[Day, float]
Numbers = tuple[list[Point], str | None]


def numbers(entries: Sequence[tuple[Day, Entry]], unit: str | None) -> Numbers | None:
    """The plain numbers in one unit, by moment; None where one of them can't be written in it."""
    plain = [(d, e) for d, e in entries if isinstance(e.value, float) and not e.comparator]
    if not plain:
        return [], unit
    latest = max(d.moment for d, _ in plain)
    unit = unit or min((e.unit or "" for d, e in plain if d.moment == latest)) or None
    found: list[Point] = []
    for day, entry in plain:
        value = measures.converted(float(str(entry.value)), entry.unit, unit, loinc(entry))
        if value is None:
            return None
        found.append((day, value))
    return found, unit


def _converted(record: RawRecord, asked: Asked) -> Numbers | None:
    return numbers(dated(record.about(asked.about, asked.known), asked), asked.unit)


def _chosen(record: RawRecord, asked: Asked) -> Numbers:
    return _converted(record, asked) or ([], None)


def _over(compute: Callable[[list[float]], float]) -> Answering:
    def computed(record: RawRecord, asked: Asked) -> Expected:
        points, one = _chosen(record, asked)
        return Expected(compute([y for _, y in points]), one) if points else NOTHING

    return computed


def _extreme(pick: Callable[[list[float]], float]) -> Answering:
    def reached(record: RawRecord, asked: Asked) -> Expected:
        points, _ = _chosen(record, asked)
        if not points:
            return NOTHING
        wanted = pick([y for _, y in points])
        return Expected(next(d.text for d, y in points if y == wanted))

    return reached


def _all_values(record: RawRecord, asked: Asked) -> Expected:
    found: list[tuple[str | float | bool, str | None]] = []
    for group in moments(record, asked):
        values = [
            (f"{e.comparator}{e.value:.15g}" if e.comparator else e.value, e.unit)
            for _, e in group
            if e.value is not None
        ]
        found.extend(sorted(values, key=lambda one: rank(one[0])))
    units = {unit for _, unit in found}
    return Expected(tuple(value for value, _ in found), units.pop() if len(units) == 1 else None)


def _full(points: Sequence[Point]) -> list[tuple[date, float]]:
    return [(day.first, y) for day, y in points if day.full]


def _trend(record: RawRecord, asked: Asked) -> Expected:
    points = _full(_chosen(record, asked)[0])
    moved = measures.fitted_change(points) if points else None
    if moved is None:
        return NOTHING
    change, steady = moved
    return Expected("rising" if change > steady else "falling" if change < -steady else "steady")


def _slope(record: RawRecord, asked: Asked) -> Expected:
    points = _full(_chosen(record, asked)[0])
    return Expected(measures.slope(points)) if points else NOTHING


def _ends(record: RawRecord, asked: Asked) -> tuple[float, float, str | None] | None:
    """The first and the last number, where each moment has but one."""
    points, unit = _chosen(record, asked)
    days = sorted({d.moment for d, _ in points})
    if len(days) < 2:
        return None
    first, last = ({y for d, y in points if d.moment == at} for at in (days[0], days[-1]))
    if len(first) != 1 or len(last) != 1:
        return None
    return first.pop(), last.pop(), unit


def _change(record: RawRecord, asked: Asked) -> Expected:
    ends = _ends(record, asked)
    return Expected(ends[1] - ends[0], ends[2]) if ends else NOTHING


def _percent(record: RawRecord, asked: Asked) -> Expected:
    ends = _ends(record, asked)
    return Expected(100 * (ends[1] - ends[0]) / abs(ends[0])) if ends and ends[0] else NOTHING


def _beyond(record: RawRecord, asked: Asked, sign: int) -> list[Point] | None:
    """The numbers above (1) or below (-1) the threshold; None where a number can't be brought to its unit."""
    than, found = asked.than or 0.0, _converted(record, asked)
    return None if found is None else [(d, y) for d, y in found[0] if sign * (y - than) > 0]


def _count(sign: int) -> Answering:
    def count(record: RawRecord, asked: Asked) -> Expected:
        found = _beyond(record, asked, sign)
        return NOTHING if found is None else Expected(len(found))

    return count


def _ever(sign: int) -> Answering:
    def ever(record: RawRecord, asked: Asked) -> Expected:
        found = _beyond(record, asked, sign)
        return NOTHING if found is None else Expected(bool(found))

    return ever


def _day(sign: int, at: int) -> Answering:
    def day(record: RawRecord, asked: Asked) -> Expected:
        found = _beyond(record, asked, sign)
        return Expected(found[at][0].text) if found else NOTHING

    return day


def _days(record: RawRecord, asked: Asked) -> list[Day]:
    return [group[0][0] for group in moments(record, asked)]


def _last_interval(record: RawRecord, asked: Asked) -> Expected:
    days = _days(record, asked)[-2:]
    return Expected((days[1].first - days[0].first).days) if len(days) == 2 and _all_full(days) else NOTHING


def _all_full(days: Sequence[Day]) -> bool:
    return all(day.full for day in days)


def _longest_gap(record: RawRecord, asked: Asked) -> Expected:
    days = _days(record, asked)
    if len(days) < 2 or not _all_full(days):
        return NOTHING
    return Expected(max((b.first - a.first).days for a, b in pairwise(days)))


def _since_last(record: RawRecord, asked: Asked) -> Expected:
    days = _days(record, asked)
    if not days or not days[-1].full:
        return NOTHING
    return Expected(abs(((asked.on or record.today) - days[-1].first).days))


def _over_event(record: RawRecord, asked: Asked) -> Expected:
    event = event_day(record, asked)
    if event is None:
        return NOTHING
    groups = moments(record, asked)
    before = [kept for g in groups if (kept := [one for one in g if one[0].last < event])][-1:]
    after = [kept for g in groups if (kept := [one for one in g if one[0].first > event])][:1]
    if not before or not after:
        return NOTHING
    found = numbers([*before[0], *after[0]], asked.unit)
    if found is None:
        return NOTHING
    earlier = {y for d, y in found[0] if d.last < event}
    later = {y for d, y in found[0] if d.first > event}
    if len(earlier) != 1 or len(later) != 1:
        return NOTHING
    return Expected(later.pop() - earlier.pop(), found[1])


def _mean_since(record: RawRecord, asked: Asked) -> Expected:
    event = event_day(record, asked)
    if event is None:
        return NOTHING
    entries = [(d, e) for d, e in dated(record.about(asked.about, asked.known)) if d.first >= event]
    found = numbers(entries, asked.unit)
    return Expected(measures.mean([y for _, y in found[0]]), found[1]) if found and found[0] else NOTHING


def _count_since(record: RawRecord, asked: Asked) -> Expected:
    event = event_day(record, asked)
    if event is None:
        return NOTHING
    return Expected(sum(d.first >= event for d, _ in dated(record.about(asked.about, asked.known))))


def _together(record: RawRecord, asked: Asked) -> Expected:
    if asked.other is None:
        return NOTHING
    both = [
        {d.first for d, _ in dated(record.about(thing, asked.known)) if d.full}
        for thing in (asked.about, asked.other)
    ]
    return Expected(len(both[0] & both[1]))


def _later(record: RawRecord, asked: Asked) -> Expected:
    things = [record.about(thing, asked.known) for thing in (asked.about, asked.other) if thing]
    latest = [max((d.moment for d, _ in dated(entries)), default=None) for entries in things]
    there = [(at, concepts.name_of(entries)) for at, entries in zip(latest, things, strict=True) if at]
    if len(there) == 2 and there[0][0] == there[1][0]:
        return Expected("both")
    return Expected(max(there)[1]) if there else NOTHING


def _tests_on(record: RawRecord, asked: Asked) -> Expected:
    day = asked.on or record.today
    return Expected(
        tuple(
            sorted(
                concepts.name_of(group)
                for group in record.groups("result")
                if any(d.first == d.last == day for d, _ in dated(group))
            )
        )
    )


ANSWERS: Final = MappingProxyType(
    {
        "values_between": _all_values,
        "mean": _over(measures.mean),
        "median": _over(measures.median),
        "minimum": _over(min),
        "maximum": _over(max),
        "spread": _over(lambda ys: max(ys) - min(ys)),
        "maximum_day": _extreme(max),
        "minimum_day": _extreme(min),
        "trend": _trend,
        "slope": _slope,
        "change": _change,
        "percent_change": _percent,
        "count_above": _count(1),
        "count_below": _count(-1),
        "ever_above": _ever(1),
        "ever_below": _ever(-1),
        "first_above": _day(1, 0),
        "first_below": _day(-1, 0),
        "last_above": _day(1, -1),
        "interval_last_two": _last_interval,
        "longest_gap": _longest_gap,
        "days_since": _since_last,
        "change_over_event": _over_event,
        "mean_since_event": _mean_since,
        "count_since_event": _count_since,
        "days_together": _together,
        "later_of": _later,
        "tests_on": _tests_on,
    }
)
