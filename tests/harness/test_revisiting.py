"""What a policy was shown can be shown again: every decision's situation is derived from the log alone."""

from __future__ import annotations

from typing import Any

import pytest
from bank import DeskProjection, golden

from wardround.harness import Budgets, Decided, Event, LogError, Team, revisit


async def _played() -> tuple[Any, tuple[Event, ...]]:
    bank = golden()
    _, events = await bank.play({"weather": "rain"}, budgets=Budgets(failures=2))
    return bank, tuple(events)


async def test_every_situation_comes_back_as_the_policy_saw_it() -> None:
    bank, events = await _played()
    found = list(revisit(events, bank.team, DeskProjection()))
    assert [e for e, _ in found] == [e for e in events if isinstance(e.body, Decided)]
    for event, situation in found:
        assert isinstance(event.body, Decided)
        assert situation.key == event.name
        assert situation.view.digest == event.body.view
        assert situation.mask.digest == event.body.mask
        if event.body.call is not None:
            assert situation.calls.last == event.body.call.parent


async def test_a_team_without_the_agent_is_refused() -> None:
    bank, events = await _played()
    others = Team("clerk", {"clerk": bank.team.agents["clerk"]}, "nobody")
    with pytest.raises(LogError, match="is not in the team"):
        list(revisit(events, others, DeskProjection()))
