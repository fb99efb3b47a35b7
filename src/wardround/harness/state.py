"""State: what has happened so far, folded from events.

`fold` takes one event and gives the next frozen state, so an encounter of n steps costs n. What the application
derives from events (its `domain`) is folded by its own `Projection`, beside the harness's bookkeeping.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from wardround.harness.errors import LogError
from wardround.harness.events import (
    MAIN,
    Called,
    Consulted,
    Decided,
    Event,
    HandedOver,
    Joined,
    Judged,
    Opened,
    Reviewed,
    body_of,
)
from wardround.harness.growing import Growing

D = TypeVar("D")
D_co = TypeVar("D_co")
Changes = dict[str, Any]
Phase = Literal[
    "decide",
    "allowed",
    "approval",
    "waiting",
    "reviewed",
    "started",
    "consulting",
    "over",
    "closed",
]


class Calls(NamedTuple):
    """What one agent's model was told and said so far on this line, without which no call can say what it adds.

    `last` names the decision of the last call. `ids` are its prompt and completion, None where it showed none;
    `messages` counts those of its prompt, and its answer.
    """

    last: str | None = None
    messages: int = 0
    ids: tuple[int, ...] | None = None

    def after(self, name: str, call: Called) -> Calls:
        """The same after one more call."""
        held = (0 if call.rebuilt else self.messages) + len(call.added)
        messages = (held if call.messages is None else call.messages) + 1
        if call.prompt_ids is None:
            return Calls(name, messages)
        before = () if call.rebuilt else self.ids or ()
        return Calls(name, messages, before + call.prompt_ids + (call.completion_ids or ()))


NO_CALLS = Calls()


class Projection(Protocol[D]):
    """How an application derives its own state from events. Both functions are pure."""

    def start(self, header: Opened) -> D:
        """The domain state of an encounter that has just been opened."""
        ...

    def fold(self, domain: D, event: Event) -> D:
        """The domain state after one more event; the same object where nothing changed."""
        ...


class State(NamedTuple, Generic[D]):
    """Everything known after some events of one line. The pending events are those that the next step needs."""

    header: Opened
    encounter: str
    branch: str
    length: int
    acting: str
    phase: Phase
    items: Growing[Event]
    domain: D
    turns: int
    tokens: int
    failures: int
    opened_at: str
    waited_from: str
    waited: float
    refusals: int
    calls: Mapping[str, Calls]
    decision: Event | None
    judgement: Event | None
    request: Event | None
    review: Event | None
    started: Event | None
    consult: Event | None
    branches: Mapping[str, State[D]]
    trail: Growing[Event] | None
    last: Event | None

    @property
    def status(self) -> Literal["in-progress", "on-hold", "finished", "cancelled"]:
        """Where the encounter stands."""
        if self.phase == "closed" and self.last is not None:
            return getattr(self.last.body, "status", "finished")
        held = self.phase == "waiting" or any(b.status == "on-hold" for b in self.branches.values())
        return "on-hold" if held else "in-progress"


def begin(event: Event, projection: Projection[D]) -> State[D]:
    """The state after the header."""
    header = event.body
    if header is None and event.kind == "opened":
        raise LogError(
            "the header was erased by law: the encounter cannot go on, and nothing can be derived."
        )
    if not isinstance(header, Opened):
        raise LogError("the first event is no header.", fix="Give the log from its beginning.")
    return State(
        header=header,
        encounter=event.encounter,
        branch=MAIN,
        length=1,
        acting=header.coordinator,
        phase="decide",
        items=Growing((event,)),
        domain=projection.start(header),
        turns=0,
        tokens=0,
        failures=0,
        opened_at=event.at,
        waited_from="",
        waited=0.0,
        refusals=0,
        calls={},
        decision=None,
        judgement=None,
        request=None,
        review=None,
        started=None,
        consult=None,
        branches={},
        trail=None,
        last=event,
    )


def fold(state: State[D], event: Event, projection: Projection[D]) -> State[D]:
    """One event in, the next frozen state out. An event of a branch goes into that branch's state."""
    if event.branch != state.branch:
        return _fold_branch(state, event, projection)
    if event.body is None:
        raise LogError(f"event {event.name} was erased: what followed from it cannot be derived.")
    kind = event.kind
    changes = _STEP[kind](state, event)
    if kind == "joined":
        return _join(state, event, changes, projection)
    if kind in _VISIBLE and not (kind == "judged" and getattr(event.body, "outcome", "") != "deny"):
        changes["items"] = state.items.append(event)
    if state.trail is not None:
        changes["trail"] = state.trail.append(event)
    if kind in _INFORMS:
        changes["domain"] = projection.fold(state.domain, event)
    changes["length"], changes["last"] = event.number + 1, event
    return _changed(state, changes)


_PLACE = {name: place for place, name in enumerate(State._fields)}


def _changed(state: State[D], changes: Changes) -> State[D]:
    """`state._replace(**changes)` in half the time, for the few fields that an event changes."""
    values, place = list(state), _PLACE
    for name, value in changes.items():
        values[place[name]] = value
    return tuple.__new__(State, values)


def fold_all(events: Iterable[Event], projection: Projection[D]) -> State[D]:
    """The state after all of these events, in canonical order."""
    run = iter(events)
    state = begin(next(run), projection)
    for event in run:
        state = fold(state, event, projection)
    return state


def fork(state: State[D], branch: str, agent: str) -> State[D]:
    """The state in which a specialist starts: the asker's, with counters of its own."""
    return state._replace(
        branch=branch,
        length=0,
        acting=agent,
        phase="decide",
        turns=0,
        tokens=0,
        failures=0,
        refusals=0,
        calls={},
        decision=None,
        judgement=None,
        request=None,
        review=None,
        started=None,
        consult=None,
        branches={},
        trail=Growing(),
    )


def _fold_branch(state: State[D], event: Event, projection: Projection[D]) -> State[D]:
    for name, child in state.branches.items():
        if event.branch == name or event.branch.startswith(f"{name}/"):
            return state._replace(branches={**state.branches, name: fold(child, event, projection)})
    raise LogError(f"event {event.name} belongs to a branch that nobody opened.")


# --- one function per kind: what changes ------------------------------------------------------------------

_VISIBLE = frozenset(
    (
        "opened",
        "observed",
        "decided",
        "judged",
        "reviewed",
        "returned",
        "failed",
        "consulted",
        "joined",
        "handed-over",
    )
)
_INFORMS = frozenset(
    ("observed", "reviewed", "started", "returned", "failed", "handed-over", "exhausted", "closed", "joined")
)
"""What the application's projection hears of: what an agent merely wants or is refused changes nothing out there."""


def _opened(state: State[D], event: Event) -> Changes:
    raise LogError(f"event {event.name} opens the encounter a second time.")


def _nothing(state: State[D], event: Event) -> Changes:
    return {}


def _called(state: State[D], event: Event) -> Changes:
    """A call that stands alone, as schema 1 wrote it."""
    return _with_call(state, event.by, event.name, body_of(event, Called), {})


def _with_call(state: State[D], agent: str, name: str, call: Called, changes: Changes) -> Changes:
    spent = (call.prompt_tokens or 0) + (call.completion_tokens or 0)
    changes["calls"] = {**state.calls, agent: state.calls.get(agent, NO_CALLS).after(name, call)}
    changes["tokens"] = state.tokens + max(spent, 0)
    return changes


def _decided(state: State[D], event: Event) -> Changes:
    body = body_of(event, Decided)
    ruling = body.ruling
    changes: Changes = {"turns": state.turns + 1}
    if body.call is not None:
        _with_call(state, body.agent, event.name, body.call, changes)
    if body.problem is not None:
        changes["failures"], changes["refusals"] = state.failures + 1, state.refusals + 1
        return changes
    changes["decision"], changes["review"] = event, None
    if ruling is None:  # schema 1, or a log that ends between a decision and its verdict: decided anew
        return changes
    changes["judgement"] = event
    if ruling.outcome == "allow":
        changes["phase"], changes["started"], changes["refusals"] = "started", event, 0
    elif ruling.outcome == "approval":
        changes["phase"], changes["refusals"] = "approval", 0
    else:
        changes["refusals"] = state.refusals + 1
    return changes


def _judged(state: State[D], event: Event) -> Changes:
    body = body_of(event, Judged)
    refused = state.refusals + 1 if body.outcome == "deny" else 0
    phase = {"allow": "allowed", "approval": "approval", "deny": "decide"}[body.outcome]
    return {"phase": phase, "judgement": event, "refusals": refused}


def _requested(state: State[D], event: Event) -> Changes:
    return {"phase": "waiting", "request": event, "waited_from": event.at}


def _reviewed(state: State[D], event: Event) -> Changes:
    body = body_of(event, Reviewed)
    waited = state.waited + seconds_between(state.waited_from, event.at)
    phase = {"approve": "allowed", "edit": "reviewed", "reject": "decide"}[body.answer]
    return {"phase": phase, "review": event, "request": None, "waited": waited}


def _started(state: State[D], event: Event) -> Changes:
    return {"phase": "started", "started": event}


def _returned(state: State[D], event: Event) -> Changes:
    return {"phase": "decide", "started": None, "decision": None, "failures": 0}


def _failed(state: State[D], event: Event) -> Changes:
    failures, refusals = state.failures + 1, state.refusals + 1
    return {"phase": "decide", "started": None, "decision": None, "failures": failures, "refusals": refusals}


def _consulted(state: State[D], event: Event) -> Changes:
    body = body_of(event, Consulted)
    grown = state._replace(items=state.items.append(event), last=event)
    forks = {asked.branch: fork(grown, asked.branch, asked.agent) for asked in body.asked}
    return {"phase": "consulting", "consult": event, "branches": forks}


def _handed_over(state: State[D], event: Event) -> Changes:
    body = body_of(event, HandedOver)
    if body.outside:
        return {"phase": "over", "started": None, "decision": None}
    return {"phase": "decide", "acting": body.to, "started": None, "decision": None, "failures": 0}


def _exhausted(state: State[D], event: Event) -> Changes:
    return {"phase": "over"}


def _closed(state: State[D], event: Event) -> Changes:
    return {"phase": "closed", "started": None, "decision": None}


def _joined(state: State[D], event: Event) -> Changes:
    return {
        "phase": "decide",
        "started": None,
        "decision": None,
        "consult": None,
        "branches": {},
        "failures": 0,
    }


_STEP = {
    "opened": _opened,
    "observed": _nothing,
    "called": _called,
    "decided": _decided,
    "judged": _judged,
    "review-requested": _requested,
    "reviewed": _reviewed,
    "started": _started,
    "returned": _returned,
    "failed": _failed,
    "consulted": _consulted,
    "joined": _joined,
    "handed-over": _handed_over,
    "exhausted": _exhausted,
    "closed": _closed,
}


def _join(state: State[D], event: Event, changes: Changes, projection: Projection[D]) -> State[D]:
    """What the branches learnt becomes the asker's, in the order of asking; what they shared becomes visible."""
    body = body_of(event, Joined)
    domain, items, trail = state.domain, state.items, state.trail
    for answer in body.answers:
        branch = state.branches[answer.branch]
        for past in branch.trail or ():
            domain = projection.fold(domain, past) if past.kind in _INFORMS else domain
            trail = trail.append(past) if trail is not None else None
            if past.kind in ("observed", "returned", "reviewed"):
                items = items.append(past)
    return state._replace(
        **changes,
        length=event.number + 1,
        domain=projection.fold(domain, event),
        items=items.append(event),
        trail=trail.append(event) if trail is not None else None,
        waited=max([state.waited, *(b.waited for b in state.branches.values())]),
        last=event,
    )


moment = datetime.fromisoformat
"""A wall time, from how it stands on the log."""


def seconds_between(earlier: str, later: str) -> float:
    """Seconds between two wall times in ISO form; 0 where the earlier one is not set."""
    return (moment(later) - moment(earlier)).total_seconds() if earlier else 0.0


def line_of(state: State[D], branch: str) -> State[D]:
    """The state of the line that a branch is."""
    while state.branch != branch:
        state = next(
            c for name, c in state.branches.items() if branch == name or branch.startswith(f"{name}/")
        )
    return state
