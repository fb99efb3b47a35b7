"""Whole visits: the oracle reaches the top, baselines stay at the bottom, and the score moves only the right way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rewarded_visits import alarming, calm, case_of, clinic, log_of, policy_named, scored

from wardround.harness import Action, Called, Decision, Event, LogError, Situation
from wardround.rewards import DIMENSIONS, WEIGHTS, OraclePolicy, VisitScore, performance, score_visit
from wardround.rewards.score import weighted

PATH = range(12)


@pytest.fixture(scope="module")
def totals() -> dict[str, list[float]]:
    """Totals of each policy on the same cases."""
    found: dict[str, list[float]] = {}
    for name in ("oracle", "planner", "random", "ask-all"):
        scores = [scored(case_of(None, i), policy_named(name, case_of(None, i))).total for i in PATH]
        found[name] = [s for s in scores if s is not None]
        assert len(found[name]) == len(PATH)
    return found


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def test_a_perfect_visit_is_rewarded_as_one(totals: dict[str, list[float]]) -> None:
    assert mean(totals["oracle"]) >= 0.95
    assert min(totals["oracle"]) >= 0.8


def test_the_planner_leaves_room_and_thoughtless_policies_are_far_below(
    totals: dict[str, list[float]],
) -> None:
    assert mean(totals["planner"]) <= mean(totals["oracle"]) - 0.05
    for name in ("random", "ask-all"):
        assert mean(totals[name]) <= mean(totals["planner"]) - 0.3


def test_a_score_is_a_pure_function_of_log_and_case_and_is_plain_json() -> None:
    events = log_of(calm(), policy_named("planner", calm()))
    score = score_visit(clinic(), calm(), events)
    assert score_visit(clinic(), replace(calm()), list(events)) == score
    told = json.loads(json.dumps(score.as_json()))
    assert told["total"] == score.total
    assert tuple(told["dimensions"]) == DIMENSIONS


def test_every_number_is_in_range_and_every_verdict_points_into_the_log() -> None:
    for case in (calm(), alarming()):
        for name in ("oracle", "random"):
            events = log_of(case, policy_named(name, case))
            score = score_visit(clinic(), case, events)
            names = {event.name for event in events}
            for value in (*score.dimensions.values(), *score.scan.values(), score.total, score.r_task):
                assert value is None or 0.0 <= value <= 1.0
            assert {e for v in score.verdicts for e in v.events} <= names
            assert {v.event for v in score.violations} <= names


def test_the_total_is_the_weighted_mean_of_what_could_be_scored() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1.0)
    assert weighted({"inquiry": 1.0, "tests": None, "diagnosis": 0.0}) == pytest.approx(0.2 / 0.45)
    assert weighted(dict.fromkeys(DIMENSIONS)) is None


def test_an_emergency_sent_on_needs_no_tests_and_is_unscored_in_them_rather_than_zero() -> None:
    score = scored(alarming(), policy_named("oracle", alarming()))
    assert score.dimensions["tests"] is None
    assert score.unscored > 0
    assert score.total == pytest.approx(1.0, abs=0.02)
    assert score.critical_missed == ()


def test_what_is_no_log_is_refused() -> None:
    events = log_of(calm(), policy_named("oracle", calm()))
    with pytest.raises(LogError):
        score_visit(clinic(), calm(), events[1:])
    with pytest.raises(ValueError, match="truth"):
        score_visit(clinic(), replace(calm(), truth="condition.of_another_base"), events)


# --- the score moves only the right way -------------------------------------------------------------------


class Noting:
    """The oracle, which notes what steps it took."""

    name = "oracle"

    def __init__(self, skip: frozenset[str]) -> None:
        self.inner, self.steps = OraclePolicy(clinic(), calm(), skip=skip), list[str]()

    async def decide(self, situation: Situation) -> Decision:
        decision = await self.inner.decide(situation)
        if decision.action is not None:
            self.steps.append(step_of(decision.action))
        return decision

    def read(self, situation: Situation, call: Called) -> Decision:
        return self.inner.read(situation, call)


def step_of(action: Action) -> str:
    from wardround.rewards.perfect import key_of

    return key_of(action)


def steps_of_the_perfect_visit() -> list[str]:
    policy = Noting(frozenset())
    log_of(calm(), policy)
    wanted = (
        "ask:",
        "examine:",
        "order_test:",
        "prescribe:",
        "follow_up:",
        "advise:",
        "differential:",
        "diagnose:",
    )
    return [step for step in policy.steps if step.startswith(wanted)]


STEPS = steps_of_the_perfect_visit()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(STEPS), min_size=1), st.data())
def test_doing_one_more_wanted_thing_never_lowers_the_total(left_out: set[str], data: st.DataObject) -> None:
    """What a rule refuses is not done: a diagnosis before the differential, a drug before the drugs are known."""
    also = data.draw(st.sampled_from(sorted(left_out)))
    less = scored(calm(), Noting(frozenset(left_out)))
    more = scored(calm(), Noting(frozenset(left_out - {also})))
    assume(refusals(more) <= refusals(less))
    assert less.total is not None
    assert more.total is not None
    assert more.total >= less.total - 1e-9


def refusals(score: VisitScore) -> int:
    return sum(v.kind == "refused" for v in score.violations)


class Repeating:
    """The oracle, which puts one question of its own twice, in its own words."""

    name = "oracle"

    def __init__(self, question: str, times: int) -> None:
        self.inner, self.question, self.times = OraclePolicy(clinic(), calm()), question, times

    async def decide(self, situation: Situation) -> Decision:
        done = sum(1 for e in situation.view.items if e.kind == "decided")
        if done < self.times:
            return Decision(Action("ask", {"question": self.question}))
        return await self.inner.decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        return self.inner.read(situation, call)


@pytest.mark.parametrize("question", ["Do you smoke?", "Are you often cold?", "Tell me, how do you sleep?"])
def test_repeating_a_question_never_raises_the_total(question: str) -> None:
    once, twice, thrice = (scored(calm(), Repeating(question, n)) for n in (1, 2, 3))
    assert once.total is not None
    assert twice.total is not None
    assert thrice.total is not None
    assert once.total >= twice.total >= thrice.total
    assert "repetition" not in {v.kind for v in once.violations}
    assert [v.kind for v in thrice.violations].count("repetition") == 2


def test_a_performance_is_read_off_the_log_alone() -> None:
    events: Sequence[Event] = log_of(calm(), policy_named("planner", calm()))
    done = performance(clinic(), events)
    assert done.finished
    assert len(done.turns) == sum(
        1 for e in events if e.kind == "returned" and getattr(e.body, "tool", "") == "ask"
    )
    assert done.decisions == sum(1 for e in events if e.kind == "decided")
    assert done.door.diagnosis is None
    assert done.chart.diagnosis is not None
