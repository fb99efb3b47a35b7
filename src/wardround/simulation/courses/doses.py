"""How much of a drug somebody takes, as a share of what is usual for their condition."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

from wardround.clinical import Quantity, UnitError, convert
from wardround.knowledge import AdultDose, Drug, KnowledgeBase, Regimen
from wardround.simulation.courses.errors import CourseError

AS_NEEDED = 0.5
"""Share of the permitted intakes that people take of what they take when they need it."""


@dataclass(frozen=True, slots=True)
class Taking:
    """One drug as it is prescribed: `dose` in `unit` an intake, `per_day` intakes."""

    drug: str
    dose: float
    unit: str
    per_day: float
    as_needed: bool = False

    @classmethod
    def of(cls, regimen: Regimen) -> Taking:
        """What a regimen of the base means."""
        dose = regimen.dose
        return cls(regimen.drug, dose.value, dose.unit, regimen.per_day, regimen.as_needed)


Treatment = tuple[Taking, ...]


def share_of_usual(base: KnowledgeBase, condition: str, taking: Taking) -> float:
    """1 for the usual daily dose. A dose in a unit that does not compare is taken to be the usual one.

    Raises CourseError where the base does not hold the drug, or the dose is no dose.
    """
    if taking.drug not in base.drugs:
        raise CourseError(f"{taking.drug}: no drug of the base: use a drug's id.")
    if not (math.isfinite(taking.dose) and math.isfinite(taking.per_day)):
        raise CourseError(f"{taking.drug}: dose and per_day must be numbers: write the prescription again.")
    if taking.dose <= 0 or taking.per_day <= 0:
        return 0.0
    usual, unit = usual_daily(base, condition, taking.drug)
    daily = taking.dose * taking.per_day * (AS_NEEDED if taking.as_needed else 1.0)
    try:
        return convert(Quantity(daily, taking.unit), unit).value / usual
    except UnitError:
        return AS_NEEDED if taking.as_needed else 1.0


@functools.lru_cache(maxsize=4_096)
def usual_daily(base: KnowledgeBase, condition: str, drug: str) -> tuple[float, str]:
    """The middle (geometric) of the adult range a day for this condition, else of the first range that is stated."""
    entry = base.drugs[drug]
    dose = next((d for d in entry.doses if _is_for(base, condition, d)), _first(entry))
    return math.sqrt(dose.low * dose.per_day[0] * dose.high * dose.per_day[1]), dose.unit


def _first(drug: Drug) -> AdultDose:
    return next((d for d in drug.doses if d.unit == drug.max_daily.unit), drug.doses[0])


def _is_for(base: KnowledgeBase, condition: str, dose: AdultDose) -> bool:
    entry = base.conditions.get(condition)
    names = (entry.name, entry.lay_name, *entry.synonyms) if entry else ()
    said = dose.indication.lower()
    return condition in said or any(name.lower() in said for name in names)
