"""Liver and sugar: FIB-4, MELD-Na, insulin resistance, insulin to correct a high glucose."""

from __future__ import annotations

from math import log, sqrt

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.common import ADULT, bilirubin, creatinine, glucose, inr, n, platelets, sodium
from wardround.calculators.inputs import age, quantity, yes_no
from wardround.calculators.values import Values


def _fib4(v: Values) -> Answer | NotApplicable:
    years = v.number("age")
    if years < ADULT:
        return NotApplicable(f"FIB-4 was made in adults, the patient is {n(years)} years old")
    ast, alt, plt = v.number("ast"), v.number("alt"), v.number("platelets")
    value = years * ast / (plt * sqrt(alt))
    worked = f"{n(years)} x {n(ast)} / ({n(plt)} x sqrt({n(alt)})) = {n(value)}"
    beware = ("less reliable under 35 years",) if years < 35 else ()
    return Answer(value, worked, beware)


def _bounded(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _meld(v: Values) -> Answer:
    dialysis = v.yes("dialysis") or v.yes("hemodialysis")
    cr = 4.0 if dialysis else _bounded(v.number("creatinine"), 1, 4)
    bili, ratio = max(v.number("bilirubin"), 1.0), max(v.number("inr"), 1.0)
    na = _bounded(v.number("sodium"), 125, 137)
    first = round(0.957 * log(cr) + 0.378 * log(bili) + 1.120 * log(ratio) + 0.643, 1) * 10
    worked = (
        f"creatinine {n(cr)}{' (dialysis)' if dialysis else ''}, bilirubin {n(bili)}, INR {n(ratio)}, sodium {n(na)} within their "
        f"limits; 10 x (0.957 ln {n(cr)} + 0.378 ln {n(bili)} + 1.120 ln {n(ratio)} + 0.643) = {n(first)}"
    )
    value = first
    if first > 11:
        value = first + 1.32 * (137 - na) - 0.033 * first * (137 - na)
        worked += f"; {n(first)} + 1.32 x (137 - {n(na)}) - 0.033 x {n(first)} x (137 - {n(na)}) = {n(value)}"
    points = round(_bounded(value, 6, 40))
    return Answer(
        points,
        f"{worked}; rounded, 6 to 40: {points}",
        (
            "allocation in the USA uses MELD 3.0 since 2023",
            "for patients of 12 years or more; children under 12 have PELD",
        ),
    )


def _homa(v: Values) -> Answer:
    insulin, glu = v.number("insulin"), v.number("glucose")
    value = insulin * glu / 405
    return Answer(
        value,
        f"{n(insulin)} x {n(glu)} / 405 = {n(value)}",
        ("both from a fasting sample, without insulin treatment",),
    )


_CRISIS = 250
_ESTIMATE = (
    "a starting point and no order: a prescriber decides whether insulin is given and how much; take off what is still acting of "
    "earlier doses; sensitivity differs with kidneys, age, illness and steroids"
)
_KETONES = "glucose of 250 mg/dL (14 mmol/L) or more: check ketones; in ketoacidosis or a hyperosmolar state this rule is not used"


def _correction(v: Values) -> Answer | NotApplicable:
    glu = v.number("glucose")
    if glu < 70:
        return NotApplicable(
            f"glucose is {n(glu)} mg/dL, a low: it calls for no insulin, treat the low first"
        )
    target = v.number("target")
    if glu <= target:
        return NotApplicable(
            f"glucose {n(glu)} is not over the target of {n(target)} mg/dL: nothing to correct"
        )
    factor = 1800 / v.number("daily_insulin")
    value = (glu - target) / factor
    worked = f"1800 / {n(v.number('daily_insulin'))} = {n(factor)} mg/dL a unit; ({n(glu)} - {n(target)}) / {n(factor)} = {n(value)} units"
    return Answer(
        value,
        worked,
        (_ESTIMATE, *((_KETONES,) if glu >= _CRISIS else ())),
    )


LIVER_SUGAR = (
    Calculator(
        id="fib-4",
        title="Fibrosis-4 index",
        inputs=(
            age(),
            quantity(
                "ast",
                "aspartate aminotransferase",
                "U/L",
                1,
                30000,
                units=("ukat/L",),
                also=("Aspartate aminotransferase",),
            ),
            quantity(
                "alt",
                "alanine aminotransferase",
                "U/L",
                1,
                30000,
                units=("ukat/L",),
                also=("Alanine aminotransferase",),
            ),
            platelets(),
        ),
        formula="age x AST / (platelets in 10*9/L x square root of ALT)",
        unit="1",
        source=Source(
            "Sterling RK et al.",
            "Development of a simple noninvasive index to predict significant fibrosis in patients with HIV/HCV coinfection. Hepatology 43: 1317-1325",
            2006,
        ),
        work=_fib4,
        medcalc=19,
    ),
    Calculator(
        id="meld-na",
        title="MELD-Na (UNOS/OPTN 2016)",
        inputs=(
            creatinine(),
            bilirubin(),
            inr(),
            sodium(),
            yes_no(
                "dialysis",
                "dialysis at least twice in the past week",
                also=("Dialysis at least twice in the past week",),
            ),
            yes_no(
                "hemodialysis",
                "continuous veno-venous haemodialysis for 24 hours or more in the past week",
                also=("Continuous veno-venous hemodialysis for ≥24 hours in the past week",),
            ),
        ),
        formula=(
            "10 x (0.957 ln creatinine + 0.378 ln bilirubin + 1.120 ln INR + 0.643), rounded; over 11 also + 1.32 x (137 - Na) "
            "- 0.033 x MELD x (137 - Na); creatinine 1 to 4 (4 on dialysis), bilirubin and INR at least 1, sodium 125 to 137"
        ),
        unit="{score}",
        source=Source(
            "Organ Procurement and Transplantation Network", "MELD serum sodium policy (Policy 9)", 2016
        ),
        work=_meld,
        medcalc=23,
    ),
    Calculator(
        id="homa-ir",
        title="Insulin resistance (HOMA-IR)",
        inputs=(
            quantity("insulin", "fasting insulin", "u[iU]/mL", 0.05, 1000, units=("m[iU]/L",)),
            glucose(),
        ),
        formula="fasting insulin (micro-units/mL) x fasting glucose (mg/dL) / 405",
        unit="1",
        source=Source("Matthews DR et al.", "Homeostasis model assessment. Diabetologia 28: 412-419", 1985),
        work=_homa,
        medcalc=31,
    ),
    Calculator(
        id="insulin-correction",
        title="Insulin to correct a high glucose (rule of 1800)",
        inputs=(
            glucose(),
            quantity(
                "target", "target glucose", "mg/dL", 70, 250, analyte="analyte.glucose", units=("mmol/L",)
            ),
            quantity("daily_insulin", "all insulin of a day", "[iU]/d", 3, 500, bare=True),
        ),
        formula="(glucose - target) / (1800 / insulin of a day); rapid-acting insulin, glucose in mg/dL",
        unit="[iU]",
        source=Source("Walsh J, Roberts R", "Pumping Insulin, 4th edition", 2006),
        work=_correction,
    ),
)
