"""What is planted in a patient's care: seven things, said and brought in when they should be, and true all the while."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from generated_cases import base

from wardround.clinical import WARDROUND, Fact
from wardround.harness import Question
from wardround.simulation import generate
from wardround.simulation.episode import COMES, TELLS, Plants, Telling, Volunteering, planted

DAY = date(2026, 6, 15)


@cache
def plants() -> Plants:
    """Planted in somebody with high blood pressure."""
    return planted(base(), generate(base(), "train", 1, condition="condition.hypertension"))


def incoming(number: int) -> list[Fact]:
    """What comes in before a visit."""
    return list(plants().incoming(number, DAY + timedelta(days=30 * number)))


class Quiet:
    """A patient who says no."""

    async def reply(self, question: Question) -> str:
        return "No."


def test_the_true_allergy_is_the_persons_own_and_the_wrong_one_stands_in_the_record_alone() -> None:
    own = {group for a in plants().person.known_allergies for group in a.groups}
    recorded = {group for a in plants().recorded.known_allergies for group in a.groups}
    assert plants().group in own
    assert plants().wrong_group in recorded - own
    assert plants().drug not in {d.drug for d in plants().person.known_drugs}
    assert plants().condition not in {p.condition for p in plants().person.known_problems}


@pytest.mark.parametrize("has", ["allergy.penicillins", "allergy.macrolides"])
def test_nobody_is_given_what_they_have(has: str) -> None:
    person = generate(base(), "train", 1, condition="condition.hypertension")
    allergic = replace(plants().person.known_allergies[-1], groups=(has,))
    assert planted(base(), replace(person, known_allergies=(allergic,))).group != has


def test_the_wrong_source_comes_twice_with_the_same_facts() -> None:
    first, again = incoming(1), incoming(5)
    assert {f.id for f in first} <= {f.id for f in again}


def test_a_result_comes_and_is_retracted_and_a_newer_value_comes() -> None:
    (error,) = incoming(2)
    later = incoming(3)
    retraction = next(f for f in later if f.status == "entered-in-error")
    assert retraction.supersedes == error.id
    analyte, value = plants().value
    newest = next(f for f in later if f.concept.code(WARDROUND) == analyte)
    assert getattr(newest.value, "value", None) == value


def test_the_problem_ends_in_the_same_resource() -> None:
    before = next(f for f in incoming(1) if f.concept.text == base().named(plants().condition))
    after = next(f for f in incoming(4) if f.concept.text == base().named(plants().condition))
    assert (before.status, after.status) == ("active", "resolved")
    assert before.source == after.source


def test_each_thing_is_said_once_at_its_visit_at_the_first_question() -> None:
    telling = Telling(plants())
    for visit in range(1, 7):
        patient = Volunteering(Quiet(), telling, visit)
        said = [asyncio.run(patient.reply(Question(f"Question {n}?", str(n)))) for n in range(3)]
        due = [what for what, first in TELLS.items() if first == visit]
        lines = [plants().lines()[what] for what in due]
        assert said == [" ".join(["No.", *lines]), "No.", "No."]
    assert telling.told == TELLS


def test_what_nobody_could_hear_is_said_at_the_next_visit() -> None:
    telling = Telling(plants())
    asyncio.run(Volunteering(Quiet(), telling, 3).reply(Question("How are you?", "1")))
    assert set(telling.told.values()) == {3}


def test_the_patient_stands_by_what_was_said() -> None:
    asked = f"The record says that you are allergic to {plants().allergy}. Is that right?"
    assert plants().reply(asked) == "No."
    assert plants().reply("Do you have a cough?") is None


def test_everything_comes_after_the_first_visit() -> None:
    assert min(*TELLS.values(), *COMES.values()) > 1
