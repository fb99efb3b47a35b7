"""Sampled patients look like the base says that patients look."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wardround.knowledge import (
    Evidence,
    KnowledgeBase,
    UnknownEntityError,
    load_from,
    posterior,
    sample_patient,
)

Content = dict[str, Any]
Write = Callable[[Content], Path]
N = 1500


@pytest.fixture
def patients(tiny: KnowledgeBase) -> list[Any]:
    rng = np.random.default_rng(7)
    return [sample_patient(tiny, "condition.alpha", rng, age=40, sex="male") for _ in range(N)]


@pytest.mark.parametrize(
    ("finding", "p"),
    [
        ("finding.cough", 1 - 0.9 * 0.2),
        ("finding.itch", 0.05),
        ("finding.chill", 1 - 0.98 * 0.5),
        ("finding.smoker", 0.5),
    ],
)
def test_findings_come_as_often_as_they_should(patients: list[Any], finding: str, p: float) -> None:
    share = sum(s.findings[finding] for s in patients) / N
    assert share == pytest.approx(p, abs=4 * math.sqrt(p * (1 - p) / N))


def test_children_are_there_only_below_a_present_parent(patients: list[Any]) -> None:
    assert all(("finding.cough.wet" in s.findings) == s.findings["finding.cough"] for s in patients)
    coughing = [s for s in patients if s.findings["finding.cough"]]
    share = sum(s.findings["finding.cough.wet"] for s in coughing) / len(coughing)
    assert share == pytest.approx(1 - 0.7 * 0.4, abs=0.05)


def test_values_are_shifted_and_plausible(patients: list[Any]) -> None:
    temperatures = np.array([s.findings["finding.temperature"] for s in patients])
    assert np.median(temperatures) == pytest.approx(38.8, abs=0.1)
    assert temperatures.min() >= 30
    assert temperatures.max() <= 44
    markers = np.array([s.analytes["analyte.marker"] for s in patients])
    assert np.median(np.log(markers)) == pytest.approx(1.0 + 4 * 0.8, abs=0.15)
    assert markers.max() <= 600
    assert sum(s.tests["test.scan"] for s in patients) / N == pytest.approx(1 - 0.95 * 0.1, abs=0.03)


def test_a_seed_gives_the_same_patient(tiny: KnowledgeBase) -> None:
    one, two = (sample_patient(tiny, "condition.beta", np.random.default_rng(3)) for _ in range(2))
    assert one == two
    assert one.evidence().tests == {}
    assert one.evidence(tests=True).analytes == one.analytes


def test_who_has_it_follows_the_prevalence(content: Content, written: Write) -> None:
    content["conditions"][0]["prevalence"] = [
        {"p": 0.03, "who": {"sex": "female", "age": [20, 40]}},
        {"p": 0.01, "who": {"sex": "female", "age": [40, 60]}},
    ]
    base = load_from(written(content))
    rng = np.random.default_rng(1)
    drawn = [sample_patient(base, "condition.alpha", rng) for _ in range(400)]
    assert {s.sex for s in drawn} == {"female"}
    assert all(20 <= s.age < 60 for s in drawn)
    assert sum(s.age < 40 for s in drawn) / 400 == pytest.approx(0.75, abs=0.09)
    with pytest.raises(UnknownEntityError, match=r"condition\.alpha: the base knows no such patient"):
        sample_patient(base, "condition.alpha", rng, sex="male")


def test_pregnancy_is_drawn_and_agrees_with_its_finding(content: Content, written: Write) -> None:
    background = [{"p": 0.1, "who": {"sex": "female", "age": [15, 50]}}]
    content["findings"].append(
        {**content["findings"][5], "id": "finding.pregnancy", "background": background}
    )
    content["conditions"][0]["prevalence"] = [{"p": 0.2, "who": {"pregnant": True}}]
    base = load_from(written(content))
    rng = np.random.default_rng(1)
    for _ in range(20):
        sample = sample_patient(base, "condition.alpha", rng)
        assert sample.pregnant
        assert sample.findings["finding.pregnancy"] is True
        assert 15 <= sample.age < 50
        assert not sample_patient(base, "condition.beta", rng, sex="male").pregnant


def test_a_condition_that_is_not_inferred_cannot_be_sampled(tiny: KnowledgeBase) -> None:
    with pytest.raises(UnknownEntityError, match=r"condition\.gamma: not inferred"):
        sample_patient(tiny, "condition.gamma", np.random.default_rng(0))


def test_the_posterior_is_calibrated_on_what_the_base_draws(tiny: KnowledgeBase) -> None:
    """Of those drawn half from alpha and half from beta, the posterior at even priors is right as often as it says."""
    rng = np.random.default_rng(11)
    said, right = [], []
    for _ in range(600):
        truth = "condition.alpha" if rng.random() < 0.5 else "condition.beta"
        sample = sample_patient(tiny, truth, rng, age=40, sex="male")
        evidence = Evidence(
            40, "male", findings={k: v for k, v in sample.findings.items() if k != "finding.itch"}
        )
        found = posterior(tiny, evidence)
        odds = (found.p("condition.alpha") / found.p("condition.beta")) * (0.05 / 0.02)
        said.append(odds / (1 + odds))
        right.append(truth == "condition.alpha")
    assert np.mean(said) == pytest.approx(np.mean(right), abs=0.06)
    confident = [r for s, r in zip(said, right, strict=True) if s > 0.9]
    assert np.mean(confident) > 0.85
