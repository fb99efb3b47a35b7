"""What was measured while a drug was taken, of what it is given for or watched by: an association, and called one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from wardround.clinical import PartialDate
from wardround.knowledge import KnowledgeBase
from wardround.memory.views.trends import Point, Trend, moment, slope
from wardround.memory.vocabulary import dictionary, treated_by


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity that the drug is given for, or watched by: the last value before the start, and those until the stop."""

    name: str
    unit: str
    before: Point | None
    first: Point | None
    last: Point | None
    n: int
    change: float | None
    """Last less before (less first, where nothing was measured before)."""
    slope: float | None
    association: str = "measured while the drug was taken; that it is the drug's doing is not said"

    def words(self) -> str:
        """`HbA1c 64 to 51 mmol/mol (association)`."""
        if self.last is None:
            return self.name
        start = self.before or self.first
        unit = f" {self.unit}" if self.unit not in ("", "1") else ""
        came = f"{start.value:g} to " if start is not None and start != self.last else ""
        return f"{self.name} {came}{self.last.value:g}{unit} (association)"


def measured_between(
    drug: str, measured: Sequence[Trend], start: datetime, stop: datetime | None, base: KnowledgeBase
) -> tuple[Measured, ...]:
    """For each quantity that a drug bears on: what it was before the start, and from then until the stop."""
    wanted = watched(base, drug)
    found = [_between(t, start, stop) for t in measured if t.slug in wanted and t.points]
    return tuple(m for m in found if m is not None)


def _between(trend: Trend, start: datetime, stop: datetime | None) -> Measured | None:
    """What was measured before the start, and from then until the stop."""
    timed = [(moment_of(point), point) for point in trend.points]
    before = [point for at, point in timed if at <= start]
    during = [(at, point) for at, point in timed if at > start and (stop is None or at <= stop)]
    if not during:
        return None
    first, last = during[0][1], during[-1][1]
    from_ = before[-1] if before else first
    change = float(f"{last.value - from_.value:.6g}") if from_ is not last else None
    return Measured(
        name=trend.name,
        unit=trend.unit,
        before=before[-1] if before else None,
        first=first,
        last=last,
        n=len(during),
        change=change,
        slope=slope([at for at, _ in during], [p.value for _, p in during]),
    )


def moment_of(point: Point) -> datetime:
    """When a point was measured."""
    return moment(PartialDate.parse(point.when))


@lru_cache(maxsize=1_024)
def watched(base: KnowledgeBase, drug: str) -> frozenset[str]:
    """The quantities that a drug is given for or watched by: in the courses of disease that it acts on, in its own
    monitoring, and in that of the conditions it treats."""
    kin = {drug, *base.classes_of(drug)}
    found: set[str] = set()
    for course in base.courses.values():
        moved = {r.of for r in course.responses if r.to in kin}
        found |= {r.analyte or r.finding or "" for r in course.readings if r.of in moved}
    tests = {m.test for m in base.drugs[drug].monitoring if m.test}
    for condition in treated_by(dictionary(base), drug):
        tests |= {m.test for m in base.conditions[condition].monitoring if m.test}
    found |= {a.id for test in tests if test in base.tests for a in base.tests[test].analytes}
    return frozenset(found - {""})
