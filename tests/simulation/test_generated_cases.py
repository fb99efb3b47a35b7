"""A generated case is whole, agrees with itself, and is of somebody who could walk into a practice."""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import sqrt

import numpy as np
import pytest
from generated_cases import base, of, train_cases
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.care import Clinic
from wardround.clinical import ckd_epi_2021
from wardround.knowledge import Stratum, holds
from wardround.simulation import Case, CaseError, generate, validate_case
from wardround.simulation.people import draw_person, practice
from wardround.simulation.splits import train_split
from wardround.simulation.surroundings import below


def test_the_same_split_and_index_give_the_same_case_and_others_another() -> None:
    assert generate(base(), "train", 7) == generate(base(), "train", 7)
    assert len({str(case.findings) for case in train_cases()[:20]}) == 20


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_any_case_is_sound(index: int) -> None:
    assert validate_case(base(), generate(base(), "train", index)) == []


@pytest.mark.parametrize("condition", sorted(train_split(base()).principal))
def test_there_is_a_sound_case_of_every_condition(condition: str) -> None:
    for case in of(condition, 3):
        assert case.truth == condition
        assert validate_case(base(), case) == []


def test_who_comes_and_with_what_follows_the_prevalence_of_the_base() -> None:
    n, rng = 10_000, np.random.default_rng(1)
    split = train_split(base())
    share = practice(base()).share(split.principal)
    drawn = Counter(draw_person(base(), split.principal, rng).condition for _ in range(n))
    for condition, p in share.items():
        assert abs(drawn[condition] / n - p) < 4.5 * sqrt(p * (1 - p) / n) + 1e-3, condition


def test_within_one_kind_of_people_two_conditions_stand_as_their_prevalences_do() -> None:
    here = practice(base())
    row = next(s for s, (low, _, female, _) in enumerate(here.strata) if low >= 45 and female)
    low, high, _, pregnant = here.strata[row]
    wanted = {
        c.id: next(
            (b.p for b in reversed(c.prevalence) if b.who.age[0] <= (low + high) / 2 < b.who.age[1] and b.who.sex != "male" and not b.who.pregnant),
            0.0,
        )
        for c in base().conditions.values()
    }  # fmt: skip
    assert not pregnant
    cold, gout = (here.conditions.index(f"condition.{c}") for c in ("common_cold", "hypothyroidism"))
    ratio = here.p_SC[row, cold] / here.p_SC[row, gout]
    assert ratio == pytest.approx(wanted["condition.common_cold"] / wanted["condition.hypothyroidism"])


def test_the_truth_of_cases_is_what_was_drawn() -> None:
    n = len(train_cases())
    share = practice(base()).share(train_split(base()).principal)
    drawn = Counter(case.truth for case in train_cases())
    common = max(share, key=lambda c: share[c])
    assert abs(drawn[common] / n - share[common]) < 4.5 * sqrt(share[common] / n)


def test_children_pregnant_women_and_the_old_are_really_there() -> None:
    rng = np.random.default_rng(3)
    people = [draw_person(base(), train_split(base()).principal, rng) for _ in range(4000)]
    assert 0.10 < sum(p.age < 12 for p in people) / 4000 < 0.25
    assert sum(p.age >= 80 for p in people) / 4000 > 0.05
    assert sum(p.pregnant for p in people) > 15
    assert {p.age < 1 for p in people} == {True, False}


def test_every_question_has_an_answer_and_every_test_a_result() -> None:
    for case in train_cases()[:60]:
        for finding in base().findings.values():
            if finding.parent is None or case.findings.get(finding.parent) is True:
                assert finding.id in case.findings
            else:
                assert finding.id not in case.findings
        assert set(case.analytes) == set(base().analytes)
        assert {t.id for t in base().tests.values() if t.positive} <= set(case.tests)


def test_creatinine_and_filtration_are_one_thing() -> None:
    for case in train_cases():
        made = ckd_epi_2021(case.analytes["analyte.creatinine"], case.age or 0.0, case.sex)
        if made is not None:
            assert case.analytes["analyte.egfr"] == pytest.approx(min(made, 200.0), rel=0.02)


def test_a_healthy_child_has_a_childs_heart_and_a_childs_weight() -> None:
    colds = of("condition.common_cold", 250)
    young = [c for c in colds if c.age is not None and 1 <= c.age < 4]
    grown = [c for c in colds if c.age is not None and 20 <= c.age < 60]
    assert len(young) > 5

    def mean(cases: list[Case], slug: str) -> float:
        return float(np.mean([c.findings[f"finding.{slug}"] for c in cases]))

    assert mean(young, "heart_rate") > mean(grown, "heart_rate") + 25
    assert mean(young, "systolic_bp") < mean(grown, "systolic_bp") - 20
    assert mean(young, "weight") < 22 < 55 < mean(grown, "weight")


def test_a_pulse_has_a_pressure() -> None:
    for case in train_cases():
        assert float(case.findings["finding.systolic_bp"]) > float(case.findings["finding.diastolic_bp"]) + 10


def test_the_active_conditions_are_the_truth_and_what_else_is_awake() -> None:
    assert all(case.active[0] == case.truth for case in train_cases())
    assert {len(case.active) for case in train_cases()} >= {1, 2}
    for case in train_cases():
        for other in case.active[1:]:
            assert base().conditions[other].chronic
            assert other in {p.condition for p in case.known_problems}


def test_lasting_illness_is_on_the_record_with_its_drugs() -> None:
    old = [c for c in train_cases() if (c.age or 0) > 65]
    treated = [c for c in old if c.known_drugs]
    assert len(treated) > len(old) / 3
    for case in treated:
        for drug in case.known_drugs:
            if drug.indication.startswith("condition."):
                lines = {t.regimen.drug for t in base().conditions[drug.indication].management if t.regimen}
                assert drug.drug in lines


def test_a_history_and_the_problem_list_say_the_same() -> None:
    for case in train_cases():
        known = {p.condition for p in case.known_problems if p.active}
        if case.findings.get("finding.hypertension_history") is True:
            assert "condition.hypertension" in known
        if case.findings.get("finding.copd_history") is True:
            assert "condition.copd" in known


def test_a_woman_who_does_not_know_that_she_is_pregnant_is_pregnant_all_the_same() -> None:
    cases = of("condition.ectopic_pregnancy", 40)
    assert all(case.pregnant and case.tests["test.pregnancy_test"] for case in cases)
    unaware = [case for case in cases if "finding.pregnancy" in case.telling.unsure]
    assert unaware
    assert all(case.obstetric is not None and 5 <= (case.obstetric.weeks or 0) <= 9 for case in cases)


def test_distractors_are_present_and_nothing_active_does_them() -> None:
    for case in train_cases():
        who = Stratum(case.age or 0.0, "female" if case.sex == "female" else "male", case.pregnant)
        caused = {m.finding for c in case.active for m in base().conditions[c].findings if holds(m.who, who)}
        for slug in case.distractors:
            assert case.findings[slug] is True
            assert base().findings[slug].kind in ("symptom", "sign", "exposure")
            assert slug not in caused
    assert any(case.distractors for case in train_cases())


def test_the_opening_words_are_read_as_what_brings_the_patient_and_as_nothing_that_is_not_there() -> None:
    understanding = Clinic(base()).understanding
    for case in train_cases():
        read = understanding.of_complaint(case.complaint)["findings"]
        assert all(read.get(slug) is True for slug in case.presenting), case.complaint
        assert all(case.findings.get(slug, False) == value for slug, value in read.items()), case.complaint


def test_most_complaints_are_of_the_truth() -> None:
    of_truth = sum(
        any(m.finding in case.presenting for m in base().conditions[case.truth].findings)
        for case in train_cases()
    )
    assert of_truth / len(train_cases()) > 0.9


def test_emergencies_are_recent_and_lasting_illness_is_not() -> None:
    def median(condition: str) -> float:
        cases = of(condition, 30)
        return float(np.median([c.onset_days[s] for c in cases for s in c.presenting if s in c.onset_days]))

    assert median("condition.acute_coronary_syndrome") <= 2
    assert median("condition.hypothyroidism") > 20


def test_essential_tests_are_those_of_the_truth() -> None:
    case = of("condition.type_2_diabetes", 1)[0]
    assert "test.hba1c" in case.essential


def test_what_is_told_is_what_is_so_but_for_what_is_denied_or_unsure() -> None:
    seen = Counter[str]()
    for case in train_cases():
        for slug, value in case.findings.items():
            told = case.told(slug)
            if slug in case.telling.unsure:
                assert told is None
                seen["unsure"] += 1
            elif slug in case.telling.denied:
                assert value is True
                assert told is False
                seen["denied"] += 1
            else:
                assert told == value
        for slug in case.telling.denied:
            assert all(case.told(child) is False for child in below(base(), slug) if child in case.findings)
        assert not case.telling.denied.intersection(case.presenting)
    assert seen["unsure"] > 50
    assert seen["denied"] > 5
    assert 0.4 < sum(case.telling.reliable for case in train_cases()) / len(train_cases()) < 0.9


def test_an_allergy_forbids_its_drug() -> None:
    allergic = [c for c in train_cases() if c.known_allergies and c.known_drugs]
    assert allergic
    for case in allergic:
        groups = {group for a in case.known_allergies for group in a.groups}
        for drug in case.known_drugs:
            assert groups.isdisjoint(base().drugs[drug.drug].cross_reactivity)


def test_a_child_is_brought_by_somebody_and_does_not_work() -> None:
    children = [c for c in train_cases() if (c.age or 99) < 12]
    assert children
    assert all(c.social.carer in ("mother", "father") and c.social.living == "with parents" for c in children)
    assert all(c.social.alcohol == "none" and c.social.smoking == "never" for c in children)


def test_the_day_of_the_visit_comes_after_everything_on_the_record() -> None:
    for case in train_cases():
        assert isinstance(case.on, date)
        assert all(r.on < case.on for r in case.past_results)


def test_a_condition_that_the_split_does_not_hold_is_named() -> None:
    with pytest.raises(CaseError, match=r"condition: 'condition\.gout' is not in split 'train'"):
        generate(base(), "train", 0, condition="condition.gout")
    with pytest.raises(CaseError, match="index: -1"):
        generate(base(), "train", -1)
