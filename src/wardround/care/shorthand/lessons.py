"""Lessons: a visit that was played, as the conversation that a model would have had, for it to learn from."""

from __future__ import annotations

from collections.abc import Sequence

from wardround.care.clinic import Clinic
from wardround.care.planner.seeing import Seen, Sight
from wardround.care.shorthand.calls import ShortTools
from wardround.care.shorthand.conversation import Conversation, assistant_turn
from wardround.care.shorthand.shortening import shortened
from wardround.care.shorthand.telling import Teller
from wardround.care.shorthand.thoughts import Thinking, thought_on
from wardround.harness import Decided, Event, Opened
from wardround.harness.views import sees
from wardround.models import Message

AGENT = "attending"
BY_RULE = "constraint"
"""Who decides where a rule does what an agent would not."""


def lesson(clinic: Clinic, events: Sequence[Event], think: Thinking = "short") -> tuple[Message, ...]:
    """The attending's conversation of a closed visit without specialists, decision by decision, thoughts included.

    The turns from outside are exactly what `ShorthandRenderer` gives; the assistant's are what would have been written
    for the same decisions. Raises ValueError for a log that does not begin with a header, or whose actions have no short
    form (a consult: the visit was not one agent's).
    """
    if not events or not isinstance(events[0].body, Opened):
        raise ValueError("events: they do not begin with a header; give a visit's whole log")
    tools, sight = ShortTools.of(clinic.base), Sight(clinic.projection)

    def turn(seen: Seen, event: Event, body: Decided) -> Message | None:
        if event.by == BY_RULE or body.action is None:
            return None
        short = shortened(tools, sight, seen, body.action)
        if short is None:
            raise ValueError(f"event {event.name}: {body.action.tool} has no short form")
        return assistant_turn(event, *short, thought_on(tools, sight, seen, short.tool, think))

    talk = Conversation(sight, Teller(tools), events[0], f"{AGENT} {think}", turn)
    for event in events[1:]:
        if not event.branch and event.kind in _SEEN and sees(AGENT, event):
            talk.add(event)
    return talk.messages_as_spoken()


_SEEN = frozenset(("observed", "decided", "judged", "reviewed", "returned", "failed", "handed-over"))
