"""A case is drawn to fit record and complaint, the same from the same seed, with values as a clinic writes them."""

from __future__ import annotations

from collections import Counter

import pytest
from simulated_cases import chart_of, clinic, drawn

from wardround.knowledge import Evidence
from wardround.simulation import draw_case

COMPLAINTS = (
    "it burns when I pee",
    "I have a runny nose and I am sneezing",
    "chest pain radiating to my left arm and I'm sweating",
    "severe pain in my big toe",
    "cough and fever for three days",
    "my parrot is sad",
)


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_the_same_chart_and_seed_give_the_same_case(complaint: str) -> None:
    assert drawn(complaint, seed=7) == drawn(complaint, seed=7)


def test_other_seeds_give_other_cases() -> None:
    assert len({str(drawn(COMPLAINTS[4], seed=s).findings) for s in range(5)}) == 5


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_what_the_complaint_says_stays_true(complaint: str) -> None:
    said = chart_of(complaint).evidence.findings
    for seed in range(5):
        case = drawn(complaint, seed=seed)
        assert {f: case.findings[f] for f in said} == dict(said)


def test_what_the_complaint_denies_stays_absent() -> None:
    said = chart_of("I have a cough but no fever").evidence.findings
    assert said["finding.fever"] is False
    assert all(
        drawn("I have a cough but no fever", seed=s).findings["finding.fever"] is False for s in range(8)
    )


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_a_child_is_there_only_with_its_parent(complaint: str) -> None:
    base = clinic().base
    for seed in range(5):
        findings = drawn(complaint, seed=seed).findings
        for slug in findings:
            parent = base.findings[slug].parent
            assert parent is None or findings[parent] is True


def test_the_condition_explains_the_complaint() -> None:
    truths = Counter(drawn("it burns when I pee", seed=s).truth for s in range(20))
    assert truths["condition.lower_urinary_tract_infection"] >= 11
    assert all("dysuria" in str(clinic().base.conditions[truth].findings) for truth in truths)


def test_a_condition_on_the_record_has_no_head_start_over_what_brings_the_patient() -> None:
    history = {"finding.hypertension_history": True, "finding.dysuria": True}
    known = frozenset(("condition.hypertension", "condition.type_2_diabetes"))
    evidence = Evidence(67.0, "female", False, history, known_conditions=known)
    chart = chart_of("it burns when I pee", age=67.0, evidence=evidence)
    truths = Counter(draw_case(clinic().base, chart, s).truth for s in range(20))
    assert truths["condition.lower_urinary_tract_infection"] >= 15


def test_a_complaint_that_says_nothing_is_not_put_down_to_the_record() -> None:
    known = frozenset(("condition.type_2_diabetes",))
    chart = chart_of("my parrot is sad", evidence=Evidence(67.0, "female", False, known_conditions=known))
    truths = Counter(draw_case(clinic().base, chart, s).truth for s in range(40))
    assert truths["condition.type_2_diabetes"] < 6


def test_the_condition_fits_age_and_sex() -> None:
    man = {drawn("I have pain low in my belly", seed=s, sex="male", age=30.0).truth for s in range(10)}
    assert "condition.ectopic_pregnancy" not in man


def test_a_complaint_that_means_nothing_still_gives_a_case() -> None:
    assert drawn("my parrot is sad").truth in clinic().base.conditions


def test_scores_rates_pressures_and_percentages_are_whole_and_temperature_has_one_decimal() -> None:
    case = drawn("cough and fever for three days")
    for slug in (
        "heart_rate",
        "respiratory_rate",
        "systolic_bp",
        "diastolic_bp",
        "oxygen_saturation",
        "pain_score",
    ):
        value = case.findings[f"finding.{slug}"]
        assert value == int(value), slug
    warmth = case.findings["finding.temperature"]
    assert warmth == round(warmth, 1)
    assert isinstance(warmth, float)


def test_values_are_plausible() -> None:
    base = clinic().base
    for seed in range(10):
        for slug, value in drawn("cough and fever for three days", seed=seed).findings.items():
            if base.findings[slug].plausible and not isinstance(value, bool):
                low, high = base.findings[slug].plausible or (0.0, 0.0)
                assert low <= value <= high, slug


@pytest.mark.parametrize("seed", range(12))
def test_a_pulse_has_a_pressure(seed: int) -> None:
    findings = drawn("I feel tired all the time", seed=seed).findings
    assert float(findings["finding.systolic_bp"]) - float(findings["finding.diastolic_bp"]) >= 20
