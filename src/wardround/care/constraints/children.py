"""Children: dose by weight where the base doses by weight, within its range and cap, and no drug below its age."""

from __future__ import annotations

from wardround.care.arguments import Prescribe
from wardround.care.chart import Chart
from wardround.care.constraints.formulary import Formulary, prescribing
from wardround.care.constraints.rule import About, Rule, Word, ask, deny
from wardround.knowledge import Drug, PaediatricDose

BY_WEIGHT_BELOW = 12
"""Years below which the base's doses by weight hold."""
LIGHT = 1.25
"""How far a standard dose for an age band may exceed the range by weight, with a physician's approval."""
UNEVEN = 2.0
"""How far one intake may exceed an even share of the day's range."""
LEAST, MOST = 0.3, 650.0
"""Kilograms that anybody has weighed."""


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about children."""
    source = "BNF for Children"
    return (
        prescribing(
            book,
            About(
                "care.paediatric.min_age", "critical", source, "No drug below the age from which it is used"
            ),
            "deny or approval",
            _min_age,
            "age",
        ),
        prescribing(
            book,
            About(
                "care.paediatric.weight",
                "critical",
                f"{source}; house policy",
                "A child is weighed before a drug that is dosed by weight",
            ),
            "deny or approval",
            _weight,
        ),
        prescribing(
            book,
            About(
                "care.paediatric.dose",
                "critical",
                source,
                "No more for a child than its weight and the cap allow",
            ),
            "deny or approval",
            _dose,
        ),
    )


def by_weight(chart: Chart, drug: Drug) -> PaediatricDose | None:
    """The dose by weight, where it is the one that holds for this patient."""
    age = chart.age
    return drug.paediatric if age is not None and age < BY_WEIGHT_BELOW else None


def weighed(chart: Chart) -> float | None:
    """The weight in kg. What cannot be one is unknown, never zero."""
    weight = chart.weight
    return weight if weight is not None and LEAST <= weight <= MOST else None


def _min_age(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    age = chart.age
    if age is None:
        return ask(f"the patient's age is unknown: neither dose nor least age of {drug.name} can be checked")
    child = drug.paediatric
    least = max(drug.min_age, child.min_age_months / 12) if child is not None else drug.min_age
    if age >= least:
        return None
    said = f"{least:g} years" if least >= 2 else f"{least * 12:g} months"
    reason = f"{drug.name} is not for general use below {said}; the patient is {_old(age)} {book.cite(drug, child)}"
    if age >= drug.min_age and book.line_of(chart, order) is not None:
        return ask(f"{reason}; this is the knowledge base's own dose for the age")
    return deny(reason)


def _old(age: float) -> str:
    return f"{age:.1f} years old" if age >= 2 else f"{age * 12:.1f} months old"


def _weight(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    child = by_weight(chart, drug)
    if child is None or weighed(chart) is not None:
        return None
    cited = book.cite(drug, child)
    if book.line_of(chart, order) is not None:
        return ask(
            f"the child's weight is unknown; this is the standard dose of {drug.name} for the age {cited}"
        )
    return deny(f"{drug.name} is dosed by weight in a child: measure finding.weight first {cited}")


def _dose(book: Formulary, chart: Chart, drug: Drug, order: Prescribe) -> Word | None:
    child = by_weight(chart, drug)
    if child is None:
        return None
    one = book.amount(drug, order, "mg")
    if one is None:
        return None
    daily = one * order.per_day
    cited = book.cite(drug, child)
    if daily > child.max_daily_mg * (1 + 1e-9):
        return deny(
            f"{daily:g} mg of {drug.name} a day is above the cap of {child.max_daily_mg:g} for a child {cited}"
        )
    weight = weighed(chart)
    if weight is None:
        return None
    most = child.mg_per_kg_day[1]
    per_kg, share = daily / weight, most / child.divided
    said = (
        f"{one:g} mg of {drug.name} {order.per_day:g} times a day is {per_kg:.3g} mg/kg a day at {weight:g} kg; "
        f"at most {most:g} in {child.divided} intakes"
    )
    if per_kg > most * (1 + 1e-9):
        standard = book.line_of(chart, order) is not None and per_kg <= most * LIGHT
        word = ask if standard else deny
        light = ". It is the standard dose for the age: the child is light" if standard else ""
        return word(f"{said}{light} {cited}")
    if one / weight > share * UNEVEN * (1 + 1e-9) and book.line_of(chart, order) is None:
        return deny(f"{said}: one intake is too large {cited}")
    return None
