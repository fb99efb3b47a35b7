"""The posterior against cases reckoned by hand, against plain enumeration, and against what must always hold.

By hand (the small base): prior odds 2:98 for alpha, 5:95 for beta. P(cough) is 0.1 in nobody's disease,
1 - 0.9 * 0.2 = 0.82 in alpha, 1 - 0.9 * 0.7 = 0.37 in beta, 1 - 0.9 * 0.2 * 0.7 = 0.874 in both.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wardround.knowledge import Evidence, KnowledgeBase, UnknownEntityError, load, load_from, posterior
from wardround.knowledge.schema_file import KnowledgeFile

Content = dict[str, Any]
Write = Callable[[Content], Path]
ALPHA, BETA = 2 / 98, 5 / 95
SMOKER = {True: 2.0, False: 2 / 3}
"""Odds ratio 3 at a background of 0.25: 3 / 1.5 where present, 1 / 1.5 where absent."""

same_base = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def _expected(none: float, alpha: float, beta: float, both: float) -> tuple[float, float, float]:
    total = none + alpha + beta + both
    return none / total, (alpha + both) / total, (beta + both) / total


def _found(base: KnowledgeBase, evidence: Evidence) -> tuple[float, float, float]:
    result = posterior(base, evidence)
    return result.none, result.p("condition.alpha"), result.p("condition.beta")


def test_without_evidence_the_posterior_is_the_prevalence(tiny: KnowledgeBase) -> None:
    assert _found(tiny, Evidence(40, "male")) == pytest.approx((0.98 * 0.95, 0.02, 0.05))


def test_one_present_one_absent(tiny: KnowledgeBase) -> None:
    evidence = Evidence(40, "male", findings={"finding.cough": True, "finding.itch": False})
    expected = _expected(0.1 * 0.95, ALPHA * 0.82 * 0.95, BETA * 0.37 * 0.095, ALPHA * BETA * 0.874 * 0.095)
    assert _found(tiny, evidence) == pytest.approx(expected)
    assert expected == pytest.approx((0.8419, 0.1417, 0.0172), abs=1e-4)


def test_two_conditions_share_a_finding_and_explain_two_others(tiny: KnowledgeBase) -> None:
    evidence = Evidence(40, "male", findings={"finding.chill": True, "finding.itch": True})
    expected = _expected(
        0.02 * 0.05,
        ALPHA * (1 - 0.98 * 0.5) * 0.05,
        BETA * (1 - 0.98 * 0.99) * (1 - 0.95 * 0.1),
        ALPHA * BETA * (1 - 0.98 * 0.5 * 0.99) * (1 - 0.95 * 0.1),
    )
    assert _found(tiny, evidence) == pytest.approx(expected)


def test_a_present_child_implies_its_parent_and_is_judged_given_it(tiny: KnowledgeBase) -> None:
    expected = _expected(
        0.1 * 0.3,
        ALPHA * 0.82 * (1 - 0.7 * 0.4),
        BETA * 0.37 * (1 - 0.7 * 0.95),
        ALPHA * BETA * 0.874 * (1 - 0.7 * 0.4 * 0.95),
    )
    child = Evidence(40, "male", findings={"finding.cough.wet": True})
    assert _found(tiny, child) == pytest.approx(expected)
    assert _found(tiny, child.with_finding("finding.cough", True)) == pytest.approx(expected)


def test_an_absent_child_of_an_unanswered_parent_is_marginalised_over_it(tiny: KnowledgeBase) -> None:
    evidence = Evidence(40, "male", findings={"finding.cough.wet": False})
    expected = _expected(
        1 - 0.1 * 0.3,
        ALPHA * (1 - 0.82 * (1 - 0.7 * 0.4)),
        BETA * (1 - 0.37 * (1 - 0.7 * 0.95)),
        ALPHA * BETA * (1 - 0.874 * (1 - 0.7 * 0.4 * 0.95)),
    )
    assert _found(tiny, evidence) == pytest.approx(expected)


def test_a_child_of_an_absent_parent_says_nothing(tiny: KnowledgeBase) -> None:
    parent = Evidence(40, "male", findings={"finding.cough": False})
    assert _found(tiny, parent.with_finding("finding.cough.wet", False)) == _found(tiny, parent)


@pytest.mark.parametrize("smokes", [True, False])
def test_a_risk_factor_moves_the_odds_around_the_prevalence(tiny: KnowledgeBase, smokes: bool) -> None:
    found = posterior(tiny, Evidence(40, "male", findings={"finding.smoker": smokes})).p("condition.alpha")
    assert found / (1 - found) == pytest.approx(ALPHA * SMOKER[smokes])


def test_a_condition_on_the_record_is_a_risk_factor_too(tiny: KnowledgeBase) -> None:
    evidence = Evidence(40, "male", known_conditions=frozenset({"condition.gamma"}))
    found = posterior(tiny, evidence).p("condition.beta")
    assert found / (1 - found) == pytest.approx(BETA * 5)


def test_a_chronic_condition_on_the_record_may_be_active_again(tiny: KnowledgeBase) -> None:
    evidence = Evidence(40, "male", known_conditions=frozenset({"condition.beta", "condition.alpha"}))
    assert posterior(tiny, evidence).p("condition.beta") == pytest.approx(0.2)
    assert posterior(tiny, evidence).p("condition.alpha") == pytest.approx(0.02)


def _contaminated(x: float, mean: float, sd: float) -> float:
    def normal(spread: float) -> float:
        return math.exp(-0.5 * ((x - mean) / spread) ** 2) / spread

    return 0.98 * normal(sd) + 0.02 * normal(5 * sd)


def test_a_measured_finding_is_gaussian_with_a_few_outliers(tiny: KnowledgeBase) -> None:
    evidence = Evidence(40, "male", findings={"finding.temperature": 38.4})
    healthy, ill = _contaminated(38.4, 36.8, 0.4), _contaminated(38.4, 38.8, 0.6)
    expected = _expected(healthy, ALPHA * ill, BETA * healthy, ALPHA * BETA * ill)
    assert _found(tiny, evidence) == pytest.approx(expected)


def test_an_analyte_is_shifted_in_typical_sds_of_its_logarithm(tiny: KnowledgeBase) -> None:
    x = math.log(60.0)
    healthy, ill = _contaminated(x, 1.0, 0.8), _contaminated(x, 1.0 + 4 * 0.8, 0.8 * 1.5)
    expected = _expected(healthy, ALPHA * ill, BETA * healthy, ALPHA * BETA * ill)
    assert _found(tiny, Evidence(40, "male", analytes={"analyte.marker": 60.0})) == pytest.approx(expected)


def test_of_two_shifts_the_same_way_the_further_counts_and_opposite_ones_add(
    content: Content, written: Write
) -> None:
    def share_of_both(mean: float, value: float) -> float:
        content["conditions"][1]["findings"].append(
            {"finding": "finding.temperature", "mean": mean, "sd": 0.6}
        )
        base = load_from(written(content))
        content["conditions"][1]["findings"].pop()
        result = posterior(base, Evidence(40, "male", findings={"finding.temperature": value}))
        return result.p("condition.alpha") + result.p("condition.beta") + result.none - 1

    def expected(value: float, beta_mean: float, pair_mean: float) -> float:
        none, alpha, beta, both = (
            _contaminated(value, 36.8, 0.4),
            ALPHA * _contaminated(value, 38.8, 0.6),
            BETA * _contaminated(value, beta_mean, 0.6),
            ALPHA * BETA * _contaminated(value, pair_mean, 0.6),
        )
        return both / (none + alpha + beta + both)

    assert share_of_both(37.8, 38.9) == pytest.approx(expected(38.9, 37.8, 38.8))
    assert share_of_both(35.8, 37.9) == pytest.approx(expected(37.9, 35.8, 37.8))


def test_one_odd_value_does_not_outvote_everything(content: Content, written: Write) -> None:
    """Thirteen sds from the healthy and twelve and a half from beta: a plain Gaussian would say 600 to 1 for beta."""
    content["conditions"][1]["findings"].append({"finding": "finding.temperature", "mean": 37.0, "sd": 0.4})
    base = load_from(written(content))
    evidence = Evidence(40, "male", findings={"finding.temperature": 42.0, "finding.chill": False})
    result = posterior(base, evidence)
    assert 1 < result.p("condition.beta") / (1 - result.p("condition.beta")) / BETA < 2


def test_a_positive_test_is_noisy_or_too(tiny: KnowledgeBase) -> None:
    expected = _expected(0.05, ALPHA * (1 - 0.95 * 0.1), BETA * 0.05, ALPHA * BETA * (1 - 0.95 * 0.1))
    assert _found(tiny, Evidence(40, "male", tests={"test.scan": True})) == pytest.approx(expected)


def test_a_band_without_prevalence_makes_a_condition_impossible(content: Content, written: Write) -> None:
    content["conditions"][0]["prevalence"] = [{"p": 0.2, "who": {"sex": "female", "age": [15, 50]}}]
    base = load_from(written(content))
    cough = {"finding.cough": True, "finding.chill": True}
    assert posterior(base, Evidence(30, "male", findings=cough)).p("condition.alpha") == 0.0
    assert posterior(base, Evidence(50, "female", findings=cough)).p("condition.alpha") == 0.0
    assert posterior(base, Evidence(49.9, "female", findings=cough)).p("condition.alpha") > 0.5
    known, unknown = (posterior(base, Evidence(30, sex, findings=cough)) for sex in ("female", "unknown"))
    assert 0 < unknown.p("condition.alpha") < known.p("condition.alpha")


def test_where_nobody_knows_of_a_pregnancy_it_is_weighted(content: Content, written: Write) -> None:
    content["findings"].append(
        {
            **content["findings"][5],
            "id": "finding.pregnancy",
            "background": [{"p": 0.1, "who": {"sex": "female"}}],
        }
    )
    content["conditions"][0]["prevalence"] = [{"p": 0.3, "who": {"pregnant": True}}, {"p": 0.001}]
    base = load_from(written(content))

    def p(**who: Any) -> float:
        return posterior(base, Evidence(30, **who)).p("condition.alpha")

    assert p(sex="female", pregnant=True) == pytest.approx(0.3)
    assert p(sex="female", pregnant=False) == pytest.approx(0.001)
    assert p(sex="female") == pytest.approx(0.1 * 0.3 + 0.9 * 0.001)
    assert p(sex="female", findings={"finding.pregnancy": True}) == pytest.approx(0.3)
    assert p(sex="male") == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        (Evidence(findings={"finding.none": True}), r"finding\.none: not a finding"),
        (Evidence(findings={"finding.cough": 2.0}), r"finding\.cough: is present or absent, not 2\.0"),
        (Evidence(findings={"finding.temperature": True}), r"finding\.temperature: is measured"),
        (Evidence(findings={"finding.temperature": math.nan}), r"finding\.temperature: is measured"),
        (Evidence(analytes={"analyte.marker": 0.0}), r"analyte\.marker: is measured"),
        (Evidence(analytes={"analyte.none": 1.0}), r"analyte\.none: not an analyte"),
        (Evidence(tests={"test.blood": True}), r"test\.blood: not a test with a positive result"),
        (Evidence(tests={"finding.cough": True}), r"finding\.cough: not a test"),
    ],
)
def test_evidence_that_does_not_fit_is_named(tiny: KnowledgeBase, evidence: Evidence, message: str) -> None:
    with pytest.raises(UnknownEntityError, match=message):
        posterior(tiny, evidence)


YES_NO = (
    "finding.cough",
    "finding.cough.wet",
    "finding.itch",
    "finding.ache",
    "finding.chill",
    "finding.smoker",
)
some_answers = st.dictionaries(st.sampled_from(YES_NO), st.booleans())


def _consistent(findings: dict[str, bool]) -> dict[str, bool]:
    """No child of an unanswered or absent parent: those have tests of their own."""
    if findings.get("finding.cough") is not True:
        return {slug: yes for slug, yes in findings.items() if slug != "finding.cough.wet"}
    return findings


def _built(content: Content) -> KnowledgeBase:
    return KnowledgeBase("test", KnowledgeFile.model_validate(content))


def _enumerated(content: Content, findings: dict[str, bool]) -> dict[str, float]:
    """Plain Python over every set of at most two conditions."""
    background = {f["id"]: f["background"][0]["p"] for f in content["findings"] if f["background"]}
    weights: dict[frozenset[str], float] = {}
    for size in (0, 1, 2):
        for active in combinations(content["conditions"], size):
            weight = 1.0
            for condition in active:
                p = condition["prevalence"][0]["p"]
                weight *= p / (1 - p)
                for risk in condition.get("risks", []):
                    if (slug := risk.get("finding")) in findings:
                        scale = 1 + background[slug] * (risk["odds"] - 1)
                        weight *= (risk["odds"] if findings[slug] else 1.0) / scale
            for slug, yes in findings.items():
                absent = 1 - background[slug]
                for condition in active:
                    absent *= 1 - next((m["p"] for m in condition["findings"] if m["finding"] == slug), 0.0)
                weight *= 1 - absent if yes else absent
            weights[frozenset(c["id"] for c in active)] = weight
    total = sum(weights.values())
    ids = [c["id"] for c in content["conditions"]]
    return {slug: sum(w for s, w in weights.items() if slug in s) / total for slug in ids} | {
        "none": weights[frozenset()] / total
    }


@pytest.fixture
def three(content: Content) -> Content:
    third = {**content["conditions"][1], "id": "condition.delta", "name": "delta", "snomed": []}
    third["findings"] = [{"finding": f"finding.{f}", "p": 0.6} for f in ("cough", "itch", "ache", "chill")]
    third["findings"].append({"finding": "finding.cough.wet", "p": 0.2})
    content["conditions"].append(third)
    return content


@same_base
@given(findings=some_answers)
def test_it_equals_plain_enumeration_of_none_singles_and_pairs(
    three: Content, findings: dict[str, bool]
) -> None:
    base, findings = _built(three), _consistent(findings)
    result = posterior(base, Evidence(40, "male", findings=findings))
    expected = _enumerated(three, findings)
    assert {**result.by_id, "none": result.none} == pytest.approx(expected)
    assert result.single_H.sum() == pytest.approx(1)


@same_base
@given(findings=some_answers, order=st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(
    tiny: KnowledgeBase, findings: dict[str, bool], order: Any
) -> None:
    items = list(findings.items())
    order.shuffle(items)
    one = posterior(tiny, Evidence(40, "male", findings=findings))
    other = posterior(tiny, Evidence(40, "male", findings=dict(items)))
    assert (one.p_C == other.p_C).all()


@same_base
@given(findings=some_answers, asked=st.sampled_from(YES_NO))
def test_the_unknown_is_marginalised(
    content: Content, tiny: KnowledgeBase, findings: dict[str, bool], asked: str
) -> None:
    """P(c | e) lies between P(c | e, yes) and P(c | e, no), weighted by how likely each answer is."""
    findings = _consistent({slug: yes for slug, yes in findings.items() if slug != asked})
    if asked == "finding.smoker" or (
        asked == "finding.cough.wet" and findings.get("finding.cough") is not True
    ):
        return
    if asked == "finding.cough":
        findings.pop("finding.cough.wet", None)
    now, yes, no = (
        posterior(tiny, Evidence(40, "male", findings=more))
        for more in (findings, {**findings, asked: True}, {**findings, asked: False})
    )
    weight = (now.none - no.none) / (yes.none - no.none)
    assert 0 < weight < 1
    assert now.p_C == pytest.approx(weight * yes.p_C + (1 - weight) * no.p_C)


@same_base
@given(findings=some_answers, odds=st.tuples(st.floats(1.01, 20), st.floats(1.01, 20)))
def test_higher_odds_never_lower_a_condition(
    content: Content, findings: dict[str, bool], odds: tuple[float, float]
) -> None:
    found = []
    for value in sorted(odds):
        content["conditions"][0]["risks"] = [{"finding": "finding.smoker", "odds": value}]
        base = _built(content)
        smokes = {**findings, "finding.smoker": True}
        found.append(posterior(base, Evidence(40, "male", findings=smokes)).p("condition.alpha"))
        without = posterior(base, Evidence(40, "male", findings={**findings, "finding.smoker": False}))
        assert without.p("condition.alpha") <= found[-1]
    assert found[0] <= found[1] + 1e-12


def test_ranking_is_by_probability(tiny: KnowledgeBase) -> None:
    result = posterior(tiny, Evidence(40, "male", findings={"finding.chill": True, "finding.cough": True}))
    assert [slug for slug, _ in result.ranked] == ["condition.alpha", "condition.beta"]
    assert result.top(1) == result.ranked[:1]
    assert result.explanation == ("condition.alpha",)


def test_the_lift_is_what_the_evidence_did_to_the_odds(tiny: KnowledgeBase) -> None:
    assert posterior(tiny, Evidence(40, "male")).lift("condition.beta") == pytest.approx(1.0)
    smoker = posterior(tiny, Evidence(40, "male", findings={"finding.smoker": True}))
    assert smoker.lift("condition.alpha") == pytest.approx(2.0)
    assert smoker.lift("condition.beta") == pytest.approx(1.0)


def test_a_childs_heart_rate_is_weighed_against_what_is_usual_at_its_age() -> None:
    """130 a minute is nothing in a child of one, and much in an adult."""
    base = load()
    asthma = "condition.asthma"

    def shift(age: float) -> float:
        still = posterior(base, Evidence(age=age, sex="male", findings={"finding.wheeze": True}))
        fast = posterior(
            base,
            Evidence(age=age, sex="male", findings={"finding.wheeze": True, "finding.heart_rate": 130.0}),
        )
        return abs(math.log(fast.none / still.none))

    assert base.findings["finding.heart_rate"].normal_in
    assert shift(1.5) < shift(40.0) / 2
    assert asthma in base.conditions
