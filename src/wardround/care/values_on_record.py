"""Which weight and eGFR on the record count today: the newest of the last year; an old low eGFR still forbids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import nextafter

from wardround.care.chart import Chart
from wardround.clinical import PartialDate, but, ckd_epi_2021
from wardround.harness import JSON

CURRENT_DAYS = 365
LOW = 60.0
"""Below this eGFR kidneys that were poor once are taken to be poor still, until a new value says otherwise."""
EGFR_UNIT, CREATININE_UNIT, WEIGHT_UNIT = "mL/min/{1.73m2}", "umol/L", "kg"


@dataclass(frozen=True, slots=True)
class _Known:
    value: float
    day: date
    computed: bool = False


def with_values(chart: Chart) -> Chart:
    """The chart with the weight and the eGFR that the facts recalled so far give it, in whatever order they came."""
    on = date.fromisoformat(chart.date)
    return _with_egfr(_with_weight(chart, on), on)


def known_value(chart: Chart, slug: str, value: float) -> bool:
    """Whether the record holds this very value of today: it is not written a second time."""
    return any(
        view["slug"] == slug
        and view["from"] == chart.date
        and isinstance(view["value"], dict)
        and view["value"]["number"] == value
        for view in chart.recalled.values()
    )


def _with_weight(chart: Chart, on: date) -> Chart:
    if chart.age is None or chart.age < 18 or "finding.weight" in chart.heard:
        return chart
    newest = _newest(_Known(v, day) for v, day in _of(chart, "finding.weight", WEIGHT_UNIT, on))
    current = newest is not None and (on - newest.day).days <= CURRENT_DAYS
    return but(chart, weight=newest.value) if newest is not None and current else chart


def _with_egfr(chart: Chart, on: date) -> Chart:
    measured = [_Known(v, day) for v, day in _of(chart, "analyte.egfr", EGFR_UNIT, on)]
    newest = _newest((*_computed(chart, on), *measured))
    if newest is None:
        return chart
    old = (on - newest.day).days > CURRENT_DAYS
    if old and newest.value >= LOW:
        return but(chart, egfr=None, egfr_basis="", egfr_old=False)
    how = "computed (CKD-EPI 2021) from the creatinine" if newest.computed else "measured"
    basis = f"{how} of {newest.day.isoformat()}" + (", more than a year ago" if old else "")
    return but(chart, egfr=newest.value, egfr_basis=basis, egfr_old=old)


def _computed(chart: Chart, on: date) -> Iterator[_Known]:
    """From creatinine, of adults who are not pregnant."""
    age, sex = chart.age, chart.evidence.sex
    if age is None or chart.evidence.pregnant is True:
        return
    for value, day in _of(chart, "analyte.creatinine", CREATININE_UNIT, on):
        then = age - (on - day).days / 365.25
        estimate = ckd_epi_2021(value, then, sex)
        if estimate is not None:
            yield _Known(round(estimate, 1), day, computed=True)


def _newest(found: Iterator[_Known] | tuple[_Known, ...]) -> _Known | None:
    """The latest; of one day what was measured rather than computed, and of two measured the lower."""
    return max(found, key=lambda one: (one.day, not one.computed, -one.value), default=None)


def _of(chart: Chart, slug: str, unit: str, on: date) -> Iterator[tuple[float, date]]:
    """Each such value in that unit with its day. One without a date says nothing of today, and counts as long ago."""
    for fact in chart.recalled.values():
        value: JSON | None = fact["value"] if isinstance(fact.get("value"), dict) else None
        if fact["slug"] != slug or value is None or value["unit"] != unit or fact["status"] != "active":
            continue
        day = PartialDate.parse(fact["from"]).earliest().date() if fact["from"] else date.min
        number = float(value["number"])
        if day <= on and number > 0:
            below = value.get("comparator") in ("<", "<=")
            yield (nextafter(number, 0.0) if below else number), day
