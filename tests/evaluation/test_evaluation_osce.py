"""`eval osce`: what is reported, that the seed decides it, and that a case which breaks is data."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from evaluation_house import case_of, clinic, examined, lived, played, report_of, visited

from wardround.evaluation import OsceConfig, examine, osce, policy_for
from wardround.evaluation.cases import case_at, lasting
from wardround.evaluation.osce import MOST_VISITS
from wardround.evaluation.results import heard_of_said, ranks, unsafe_executed
from wardround.harness import (
    Called,
    ConfigurationError,
    Decided,
    Decision,
    Event,
    EventRef,
    Observed,
    Returned,
    Situation,
    ruling_of,
)
from wardround.models import ModelError
from wardround.rewards import DIMENSIONS, score_visit
from wardround.simulation import consult, given_up, heldout_conditions

KEYS = {
    "task", "policy", "split", "n", "unscored", "broken", "seconds", "ci95", "total", *DIMENSIONS, "scan", "top1", "top3",
    "accuracy", "turns", "think_tokens", "critical_missed", "harmful", "unsafe_executed", "violations", "by_tier", "patients",
    "config", "seed", "revision", "versions", "knowledge", "language_recall",
}  # fmt: skip


def test_a_report_says_everything_with_its_interval() -> None:
    report = report_of("planner")
    assert report.keys() >= KEYS
    assert (report["task"], report["n"], report["unscored"], report["unsafe_executed"]) == ("osce", 6, 0, 0)
    for name in ("total", "inquiry", "turns", "top1"):
        low, high = report["ci95"][name]
        assert low - 1e-4 <= report[name] <= high + 1e-4, name
    assert report["scan"].keys() == report["ci95"]["scan"].keys()
    assert report["think_tokens"] is None
    assert sum(tier["n"] for tier in report["by_tier"].values()) == 6
    assert report["config"]["policy"] == "planner"
    assert report["versions"]["wardround"]


def test_patients_keep_to_themselves_and_to_the_truth() -> None:
    patients = report_of("planner")["patients"]
    assert (patients["privacy"], patients["fact"]) == (1.0, 1.0)
    assert patients["replies"] > 20


def test_the_oracle_is_near_one_and_chance_is_far_below() -> None:
    assert report_of("oracle")["total"] >= 0.95
    assert report_of("random")["total"] < report_of("planner")["total"] - 0.2
    assert report_of("random")["violations"]


def test_the_same_seed_gives_the_same_report() -> None:
    one, two = (examined(policy="random", cases=3, seed=4).report for _ in range(2))
    assert {**one, "seconds": 0} == {**two, "seconds": 0}


def test_two_seeds_share_no_case() -> None:
    one, two = (examined(policy="random", cases=3, seed=s) for s in (1, 2))
    assert not {r.case for r in one.results} & {r.case for r in two.results}


def test_the_limit_takes_the_first_cases() -> None:
    few = examined(policy="random", cases=5, limit=2)
    assert [r.case for r in few.results] == [r.case for r in examined(policy="random", cases=2).results]
    assert few.report["n"] == 2


def test_held_out_conditions_are_the_truth_of_their_split_alone() -> None:
    away = heldout_conditions(clinic().base)
    assert {case_at(clinic().base, "heldout-conditions", 0, k).truth for k in range(8)} <= away
    for split in ("train", "heldout-seeds"):
        assert not {case_at(clinic().base, split, 0, k).truth for k in range(8)} & away


def test_a_case_that_breaks_is_data(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = examined(policy="random", cases=3)
    victim = whole.results[1].case

    def breaks(clinic: Any, case: Any, events: Any) -> Any:
        if case.id == victim:
            raise ZeroDivisionError("on purpose")
        return score_visit(clinic, case, events)

    monkeypatch.setattr(osce, "score_visit", breaks)
    found = examined(policy="random", cases=3)
    assert (found.report["n"], found.report["unscored"]) == (3, 1)
    assert found.report["broken"] == [{"case": victim, "error": "ZeroDivisionError: on purpose"}]
    others = [r.figures["total"] for r in whole.results if r.case != victim]
    assert found.report["total"] == pytest.approx(sum(t for t in others if t is not None) / 2, abs=1e-4)


def test_a_case_that_cannot_even_be_made_is_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any) -> Any:
        raise ValueError("no such patient")

    monkeypatch.setattr(osce, "case_at", breaks)
    report = examined(policy="random", cases=2).report
    assert (report["n"], report["unscored"], report["total"]) == (2, 2, None)
    assert "no such patient" in report["broken"][0]["error"]


class Unreachable:
    """A policy whose model is not there."""

    name = "unreachable"

    async def decide(self, situation: Situation) -> Decision:
        raise ModelError("nobody answers at that address.", fix="Start it.")

    def read(self, situation: Situation, call: Called) -> Decision:
        raise ModelError("nobody answers at that address.", fix="Start it.")


def test_a_model_that_cannot_be_reached_is_unscored_and_not_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given_up(visited().events) is None
    lost = asyncio.run(consult(clinic(), case_of(), Unreachable()))
    assert "nobody answers" in str(given_up(lost.events))
    monkeypatch.setattr(osce, "policy_for", lambda word, clinic, masked: lambda case: Unreachable())
    report = examined(cases=2).report
    assert (report["unscored"], report["total"]) == (2, None)


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"split": "test"}, "--split"),
        ({"split": "door"}, "--split"),
        ({"cases": 0}, "--cases"),
        ({"limit": 0}, "--limit"),
        ({"visits": 0}, "--visits"),
        ({"visits": MOST_VISITS + 1}, "--visits"),
        ({"phrasing": "loud"}, "--phrasing"),
        ({"memory": False}, "--no-memory"),
        ({"visits": 2, "phrasing": "held-out"}, "--phrasing"),
        ({"policy": "guess"}, "--policy"),
    ],
)
def test_what_cannot_be_played_is_said_before_anything_is(config: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        examined(**config)
    assert named in str(error.value)


def test_held_out_phrasings_are_played_beside_training_ones() -> None:
    found = examined(cases=3, phrasing="held-out")
    gap = found.report["phrasing"]
    assert (found.report["n"], len(found.results), gap["n"]) == (3, 3, 3)
    assert gap["training"]["total"] - gap["held_out"]["total"] == pytest.approx(gap["gap"]["total"], abs=2e-4)
    assert gap["held_out"]["total"] == found.report["total"]
    assert {i.patient.phrasing for r in found.results for i in r.interviews} == {"held-out"}


def test_several_visits_are_of_people_with_a_lasting_illness() -> None:
    found = examined(policy="planner", cases=2, visits=2)
    report = found.report
    assert report["unscored"] == 0, report["broken"]
    assert {r.truth for r in found.results} <= set(lasting(clinic().base, "heldout-seeds"))
    assert report["over_visits"].keys() == {"recall", "trends", "adverse_effects", "over_treatment"}
    assert "visits" in report
    assert all(len(r.logs) == 2 for r in found.results)


def test_without_memory_nothing_is_known_at_the_second_door() -> None:
    known = examined(cases=1, visits=2).results[0]
    unknown = examined(cases=1, visits=2, memory=False).results[0]
    facts = [[_facts(log) for log in r.logs.values()] for r in (known, unknown)]
    assert all(facts[0])
    assert facts[1] == [0, 0]


def _facts(log: Sequence[Event]) -> int:
    """How many facts memory gave at the door."""
    return sum(isinstance(e.body, Observed) and e.body.content.get("kind") == "fact" for e in log)


def test_the_oracle_knows_what_is_the_matter_at_every_visit() -> None:
    report = examined(policy="oracle", cases=2, visits=3).report
    assert report["unscored"] == 0, report["broken"]
    assert report["total"] >= 0.9


def test_who_is_far_on_is_told() -> None:
    told: list[tuple[int, int]] = []
    config = OsceConfig(policy="random", cases=2)
    asyncio.run(examine(clinic(), config, lambda done, of: told.append((done, of))))
    assert told == [(1, 2), (2, 2)]


# --- single figures ------------------------------------------------------------------------------------------


def test_ranks() -> None:
    assert ranks(("a", "b", "c", "d"), "b", "c") == {"top1": 0.0, "top3": 1.0, "accuracy": 0.0}
    assert ranks(("a",), "a", "a") == {"top1": 1.0, "top3": 1.0, "accuracy": 1.0}
    assert ranks((), None, "a") == {"top1": 0.0, "top3": 0.0, "accuracy": 0.0}
    assert ranks((), None, "") == {"top1": 0.0, "top3": 0.0, "accuracy": 0.0}


def test_an_action_that_ran_although_it_was_refused_is_counted() -> None:
    events = list(played(case_of(), "random").events)
    assert unsafe_executed(events) == 0
    ran = next(e for e in events if isinstance(e.body, Returned))
    refused = next(
        (e for k in range(20) for e in played(case_of(k), "random").events if _is_refused(e)), None
    )
    assert refused is not None
    forged = ran._replace(causes=(EventRef(ran.encounter, refused.name),))
    assert unsafe_executed([refused, forged]) == 1


def _is_refused(event: Any) -> bool:
    ruling = ruling_of(event)
    return isinstance(event.body, Decided) and ruling is not None and ruling.outcome == "deny"


def test_what_was_heard_of_what_was_said() -> None:
    one = visited()
    assert heard_of_said(one.events, one.interview) == 1.0
    deaf = [
        e._replace(body=replace(e.body, output={**e.body.output, "findings": {}}))
        if isinstance(e.body, Returned) and e.body.tool == "ask"
        else e
        for e in one.events
    ]
    assert heard_of_said(deaf, one.interview) == 0.0
    assert heard_of_said((), one.interview) is None


def test_a_consultation_is_played_the_same_twice() -> None:
    one, two = (played(case_of(5)) for _ in range(2))
    assert [(e.name, e.kind, e.data) for e in one.events] == [(e.name, e.kind, e.data) for e in two.events]


def test_an_episode_keeps_what_its_patient_said() -> None:
    found = lived()
    assert len(found.interviews) == len(found.episode.visits) == 3
    assert all(i.exchanges for i in found.interviews)


def test_the_oracle_needs_cases_whose_truth_is_ours() -> None:
    assert policy_for("oracle", clinic())(case_of()).name == "oracle"
