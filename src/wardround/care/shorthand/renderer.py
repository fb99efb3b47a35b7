"""The terse renderer: the same view as any other renderer reads, and the same actions as any other writes, in few tokens."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from wardround.care.clinic import Clinic
from wardround.care.planner.seeing import Sight
from wardround.care.shorthand.calls import ShortCall, ShortTools
from wardround.care.shorthand.conversation import Conversations
from wardround.care.shorthand.expanding import Asked, Unreadable, expanded
from wardround.care.shorthand.shortening import shortened
from wardround.care.shorthand.telling import Teller
from wardround.care.shorthand.thoughts import STYLES, Thinking, thought_on
from wardround.harness import Called, ChatRenderer, ConfigurationError, Decision, Situation, clean
from wardround.models import Message, ToolSpec

VERSION: Final = "shorthand-1"
_WRITTEN: Final = ChatRenderer(lambda event: None)
"""Reads a call as it was written, whatever it is about."""


class ShorthandRenderer:
    """View to terse messages, terse call to whole action. `think` is told to the model: how much to think."""

    version: str = VERSION

    def __init__(self, clinic: Clinic, think: Thinking = "short") -> None:
        if think not in STYLES:
            raise ConfigurationError(f"think: {think!r} is unknown.", fix=f"Use {', '.join(STYLES)}.")
        self.clinic, self.think = clinic, think

    @cached_property
    def short(self) -> ShortTools:
        """The terse tools."""
        return ShortTools.of(self.clinic.base)

    @cached_property
    def _sight(self) -> Sight:
        return Sight(self.clinic.projection)

    @cached_property
    def _talks(self) -> Conversations:
        return Conversations(self._sight, Teller(self.short), self.think)

    def messages(self, situation: Situation, condensed: int | None = None) -> tuple[Message, ...]:
        """The whole conversation: what an earlier view gave is a prefix of it, unless it had outgrown the window."""
        if condensed is not None:
            return self._talks.condensed(situation, condensed).messages()
        return self._talks.of(situation).messages()

    def tools(self, situation: Situation) -> tuple[ToolSpec, ...]:
        """The permitted tools that have a short form which means something now."""
        seen = self._talks.of(situation).seen
        return self.short.offered(situation.mask.tools, seen.chart, seen.refused)

    def read(self, situation: Situation, call: Called) -> Decision:
        """The decision that a call amounts to. Never raises for what a model wrote."""
        written = _WRITTEN.read(situation, call)
        if written.action is None:
            return written
        tool, given = written.action.tool, written.action.arguments
        try:
            step = self.expand(situation, ShortCall(tool, given))
        except Unreadable as problem:
            return Decision(None, call.thought, clean(str(problem), 300))
        return step._replace(thought=call.thought)

    def expand(self, situation: Situation, call: ShortCall) -> Decision:
        """The whole action of a short call. Raises Unreadable."""
        seen = self._talks.of(situation).seen
        return expanded(Asked(self.short, self._sight, seen, situation, call.arguments), call.tool)

    def shorten(self, situation: Situation, decision: Decision) -> ShortCall | None:
        """The short form of a decision; None where it has none."""
        if decision.action is None:
            return None
        return shortened(self.short, self._sight, self._talks.of(situation).seen, decision.action)

    def thought_of(self, situation: Situation, decision: Decision) -> str:
        """What the planner thinks before such a decision, in this renderer's style."""
        if decision.action is None:
            return ""
        seen = self._talks.of(situation).seen
        return thought_on(self.short, self._sight, seen, decision.action.tool, self.think)
