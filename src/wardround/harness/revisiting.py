"""Every decision of a log with the situation in which it was taken, derived again: for learners, lessons and comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from wardround.harness.agents import Team
from wardround.harness.constraints import permitted
from wardround.harness.errors import LogError
from wardround.harness.events import Decided, Event, event_name
from wardround.harness.line import situation_seed
from wardround.harness.log import canonical_order
from wardround.harness.policy import Situation
from wardround.harness.state import NO_CALLS, Projection, State, begin, fold, line_of
from wardround.harness.views import View, project

D = TypeVar("D")


def revisit(
    events: Sequence[Event], team: Team[D], projection: Projection[D]
) -> Iterator[tuple[Event, Situation]]:
    """(decision, situation) in the log's canonical order. Raises LogError where a decision's agent is not in the team."""
    ordered = canonical_order(events)
    state = begin(ordered[0], projection)
    views: dict[tuple[str, str], View] = {}
    for event in ordered[1:]:
        if isinstance(event.body, Decided):
            line = line_of(state, event.branch)
            yield event, _situation(line, event.body.agent, team, views)
        state = fold(state, event, projection)


def _situation(state: State[D], name: str, team: Team[D], views: dict[tuple[str, str], View]) -> Situation:
    agent = team.agents.get(name)
    if agent is None:
        raise LogError(f"agent {name!r} is not in the team.", fix="Give the team that played this log.")
    view = views[state.branch, name] = project(state, name, views.get((state.branch, name)))
    seed = situation_seed(state.header.seed, state.branch, state.turns, name)
    key, calls = event_name(state.branch, state.length), state.calls.get(name, NO_CALLS)
    return Situation(agent, view, permitted(state, agent), seed, key, calls)
