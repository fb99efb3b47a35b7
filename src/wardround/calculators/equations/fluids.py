"""Fluids by vein: what a patient needs in an hour, and what a dried-out child needs on top."""

from __future__ import annotations

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.common import ADULT, n, weight
from wardround.calculators.inputs import age, quantity
from wardround.calculators.values import Values

_NEWBORN = 28 / 365.25
_HOLLIDAY = Source(
    "Holliday MA, Segar WE",
    "The maintenance need for water in parenteral fluid therapy. Pediatrics 19: 823-832",
    1957,
)
_BEWARE = (
    "an estimate for the prescriber, for children with normal hydration; check sodium and glucose every day, less fluid where ADH "
    "may be raised"
)
_DAY_OF_A_WOMAN = 2000
_MUCH = "NICE NG29: in 24 hours males rarely need more than 2500 mL, females more than 2000 mL"
_GROWN = "the rule was made for children: for adults NICE CG174 has 25 to 30 mL/kg in 24 hours"


def _hourly(kilograms: float) -> tuple[float, str]:
    """The rule of 4, 2 and 1 mL per kg and hour."""
    first, second, rest = min(kilograms, 10), min(max(kilograms - 10, 0), 10), max(kilograms - 20, 0)
    value = 4 * first + 2 * second + rest
    parts = (
        [f"4 x {n(first)}"] + ([f"2 x {n(second)}"] if second else []) + ([f"1 x {n(rest)}"] if rest else [])
    )
    return value, f"{' + '.join(parts)} = {n(value)} mL/h"


def _maintenance(v: Values) -> Answer | NotApplicable:
    years = v.maybe("age")
    if years is not None and years < _NEWBORN:
        return NotApplicable(
            "the patient is younger than 28 days: newborns have rates of their own, by day of life"
        )
    value, worked = _hourly(v.number("weight"))
    grown = (_GROWN,) if years is not None and years >= ADULT else ()
    return Answer(value, worked, (_BEWARE, *_much(value), *grown), f"{n(24 * value)} mL in 24 hours")


def _much(hourly: float) -> tuple[str, ...]:
    """What to beware of where a day's maintenance is more than people need."""
    return (_MUCH,) if 24 * hourly > _DAY_OF_A_WOMAN else ()


def _dehydrated(v: Values) -> Answer | NotApplicable:
    years = v.number("age")
    if years < _NEWBORN:
        return NotApplicable(
            "the patient is younger than 28 days: newborns have rates of their own, by day of life"
        )
    if years >= ADULT:
        return NotApplicable(f"the rule is for children, the patient is {n(years)} years old")
    kilograms = v.number("weight")
    hourly, worked = _hourly(kilograms)
    percent, hours = v.number("dehydration"), v.number("hours")
    deficit = 10 * percent * kilograms
    value = hourly + deficit / hours
    return Answer(
        value,
        f"maintenance {worked}; deficit 10 x {n(percent)} x {n(kilograms)} = {n(deficit)} mL; "
        f"{n(hourly)} + {n(deficit)} / {n(hours)} = {n(value)} mL/h",
        (
            _BEWARE,
            *_much(hourly),
            "not in shock, diabetic ketoacidosis or with a raised sodium, which have rules of their own; take off what was given "
            "as a bolus",
        ),
    )


FLUIDS = (
    Calculator(
        id="maintenance-fluids",
        title="Maintenance fluids (rule of 4, 2 and 1)",
        inputs=(weight(), age(optional=True)),
        formula="4 mL/kg/h for the first 10 kg, 2 for the second, 1 for every further kg",
        unit="mL/h",
        source=_HOLLIDAY,
        work=_maintenance,
        medcalc=22,
    ),
    Calculator(
        id="paediatric-fluids",
        title="Fluids of a dehydrated child",
        inputs=(
            age(),
            weight(0.3, 150),
            quantity("dehydration", "dehydration, in percent of body weight", "%", 0, 15, bare=True),
            quantity("hours", "hours over which the deficit is given back", "h", 4, 72, bare=True),
        ),
        formula="maintenance by the rule of 4, 2 and 1, and the deficit (10 mL x percent x kg) spread over the hours",
        unit="mL/h",
        source=Source(
            "NICE", "Intravenous fluid therapy in children and young people in hospital (NG29)", 2015
        ),
        work=_dehydrated,
    ),
)
