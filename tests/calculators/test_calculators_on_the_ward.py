"""What the ward's daily calculators take from a note, and what they leave: the aimed at, conditional, former, denied, others'."""

from __future__ import annotations

import pytest

from wardround.calculators import Fit, NoResult, Result, Stated, calculator_of, read_note, work_out

VITALS = "An 81-year-old man. RR 18/min, BP 124/76 mmHg, HR 84 bpm, temperature 36.9 C. "


def read(id: str, note: str, question: str = "") -> Fit:
    return read_note(calculator_of(id), note, question)


def taken(id: str, note: str, name: str, question: str = "") -> object:
    """The value of an input, or None where it is in doubt or not stated."""
    fit = read(id, note, question)
    if name in {one.name for one in fit.doubts} or name not in fit.values:
        return None
    stated = fit.values[name]
    assert isinstance(stated, Stated)
    return stated.value[0] if isinstance(stated.value, tuple) else stated.value


def score(id: str, note: str, question: str = "") -> object:
    fit = read(id, note, question)
    assert not fit.doubts, [one.sentence() for one in fit.doubts]
    done = work_out(calculator_of(id), fit.values, assuming=fit.assumed)
    return done.value if isinstance(done, Result) else done


OXYGEN = (
    ("Sats 93% on 4 L of O2 via face mask", True), ("SpO2 96% with 35% oxygen by Venturi mask", True),
    ("He is receiving supplemental oxygen", True), ("FiO2 0.4 through high-flow nasal cannula", True),
    ("O2 at 1.5 l/min by nasal prongs", True), ("No rash, on 3 litres of oxygen", True),
    ("SpO2 97% breathing ambient air", False), ("saturating 96% on RA", False), ("FiO2 21%", False),
    ("He does not need supplemental oxygen", False), ("SpO2 98% without supplemental oxygen", False), ("Oxygen: none", False),
    ("Give oxygen 2 L/min if SpO2 falls below 92%", None), ("Consider oxygen therapy", None), ("Plan: oxygen 2 L/min to keep SpO2 94-98%", None), ("Uses 2 L of home oxygen at night", None),
    ("Should he desaturate, start 15 L oxygen via non-rebreather mask", None), ("SpO2 88% on room air and 95% on 3 L of oxygen", None),
    ("His wife is on oxygen", None), ("Last year he was on 2 L of oxygen", None), ("oxygen saturation 97%", None),
    ("Rheumatoid arthritis (RA) for ten years", None),
)  # fmt: skip


@pytest.mark.parametrize(("said", "given"), OXYGEN, ids=[one[0] for one in OXYGEN])
def test_oxygen_is_given_or_room_air_is_breathed_where_the_note_says_so(
    said: str, given: bool | None
) -> None:
    assert taken("news2", f"{VITALS}{said}.", "oxygen") is given


SCALES = (
    ("Oxygen prescribed to a target of 88-92%", True), ("target SpO2 88 to 92 %", True), ("SpO2 scale 2 is in use", True),
    ("Target range 94-98%", False), ("No history of COPD", False), ("Denies COPD and asthma", False), ("NEWS2 scale 1", False),
    ("There is no asthma, emphysema or COPD", False), ("No CO2 retention", False),
    ("Known COPD", None), ("Chronic hypercapnia", None), ("SpO2 varied from 88 to 92%", None), ("A pleasant man", None),
    ("His brother has COPD", None), ("Scale 2 is not to be used: target 94-98%, formerly 88-92%", None),
)  # fmt: skip


@pytest.mark.parametrize(("said", "second"), SCALES, ids=[one[0] for one in SCALES])
def test_the_second_scale_is_taken_where_its_target_is_set_and_never_from_silence(
    said: str, second: bool | None
) -> None:
    assert taken("news2", f"{VITALS}{said}.", "hypercapnic_target") is second


LEVELS = (
    ("He is alert and orientated to time and place", "alert", False), ("AVPU: A", "alert", False), ("ACVPU = C", "new confusion", True),
    ("GCS 15/15", "alert", None), ("A&Ox3", "alert", False), ("He has become acutely confused", "new confusion", True),
    ("disoriented since this morning", "new confusion", True), ("He opens his eyes to voice", "voice", True),
    ("He only responds to painful stimuli", "pain", True), ("Found unresponsive", "unresponsive", True),
    ("AVPU V", "voice", True), ("He denies confusion and is alert", "alert", False),
    ("He is drowsy", None, True), ("GCS 12", None, None), ("He is not alert", None, True), ("comatose", None, True),
    ("Long-standing confusion from dementia", None, True), ("alert but confused", None, None),
    ("He wears a medic alert bracelet", None, None), ("The stroke team was put on alert by his confused wife", None, None),
    ("If confused, call me", None, None), ("Confused last week", None, None), ("unresponsive to antibiotics", None, None),
    ("A sepsis alert was raised", None, None),
)  # fmt: skip


@pytest.mark.parametrize(("said", "level", "altered"), LEVELS, ids=[one[0] for one in LEVELS])
def test_how_awake_the_patient_is(said: str, level: str | None, altered: bool | None) -> None:
    assert taken("news2", f"{VITALS}{said}.", "consciousness") == level
    assert taken("qsofa", f"{VITALS}{said}.", "altered_mentation") is altered


def test_alert_is_no_fifteen_points_and_serves_qsofa_all_the_same() -> None:
    fit = read("qsofa", f"{VITALS}He is alert.")
    assert "gcs" not in fit.values
    assert score("qsofa", f"{VITALS}He is alert.") == 0
    assert score("qsofa", f"{VITALS}GCS 14.") == 1
    assert {one.name for one in read("qsofa", VITALS).doubts} == {"gcs"}
    assert read("qsofa", f"{VITALS}Alert, GCS 13.").doubts


def test_news2_from_a_note() -> None:
    note = (
        "72-year-old woman, exacerbation. Resp rate 24, sats 89% on 28% oxygen via Venturi mask (target 88-92%), BP 105/60 mmHg, "
        "pulse 112, temp 37.4 C, alert."
    )
    assert score("news2", note) == 2 + 0 + 2 + 1 + 2
    child = work_out(calculator_of("news2"), read("news2", "A 12-year-old boy, alert.").values)
    assert isinstance(child, NoResult)


SATURATIONS = (
    ("Aim for SpO2 92%", None), ("keep sats 94% or more", None), ("SpO2 90-94%", None), ("If SpO2 88%, call", None),
    ("Yesterday SpO2 85%", None), ("Two days ago SpO2 85%. On examination, SpO2 96%", 96.0), ("SpO2 88% -> 94%", None),
    ("SpO2 of 91%, then an SpO2 of 92%", None), ("SpO2 target 94-98%, now SpO2 95%", 95.0), ("His mother's SpO2 was 85%", None),
)  # fmt: skip


@pytest.mark.parametrize(("said", "value"), SATURATIONS, ids=[one[0] for one in SATURATIONS])
def test_a_value_is_the_patients_and_of_now(said: str, value: float | None) -> None:
    assert taken("news2", f"{VITALS}{said}.", "oxygen_saturation") == value


def test_respirations_are_read_under_their_short_names() -> None:
    for said in ("resps 22", "Resp rate: 22", "RR 22/min", "22 breaths per minute"):
        assert taken("qsofa", f"BP 120/70 mmHg, {said}, alert.", "respiratory_rate") == 22


def test_signs_of_two_times_are_not_put_together() -> None:
    note = "On admission, RR 24, BP 95/50 mmHg, alert. Three hours later, HR 80 bpm, SpO2 97% on room air, temperature 37 C."
    doubts = {one.name: one.reason for one in read("news2", note).doubts}
    assert doubts["heart_rate"] == doubts["temperature"] == "stated for another time"


PHQ = (
    "interest",
    "mood",
    "sleep",
    "energy",
    "appetite",
    "self_worth",
    "concentration",
    "movement",
    "self_harm",
)
PHQ_LIST = (
    "Little interest {0}, low mood {1}, insomnia {2}, fatigue {3}, overeating {4}, guilt {5}, poor concentration {6}, psychomotor change "
    "{7}, suicidal ideation {8}"
)
PHQ_FORM = (
    "\n1) Little interest or pleasure - {0}\n2) Feeling hopeless - {1}\n3) Sleeping too much - {2}\n4) Little energy - {3}\n5) Appetite - {4}\n"
    "6) Feeling like a failure - {5}\n7) Concentrating - {6}\n8) Moving slowly or fidgety - {7}\n9) Hurting yourself - {8}\n"
)


@pytest.mark.parametrize(
    "form",
    [f"PHQ-9: {PHQ_LIST}.", f"PHQ 9 (past 2 weeks){PHQ_FORM}", "PHQ9: {0},{1},{2},{3},{4},{5},{6},{7},{8}"],
)
def test_phq_9_is_read_item_by_item(form: str) -> None:
    points = (3, 2, 1, 0, 3, 2, 1, 0, 1)
    note = f"A 30-year-old man. {form.format(*points)}"
    assert [taken("phq-9", note, name) for name in PHQ] == list(points)
    assert score("phq-9", note) == sum(points)


@pytest.mark.parametrize(
    "note",
    [
        "PHQ-9 was 17 today.", f"PHQ-9 last month: {PHQ_LIST.format(*[1] * 9)}.", f"Her sister's PHQ-9: {PHQ_LIST.format(*[1] * 9)}.",
        f"PHQ-9: {PHQ_LIST.format(*[1] * 9)}. Total 12.", f"PHQ-9: {PHQ_LIST.format(*[7] * 9)}.", "She sleeps 2 hours and eats 1 meal.",
        f"PHQ-9: {PHQ_LIST.format(*[1] * 9)}. After treatment, PHQ-9: {PHQ_LIST.format(*[0] * 9)}.",
    ],
)  # fmt: skip
def test_a_total_alone_a_former_a_contradicted_or_anothers_score_gives_no_item(note: str) -> None:
    fit = read("phq-9", note)
    assert {one.name for one in fit.doubts} == set(PHQ)
    assert not fit.values


def test_that_only_the_total_is_stated_is_said_with_it() -> None:
    assert "only its total stated (17)" in read("phq-9", "PHQ-9 score: 17.").doubts[0].sentence()


def test_gad_7_and_audit_c_are_read_item_by_item() -> None:
    gad = (
        "GAD-7 = anxious or on edge: nearly every day; cannot control worrying: several days; excessive worry: more than half the days; "
        "unable to relax: not at all; hard to sit still: 1; easily annoyed: 2; something awful might happen: 0"
    )
    assert score("gad-7", gad.replace("anxious or on edge", "nervous")) == 3 + 1 + 2 + 0 + 1 + 2 + 0
    assert (
        score(
            "audit-c",
            "A 50-year-old woman. AUDIT-C: drinking frequency 2 points, typical amount 1 point, binges 0.",
        )
        == 3
    )
    for note in (
        "A 50-year-old woman. AUDIT-C: drinks 4 times a week, typical 2 drinks, six or more never.",
        "AUDIT-C: how often 2, typical 1, binges 0.",
        "A 50-year-old woman. AUDIT-C 8/12.",
    ):
        assert read("audit-c", note).doubts, note


APGAR = "Baby girl. Apgar at 1 minute: colour {}, heart rate {}, reflex {}, tone {}, breathing {}."
SEEN = "Apgar at five minutes: blue feet, heart rate 140, cries vigorously, moving actively, grimaced."


def test_apgar_is_read_in_points_and_as_the_signs_are_seen() -> None:
    assert score("apgar", APGAR.format(1, 2, 1, 2, 2)) == 8
    assert score("apgar", SEEN) == 1 + 2 + 2 + 2 + 1
    both = f"{APGAR.format(0, 1, 1, 1, 1)} {SEEN}"
    assert read("apgar", both).doubts
    assert score("apgar", both, "the score at 1 minute") == 4
    assert score("apgar", both, "at 5 minutes") == 8


@pytest.mark.parametrize(
    "note",
    ["Apgars 7/9.", "APGAR scores of 8 and 10 at 1 and 5 minutes.", "Her brother's Apgar: colour 1, pulse 2, grimace 1, tone 1, breathing 1.",
     "Apgar: limp? Not crying.", "She is pink all over and crying, heart rate 140."],
)  # fmt: skip
def test_a_total_of_apgar_and_signs_of_somebody_else_give_no_sign(note: str) -> None:
    assert {one.name for one in read("apgar", note).doubts} >= {"appearance", "pulse", "respiration"}


FLUIDS = (
    ("He is clinically 5 % dehydrated", 5.0), ("dehydration of about 7,5 %", 7.5), ("estimated dehydration: 10%", 10.0),
    ("5 per cent dehydrated", 5.0), ("dehydration 5-10%", None), ("3 to 5 % dehydrated", None), ("not 5% dehydrated", None),
    ("moderately dehydrated", None), ("If 5 % dehydrated, treat", None), ("Last week he was 5% dehydrated", None),
    ("5 % dextrose for dehydration", None), ("lost 5% of blood", None),
)  # fmt: skip


@pytest.mark.parametrize(("said", "percent"), FLUIDS, ids=[one[0] for one in FLUIDS])
def test_dehydration_is_one_figure_in_percent(said: str, percent: float | None) -> None:
    assert taken("paediatric-fluids", f"A 5-year-old boy, weight 18 kg. {said}.", "dehydration") == percent


def test_the_hours_are_those_of_the_deficit() -> None:
    note = "A 5-year-old boy, weight 20 kg, 5 % dehydrated. {}"
    assert taken("paediatric-fluids", note.format("Correct the deficit within 48 hours."), "hours") == 48
    assert score("paediatric-fluids", note.format("Rehydrate over 24 h.")) == pytest.approx(60 + 1000 / 24)
    for other in ("He vomited over 24 hours.", "No urine for 12 hours.", "Ibuprofen over 3 hours."):
        assert taken("paediatric-fluids", note.format(other), "hours") is None


INSULIN = (
    ("Blood sugar 270 mg/dL. Target glucose: 120 mg/dL. Total daily insulin is 60 units", (270, 120, 60)),
    ("Glucose 15 mmol/L, goal of 6 mmol/L, TDD = 36 units", (15, 6, 36)),
    ("Target 4-7 mmol/L; glargine 20 units daily, glucose 15 mmol/L", (15, None, None)),
    ("Total daily dose 0.5 units/kg. Aim for glucose of 110 mg/dL", (None, 110, None)),
    ("Last month his total daily dose was 60 units; target glucose 120 mg/dL", (None, None, None)),
    ("TDD 40-50 units", (None, None, None)),
)  # fmt: skip


@pytest.mark.parametrize(("said", "values"), INSULIN, ids=[one[0] for one in INSULIN])
def test_glucose_its_target_and_the_insulin_of_a_day_are_told_apart(
    said: str, values: tuple[float | None, ...]
) -> None:
    found = [taken("insulin-correction", f"{said}.", name) for name in ("glucose", "target", "daily_insulin")]
    inside = [value * 18.0182 if value == 15 else value for value in values if value is not None]
    assert [one for one in found if one is not None] == pytest.approx(inside)
    assert [one is None for one in found] == [one is None for one in values]


BLEEDING = (
    "A 70-year-old woman on warfarin, BP 135/80 mmHg. {} No liver disease, no stroke, no previous bleeding, no labile INR, no NSAIDs, "
    "alcohol: none."
)


@pytest.mark.parametrize(
    ("said", "points"),
    [("No kidney disease.", 1), ("On haemodialysis dialysis.", 2), ("Creatinine 260 umol/L.", 2), ("Creatinine 3.1 mg/dL.", 2)],
)  # fmt: skip
def test_has_bled_from_a_note_takes_a_creatinine_over_its_limit(said: str, points: int) -> None:
    assert score("has-bled", BLEEDING.format(said)) == points


def test_has_bled_takes_what_is_denied_behind_and_doubts_a_denial_against_the_creatinine() -> None:
    assert taken("has-bled", BLEEDING.format("Renal disease denied."), "renal_disease") is False
    assert (
        taken("has-bled", BLEEDING.format("No renal disease. Creatinine 260 umol/L."), "renal_disease")
        is None
    )
