"""Policies decide: a view in, a decision out. Language models, planners, people and recordings stand behind one protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from wardround.harness.constraints import Mask
from wardround.harness.events import Action, Called, Decided, Event
from wardround.harness.state import NO_CALLS, Calls
from wardround.harness.views import View

if TYPE_CHECKING:
    from wardround.harness.agents import Agent


class Situation(NamedTuple):
    """All that a policy may know: who it is, what it sees, what it may do, and a seed for this very decision.

    `calls` sums up the agent's model calls on this line so far; `key` names the decision to be taken.
    """

    agent: Agent[Any]
    view: View
    mask: Mask
    seed: int
    key: str
    calls: Calls = NO_CALLS


class Decision(NamedTuple):
    """What the policy wants. `problem` says why its output could not be read; then there is no action."""

    action: Action | None
    thought: str = ""
    problem: str | None = None


class Policy(Protocol):
    """Decides. Must give the same decision for the same situation, as far as it can; raises only for defects."""

    @property
    def name(self) -> str:
        """What the log calls it."""
        ...

    async def decide(self, situation: Situation) -> Decision | Called:
        """A decision; or, from a policy that asks a model, the model's call, which `read` turns into one."""
        ...

    def read(self, situation: Situation, call: Called) -> Decision:
        """The decision that a call on the log amounts to. Pure: a crash after the call costs no second call."""
        ...


@runtime_checkable
class Versioned(Protocol):
    """A policy that knows what else a log must pin for it: renderer, tokenizer, model."""

    @property
    def versions(self) -> Mapping[str, str]:
        """What to write into the header."""
        ...


def seed_of(*parts: object) -> int:
    """A 63-bit seed from names and numbers: the same parts, the same seed, on every machine."""
    return int.from_bytes(sha256("|".join(map(str, parts)).encode()).digest()[:8], "big") >> 1


@dataclass(frozen=True, slots=True)
class Recorded:
    """Decides what a log says was decided: for replays, tests and comparison."""

    decisions: Mapping[str, Decision]
    name: str = field(default="recorded")

    @classmethod
    def of(cls, events: Iterable[Event]) -> Recorded:
        """The decisions of a log, by the agent and the digest of the view in which they were taken."""
        found = {}
        for event in events:
            if isinstance(event.body, Decided):
                body = event.body
                found[f"{body.agent}:{body.view}"] = Decision(body.action, body.thought, body.problem)
        return cls(found)

    async def decide(self, situation: Situation) -> Decision:
        key = f"{situation.agent.name}:{situation.view.digest}"
        return self.decisions.get(key) or Decision(
            None, problem="the recording holds no decision for this view"
        )

    def read(self, situation: Situation, call: Called) -> Decision:
        return Decision(None, problem="a recording makes no model calls")
