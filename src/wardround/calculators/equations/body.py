"""Height and weight: body mass index, ideal, adjusted and target weight, body surface; weight of a child by its age."""

from __future__ import annotations

from math import sqrt

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.common import height, n, weight
from wardround.calculators.inputs import FEMALE, age, quantity, sex
from wardround.calculators.values import Values

_CM_PER_INCH = 2.54
_DEVINE = Source("Devine BJ", "Gentamicin therapy. Drug Intelligence and Clinical Pharmacy 8: 650-655", 1974)
_WHO_BMI = Source(
    "World Health Organization", "Obesity: preventing and managing the global epidemic (TRS 894)", 2000
)
_SHORT = "shorter than 60 in (152.4 cm), where Devine's rule was not made: the line is drawn on below it"


def bmi_of(kilograms: float, centimetres: float) -> float:
    """kg/m2."""
    return kilograms / (centimetres / 100) ** 2


def ideal_weight(centimetres: float, sex_of_formula: str) -> float:
    """Devine's ideal body weight in kg."""
    base = 45.5 if sex_of_formula == FEMALE else 50.0
    return base + 2.3 * (centimetres / _CM_PER_INCH - 60)


def ideal_worked(centimetres: float, sex_of_formula: str) -> str:
    """Devine's rule with the numbers put in."""
    base = 45.5 if sex_of_formula == FEMALE else 50.0
    return f"{base} + 2.3 x ({n(centimetres / _CM_PER_INCH)} in - 60) = {n(ideal_weight(centimetres, sex_of_formula))} kg"


def short_warning(centimetres: float) -> tuple[str, ...]:
    """What to beware of below the height for which the rule was made."""
    return (_SHORT,) if centimetres < 60 * _CM_PER_INCH else ()


def _bmi(v: Values) -> Answer:
    kilograms, centimetres = v.number("weight"), v.number("height")
    value = bmi_of(kilograms, centimetres)
    return Answer(
        value,
        f"{n(kilograms)} kg / ({n(centimetres / 100)} m)^2 = {n(value)} kg/m2",
        ("the classes of WHO are for adults; for children use centiles",),
    )


def _ideal(v: Values) -> Answer:
    centimetres, of = v.number("height"), v.choice("sex")
    value = ideal_weight(centimetres, of)
    if value <= 0:
        return Answer(
            value, ideal_worked(centimetres, of), (*short_warning(centimetres), "no weight can be this low")
        )
    return Answer(value, ideal_worked(centimetres, of), short_warning(centimetres))


def _adjusted(v: Values) -> Answer:
    kilograms, centimetres, of = v.number("weight"), v.number("height"), v.choice("sex")
    ideal = ideal_weight(centimetres, of)
    value = ideal + 0.4 * (kilograms - ideal)
    worked = f"ideal: {ideal_worked(centimetres, of)}; {n(ideal)} + 0.4 x ({n(kilograms)} - {n(ideal)}) = {n(value)} kg"
    lighter = (
        ("the patient is lighter than ideal: the adjusted weight is for those who are heavier",)
        if kilograms < ideal
        else ()
    )
    return Answer(value, worked, (*short_warning(centimetres), *lighter))


def _target(v: Values) -> Answer:
    metres, bmi = v.number("height") / 100, v.number("bmi")
    value = bmi * metres**2
    return Answer(value, f"{n(bmi)} kg/m2 x ({n(metres)} m)^2 = {n(value)} kg")


def _surface(v: Values) -> Answer:
    kilograms, centimetres = v.number("weight"), v.number("height")
    value = sqrt(kilograms * centimetres / 3600)
    return Answer(value, f"sqrt({n(kilograms)} kg x {n(centimetres)} cm / 3600) = {n(value)} m2")


def _child(v: Values) -> Answer | NotApplicable:
    years = v.number("age")
    beware = ("an estimate for emergencies: weigh the child where it can be done",)
    if years >= 13:
        return NotApplicable(f"the rule is for children under 13, the patient is {n(years)}: weigh or ask")
    if years < 1:
        months = years * 12
        value = 0.5 * months + 4
        return Answer(value, f"0.5 x {n(months)} months + 4 = {n(value)} kg", beware)
    whole = int(years)
    slope, start = (2, 8) if whole <= 5 else (3, 7)
    value = float(slope * whole + start)
    return Answer(value, f"{slope} x {whole} years + {start} = {n(value)} kg", beware)


BODY = (
    Calculator(
        id="body-mass-index",
        title="Body mass index",
        inputs=(weight(), height()),
        formula="weight in kg divided by the square of the height in m",
        unit="kg/m2",
        source=_WHO_BMI,
        work=_bmi,
        medcalc=6,
    ),
    Calculator(
        id="ideal-body-weight",
        title="Ideal body weight (Devine)",
        inputs=(height(), sex()),
        formula="50 kg (men) or 45.5 kg (women) and 2.3 kg for every inch of height over 60",
        unit="kg",
        source=_DEVINE,
        work=_ideal,
        medcalc=10,
    ),
    Calculator(
        id="adjusted-body-weight",
        title="Adjusted body weight",
        inputs=(weight(), height(), sex()),
        formula="ideal body weight (Devine) and 0.4 of what the actual weight is over it",
        unit="kg",
        source=Source(
            "Bauer LA et al.",
            "Influence of weight on aminoglycoside pharmacokinetics. Eur J Clin Pharmacol 24: 643-647",
            1983,
        ),
        work=_adjusted,
        medcalc=62,
    ),
    Calculator(
        id="target-weight",
        title="Weight at a target body mass index",
        inputs=(
            height(),
            quantity(
                "bmi", "target body mass index", "kg/m2", 8, 80, bare=True, also=("Body Mass Index (BMI)",)
            ),
        ),
        formula="target body mass index times the square of the height in m",
        unit="kg",
        source=_WHO_BMI,
        work=_target,
        medcalc=61,
    ),
    Calculator(
        id="body-surface-area",
        title="Body surface area (Mosteller)",
        inputs=(weight(), height()),
        formula="square root of (weight in kg times height in cm, divided by 3600)",
        unit="m2",
        source=Source(
            "Mosteller RD", "Simplified calculation of body-surface area. N Engl J Med 317: 1098", 1987
        ),
        work=_surface,
        medcalc=60,
    ),
    Calculator(
        id="paediatric-weight",
        title="Weight of a child by its age (APLS)",
        inputs=(age(),),
        formula="under 1 year: 0.5 x months + 4; 1 to 5 years: 2 x years + 8; 6 to 12 years: 3 x years + 7",
        unit="kg",
        source=Source("Advanced Life Support Group", "Advanced Paediatric Life Support, 5th edition", 2011),
        work=_child,
    ),
)
