"""What a question or a test is worth, reckoned by hand and against what must always hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wardround.knowledge import Evidence, KnowledgeBase, load_from, posterior, question_values, test_values

Content = dict[str, Any]
Write = Callable[[Content], Path]
SOMEBODY = Evidence(40, "male")


def _h(p: float) -> float:
    return -p * math.log2(p) - (1 - p) * math.log2(1 - p)


def _bits(values: tuple[Any, ...], slug: str) -> float:
    return next(float(v.bits) for v in values if v.id == slug)


def test_the_value_of_a_question_is_the_mutual_information(tiny: KnowledgeBase) -> None:
    """Weights 0.931 none, 0.02 alpha, 0.05 beta, over their sum; P(itch) 0.05, 0.05, 1 - 0.95 * 0.1 = 0.905."""
    none, alpha, beta = (w / 1.001 for w in (0.98 * 0.95, 0.02, 0.05))
    mean = 0.05 * (none + alpha) + 0.905 * beta
    expected = _h(mean) - (none + alpha) * _h(0.05) - beta * _h(0.905)
    assert _bits(question_values(tiny, SOMEBODY), "finding.itch") == pytest.approx(expected)


def test_a_risk_factor_is_worth_asking(tiny: KnowledgeBase) -> None:
    """A quarter smoke; of alpha's patients half do (odds ratio 3)."""
    none, alpha, beta = (w / 1.001 for w in (0.98 * 0.95, 0.02, 0.05))
    expected = _h(0.25 * (none + beta) + 0.5 * alpha) - (none + beta) * _h(0.25) - alpha * _h(0.5)
    assert _bits(question_values(tiny, SOMEBODY), "finding.smoker") == pytest.approx(expected)


def test_the_most_informative_comes_first_and_none_is_negative(tiny: KnowledgeBase) -> None:
    values = question_values(tiny, SOMEBODY)
    assert values[0].id == "finding.itch"
    assert [v.bits for v in values] == sorted((v.bits for v in values), reverse=True)
    assert all(0 <= v.bits <= math.log2(3) and v.per_cost == v.bits for v in values)


def test_a_child_is_asked_only_where_its_parent_is_present(tiny: KnowledgeBase) -> None:
    def asked(evidence: Evidence) -> set[str]:
        return {v.id for v in question_values(tiny, evidence)}

    assert "finding.cough.wet" not in asked(SOMEBODY)
    assert "finding.cough.wet" not in asked(SOMEBODY.with_finding("finding.cough", False))
    assert "finding.cough.wet" in asked(SOMEBODY.with_finding("finding.cough", True))


def test_nothing_is_asked_twice(tiny: KnowledgeBase) -> None:
    evidence = SOMEBODY.with_finding("finding.cough.wet", True).with_finding("finding.itch", None)
    asked = {v.id for v in question_values(tiny, evidence)}
    assert asked == {"finding.ache", "finding.chill", "finding.smoker"}


def test_what_the_clinician_measures_is_valued_apart(tiny: KnowledgeBase) -> None:
    measured = question_values(tiny, SOMEBODY, examined=True)
    assert [v.id for v in measured] == ["finding.temperature"]
    assert 0 < measured[0].bits < _h(0.02 / 1.001)
    both = question_values(tiny, SOMEBODY, examined=None)
    assert {v.id for v in both} == {v.id for v in (*measured, *question_values(tiny, SOMEBODY))}


def test_tests_are_ordered_by_bits_per_cost(tiny: KnowledgeBase) -> None:
    values = {v.id: v for v in test_values(tiny, SOMEBODY)}
    none, alpha, beta = (w / 1.001 for w in (0.98 * 0.95, 0.02, 0.05))
    positive = 1 - 0.95 * 0.1
    expected = _h(0.05 * (none + beta) + positive * alpha) - (none + beta) * _h(0.05) - alpha * _h(positive)
    assert values["test.scan"].bits == pytest.approx(expected)
    assert values["test.scan"].per_cost == pytest.approx(expected / 2)
    assert values["test.blood"].per_cost == values["test.blood"].bits > 0
    assert [v.id for v in test_values(tiny, SOMEBODY)] == ["test.blood", "test.scan"]


def test_a_known_result_is_not_ordered_again(tiny: KnowledgeBase) -> None:
    known = SOMEBODY.with_analyte("analyte.marker", 3.0)
    assert [v.id for v in test_values(tiny, known)] == ["test.scan"]
    assert test_values(tiny, known.with_test("test.scan", True)) == ()
    assert [v.id for v in test_values(tiny, SOMEBODY, without={"test.scan"})] == ["test.blood"]


def test_a_panel_is_worth_its_analytes_together_but_not_twice_the_same_news(
    content: Content, written: Write
) -> None:
    analyte = content["tests"][1]["analytes"][0]
    second = {**analyte, "id": "analyte.second", "name": "second"}
    content["tests"].append(
        {**content["tests"][1], "id": "test.panel", "analytes": [second, {**second, "id": "analyte.third"}]}
    )
    effects = content["conditions"][0]["tests"]
    effects += [{"analyte": f"analyte.{name}", "shift": 4.0, "spread": 1.5} for name in ("second", "third")]
    base = load_from(written(content))
    evidence = SOMEBODY.with_finding("finding.chill", True)
    values = test_values(base, evidence)
    one, two = _bits(values, "test.blood"), _bits(values, "test.panel")
    assert one < two < _h(posterior(base, evidence).single_H[1])
    assert two < 2 * one


def test_where_a_condition_is_certain_its_own_questions_are_worth_little(tiny: KnowledgeBase) -> None:
    sure = Evidence(
        40,
        "male",
        findings={"finding.itch": False, "finding.temperature": 39.0},
        tests={"test.scan": True},
        analytes={"analyte.marker": 400.0},
    )
    assert posterior(tiny, sure).p("condition.alpha") > 0.99
    before, after = (_bits(question_values(tiny, e), "finding.chill") for e in (SOMEBODY, sure))
    assert after < before / 2
