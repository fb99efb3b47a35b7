"""Spans: which tokens of which call did what, read off the log, so that they cannot drift from what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wardround.harness.events import Called, Decided, Event, Started


@dataclass(frozen=True, slots=True)
class Span:
    """Completion tokens `[start, end)` of the model call `call`, of agent `agent`; `event` is what they led to."""

    call: str
    agent: str
    kind: str
    start: int
    end: int
    event: str


def annotate(events: Iterable[Event]) -> tuple[Span, ...]:
    """Every span of the log. Reasoning is `think`; the rest has the kind of the tool that it started.

    A call whose ids the model did not show has no spans. Tokens of refused or unreadable decisions have no kind,
    and so make no span beyond `think`.
    """
    calls: dict[tuple[str, str], Called] = {}
    decisions: dict[tuple[str, str], str] = {}
    spans: list[Span] = []
    for event in events:
        body = event.body
        if isinstance(body, Called) and body.completion_ids is not None:
            calls[event.branch, event.name] = body
            if body.think_tokens:
                spans.append(Span(event.name, body.agent, "think", 0, body.think_tokens, event.name))
        elif isinstance(body, Decided) and body.call is not None:
            decisions[event.branch, event.name] = body.call
        elif isinstance(body, Started):
            name = decisions.get((event.branch, body.decision))
            call = calls.get((event.branch, name)) if name else None
            if name and call and call.completion_ids is not None:
                first, last = call.think_tokens or 0, len(call.completion_ids)
                spans.append(Span(name, call.agent, body.span, first, last, event.name))
    return tuple(spans)
