"""Questions, tests, diagnosis, advice, closing, red flags, and whose record is read."""

from __future__ import annotations

import pytest
from constraint_cases import (
    Case,
    allergy,
    chart,
    check,
    close,
    lab,
    ordered,
    prescribed,
    ranked,
    said,
    taking,
    woman,
)

from wardround.care.arguments import Advise, Ask, Diagnose, Recall
from wardround.care.chart import Statement

CONTRAST = "allergy.iodinated_contrast"
CHEST_PAIN = "redflag.chest_pain_heart_disease"
PNEUMONIA = "condition.community_acquired_pneumonia"
WEIGHED = frozenset(
    f"condition.{c}"
    for c in (
        "pulmonary_embolism",
        "sepsis",
        "acute_coronary_syndrome",
        "tuberculosis",
        "lung_cancer",
        "heart_failure",
    )
)


def advise(text: str, safety_net: bool = False) -> Advise:
    return Advise(text=text, safety_net=safety_net)


QUESTIONS = (
    Case(
        "care.question.repeated", "asked before", "deny", chart(asked={"finding.cough": "5"}), Ask(about="finding.cough"),
        ("cough", "event 5"),
    ),
    Case(
        "care.question.repeated", "said with the complaint", "deny",
        chart(findings={"finding.cough": True}, heard={"finding.cough": "1"}), Ask(about="finding.cough"), ("event 1",),
    ),
    Case("care.question.repeated", "allergies twice", "deny", chart(asked={"allergies": "4"}), Ask(about="allergies")),
    Case("care.question.repeated", "another symptom", None, chart(asked={"finding.cough": "5"}), Ask(about="finding.fever")),
    Case("care.question.repeated", "an open question may come back", None, chart(asked={"open": "4"}), Ask(about="open")),
    Case("care.question.repeated", "words without a topic", None, chart(asked={"finding.cough": "5"}), Ask(question="And then?")),
    Case("care.question.double", "two at once", "deny", chart(), Ask(question="Any cough? Any fever?"), ("one",)),
    Case("care.question.double", "in full width", "deny", chart(), Ask(question="咳嗽吗？发烧吗？")),
    Case("care.question.double", "one", None, chart(), Ask(question="Do you have a cough?")),
    Case("care.question.double", "one, asked with surprise", None, chart(), Ask(question="Since last year??")),
    Case("care.question.double", "none", None, chart(), Ask(question="Tell me more.")),
    Case(
        "care.privacy.other_patient", "somebody else's record", "deny", chart(),
        Recall(topic="drugs", patient_id="patient-2"), ("only this patient",),
    ),
    Case("care.privacy.other_patient", "her own, named", None, chart(), Recall(topic="drugs", patient_id="patient-1")),
    Case("care.privacy.other_patient", "her own, unnamed", None, chart(), Recall(topic="drugs")),
    Case("care.privacy.other_patient", "a tool that names nobody", None, chart(), Ask(about="open")),
)  # fmt: skip

TESTS = (
    Case("care.test.unknown", "a test of no base", "deny", chart(), lab("aura_photograph"), ("aura_photograph",)),
    Case("care.test.unknown", "an ECG", None, chart(), lab("ecg")),
    Case("care.test.repeat", "a second ECG", "deny", chart(orders=ordered("ecg")), lab("ecg"), ("event 8", "awaited")),
    Case("care.test.repeat", "another test", None, chart(orders=ordered("ecg")), lab("troponin")),
    Case(
        "care.test.contraindicated", "a lumbar puncture on warfarin", "deny", chart(drugs=taking("warfarin")),
        lab("lumbar_puncture"), ("unreviewed",),
    ),
    Case(
        "care.test.contraindicated", "spirometry in an infarction", "deny",
        chart(diagnosis="condition.acute_coronary_syndrome"), lab("spirometry"),
    ),
    Case("care.test.contraindicated", "a lumbar puncture otherwise", None, chart(), lab("lumbar_puncture")),
    Case("care.test.caution", "a contrast CT at an eGFR of 25", "approval", chart(egfr=25.0), lab("ctpa"), ("25",)),
    Case("care.test.caution", "a contrast CT with good kidneys", None, chart(), lab("ctpa")),
    Case("care.test.radiation", "a chest X-ray in pregnancy", "approval", woman(pregnant=True), lab("chest_xray")),
    Case("care.test.radiation", "a CT of the trunk, and nobody asked", "approval", woman(), lab("ct_abdomen"), ("ask",)),
    Case("care.test.radiation", "a chest X-ray, and nobody asked", None, woman(), lab("chest_xray")),
    Case("care.test.radiation", "no pregnancy", None, woman(pregnant=False), lab("ct_abdomen")),
    Case("care.test.radiation", "an ultrasound in pregnancy", None, woman(pregnant=True), lab("pelvic_ultrasound")),
    Case(
        "care.test.contrast_allergy", "after anaphylaxis to contrast", "deny",
        chart(allergies=(allergy("X-ray dye", CONTRAST, severe=True),)), lab("ctpa"), ("severe",),
    ),
    Case(
        "care.test.contrast_allergy", "after hives from contrast", "approval",
        chart(allergies=(allergy("X-ray dye", CONTRAST),)), lab("ctpa"),
    ),
    Case(
        "care.test.contrast_allergy", "no contrast in it", None,
        chart(allergies=(allergy("X-ray dye", CONTRAST, severe=True),)), lab("chest_xray"),
    ),
    Case(
        "care.test.contrast_allergy", "another allergy", None,
        chart(allergies=(allergy("penicillin", "allergy.penicillins", severe=True),)), lab("ctpa"),
    ),
    Case("care.test.invasive", "a lumbar puncture", "approval", chart(), lab("lumbar_puncture")),
    Case("care.test.invasive", "a blood count", None, chart(), lab("full_blood_count")),
)  # fmt: skip

DIAGNOSIS = (
    Case("care.diagnosis.without_history", "before anything", "forbid", chart(), words=("history",)),
    Case(
        "care.diagnosis.without_history", "what the complaint said is no history", "forbid",
        chart(findings={"finding.cough": True}, heard={"finding.cough": "1"}),
    ),
    Case("care.diagnosis.without_history", "a question was asked", None, chart(asked={"finding.cough": "5"})),
    Case("care.diagnosis.without_history", "the pulse was counted", None, chart(heard={"finding.heart_rate": "6"})),
    Case("care.diagnosis.without_history", "the alarm was raised", None, chart(escalations=said("Stroke"))),
    Case(
        "care.diagnosis.must_not_miss", "before any differential", "deny", chart(), Diagnose(condition=PNEUMONIA),
        ("differential",),
    ),
    Case(
        "care.diagnosis.must_not_miss", "without what must not be missed", "deny",
        chart(differential=ranked("community_acquired_pneumonia"), considered=frozenset((PNEUMONIA,))),
        Diagnose(condition=PNEUMONIA), ("not weighed", "condition."),
    ),
    Case(
        "care.diagnosis.must_not_miss", "weighed, but nothing is ranked", "deny", chart(considered=WEIGHED),
        Diagnose(condition=PNEUMONIA),
    ),
    Case(
        "care.diagnosis.must_not_miss", "with all of it weighed", None,
        chart(differential=ranked("community_acquired_pneumonia"), considered=WEIGHED), Diagnose(condition=PNEUMONIA),
    ),
    Case(
        "care.diagnosis.must_not_miss", "something the base only names", None, chart(),
        Diagnose(condition="condition.necrotising_fasciitis"),
    ),
)  # fmt: skip

ADVICE = (
    Case("care.advice.drug", "a drug without a signature", "deny", chart(), advise("Take two Nurofen."), ("ibuprofen", "prescribe")),
    Case("care.advice.drug", "as a safety net", "deny", chart(), advise("Take aspirin.", True)),
    Case("care.advice.drug", "behind a warning", "deny", chart(), advise("Avoid aspirin, take ibuprofen.")),
    Case("care.advice.drug", "a name in capitals among words", "deny", chart(), advise("Perhaps AMOXICILLIN helps")),
    Case("care.advice.drug", "what the patient takes", None, chart(drugs=taking("ramipril")), advise("Go on with ramipril.")),
    Case("care.advice.drug", "what was signed for", None, chart(prescriptions=prescribed("paracetamol")), advise("Paracetamol eases it.")),
    Case("care.advice.drug", "a warning", None, chart(), advise("Do not take ibuprofen or aspirin.")),
    Case("care.advice.drug", "no drug at all", None, chart(), advise("Rest and drink.")),
)  # fmt: skip

HOME = {"differential": ranked("common_cold"), "safety_net": said(), "follow_up": {"days": 7}}
CLOSING = (
    Case("care.close.differential", "home without one", "deny", chart(**{**HOME, "differential": ()}), close("home")),
    Case("care.close.differential", "home with one", None, chart(**HOME), close("home")),
    Case("care.close.safety_net", "home without", "deny", chart(**{**HOME, "safety_net": ()}), close("home"), ("at once",)),
    Case("care.close.safety_net", "home with", None, chart(**HOME), close("home")),
    Case("care.close.safety_net", "advice is none", "deny", chart(**{**HOME, "safety_net": (), "advice": said()}), close("home")),
    Case("care.close.follow_up", "home without", "deny", chart(**{**HOME, "follow_up": None}), close("home")),
    Case("care.close.follow_up", "home with", None, chart(**HOME), close("home")),
    Case(
        "care.red_flag.discharge", "home against a red flag", "approval",
        chart(**HOME, red_flags=(CHEST_PAIN,), addressed=(CHEST_PAIN,)), close("home"), ("hours",),
    ),
    Case(
        "care.red_flag.discharge", "onwards against it", "approval",
        chart(red_flags=(CHEST_PAIN,), addressed=(CHEST_PAIN,)), close("referred"),
    ),
    Case("care.red_flag.discharge", "to hospital", None, chart(red_flags=(CHEST_PAIN,)), close("emergency")),
    Case("care.red_flag.discharge", "a flag for the day", None, chart(**HOME, red_flags=("redflag.dvt",)), close("home")),
    Case("care.red_flag.discharge", "no flag", None, chart(**HOME), close("home")),
)  # fmt: skip

CASES = (*QUESTIONS, *TESTS, *DIAGNOSIS, *ADVICE, *CLOSING)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_visit_rules(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("disposition", ["referred", "admitted", "emergency", "handed_over"])
def test_nothing_but_home_is_held_to_home_s_rules(disposition: str) -> None:
    bare = chart(advice=(Statement("x", "1"),))
    for rule in ("care.close.differential", "care.close.safety_net", "care.close.follow_up"):
        check(Case(rule, disposition, None, bare, close(disposition)))
