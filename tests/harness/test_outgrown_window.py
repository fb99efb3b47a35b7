"""A conversation that outgrows its model's window begins again with the older part in brief: said to the model, and on the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from bank import Branch, DeskProjection, tool_call

from wardround.harness import (
    ChatRenderer,
    Decided,
    Event,
    HandedOver,
    LanguageModelPolicy,
    generic_voice,
    revisit,
)
from wardround.models import Completion, Message, ModelContextTooLong, Request, ToolCall

ASKED = 12


@dataclass
class Narrow:
    """Reads so many words at most, asks twelve times and closes. Its tokens are its words."""

    window: int
    name: str = "narrow"
    requests: list[Request] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def ids(self, request: Request) -> tuple[int, ...]:
        if request.prior_ids is None:
            return self.read(request.messages)
        return request.prior_ids + self.read(request.messages[request.prior_messages :])

    def read(self, messages: Sequence[Message]) -> tuple[int, ...]:
        words = [
            word
            for message in messages
            for word in (
                ["said", message.tool_calls[0].name]
                if message.tool_calls
                else f"{message.role} {message.content}".split()
            )
        ]
        return tuple(self.numbers.setdefault(word, len(self.numbers)) for word in words)

    async def generate(self, request: Request, on_text: Any = None) -> Completion:
        prompt = self.ids(request)
        if len(prompt) > self.window:
            raise ModelContextTooLong("too long.", "Send less.")
        self.requests.append(request)
        last = len(self.requests) > ASKED
        call = (
            tool_call("close", reason="done")
            if last
            else tool_call("ask", text=f"Question {len(self.requests)}?")
        )
        answer = self.read((Message("assistant", "", (ToolCall("c", call.name, call.arguments),)),))
        return Completion(
            "",
            (call,),
            finish="tool_calls",
            prompt_ids=prompt,
            completion_ids=answer,
            logprobs=(-0.1,) * len(answer),
        )

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    async def close(self) -> None:
        """Nothing to let go of."""


async def played(window: int, brief: Any = None) -> tuple[Narrow, Branch, list[Event]]:
    model = Narrow(window)
    branch = Branch({"teller": LanguageModelPolicy(model, ChatRenderer(generic_voice, "chat-1", brief))})
    _, events = await branch.play()
    return model, branch, list(events)


def condensed(events: Sequence[Event]) -> list[int | None]:
    return [e.body.call.condensed for e in events if isinstance(e.body, Decided) and e.body.call is not None]


async def test_in_a_wide_window_nothing_is_told_in_brief() -> None:
    _, _, events = await played(100_000)
    assert condensed(events) == [None] * (ASKED + 1)


async def test_a_narrow_window_ends_in_the_same_visit_and_the_log_says_where_it_began_again() -> None:
    wide, _, whole = await played(100_000)
    model, _, events = await played(max(len(wide.ids(r)) for r in wide.requests) * 2 // 3)
    assert [e.kind for e in events] == [e.kind for e in whole]
    at = [n for n, one in enumerate(condensed(events)) if one is not None]
    assert at
    calls = [e.body.call for e in events if isinstance(e.body, Decided) and e.body.call is not None]
    assert all(calls[n].rebuilt and calls[n].prompt_ids for n in at)
    assert not any(call.rebuilt for n, call in enumerate(calls) if n not in at)
    for request in (model.requests[n] for n in at):
        assert request.prior_ids is None
        assert "had outgrown its window" in request.messages[1].content


async def test_what_is_told_in_brief_is_the_applications_to_say() -> None:
    told: list[int] = []

    def brief(items: Sequence[Event]) -> str:
        told.append(len(items))
        return "All about it."

    wide, _, _ = await played(100_000)
    model, _, events = await played(max(len(wide.ids(r)) for r in wide.requests) // 2, brief)
    n, first = next((n, one) for n, one in enumerate(condensed(events)) if one is not None)
    assert first in told
    assert model.requests[n].messages[1].content.endswith("All about it.")


async def test_a_renderer_that_knows_nothing_but_the_log_says_the_same() -> None:
    wide, _, _ = await played(100_000)
    model, branch, events = await played(max(len(wide.ids(r)) for r in wide.requests) // 2)
    fresh = LanguageModelPolicy(model, ChatRenderer(generic_voice))
    asked = iter(model.requests)
    for event, situation in revisit(events, branch.team, DeskProjection()):
        assert isinstance(event.body, Decided)
        if event.body.call is not None:
            assert fresh.request(situation, event.body.call.condensed) == next(asked)


async def test_where_even_the_briefest_does_not_fit_it_is_handed_over() -> None:
    model, _, events = await played(3)
    assert not model.requests
    assert any(isinstance(e.body, HandedOver) and e.body.outside for e in events)


@pytest.mark.parametrize("window", [60, 90, 140])
async def test_every_prompt_fits_its_window(window: int) -> None:
    model, _, _ = await played(window)
    assert all(len(model.ids(request)) <= window for request in model.requests)
