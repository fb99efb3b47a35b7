"""What surrounds a case: the allergies, drugs, problems and past of a simulated person, and how the person lives.

Structured, in the knowledge base's ids; the words that record and patient use stand beside the ids as `text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Living = Literal[
    "alone", "with a partner", "with family", "with parents", "in shared housing", "in a care home"
]
Smoking = Literal["never", "former", "current"]
Alcohol = Literal["none", "moderate", "excess"]


@dataclass(frozen=True, slots=True)
class KnownAllergy:
    """`groups` are cross-reactivity groups of the base, `drug` the drug that caused it where it was one."""

    text: str
    groups: tuple[str, ...]
    drug: str | None
    severe: bool
    reaction: str
    since: date


@dataclass(frozen=True, slots=True)
class KnownDrug:
    """A drug that is taken, as it stands on the record: `dose` in `unit`, `per_day` times, by `route`."""

    drug: str
    text: str
    dose: float
    unit: str
    route: str
    per_day: float
    as_needed: bool
    indication: str
    since: date

    @property
    def daily(self) -> float:
        """The amount a day, in `unit`."""
        return self.dose * self.per_day


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """A condition (or alternative) on the problem list. `active` False: it is over, and stands there as history."""

    condition: str
    text: str
    since: date
    active: bool = True


@dataclass(frozen=True, slots=True)
class PastResult:
    """A value of an analyte or a measured finding from before this visit, in the base's unit."""

    of: str
    value: float
    on: date


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit before this one. `condition` is what it was for, where it was for a condition of the problem list."""

    on: date
    reason: str
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Social:
    """How the person lives. `carer` is who brings or looks after them (`mother`, `daughter`), None where nobody."""

    living: Living = "with family"
    work: str = "not said"
    smoking: Smoking = "never"
    alcohol: Alcohol = "none"
    carer: str | None = None


@dataclass(frozen=True, slots=True)
class Obstetric:
    """Of women who are or were of child-bearing age. `weeks` of the present pregnancy, None where there is none."""

    pregnancies: int
    births: int
    weeks: int | None = None
    last_period: date | None = None
    breastfeeding: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """How far this patient's own account can be relied on. What is examined or tested is never touched by it.

    `unsure` are findings that the patient cannot say anything of; `denied` are present ones that the patient says
    are not there, and believes so; `forgotten` are texts of drugs, problems and allergies that go unmentioned when
    they are asked for in general. `contradicts` is the share of settled answers that a later visit gives otherwise.
    """

    unsure: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    forgotten: frozenset[str] = frozenset()
    contradicts: float = 0.0

    @property
    def reliable(self) -> bool:
        """Whether everything is told as it is."""
        return not (self.unsure or self.denied or self.forgotten or self.contradicts)
