"""Child-Pugh and Glasgow-Blatchford."""

from __future__ import annotations

from typing import Final

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.inputs import MALE, choice, sex
from wardround.calculators.scores.common import (
    ALBUMIN,
    BILIRUBIN,
    BUN,
    HAEMOGLOBIN,
    HEART_FAILURE,
    HEART_RATE,
    INR,
    SCORE,
    SYSTOLIC,
    criterion,
)
from wardround.calculators.scores.points import Tally, at_least, below
from wardround.calculators.values import Values

_ASCITES = {"absent": 1, "slight": 2, "moderate": 3}
_ENCEPHALOPATHY = {"none": 1, "grade 1-2": 2, "grade 3-4": 3}


def _child_pugh(values: Values) -> Answer:
    tally = Tally()
    bilirubin, albumin, inr = (values.number(name) for name in ("bilirubin", "albumin", "inr"))
    tally.add(1 if bilirubin < 2 else 2 if bilirubin <= 3 else 3, "bilirubin")
    tally.add(1 if albumin > 3.5 else 2 if albumin >= 2.8 else 3, "albumin")
    tally.add(1 if inr < 1.7 else 2 if inr <= 2.3 else 3, "INR")
    tally.add(_ASCITES[values.choice("ascites")], "ascites")
    tally.add(_ENCEPHALOPATHY[values.choice("encephalopathy")], "encephalopathy")
    return tally.answer("class A" if tally.total <= 6 else "class B" if tally.total <= 9 else "class C")


CHILD_PUGH: Final = Calculator(
    id="child-pugh",
    title="Child-Pugh score: cirrhosis",
    inputs=(
        BILIRUBIN,
        ALBUMIN,
        INR,
        choice(
            "ascites",
            "ascites",
            tuple(_ASCITES),
            words=(
                ("none", "absent"),
                ("mild", "slight"),
                ("severe", "moderate"),
                ("false", "absent"),
                ("no", "absent"),
            ),
            also=("ascites",),
            unsaid="absent",
        ),
        choice(
            "encephalopathy",
            "hepatic encephalopathy",
            tuple(_ENCEPHALOPATHY),
            words=(
                ("no encephalopathy", "none"),
                ("grade 0", "none"),
                ("absent", "none"),
                ("false", "none"),
                ("no", "none"),
            ),
            also=("encephalopathy",),
            unsaid="none",
        ),
    ),
    formula="1, 2 or 3 points each: bilirubin < 2, 2-3, > 3 mg/dL; albumin > 3.5, 2.8-3.5, < 2.8 g/dL; "
    "INR < 1.7, 1.7-2.3, > 2.3; ascites absent, slight, moderate; encephalopathy none, grade 1-2, grade 3-4",
    unit=SCORE,
    source=Source(
        "Pugh RN and others, Br J Surg 60: 646-649",
        "Transection of the oesophagus for bleeding oesophageal varices",
        1973,
    ),
    work=_child_pugh,
    medcalc=15,
)


def _blatchford(values: Values) -> Answer:
    tally = Tally()
    bun, haemoglobin, pressure = (values.number(name) for name in ("bun", "haemoglobin", "systolic_bp"))
    tally.add(at_least(bun, ((70, 6), (28, 4), (22.4, 3), (18.2, 2))), "urea nitrogen")
    steps = ((10, 6), (12, 3), (13, 1)) if values.choice("sex") == MALE else ((10, 6), (12, 1))
    tally.add(below(haemoglobin, steps), "haemoglobin")
    tally.add(below(pressure, ((90, 3), (100, 2), (110, 1))), "systolic pressure")
    tally.met(values.number("heart_rate") >= 100, 1, "heart rate 100 or more")
    tally.met(values.yes("melaena"), 1, "melaena")
    tally.met(values.yes("syncope"), 2, "syncope")
    tally.met(values.yes("liver_disease"), 2, "liver disease")
    tally.met(values.yes("heart_failure"), 2, "heart failure")
    return tally.answer()


BLATCHFORD: Final = Calculator(
    id="glasgow-blatchford",
    title="Glasgow-Blatchford bleeding score",
    inputs=(
        sex(),
        BUN,
        HAEMOGLOBIN,
        SYSTOLIC,
        HEART_RATE,
        criterion("melaena", "melaena", "melena present"),
        criterion("syncope", "syncope", "recent syncope"),
        criterion("liver_disease", "liver disease, known or evident", "hepatic disease history"),
        HEART_FAILURE,
    ),
    formula="urea nitrogen 18.2 2, 22.4 3, 28 4, 70 mg/dL 6; haemoglobin of men < 13 1, < 12 3, < 10 6, of women < 12 1, "
    "< 10 6; systolic < 110 1, < 100 2, < 90 3; heart rate >= 100 1; melaena 1; syncope 2; liver disease 2; "
    "heart failure 2",
    unit=SCORE,
    source=Source(
        "Blatchford O, Murray WR, Blatchford M, Lancet 356: 1318-1321",
        "A risk score to predict need for treatment for upper-gastrointestinal haemorrhage",
        2000,
    ),
    work=_blatchford,
    medcalc=27,
)

CALCULATORS: Final = (CHILD_PUGH, BLATCHFORD)
