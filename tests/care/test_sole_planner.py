"""The planner on its own: one agent does the whole visit, under the same rules, and comes to what the team comes to."""

from __future__ import annotations

import asyncio
from functools import cache

import pytest
from care_visits import CHEST_PAIN, Played, clinic, maria, play

from wardround.care import SolePlanner
from wardround.harness import Consulted, Decided, HandedOver, Situation, replay
from wardround.harness.agents import Agent

MARIA, RECORD = maria()
COMPLAINTS = (
    "it burns when I pee",
    "I have had a cough and a fever for three days",
    CHEST_PAIN,
    "I feel odd",
)


@cache
def alone(complaint: str) -> Played:
    """A visit without specialists."""
    return asyncio.run(play(complaint, policy=SolePlanner(clinic().projection)))


@cache
def together(complaint: str) -> Played:
    """The same visit with the team."""
    return asyncio.run(play(complaint))


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_one_agent_decides_everything(complaint: str) -> None:
    events = alone(complaint).events
    assert {e.body.agent for e in events if isinstance(e.body, Decided)} == {"attending"}
    assert not any(isinstance(e.body, Consulted | HandedOver) for e in events)
    assert alone(complaint).outcome.status == "finished"


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_it_comes_to_what_the_team_comes_to(complaint: str) -> None:
    mine, theirs = alone(complaint), together(complaint)
    assert mine.asked == theirs.asked
    assert [o.test for o in mine.chart.orders] == [o.test for o in theirs.chart.orders]
    assert mine.chart.diagnosis == theirs.chart.diagnosis
    assert [p.drug for p in mine.chart.prescriptions] == [p.drug for p in theirs.chart.prescriptions]
    assert mine.chart.disposition == theirs.chart.disposition
    assert [r.condition for r in mine.chart.differential] == [r.condition for r in theirs.chart.differential]


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_no_rule_refuses_it(complaint: str) -> None:
    rulings = [e.body.ruling for e in alone(complaint).events if isinstance(e.body, Decided)]
    assert not [r for r in rulings if r is None or r.outcome == "deny"]


def test_its_log_replays() -> None:
    played = alone(COMPLAINTS[0])
    team = clinic().team(lambda _: SolePlanner(clinic().projection))
    versions = {**played.header.versions, **clinic().versions}
    assert replay(played.events, team, clinic().projection, versions).result == "reproduced"


def test_drugs_are_looked_at_before_one_is_prescribed() -> None:
    tools = [action.tool for action in alone(COMPLAINTS[0]).actions]
    assert tools.index("check_prescription") < tools.index("prescribe")
    assert tools.index("examine") < tools.index("differential") < tools.index("diagnose")


def test_probabilities_are_told_in_hundredths() -> None:
    for complaint in COMPLAINTS:
        for ranked in alone(complaint).chart.differential:
            assert 0.01 <= ranked.probability <= 0.99
            assert round(ranked.probability, 2) == ranked.probability


def test_another_role_is_played_as_the_planner_plays_it() -> None:
    asked: dict[str, set[str]] = {"attending": set(), "history": set()}

    class Mixed(SolePlanner):
        async def decide(self, situation: Situation):  # type: ignore[no-untyped-def]
            asked[situation.agent.name].add("asked")
            agent: Agent[object] = situation.agent
            if agent.name == "attending" and "history" not in self.sight.of(situation).visited:
                return await self._others.decide(situation)
            return await super().decide(situation)

    played = asyncio.run(play("it burns when I pee", policy=Mixed(clinic().projection)))
    assert asked == {"attending": {"asked"}, "history": {"asked"}}
    assert played.outcome.status == "finished"
    assert played.chart.diagnosis == alone("it burns when I pee").chart.diagnosis


def test_a_record_is_read_and_its_contradictions_are_settled() -> None:
    played = asyncio.run(
        play("my knee hurts", patient=MARIA, record=RECORD, policy=SolePlanner(clinic().projection))
    )
    assert played.outcome.status == "finished"
    assert played.chart.open_disputes == ()
