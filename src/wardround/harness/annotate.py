"""Spans: which tokens of which call did what, read off the log, so that they cannot drift from what happened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wardround.harness.events import Decided, Event, Started


@dataclass(frozen=True, slots=True)
class Span:
    """Completion tokens `[start, end)` of the call of decision `call`, of agent `agent`; `event` is what they led to."""

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
    calls: dict[tuple[str, str], Decided] = {}
    spans: list[Span] = []
    for event in events:
        body = event.body
        if isinstance(body, Decided) and body.call is not None and body.call.completion_ids is not None:
            calls[event.branch, event.name] = body
            if body.call.think_tokens:
                spans.append(Span(event.name, body.agent, "think", 0, body.call.think_tokens, event.name))
            if body.span:
                spans.append(_span(event.name, body, body.span, event))
        elif isinstance(body, Started):
            decided = calls.get((event.branch, body.decision))
            if decided is not None:
                spans.append(_span(body.decision, decided, body.span, event))
    return tuple(spans)


def _span(name: str, decided: Decided, kind: str, event: Event) -> Span:
    call = decided.call
    first, last = (call.think_tokens or 0, len(call.completion_ids or ())) if call else (0, 0)
    return Span(name, decided.agent, kind, first, last, event.name)
