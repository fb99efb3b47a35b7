"""Readers of the calculators that a ward uses daily, and what their values must be: of now, of one time, told plainly.

A published table of notes measures the others; these are held to more: a former value, one that is aimed at, one behind a
condition or a limit is none, and signs of different times are not put together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from wardround.calculators.calculator import Calculator
from wardround.calculators.from_note.alertness import altered_mentation, consciousness
from wardround.calculators.from_note.amounts import daily_insulin, dehydration, hours, target
from wardround.calculators.from_note.answers import answers, settled
from wardround.calculators.from_note.breathing import hypercapnic_target, oxygen
from wardround.calculators.from_note.newborn import newborn_signs
from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.standing import stands
from wardround.calculators.from_note.text import Note

Found = Reading | Doubt
_READERS: Final[Mapping[str, Callable[[Note, Sequence[Reading]], Found]]] = {
    "news2.oxygen": oxygen,
    "news2.hypercapnic_target": hypercapnic_target,
    "news2.consciousness": consciousness,
    "qsofa.altered_mentation": altered_mentation,
    "paediatric-fluids.dehydration": dehydration,
    "paediatric-fluids.hours": hours,
    "insulin-correction.target": target,
    "insulin-correction.daily_insulin": daily_insulin,
}
_QUESTIONNAIRES: Final = frozenset(("phq-9", "gad-7", "audit-c"))
_PERSON: Final = frozenset(("age", "sex", "height", "black"))
_CLOSE: Final = 0.005
_MOVING: Final = re.compile(
    r"\s?%?\s?(?:,?\s?(?:then|->|=>|→)|(?:,? (?:rising|falling|dropping|improving|increasing|decreasing))? (?:up |down )?to)\s?\d"
)
"""A value that goes on to another: `88 % -> 94 %`."""


def is_of_the_ward(calculator: Calculator) -> bool:
    """Is it one of those that no published table of notes has?"""
    return calculator.medcalc is None


def plainly(calculator: Calculator, note: Note, readings: Sequence[Reading]) -> list[Reading]:
    """The readings it needs that stand: those of the person, and values of now that are neither aimed at nor limits."""
    wanted = {one.name for one in calculator.inputs} | ({"gcs"} if calculator.id == "news2" else set())
    return [
        one
        for one in readings
        if one.name in _PERSON
        or (
            one.name in wanted
            and one.when != "past"
            and not any(sign in note.text[one.start : one.end] for sign in "<>")
            and _MOVING.match(note.text, one.end) is None
            and stands(note, one.start)
        )
    ]


def read_here(
    calculator: Calculator, note: Note, readings: Sequence[Reading], question: str
) -> dict[str, Found]:
    """The inputs that have a reader of their own here, by name."""
    if calculator.id == "apgar":
        return {one.name: one for one in newborn_signs(note, question)}
    if calculator.id in _QUESTIONNAIRES:
        found = answers(note, calculator.id)
        return {one.name: settled(one.name, found) for one in calculator.inputs if one.name != "sex"}
    return {
        one.name: reader(note, readings)
        for one in calculator.inputs
        if (reader := _READERS.get(f"{calculator.id}.{one.name}")) is not None
    }


def of_one_time(found: Mapping[str, Found], readings: Sequence[Reading]) -> dict[str, Found]:
    """The same, in doubt where a second value of that time differs, or where it is of another time than the rest."""
    values = [
        one
        for one in found.values()
        if isinstance(one, Reading) and isinstance(one.value, float) and one.name not in _PERSON
    ]
    now = any(one.when == "now" for one in values)
    out: dict[str, Found] = dict(found)
    for one in values:
        others = tuple(
            other
            for other in readings
            if other.name == one.name and other.when == one.when and _differs(one, other)
        )
        if others:
            out[one.name] = Doubt(one.name, "ambiguous", (one, *others[:5]))
        elif now and one.when == "later":
            out[one.name] = Doubt(one.name, "stated for another time", (one,))
    return out


def _differs(one: Reading, other: Reading) -> bool:
    if not isinstance(one.value, float) or not isinstance(other.value, float):
        return False
    return abs(one.value - other.value) > _CLOSE * max(abs(one.value), abs(other.value))
