"""APACHE II and SOFA."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.errors import MissingInputsError
from wardround.calculators.inputs import age, choice, quantity
from wardround.calculators.scores.common import (
    BILIRUBIN,
    CREATININE,
    DIASTOLIC,
    FIO2,
    GCS_TOTAL,
    HAEMATOCRIT,
    HEART_RATE,
    PAO2,
    PH,
    PLATELETS,
    POTASSIUM,
    RESPIRATORY_RATE,
    SCORE,
    SODIUM,
    SYSTOLIC,
    TEMPERATURE,
    WHITE_CELLS,
    criterion,
    mean_pressure,
    of_adults,
)
from wardround.calculators.scores.points import Tally, at_least, below
from wardround.calculators.values import Values

Band = tuple[tuple[float, float], ...]
_BANDS: Final[tuple[tuple[str, str, Band, float], ...]] = (
    ("temperature", "temperature",
     ((41, 4), (39, 3), (38.5, 1), (36, 0), (34, 1), (32, 2), (30, 3)), 4),
    ("mean_pressure", "mean pressure", ((160, 4), (130, 3), (110, 2), (70, 0), (50, 2)), 4),
    ("heart_rate", "heart rate", ((180, 4), (140, 3), (110, 2), (70, 0), (55, 2), (40, 3)), 4),
    ("respiratory_rate", "respiratory rate", ((50, 4), (35, 3), (25, 1), (12, 0), (10, 1), (6, 2)), 4),
    ("ph", "pH", ((7.7, 4), (7.6, 3), (7.5, 1), (7.33, 0), (7.25, 2), (7.15, 3)), 4),
    ("sodium", "sodium", ((180, 4), (160, 3), (155, 2), (150, 1), (130, 0), (120, 2), (111, 3)), 4),
    ("potassium", "potassium", ((7, 4), (6, 3), (5.5, 1), (3.5, 0), (3, 1), (2.5, 2)), 4),
    ("haematocrit", "haematocrit", ((60, 4), (50, 2), (46, 1), (30, 0), (20, 2)), 4),
    ("white_cells", "white cells", ((40, 4), (20, 2), (15, 1), (3, 0), (1, 2)), 4),
    ("age", "age", ((75, 6), (65, 5), (55, 3), (45, 2)), 0),
)  # fmt: skip
_CREATININE: Final[Band] = ((3.5, 4), (2, 3), (1.5, 2), (0.6, 0))
_SURGERY: Final = ("none", "elective", "emergency")


def _apache(values: Values) -> Answer:
    tally = Tally()
    mean = mean_pressure(values.number("systolic_bp"), values.number("diastolic_bp"))
    for name, label, band, lowest in _BANDS:
        value = mean if name == "mean_pressure" else values.number(name)
        tally.add(at_least(value, band, lowest), label)
    tally.add(at_least(values.number("creatinine"), _CREATININE, 2) * (2 if values.yes("acute_renal_failure") else 1), "creatinine")  # fmt: skip
    tally.add(_oxygen(values), "oxygenation")
    tally.add(15 - values.number("gcs"), "Glasgow Coma Scale")
    chronic = values.yes("severe_chronic_illness")
    tally.met(chronic, 2 if values.choice("surgery") == "elective" else 5, "severe chronic illness")
    return tally.answer()


def _oxygen(values: Values) -> float:
    """By the gradient from half oxygen up, by the pressure below."""
    if values.number("fio2") >= 50:
        return at_least(_wanted(values, "apache-ii", "a_a_gradient"), ((500, 4), (350, 3), (200, 2)))
    pressure = _wanted(values, "apache-ii", "pao2")
    return 0 if pressure > 70 else 1 if pressure > 60 else 3 if pressure >= 55 else 4


def _wanted(values: Values, calculator: str, name: str) -> float:
    """A measurement that only some patients need. Raises MissingInputsError where this one needs it."""
    found = values.maybe(name)
    if found is None:
        raise MissingInputsError(calculator, (name,), (f"{name}, as this patient stands",))
    return found


APACHE_II: Final = Calculator(
    id="apache-ii",
    title="APACHE II",
    inputs=(
        age(),
        TEMPERATURE,
        SYSTOLIC,
        DIASTOLIC,
        HEART_RATE,
        RESPIRATORY_RATE,
        FIO2,
        replace(PAO2, optional=True),
        quantity(
            "a_a_gradient",
            "alveolar-arterial oxygen gradient",
            "mm[Hg]",
            0,
            700,
            bare=True,
            optional=True,
            also=("a-a gradient",),
        ),
        PH,
        SODIUM,
        POTASSIUM,
        CREATININE,
        criterion("acute_renal_failure", "acute renal failure", "acute renal failure"),
        HAEMATOCRIT,
        WHITE_CELLS,
        GCS_TOTAL,
        criterion(
            "severe_chronic_illness",
            "severe organ failure or immunocompromise before",
            "history of severe organ failure or immunocompromise",
        ),
        choice(
            "surgery",
            "operation before admission to intensive care",
            _SURGERY,
            words=(("nonoperative", "none"), ("non-operative", "none"), ("no surgery", "none")),
            also=("surgery type",),
            unsaid="none",
        ),
    ),
    formula="0-4 points for each of twelve measurements (creatinine doubled in acute renal failure, 15 minus GCS), "
    "age 0-6, severe chronic illness 5 (2 after elective surgery)",
    unit=SCORE,
    source=Source(
        "Knaus WA and others, Crit Care Med 13: 818-829",
        "APACHE II: a severity of disease classification system",
        1985,
    ),
    work=of_adults(_apache),
    medcalc=28,
)

_PRESSORS: Final = ("dopamine", "dobutamine", "adrenaline", "noradrenaline")
_NAMED: Final = {"adrenaline": "epinephrine", "noradrenaline": "norepinephrine"}


def _sofa(values: Values) -> Answer:
    tally = Tally()
    tally.add(_lungs(values), "respiration")
    tally.add(below(values.number("platelets"), ((20, 4), (50, 3), (100, 2), (150, 1))), "platelets")
    tally.add(at_least(values.number("bilirubin"), ((12, 4), (6, 3), (2, 2), (1.2, 1))), "bilirubin")
    tally.add(_circulation(values), "circulation")
    tally.add(below(values.number("gcs"), ((6, 4), (10, 3), (13, 2), (15, 1))), "Glasgow Coma Scale")
    kidneys = at_least(values.number("creatinine"), ((5, 4), (3.5, 3), (2, 2), (1.2, 1)))
    urine = values.maybe("urine_output")
    if urine is not None:
        kidneys = max(kidneys, below(urine, ((200, 4), (500, 3))))
    tally.add(kidneys, "kidneys")
    return tally.answer()


def _lungs(values: Values) -> float:
    ratio = values.number("pao2") / (values.number("fio2") / 100)
    supported = values.yes("ventilated") or values.yes("cpap")
    points = below(ratio, ((100, 4), (200, 3), (300, 2), (400, 1)))
    return points if supported else min(points, 2)


def _circulation(values: Values) -> float:
    dose = {name: values.number(name) for name in _PRESSORS}
    strong = max(dose["adrenaline"], dose["noradrenaline"])
    if dose["dopamine"] > 15 or strong > 0.1:
        return 4
    if dose["dopamine"] > 5 or strong > 0:
        return 3
    if dose["dopamine"] > 0 or dose["dobutamine"] > 0:
        return 2
    if values.has("hypotension") and values.maybe("systolic_bp") is None:
        return float(values.yes("hypotension"))
    pressures = (_wanted(values, "sofa", name) for name in ("systolic_bp", "diastolic_bp"))
    return float(mean_pressure(*pressures) < 70)


SOFA: Final = Calculator(
    id="sofa",
    title="Sequential Organ Failure Assessment (SOFA)",
    inputs=(
        PAO2,
        FIO2,
        criterion("ventilated", "mechanically ventilated", "on mechanical ventilation"),
        criterion("cpap", "continuous positive airway pressure", "continous positive airway pressure"),
        PLATELETS,
        BILIRUBIN,
        replace(SYSTOLIC, optional=True),
        replace(DIASTOLIC, optional=True),
        criterion("hypotension", "mean arterial pressure below 70 mmHg", "hypotension", optional=True),
        *(
            quantity(
                name,
                f"{name} infusion",
                "ug/kg/min",
                0,
                60,
                units=("mg/kg/h",),
                unsaid=0,
                also=(name, _NAMED.get(name, name)),
            )
            for name in _PRESSORS
        ),
        GCS_TOTAL,
        CREATININE,
        quantity(
            "urine_output", "urine in 24 hours", "mL/d", 0, 30000, optional=True, also=("urine output",)
        ),
    ),
    formula="0-4 points for each of six organs: PaO2/FiO2, platelets, bilirubin, mean pressure and catecholamines, "
    "Glasgow Coma Scale, creatinine or urine",
    unit=SCORE,
    source=Source(
        "Vincent JL and others, Intensive Care Med 22: 707-710",
        "The SOFA (Sepsis-related Organ Failure Assessment) score to describe organ dysfunction/failure",
        1996,
    ),
    work=_sofa,
    medcalc=43,
)

CALCULATORS: Final = (APACHE_II, SOFA)
