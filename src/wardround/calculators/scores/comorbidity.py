"""The Charlson Comorbidity Index with its points for age."""

from __future__ import annotations

from typing import Final

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.inputs import age, choice
from wardround.calculators.scores.common import HEART_FAILURE, SCORE, STROKE, TIA, criterion, of_adults
from wardround.calculators.scores.points import Tally, at_least
from wardround.calculators.values import Values

_SINGLE: Final = (
    ("infarction", "myocardial infarction", 1, "myocardial infarction"),
    ("peripheral_vascular_disease", "peripheral vascular disease", 1, "peripheral vascular disease"),
    ("dementia", "dementia", 1, "dementia"),
    ("copd", "chronic pulmonary disease", 1, "chronic obstructive pulmonary disease"),
    ("connective_tissue_disease", "connective tissue disease", 1, "connective tissue disease"),
    ("peptic_ulcer", "peptic ulcer disease", 1, "peptic ulcer disease"),
    ("hemiplegia", "hemiplegia", 2, "hemiplegia"),
    ("kidney_disease", "moderate to severe kidney disease", 2, "moderate to severe chronic kidney disease"),
    ("leukaemia", "leukaemia", 2, "leukemia"),
    ("lymphoma", "lymphoma", 2, "lymphoma"),
    ("aids", "AIDS", 6, "aids"),
)
_LIVER: Final = {"none": 0, "mild": 1, "moderate to severe": 3}
_DIABETES: Final = {"none or diet-controlled": 0, "uncomplicated": 1, "end-organ damage": 2}
_TUMOUR: Final = {"none": 0, "localized": 2, "metastatic": 6}


def _charlson(values: Values) -> Answer:
    tally = Tally()
    tally.add(at_least(values.number("age"), ((80, 4), (70, 3), (60, 2), (50, 1))), "age")
    tally.met(values.yes("heart_failure"), 1, "heart failure")
    tally.met(values.yes("stroke") or values.yes("tia"), 1, "cerebrovascular disease")
    for name, label, points, _ in _SINGLE:
        tally.met(values.yes(name), points, label)
    tally.add(_LIVER[values.choice("liver_disease")], "liver disease")
    tally.add(_DIABETES[values.choice("diabetes")], "diabetes")
    tally.add(_TUMOUR[values.choice("solid_tumour")], "solid tumour")
    return tally.answer()


CHARLSON: Final = Calculator(
    id="charlson",
    title="Charlson Comorbidity Index, with age",
    inputs=(
        age(),
        HEART_FAILURE,
        STROKE,
        TIA,
        *(criterion(name, label, also) for name, label, _, also in _SINGLE),
        choice(
            "liver_disease",
            "liver disease",
            tuple(_LIVER),
            words=(("false", "none"), ("no", "none"), ("absent", "none")),
            also=("liver disease severity",),
            unsaid="none",
        ),
        choice(
            "diabetes",
            "diabetes mellitus",
            tuple(_DIABETES),
            words=(
                ("false", "none or diet-controlled"),
                ("none", "none or diet-controlled"),
                ("true", "uncomplicated"),
            ),
            also=("diabetes mellitus criteria for cci rule",),
            unsaid="none or diet-controlled",
        ),
        choice(
            "solid_tumour",
            "solid tumour",
            tuple(_TUMOUR),
            words=(("false", "none"), ("no", "none"), ("true", "localized"), ("yes", "localized")),
            also=("solid tumor",),
            unsaid="none",
        ),
    ),
    formula="age 50-59 1, 60-69 2, 70-79 3, >= 80 4; one point for each of ten illnesses, 2 for hemiplegia, kidney disease, "
    "leukaemia, lymphoma, localised tumour, diabetes with organ damage; 3 for moderate liver disease, 6 for metastases, AIDS",
    unit=SCORE,
    source=Source(
        "Charlson M and others, J Clin Epidemiol 47: 1245-1251",
        "Validation of a combined comorbidity index",
        1994,
    ),
    work=of_adults(_charlson),
    medcalc=32,
)

CALCULATORS: Final = (CHARLSON,)
