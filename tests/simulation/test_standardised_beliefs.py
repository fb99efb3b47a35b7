"""What a patient believes may differ from the case: unsure, denied, forgotten, misremembered, and otherwise next time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from standardised_people import BASE, case_with, one, person

from wardround.care import TOPICS
from wardround.simulation import KnownAllergy, KnownDrug, KnownProblem, Telling
from wardround.simulation.standardised import Beliefs, Said

COUGH, SMOKER, DIABETES = "finding.cough", "finding.smoker", "finding.diabetes_history"
DAY = date(2019, 4, 1)
CASE = case_with(
    {COUGH: True, SMOKER: True, DIABETES: True, "finding.anticoagulant_use": True},
    drugs=("metformin", "warfarin"),
    known_drugs=(
        KnownDrug("drug.metformin", "metformin", 500.0, "mg", "oral", 2.0, False, "condition.type_2_diabetes", DAY),
        KnownDrug("drug.warfarin", "warfarin", 5.0, "mg", "oral", 1.0, False, "condition.atrial_fibrillation", DAY),
    ),
    allergies=("penicillin",),
    known_allergies=(KnownAllergy("penicillin", ("allergy.penicillins",), None, False, "rash", DAY),),
    problems=("type 2 diabetes",),
    known_problems=(KnownProblem("condition.type_2_diabetes", "type 2 diabetes", DAY),),
    onset_days={COUGH: 40},
    presenting=(COUGH,),
)  # fmt: skip


def believed(telling: Telling, visit: int = 0, seed: int = 1) -> Beliefs:
    """Beliefs of somebody who tells things so."""
    return Beliefs(BASE, replace(CASE, telling=telling, seed=seed), visit)


def test_a_reliable_patient_believes_the_case_at_every_visit() -> None:
    for visit in range(4):
        beliefs = believed(Telling(), visit)
        for slug, value in CASE.findings.items():
            assert beliefs.of(slug) == (None if BASE.findings[slug].examined else value), slug
        assert [h.text for h in (*beliefs.drugs, *beliefs.allergies, *beliefs.problems)] == [
            "metformin", "warfarin", "penicillin", "type 2 diabetes",
        ]  # fmt: skip
    assert believed(Telling()).onset(COUGH) == 40


def test_unsure_and_denied_are_answered_so() -> None:
    telling = Telling(unsure=frozenset((COUGH,)), denied=frozenset((SMOKER,)))
    assert believed(telling).of(COUGH) is None
    assert believed(telling).of("finding.cough.productive") is None
    assert believed(telling).of(SMOKER) is False
    patient = person(replace(CASE, telling=telling))
    assert one(patient, BASE.findings[COUGH].ask).facts == (Said(COUGH, None),)
    assert one(patient, BASE.findings[SMOKER].ask).facts == (Said(SMOKER, False),)


def test_what_is_forgotten_goes_unmentioned() -> None:
    beliefs = believed(Telling(forgotten=frozenset(("metformin", "penicillin"))))
    assert [h.text for h in beliefs.drugs] == ["warfarin"]
    assert beliefs.allergies == ()


def test_an_illness_or_a_drug_that_is_denied_is_not_listed_either() -> None:
    beliefs = believed(Telling(denied=frozenset((DIABETES, "finding.anticoagulant_use"))))
    assert beliefs.problems == ()
    assert [h.text for h in beliefs.drugs] == ["metformin"]


def test_contradictions_between_visits_come_at_the_case_s_rate() -> None:
    telling = Telling(contradicts=0.3)
    seeds = range(600)
    for visit, expected in ((0, 0.0), (1, 0.3), (2, 0.3)):
        smokes = sum(believed(telling, visit, seed).of(SMOKER) is False for seed in seeds)
        allergy = sum(not believed(telling, visit, seed).allergies for seed in seeds)
        assert smokes / 600 == pytest.approx(expected, abs=0.06)
        assert allergy / 600 == pytest.approx(expected, abs=0.06)


def test_what_is_felt_today_is_not_contradicted() -> None:
    assert all(believed(Telling(contradicts=1.0), visit=3, seed=s).of(COUGH) is True for s in range(50))


def test_an_allergy_on_record_can_be_denied_at_a_later_visit() -> None:
    case = replace(CASE, telling=Telling(contradicts=1.0))
    assert one(person(case), TOPICS["allergies"]).facts == (Said("allergies", "penicillin"),)
    assert one(person(case, visit=1), TOPICS["allergies"]).facts == (Said("allergies", False),)


def test_dates_are_misremembered_by_a_third_and_otherwise_at_another_visit() -> None:
    days = {
        believed(Telling(contradicts=0.1), visit, seed).onset(COUGH)
        for visit in range(3)
        for seed in range(40)
    }
    assert len(days) > 10
    assert all(day is not None and 28 <= day <= 56 for day in days)


def test_the_onset_of_what_is_not_there_is_not_known() -> None:
    assert believed(Telling(denied=frozenset((COUGH,)))).onset(COUGH) is None
    assert believed(Telling()).onset("finding.headache") is None


def test_home_readings_are_all_that_is_known_of_what_is_measured() -> None:
    assert believed(Telling()).of("finding.temperature") is None
    assert Beliefs(BASE, CASE, home={"finding.temperature": 38.4}).of("finding.temperature") == 38.4


def test_a_detail_is_believed_only_with_what_it_belongs_to() -> None:
    beliefs = Beliefs(BASE, case_with({COUGH: False}))
    assert beliefs.of("finding.cough.productive") is False
    assert beliefs.missing("finding.cough.productive") == COUGH
    assert (
        Beliefs(BASE, case_with({COUGH: True})).missing("finding.cough.productive")
        == "finding.cough.productive"
    )
