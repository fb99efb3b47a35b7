"""What is read of a clinician's note: values with units and times, whose they are, what is denied, and what is withheld."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.calculators import Fit, Result, Stated, calculator_of, calculators, read_note, work_out
from wardround.calculators.from_note import MAX_CHARACTERS


def read(id: str, note: str, question: str = "") -> Fit:
    return read_note(calculator_of(id), note, question)


def value(fit: Fit, name: str) -> object:
    stated = fit.values[name]
    assert isinstance(stated, Stated)
    raw = stated.value
    return round(raw[0], 3) if isinstance(raw, tuple) else raw


def in_doubt(fit: Fit) -> set[str]:
    return {one.name for one in fit.doubts}


def answer(id: str, note: str, question: str = "") -> object:
    fit = read(id, note, question)
    assert not fit.doubts
    done = work_out(calculator_of(id), fit.values, assuming=fit.assumed)
    assert isinstance(done, Result)
    return done.value


@pytest.mark.parametrize(
    ("note", "sodium", "glucose"),
    [
        ("Na+: 142 mEq/L\nGlucose 90 mg/dL", 142, 90),
        ("Serum sodium was 128 mmol/L (normal range 135-145) and blood glucose 5.0 mmol/L.", 128, 90.091),
        ("Sodium, potassium and glucose were 131 mmol/L, 4.1 mmol/L and 200 mg/dL, respectively.", 131, 200),
        ("Labs: Na 120, K 4.0. Random blood sugar of 300 mg/dl.", 120, 300),
        ("sodium level slightly low at 132 mEq/L; glucose: 110 mg%", 132, 110),
        (
            "Urine sodium 20 mmol/L. Serum sodium 133 mmol/L. CSF glucose 60 mg/dL, blood glucose 100 mg/dL.",
            133,
            100,
        ),
    ],
)
def test_values_are_read_in_the_units_in_which_they_stand(note: str, sodium: float, glucose: float) -> None:
    fit = read("corrected-sodium", note)
    assert (value(fit, "sodium"), value(fit, "glucose")) == (sodium, glucose)
    assert not fit.doubts


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("149,000 per mm3", 149000), ("405 G/L", 405000), ("160 x 10^9/L", 160000), ("558 k/uL", 558000), ("170 × 10⁹/L", 170000),
        ("33 x 103/mm3", 33000), ("1.85 lakh", 185000), ("250,000/mm^3", 250000), ("194", 194000), ("3000", 3000),
    ],
)  # fmt: skip
def test_counts_are_read_in_every_way_of_writing_them(written: str, count: float) -> None:
    fit = read("fib-4", f"A 50-year-old man. AST 40 U/L, ALT 30 U/L, platelet count {written}.")
    assert value(fit, "platelets") == count


def test_the_value_at_presentation_is_taken_and_not_the_one_that_came_later_or_before() -> None:
    note = (
        "A 60-year-old woman. Two years ago her creatinine was 0.8 mg/dL. On admission, creatinine was 2.0 mg/dL. "
        "Three days later, creatinine was 1.1 mg/dL."
    )
    assert value(read("ckd-epi-2021", note), "creatinine") == 2.0
    assert value(read("ckd-epi-2021", note, "What is the most recent GFR?"), "creatinine") == 1.1


def test_two_values_for_one_time_withhold_the_answer() -> None:
    fit = read(
        "ckd-epi-2021",
        "A 60-year-old woman with creatinine of 2.0 mg/dL and, in another tube, creatinine of 1.2 mg/dL.",
    )
    assert in_doubt(fit) == {"creatinine"}
    assert "ambiguous (2 mg/dL, 1.2 mg/dL)" in fit.doubts[0].sentence()


def test_a_bound_or_a_range_is_no_value() -> None:
    for written in ("<0.5 mg/dL", "1.2-1.8 mg/dL"):
        fit = read("ckd-epi-2021", f"A 60-year-old woman with creatinine {written}.")
        assert in_doubt(fit) == {"creatinine"}


def test_a_measurement_that_the_note_never_names_makes_it_not_applicable() -> None:
    note = "A 60-year-old man. Na 140 mmol/L, Cl 100 mmol/L, HCO3 24 mmol/L."
    fit = read("albumin-corrected-anion-gap", note)
    assert fit.inapplicable == "the note does not mention serum albumin"
    named = read("albumin-corrected-anion-gap", f"{note} Albumin was low.")
    assert named.inapplicable is None
    assert in_doubt(named) == {"albumin"}


def test_relatives_and_donors_do_not_lend_their_values() -> None:
    note = "A 10-year-old boy. His mother's height was 155 cm. His father weighed 90 kg. His height was 148 cm and weight 39 kg."
    fit = read("body-mass-index", note)
    assert (value(fit, "height"), value(fit, "weight")) == (148, 39)


@pytest.mark.parametrize(
    ("note", "kilograms"),
    [
        ("weight of 39 kg", 39), ("weighs 79 kg (175 lb)", 79), ("(160 cm; 52 kg)", 52), ("weighed 175 lbs", 79.379),
        ("height and body weight were 168.1 cm and 52.2 kg", 52.2), ("170 cm and 70 kg", 70), ("She lost 5 kg of weight", None),
        ("a recent decrease in weight of 10 lbs", None), ("a birth weight of 3 kg", None),
    ],
)  # fmt: skip
def test_weight_is_a_weight_and_not_what_was_lost(note: str, kilograms: float | None) -> None:
    fit = read("maintenance-fluids", f"A 30-year-old woman, {note}.")
    assert ("weight" in fit.values) == (kilograms is not None)
    if kilograms is not None:
        assert value(fit, "weight") == kilograms


@pytest.mark.parametrize(
    ("note", "years", "sex"),
    [
        ("A 68-year-old Caucasian woman", 68, "female"), ("a 72 yo M with", 72, "male"), ("An 8-month-old girl", 0.667, "female"),
        ("A seventy-two-year-old gentleman", 72, "male"),
        ("Diagnosed at the age of 12 years, now a 15-year-old boy", 15, "male"),
    ],
)  # fmt: skip
def test_age_and_sex_are_the_patients_today(note: str, years: float, sex: str) -> None:
    fit = read("ckd-epi-2021", f"{note}. Creatinine 1 mg/dL.")
    assert (value(fit, "age"), value(fit, "sex")) == (years, sex)


def test_vital_signs_are_read_in_words_and_in_pairs() -> None:
    note = "Temperature 96.8 deg F, pulse 120/min, BP 80/45 mmHg, and respirations 22/min, saturating at 88% on room air. WBC 8,000/mm3"
    fit = read("sirs", note)
    assert (value(fit, "temperature"), value(fit, "heart_rate"), value(fit, "respiratory_rate")) == (
        36.0,
        120,
        22,
    )
    assert answer("mean-arterial-pressure", note) == pytest.approx(56.667, abs=0.001)
    pair = "with a systolic and diastolic blood pressure documented as 115 and 80 mm Hg"
    assert answer("mean-arterial-pressure", pair) == pytest.approx(91.667, abs=0.001)


HISTORY = (
    ("He has a history of heart failure.", True),
    ("He denies heart failure.", False),
    ("No history of diabetes, stroke or heart failure.", False),
    ("There is no fever, but he has heart failure.", True),
    ("Heart failure was ruled out.", False),
    ("His mother had heart failure.", None),
    ("Family history of heart failure.", None),
    ("Possible heart failure.", None),
    ("He is at risk of heart failure.", None),
    ("He was previously healthy.", False),
    (
        "His past medical history is not significant for cerebrovascular disease or congestive heart failure.",
        False,
    ),
)


@pytest.mark.parametrize(("sentence", "expected"), HISTORY, ids=[one[0] for one in HISTORY])
def test_what_is_denied_doubtful_or_somebody_elses_is_not_the_patients(
    sentence: str, expected: bool | None
) -> None:
    rest = "He has hypertension and diabetes. No stroke, no transient ischemic attack, no thromboembolism, no peripheral arterial disease."
    fit = read("cha2ds2-vasc", f"A 70-year-old man. {sentence} {rest}")
    assert ("heart_failure" in fit.values) == (expected is not None)
    if expected is not None:
        assert value(fit, "heart_failure") is expected


def test_a_list_whose_end_denies_it_is_denied() -> None:
    fit = read(
        "caprini",
        "A 60-year-old man. Prothrombin 20210A, lupus anticoagulant, and factor V Leiden mutation are negative.",
    )
    assert "factor_v_leiden" not in in_doubt(fit)
    assert value(fit, "lupus_anticoagulant") is False


def test_a_score_is_withheld_where_the_note_is_silent_about_most_of_it() -> None:
    fit = read("wells-pe", "A 50-year-old man with a heart rate of 110 bpm and no hemoptysis.")
    assert {"dvt_signs", "cancer"} <= in_doubt(fit)
    assert not fit.assumed


def test_silence_never_stands_for_a_symptom_that_is_absent() -> None:
    fit = read(
        "centor",
        "A 20-year-old man with a sore throat, tonsillar exudate, tender cervical lymph nodes, temperature 38.5 C.",
    )
    assert in_doubt(fit) == {"cough_absent"}
    assert (
        answer(
            "centor",
            "A 20-year-old man with a sore throat. There is no cough. Examination shows tonsillar exudate and no lymphadenopathy. Temperature 38.5 C.",
        )
        == 3
    )


def test_a_score_for_a_complaint_that_is_not_there_is_not_applicable() -> None:
    assert read("centor", "A 20-year-old man with a broken wrist.").inapplicable is not None


def test_scores_for_adults_are_withheld_of_children() -> None:
    assert in_doubt(
        read(
            "sirs",
            "A 2-year-old girl, temperature 36.2 C, pulse 97/min, respiratory rate 24, WBC 14,700/mm3.",
        )
    ) == {"age"}


def test_days_doses_and_intervals() -> None:
    assert (
        str(answer("due-date", "The last menstrual period was on 12/11/2013. Her cycle length is 22 days."))
        == "2014-09-12"
    )
    dose = answer("steroid-conversion", "Patient has taken 40 mg of PredniSONE PO.",
                  "Based on the patient's dose of PredniSONE PO, what is the equivalent dosage in mg of Hydrocortisone IV?")  # fmt: skip
    assert dose == pytest.approx(160)
    assert answer(
        "morphine-equivalents",
        "The patient takes 10 mg of Morphine 3 times a day and 20 mg of OxyCODONE twice a day.",
    ) == pytest.approx(90)
    assert answer(
        "qtc-bazett", "Patient has a heart rate of 60 bpm and a QT interval of 400 msec."
    ) == pytest.approx(400)


def test_coma_parts_are_read_from_what_the_examiner_saw() -> None:
    note = "She opens her eyes to sternal rub, groans without intelligible speech, and withdraws from painful stimuli."
    assert answer("glasgow-coma-scale", note) == 8
    assert answer("glasgow-coma-scale", "On arrival E3V4M6.") == 13


def test_every_value_carries_the_words_it_was_read_from() -> None:
    fit = read("ckd-epi-2021", "A 60-year-old woman with a creatinine of 1.2 mg/dL.")
    stated = fit.values["creatinine"]
    assert isinstance(stated, Stated)
    assert stated.origin == "creatinine of 1.2 mg/dL"


def test_a_note_that_is_too_long_for_one_visit_is_withheld_at_once() -> None:
    for id in calculators():
        fit = read(id, "x" * (MAX_CHARACTERS + 1))
        assert fit.doubts
        assert not fit.values


@pytest.mark.parametrize(
    "piece",
    [
        "120/80 ",
        "1",
        "(",
        "creatinine ",
        "her mother had stroke ",
        "\n",
        "45-year-old ",
        "no fever and cough ",
    ],
)
def test_notes_that_repeat_themselves_are_read_and_do_no_harm(piece: str) -> None:
    note = piece * (8_000 // len(piece))
    for id in ("cockcroft-gault", "caprini", "glasgow-coma-scale", "morphine-equivalents"):
        assert isinstance(read(id, note), Fit)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=80))
def test_no_text_breaks_the_reader(note: str, question: str) -> None:
    for id in ("cockcroft-gault", "apache-ii", "charlson", "steroid-conversion", "due-date"):
        fit = read(id, note, question)
        assert isinstance(fit, Fit)


@settings(max_examples=30, deadline=None)
@given(st.integers(91, 199), st.integers(60, 1400))
def test_what_is_written_comes_back_as_it_was_written(sodium: int, glucose: int) -> None:
    fit = read(
        "corrected-sodium",
        f"On admission, serum sodium was {sodium} mmol/L and blood glucose was {glucose} mg/dL.",
    )
    assert (value(fit, "sodium"), value(fit, "glucose")) == (sodium, glucose)
