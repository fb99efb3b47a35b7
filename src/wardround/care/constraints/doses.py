"""Doses: units that convert, no more a day or at once than is known, no weekly drug daily, and not too little."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.children import by_weight, weighed
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny, short
from wardround.clinical import Quantity, convert
from wardround.knowledge import Drug

EXACT = 1 + 1e-9
"""Room for binary fractions, and for nothing else."""
WEEKLY = 0.5
"""A drug whose every dose is given less often than every other day must not become a daily one."""


@dataclass(frozen=True, slots=True)
class Range:
    """What the base knows of a drug by one route, in the unit of its daily maximum."""

    low: float
    high: float
    per_day: float


Ranges = Mapping[tuple[str, str], Range]


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about amounts."""
    ranges = _ranges(book)
    return (
        prescribing(
            book,
            About("care.dose.unit", "major", "BNF; UCUM", "A dose in a unit that fits the drug"),
            "deny",
            _unit,
        ),
        prescribing(
            book,
            About("care.dose.maximum", "critical", "BNF", "No more than the daily maximum"),
            "deny",
            partial(_maximum, ranges),
        ),
        prescribing(
            book,
            About(
                "care.dose.single", "critical", "BNF", "No more at once than the largest known single dose"
            ),
            "deny",
            partial(_single, ranges),
        ),
        prescribing(
            book,
            About(
                "care.dose.weekly",
                "critical",
                "MHRA Drug Safety Update 2020 (methotrexate once weekly); NPSA 2006/13",
                "A drug that is given once a week or less often is not given daily",
            ),
            "deny",
            partial(_weekly, ranges),
        ),
        prescribing(
            book,
            About(
                "care.dose.frequency",
                "minor",
                "BNF",
                "More intakes a day than known is a physician's decision",
            ),
            "approval",
            partial(_frequency, ranges),
        ),
        prescribing(
            book,
            About(
                "care.dose.low", "minor", "BNF", "Less than the smallest known dose is a physician's decision"
            ),
            "approval",
            partial(_low, ranges),
        ),
    )


def _ranges(book: Formulary) -> Ranges:
    found: dict[tuple[str, str], Range] = {}
    for drug in book.drugs.values():
        for dose in drug.doses:
            factor = convert(Quantity(1.0, dose.unit), drug.max_daily.unit).value
            one = Range(dose.low * factor, dose.high * factor, dose.per_day[1])
            for key in ((drug.id, dose.route), (drug.id, "")):
                known = found.get(key, one)
                found[key] = Range(
                    min(known.low, one.low), max(known.high, one.high), max(known.per_day, one.per_day)
                )
    return found


def _range(ranges: Ranges, drug: Drug, order: Prescribe) -> Range:
    """By this route; by any where the base has no dose for the route."""
    return ranges.get((drug.id, order.route)) or ranges[drug.id, ""]


def _once(order: Prescribe) -> bool:
    return order.days == 1 and order.per_day <= 1


def _unit(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    if book.amount(drug, order) is not None:
        return None
    return deny(
        f"{order.dose:g} {short(order.unit, 20)} cannot be compared with what is known of {drug.name}: "
        f"give the dose in {drug.max_daily.unit}"
    )


def _maximum(ranges: Ranges, book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    amount = book.amount(drug, order)
    limit = drug.max_daily.value
    if amount is None or amount * order.per_day <= limit * EXACT:
        return None
    if _once(order) and _range(ranges, drug, order).per_day < WEEKLY:
        return None  # one dose of a weekly drug: `care.dose.single` holds it; the daily maximum is an average
    return deny(
        f"{amount * order.per_day:g} {drug.max_daily.unit} of {drug.name} a day is above the maximum of {limit:g} "
        f"{book.cite(drug)}"
    )


def _single(ranges: Ranges, book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    amount, known = book.amount(drug, order), _range(ranges, drug, order)
    if amount is None or amount <= known.high * EXACT:
        return None
    return deny(
        f"{amount:g} {drug.max_daily.unit} of {drug.name} at once is above the largest known single dose of "
        f"{known.high:g} {book.cite(drug)}"
    )


def _weekly(ranges: Ranges, book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    known = _range(ranges, drug, order)
    if known.per_day >= WEEKLY or order.per_day <= known.per_day * 1.1 or _once(order):
        return None
    return deny(
        f"{drug.name} is given every {1 / known.per_day:.0f} days at most, not {order.per_day:g} times a day: "
        f"a daily dose can kill {book.cite(drug)}"
    )


def _frequency(ranges: Ranges, book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    known = _range(ranges, drug, order)
    if known.per_day < WEEKLY or by_weight(chart, drug) or order.per_day <= known.per_day * EXACT:
        return None
    return ask(
        f"{drug.name} {order.per_day:g} times a day is more often than the known {known.per_day:g} {book.cite(drug)}"
    )


def _low(ranges: Ranges, book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    amount = book.amount(drug, order)
    if amount is None:
        return None
    child = by_weight(chart, drug)
    if child is None:
        least = _range(ranges, drug, order).low
        said, cited = f"the smallest known dose of {least:g}", book.cite(drug)
    elif (weight := weighed(chart)) is None or drug.max_daily.unit != "mg":
        return None
    else:
        least = child.mg_per_kg_day[0] / child.divided * weight
        said, cited = f"the least dose by weight of {least:.3g}", book.cite(drug, child)
    if amount >= least / EXACT or book.line_of(chart, order) is not None:
        return None
    return ask(f"{amount:g} {drug.max_daily.unit} of {drug.name} is below {said}: will it work? {cited}")
