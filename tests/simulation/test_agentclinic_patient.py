"""A patient from AgentClinic's text says the piece that was asked for, denies the rest, and never the diagnosis."""

from __future__ import annotations

from pathlib import Path

import pytest
from agentclinic_cases import FILE, UNDERSTANDING, case, say

from wardround.care import TOPICS
from wardround.harness import Question
from wardround.simulation.agentclinic import AgentClinicPatient, read_agentclinic

BASE = UNDERSTANDING.base
ASK = {f.id: f.ask for f in BASE.content.findings}


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ("finding.fever", "Yes. Fever."),
        ("finding.cough", "Yes. Productive cough."),
        ("finding.night_sweats", "Yes. Night sweats."),
        ("finding.smoker", "Yes. Smokes 10 cigarettes a day."),
        ("finding.chest_pain", "No, not that I've noticed."),
        ("finding.vomiting", "No, not that I've noticed."),
        ("finding.back_pain", "No, not that I've noticed."),
    ],
)
async def test_a_question_of_the_base_is_answered_from_the_text(
    tmp_path: Path, finding: str, said: str
) -> None:
    answer = await say(case(tmp_path), ASK[finding])
    assert answer == said
    read = UNDERSTANDING.of_answer(ASK[finding], finding, answer)["findings"]
    assert read[finding] is said.startswith("Yes")


async def test_only_the_piece_that_was_asked_for_is_said(tmp_path: Path) -> None:
    given = case(
        tmp_path,
        Symptoms={"Primary_Symptom": "Confusion", "Secondary_Symptoms": []},
        History="She presents with fatigue, flank pain, and a persistent fever.",
    )
    assert await say(given, ASK["finding.flank_pain"]) == "Yes. Flank pain."
    assert await say(given, ASK["finding.fever"]) == "Yes. A persistent fever."


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (TOPICS["drugs"], "I have a history of asthma and takes metformin."),
        (TOPICS["problems"], "Asthma, appendectomy in childhood."),
        (TOPICS["allergies"], "No, nothing that I know of."),
        (TOPICS["open"], "No, I think that's everything."),
        ("What do you do for a living?", "Works as a librarian."),
        ("Does anything run in your family?", "No, nothing that I know of."),
        ("How long have you had this?", "For about three weeks."),
        ("What brings you here today?", "Fever."),
    ],
)
async def test_topics_are_answered_from_their_sections(tmp_path: Path, question: str, said: str) -> None:
    assert said in await say(case(tmp_path), question)


async def test_a_list_of_medicines_is_said_whole(tmp_path: Path) -> None:
    given = case(tmp_path, Current_Medications=["Metformin", "Enalapril", "Aspirin", "Sitagliptin"])
    answer = await say(given, TOPICS["drugs"])
    assert all(name in answer for name in ("Metformin", "Enalapril", "Aspirin", "Sitagliptin"))


async def test_an_allergy_is_told_and_its_denial_is_not_taken_for_one(tmp_path: Path) -> None:
    assert "allergic to penicillin" in await say(
        case(tmp_path, Past_Medical_History="She is allergic to penicillin."), TOPICS["allergies"]
    )
    assert await say(case(tmp_path, Past_Medical_History="No known allergies."), TOPICS["allergies"]) == (
        "No, nothing that I know of."
    )


async def test_a_question_in_words_that_the_base_lacks_is_answered_by_its_words(tmp_path: Path) -> None:
    given = case(
        tmp_path, History="She noticed that her eyebrows are thinning. She denies eating raw oysters."
    )
    assert "eyebrows are thinning" in await say(given, "Are your eyebrows thinning?")
    assert await say(given, "Have you eaten raw oysters?") == "No."
    assert await say(given, "Do you collect stamps?") == "No, not that I know of."
    assert "don't understand" in await say(given, "Quis custodiet?")


async def test_two_questions_get_two_answers(tmp_path: Path) -> None:
    question = "Do you have a fever or back pain?"
    answer = await say(case(tmp_path), question)
    assert UNDERSTANDING.of_answer(question, None, answer)["findings"] == {
        "finding.fever": True,
        "finding.back_pain": False,
    }


async def test_a_child_is_spoken_of_and_is_nobody_s_sick_contact(tmp_path: Path) -> None:
    given = case(
        tmp_path,
        Demographics="2-year-old boy",
        History="The mother reports that her son has been vomiting.",
        Symptoms={"Primary_Symptom": "Crying", "Secondary_Symptoms": []},
        Review_of_Systems="None.",
    )
    assert (await say(given, ASK["finding.vomiting"])).startswith("Yes.")
    assert await say(given, ASK["finding.sick_contact"]) == "No, not that we've noticed."


async def test_a_pain_is_not_put_in_numbers(tmp_path: Path) -> None:
    assert await say(case(tmp_path), ASK["finding.pain_score"]) == "I couldn't put a number on it."


@pytest.mark.parametrize("history", ["She has been told she has tuberculosis.", "TB was found in her lungs."])
async def test_the_diagnosis_is_never_said(tmp_path: Path, history: str) -> None:
    given = case(tmp_path, History=history, Past_Medical_History="Pulmonary tuberculosis.")
    questions = [
        *ASK.values(),
        *TOPICS.values(),
        "Do you have tuberculosis?",
        "Have you got TB?",
        "What do you have?",
    ]
    for question in questions:
        answer = (await say(given, question)).lower()
        assert "pulmonary tuberculosis" not in answer
        assert "tb" not in answer.split()


async def test_the_same_question_gives_the_same_words(tmp_path: Path) -> None:
    assert await say(case(tmp_path), ASK["finding.cough"]) == await say(case(tmp_path), ASK["finding.cough"])


@pytest.mark.data
async def test_published_cases_answer_every_question_and_keep_their_diagnosis(data_dir: Path) -> None:
    extra = replies = 0
    for given in read_agentclinic(data_dir / FILE)[::4]:
        patient = AgentClinicPatient(given, UNDERSTANDING)
        for finding in BASE.content.findings:
            if finding.examined:
                continue
            answer = await patient.reply(Question(finding.ask, "key"))
            replies += 1
            assert answer
            assert not patient.statements.says_diagnosis(answer), (given.id, answer)
            read = UNDERSTANDING.of_answer(finding.ask, finding.id, answer)["findings"]
            family = finding.id.split(".")[:2]
            extra += any(slug.split(".")[:2] != family for slug in read)
    assert extra / replies < 0.002
