"""A calculator's inputs out of a note: what was read, what is in doubt and why, what is not said, and whether it applies.

Measurements are never assumed. Criteria of a score that the note is silent about may count as absent only where the note
speaks of most of that score's criteria (`SPOKEN`); they are listed. A measurement whose very name is not in the note makes
the calculation not applicable to it: that is an answer; anything else that is missing withholds the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from wardround.calculators.calculator import Calculator
from wardround.calculators.from_note.calendar_days import days, intervals
from wardround.calculators.from_note.chinese import chinese, has_chinese
from wardround.calculators.from_note.choosing import chosen
from wardround.calculators.from_note.concepts import CONCEPTS
from wardround.calculators.from_note.consciousness import coma_parts
from wardround.calculators.from_note.criteria import criterion
from wardround.calculators.from_note.doses import infusions, opioids, steroids
from wardround.calculators.from_note.grades import GRADES
from wardround.calculators.from_note.laboratory import laboratory, named_analytes
from wardround.calculators.from_note.on_the_ward import is_of_the_ward, of_one_time, plainly, read_here
from wardround.calculators.from_note.person import person
from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.text import MAX_CHARACTERS, Note, prepared
from wardround.calculators.from_note.vitals import vitals
from wardround.calculators.inputs import Input, Kind
from wardround.calculators.reading import Stated

SPOKEN: Final = 0.5
"""A score is worked out where the note speaks of more than this share of its criteria."""
_UREA_NITROGEN: Final = 28.014 / 60.056
_CALLED: Final = {"haemoglobin": "hemoglobin", "haematocrit": "hematocrit", "white_cells": "wbc"}
_ABSENCES: Final = frozenset(("cough_absent", "no_cough_or_coryza", "onset_three_days", "smoker"))
"""Criteria that silence does not deny: no cough, a short course; and smoking, which everybody is asked about."""
_ADULTS: Final = frozenset(
    (
        "sirs",
        "sofa",
        "apache-ii",
        "qsofa",
        "curb-65",
        "pneumonia-severity-index",
        "wells-pe",
        "wells-dvt",
        "perc",
        "caprini",
        "charlson",
    )
)
"""Made for adults: of a child's note the answer is withheld."""
_GROWN: Final = 16.0
_ASKED: Final = frozenset(("oxygen", "hypercapnic_target"))
"""Of these silence says nothing: whether oxygen is given, and which scale was prescribed."""
_GATES: Final = {
    "heart-score": ("chest_pain", "the score is for chest pain, and the note tells of none"),
    "centor": ("sore_throat", "the score is for a sore throat, and the note tells of none"),
    "feverpain": ("sore_throat", "the score is for a sore throat, and the note tells of none"),
    "child-pugh": ("cirrhosis", "the score is for cirrhosis, and the note tells of none"),
}


@dataclass(frozen=True, slots=True)
class Fit:
    """`values` go into `calculate` with `assuming=assumed`, unless `doubts` is not empty. `inapplicable` is an answer, and
    goes before them."""

    values: dict[str, object]
    doubts: tuple[Doubt, ...]
    assumed: tuple[str, ...]
    inapplicable: str | None = None
    slips: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[Note, tuple[Reading, ...]]:
    note = prepared(text)
    found = [*laboratory(note), *vitals(note), *person(note), *days(note), *intervals(note), *infusions(note)]
    return note, (*chinese(note), *found)


def read_note(calculator: Calculator, text: str, question: str = "") -> Fit:
    """The inputs of this calculator in a note, for a question about it. Never raises."""
    if len(text) > MAX_CHARACTERS:
        return Fit({}, (Doubt(f"a note of more than {MAX_CHARACTERS} characters", "not readable"),), ())
    note, general = _read(text)
    readings = [*general, *_asked(calculator, note, question)]
    ward = is_of_the_ward(calculator)
    if ward:
        readings = plainly(calculator, note, readings)
    gate = _GATES.get(calculator.id)
    if gate is not None and not _speaks_of(note, gate[0]):
        return Fit({}, (), (), gate[1])
    here = read_here(calculator, note, readings, question)
    found = {
        one.name: here.get(one.name) or _input(calculator, one, note, readings, question)
        for one in calculator.inputs
    }
    if ward:
        found = of_one_time(found, readings)
    child = _child(readings) if calculator.id in _ADULTS else None
    if child is not None and "age" in found:
        return Fit({}, (), (), f"the score was made in adults, the patient is {child.value:.3g} years old")
    if child is not None:
        return Fit({}, (Doubt("age", "made for adults", (child,)),), ())
    return replace(_settled(calculator, found, note), inapplicable=_never_named(calculator, note, found))


def _child(readings: Sequence[Reading]) -> Reading | None:
    """The age, where it is a child's."""
    age = chosen("age", readings)
    grown = isinstance(age, Doubt) or not isinstance(age.value, float) or age.value >= _GROWN
    return None if grown or isinstance(age, Doubt) else age


def _asked(calculator: Calculator, note: Note, question: str) -> list[Reading]:
    if calculator.id == "steroid-conversion":
        return steroids(note, question)
    if calculator.id == "morphine-equivalents":
        return opioids(note)
    if calculator.id == "glasgow-coma-scale":
        return coma_parts(note)
    return []


def _speaks_of(note: Note, concept: str) -> bool:
    """Is it mentioned at all? Only a note that never comes to speak of it is about something else."""
    return has_chinese(note) or CONCEPTS[concept].search(note.text) is not None


def _input(
    calculator: Calculator, one: Input, note: Note, readings: Sequence[Reading], question: str
) -> Reading | Doubt:
    grade = GRADES.get(f"{calculator.id}.{one.name}") or GRADES.get(one.name)
    if grade is not None:
        return grade(note, readings)
    if one.kind is Kind.YES_NO:
        return criterion(note, calculator.id, one.name, readings)
    name = _CALLED.get(one.name, one.name)
    if calculator.id == "target-weight" and name == "bmi":
        name = "target_bmi"
    found = chosen(name, readings, question)
    if isinstance(found, Doubt) and found.reason == "not stated" and name == "bun":
        urea = chosen("urea", readings, question)
        if isinstance(urea, Reading) and isinstance(urea.value, float):
            return Reading("bun", urea.value * _UREA_NITROGEN, "mg/dL", urea.start, urea.end, urea.when)
    return found


def _never_named(calculator: Calculator, note: Note, found: dict[str, Reading | Doubt]) -> str | None:
    """The measurement that this calculator needs and that the note does not even name."""
    if has_chinese(note):
        return None
    named = named_analytes(note)
    for one in calculator.inputs:
        name = _CALLED.get(one.name, one.name)
        doubt = found[one.name]
        if (
            one.optional
            or one.unsaid is not None
            or not isinstance(doubt, Doubt)
            or doubt.reason != "not stated"
        ):
            continue
        if name in named and not named[name]:
            return f"the note does not mention {one.label}"
    return None


def _may_be_silent(one: Input) -> bool:
    """A criterion, or an infusion that nobody mentions; never a measurement that would be taken for normal."""
    if one.name in _ABSENCES:
        return False
    return one.unsaid is not None and (one.kind in (Kind.YES_NO, Kind.CHOICE) or one.unsaid == 0)


def _settled(calculator: Calculator, found: dict[str, Reading | Doubt], note: Note) -> Fit:
    values: dict[str, object] = {}
    doubts: list[Doubt] = []
    silent: list[str] = []
    slips: list[str] = []
    for one in calculator.inputs:
        got = found[one.name]
        if isinstance(got, Reading):
            raw: object = (got.value, got.unit) if one.kind in (Kind.QUANTITY, Kind.AGE) else got.value
            values[one.name] = Stated(raw, " ".join(note.text[got.start : got.end].split())[:120])
            slips += [got.slip] if got.slip else []
        elif got.reason == "not stated" and any(isinstance(found[name], Reading) for name in one.instead):
            continue
        elif got.reason == "not stated" and one.name not in _ASKED and _may_be_silent(one):
            silent.append(one.name)
        elif not one.optional or got.reason == "ambiguous":
            doubts.append(Doubt(one.name, got.reason, got.readings))
    criteria = [one for one in calculator.inputs if _may_be_silent(one)]
    if criteria and len(silent) >= (1 - SPOKEN) * len(criteria):
        doubts += [Doubt(name, "not stated") for name in silent]
        silent = []
    return Fit(values, tuple(doubts), tuple(silent), None, tuple(slips))
