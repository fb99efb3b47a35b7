"""The inputs that many scores share, each under one name everywhere, and the age from which adults' scores speak."""

from __future__ import annotations

from collections.abc import Callable

from wardround.calculators.calculator import Answer, NotApplicable
from wardround.calculators.inputs import Input, quantity, yes_no
from wardround.calculators.values import Values

SCORE = "{score}"

SYSTOLIC = quantity(
    "systolic_bp", "systolic blood pressure", "mm[Hg]", 20, 350, bare=True, also=("systolic blood pressure",)
)
DIASTOLIC = quantity(
    "diastolic_bp",
    "diastolic blood pressure",
    "mm[Hg]",
    5,
    250,
    bare=True,
    also=("diastolic blood pressure",),
)
HEART_RATE = quantity(
    "heart_rate", "heart rate", "/min", 10, 350, bare=True, also=("heart rate or pulse", "pulse")
)
RESPIRATORY_RATE = quantity(
    "respiratory_rate", "respiratory rate", "/min", 1, 120, bare=True, also=("respiratory rate",)
)
TEMPERATURE = quantity(
    "temperature", "body temperature", "Cel", 20, 45, units=("[degF]",), also=("temperature",)
)
SATURATION = quantity(
    "oxygen_saturation",
    "oxygen saturation",
    "%",
    30,
    100,
    bare=True,
    also=("o2 saturation percentage", "O₂ saturation percentage"),
)
BUN = quantity(
    "bun",
    "blood urea nitrogen",
    "mg/dL",
    0.5,
    400,
    units=("mmol/L",),
    analyte="analyte.urea_nitrogen",
    also=("blood urea nitrogen (bun)", "blood urea nitrogen"),
)
CREATININE = quantity(
    "creatinine",
    "serum creatinine",
    "mg/dL",
    0.05,
    50,
    units=("umol/L",),
    analyte="analyte.creatinine",
    also=("creatinine", "pre-operative creatinine"),
)
SODIUM = quantity(
    "sodium", "serum sodium", "mmol/L", 80, 220, units=("meq/L",), analyte="analyte.sodium", also=("sodium",)
)
POTASSIUM = quantity(
    "potassium",
    "serum potassium",
    "mmol/L",
    0.8,
    15,
    units=("meq/L",),
    analyte="analyte.potassium",
    also=("potassium",),
)
GLUCOSE = quantity(
    "glucose",
    "blood glucose",
    "mg/dL",
    5,
    3500,
    units=("mmol/L",),
    analyte="analyte.glucose",
    also=("glucose",),
)
BILIRUBIN = quantity(
    "bilirubin",
    "total bilirubin",
    "mg/dL",
    0.01,
    80,
    units=("umol/L",),
    analyte="analyte.bilirubin",
    also=("bilirubin",),
)
ALBUMIN = quantity("albumin", "serum albumin", "g/dL", 0.3, 10, units=("g/L",), also=("albumin",))
INR = quantity(
    "inr", "international normalised ratio", "1", 0.4, 30, bare=True, also=("international normalized ratio",)
)
HAEMOGLOBIN = quantity("haemoglobin", "haemoglobin", "g/dL", 1, 30, units=("g/L",), also=("hemoglobin",))
HAEMATOCRIT = quantity("haematocrit", "haematocrit", "%", 2, 85, bare=True, also=("hematocrit",))
PLATELETS = quantity(
    "platelets", "platelet count", "10*9/L", 0, 5000, units=("/uL",), also=("platelet count",)
)
WHITE_CELLS = quantity(
    "white_cells",
    "white blood cell count",
    "10*9/L",
    0,
    1000,
    units=("/uL",),
    also=("white blood cell count",),
)
PH = quantity("ph", "arterial pH", "1", 6.3, 8, bare=True, also=("ph",))
PAO2 = quantity(
    "pao2",
    "arterial oxygen pressure",
    "mm[Hg]",
    5,
    800,
    units=("kPa",),
    also=(
        "partial pressure of oxygen (pao2) for apache ii",
        "Partial pressure of oxygen (PaO₂) for Apache II",
    ),
)
FIO2 = quantity("fio2", "inspired oxygen fraction", "%", 20, 100, bare=True, also=("fio2", "FiO₂"))
GCS_TOTAL = quantity(
    "gcs", "Glasgow Coma Scale, total", SCORE, 3, 15, bare=True, unsaid=15, also=("glasgow coma score",)
)

DIABETES = yes_no(
    "diabetes", "diabetes mellitus", also=("diabetes history", "diabetes mellitus criteria for cci rule")
)
PREVIOUS_PE = yes_no(
    "previous_pe", "previous pulmonary embolism", also=("previously documented pulmonary embolism",)
)
PREVIOUS_DVT = yes_no(
    "previous_dvt", "previous deep vein thrombosis", also=("previously documented deep vein thrombosis",)
)
HAEMOPTYSIS = yes_no("haemoptysis", "haemoptysis", also=("hemoptysis",))
STROKE = yes_no("stroke", "stroke", also=("stroke", "cerebrovascular accident"))
TIA = yes_no("tia", "transient ischaemic attack", also=("transient ischemic attacks history",))
HEART_FAILURE = yes_no(
    "heart_failure",
    "heart failure",
    also=("congestive heart faliure", "congestive heart failure", "cardiac failure present"),
)
SMOKING = yes_no("smoking", "smokes", also=("smoking", "smoker"))


GROWN = 16
"""Years from which a score that was made in adults is worked out at all."""


def of_adults(work: Callable[[Values], Answer]) -> Callable[[Values], Answer | NotApplicable]:
    """The same score, which does not apply below 16 years."""

    def checked(values: Values) -> Answer | NotApplicable:
        years = values.number("age")
        if years < GROWN:
            return NotApplicable(f"the score was made in adults, the patient is {years:.3g} years old")
        return work(values)

    return checked


def mean_pressure(systolic: float, diastolic: float) -> float:
    """Mean arterial pressure from the two that are measured."""
    return (systolic + 2 * diastolic) / 3


def criterion(name: str, label: str, *also: str, optional: bool = False) -> Input:
    """A criterion that is met or not, under the names that others use."""
    return yes_no(name, label, also=also, optional=optional)
