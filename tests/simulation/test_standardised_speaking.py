"""The standardised patient answers what is asked, as it believes, in its own manner, and the same way every time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardised_people import BASE, UNDERSTANDING, ask, case_with, one, person, plain_case

from wardround.care import TOPICS
from wardround.harness import Question
from wardround.knowledge import Finding
from wardround.simulation import (
    KnownAllergy,
    KnownDrug,
    Obstetric,
    Social,
    case_from_json,
    case_to_json,
    generate,
)
from wardround.simulation.standardised import PHRASINGS, Said, StandardisedPatient, manners, mode_of
from wardround.simulation.standardised.bank import bank
from wardround.simulation.standardised.beliefs import Held
from wardround.simulation.standardised.drug_names import said_name

ASKED = [f for f in BASE.content.findings if f.answer == "yes_no" and not f.examined]
COUGH, SPUTUM, FEVER = "finding.cough", "finding.cough.productive", "finding.fever"
ask_of = {f.id: f.ask for f in BASE.content.findings}


# --- the same again --------------------------------------------------------------------------------------


async def test_the_port_gives_the_words_alone() -> None:
    patient = person()
    question = Question(ask_of[COUGH], "key")
    assert await patient.reply(question) == patient.utter(ask_of[COUGH]).text


@given(
    st.integers(0, 300), st.lists(st.sampled_from([f.ask for f in ASKED] + list(TOPICS.values())), max_size=8)
)
@settings(max_examples=60, deadline=None)
def test_the_same_case_visit_and_questions_give_the_same_words(index: int, questions: list[str]) -> None:
    case = generate(BASE, "train", index)
    again = case_from_json(case_to_json(case))
    first = [u.text for u in ask(StandardisedPatient(case, UNDERSTANDING, visit=1), *questions)]
    assert first == [u.text for u in ask(StandardisedPatient(again, UNDERSTANDING, visit=1), *questions)]


# --- what is asked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("phrasing", PHRASINGS)
@pytest.mark.parametrize("finding", ASKED, ids=lambda f: f.id)
def test_every_question_is_answered_as_it_is(finding: Finding, phrasing: str) -> None:
    slug = finding.id
    present = one(person(case_with({slug: True}), phrasing=phrasing), ask_of[slug])
    assert present.facts == (Said(slug, True),)
    absent = one(person(case_with({slug: False}), phrasing=phrasing), ask_of[slug])
    assert Said(slug, False) in absent.facts
    for utterance, wanted in ((present, (True, None)), (absent, (False, None))):
        read = UNDERSTANDING.of_answer(ask_of[slug], slug, utterance.text)["findings"][slug]
        assert read in wanted, utterance.text


def test_a_detail_of_what_is_not_there_is_answered_by_what_is_not_there() -> None:
    said = one(person(case_with({COUGH: False})), ask_of[SPUTUM])
    assert said.facts == (Said(SPUTUM, False), Said(COUGH, False))
    assert UNDERSTANDING.of_answer("", None, said.text)["findings"] == {COUGH: False}


def test_a_question_in_other_words_is_understood() -> None:
    said = one(person(case_with({COUGH: True})), "Tell me, have you been coughing at all?")
    assert said.facts == (Said(COUGH, True),)


def test_what_is_not_understood_is_asked_back() -> None:
    said = one(person(), "Quis custodiet ipsos custodes?")
    assert said.text in bank().answers.not_understood
    assert not said.facts


def test_nothing_is_volunteered() -> None:
    assert one(person(), TOPICS["open"]).facts == ()


def test_two_questions_at_once_are_both_answered_or_only_the_first() -> None:
    case = case_with({COUGH: True, FEVER: False})
    question = "Do you have a cough or a fever?"
    both = one(person(case), question)
    assert both.facts == (Said(COUGH, True), Said(FEVER, False))
    assert UNDERSTANDING.of_answer(question, None, both.text)["findings"] == {COUGH: True, FEVER: False}
    first = one(person(case, personality="terse"), question)
    assert first.facts == (Said(COUGH, True),)
    assert UNDERSTANDING.of_answer(question, None, first.text)["findings"].get(FEVER) is None


def test_a_no_to_the_first_of_two_is_not_heard_as_a_no_to_both() -> None:
    case = case_with({COUGH: False, FEVER: True})
    for seed in range(12):
        said = one(person(replace(case, seed=seed), personality="terse"), "Do you have a cough or a fever?")
        read = UNDERSTANDING.of_answer("Do you have a cough or a fever?", None, said.text)["findings"]
        assert read.get(FEVER) is not False, said.text


def test_what_was_asked_before_is_answered_the_same_way() -> None:
    first, again = ask(person(case_with({COUGH: True})), ask_of[COUGH], ask_of[COUGH])
    assert again.facts == first.facts
    assert again.text.startswith(bank().answers.again)


@pytest.mark.parametrize("slug", [f.id for f in BASE.content.findings if f.examined])
def test_what_has_to_be_examined_is_not_known(slug: str) -> None:
    assert one(person(), ask_of[slug]).facts == (Said(slug, None),)


def test_a_reading_taken_at_home_is_known() -> None:
    slug = "finding.systolic_bp"
    said = one(person(home={slug: 151.0}), ask_of[slug])
    assert said.facts == (Said(slug, 151.0),)
    assert "151" in said.text


# --- topics ----------------------------------------------------------------------------------------------

DAY = date(2020, 5, 1)
KNOWN: dict[str, Any] = {
    "drugs": ("metformin",),
    "known_drugs": (KnownDrug("drug.metformin", "metformin", 500.0, "mg", "oral", 2.0, False, "condition.type_2_diabetes", DAY),),
    "allergies": ("penicillin",),
    "known_allergies": (KnownAllergy("penicillin", ("allergy.penicillins",), None, True, "anaphylaxis", DAY),),
    "problems": ("type 2 diabetes",),
}  # fmt: skip


@pytest.mark.parametrize("phrasing", PHRASINGS)
@pytest.mark.parametrize("personality", ["plain", "carer_speaks"])
@pytest.mark.parametrize("topic", ["drugs", "allergies", "problems"])
def test_a_topic_is_answered_with_all_that_is_believed(topic: str, personality: str, phrasing: str) -> None:
    case = case_with(**KNOWN)
    said = one(person(case, personality=personality, phrasing=phrasing), TOPICS[topic])
    assert said.facts == (Said(topic, KNOWN[topic][0]),)
    none = one(
        person(case_with(drugs=(), allergies=(), problems=()), personality=personality, phrasing=phrasing),
        TOPICS[topic],
    )
    assert none.facts == (Said(topic, False),)
    read = UNDERSTANDING.of_answer(TOPICS[topic], topic, none.text)
    assert not read["drugs"]
    assert not read["allergies"]
    assert True not in read["findings"].values()


@pytest.mark.parametrize("phrasing", PHRASINGS)
def test_an_allergy_that_is_told_is_understood(phrasing: str) -> None:
    for seed in range(6):
        said = one(person(case_with(**KNOWN, seed=seed), phrasing=phrasing), TOPICS["allergies"])
        read = UNDERSTANDING.of_answer(TOPICS["allergies"], "allergies", said.text)
        assert ["allergy.penicillins"] in [a["groups"] for a in read["allergies"]], said.text


@pytest.mark.parametrize("phrasing", PHRASINGS)
@pytest.mark.parametrize("days", [0, 1, 3, 9, 21, 100, 400, 1500])
def test_how_long_it_has_been_is_told(days: int, phrasing: str) -> None:
    case = case_with({COUGH: True}, presenting=(COUGH,), onset_days={COUGH: days})
    for question in ("How long have you had the cough?", "When did it start?"):
        said = one(person(case, phrasing=phrasing), question)
        assert said.facts == (Said(f"onset:{COUGH}", float(days)),)


def test_family_home_work_and_births_are_told_when_they_are_asked_for() -> None:
    family = "finding.family_diabetes"
    case = case_with(
        {family: True},
        family_history=(family,),
        social=Social("alone", "nurse"),
        obstetric=Obstetric(3, 2),
    )
    patient = person(case)
    assert one(patient, "Does anything run in your family?").facts == (Said(family, True),)
    assert one(patient, "Who do you live with?").facts == (Said("living", "alone"),)
    work = one(patient, "What do you do for a living?")
    assert work.text == "I work as a nurse."
    assert one(patient, "How many children have you given birth to?").facts == (Said("obstetric", 2.0),)
    assert one(patient, "What brings you here today?").text == case.complaint


# --- manners ---------------------------------------------------------------------------------------------


def test_manners_are_drawn_by_their_shares_and_small_children_are_spoken_for() -> None:
    grown = replace(plain_case(), social=Social())
    drawn = Counter(
        StandardisedPatient(replace(grown, seed=s), UNDERSTANDING).manner.name for s in range(3000)
    )
    for manner in manners().values():
        assert drawn[manner.name] / 3000 == pytest.approx(manner.share, abs=0.03), manner.name
    child = replace(grown, birth=date(2020, 1, 1), sex="male")
    assert StandardisedPatient(child, UNDERSTANDING).manner.name == "carer_speaks"
    assert StandardisedPatient(child, UNDERSTANDING).speaker.person == "he"


def test_an_old_patient_who_forgets_is_spoken_for_where_somebody_cares() -> None:
    case = case_with({"finding.confusion": True}, social=Social("with family", "retired", carer="daughter"))
    assert StandardisedPatient(case, UNDERSTANDING).manner.name == "carer_speaks"
    alone = replace(case, social=Social("alone", "retired"))
    assert StandardisedPatient(alone, UNDERSTANDING).manner.name != "carer_speaks"


@pytest.mark.parametrize("name", [m.name for m in manners().values()])
def test_a_manner_changes_the_words_and_not_the_facts(name: str) -> None:
    questions = [f.ask for f in ASKED[:40]]
    plain = [u.facts for u in ask(person(), *questions)]
    told = ask(person(personality=name), *questions)
    assert [u.facts for u in told if u.facts] == [f for f, u in zip(plain, told, strict=True) if u.facts]
    wrapped = sum(u.text not in {p.text for p in ask(person(), *questions)} for u in told)
    assert (wrapped > 0) == (name not in ("plain", "terse"))


def test_the_confused_ask_again_the_first_time_and_answer_the_second() -> None:
    patient = person(personality="confused")
    asked_again = [f for f in ASKED if one(patient, f.ask).text in bank().manners.asks_again]
    assert 0.05 < len(asked_again) / len(ASKED) < 0.3
    for finding in asked_again:
        first, second = ask(patient, finding.ask, finding.ask)
        assert not first.facts
        assert any(fact.about == finding.id for fact in second.facts)


def test_a_manner_that_nobody_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"personality: 'grumpy' is not known: use one of plain"):
        one(person(personality="grumpy"), ask_of[COUGH])


# --- interruptions ---------------------------------------------------------------------------------------


def test_a_quarter_interrupts_half_of_them_in_the_question() -> None:
    drawn = Counter(mode_of(seed) for seed in range(8000))
    assert drawn["passive"] / 8000 == pytest.approx(0.75, abs=0.02)
    assert drawn["end"] / 8000 == pytest.approx(0.125, abs=0.015)
    assert drawn["within"] / 8000 == pytest.approx(0.125, abs=0.015)


QUESTIONS = [f.ask for f in ASKED if f.parent is None][:16]


def test_who_adds_a_line_answers_first() -> None:
    added = 0
    for seed in range(30):
        case = replace(plain_case(), seed=seed)
        passive, talking = ask(person(case), *QUESTIONS), ask(person(case, mode="end"), *QUESTIONS)
        for quiet, said in zip(passive, talking, strict=True):
            assert said.facts == quiet.facts
            assert said.text.startswith(quiet.text)
            assert (said.interruption == "end") == (said.text != quiet.text)
            added += said.interruption == "end"
        assert 1 <= sum(u.interruption == "end" for u in talking) <= bank().interruptions.at_most
    assert added


def test_who_cuts_in_has_heard_the_beginning_and_answers_when_asked_again() -> None:
    for seed in range(30):
        patient = person(replace(plain_case(), seed=seed), mode="within")
        for question, said in zip(QUESTIONS, ask(patient, *QUESTIONS), strict=True):
            if said.interruption != "within":
                continue
            assert said.facts == ()
            heard = said.text.split("...")[0].removeprefix('["')
            assert question.startswith(heard)
            assert not UNDERSTANDING.reader.read(heard)
            place = QUESTIONS.index(question)
            later = ask(patient, *QUESTIONS[: place + 1], question)[-1]
            assert later.facts or later.interruption


def test_a_symptom_that_is_brought_up_is_there_and_was_not_the_complaint() -> None:
    brought = []
    for seed in range(60):
        case = replace(generate(BASE, "train", seed), seed=seed)
        patient = StandardisedPatient(case, UNDERSTANDING, mode="end")
        for said in ask(patient, *QUESTIONS):
            brought += [(patient, fact) for fact in said.volunteered]
            assert not said.volunteered or said.interruption == "end"
    assert brought
    for patient, fact in brought:
        assert patient.beliefs.of(fact.about) is True
        assert fact.about not in patient.case.presenting


# --- names of drugs --------------------------------------------------------------------------------------


def test_a_drug_is_called_by_its_name_by_what_it_is_for_or_by_half_of_it() -> None:
    names = Counter(
        said_name(UNDERSTANDING, Held("furosemide", "drug.furosemide"), seed) for seed in range(400)
    )
    assert names["furosemide"] > 200
    assert any(name.startswith("my water") for name in names)
    assert any(name.startswith("furos") and name != "furosemide" for name in names)


@pytest.mark.parametrize("slug", sorted(BASE.drugs))
def test_no_name_is_another_drug_s(slug: str) -> None:
    held = Held(BASE.drugs[slug].name, slug)
    for seed in range(25):
        said = said_name(UNDERSTANDING, held, seed)
        for m in UNDERSTANDING.reader.read(f"I take {said}."):
            if said != held.text and m.kind == "drug":
                assert m.id == slug, said
            if m.kind == "drug_class" and said.startswith("my "):
                assert m.id in BASE.classes_of(slug), said


def test_it_never_names_what_is_the_matter() -> None:
    for index in range(12):
        case = replace(generate(BASE, "train", index), problems=(), family_history=())
        condition = BASE.conditions[case.truth]
        patient = person(case)
        asked = [f.ask for f in ASKED if f.kind == "symptom"]
        for question in (*asked, "What do you have?", f"Is it {condition.name}?", TOPICS["open"]):
            assert condition.name.lower() not in one(patient, question).text.lower(), question
