"""Where a disease stands on a day, and what has happened: frozen, by position as in the course's own lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NEVER = -1_000_000
"""A day before every other."""


@dataclass(frozen=True, slots=True)
class AdverseEffect:
    """An unwanted effect that a patient has had since a day; `finding` where the base can ask for it."""

    drug: str
    effect: str
    finding: str | None
    since: int


@dataclass(frozen=True, slots=True)
class Ongoing:
    """An event of the course that lasts until a day."""

    event: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Happening:
    """`what` is the event's id, or the adverse effect's words; `drug` what it comes from."""

    day: int
    kind: Literal["event", "adverse"]
    what: str
    drug: str | None = None


@dataclass(frozen=True, slots=True)
class CourseState:
    """`set_points` and `values` by variable, `levels` (how much of each effect is had) and `traits` (how well this
    patient responds) by response, `intakes` and `stopped` by rebound, `last` (day) by event."""

    day: int
    age: float
    set_points: tuple[float, ...]
    values: tuple[float, ...]
    levels: tuple[float, ...]
    traits: tuple[float, ...]
    intakes: tuple[float, ...]
    stopped: tuple[int, ...]
    last: tuple[int, ...]
    since: tuple[tuple[str, int], ...] = ()
    """Drugs taken, each with its first day."""
    ongoing: tuple[Ongoing, ...] = ()
    adverse: tuple[AdverseEffect, ...] = ()
    over: bool = False
