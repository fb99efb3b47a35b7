"""How many of a policy's actions were none at all, or of a kind that was forbidden when they were chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wardround.harness import Called, Decision, Policy, Situation

DIGITS = 6


@dataclass
class Tally:
    """Over all visits of an examination. Invalid is what could not be read, and what the mask does not hold."""

    actions: int = 0
    unreadable: int = 0
    forbidden: int = 0

    def note(self, situation: Situation, decision: Decision) -> None:
        """One more."""
        self.actions += 1
        action = decision.action
        if action is None:
            self.unreadable += 1
        elif action.tool not in situation.mask.tools:
            self.forbidden += 1
        elif isinstance(situation.agent.tool[action.tool].read(action.arguments), str):
            self.unreadable += 1

    def as_json(self) -> dict[str, Any]:
        """The counts, and their share of all actions."""
        share = round((self.unreadable + self.forbidden) / self.actions, DIGITS) if self.actions else None
        return {
            "actions": self.actions,
            "unreadable": self.unreadable,
            "forbidden": self.forbidden,
            "share": share,
        }


@dataclass(frozen=True)
class Counted:
    """A policy whose actions are counted; in everything else it is the policy."""

    policy: Policy
    tally: Tally = field(repr=False)

    @property
    def name(self) -> str:
        """The policy's."""
        return self.policy.name

    def __getattr__(self, name: str) -> Any:
        return getattr(self.policy, name)

    async def decide(self, situation: Situation) -> Decision | Called:
        """The policy's; counted where no model has to be heard first."""
        decided = await self.policy.decide(situation)
        if isinstance(decided, Decision):
            self.tally.note(situation, decided)
        return decided

    def read(self, situation: Situation, call: Called) -> Decision:
        """The policy's, counted."""
        decision = self.policy.read(situation, call)
        self.tally.note(situation, decision)
        return decision
