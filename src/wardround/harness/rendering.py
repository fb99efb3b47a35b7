"""Renderers turn a view into what a model reads, and what a model writes into an action.

Append-only: a turn adds messages and changes none. The words come from an application's `Voice`; what comes from
outside is fenced as data.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from wardround.harness.canonical import JSON, clean
from wardround.harness.events import (
    Action,
    Called,
    Decided,
    Event,
    Reviewed,
)
from wardround.harness.growing import Growing
from wardround.harness.policy import Decision, Situation
from wardround.harness.tools import MAX_ARGUMENT_BYTES, Tool
from wardround.models import Message, ToolCall, ToolSpec


class Renderer(Protocol):
    """View to messages, output to decision; `version` is pinned in the header."""

    version: str

    def messages(self, situation: Situation, condensed: int | None = None) -> tuple[Message, ...]:
        """The whole conversation: what an earlier view gave is a prefix of it, but for a call on the log that condensed.

        `condensed`: the first so many items of the view are told in brief, and the agent's own turns among them not at all.
        """
        ...

    def tools(self, situation: Situation) -> tuple[ToolSpec, ...]:
        """The permitted tools as the model is told of them."""
        ...

    def read(self, situation: Situation, call: Called) -> Decision:
        """The decision that a call amounts to. Pure; never raises for what a model wrote."""
        ...


@dataclass
class ChatRenderer:
    """For models that speak the chat format. `voice` says an event in words, or None for silence; `brief` says many at once."""

    voice: Callable[[Event], str | None]
    version: str = "chat-1"
    brief: Callable[[Sequence[Event]], str] | None = None
    _cache: OrderedDict[tuple[str, str, str], _Conversation] = field(default_factory=OrderedDict)
    _specs: dict[str, ToolSpec] = field(default_factory=dict)
    _offers: dict[tuple[str, frozenset[str]], tuple[ToolSpec, ...]] = field(default_factory=dict)

    def messages(self, situation: Situation, condensed: int | None = None) -> tuple[Message, ...]:
        view = situation.view
        if condensed is not None:
            anew = _Conversation(situation.agent.instructions)
            anew.condense(view.items.since(0), condensed, self)
            anew.answer("(done)")
            return tuple(anew.messages)
        key = (view.items[0].encounter if view.items else "", view.branch, view.agent)
        read = self._cache.pop(key, None)
        fresh = read.unsaid(view.items) if read is not None else None
        if read is None or fresh is None:
            read, fresh = _Conversation(situation.agent.instructions), view.items.since(0)
        for event in fresh:
            read.add(event, self)
        read.answer("(done)")
        self._cache[key] = read
        if len(self._cache) > 1_024:
            self._cache.popitem(last=False)
        return tuple(read.messages)

    def tools(self, situation: Situation) -> tuple[ToolSpec, ...]:
        agent, permitted = situation.agent, situation.mask.tools
        offer = self._offers.get((agent.name, permitted))
        if offer is None:
            offer = tuple(self._spec(agent.tool[name]) for name in sorted(permitted))
            self._offers[agent.name, permitted] = offer
        return offer

    def _spec(self, tool: Tool) -> ToolSpec:
        known = self._specs.get(tool.name)
        if known is None:
            parameters = json.loads(json.dumps(tool.parameters))
            parameters.setdefault("properties", {})["because"] = {
                "type": "array",
                "items": {"type": "string"},
                "description": "numbers, such as 12, of the items in brackets above that this rests on",
            }
            known = self._specs[tool.name] = ToolSpec(tool.name, tool.description, parameters)
        return known

    def read(self, situation: Situation, call: Called) -> Decision:
        if call.finish == "length":
            return Decision(None, call.thought, "the output was cut at the token limit before it ended")
        if not call.tool_calls:
            return Decision(None, call.thought, "there was no tool call; answer with exactly one")
        written = call.tool_calls[0]
        if len(str(written["arguments"])) > MAX_ARGUMENT_BYTES:
            return Decision(
                None, call.thought, f"the arguments are longer than {MAX_ARGUMENT_BYTES} characters"
            )
        try:
            arguments = orjson.loads(str(written["arguments"]) or "{}")
        except (orjson.JSONDecodeError, ValueError) as error:
            return Decision(None, call.thought, clean(f"the arguments are not valid JSON: {error}", 300))
        if not isinstance(arguments, dict):
            return Decision(None, call.thought, "the arguments are no JSON object")
        because = arguments.pop("because", None)
        names: tuple[str, ...] = ()
        if because is not None:
            named = because if isinstance(because, list) else [because]
            names = tuple(clean(str(n), 40).strip("[] ") for n in named if isinstance(n, str | int))
        return Decision(Action(clean(str(written["name"]), 80), arguments, names), call.thought)


class _Conversation:
    """One agent's chat so far. The chat format wants every tool call answered before anything else is said."""

    def __init__(self, instructions: str) -> None:
        self.messages = [Message("system", instructions)]
        self.items: list[Event] = []
        self.upto = 0
        self._last = ""
        self._open: str | None = None

    def unsaid(self, items: Growing[Event]) -> list[Event] | None:
        """Those that follow what was said; None where it went otherwise: another log may have an encounter of the same name."""
        if not self.upto:
            return items.since(0)
        run = items.since(self.upto - 1)
        return run[1:] if run and run[0].hash == self._last else None

    def add(self, event: Event, told: ChatRenderer) -> None:
        body = event.body
        if isinstance(body, Decided) and body.call is not None and body.call.condensed is not None:
            self.condense(self.items, body.call.condensed, told)
        self._append(event, told)

    def _append(self, event: Event, told: ChatRenderer) -> None:
        body = event.body
        self.items.append(event)
        self.upto, self._last = self.upto + 1, event.hash
        if isinstance(body, Decided):
            self._echo(event, body)
            if body.ruling is None or body.ruling.outcome != "deny":
                return
        if text := told.voice(event):
            self.answer(f"[{event.name}] {text}", or_say=True)

    def condense(self, items: Sequence[Event], first: int, told: ChatRenderer) -> None:
        """Begin again: the first so many items in brief, the others as ever."""
        items = list(items)
        self.messages, self.items, self.upto, self._open = self.messages[:1], [], 0, None
        left_out = f"(The conversation had outgrown its window: {first} items are told in brief.)"
        brief = told.brief(items[:first]) if told.brief is not None else ""
        self.messages.append(Message("user", f"{left_out} {brief}".strip()))
        self.items, self.upto = items[:first], first
        self._last = items[first - 1].hash if first else ""
        for event in items[first:]:
            self._append(event, told)

    def answer(self, text: str, *, or_say: bool = False) -> None:
        """Answer the open call; where there is none, say it as the user, if asked to."""
        if self._open is not None:
            self.messages.append(Message("tool", text, tool_call_id=self._open))
            self._open = None
        elif or_say:
            self.messages.append(Message("user", text))

    def _echo(self, event: Event, body: Decided) -> None:
        """The agent's own turn, as it reads it again: garbled ones too."""
        self.answer("(done)")
        if body.action is None:
            self.messages.append(
                Message("assistant", "(an answer that could not be read)", thought=body.thought)
            )
            self.messages.append(Message("user", f"[{event.name}] That could not be read: {body.problem}."))
            return
        if body.call is None:
            self.messages.append(
                Message(
                    "user",
                    f"[{event.name}] Done for you, by rule: {body.action.tool} {_written(body.action)}",
                )
            )
            return
        self._open = f"call_{event.number}"
        said = body.call.tool_calls[0]["arguments"] if body.call.tool_calls else _written(body.action)
        call = ToolCall(self._open, body.action.tool, str(said))
        self.messages.append(Message("assistant", "", (call,), thought=body.thought))


def _written(action: Action) -> str:
    """An action's arguments as a model would write them."""
    because = {"because": list(action.because)} if action.because else {}
    return orjson.dumps({**action.arguments, **because}).decode()


def generic_voice(event: Event) -> str | None:
    """Any event as plain JSON: for applications without words of their own, and for tests."""
    body = event.body
    if isinstance(body, Decided):
        return f"refused {orjson.dumps(body.ruling).decode()}"
    if isinstance(body, Reviewed):
        return f"The reviewer says {body.answer}. {body.note}"
    content: JSON = orjson.loads(event.data)
    return f"{event.kind} {orjson.dumps(content).decode()}"
