"""Every score against a case worked by hand, and on both sides of every threshold."""

from __future__ import annotations

from typing import Any

import pytest

from wardround.calculators import (
    InputError,
    MissingInputsError,
    NoResult,
    Result,
    calculate,
    calculator_of,
    calculators,
)
from wardround.calculators.scores import SCORES

NORMAL: dict[str, dict[str, object]] = {
    "curb-65": {"age": 40, "bun": "10 mg/dL", "respiratory_rate": 16, "systolic_bp": 120, "diastolic_bp": 80},
    "has-bled": {"age": 50},
    "cha2ds2-vasc": {"age": 50, "sex": "male"},
    "heart-score": {"age": 30},
    "revised-cardiac-risk-index": {"creatinine": "1 mg/dL"},
    "wells-pe": {"heart_rate": 80},
    "wells-dvt": {},
    "perc": {"age": 30, "heart_rate": 80, "oxygen_saturation": 98},
    "caprini": {"age": 30, "bmi": 22},
    "centor": {"age": 20, "temperature": "37 Cel"},
    "feverpain": {},
    "child-pugh": {"bilirubin": "1 mg/dL", "albumin": "4 g/dL", "inr": 1.0},
    "glasgow-blatchford": {"sex": "male", "bun": "10 mg/dL", "haemoglobin": "15 g/dL", "systolic_bp": 120, "heart_rate": 80},
    "charlson": {"age": 40},
    "pneumonia-severity-index": {
        "age": 50, "sex": "male", "respiratory_rate": 16, "systolic_bp": 120, "temperature": "37 Cel", "heart_rate": 80,
        "ph": 7.4, "bun": "10 mg/dL", "sodium": "140 mmol/L", "glucose": "100 mg/dL", "haematocrit": 40, "pao2": "90 mm[Hg]",
    },
    "sirs": {"temperature": "37 Cel", "heart_rate": 80, "respiratory_rate": 16, "white_cells": "8 10*9/L"},
    "qsofa": {"respiratory_rate": 16, "systolic_bp": 120, "gcs": 15},
    "news2": {
        "age": 50, "respiratory_rate": 16, "oxygen_saturation": 97, "systolic_bp": 120, "heart_rate": 70,
        "consciousness": "alert", "temperature": "37 Cel",
    },
    "sofa": {
        "pao2": "90 mm[Hg]", "fio2": 21, "platelets": "200 10*9/L", "bilirubin": "1 mg/dL", "systolic_bp": 120, "diastolic_bp": 80,
        "creatinine": "1 mg/dL", "gcs": 15,
    },
    "apache-ii": {
        "age": 40, "temperature": "37 Cel", "systolic_bp": 120, "diastolic_bp": 80, "heart_rate": 80, "respiratory_rate": 16,
        "fio2": 21, "pao2": "90 mm[Hg]", "ph": 7.4, "sodium": "140 mmol/L", "potassium": "4 mmol/L", "creatinine": "1 mg/dL",
        "haematocrit": 40, "white_cells": "8 10*9/L", "gcs": 15,
    },
}  # fmt: skip
LOWEST = {"child-pugh": 5, "pneumonia-severity-index": 50}
"""What a patient without any criterion has; 0 elsewhere."""
CHANGES = (
    ("curb-65", "age", 64, 0), ("curb-65", "age", 65, 1), ("curb-65", "bun", "19 mg/dL", 0), ("curb-65", "bun", "20 mg/dL", 1),
    ("curb-65", "bun", "6.9 mmol/L", 0), ("curb-65", "bun", "7 mmol/L", 0),
    ("curb-65", "bun", "7.1 mmol/L", 1), ("curb-65", "respiratory_rate", 29, 0), ("curb-65", "respiratory_rate", 30, 1),
    ("curb-65", "systolic_bp", 90, 0), ("curb-65", "systolic_bp", 89, 1), ("curb-65", "diastolic_bp", 61, 0),
    ("curb-65", "diastolic_bp", 60, 1), ("curb-65", "confusion", True, 1),
    ("has-bled", "age", 65, 0), ("has-bled", "age", 66, 1), ("has-bled", "drinks_per_week", 7, 0), ("has-bled", "drinks_per_week", 8, 1),
    ("cha2ds2-vasc", "age", 64, 0), ("cha2ds2-vasc", "age", 65, 1), ("cha2ds2-vasc", "age", 74, 1), ("cha2ds2-vasc", "age", 75, 2),
    ("cha2ds2-vasc", "sex", "female", 1), ("cha2ds2-vasc", "stroke", True, 2), ("cha2ds2-vasc", "tia", True, 2),
    ("cha2ds2-vasc", "thromboembolism", True, 2), ("cha2ds2-vasc", "vascular_disease", True, 1),
    ("heart-score", "age", 44, 0), ("heart-score", "age", 45, 1), ("heart-score", "age", 64, 1), ("heart-score", "age", 65, 2),
    ("heart-score", "smoking", True, 1), ("heart-score", "atherosclerotic_disease", True, 2),
    ("heart-score", "history", "highly suspicious", 2), ("heart-score", "ecg", "significant ST deviation", 2),
    ("heart-score", "troponin", "one to three times normal", 1), ("heart-score", "troponin", "above three times normal", 2),
    ("revised-cardiac-risk-index", "creatinine", "2 mg/dL", 0), ("revised-cardiac-risk-index", "creatinine", "2.1 mg/dL", 1),
    ("revised-cardiac-risk-index", "insulin", True, 1),
    ("wells-pe", "heart_rate", 100, 0), ("wells-pe", "heart_rate", 101, 1.5), ("wells-pe", "dvt_signs", True, 3),
    ("wells-pe", "pe_most_likely", True, 3), ("wells-pe", "immobilised", True, 1.5), ("wells-pe", "recent_surgery", True, 1.5),
    ("wells-pe", "haemoptysis", True, 1), ("wells-pe", "cancer", True, 1),
    ("wells-dvt", "alternative", True, -2), ("wells-dvt", "cancer", True, 1), ("wells-dvt", "recent_major_surgery", True, 1),
    ("wells-dvt", "previous_dvt", True, 1),
    ("perc", "age", 49, 0), ("perc", "age", 50, 1), ("perc", "heart_rate", 99, 0), ("perc", "heart_rate", 100, 1),
    ("perc", "oxygen_saturation", 95, 0), ("perc", "oxygen_saturation", 94, 1), ("perc", "oestrogen", True, 1),
    ("caprini", "age", 40, 0), ("caprini", "age", 41, 1), ("caprini", "age", 60, 1), ("caprini", "age", 61, 2),
    ("caprini", "age", 74, 2), ("caprini", "age", 75, 3), ("caprini", "bmi", 25, 0), ("caprini", "bmi", 25.1, 1),
    ("caprini", "surgery", "leg arthroplasty", 5), ("caprini", "mobility", "bed rest", 1), ("caprini", "recent_stroke", True, 5),
    ("caprini", "previous_dvt", True, 3), ("caprini", "previous_pe", True, 3), ("caprini", "recent_surgery", True, 1),
    ("caprini", "oestrogen", True, 1), ("caprini", "pregnancy_or_birth", True, 1), ("caprini", "obstetric_loss", True, 1),
    ("centor", "age", 3, 1), ("centor", "age", 14, 1), ("centor", "age", 15, 0), ("centor", "age", 44, 0), ("centor", "age", 45, -1),
    ("centor", "temperature", "38 Cel", 0), ("centor", "temperature", "38.1 Cel", 1), ("centor", "temperature", "100.4 [degF]", 0),
    ("centor", "cough_absent", True, 1), ("feverpain", "purulent_tonsils", True, 1),
    ("child-pugh", "bilirubin", "1.9 mg/dL", 0), ("child-pugh", "bilirubin", "2 mg/dL", 1), ("child-pugh", "bilirubin", "3 mg/dL", 1),
    ("child-pugh", "bilirubin", "3.1 mg/dL", 2), ("child-pugh", "albumin", "3.6 g/dL", 0), ("child-pugh", "albumin", "3.5 g/dL", 1),
    ("child-pugh", "albumin", "28 g/L", 1), ("child-pugh", "albumin", "2.7 g/dL", 2), ("child-pugh", "inr", 1.6, 0),
    ("child-pugh", "inr", 1.7, 1), ("child-pugh", "inr", 2.3, 1), ("child-pugh", "inr", 2.4, 2), ("child-pugh", "ascites", "slight", 1),
    ("child-pugh", "ascites", "moderate", 2), ("child-pugh", "encephalopathy", "grade 3-4", 2),
    ("glasgow-blatchford", "bun", "18.1 mg/dL", 0), ("glasgow-blatchford", "bun", "18.2 mg/dL", 2),
    ("glasgow-blatchford", "bun", "22.4 mg/dL", 3), ("glasgow-blatchford", "bun", "28 mg/dL", 4),
    ("glasgow-blatchford", "bun", "69.9 mg/dL", 4), ("glasgow-blatchford", "bun", "70 mg/dL", 6),
    ("glasgow-blatchford", "haemoglobin", "13 g/dL", 0), ("glasgow-blatchford", "haemoglobin", "12.9 g/dL", 1),
    ("glasgow-blatchford", "haemoglobin", "11.9 g/dL", 3), ("glasgow-blatchford", "haemoglobin", "9.9 g/dL", 6),
    ("glasgow-blatchford", "systolic_bp", 110, 0), ("glasgow-blatchford", "systolic_bp", 109, 1),
    ("glasgow-blatchford", "systolic_bp", 99, 2), ("glasgow-blatchford", "systolic_bp", 89, 3),
    ("glasgow-blatchford", "heart_rate", 99, 0), ("glasgow-blatchford", "heart_rate", 100, 1), ("glasgow-blatchford", "melaena", True, 1),
    ("glasgow-blatchford", "syncope", True, 2),
    ("charlson", "age", 49, 0), ("charlson", "age", 50, 1), ("charlson", "age", 60, 2), ("charlson", "age", 70, 3),
    ("charlson", "age", 80, 4), ("charlson", "solid_tumour", "metastatic", 6), ("charlson", "liver_disease", "moderate to severe", 3),
    ("charlson", "diabetes", "end-organ damage", 2), ("charlson", "hemiplegia", True, 2), ("charlson", "aids", True, 6),
    ("pneumonia-severity-index", "sex", "female", -10), ("pneumonia-severity-index", "respiratory_rate", 30, 20),
    ("pneumonia-severity-index", "systolic_bp", 90, 0), ("pneumonia-severity-index", "systolic_bp", 89, 20),
    ("pneumonia-severity-index", "temperature", "34.9 Cel", 15), ("pneumonia-severity-index", "temperature", "40 Cel", 15),
    ("pneumonia-severity-index", "heart_rate", 124, 0), ("pneumonia-severity-index", "heart_rate", 125, 10),
    ("pneumonia-severity-index", "ph", 7.35, 0), ("pneumonia-severity-index", "ph", 7.34, 30),
    ("pneumonia-severity-index", "bun", "30 mg/dL", 20), ("pneumonia-severity-index", "sodium", "130 mmol/L", 0),
    ("pneumonia-severity-index", "sodium", "129 meq/L", 20), ("pneumonia-severity-index", "glucose", "250 mg/dL", 10),
    ("pneumonia-severity-index", "haematocrit", 29.9, 10), ("pneumonia-severity-index", "pao2", "59 mm[Hg]", 10),
    ("pneumonia-severity-index", "cancer", True, 30),
    ("sirs", "temperature", "38 Cel", 0), ("sirs", "temperature", "38.1 Cel", 1), ("sirs", "temperature", "35.9 Cel", 1),
    ("sirs", "heart_rate", 90, 0), ("sirs", "heart_rate", 91, 1), ("sirs", "respiratory_rate", 20, 0), ("sirs", "respiratory_rate", 21, 1),
    ("sirs", "paco2", "31 mm[Hg]", 1), ("sirs", "white_cells", "12 10*9/L", 0), ("sirs", "white_cells", "12100 /uL", 1),
    ("sirs", "white_cells", "3.9 10*9/L", 1), ("sirs", "band_cells", 11, 1),
    ("qsofa", "gcs", 14, 1), ("qsofa", "respiratory_rate", 21, 0), ("qsofa", "respiratory_rate", 22, 1), ("qsofa", "systolic_bp", 101, 0),
    ("qsofa", "systolic_bp", 100, 1),
    ("news2", "respiratory_rate", 8, 3), ("news2", "respiratory_rate", 9, 1), ("news2", "respiratory_rate", 11, 1),
    ("news2", "respiratory_rate", 12, 0), ("news2", "respiratory_rate", 20, 0), ("news2", "respiratory_rate", 21, 2),
    ("news2", "respiratory_rate", 25, 3), ("news2", "oxygen_saturation", 91, 3), ("news2", "oxygen_saturation", 92, 2),
    ("news2", "oxygen_saturation", 94, 1), ("news2", "oxygen_saturation", 96, 0), ("news2", "oxygen", True, 2),
    ("news2", "systolic_bp", 90, 3), ("news2", "systolic_bp", 91, 2), ("news2", "systolic_bp", 101, 1), ("news2", "systolic_bp", 111, 0),
    ("news2", "systolic_bp", 219, 0), ("news2", "systolic_bp", 220, 3), ("news2", "heart_rate", 40, 3), ("news2", "heart_rate", 41, 1),
    ("news2", "heart_rate", 51, 0), ("news2", "heart_rate", 91, 1), ("news2", "heart_rate", 111, 2), ("news2", "heart_rate", 131, 3),
    ("news2", "consciousness", "new confusion", 3), ("news2", "temperature", "35 Cel", 3), ("news2", "temperature", "35.1 Cel", 1),
    ("news2", "temperature", "36.1 Cel", 0), ("news2", "temperature", "38.1 Cel", 1), ("news2", "temperature", "39.1 Cel", 2),
    ("sofa", "pao2", "83.9 mm[Hg]", 1), ("sofa", "pao2", "84 mm[Hg]", 0), ("sofa", "platelets", "149 10*9/L", 1),
    ("sofa", "platelets", "19000 /uL", 4), ("sofa", "bilirubin", "1.2 mg/dL", 1), ("sofa", "bilirubin", "2 mg/dL", 2),
    ("sofa", "bilirubin", "12 mg/dL", 4), ("sofa", "noradrenaline", "0.1 ug/kg/min", 3), ("sofa", "noradrenaline", "0.11 ug/kg/min", 4),
    ("sofa", "dopamine", "5 ug/kg/min", 2), ("sofa", "dopamine", "5.1 ug/kg/min", 3), ("sofa", "dobutamine", "2 ug/kg/min", 2),
    ("sofa", "gcs", 14, 1), ("sofa", "gcs", 12, 2), ("sofa", "gcs", 9, 3), ("sofa", "gcs", 5, 4), ("sofa", "creatinine", "1.2 mg/dL", 1),
    ("sofa", "creatinine", "5 mg/dL", 4), ("sofa", "urine_output", "499 mL/d", 3), ("sofa", "urine_output", "199 mL/d", 4),
    ("apache-ii", "temperature", "38.4 Cel", 0), ("apache-ii", "temperature", "38.5 Cel", 1), ("apache-ii", "temperature", "39 Cel", 3),
    ("apache-ii", "temperature", "29.9 Cel", 4), ("apache-ii", "heart_rate", 110, 2), ("apache-ii", "heart_rate", 39, 4),
    ("apache-ii", "respiratory_rate", 25, 1), ("apache-ii", "ph", 7.32, 2), ("apache-ii", "ph", 7.33, 0), ("apache-ii", "ph", 7.14, 4),
    ("apache-ii", "sodium", "110 mmol/L", 4), ("apache-ii", "sodium", "150 mmol/L", 1), ("apache-ii", "potassium", "5.5 mmol/L", 1),
    ("apache-ii", "creatinine", "0.5 mg/dL", 2), ("apache-ii", "creatinine", "3.5 mg/dL", 4), ("apache-ii", "haematocrit", 46, 1),
    ("apache-ii", "white_cells", "15 10*9/L", 1), ("apache-ii", "white_cells", "0.9 10*9/L", 4), ("apache-ii", "gcs", 12, 3),
    ("apache-ii", "age", 45, 2), ("apache-ii", "age", 75, 6), ("apache-ii", "pao2", "70 mm[Hg]", 1), ("apache-ii", "pao2", "54 mm[Hg]", 4),
    ("apache-ii", "severe_chronic_illness", True, 5),
)  # fmt: skip


def worth(id: str, **changed: object) -> Any:
    given = NORMAL[id] | changed
    assuming = [
        one.name for one in calculator_of(id).inputs if one.unsaid is not None and one.name not in given
    ]
    if id == "news2":
        assuming = [name for name in assuming if name not in given]
    done = calculate(id, given, assuming=assuming)
    assert isinstance(done, Result), done
    return done.value


@pytest.mark.parametrize(
    ("id", "name", "value", "points"), CHANGES, ids=[f"{a}-{b}-{c}" for a, b, c, _ in CHANGES]
)
def test_one_criterion_gives_its_points_at_its_threshold(
    id: str, name: str, value: object, points: float
) -> None:
    assert worth(id, **{name: value}) - LOWEST.get(id, 0) == points


@pytest.mark.parametrize("id", sorted(NORMAL))
def test_a_patient_without_any_criterion_has_the_lowest_score(id: str) -> None:
    assert worth(id) == LOWEST.get(id, 0)


def test_apache_ii_by_hand() -> None:
    """Temperature 38.6 (1), mean pressure 62 (2), pulse 125 (2), breaths 28 (1), half oxygen with gradient 360 (3), pH 7.30 (2),
    creatinine 2.1 in acute failure (2 x 3), GCS 13 (2), age 66 (5), chronic illness without surgery (5): 29."""
    found = worth(
        "apache-ii", temperature="38.6 Cel", systolic_bp=90, diastolic_bp=48, heart_rate=125, respiratory_rate=28, fio2=50,
        a_a_gradient=360, ph=7.3, creatinine="2.1 mg/dL", acute_renal_failure=True, gcs=13, age=66, severe_chronic_illness=True,
    )  # fmt: skip
    assert found == 29


def test_apache_ii_wants_the_gradient_from_half_oxygen_up() -> None:
    with pytest.raises(MissingInputsError, match="a_a_gradient"):
        worth("apache-ii", fio2=50)


def test_sofa_by_hand() -> None:
    """PaO2/FiO2 of 150 on the ventilator (3), platelets 90 (2), bilirubin 3 (2), noradrenaline 0.05 (3), GCS 13 (1), creatinine 2.5 (2)."""
    given: dict[str, object] = {
        "pao2": "75 mm[Hg]", "fio2": 50, "ventilated": True, "platelets": "90 10*9/L", "bilirubin": "3 mg/dL",
        "noradrenaline": "0.05 ug/kg/min", "gcs": 13, "creatinine": "2.5 mg/dL",
    }  # fmt: skip
    assert worth("sofa", **given) == 13
    assert worth("sofa", **(given | {"ventilated": False})) == 12


def test_sofa_wants_a_pressure_where_no_drug_holds_it() -> None:
    given = {key: value for key, value in NORMAL["sofa"].items() if not key.endswith("_bp")}
    assuming = [
        one.name
        for one in calculator_of("sofa").inputs
        if one.unsaid is not None and one.name not in {*given, "hypotension"}
    ]
    with pytest.raises(MissingInputsError, match="systolic_bp"):
        calculate("sofa", given, assuming=assuming)


def test_caprini_counts_one_operation_and_one_earlier_clot_once() -> None:
    assert worth("caprini", surgery="laparoscopic", recent_surgery=True) == 2
    assert worth("caprini", previous_dvt=True, previous_pe=True) == 3


def test_caprini_of_a_pregnant_woman_by_hand() -> None:
    """Age 35 (0), body mass index 28 (1), pregnant (1), earlier stillbirth (1), laparoscopic operation (2): 5."""
    given: dict[str, object] = {
        "age": 35, "bmi": 28, "pregnancy_or_birth": True, "obstetric_loss": True, "surgery": "laparoscopic",
    }  # fmt: skip
    assert worth("caprini", **given) == 5


def test_caprini_says_that_the_risks_of_women_were_not_asked() -> None:
    given = NORMAL["caprini"]
    assuming = [
        one.name
        for one in calculator_of("caprini").inputs
        if one.unsaid is not None and one.name not in given
    ]
    unasked = calculate("caprini", given, assuming=assuming)
    assert isinstance(unasked, Result)
    assert "of women only" in unasked.warnings[0]
    women = dict.fromkeys(("oestrogen", "pregnancy_or_birth", "obstetric_loss"), False)
    asked = calculate("caprini", given | women, assuming=assuming)
    assert isinstance(asked, Result)
    assert asked.warnings == ()


def meaning_of(id: str, **changed: object) -> str | None:
    given = NORMAL[id] | changed
    assuming = [
        one.name for one in calculator_of(id).inputs if one.unsaid is not None and one.name not in given
    ]
    done = calculate(id, given, assuming=assuming)
    assert isinstance(done, Result)
    return done.meaning


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, "class I"),
        ({"age": 51}, "class II"),
        ({"nursing_home": True}, "class I"),
        ({"ph": 7.3}, "class I"),
        ({"heart_failure": True}, "class II"),
        ({"heart_rate": 125}, "class II"),
        ({"temperature": "40 Cel"}, "class II"),
        ({"age": 70}, "class II"),
        ({"age": 71}, "class III"),
        ({"age": 90}, "class III"),
        ({"age": 91}, "class IV"),
        ({"age": 80, "cancer": True, "respiratory_rate": 30}, "class IV"),
        ({"age": 81, "cancer": True, "respiratory_rate": 30}, "class V"),
    ],
)
def test_pneumonia_has_its_class(changed: dict[str, object], named: str) -> None:
    """Up to 50 without illness or signs it is class I, whatever the points; else 70, 90 and 130 end classes II, III and IV."""
    assert meaning_of("pneumonia-severity-index", **changed) == named


@pytest.mark.parametrize(
    "id",
    ["curb-65", "pneumonia-severity-index", "apache-ii", "perc", "caprini", "charlson", "heart-score", "cha2ds2-vasc", "has-bled"],
)  # fmt: skip
def test_what_was_made_in_adults_is_not_given_for_a_child(id: str) -> None:
    given = NORMAL[id] | {"age": 15}
    assuming = [
        one.name for one in calculator_of(id).inputs if one.unsaid is not None and one.name not in given
    ]
    done = calculate(id, given, assuming=assuming)
    assert isinstance(done, NoResult)
    assert "adults" in done.reason
    assert isinstance(calculate(id, given | {"age": 16}, assuming=assuming), Result)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"respiratory_rate": 21, "heart_rate": 111}, "low"),
        ({"respiratory_rate": 25}, "low-medium: one parameter scores 3"),
        ({"respiratory_rate": 25, "heart_rate": 111}, "medium"),
        ({"respiratory_rate": 25, "heart_rate": 131, "temperature": "38.5 Cel"}, "high"),
    ],
)
def test_news2_has_its_band(changed: dict[str, object], named: str) -> None:
    """2 + 2 = 4; 3 in one; 3 + 2 = 5; 3 + 3 + 1 = 7."""
    assert meaning_of("news2", **changed) == named


def test_women_bleed_by_their_own_haemoglobin() -> None:
    assert worth("glasgow-blatchford", sex="female", haemoglobin="12 g/dL") == 0
    assert worth("glasgow-blatchford", sex="female", haemoglobin="11.9 g/dL") == 1
    assert worth("glasgow-blatchford", sex="female", haemoglobin="9.9 g/dL") == 6


@pytest.mark.parametrize(("saturation", "oxygen", "points"), [(83, False, 3), (84, False, 2), (86, False, 1), (88, False, 0), (97, False, 0),
                                                              (92, True, 2), (93, True, 3), (95, True, 4), (97, True, 5)])  # fmt: skip
def test_news2_has_a_second_scale_for_hypercapnia(saturation: int, oxygen: bool, points: int) -> None:
    assert worth("news2", hypercapnic_target=True, oxygen_saturation=saturation, oxygen=oxygen) == points


def test_children_are_not_scored_by_what_was_made_for_others() -> None:
    assert isinstance(
        calculate("news2", NORMAL["news2"] | {"age": 15}, assuming=("oxygen", "hypercapnic_target")), NoResult
    )
    done = calculate(
        "centor", {"age": 2, "temperature": "39 Cel"}, assuming=("exudate", "tender_nodes", "cough_absent")
    )
    assert isinstance(done, NoResult)


def test_coma_scale_counts_three_parts_and_says_what_could_not_be_tested() -> None:
    done = calculate(
        "glasgow-coma-scale",
        {"eyes": "eye opening to pain", "voice": "inappropriate words", "motor": "withdrawal from pain"},
    )
    assert isinstance(done, Result)
    assert (done.value, done.warnings) == (9, ())
    tube = calculate(
        "glasgow-coma-scale",
        {"eyes": "no eye opening", "voice": "not testable", "motor": "no motor response"},
    )
    assert isinstance(tube, Result)
    assert tube.value == 3
    assert tube.warnings


def test_questionnaires_sum_their_answers_and_name_the_band() -> None:
    phq = {one.name: 2 for one in calculator_of("phq-9").inputs}
    done = calculate("phq-9", phq)
    assert isinstance(done, Result)
    assert (done.value, done.meaning) == (18, "moderately severe")
    assert "safety" in done.warnings[0]
    assert calculate("phq-9", phq | {"self_harm": 0}).warnings == ()  # type: ignore[union-attr]
    gad = calculate(
        "gad-7", {one.name: (1 if n < 5 else 0) for n, one in enumerate(calculator_of("gad-7").inputs)}
    )
    assert isinstance(gad, Result)
    assert (gad.value, gad.meaning) == (5, "mild")
    for sex, meaning in (("female", "positive"), ("male", "negative")):
        audit = calculate("audit-c", {"sex": sex, "frequency": 2, "amount": 1, "binges": 0})
        assert isinstance(audit, Result)
        assert (audit.value, audit.meaning) == (3, meaning)


def test_an_answer_between_two_answers_is_none() -> None:
    with pytest.raises(InputError, match="whole points"):
        calculate("gad-7", {one.name: 0.5 for one in calculator_of("gad-7").inputs})


@pytest.mark.parametrize(
    ("id", "said"),
    [("news2", "pregnant"), ("qsofa", "rules no sepsis out"), ("perc", "improbable"), ("cha2ds2-vasc", "mechanical valve"),
     ("has-bled", "no reason to withhold")],
)  # fmt: skip
def test_a_score_says_what_it_must_not_be_used_for(id: str, said: str) -> None:
    given = NORMAL[id]
    assuming = [
        one.name for one in calculator_of(id).inputs if one.unsaid is not None and one.name not in given
    ]
    done = calculate(id, given, assuming=assuming)
    assert isinstance(done, Result)
    assert said in " ".join(done.warnings)


def test_apgar_adds_five_signs() -> None:
    best = {
        "appearance": "pink",
        "pulse": "100 or more",
        "grimace": "cry or pull away",
        "activity": "active",
        "respiration": "strong cry",
    }
    done = calculate("apgar", best)
    assert isinstance(done, Result)
    assert done.value == 10
    blue = calculate("apgar", best | {"appearance": "blue extremities"})
    assert isinstance(blue, Result)
    assert blue.value == 9


def test_nothing_is_assumed_unless_it_is_asked_for() -> None:
    with pytest.raises(MissingInputsError, match="haemoptysis"):
        calculate("perc", NORMAL["perc"])


def test_every_score_names_its_source_and_has_a_number_or_belongs_to_the_ward() -> None:
    for one in SCORES:
        assert one.source.year > 1950
        assert one.source.grade == "recalled"
        assert calculators()[one.id] is one
    assert sum(one.medcalc is not None for one in SCORES) == 19
