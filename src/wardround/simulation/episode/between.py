"""What happens between two visits, as it is told afterwards: frozen, dated in days since the first visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "event", "admission", "adverse", "stopped", "reading", "message", "result", "ran_out", "missed", "over"
]


@dataclass(frozen=True, slots=True)
class Between:
    """`what` is an event's id, a finding, an analyte or an effect; `words` what the patient says where they come.

    It `opens` a visit on `opens_on`, or does not. `truth` is what it is, where that is a condition of its own.
    """

    day: int
    kind: Kind
    what: str
    condition: str
    words: str = ""
    drug: str | None = None
    value: float | None = None
    unit: str = ""
    truth: str | None = None
    urgent: bool = False
    opens_on: int | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """Why the patient comes: as planned (`cause` None), or because of something that happened."""

    day: int
    words: str
    kind: Literal["first", "planned", "unplanned"]
    cause: Between | None = None


URGENCY: Final[Mapping[str, int]] = {
    "event": 0, "admission": 1, "reading": 2, "result": 3, "adverse": 4, "ran_out": 5, "message": 6,
}  # fmt: skip


def most_urgent(open_doors: list[Between]) -> Between | None:
    """Of what opens a visit on one day, that which the patient speaks of."""
    return min(open_doors, key=lambda b: (not b.urgent, URGENCY.get(b.kind, 9), b.day), default=None)
