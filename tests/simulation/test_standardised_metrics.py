"""Privacy and fact over a thousand encounters, counted in two ways; each way finds what is planted for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from standardised_people import BASE, UNDERSTANDING, case_with, person

from wardround.care import TOPICS
from wardround.simulation import generate
from wardround.simulation.standardised import PHRASINGS, Said, StandardisedPatient, Utterance
from wardround.simulation.standardised.metrics import (
    Exchange,
    Interview,
    by_reading,
    interview,
    of_utterances,
)
from wardround.simulation.standardised.questioning import questions_for

COUGH, FEVER = "finding.cough", "finding.fever"
ENCOUNTERS = 1000


@cache
def interviews() -> tuple[Interview, ...]:
    """A thousand encounters: every manner, both phrasings, first and later visits."""
    made = []
    for index in range(ENCOUNTERS):
        case = generate(BASE, "train", index)
        patient = StandardisedPatient(case, UNDERSTANDING, visit=index % 3, phrasing=PHRASINGS[index % 2])
        made.append(interview(patient, questions_for(BASE, case, 12)))
    return tuple(made)


def test_a_thousand_encounters_keep_privacy_and_fact_by_the_facts_beside_the_words() -> None:
    figures = of_utterances(interviews())
    assert figures.failures == ()
    assert (figures.encounters, figures.privacy, figures.fact) == (ENCOUNTERS, 1.0, 1.0)


def test_a_thousand_encounters_keep_privacy_and_fact_by_reading_the_words() -> None:
    figures = by_reading(interviews())
    assert list(figures.failures) == []
    assert (figures.privacy, figures.privacy_of_replies) == (1.0, 1.0)
    assert (figures.fact, figures.fact_of_replies) == (1.0, 1.0)


def test_every_manner_every_mode_and_most_questions_are_among_them() -> None:
    seen = interviews()
    assert {i.patient.manner.name for i in seen} == {
        "plain", "terse", "talkative", "anxious", "minimising", "confused", "carer_speaks",
    }  # fmt: skip
    said = [e.said for i in seen for e in i.exchanges]
    assert {u.interruption for u in said} == {None, "end", "within"}
    answered = sum(bool(u.facts) for u in said) / len(said)
    assert answered > 0.8


def planted(question: str, said: Utterance, **findings: bool) -> Interview:
    """One reply that somebody wrote."""
    case = case_with({f"finding.{name}": value for name, value in findings.items()})
    return Interview(person(case), (Exchange(question, said),))


ASK_FEVER = BASE.findings[FEVER].ask


def test_a_fact_that_nobody_asked_for_is_found_in_both_ways() -> None:
    leak = planted(
        ASK_FEVER,
        Utterance("No, no fever or cough.", (Said(FEVER, False), Said(COUGH, False))),
        fever=False,
        cough=False,
    )
    assert of_utterances([leak]).privacy == 0.0
    assert by_reading([leak]).privacy == 0.0
    assert by_reading([leak]).fact == 1.0


def test_a_leak_in_the_wording_is_found_by_reading_alone() -> None:
    leak = planted(
        ASK_FEVER, Utterance("No, no fever or cough.", (Said(FEVER, False),)), fever=False, cough=False
    )
    assert of_utterances([leak]).privacy == 1.0
    [failure] = by_reading([leak]).failures
    assert (failure.kind, failure.what) == ("privacy", f"-{COUGH}")


@pytest.mark.parametrize(
    "text", ["No, but I take warfarin.", "No, I've had it for three weeks.", "No, but I have asthma."]
)
def test_drugs_times_and_illnesses_are_facts_too(text: str) -> None:
    leak = planted(ASK_FEVER, Utterance(text, (Said(FEVER, False),)), fever=False)
    assert by_reading([leak]).privacy == 0.0


def test_a_lie_is_found_in_both_ways() -> None:
    lie = planted(ASK_FEVER, Utterance("Yes, I have a fever.", (Said(FEVER, True),)), fever=False)
    assert of_utterances([lie]).fact == by_reading([lie]).fact == 0.0
    assert of_utterances([lie]).privacy == by_reading([lie]).privacy == 1.0


def test_words_that_do_not_say_what_was_meant_are_found_by_reading_alone() -> None:
    lie = planted(ASK_FEVER, Utterance("Yes, I have a fever.", (Said(FEVER, False),)), fever=False)
    assert of_utterances([lie]).fact == 1.0
    assert by_reading([lie]).fact == 0.0


def test_a_drug_that_is_not_taken_is_against_fact() -> None:
    case = replace(case_with(), drugs=("metformin",))
    said = Utterance("I take warfarin.", (Said("drugs", "warfarin"),))
    lie = Interview(person(case), (Exchange(TOPICS["drugs"], said),))
    assert of_utterances([lie]).fact == by_reading([lie]).fact == 0.0


def test_what_an_interruption_brings_up_is_allowed_and_without_one_it_is_not() -> None:
    text = "No, no fever. Oh, and before I forget: I have a cough."
    scripted = Utterance(text, (Said(FEVER, False),), (Said(COUGH, True),), (FEVER,), "end")
    assert of_utterances([planted(ASK_FEVER, scripted, fever=False, cough=True)]).privacy == 1.0
    assert by_reading([planted(ASK_FEVER, scripted, fever=False, cough=True)]).privacy == 1.0
    unscripted = replace(scripted, interruption=None)
    assert of_utterances([planted(ASK_FEVER, unscripted, fever=False, cough=True)]).privacy == 0.0


def test_of_nothing_there_is_no_share() -> None:
    figures = of_utterances([])
    assert (figures.privacy, figures.fact, figures.encounters) == (None, None, 0)


def test_questions_are_the_same_again_and_of_every_kind() -> None:
    case = generate(BASE, "train", 5)
    assert questions_for(BASE, case, 30) == questions_for(BASE, case, 30)
    asked = [q for n in range(20) for q in questions_for(BASE, generate(BASE, "train", n), 20)]
    own = {f.ask for f in BASE.content.findings}
    assert 0.4 < sum(q in own for q in asked) / len(asked) < 0.8
    assert any(" or " in q and q not in own for q in asked)
    assert set(TOPICS.values()) & set(asked)
