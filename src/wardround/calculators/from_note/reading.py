"""What was read of a note: a reading with the words it rests on, or a doubt that says why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wardround.calculators.from_note.text import When

Reason = Literal[
    "not stated",
    "ambiguous",
    "not readable",
    "only its total stated",
    "stated for another time",
    "made for adults",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One value in `unit`, as the note has it at `start:end`. `bound` is < or > where the note gives only a limit;
    `slip` says what was read past (a unit that cannot be)."""

    name: str
    value: float | bool | str
    unit: str
    start: int
    end: int
    when: When = "now"
    bound: str = ""
    slip: str = ""


def _shown(one: Reading) -> str:
    if not isinstance(one.value, float):
        return str(one.value)
    unit = "years" if one.unit == "a" else "" if one.unit.startswith("{") else one.unit
    return f"{one.bound}{one.value:g} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Doubt:
    """An input that the note does not give beyond doubt, and the readings that disagree."""

    name: str
    reason: Reason
    readings: tuple[Reading, ...] = ()

    def sentence(self) -> str:
        """In words, for who must look it up."""
        said = ", ".join(dict.fromkeys(_shown(one) for one in self.readings))
        return f"{self.name.replace('_', ' ')}: {self.reason}" + (f" ({said})" if said else "")
