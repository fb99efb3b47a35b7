"""Where the outside comes in: whoever stands behind a port, the harness runs the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from wardround.harness.canonical import JSON
from wardround.harness.events import Action, Event


class Question(NamedTuple):
    """What is said to the person. `key` names the request, so that asking again after a crash gives the same words."""

    text: str
    key: str
    transcript: tuple[tuple[str, str], ...] = ()
    """(question, answer) pairs so far."""


class Patient(Protocol):
    """The person whom the encounter is with: answers in words, never in codes. A bank's customer is one too."""

    async def reply(self, question: Question) -> str:
        """The words that come back."""
        ...


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """An action that waits. `request` is the name of its event, `reasons` say why it may not go unseen."""

    encounter: str
    request: str
    subject: str
    action: Action
    roles: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewer's word. `arguments` replace the action's where the answer is `edit`."""

    answer: Literal["approve", "reject", "edit"]
    role: str
    reviewer: str
    note: str = ""
    arguments: JSON | None = None


class Reviewer(Protocol):
    """Somebody who may approve: a rule, a person, a recording."""

    async def review(self, request: ReviewRequest) -> Review | None:
        """None means: not now. The encounter goes on hold and can sleep for days."""
        ...


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """An aware datetime."""
        ...


class Service(Protocol):
    """An outside system that a tool may call: a ledger, an order book. `key` makes a repeated call harmless."""

    async def call(self, request: JSON, key: str) -> JSON:
        """The system's answer. Raise ToolError for what the agent can adapt to."""
        ...


class EncounterSummary(NamedTuple):
    """One line about an encounter in a store."""

    encounter: str
    subject: str
    events: int
    last_kind: str
    last_at: str


class Store(Protocol):
    """Keeps events. `append` is atomic for its batch and durable when it returns."""

    async def append(self, events: Sequence[Event]) -> None:
        """Raises StoreConflict, and writes nothing, where one of the numbers is taken."""
        ...

    async def read(self, encounter: str) -> list[Event]:
        """All events of one encounter, in canonical order; empty where there is none."""
        ...

    async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
        """Every encounter, or one subject's, oldest first."""
        ...

    async def erase(self, encounter: str, branch: str, numbers: Sequence[int]) -> int:
        """Delete body and salt of these events, truly; how many were erased. The chain still verifies."""
        ...

    async def close(self) -> None:
        """Let go of what is held."""
        ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class SimulatedClock:
    """A clock that stands still until it is told to go on."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


@dataclass(frozen=True, slots=True)
class Answering:
    """A reviewer that is a rule: always the same answer, in the first role that is asked for."""

    answer: Literal["approve", "reject"]
    reviewer: str = "rule"

    async def review(self, request: ReviewRequest) -> Review | None:
        return Review(self.answer, request.roles[0], self.reviewer)


@dataclass(frozen=True, slots=True)
class Queue:
    """A reviewer that is not here: every request waits in the log until somebody answers it."""

    async def review(self, request: ReviewRequest) -> Review | None:
        return None


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside that one encounter may reach."""

    patient: Patient
    reviewer: Reviewer
    clock: Clock = field(default_factory=SystemClock)
    services: Mapping[str, Service] = field(default_factory=dict)
