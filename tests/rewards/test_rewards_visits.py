"""Scores over visits: what memory is worth, reactions, unwanted effects, restraint; and the room's door."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from rewarded_visits import case_of, clinic

import wardround.rewards
from wardround.care import Planner, Ward
from wardround.harness import MemoryStore
from wardround.memory import Memory
from wardround.rewards import OVER_VISITS, performance, score_episode
from wardround.rewards.visits import caught, moderate, reacted
from wardround.simulation.courses import AdverseEffect
from wardround.simulation.episode import Episode, EpisodeOfCare

BASE = clinic().base
CONDITION = "condition.hypertension"


@cache
def planner() -> Planner:
    return Planner(clinic().projection)


async def lived(memory: bool, condition: str = CONDITION, index: int = 1, visits: int = 4) -> Episode:
    ward = Ward(clinic(), MemoryStore(), Memory())
    person = case_of(condition, index)
    return await EpisodeOfCare(ward, person, planner(), memory=memory, diagnosed=True).play(visits)


async def test_an_episode_scores_every_visit_and_what_is_seen_over_them_the_same_each_time() -> None:
    episode = await lived(memory=True)
    score = score_episode(clinic(), episode)
    assert len(score.visits) == len(episode.visits)
    assert tuple(score.over_visits) == OVER_VISITS
    assert all(v is None or 0.0 <= v <= 1.0 for v in (*score.over_visits.values(), score.total))
    assert score_episode(clinic(), episode) == score
    assert score.as_json()["over_visits"] == dict(score.over_visits)


async def test_turning_memory_off_loses_what_was_said_before() -> None:
    with_it = score_episode(clinic(), await lived(memory=True))
    without = score_episode(clinic(), await lived(memory=False))
    assert with_it.over_visits["recall"] == 1.0
    assert without.over_visits["recall"] is not None
    assert without.over_visits["recall"] < 1.0
    assert with_it.total is not None
    assert without.total is not None
    assert without.total < with_it.total


async def test_one_visit_has_nothing_to_recall_and_that_is_unscored() -> None:
    score = score_episode(clinic(), await lived(memory=True, visits=1))
    assert score.over_visits["recall"] is None
    assert score.total is not None


async def test_an_unwanted_effect_is_caught_by_a_change_or_a_word_about_it_alone() -> None:
    episode = await lived(memory=True, visits=1)
    drug = "drug.ramipril"
    effect = AdverseEffect(drug, "dry cough", "finding.cough", 0)
    first = episode.visits[0]
    coughing = replace(first.case, findings={**first.case.findings, "finding.cough": True})
    visit = replace(first, adverse=(effect,), case=coughing)
    ill = replace(episode, visits=(visit,))
    done = performance(clinic(), visit.events)
    silent = replace(
        done,
        chart=replace(done.chart, advice=(), safety_net=(), referrals=(), prescriptions=(), follow_up=None),
    )
    assert list(caught(BASE, ill, (silent,))) == [False]
    look = {"days": 14, "purpose": "whether the dry cough is gone"}
    named = replace(silent, chart=replace(silent.chart, follow_up=look))
    assert list(caught(BASE, ill, (named,))) == [True]
    assert list(caught(BASE, episode, (silent,))) == []
    quiet = replace(visit, case=replace(first.case, findings={**first.case.findings, "finding.cough": False}))
    assert list(caught(BASE, replace(episode, visits=(quiet,)), (silent,))) == [], "nobody could see it"


async def test_a_value_out_of_target_asks_for_a_reaction_and_an_early_look_is_one() -> None:
    episode = await lived(memory=True, visits=1)
    trajectory = episode.trajectories[CONDITION]
    name = next(iter(trajectory.targets))
    high = replace(trajectory, targets={name: (None, -1.0)})
    astray = replace(episode, trajectories={CONDITION: high})
    done = performance(clinic(), episode.visits[0].events)
    still = replace(
        done,
        chart=replace(done.chart, prescriptions=(), orders=(), referrals=(), escalations=(), follow_up=None),
    )
    assert list(reacted(BASE, astray, (still,))) == [False]
    early = replace(still, chart=replace(still.chart, follow_up={"days": 3, "purpose": "again"}))
    assert list(reacted(BASE, astray, (early,))) == [True]
    calm = replace(trajectory, targets={name: (None, 1e9)})
    assert list(reacted(BASE, replace(episode, trajectories={CONDITION: calm}), (still,))) == []


@pytest.mark.parametrize("condition", ["condition.type_2_diabetes", "condition.asthma", "condition.copd"])
async def test_prescriptions_are_judged_one_by_one(condition: str) -> None:
    episode = await lived(memory=True, condition=condition, visits=2)
    done = [performance(clinic(), visit.events) for visit in episode.visits]
    assert len(list(moderate(BASE, episode, done))) == sum(len(d.chart.prescriptions) for d in done)


def test_the_door_is_what_it_says() -> None:
    assert sorted(wardround.rewards.__all__) == [
        "Cluster", "DIMENSIONS", "EpisodeScore", "Item", "OVER_VISITS", "OraclePolicy", "Performance", "Verdict",
        "Violation", "VisitScore", "WEIGHTS", "alike", "checklist", "clustered", "gained", "gate", "missed", "performance",
        "r_fact", "r_task", "rewarded", "score_episode", "score_visit",
    ]  # fmt: skip
    assert all(hasattr(wardround.rewards, name) for name in wardround.rewards.__all__)
