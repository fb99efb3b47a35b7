"""The kidney: creatinine clearance, estimated filtration, fractional excretion of sodium."""

from __future__ import annotations

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.common import ADULT, creatinine, height, n, sodium, weight
from wardround.calculators.equations.body import bmi_of, ideal_weight, short_warning
from wardround.calculators.inputs import FEMALE, age, choice, quantity, sex
from wardround.calculators.values import Values
from wardround.clinical import Quantity, ckd_epi_2021, convert

_STEADY = "for a stable creatinine only: not in acute kidney injury"
_RACE = (
    "race is not biology: the National Kidney Foundation and the American Society of Nephrology (2021) advise the "
    "CKD-EPI equation of 2021, without it"
)


def _not_a_child(years: float, what: str) -> NotApplicable | None:
    if years < ADULT:
        return NotApplicable(
            f"{what} was made in adults, the patient is {n(years)} years old: use a children's formula"
        )
    return None


def _dosing_weight(kilograms: float, centimetres: float, of: str) -> tuple[float, str]:
    """The weight that goes into the clearance, and why it is this one."""
    bmi, ideal = bmi_of(kilograms, centimetres), ideal_weight(centimetres, of)
    if bmi < 18.5:
        return kilograms, f"body mass index {n(bmi)}, underweight: actual weight"
    if bmi < 25:
        return min(
            ideal, kilograms
        ), f"body mass index {n(bmi)}, normal: the lesser of ideal ({n(ideal)}) and actual weight"
    return ideal + 0.4 * (
        kilograms - ideal
    ), f"body mass index {n(bmi)}, overweight: adjusted from ideal ({n(ideal)}) weight"


def _clearance(v: Values) -> Answer | NotApplicable:
    years = v.number("age")
    child = _not_a_child(years, "the Cockcroft-Gault equation")
    if child is not None:
        return child
    of, scr = v.choice("sex"), v.number("creatinine")
    kilograms, why = _dosing_weight(v.number("weight"), v.number("height"), of)
    factor = 0.85 if of == FEMALE else 1.0
    value = (140 - years) * kilograms * factor / (72 * scr)
    worked = f"{why}, {n(kilograms)} kg; (140 - {n(years)}) x {n(kilograms)} x {factor} / (72 x {n(scr)}) = {n(value)} mL/min"
    return Answer(value, worked, (_STEADY, *short_warning(v.number("height"))))


def _ckd_epi(v: Values) -> Answer | NotApplicable:
    years = v.number("age")
    child = _not_a_child(years, "the CKD-EPI equation")
    if child is not None:
        return child
    of, scr = v.choice("sex"), v.number("creatinine")
    micromoles = convert(Quantity(scr, "mg/dL"), "umol/L", "analyte.creatinine").value
    value = ckd_epi_2021(micromoles, years, "female" if of == FEMALE else "male")
    assert value is not None
    bend, slope, factor = (0.7, -0.241, " x 1.012") if of == FEMALE else (0.9, -0.302, "")
    worked = (
        f"142 x min({n(scr)}/{bend}, 1)^{slope} x max({n(scr)}/{bend}, 1)^-1.2 x 0.9938^{n(years)}{factor}"
        f" = {n(value)} mL/min/1.73 m2"
    )
    return Answer(value, worked, (_STEADY,), _stage(value))


def _stage(egfr: float) -> str:
    for floor, stage in ((90, "G1"), (60, "G2"), (45, "G3a"), (30, "G3b"), (15, "G4")):
        if egfr >= floor:
            return f"KDIGO category {stage}"
    return "KDIGO category G5"


def _mdrd(v: Values) -> Answer | NotApplicable:
    years = v.number("age")
    child = _not_a_child(years, "the MDRD equation")
    if child is not None:
        return child
    of, scr = v.choice("sex"), v.number("creatinine")
    by_sex = 0.742 if of == FEMALE else 1.0
    by_race = 1.212 if v.has("race") and v.choice("race") == "black" else 1.0
    value = 175 * scr**-1.154 * years**-0.203 * by_sex * by_race
    factors = f"{f' x {by_sex}' if by_sex != 1 else ''}{f' x {by_race}' if by_race != 1 else ''}"
    worked = f"175 x {n(scr)}^-1.154 x {n(years)}^-0.203{factors} = {n(value)} mL/min/1.73 m2"
    return Answer(value, worked, (_STEADY, _RACE))


def _fena(v: Values) -> Answer:
    una, pcr = v.number("urine_sodium"), v.number("creatinine")
    pna, ucr = v.number("sodium"), v.number("urine_creatinine")
    value = 100 * una * pcr / (pna * ucr)
    worked = f"100 x ({n(una)} x {n(pcr)}) / ({n(pna)} x {n(ucr)}) = {n(value)} %"
    return Answer(value, worked, ("diuretics raise it: use the fractional excretion of urea then",))


KIDNEY = (
    Calculator(
        id="cockcroft-gault",
        title="Creatinine clearance (Cockcroft-Gault)",
        inputs=(age(), sex(), weight(2), height(), creatinine()),
        formula=(
            "(140 - age) x weight x (0.85 for women) / (72 x creatinine in mg/dL); weight is the actual one under a body "
            "mass index of 18.5, the lesser of ideal and actual under 25, the adjusted one from 25"
        ),
        unit="mL/min",
        source=Source(
            "Cockcroft DW, Gault MH",
            "Prediction of creatinine clearance from serum creatinine. Nephron 16: 31-41",
            1976,
        ),
        work=_clearance,
        medcalc=2,
    ),
    Calculator(
        id="ckd-epi-2021",
        title="Estimated glomerular filtration (CKD-EPI 2021, creatinine)",
        inputs=(age(), sex(), creatinine()),
        formula=(
            "142 x min(Scr/k, 1)^a x max(Scr/k, 1)^-1.2 x 0.9938^age (x 1.012 for women); k 0.7 and a -0.241 for women, "
            "0.9 and -0.302 for men"
        ),
        unit="mL/min/{1.73_m2}",
        source=Source(
            "Inker LA et al.",
            "New creatinine- and cystatin C-based equations to estimate GFR without race. N Engl J Med 385: 1737-1749",
            2021,
        ),
        work=_ckd_epi,
        medcalc=3,
    ),
    Calculator(
        id="mdrd",
        title="Estimated glomerular filtration (MDRD, four variables)",
        inputs=(
            age(),
            sex(),
            creatinine(),
            choice(
                "race",
                "race as the equation of 2006 has it; better left out",
                ("black", "other"),
                words=(
                    ("African American", "black"),
                    ("White", "other"),
                    ("Asian", "other"),
                    ("Hispanic", "other"),
                    ("Caucasian", "other"),
                ),
                optional=True,
            ),
        ),
        formula="175 x creatinine^-1.154 x age^-0.203 (x 0.742 for women) (x 1.212 where the equation of 2006 says black)",
        unit="mL/min/{1.73_m2}",
        source=Source(
            "Levey AS et al.",
            "Using standardized serum creatinine values in the MDRD study equation. Ann Intern Med 145: 247-254",
            2006,
        ),
        work=_mdrd,
        medcalc=9,
    ),
    Calculator(
        id="fractional-excretion-of-sodium",
        title="Fractional excretion of sodium",
        inputs=(
            sodium(),
            creatinine(),
            quantity(
                "urine_sodium", "urine sodium", "mmol/L", 1, 500, analyte="analyte.sodium", units=("meq/L",)
            ),
            quantity(
                "urine_creatinine",
                "urine creatinine",
                "mg/dL",
                1,
                1000,
                analyte="analyte.creatinine",
                units=("umol/L", "mmol/L"),
            ),
        ),
        formula="100 x (urine sodium x serum creatinine) / (serum sodium x urine creatinine)",
        unit="%",
        source=Source(
            "Espinel CH",
            "The FENa test: use in the differential diagnosis of acute renal failure. JAMA 236: 579-581",
            1976,
        ),
        work=_fena,
        medcalc=40,
    ),
)
