"""CHA2DS2-VASc, HAS-BLED, HEART and the Revised Cardiac Risk Index."""

from __future__ import annotations

from typing import Final

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.inputs import FEMALE, age, choice, quantity, sex
from wardround.calculators.scores.common import (
    CREATININE,
    DIABETES,
    HEART_FAILURE,
    SCORE,
    SMOKING,
    STROKE,
    TIA,
    criterion,
    of_adults,
)
from wardround.calculators.scores.points import Tally, at_least
from wardround.calculators.values import Values

_FIBRILLATION: Final = (
    "not with a mechanical valve or moderate to severe mitral stenosis; the point for female sex alone is no reason to treat, and "
    "the European Society of Cardiology (2024) scores without it"
)
_BLEEDING: Final = (
    "a high score asks for what can be mended; alone it is no reason to withhold an anticoagulant"
)


def _cha2ds2_vasc(values: Values) -> Answer:
    tally = Tally()
    tally.met(values.yes("heart_failure"), 1, "heart failure")
    tally.met(values.yes("hypertension"), 1, "hypertension")
    tally.add(at_least(values.number("age"), ((75, 2), (65, 1))), "age")
    tally.met(values.yes("diabetes"), 1, "diabetes")
    clot = values.yes("stroke") or values.yes("tia") or values.yes("thromboembolism")
    tally.met(clot, 2, "stroke, TIA or thromboembolism")
    tally.met(values.yes("vascular_disease"), 1, "vascular disease")
    tally.met(values.choice("sex") == FEMALE, 1, "female sex")
    return tally.answer(warnings=(_FIBRILLATION,))


CHA2DS2_VASC: Final = Calculator(
    id="cha2ds2-vasc",
    title="CHA2DS2-VASc: risk of stroke in atrial fibrillation",
    inputs=(
        age(),
        sex(),
        HEART_FAILURE,
        criterion("hypertension", "hypertension, treated or not", "hypertension history"),
        DIABETES,
        STROKE,
        TIA,
        criterion("thromboembolism", "systemic thromboembolism", "thromboembolism history"),
        criterion(
            "vascular_disease",
            "myocardial infarction, peripheral artery disease or aortic plaque",
            "vascular disease history",
        ),
    ),
    formula="heart failure 1, hypertension 1, age 65-74 1, age >= 75 2, diabetes 1, "
    "stroke or TIA or thromboembolism 2, vascular disease 1, female 1",
    unit=SCORE,
    source=Source(
        "Lip GYH and others, Chest 137: 263-272",
        "Refining clinical risk stratification for predicting stroke and thromboembolism in atrial fibrillation (CHA2DS2-VASc)",
        2010,
    ),
    work=of_adults(_cha2ds2_vasc),
    medcalc=4,
)


def _has_bled(values: Values) -> Answer:
    tally = Tally()
    tally.met(values.yes("uncontrolled_hypertension"), 1, "hypertension")
    tally.met(values.yes("renal_disease"), 1, "renal disease")
    tally.met(values.yes("liver_disease"), 1, "liver disease")
    tally.met(values.yes("stroke"), 1, "stroke")
    tally.met(values.yes("bleeding"), 1, "bleeding")
    tally.met(values.yes("labile_inr"), 1, "labile INR")
    tally.met(values.number("age") > 65, 1, "age above 65")
    tally.met(values.yes("bleeding_drugs"), 1, "antiplatelet or NSAID")
    tally.met(values.number("drinks_per_week") >= 8, 1, "alcohol")
    return tally.answer(warnings=(_BLEEDING,))


HAS_BLED: Final = Calculator(
    id="has-bled",
    title="HAS-BLED: risk of major bleeding on anticoagulation",
    inputs=(
        age(),
        criterion(
            "uncontrolled_hypertension",
            "uncontrolled hypertension (systolic above 160 mmHg)",
            "hypertension history",
        ),
        criterion(
            "renal_disease",
            "dialysis, transplant or creatinine above 200 umol/L",
            "renal disease criteria for the has-bled rule",
        ),
        criterion(
            "liver_disease",
            "cirrhosis, or bilirubin above twice with transaminases above three times normal",
            "liver disease criteria for the has-bled rule",
        ),
        STROKE,
        criterion(
            "bleeding",
            "previous major bleeding or predisposition to it",
            "prior major bleeding or predisposition to bleeding",
        ),
        criterion("labile_inr", "labile INR", "labile international normalized ratio"),
        criterion(
            "bleeding_drugs",
            "antiplatelet drugs or NSAIDs",
            "medication usage predisposing to bleeding",
        ),
        quantity(
            "drinks_per_week",
            "alcoholic drinks per week",
            "{drinks}/wk",
            0,
            300,
            bare=True,
            unsaid=0,
            also=("number of alcoholic drinks per week",),
        ),
    ),
    formula="hypertension 1, renal disease 1, liver disease 1, stroke 1, bleeding 1, labile INR 1, age > 65 1, "
    "antiplatelets or NSAIDs 1, eight drinks a week or more 1",
    unit=SCORE,
    source=Source(
        "Pisters R and others, Chest 138: 1093-1100",
        "A novel user-friendly score (HAS-BLED) to assess 1-year risk of major bleeding in atrial fibrillation",
        2010,
    ),
    work=of_adults(_has_bled),
    medcalc=25,
)

_HISTORY = {"slightly suspicious": 0, "moderately suspicious": 1, "highly suspicious": 2}
_ECG = {"normal": 0, "non-specific repolarisation disturbance": 1, "significant ST deviation": 2}
_TROPONIN = {"normal": 0, "one to three times normal": 1, "above three times normal": 2}
_RISKS = ("hypertension", "hypercholesterolaemia", "diabetes", "obesity", "smoking", "family_history")


def _heart(values: Values) -> Answer:
    tally = Tally()
    tally.add(_HISTORY[values.choice("history")], "history")
    tally.add(_ECG[values.choice("ecg")], "ECG")
    tally.add(at_least(values.number("age"), ((65, 2), (45, 1))), "age")
    count = sum(values.yes(name) for name in _RISKS)
    atherosclerosis = values.yes("atherosclerotic_disease") or values.yes("tia")
    tally.add(2 if atherosclerosis or count >= 3 else 1 if count else 0, f"{count} risk factors")
    tally.add(_TROPONIN[values.choice("troponin")], "troponin")
    return tally.answer(
        "low risk" if tally.total <= 3 else "moderate risk" if tally.total <= 6 else "high risk"
    )


HEART: Final = Calculator(
    id="heart-score",
    title="HEART score: major cardiac events in chest pain",
    inputs=(
        choice(
            "history",
            "how suspicious the history is of a coronary syndrome",
            tuple(_HISTORY),
            also=("suspicion history",),
            unsaid="slightly suspicious",
        ),
        choice(
            "ecg",
            "the ECG",
            tuple(_ECG),
            words=(("non-specific repolarization disturbance", "non-specific repolarisation disturbance"),),
            also=("electrocardiogram test",),
            unsaid="normal",
        ),
        age(),
        criterion("hypertension", "hypertension", "hypertension history"),
        criterion("hypercholesterolaemia", "hypercholesterolaemia", "hypercholesterolemia"),
        DIABETES,
        criterion("obesity", "body mass index above 30 kg/m2", "obesity"),
        SMOKING,
        criterion(
            "family_history",
            "cardiovascular disease before 65 in a parent or sibling",
            "parent or sibling with cardiovascular disease before age 65",
        ),
        criterion(
            "atherosclerotic_disease",
            "previous infarction, revascularisation, stroke or peripheral artery disease",
            "atherosclerotic disease",
        ),
        TIA,
        choice(
            "troponin",
            "initial troponin against the laboratory's limit",
            tuple(_TROPONIN),
            words=(
                ("less than or equal to normal limit", "normal"),
                (
                    "between the normal limit or up to three times the normal limit",
                    "one to three times normal",
                ),
                ("greater than three times normal limit", "above three times normal"),
            ),
            also=("initial troponin",),
            unsaid="normal",
        ),
    ),
    formula="history 0-2, ECG 0-2, age 45-64 1 and >= 65 2, one or two risk factors 1, three or atherosclerosis 2, "
    "troponin 0-2",
    unit=SCORE,
    source=Source(
        "Six AJ, Backus BE, Kelder JC, Neth Heart J 16: 191-196",
        "Chest pain in the emergency room: value of the HEART score",
        2008,
    ),
    work=of_adults(_heart),
    medcalc=18,
)


def _rcri(values: Values) -> Answer:
    tally = Tally()
    tally.met(values.yes("high_risk_surgery"), 1, "high-risk surgery")
    tally.met(values.yes("ischaemic_heart_disease"), 1, "ischaemic heart disease")
    tally.met(values.yes("heart_failure"), 1, "heart failure")
    tally.met(values.yes("cerebrovascular_disease"), 1, "stroke or TIA")
    tally.met(values.yes("insulin"), 1, "insulin")
    tally.met(values.number("creatinine") > 2, 1, "creatinine above 2 mg/dL")
    return tally.answer()


RCRI: Final = Calculator(
    id="revised-cardiac-risk-index",
    title="Revised Cardiac Risk Index before surgery",
    inputs=(
        criterion(
            "high_risk_surgery",
            "intraperitoneal, intrathoracic or suprainguinal vascular surgery",
            "elevated-risk surgery",
        ),
        criterion("ischaemic_heart_disease", "ischaemic heart disease", "history of ischemic heart disease"),
        criterion(
            "heart_failure",
            "heart failure, now or before",
            "congestive heart failure criteria for the cardiac risk index rule",
        ),
        criterion(
            "cerebrovascular_disease",
            "stroke or transient ischaemic attack",
            "history of cerebrovascular disease",
        ),
        criterion("insulin", "insulin before the operation", "pre-operative treatment with insulin"),
        CREATININE,
    ),
    formula="one point each: high-risk surgery, ischaemic heart disease, heart failure, cerebrovascular disease, "
    "insulin, creatinine > 2 mg/dL",
    unit=SCORE,
    source=Source(
        "Lee TH and others, Circulation 100: 1043-1049",
        "Derivation and prospective validation of a simple index for prediction of cardiac risk of major noncardiac surgery",
        1999,
    ),
    work=_rcri,
    medcalc=17,
)

CALCULATORS: Final = (CHA2DS2_VASC, HAS_BLED, HEART, RCRI)
