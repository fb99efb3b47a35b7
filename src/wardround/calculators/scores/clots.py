"""Wells for pulmonary embolism and for deep vein thrombosis, PERC, Caprini."""

from __future__ import annotations

from typing import Final

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.inputs import age, choice, quantity, yes_no
from wardround.calculators.scores.common import (
    HAEMOPTYSIS,
    HEART_RATE,
    PREVIOUS_DVT,
    PREVIOUS_PE,
    SATURATION,
    SCORE,
    criterion,
    of_adults,
)
from wardround.calculators.scores.points import Tally, at_least
from wardround.calculators.values import Values


def _wells_pe(values: Values) -> Answer:
    tally = Tally()
    tally.met(values.yes("dvt_signs"), 3, "signs of deep vein thrombosis")
    tally.met(values.yes("pe_most_likely"), 3, "embolism most likely")
    tally.met(values.number("heart_rate") > 100, 1.5, "heart rate above 100")
    tally.met(values.yes("immobilised") or values.yes("recent_surgery"), 1.5, "immobile or surgery")
    tally.met(values.yes("previous_pe") or values.yes("previous_dvt"), 1.5, "previous thromboembolism")
    tally.met(values.yes("haemoptysis"), 1, "haemoptysis")
    tally.met(values.yes("cancer"), 1, "cancer")
    return tally.answer("embolism likely" if tally.total > 4 else "embolism unlikely")


WELLS_PE: Final = Calculator(
    id="wells-pe",
    title="Wells' criteria for pulmonary embolism",
    inputs=(
        criterion(
            "dvt_signs",
            "clinical signs of deep vein thrombosis",
            "clinical signs and symptoms of deep vein thrombosis",
        ),
        criterion(
            "pe_most_likely",
            "no other diagnosis is more likely than embolism",
            "pulmonary embolism is #1 diagnosis or equally likely",
        ),
        HEART_RATE,
        criterion("immobilised", "immobile for three days or more", "immobilization for at least 3 days"),
        criterion("recent_surgery", "surgery in the last four weeks", "surgery in the previous 4 weeks"),
        PREVIOUS_PE,
        PREVIOUS_DVT,
        HAEMOPTYSIS,
        criterion(
            "cancer",
            "cancer, treated within six months or palliative",
            "malignancy with treatment within 6 months or palliative",
        ),
    ),
    formula="signs of DVT 3, embolism most likely 3, heart rate > 100 1.5, immobile or surgery 1.5, "
    "previous DVT or embolism 1.5, haemoptysis 1, cancer 1",
    unit=SCORE,
    source=Source(
        "Wells PS and others, Thromb Haemost 83: 416-420",
        "Derivation of a simple clinical model to categorize patients probability of pulmonary embolism",
        2000,
    ),
    work=_wells_pe,
    medcalc=8,
)

_LEG: Final = (
    ("cancer", "active cancer", "active cancer"),
    (
        "leg_immobilised",
        "paralysis, paresis or plaster of the leg",
        "paralysis, paresis, or recent plaster immobilization of the lower extremity",
    ),
    (
        "bedridden_or_surgery",
        "in bed for three days or more, or major surgery within twelve weeks",
        "bedridden recently >3 days or major surgery within 12 weeks",
    ),
    (
        "tender_veins",
        "tender along the deep veins",
        "localized tenderness along the deep venous system",
    ),
    ("whole_leg_swollen", "the entire leg is swollen", "entire leg swollen"),
    (
        "calf_swollen",
        "calf at least 3 cm thicker than the other",
        "calf swelling >3 centimeters compared to the other leg",
    ),
    (
        "pitting_oedema",
        "pitting oedema of the symptomatic leg only",
        "pitting edema, confined to symptomatic leg",
    ),
    (
        "collateral_veins",
        "collateral superficial veins that are not varicose",
        "collateral (nonvaricose) superficial veins present",
    ),
)


def _wells_dvt(values: Values) -> Answer:
    tally = Tally()
    for name, label, _ in _LEG:
        met = values.yes(name) or (name == "bedridden_or_surgery" and values.yes("recent_major_surgery"))
        tally.met(met, 1, label)
    tally.met(values.yes("previous_dvt"), 1, "previous deep vein thrombosis")
    tally.met(values.yes("alternative"), -2, "another diagnosis as likely")
    return tally.answer("thrombosis likely" if tally.total >= 2 else "thrombosis unlikely")


WELLS_DVT: Final = Calculator(
    id="wells-dvt",
    title="Wells' criteria for deep vein thrombosis",
    inputs=(
        *(criterion(name, label, also) for name, label, also in _LEG),
        criterion(
            "recent_major_surgery", "major surgery within twelve weeks", "major surgery within 12 weeks"
        ),
        PREVIOUS_DVT,
        criterion(
            "alternative",
            "another diagnosis is at least as likely",
            "alternative diagnosis to deep vein thrombosis as likely or more likely",
        ),
    ),
    formula="one point for each of nine criteria, minus 2 where another diagnosis is at least as likely",
    unit=SCORE,
    source=Source(
        "Wells PS and others, N Engl J Med 349: 1227-1235",
        "Evaluation of D-dimer in the diagnosis of suspected deep-vein thrombosis",
        2003,
    ),
    work=_wells_dvt,
    medcalc=16,
)


def _perc(values: Values) -> Answer:
    tally = Tally()
    tally.met(values.number("age") >= 50, 1, "age 50 or more")
    tally.met(values.number("heart_rate") >= 100, 1, "heart rate 100 or more")
    tally.met(values.number("oxygen_saturation") < 95, 1, "saturation below 95%")
    tally.met(values.yes("one_leg_swollen"), 1, "one leg swollen")
    tally.met(values.yes("haemoptysis"), 1, "haemoptysis")
    tally.met(values.yes("surgery_or_trauma"), 1, "surgery or trauma")
    tally.met(values.yes("previous_pe") or values.yes("previous_dvt"), 1, "previous thromboembolism")
    tally.met(values.yes("oestrogen"), 1, "oestrogen")
    return tally.answer(
        "no criterion: embolism ruled out where it is improbable"
        if not tally.total
        else "embolism is not ruled out by this rule",
        warnings=("only where a clinician already thinks embolism improbable (below 15%)",),
    )


PERC: Final = Calculator(
    id="perc",
    title="Pulmonary embolism rule-out criteria (PERC)",
    inputs=(
        age(),
        HEART_RATE,
        SATURATION,
        criterion("one_leg_swollen", "one leg swollen", "unilateral leg swelling"),
        HAEMOPTYSIS,
        criterion(
            "surgery_or_trauma", "surgery or trauma in the last four weeks", "recent surgery or trauma"
        ),
        PREVIOUS_PE,
        PREVIOUS_DVT,
        criterion("oestrogen", "oestrogen treatment", "hormone use"),
    ),
    formula="one point each: age >= 50, heart rate >= 100, saturation < 95%, one leg swollen, haemoptysis, "
    "surgery or trauma, previous thromboembolism, oestrogen",
    unit=SCORE,
    source=Source(
        "Kline JA and others, J Thromb Haemost 2: 1247-1255",
        "Clinical criteria to prevent unnecessary diagnostic testing in suspected pulmonary embolism",
        2004,
    ),
    work=of_adults(_perc),
    medcalc=48,
)

_CAPRINI: Final = (
    ("recent_surgery", "major surgery in the last month", 1, "major surgery in the last month"),
    ("heart_failure", "heart failure in the last month", 1, "congestive heart failure in the last month"),
    ("sepsis", "sepsis in the last month", 1, "sepsis in the last month"),
    ("pneumonia", "pneumonia in the last month", 1, "pneumonia in the last month"),
    ("infarction", "acute myocardial infarction", 1, "acute myocardial infarction"),
    ("copd", "chronic obstructive pulmonary disease", 1, "chronic obstructive pulmonary disease"),
    ("bowel_disease", "inflammatory bowel disease", 1, "history of inflammatory bowel disease"),
    ("varicose_veins", "varicose veins", 1, "varicose veins"),
    ("swollen_legs", "swollen legs", 1, "current swollen legs"),
    ("cancer", "present or previous malignancy", 2, "present or previous malignancy"),
    ("plaster", "immobilising plaster in the last month", 2, "immobilizing plaster cast in the last month"),
    ("central_line", "central venous access", 2, "current central venous access"),
    ("family_thrombosis", "thrombosis in the family", 3, "family history of thrombosis"),
    ("factor_v_leiden", "factor V Leiden", 3, "positive factor v leiden"),
    ("prothrombin_mutation", "prothrombin 20210A", 3, "positive prothrombin 20210a"),
    ("lupus_anticoagulant", "lupus anticoagulant", 3, "positive lupus anticoagulant"),
    ("homocysteine", "raised homocysteine", 3, "elevated serum homocysteine"),
    ("anticardiolipin", "raised anticardiolipin antibody", 3, "elevated anticardiolipin antibody"),
    ("hit", "heparin-induced thrombocytopenia", 3, "heparin-induced thrombocytopenia"),
    ("other_thrombophilia", "other thrombophilia", 3, "other congenital or acquired thrombophilia"),
    ("recent_stroke", "stroke in the last month", 5, "stroke in the last month"),
    ("fracture", "fracture of hip, pelvis or leg", 5, "hip, pelvis, or leg fracture in the last month"),
    ("multiple_trauma", "multiple trauma in the last month", 5, "multiple trauma in the last month"),
    (
        "spinal_cord_injury",
        "spinal cord injury with paralysis in the last month",
        5,
        "acute spinal cord injury causing paralysis in the last month",
    ),
)
_WOMEN: Final = (
    ("oestrogen", "oral contraceptive or hormone replacement"),
    ("pregnancy_or_birth", "pregnant, or gave birth in the last month"),
    (
        "obstetric_loss",
        "unexplained stillbirth, three miscarriages, or early birth with toxaemia or small child",
    ),
)
"""Of women, a point each; men have none, so that nobody is asked for them."""
_SURGERY = {"none": 0, "minor": 1, "major": 2, "laparoscopic": 2, "arthroscopic": 2, "leg arthroplasty": 5}
_MOBILITY = {"normal": 0, "bed rest": 1, "confined to bed over 72 hours": 2}


_WOMEN_UNASKED: Final = (
    "of women only: hormones, pregnancy or birth in the last month, and obstetric loss give a point each; what was not given "
    "counts as absent"
)


def _caprini(values: Values) -> Answer:
    tally = Tally()
    tally.add(at_least(values.number("age"), ((75, 3), (61, 2), (41, 1))), "age")
    tally.add(_SURGERY[values.choice("surgery")], "surgery")
    tally.add(_MOBILITY[values.choice("mobility")], "mobility")
    tally.met(values.number("bmi") > 25, 1, "body mass index above 25")
    operated = values.choice("surgery") != "none"
    for name, label, points, _ in _CAPRINI:
        twice = name == "recent_surgery" and operated
        tally.met(values.yes(name) and not twice, points, label)
    tally.met(values.yes("previous_dvt") or values.yes("previous_pe"), 3, "previous DVT or embolism")
    for name, label in _WOMEN:
        tally.met(values.has(name) and values.yes(name), 1, label)
    asked = all(values.has(name) for name, _ in _WOMEN)
    return tally.answer(warnings=() if asked else (_WOMEN_UNASKED,))


CAPRINI: Final = Calculator(
    id="caprini",
    title="Caprini score for venous thromboembolism (2005)",
    inputs=(
        age(),
        choice(
            "surgery",
            "the operation now planned or done",
            tuple(_SURGERY),
            words=(("elective major lower extremity arthroplasty", "leg arthroplasty"),),
            also=("surgery type",),
            unsaid="none",
        ),
        choice(
            "mobility",
            "how mobile the patient is",
            tuple(_MOBILITY),
            words=(
                ("on bed rest", "bed rest"),
                ("confined to bed >72 hours", "confined to bed over 72 hours"),
            ),
            also=("mobility",),
            unsaid="normal",
        ),
        quantity(
            "bmi", "body mass index", "kg/m2", 5, 150, bare=True, unsaid=24, also=("body mass index (bmi)",)
        ),
        *(criterion(name, label, also) for name, label, _, also in _CAPRINI),
        PREVIOUS_DVT,
        PREVIOUS_PE,
        *(yes_no(name, label, optional=True, unsaid=None) for name, label in _WOMEN),
    ),
    formula="age 41-60 1, 61-74 2, >= 75 3; surgery 1, 2 or 5; bed rest 1, over 72 hours 2; body mass index > 25 1; "
    "and 1, 2, 3 or 5 points for each risk, of women also 1 each for hormones, pregnancy or birth, obstetric loss; previous DVT and embolism are one risk of 3 points, and an operation is counted once",
    unit=SCORE,
    source=Source(
        "Caprini JA, Dis Mon 51: 70-78", "Thrombosis risk assessment as a guide to quality patient care", 2005
    ),
    work=of_adults(_caprini),
    medcalc=36,
)

CALCULATORS: Final = (WELLS_PE, WELLS_DVT, PERC, CAPRINI)
