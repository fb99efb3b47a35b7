"""The heart: mean arterial pressure, the corrected QT five ways, LDL cholesterol, ten-year risk of a coronary event."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log, sqrt

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.common import (
    diastolic,
    hdl_cholesterol,
    heart_rate,
    n,
    systolic,
    total_cholesterol,
)
from wardround.calculators.errors import InputError
from wardround.calculators.inputs import FEMALE, age, quantity, sex, yes_no
from wardround.calculators.values import Values


def _map(v: Values) -> Answer:
    sys, dia = v.number("systolic_bp"), v.number("diastolic_bp")
    if dia > sys:
        raise InputError("diastolic_bp", f"{n(dia)} is over the systolic {n(sys)}: were the two exchanged?")
    value = (sys + 2 * dia) / 3
    return Answer(value, f"({n(sys)} + 2 x {n(dia)}) / 3 = {n(value)} mm[Hg]")


def _bazett(qt: float, rr: float) -> tuple[float, str]:
    return qt / sqrt(rr), f"{n(qt)} / sqrt({n(rr)})"


def _fridericia(qt: float, rr: float) -> tuple[float, str]:
    return qt / rr ** (1 / 3), f"{n(qt)} / {n(rr)}^(1/3)"


def _framingham_qt(qt: float, rr: float) -> tuple[float, str]:
    return qt + 154 * (1 - rr), f"{n(qt)} + 154 x (1 - {n(rr)})"


def _hodges(qt: float, rr: float) -> tuple[float, str]:
    return qt + 1.75 * (60 / rr - 60), f"{n(qt)} + 1.75 x ({n(60 / rr)} - 60)"


def _rautaharju(qt: float, rr: float) -> tuple[float, str]:
    return qt * (120 + 60 / rr) / 180, f"{n(qt)} x (120 + {n(60 / rr)}) / 180"


def _corrected(rule: Callable[[float, float], tuple[float, str]]) -> Callable[[Values], Answer]:
    def work(v: Values) -> Answer:
        rate = v.number("heart_rate")
        rr = 60 / rate
        value, worked = rule(v.number("qt"), rr)
        far = (
            ("the heart rate is far from 60 to 100 a minute: the formulas part there",)
            if not 50 <= rate <= 110
            else ()
        )
        return Answer(value, f"RR 60 / {n(rate)} = {n(rr)} s; {worked} = {n(value)} ms", far)

    return work


def _qtc(
    name: str,
    rule: Callable[[float, float], tuple[float, str]],
    formula: str,
    source: Source,
    number: int,
) -> Calculator:
    return Calculator(
        id=f"qtc-{name.lower()}",
        title=f"Corrected QT interval ({name})",
        inputs=(
            quantity("qt", "QT interval", "ms", 100, 1000, bare=True, units=("s",), also=("QT interval",)),
            heart_rate(),
        ),
        formula=formula,
        unit="ms",
        source=source,
        work=_corrected(rule),
        medcalc=number,
    )


def _ldl(v: Values) -> Answer | NotApplicable:
    tg = v.number("triglycerides")
    if tg > 400:
        return NotApplicable(
            f"triglycerides are {n(tg)} mg/dL: over 400 Friedewald's formula does not hold, measure LDL"
        )
    total, hdl = v.number("total_cholesterol"), v.number("hdl")
    value = total - hdl - tg / 5
    if value <= 0:
        return NotApplicable(
            f"it comes out at {n(value)} mg/dL, which no LDL is: check the values, measure LDL"
        )
    return Answer(
        value, f"{n(total)} - {n(hdl)} - {n(tg)} / 5 = {n(value)} mg/dL", ("needs a fasting sample",)
    )


_YOUNGEST, _OLDEST = 30, 79
_MEN = (
    52.00961,
    20.014077,
    -0.905964,
    1.305784,
    0.241549,
    12.096316,
    -4.605038,
    -2.84367,
    -2.93323,
    -172.300168,
)
_WOMEN = (
    31.764001,
    22.465206,
    -1.187731,
    2.552905,
    0.420251,
    13.07543,
    -5.060998,
    -2.996945,
    0.0,
    -146.5933061,
)
_SURVIVAL = {FEMALE: 0.98767}
_MALE_SURVIVAL = 0.9402
_SMOKING_AGE = {FEMALE: 78.0}
_MALE_SMOKING_AGE = 70.0


def _coronary_risk(v: Values) -> Answer | NotApplicable:
    years = v.number("age")
    if not _YOUNGEST <= years < _OLDEST + 1:
        return NotApplicable(
            f"the equation is for people of {_YOUNGEST} to {_OLDEST}, the patient is {n(years)}"
        )
    of = v.choice("sex")
    a, c, h, s, b, k, ac, ak, aa, start = _WOMEN if of == FEMALE else _MEN
    total, hdl, sys = v.number("total_cholesterol"), v.number("hdl"), v.number("systolic_bp")
    treated, smoker = int(v.yes("treated_pressure")), int(v.yes("smoker"))
    age_of_smoker = min(years, _SMOKING_AGE.get(of, _MALE_SMOKING_AGE))
    sum_ = (
        a * log(years) + c * log(total) + h * log(hdl) + s * log(sys) + b * treated + k * smoker
        + ac * log(years) * log(total) + ak * log(age_of_smoker) * smoker + aa * log(years) ** 2 + start
    )  # fmt: skip
    survival = _SURVIVAL.get(of, _MALE_SURVIVAL)
    value = 100 * (1 - survival ** exp(sum_))
    worked = (
        f"L = {a} ln {n(years)} + {c} ln {n(total)} {h} ln {n(hdl)} + {s} ln {n(sys)} + {b} x {treated} + {k} x {smoker} "
        f"{ac} ln {n(years)} ln {n(total)} {ak} ln {n(age_of_smoker)} x {smoker}"
        f"{f' {aa} (ln {n(years)})^2' if aa else ''} {start} = {n(sum_)}; 100 x (1 - {survival}^exp(L)) = {n(value)} %"
    )
    return Answer(value, worked, ("not for people with coronary disease or diabetes",))


_BAZETT = Source(
    "Bazett HC", "An analysis of the time-relations of electrocardiograms. Heart 7: 353-370", 1920
)
_FRIDERICIA = Source(
    "Fridericia LS", "Die Systolendauer im Elektrokardiogramm. Acta Med Scand 53: 469-486", 1920
)
_SAGIE = Source(
    "Sagie A et al.",
    "An improved method for adjusting the QT interval for heart rate (Framingham). Am J Cardiol 70: 797-801",
    1992,
)
_HODGES = Source("Hodges M et al.", "Bazett's QT correction reviewed. J Am Coll Cardiol 1: 694", 1983)
_RAUTAHARJU = Source(
    "Rautaharju PM et al.",
    "New age- and sex-specific criteria for QT prolongation based on rate correction formulas. Int J Cardiol 174: 535-540",
    2014,
)

HEART = (
    Calculator(
        id="mean-arterial-pressure",
        title="Mean arterial pressure",
        inputs=(systolic(), diastolic()),
        formula="(systolic + 2 x diastolic) / 3",
        unit="mm[Hg]",
        source=Source("Guyton AC, Hall JE", "Textbook of Medical Physiology, 11th edition", 2006),
        work=_map,
        medcalc=5,
    ),
    _qtc("Bazett", _bazett, "QT / square root of RR in seconds", _BAZETT, 11),
    _qtc("Fridericia", _fridericia, "QT / cube root of RR in seconds", _FRIDERICIA, 56),
    _qtc("Framingham", _framingham_qt, "QT + 154 x (1 - RR in seconds)", _SAGIE, 57),
    _qtc("Hodges", _hodges, "QT + 1.75 x (heart rate - 60)", _HODGES, 58),
    _qtc("Rautaharju", _rautaharju, "QT x (120 + heart rate) / 180", _RAUTAHARJU, 59),
    Calculator(
        id="ldl-friedewald",
        title="LDL cholesterol, calculated (Friedewald)",
        inputs=(
            total_cholesterol(),
            hdl_cholesterol(),
            quantity(
                "triglycerides",
                "triglycerides",
                "mg/dL",
                5,
                15000,
                analyte="analyte.triglycerides",
                units=("mmol/L",),
            ),
        ),
        formula="total cholesterol - HDL - triglycerides / 5, all in mg/dL; not over 400 mg/dL of triglycerides",
        unit="mg/dL",
        source=Source(
            "Friedewald WT et al.",
            "Estimation of the concentration of low-density lipoprotein cholesterol in plasma. Clin Chem 18: 499-502",
            1972,
        ),
        work=_ldl,
        medcalc=44,
    ),
    Calculator(
        id="framingham-hard-coronary",
        title="Ten-year risk of infarction or coronary death (Framingham, ATP III)",
        inputs=(
            age(),
            sex(),
            total_cholesterol(),
            hdl_cholesterol(),
            systolic(),
            yes_no(
                "treated_pressure",
                "blood pressure is treated with medicines",
                also=("Blood pressure being treated with medicines",),
            ),
            yes_no("smoker", "smokes", also=("Smoker", "smoking")),
        ),
        formula=(
            "100 x (1 - S^exp(L)); L is linear in the logarithms of age, cholesterol, HDL and systolic pressure, with treatment, "
            "smoking and their products with age; S is 0.9402 for men, 0.98767 for women"
        ),
        unit="%",
        source=Source(
            "National Cholesterol Education Program",
            "Third report of the expert panel (Adult Treatment Panel III), NIH 02-5215",
            2002,
        ),
        work=_coronary_risk,
        medcalc=46,
    ),
)
