"""The simulated patient says what the case holds, in words, and only what was asked. The services agree with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from simulated_cases import asks, clinic, drawn, patient_of

from wardround.care import TOPICS
from wardround.harness import ToolError
from wardround.simulation import SimulatedExamination, SimulatedLaboratory

BASE = clinic().base
CASE = drawn("it burns when I pee", seed=3)


@pytest.mark.parametrize(
    "slug", [f.id for f in BASE.findings.values() if f.answer == "yes_no" and not f.examined]
)
async def test_every_question_of_the_base_is_answered_from_the_case(slug: str) -> None:
    finding = BASE.findings[slug]
    present = replace(CASE, findings={**CASE.findings, slug: True})
    absent = replace(CASE, findings={**CASE.findings, slug: False})
    assert await patient_of(present).reply(asks(finding.ask)) in finding.answers.yes
    assert await patient_of(absent).reply(asks(finding.ask)) in finding.answers.no


async def test_a_question_in_other_words_is_understood() -> None:
    patient = patient_of(replace(CASE, findings={**CASE.findings, "finding.cough": True}))
    assert (
        await patient.reply(asks("Tell me, have you been coughing at all?"))
        in BASE.findings["finding.cough"].answers.yes
    )


async def test_the_same_question_gets_the_same_words() -> None:
    question = asks(BASE.findings["finding.dysuria"].ask)
    assert await patient_of(CASE).reply(question) == await patient_of(CASE).reply(question)


async def test_it_volunteers_nothing() -> None:
    patient = patient_of(CASE)
    assert await patient.reply(asks(TOPICS["open"])) == "No, I think that's everything."
    answer = await patient.reply(asks(BASE.findings["finding.cough"].ask))
    read = clinic().understanding.of_answer(BASE.findings["finding.cough"].ask, "finding.cough", answer)
    assert set(read["findings"]) <= {"finding.cough", "finding.cough.productive"}


async def test_what_is_not_understood_is_said_so() -> None:
    assert "don't understand" in await patient_of(CASE).reply(asks("Quis custodiet ipsos custodes?"))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("complaint", ["it burns when I pee", "severe pain in my big toe", "cough and fever"])
async def test_it_never_names_what_is_the_matter(complaint: str, seed: int) -> None:
    case = drawn(complaint, seed=seed)
    condition = BASE.conditions[case.truth]
    patient = patient_of(case)
    symptoms = [
        f.ask for f in BASE.findings.values() if f.kind in ("symptom", "measurement") and not f.examined
    ]
    pressing = [
        "What do you have?",
        "What is your diagnosis?",
        f"Is it {condition.lay_name}?",
        *TOPICS.values(),
    ]
    for text in (*symptoms, *pressing):
        said = (await patient.reply(asks(text))).lower()
        for name in (condition.name.lower(), case.truth.partition(".")[2], condition.id):
            assert name not in said, text


async def test_allergies_drugs_and_problems_are_those_of_the_record() -> None:
    known = replace(
        CASE, allergies=("Penicillin",), drugs=("Metformin", "Lisinopril"), problems=("Type 2 diabetes",)
    )
    patient = patient_of(known)
    assert await patient.reply(asks(TOPICS["allergies"])) == "I'm allergic to Penicillin."
    assert await patient.reply(asks(TOPICS["drugs"])) == "I take Metformin, Lisinopril."
    assert await patient.reply(asks("Which tablets do you take?")) == "I take Metformin, Lisinopril."
    assert await patient.reply(asks(TOPICS["problems"])) == "I've been told I have Type 2 diabetes."
    assert await patient_of(replace(CASE, allergies=())).reply(asks(TOPICS["allergies"])) == (
        "No, no allergies that I know of."
    )


async def test_a_number_is_said_as_people_say_it() -> None:
    patient = patient_of(replace(CASE, findings={**CASE.findings, "finding.pain_score": 2.0}))
    said = await patient.reply(asks(BASE.findings["finding.pain_score"].ask))
    assert "2" in said
    assert "2.0" not in said


async def test_the_examination_measures_what_the_case_holds() -> None:
    examination = SimulatedExamination(BASE, CASE)
    wanted = ["finding.temperature", "finding.heart_rate", "finding.lung_crackles"]
    values = (await examination.call({"findings": wanted}, "key"))["values"]
    assert values == {slug: CASE.findings[slug] for slug in wanted}


async def test_a_sign_that_the_case_does_not_hold_is_absent_and_a_value_unknown() -> None:
    bare = SimulatedExamination(BASE, replace(CASE, findings={}))
    values = (await bare.call({"findings": ["finding.lung_crackles", "finding.weight"]}, "key"))["values"]
    assert values == {"finding.lung_crackles": False, "finding.weight": None}


@pytest.mark.parametrize("test", sorted(BASE.tests))
async def test_every_test_has_a_result_that_the_case_holds(test: str) -> None:
    answer = await SimulatedLaboratory(BASE, CASE).call({"test": test}, "key")
    result = answer["result"]
    assert answer["status"] == "final"
    if BASE.tests[test].analytes:
        for analyte, measured in result["analytes"].items():
            assert measured["value"] == pytest.approx(CASE.analytes[analyte], rel=0.01)
            assert measured["unit"] == BASE.analytes[analyte].unit
    else:
        assert result["positive"] is CASE.tests[test]
        assert result["text"] == (
            BASE.tests[test].positive if result["positive"] else BASE.tests[test].negative
        )


async def test_a_test_that_nobody_does_is_refused_with_the_fix() -> None:
    with pytest.raises(ToolError, match=r"test: 'test\.aura' is not done here"):
        await SimulatedLaboratory(BASE, CASE).call({"test": "test.aura"}, "key")
