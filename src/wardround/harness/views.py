"""Views: what one agent may see of the state, an append-only run of events under a digest that grows with it."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple, TypeVar

from wardround.harness.events import (
    Consulted,
    Decided,
    Event,
    Exhausted,
    HandedOver,
    Joined,
    Observed,
    Opened,
    Returned,
    Reviewed,
    event_name,
)
from wardround.harness.growing import Growing
from wardround.harness.state import State

D = TypeVar("D")


class View(NamedTuple):
    """What one agent may see: an append-only run of events, under a digest that grows with it."""

    agent: str
    branch: str
    upto: int
    items: Growing[Event]
    digest: str
    places: dict[str, int]

    def seen(self, name: str) -> bool:
        """Whether the event of this name is in the view."""
        return self.places.get(name, len(self.items)) < len(self.items)


_EVERYBODYS = (Opened, Reviewed, HandedOver, Exhausted, Joined)


def sees(agent: str, event: Event) -> bool:
    """Whether this agent may see this event."""
    body = event.body
    if event.by == agent and not isinstance(body, Observed):
        return True
    if isinstance(body, Observed):
        return not body.audience or agent in body.audience
    if isinstance(body, Returned):
        return body.shared or event.by == agent
    if isinstance(body, Consulted):
        return event.by == agent or any(asked.agent == agent for asked in body.asked)
    if isinstance(body, _EVERYBODYS):
        return True
    return isinstance(body, Decided) and body.agent == agent


def project(state: State[D], agent: str, known: View | None = None) -> View:
    """The agent's view. `known`, an earlier view of the same line, saves the work already done."""
    if known is None or known.agent != agent or known.branch != state.branch:
        known = View(agent, state.branch, 0, Growing(), "", {})
    _, _, upto, items, mark, places = known
    if len(state.items) == upto:
        return known
    fresh = state.items.since(upto)
    new = [event for event in fresh if sees(agent, event)]
    place = len(items)
    for event in new:
        name = event_name(event.branch, event.number)
        places[name] = place
        place += 1
        mark = sha256(f"{mark}|{name}|{event.kind}|".encode() + event.data).hexdigest()
    return View(agent, state.branch, upto + len(fresh), items.extend(new) if new else items, mark, places)
