"""Numbers of a result in one unit, and what is computed of them: mean, trend, change, thresholds. Units are never mixed."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from wardround.clinical import LOINC, Quantity, UnitError, convert
from wardround.memory.asking.entries import Entry, by_moment
from wardround.memory.asking.question import Answer, Question

_YEAR = 365.25
_STEADY = 0.05
"""A change of no more than this share of the mean is none."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A selection's numbers in order of time, all in `unit`. `mixed`: some cannot be brought into that unit."""

    unit: str | None
    pairs: tuple[tuple[Entry, float], ...] = ()
    mixed: bool = False

    @property
    def values(self) -> list[float]:
        return [value for _, value in self.pairs]

    def ids(self) -> tuple[str, ...]:
        return facts_of(entry for entry, _ in self.pairs)


def facts_of(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The facts on which an answer rests that rests on these entries."""
    return tuple(fact for entry in entries for fact in entry.facts)


def plain(entry: Entry) -> Quantity | None:
    """The entry's number, where it is one and not only a bound."""
    return entry.value if isinstance(entry.value, Quantity) and entry.value.comparator is None else None


def numbers(entries: Sequence[Entry], unit: str | None) -> Numbers:
    """The numbers among these entries in the unit asked for, else in that of the latest."""
    found = [(entry, number) for entry in entries if (number := plain(entry)) is not None]
    if not found:
        return Numbers(unit)
    if unit is None:
        latest = by_moment(found[-1][0])
        unit = min(number.unit for entry, number in found if by_moment(entry) == latest)
    pairs = [(entry, into(number, unit, entry)) for entry, number in found]
    kept = tuple((entry, value) for entry, value in pairs if value is not None)
    return Numbers(unit, kept, mixed=len(kept) != len(pairs))


def into(quantity: Quantity, unit: str, entry: Entry) -> float | None:
    """The number in another unit, by what was measured where mass becomes substance; None where it cannot be said."""
    if quantity.unit == unit:
        return quantity.value
    loinc = sorted(code for system, code in entry.codes if system == LOINC)
    for analyte in (*loinc, None):
        try:
            return convert(quantity, unit, analyte).value
        except UnitError:
            continue
    return None


Computation = Callable[[Numbers, Question], Answer]


def _statistic(of: Callable[[list[float]], float]) -> Computation:
    def computed(found: Numbers, _: Question) -> Answer:
        return Answer(of(found.values), found.unit or None, None, found.ids())

    return computed


def _reached(extreme: Callable[[Iterable[float]], float]) -> Computation:
    """The first day on which the highest or the lowest was reached."""

    def computed(found: Numbers, _: Question) -> Answer:
        wanted = extreme(found.values)
        entry = next(entry for entry, value in found.pairs if _same(value, wanted) and entry.day)
        return Answer(entry.day, facts=entry.facts)

    return computed


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))


def _line(found: Numbers, _: Question) -> tuple[float, float, float] | None:
    """Slope per year of the least-squares line, the years from first to last, and the mean of what it is drawn through."""
    points = [(day, value) for entry, value in found.pairs if (day := entry.full_day) is not None]
    if len({day for day, _ in points}) < 2:
        return None
    start = min(day for day, _ in points)
    years = [(day - start).days / _YEAR for day, _ in points]
    values = [value for _, value in points]
    slope = statistics.linear_regression(years, values).slope
    return slope, max(years), statistics.fmean(values)


def _slope(found: Numbers, question: Question) -> Answer:
    line = _line(found, question)
    return Answer(None) if line is None else Answer(line[0], f"{found.unit}/a", None, found.ids())


def _trend(found: Numbers, question: Question) -> Answer:
    line = _line(found, question)
    if line is None:
        return Answer(None)
    slope, years, mean = line
    change, steady = slope * years, _STEADY * abs(mean)
    said = "rising" if change > steady else "falling" if change < -steady else "steady"
    return Answer(said, facts=found.ids())


def ends(found: Numbers) -> tuple[tuple[Entry, float], tuple[Entry, float]] | None:
    """The first and the last number; None where they are of one moment, or a moment has several."""
    moments = [list(pairs) for _, pairs in groupby(found.pairs, key=lambda pair: pair[0].moment)]
    if len(moments) < 2 or any(len({value for _, value in moments[at]}) > 1 for at in (0, -1)):
        return None
    return moments[0][0], moments[-1][0]


def _change(found: Numbers, _: Question) -> Answer:
    both = ends(found)
    if both is None:
        return Answer(None)
    (first, before), (last, after) = both
    return Answer(after - before, found.unit or None, None, facts_of((first, last)))


def _percent_change(found: Numbers, _: Question) -> Answer:
    both = ends(found)
    if both is None or both[0][1] == 0:
        return Answer(None)
    (first, before), (last, after) = both
    return Answer(100 * (after - before) / abs(before), "%", None, facts_of((first, last)))


def _beyond(question: Question, value: float) -> bool:
    assert question.than is not None
    return value > question.than if "above" in question.ask else value < question.than


def _passing(found: Numbers, question: Question) -> list[Entry]:
    return [entry for entry, value in found.pairs if _beyond(question, value)]


def _count_beyond(found: Numbers, question: Question) -> Answer:
    passing = _passing(found, question)
    return Answer(len(passing), None, None, facts_of(passing))


def _ever_beyond(found: Numbers, question: Question) -> Answer:
    passing = _passing(found, question)
    return Answer(bool(passing), None, None, facts_of(passing))


def _day_beyond(found: Numbers, question: Question) -> Answer:
    passing = _passing(found, question)
    if not passing:
        return Answer(None)
    entry = passing[-1 if question.ask.startswith("last") else 0]
    return Answer(entry.day, facts=entry.facts)


COMPUTATIONS: dict[str, tuple[Computation, Answer]] = {
    "mean": (_statistic(statistics.fmean), Answer(None)),
    "median": (_statistic(statistics.median), Answer(None)),
    "minimum": (_statistic(min), Answer(None)),
    "maximum": (_statistic(max), Answer(None)),
    "spread": (_statistic(lambda values: max(values) - min(values)), Answer(None)),
    "maximum_day": (_reached(max), Answer(None)),
    "minimum_day": (_reached(min), Answer(None)),
    "slope": (_slope, Answer(None)),
    "trend": (_trend, Answer(None)),
    "change": (_change, Answer(None)),
    "percent_change": (_percent_change, Answer(None)),
    "count_above": (_count_beyond, Answer(0)),
    "count_below": (_count_beyond, Answer(0)),
    "ever_above": (_ever_beyond, Answer(False)),
    "ever_below": (_ever_beyond, Answer(False)),
    "first_above": (_day_beyond, Answer(None)),
    "first_below": (_day_beyond, Answer(None)),
    "last_above": (_day_beyond, Answer(None)),
}
"""Each computation, and the answer where there is no number."""


def computed(question: Question, entries: Sequence[Entry]) -> Answer:
    """A computation over the numbers of a window. Null where they cannot all be brought into one unit."""
    inside = [entry for entry in entries if entry.moment and entry.within(question.since, question.until)]
    found = numbers(inside, question.unit)
    compute, nothing = COMPUTATIONS[question.ask]
    if found.mixed:
        units = ", ".join(sorted({number.unit or "no unit" for e in inside if (number := plain(e))}))
        return Answer(None, note=f"The values are in units that cannot be brought into one: {units}.")
    return compute(found, question) if found.pairs else nothing


def days_apart(one: date | None, other: date | None) -> int | None:
    """Days between two days, never negative; None where either is not known to the day."""
    return None if one is None or other is None else abs((one - other).days)
