"""CURB-65, the Pneumonia Severity Index, Centor (McIsaac), FeverPAIN."""

from __future__ import annotations

from typing import Final

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.inputs import FEMALE, age, sex
from wardround.calculators.scores.common import (
    BUN,
    DIASTOLIC,
    GLUCOSE,
    HAEMATOCRIT,
    HEART_RATE,
    PAO2,
    PH,
    RESPIRATORY_RATE,
    SCORE,
    SODIUM,
    SYSTOLIC,
    TEMPERATURE,
    criterion,
    of_adults,
)
from wardround.calculators.scores.points import Tally
from wardround.calculators.values import Values
from wardround.clinical import Quantity, convert


def _urea(values: Values) -> float:
    """In mmol/L, where urea and its nitrogen are one number."""
    assert BUN.analyte is not None
    return round(float(convert(Quantity(values.number("bun"), "mg/dL"), "mmol/L", BUN.analyte).value), 6)


def _curb_65(values: Values) -> Answer:
    tally = Tally()
    tally.met(values.yes("confusion"), 1, "confusion")
    tally.met(_urea(values) > 7, 1, "urea above 7 mmol/L")
    tally.met(values.number("respiratory_rate") >= 30, 1, "respiratory rate 30 or more")
    low = values.number("systolic_bp") < 90 or values.number("diastolic_bp") <= 60
    tally.met(low, 1, "low blood pressure")
    tally.met(values.number("age") >= 65, 1, "age 65 or more")
    return tally.answer()


CURB_65: Final = Calculator(
    id="curb-65",
    title="CURB-65: severity of community-acquired pneumonia",
    inputs=(
        age(),
        criterion("confusion", "new confusion", "confusion"),
        BUN,
        RESPIRATORY_RATE,
        SYSTOLIC,
        DIASTOLIC,
    ),
    formula="one point each: confusion, urea > 7 mmol/L (urea nitrogen from 20 mg/dL), respiratory rate >= 30, "
    "systolic < 90 or diastolic <= 60 mmHg, age >= 65",
    unit=SCORE,
    source=Source(
        "Lim WS and others, Thorax 58: 377-382",
        "Defining community acquired pneumonia severity on presentation to hospital",
        2003,
    ),
    work=of_adults(_curb_65),
    medcalc=45,
)

_ILLNESS: Final = (
    ("nursing_home", "lives in a nursing home", 10, "nursing home resident"),
    ("cancer", "neoplastic disease", 30, "neoplastic disease"),
    ("liver_disease", "liver disease", 20, "liver disease severity"),
    ("heart_failure", "heart failure", 10, "congestive heart faliure"),
    ("cerebrovascular_disease", "cerebrovascular disease", 10, "cerebrovascular disease history"),
    ("renal_disease", "renal disease", 10, "renal disease"),
    ("altered_mental_status", "altered mental status", 20, "altered mental status"),
    ("pleural_effusion", "pleural effusion", 10, "pleural effusion on x-ray"),
)


def _psi(values: Values) -> Answer:
    tally = Tally()
    tally.add(int(values.number("age")), "age")
    tally.met(values.choice("sex") == FEMALE, -10, "female")
    for name, label, points, _ in _ILLNESS:
        tally.met(values.yes(name), points, label)
    tally.met(values.number("respiratory_rate") >= 30, 20, "respiratory rate 30 or more")
    tally.met(values.number("systolic_bp") < 90, 20, "systolic below 90")
    temperature = values.number("temperature")
    tally.met(temperature < 35 or temperature >= 40, 15, "temperature below 35 or from 40")
    tally.met(values.number("heart_rate") >= 125, 10, "heart rate 125 or more")
    tally.met(values.number("ph") < 7.35, 30, "pH below 7.35")
    tally.met(values.number("bun") >= 30, 20, "urea nitrogen 30 mg/dL or more")
    tally.met(values.number("sodium") < 130, 20, "sodium below 130")
    tally.met(values.number("glucose") >= 250, 10, "glucose 250 mg/dL or more")
    tally.met(values.number("haematocrit") < 30, 10, "haematocrit below 30%")
    tally.met(values.number("pao2") < 60, 10, "PaO2 below 60")
    return tally.answer("class I" if _class_one(values) else _class(tally.total))


_BARS_CLASS_ONE: Final = (
    "cancer", "liver_disease", "heart_failure", "cerebrovascular_disease", "renal_disease", "altered_mental_status",
)  # fmt: skip


def _class_one(values: Values) -> bool:
    """The first step of the rule: 50 or younger, none of five illnesses, none of five signs; points do not matter then."""
    temperature = values.number("temperature")
    return (
        values.number("age") < 51
        and not any(values.yes(name) for name in _BARS_CLASS_ONE)
        and values.number("respiratory_rate") < 30
        and values.number("systolic_bp") >= 90
        and 35 <= temperature < 40
        and values.number("heart_rate") < 125
    )


def _class(points: float) -> str:
    """By the points, for everybody who is not in class I."""
    limits = ((70, "class II"), (90, "class III"), (130, "class IV"))
    return next((name for limit, name in limits if points <= limit), "class V")


PSI: Final = Calculator(
    id="pneumonia-severity-index",
    title="Pneumonia Severity Index (PSI)",
    inputs=(
        age(),
        sex(),
        *(criterion(name, label, also) for name, label, _, also in _ILLNESS),
        RESPIRATORY_RATE,
        SYSTOLIC,
        TEMPERATURE,
        HEART_RATE,
        PH,
        BUN,
        SODIUM,
        GLUCOSE,
        HAEMATOCRIT,
        PAO2,
    ),
    formula="age in years (women minus 10), nursing home 10, cancer 30, liver 20, heart failure 10, cerebrovascular 10, "
    "renal 10, altered mental status 20, respiratory rate >= 30 20, systolic < 90 20, temperature < 35 or >= 40 15, "
    "pulse >= 125 10, pH < 7.35 30, urea nitrogen >= 30 mg/dL 20, sodium < 130 20, glucose >= 250 mg/dL 10, "
    "haematocrit < 30 10, PaO2 < 60 10, effusion 10; class I: 50 or younger without those illnesses (a nursing home is "
    "none) and without abnormal mental status, breathing, pressure, temperature, pulse",
    unit=SCORE,
    source=Source(
        "Fine MJ and others, N Engl J Med 336: 243-250",
        "A prediction rule to identify low-risk patients with community-acquired pneumonia",
        1997,
    ),
    work=of_adults(_psi),
    medcalc=29,
)


def _centor(values: Values) -> Answer | NotApplicable:
    years = values.number("age")
    if years < 3:
        return NotApplicable("the score was made for patients from three years of age")
    tally = Tally()
    tally.add(1 if years < 15 else -1 if years >= 45 else 0, "age")
    tally.met(values.yes("exudate"), 1, "exudate or swelling of the tonsils")
    tally.met(values.yes("tender_nodes"), 1, "tender or swollen cervical nodes")
    tally.met(values.number("temperature") > 38, 1, "temperature above 38 Cel")
    tally.met(values.yes("cough_absent"), 1, "no cough")
    return tally.answer()


CENTOR: Final = Calculator(
    id="centor",
    title="Centor score, modified by McIsaac: streptococcal pharyngitis",
    inputs=(
        age(),
        criterion("exudate", "exudate or swelling of the tonsils", "exudate or swelling on tonsils"),
        criterion(
            "tender_nodes",
            "tender or swollen anterior cervical nodes",
            "tender/swollen anterior cervical lymph nodes",
        ),
        TEMPERATURE,
        criterion("cough_absent", "no cough", "cough absent"),
    ),
    formula="age 3-14 1, >= 45 -1; exudate or swelling of the tonsils 1, tender anterior cervical nodes 1, "
    "temperature > 38 Cel 1, no cough 1",
    unit=SCORE,
    source=Source(
        "McIsaac WJ and others, CMAJ 158: 75-83",
        "A clinical score to reduce unnecessary antibiotic use in patients with sore throat",
        1998,
    ),
    work=_centor,
    medcalc=20,
)

_PAIN: Final = (
    ("fever", "fever in the last 24 hours", "fever in past 24 hours"),
    ("no_cough_or_coryza", "no cough and no coryza", "absence of cough or coryza"),
    ("onset_three_days", "symptoms for three days or less", "symptom onset ≤3 days"),
    ("purulent_tonsils", "purulent tonsils", "purulent tonsils"),
    ("inflamed_tonsils", "severely inflamed tonsils", "severe tonsil inflammation"),
)


def _feverpain(values: Values) -> Answer:
    tally = Tally()
    for name, label, _ in _PAIN:
        tally.met(values.yes(name), 1, label)
    return tally.answer()


FEVERPAIN: Final = Calculator(
    id="feverpain",
    title="FeverPAIN: streptococcal pharyngitis",
    inputs=tuple(criterion(name, label, also) for name, label, also in _PAIN),
    formula="one point each: fever, no cough or coryza, onset within three days, purulent tonsils, "
    "severely inflamed tonsils",
    unit=SCORE,
    source=Source(
        "Little P and others, BMJ 347: f5806",
        "Clinical score and rapid antigen detection test to guide antibiotic use for sore throats (PRISM)",
        2013,
    ),
    work=_feverpain,
    medcalc=33,
)

CALCULATORS: Final = (CURB_65, PSI, CENTOR, FEVERPAIN)
