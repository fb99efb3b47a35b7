"""What counts as an invalid action: one that is none, or of a kind that is forbidden when it is chosen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from importlib.util import find_spec

import pytest
from evaluation_house import case_of, clinic, examined

from wardround.care import Planner
from wardround.evaluation import OsceConfig
from wardround.evaluation.tally import Counted, Tally
from wardround.harness import Action, Called, ConfigurationError, Decision, Policy, Situation
from wardround.simulation import consult

WRONG = (
    Decision(None, problem="nothing that could be read"),
    Decision(Action("prescribe", {"drug": "drug.aspirin"})),
    Decision(Action("ask", {"about": 7})),
)


@dataclass
class Clumsy:
    """Three invalid actions, then the planner's."""

    policy: Policy
    left: list[Decision] = field(default_factory=lambda: list(WRONG))
    name: str = "clumsy"
    memory_tokens: int = 1_000

    async def decide(self, situation: Situation) -> Decision | Called:
        return self.left.pop(0) if self.left else await self.policy.decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        return self.policy.read(situation, call)


def test_what_cannot_be_read_and_what_is_forbidden_by_kind_is_counted() -> None:
    tally = Tally()
    policy = Counted(Clumsy(Planner(clinic().projection)), tally)
    played = asyncio.run(consult(clinic(), case_of(), policy, seed=1))
    assert played.status == "finished"
    assert (tally.unreadable, tally.forbidden) == (2, 1)
    assert tally.as_json()["share"] == pytest.approx(3 / tally.actions, abs=1e-6)


def test_everything_else_is_the_policys_own() -> None:
    policy = Counted(Clumsy(Planner(clinic().projection)), Tally())
    assert (policy.name, policy.memory_tokens) == ("clumsy", 1_000)


def test_the_report_tells_them() -> None:
    invalid = examined(policy="planner", cases=1).report["invalid"]
    assert invalid["actions"] > 5
    assert (invalid["unreadable"], invalid["forbidden"], invalid["share"]) == (0, 0, 0.0)


def test_only_a_model_can_go_without_a_mask() -> None:
    with pytest.raises(ConfigurationError, match="--no-mask"):
        OsceConfig(policy="planner", masked=False)
    assert not OsceConfig(policy="mini", masked=False).masked


@pytest.mark.skipif(find_spec("llguidance") is None, reason="not installed (extra `ml`): llguidance")
def test_under_its_mask_the_shipped_model_says_nothing_invalid_and_nothing_unsafe_is_done() -> None:
    report = examined(policy="mini", cases=3).report
    assert (report["unscored"], report["finished"], report["unsafe_executed"]) == (0, 1.0, 0)
    assert report["invalid"]["actions"] > 30
    assert report["invalid"]["share"] == 0.0
