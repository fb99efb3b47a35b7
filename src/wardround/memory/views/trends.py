"""Laboratory trends: per analyte the last value, the range and the slope, in one unit. Units are never mixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from wardround.clinical import LOINC, Fact, PartialDate, Quantity, UnitError, convert
from wardround.memory.timeline import Statement, same_concept
from wardround.memory.views.entries import quantity_words
from wardround.memory.vocabulary import Vocabulary, shipped

YEAR_SECONDS = 365.25 * 86_400
DIGITS = 6
"""Significant digits of what is computed."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value with when it was measured, in the trend's unit. `as_said` is what the record has."""

    when: str
    value: float
    as_said: str
    fact: str


@dataclass(frozen=True, slots=True)
class Apart:
    """A value that cannot stand in the trend, and why: another unit, a limit (<5), no date, words."""

    when: str | None
    as_said: str
    why: str
    fact: str


@dataclass(frozen=True, slots=True)
class Trend:
    """`slope` is by least squares over the points, in `unit` a year; None where all were on one day, or there is one.

    `n` counts the points; `low` and `high` are their range. `apart` is shown and not counted.
    """

    name: str
    slug: str | None
    unit: str
    n: int
    first: Point | None
    last: Point | None
    low: float | None
    high: float | None
    slope: float | None
    points: tuple[Point, ...]
    apart: tuple[Apart, ...]

    def line(self) -> str:
        """The trend in one line."""
        if self.last is None:
            return f"{self.name}: no value with a date; {len(self.apart)} apart"
        unit = f" {self.unit}" if self.unit not in ("", "1") else ""
        said = [f"{self.name}: last {self.last.value:g}{unit} ({self.last.when[:10]})"]
        if self.n > 1:
            said.append(f"range {self.low:g} to {self.high:g}, n={self.n}")
        if self.slope is not None:
            said.append(f"{self.slope:+.3g}{unit} a year")
        if self.apart:
            said.append(f"{len(self.apart)} apart")
        return ", ".join(said)


def trends(
    statements: Iterable[Statement],
    *,
    vocabulary: Vocabulary | None = None,
    least: int = 1,
) -> tuple[Trend, ...]:
    """A trend for each measured quantity of at least so many values, by name."""
    words = vocabulary or shipped()
    results = [s.fact for s in statements if s.fact.kind == "result" and s.fact.status == "active"]
    groups = [g for g in _groups(results, words) if any(isinstance(f.value, Quantity) for f in g)]
    made = [trend_of(group, words) for group in groups]
    return tuple(sorted((t for t in made if t.n + len(t.apart) >= least), key=lambda t: t.name.casefold()))


def trend_of(facts: Sequence[Fact], vocabulary: Vocabulary) -> Trend:
    """The trend of results of one quantity."""
    slug = next((s for s in (vocabulary.meaning(f).slug for f in facts) if s), None)
    base, measured = vocabulary.base, slug if slug and slug.startswith("analyte.") else _loinc_of(facts)
    known = base.analytes.get(slug or "") or base.findings.get(slug or "")
    unit = _unit_for(facts, known.unit if known is not None else None, measured)
    points: list[tuple[datetime, Point]] = []
    apart: list[Apart] = []
    for fact in facts:
        value, why = _in_unit(fact, unit, measured)
        if value is None or fact.valid_from is None:
            apart.append(_apart(fact, why))
        else:
            at = moment(fact.valid_from)
            points.append((at, Point(fact.valid_from.iso(), value, _said(fact), fact.id)))
    points.sort(key=lambda p: p[0])
    return _trend(known.name if known else facts[-1].concept.text, slug, unit, points, apart)


def _trend(
    name: str, slug: str | None, unit: str, points: list[tuple[datetime, Point]], apart: list[Apart]
) -> Trend:
    values = [point.value for _, point in points]
    return Trend(
        name=name,
        slug=slug,
        unit=unit,
        n=len(points),
        first=points[0][1] if points else None,
        last=points[-1][1] if points else None,
        low=min(values, default=None),
        high=max(values, default=None),
        slope=slope([at for at, _ in points], values),
        points=tuple(point for _, point in points),
        apart=tuple(apart),
    )


def slope(times: Sequence[datetime], values: Sequence[float]) -> float | None:
    """Change a year by least squares: sum((t - mt)(y - my)) / sum((t - mt)^2). None without two different times."""
    if len(values) < 2:
        return None
    start = times[0]
    years = [(at - start).total_seconds() / YEAR_SECONDS for at in times]
    mean_t, mean_y = sum(years) / len(years), sum(values) / len(values)
    spread = sum((t - mean_t) ** 2 for t in years)
    if spread == 0:
        return None
    return _rounded(sum((t - mean_t) * (y - mean_y) for t, y in zip(years, values, strict=True)) / spread)


def moment(when: PartialDate) -> datetime:
    """The instant, or noon of the day in the middle of what was said."""
    if when.precision == "instant":
        return when.at.astimezone(UTC)
    middle = when.middle()
    return datetime(middle.year, middle.month, middle.day, 12, tzinfo=UTC)


def _groups(results: Sequence[Fact], vocabulary: Vocabulary) -> list[list[Fact]]:
    """Results of one quantity together: by our own id, by a shared code, or by the same words."""
    groups: list[list[Fact]] = []
    at: dict[Hashable, list[Fact]] = {}
    for fact in results:
        names = _names(fact, vocabulary)
        group = next((at[name] for name in names if name in at), None)
        if group is None or not _alike(fact, group[0], vocabulary):
            group = []
            groups.append(group)
        group.append(fact)
        for name in names:
            at.setdefault(name, group)
    return groups


def _names(fact: Fact, vocabulary: Vocabulary) -> list[Hashable]:
    slug = vocabulary.meaning(fact).slug
    own: list[Hashable] = [slug] if slug else []
    return [*own, *((c.system, c.code) for c in fact.concept.codings), fact.concept.text.casefold()]


def _alike(one: Fact, other: Fact, vocabulary: Vocabulary) -> bool:
    first, second = vocabulary.meaning(one).slug, vocabulary.meaning(other).slug
    if first and second:
        return first == second
    return same_concept(one.concept, other.concept)


def _loinc_of(facts: Sequence[Fact]) -> str | None:
    return next((code for code in (f.concept.code(LOINC) for f in facts) if code), None)


def _unit_for(facts: Sequence[Fact], own: str | None, analyte: str | None) -> str:
    """The base's own unit where a value can be written in it, else the commonest, of equals the latest."""
    units = [f.value.unit for f in facts if isinstance(f.value, Quantity)]
    if own is not None and any(_converts(unit, own, analyte) for unit in units):
        return own
    stated = [unit for unit in units if unit] or units
    counts = Counter(stated)
    most = max(counts.values(), default=0)
    return next((unit for unit in reversed(stated) if counts[unit] == most), "")


def _converts(unit: str, to: str, analyte: str | None) -> bool:
    try:
        convert(Quantity(1.0, unit), to, analyte)
    except UnitError:
        return False
    return True


def _in_unit(fact: Fact, unit: str, analyte: str | None) -> tuple[float | None, str]:
    """The number in this unit; or None, and why not."""
    if not isinstance(fact.value, Quantity):
        return None, "no number"
    if fact.value.comparator:
        return None, "a limit, not a value"
    if fact.valid_from is None:
        return None, "no date"
    if fact.value.unit == unit:
        return fact.value.value, ""
    if not fact.value.unit or not unit:
        return None, "no unit was stated"
    try:
        return _rounded(convert(fact.value, unit, analyte).value), ""
    except UnitError as error:
        return None, f"its unit cannot be converted: {error}"


def _apart(fact: Fact, why: str) -> Apart:
    when = fact.valid_from.iso() if fact.valid_from else None
    return Apart(when, _said(fact), why, fact.id)


def _said(fact: Fact) -> str:
    return quantity_words(fact.value) if isinstance(fact.value, Quantity) else str(fact.value)


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
