"""Inputs from what is remembered about a patient: the newest value within a stated age, with the fact that it came from.

Only measured values, age and sex are taken. That a criterion is absent is never concluded from silence: it is named as
missing. A value that cannot be told from another of the same moment, or that is beyond belief, is named too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from wardround.calculators.calculating import missing_of
from wardround.calculators.calculator import Calculator
from wardround.calculators.errors import CalculatorError, InputError
from wardround.calculators.inputs import FEMALE, MALE, Input, Kind
from wardround.calculators.reading import Stated, read
from wardround.clinical import LOINC, WARDROUND, Fact, Patient, Quantity, analyte_slug

DAYS = 90
"""How old a value may be where nobody says otherwise."""
GROWN = 20
GROWN_HEIGHT_DAYS = 3650
"""The height of somebody of 20 or more may be ten years old."""

_LOINC: Mapping[str, tuple[str, ...]] = {
    "weight": ("29463-7", "3141-9"),
    "height": ("8302-2",),
    "bmi": ("39156-5",),
    "systolic_bp": ("8480-6",),
    "diastolic_bp": ("8462-4",),
    "heart_rate": ("8867-4",),
    "respiratory_rate": ("9279-1",),
    "temperature": ("8310-5", "8331-1"),
    "oxygen_saturation": ("2708-6", "59408-5"),
    "albumin": ("1751-7",),
    "ast": ("1920-8",),
    "alt": ("1742-6",),
    "platelets": ("777-3", "26515-7"),
    "white_cells": ("6690-2", "26464-8"),
    "haemoglobin": ("718-7",),
    "haematocrit": ("4544-3", "20570-8"),
    "inr": ("6301-6", "34714-6"),
    "insulin": ("20448-7",),
    "ph": ("2744-1",),
    "pao2": ("2703-7",),
    "paco2": ("2019-8",),
    "urine_sodium": ("2955-3",),
    "urine_creatinine": ("2161-8",),
}
_BLOOD = frozenset(
    ("creatinine", "sodium", "potassium", "chloride", "bicarbonate", "glucose", "bun", "bilirubin", "calcium",
     "total_cholesterol", "hdl", "triglycerides")
)  # fmt: skip
"""Inputs that any code of their analyte fills. A target or a urine value is none of them."""
_NOT_CONCLUDED: Mapping[Kind, str] = {
    Kind.YES_NO: "whether this is so is not concluded from a record, by policy: what it lists may be past or doubted, and what it "
    "leaves out is not absent; a person says it",
    Kind.CHOICE: "what an examiner sees or judges is not concluded from a record, by policy: a person says it",
    Kind.DATE: "which day it is about is not concluded from a record, by policy: a person says it",
}


@dataclass(frozen=True, slots=True)
class NotFound:
    """An input that the record does not give, and why."""

    input: Input
    why: str
    days: int | None = None
    """How old a value would have to be allowed to be, where one is there and only too old."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """`values` go into `calculate`; `missing` are required inputs that are not among them."""

    values: Mapping[str, Stated]
    missing: tuple[NotFound, ...]


def from_facts(
    calculator: Calculator,
    facts: Iterable[Fact],
    *,
    patient_id: str,
    patient: Patient | None,
    on: date,
    days: int = DAYS,
) -> Gathered:
    """What the record of one patient gives this calculator on a day. Raises CalculatorError for facts of two patients."""
    known = tuple(facts)
    if any(fact.patient_id != patient_id for fact in known) or (
        patient is not None and patient.id != patient_id
    ):
        raise CalculatorError(
            f"facts of somebody else than {patient_id} were given: ask for one patient's alone"
        )
    age = patient.age(on) if patient is not None else None
    values: dict[str, Stated] = {}
    why: dict[str, NotFound] = {}
    for one in calculator.inputs:
        found = _person(one, patient, age) or _measured(one, known, on, _limit(one, age, days))
        if isinstance(found, Stated):
            values[one.name] = found
        else:
            why[one.name] = found if isinstance(found, NotFound) else NotFound(one, found)
    missing = tuple(why[one.name] for one in missing_of(calculator, values))
    return Gathered(values, missing)


def _limit(one: Input, age: float | None, days: int) -> int:
    grown = one.name == "height" and age is not None and age >= GROWN
    return max(days, GROWN_HEIGHT_DAYS) if grown else days


def _person(one: Input, patient: Patient | None, age: float | None) -> Stated | str | None:
    """Age and sex from the demographics; None for any other input."""
    if one.kind is Kind.AGE:
        return (
            Stated(age, f"Patient/{patient.id}")
            if patient is not None and age is not None
            else "no birth date is known"
        )
    if one.name == "sex":
        if patient is not None and patient.sex in (FEMALE, MALE):
            return Stated(patient.sex, f"Patient/{patient.id}")
        return "no sex is known that the formula has coefficients for"
    return None


def _measured(one: Input, facts: Sequence[Fact], on: date, days: int) -> Stated | NotFound | str:
    if one.kind is not Kind.QUANTITY:
        return _NOT_CONCLUDED[one.kind]
    dated = [
        (moment, fact)
        for fact in _standing(facts, on)
        if _is_of(one, fact) and (moment := _moment(fact)) is not None
    ]
    past = [(moment, fact) for moment, fact in dated if moment.date() <= on]
    if not past:
        return "the record has no value"
    newest = max(moment for moment, _ in past)
    old = (on - newest.date()).days
    if old > days:
        return NotFound(one, f"the newest value is of {newest.date()}, {old} days old: over {days}", old)
    return _one_of(one, [fact for moment, fact in past if moment == newest])


def _one_of(one: Input, facts: Sequence[Fact]) -> Stated | str:
    """The value of one moment; two that differ are a contradiction, which nobody settles here."""
    readings: dict[float, Fact] = {}
    for fact in facts:
        try:
            value = read(one, fact.value)
        except InputError as error:
            return f"{fact.id}: {error}"
        assert isinstance(value, float)
        readings.setdefault(round(value, 9), fact)
    if len(readings) > 1:
        return f"{' and '.join(fact.id for fact in readings.values())} differ at the same moment: say which is right"
    (fact,) = readings.values()
    return Stated(fact.value, fact.id)


def _standing(facts: Sequence[Fact], on: date) -> list[Fact]:
    """Facts that stand: not superseded, refuted or entered in error, and recorded by the end of the day."""
    known = [fact for fact in facts if _day_of(fact.recorded) <= on or fact.source.kind == "fhir"]
    replaced = {fact.supersedes for fact in known if fact.supersedes}
    return [
        fact
        for fact in known
        if fact.id not in replaced
        and fact.status not in ("refuted", "entered-in-error")
        and fact.kind in ("result", "finding")
        and isinstance(fact.value, Quantity)
    ]


def _is_of(one: Input, fact: Fact) -> bool:
    code, slug = fact.concept.code(LOINC), fact.concept.code(WARDROUND)
    if code is not None and code in _LOINC.get(one.name, ()):
        return True
    if one.name in _BLOOD and one.analyte is not None:
        return one.analyte in (slug, analyte_slug(code) if code is not None else None)
    return slug in (f"finding.{one.name}", f"analyte.{one.name}")


def _moment(fact: Fact) -> datetime | None:
    """When it was measured; a day without an hour is its beginning. A month or a year alone is too wide."""
    if fact.valid_from is None:
        return fact.recorded.astimezone(UTC)
    if fact.valid_from.precision in ("year", "month"):
        return None
    at = fact.valid_from.at
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date() if moment.tzinfo is not None else moment.date()
