"""One drug in terms of another: equivalent doses of corticosteroids, opioids as morphine."""

from __future__ import annotations

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.common import n
from wardround.calculators.errors import MissingInputsError
from wardround.calculators.inputs import Input, choice, quantity
from wardround.calculators.values import Values

STEROIDS = {
    "betamethasone": 0.75,
    "cortisone": 25.0,
    "dexamethasone": 0.75,
    "hydrocortisone": 20.0,
    "methylprednisolone": 4.0,
    "prednisolone": 5.0,
    "prednisone": 5.0,
    "triamcinolone": 4.0,
}
"""Milligrams of each that do what 20 mg of hydrocortisone do against inflammation."""
_ROUTES = tuple(
    (f"{drug} {route}", drug) for drug in STEROIDS for route in ("PO", "IV", "IM", "oral", "intravenous")
)


def _steroid(v: Values) -> Answer:
    given, wanted, dose = v.choice("given_drug"), v.choice("wanted_drug"), v.number("dose")
    value = dose * STEROIDS[wanted] / STEROIDS[given]
    worked = f"{n(dose)} mg x {STEROIDS[wanted]:g} / {STEROIDS[given]:g} = {n(value)} mg of {wanted}"
    return Answer(
        value,
        worked,
        (
            "by effect on inflammation, not on salt; tables differ, for betamethasone most (0.6 to 0.75)",
            "an approximate equivalent and no prescription: a prescriber decides on drug, dose and how often; not for depot "
            "injections, inhaled or topical steroids",
        ),
    )


OPIOIDS: dict[str, tuple[float, str, float]] = {
    "codeine": (0.15, "mg", 2000),
    "fentanyl_buccal": (0.13, "ug", 20000),
    "fentanyl_patch": (2.4, "ug/h", 2000),
    "hydrocodone": (1.0, "mg", 2000),
    "hydromorphone": (5.0, "mg", 1000),
    "methadone": (4.7, "mg", 1000),
    "morphine": (1.0, "mg", 5000),
    "oxycodone": (1.5, "mg", 2000),
    "oxymorphone": (3.0, "mg", 1000),
    "tapentadol": (0.4, "mg", 2000),
    "tramadol": (0.2, "mg", 2000),
}
"""Morphine by mouth (mg) for one unit of each, the unit of a dose, and the largest dose that is believable."""


def _opioid_inputs(drug: str) -> tuple[Input, Input]:
    _, unit, high = OPIOIDS[drug]
    said = drug.replace("_", " ")
    by_mouth = "" if drug.startswith("fentanyl") else " by mouth"
    often = "patches worn at once" if drug == "fentanyl_patch" else f"doses of {said} a day"
    other = ("mg",) if unit == "ug" else ()
    return (
        quantity(
            f"{drug}_dose",
            f"one dose of {said}{by_mouth}",
            unit,
            0,
            high,
            units=other,
            optional=True,
            also=(f"{said} dose",),
        ),
        quantity(
            f"{drug}_per_day", often, "/d", 0, 48, bare=True, optional=True, also=(f"{said} dose per day",)
        ),
    )


_NO_SWITCH = (
    "it measures risk and is no dose to convert to: cross-tolerance is incomplete and people differ, another opioid is started "
    "substantially lower; a prescriber decides, a specialist where methadone is one of the two",
    "factors are for what is swallowed (fentanyl: patch or buccal), not for injections; not for buprenorphine",
)


def _morphine(v: Values) -> Answer | NotApplicable:
    there = [drug for drug in OPIOIDS if v.has(f"{drug}_dose") or v.has(f"{drug}_per_day")]
    halves = [
        f"{drug}_{half}" for drug in there for half in ("dose", "per_day") if not v.has(f"{drug}_{half}")
    ]
    if not there or halves:
        labels = [name.replace("_", " ") for name in halves] or [
            "the dose of at least one opioid, and how often a day"
        ]
        raise MissingInputsError(
            "morphine-equivalents", halves or ["morphine_dose", "morphine_per_day"], labels
        )
    parts, total = [], 0.0
    for drug in there:
        factor, unit, _ = OPIOIDS[drug]
        dose, often = v.number(f"{drug}_dose"), v.number(f"{drug}_per_day")
        total += dose * often * factor
        parts.append(f"{drug.replace('_', ' ')} {n(dose)} {unit} x {n(often)} x {factor:g}")
    return Answer(
        total,
        f"{' + '.join(parts)} = {n(total)} mg",
        _NO_SWITCH,
        "50 mg a day or more: weigh benefit against risk anew (CDC 2022)" if total >= 50 else None,
    )


CONVERSIONS = (
    Calculator(
        id="steroid-conversion",
        title="Equivalent doses of corticosteroids",
        inputs=(
            choice("given_drug", "the steroid that is given", tuple(STEROIDS), words=_ROUTES),
            quantity("dose", "its dose", "mg", 0.001, 5000, units=("g", "ug")),
            choice(
                "wanted_drug",
                "the steroid that is wanted",
                tuple(STEROIDS),
                words=_ROUTES,
                also=("target steroid",),
            ),
        ),
        formula=(
            "dose x equivalent of the wanted / equivalent of the given; equivalents in mg: cortisone 25, hydrocortisone 20, "
            "prednisone and prednisolone 5, methylprednisolone and triamcinolone 4, dexamethasone and betamethasone 0.75"
        ),
        unit="mg",
        source=Source(
            "Brunton LL et al.",
            "Goodman and Gilman's The Pharmacological Basis of Therapeutics, 12th edition",
            2011,
        ),
        work=_steroid,
        medcalc=24,
    ),
    Calculator(
        id="morphine-equivalents",
        title="Opioids of a day as morphine (MME)",
        inputs=tuple(one for drug in OPIOIDS for one in _opioid_inputs(drug)),
        formula="the sum over opioids of dose x doses a day x factor",
        unit="mg",
        source=Source(
            "Centers for Disease Control and Prevention",
            "Clinical practice guideline for prescribing opioids for pain (buccal fentanyl: CDC's file of oral equivalents, 2017)",
            2022,
        ),
        work=_morphine,
        medcalc=49,
    ),
)
