"""One agent's conversation in shorthand, grown event by event. Append-only: a turn adds messages and changes none."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from wardround.care.planner.seeing import Seen, Sight
from wardround.care.shorthand.telling import Teller
from wardround.harness import JSON, Decided, Event, Failed, Situation
from wardround.models import Message, ToolCall

DONE = "ok"
"""The answer to a call of which nothing else is to be told."""
BRIEF = "brief"
"""What a conversation begins with that had outgrown its window."""
KEPT = 1_024
Turn = Callable[[Seen, Event, Decided], Message | None]
"""What the agent said when it decided this, as it reads it again; None where it was decided for it."""


class Conversation:
    """What was said so far, and what was seen. What happens between two decisions is one message."""

    def __init__(self, sight: Sight, teller: Teller, first: Event, system: str, turn: Turn) -> None:
        self.seen = sight.start(first)
        self.last = first.hash
        self._sight, self._teller, self._turn = sight, teller, turn
        self._items = [first]
        self._messages = [Message("system", system)]
        self._open: str | None = None
        self._untold: list[str] = []
        self._tell(teller.say(first, self.seen.chart, self.seen.chart))

    def add(self, event: Event) -> None:
        """One more event of the view."""
        body = event.body
        if isinstance(body, Decided) and body.call is not None and body.call.condensed is not None:
            self.condense(body.call.condensed)
        self._append(event)

    def condense(self, first: int) -> None:
        """Begin again, because the window was outgrown: the first so many events in one message, without the agent's turns."""
        items, self._items = self._items, self._items[:1]
        self._messages, self._open, self._untold = self._messages[:1], None, [BRIEF]
        self.seen = self._sight.start(items[0])
        self._tell(self._teller.say(items[0], self.seen.chart, self.seen.chart))
        for at, event in enumerate(items[1:], 1):
            self._append(event, in_brief=at < first)

    def _append(self, event: Event, *, in_brief: bool = False) -> None:
        body, before = event.body, self.seen
        self._items.append(event)
        after = self._sight.after(before, event)
        speaks = isinstance(body, Decided) or (isinstance(body, Failed) and body.boundary != "tool")
        if speaks and not in_brief:
            self._flush()
        if isinstance(body, Decided) and not in_brief:
            self._decided(before, event, body)
        self._tell(self._teller.say(event, before.chart, after.chart))
        self.seen, self.last = after, event.hash

    def messages(self) -> tuple[Message, ...]:
        """Everything, with what was not told yet."""
        self._flush()
        return tuple(self._messages)

    def messages_as_spoken(self) -> tuple[Message, ...]:
        """Everything as far as the agent heard it: what was told after its last turn is left out."""
        spoken = [at for at, message in enumerate(self._messages) if message.role == "assistant"]
        return tuple(self._messages[: spoken[-1] + 1]) if spoken else ()

    def _decided(self, seen: Seen, event: Event, body: Decided) -> None:
        turn = self._turn(seen, event, body)
        if turn is not None:
            self._messages.append(turn)
            self._open = turn.tool_calls[0].id if turn.tool_calls else None
            if body.action is None:
                self._tell("unread")
        elif body.action is not None:
            self._tell(f"rule {body.action.tool}")

    def _tell(self, text: str) -> None:
        if text:
            self._untold.append(text)

    def _flush(self) -> None:
        """What is untold, as the answer to the open call, else as a word from outside."""
        text, self._untold = " ".join(self._untold), []
        if self._open is not None:
            self._messages.append(Message("tool", text or DONE, tool_call_id=self._open))
            self._open = None
        elif text:
            self._messages.append(Message("user", text))


def as_called(seen: Seen, event: Event, body: Decided) -> Message | None:
    """The turn as the model wrote it; None where a rule decided."""
    if body.call is None:
        return None
    written = body.call.tool_calls
    if body.action is None or not written:
        return Message("assistant", body.call.text, thought=body.thought)
    call = ToolCall(f"call_{event.number}", str(written[0]["name"]), str(written[0]["arguments"]))
    return Message("assistant", "", (call,), thought=body.thought)


def assistant_turn(event: Event, tool: str, arguments: JSON, thought: str) -> Message:
    """A turn that was never sampled, as a model would have written it."""
    call = ToolCall(f"call_{event.number}", tool, orjson.dumps(arguments).decode())
    return Message("assistant", "", (call,), thought=thought)


@dataclass
class Conversations:
    """The conversations under way, each grown once. They can be thrown away at any time."""

    sight: Sight
    teller: Teller
    think: str
    _kept: OrderedDict[tuple[str, str, str], tuple[Conversation, int]] = field(default_factory=OrderedDict)

    def of(self, situation: Situation) -> Conversation:
        """The agent's conversation up to here."""
        view = situation.view
        first = view.items[0]
        key = (first.hash, view.branch, view.agent)
        kept, upto = self._kept.pop(key, (None, 0))
        if kept is None or upto > len(view.items) or view.items[upto - 1].hash != kept.last:
            system = f"{view.agent} {self.think}"
            kept, upto = Conversation(self.sight, self.teller, first, system, as_called), 1
        for event in view.items.since(upto):
            kept.add(event)
        self._kept[key] = (kept, len(view.items))
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept

    def condensed(self, situation: Situation, first: int) -> Conversation:
        """The same begun again, with so many events in brief."""
        items = situation.view.items.since(0)
        anew = Conversation(
            self.sight, self.teller, items[0], f"{situation.view.agent} {self.think}", as_called
        )
        for event in items[1:]:
            anew.add(event)
        anew.condense(first)
        return anew
