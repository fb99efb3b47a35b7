"""A calculator and what it gives: a value with its unit, the formula with the numbers put in, its source, its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from wardround.calculators.inputs import Input
from wardround.calculators.values import Values

Outcome = float | int | str | date
"""What a calculator gives: a number, a number of points, or a day."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a formula comes from. `known`: named from knowledge, nobody opened it while writing; `opened`: it was read."""

    body: str
    title: str
    year: int
    status: Literal["opened", "known"] = "known"

    @property
    def grade(self) -> Literal["reviewed", "recalled"]:
        """As in the knowledge base: `reviewed` where the source was opened, `recalled` where it is only named."""
        return "reviewed" if self.status == "opened" else "recalled"

    def __str__(self) -> str:
        return f"{self.body}: {self.title} ({self.year})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a formula says: the value, how it was worked out with these numbers, and what to beware of."""

    value: Outcome
    worked: str
    warnings: tuple[str, ...] = ()
    meaning: str | None = None
    """What the value stands for in words (a risk class, a stage), where the source defines it."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The formula does not speak about this patient: an answer, with its reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculator:
    """One formula or score. `formula` is its rule in words, `unit` is UCUM (`{score}` for points, `date` for a day)."""

    id: str
    title: str
    inputs: tuple[Input, ...]
    formula: str
    unit: str
    source: Source
    work: Callable[[Values], Answer | NotApplicable]
    medcalc: int | None = None
    """Its number in MedCalc-Bench, where it is one of those."""

    def input(self, name: str) -> Input:
        """The input of that name. Raises KeyError."""
        return next(one for one in self.inputs if one.name == name)


@dataclass(frozen=True, slots=True)
class Used:
    """An input as it went into the formula, with the words it was given in and where they came from."""

    name: str
    label: str
    value: float | bool | str | date
    unit: str
    given: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A calculation that was made."""

    calculator: str
    title: str
    value: Outcome
    unit: str
    formula: str
    worked: str
    source: Source
    inputs: tuple[Used, ...]
    assumed: tuple[str, ...] = ()
    """Inputs that the caller asked to count as absent."""
    warnings: tuple[str, ...] = ()
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class NoResult:
    """The calculator was asked and says why it does not apply."""

    calculator: str
    title: str
    reason: str
    source: Source
    inputs: tuple[Used, ...]
