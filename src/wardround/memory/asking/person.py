"""Questions about the person: age, birth, death, sex."""

from __future__ import annotations

from calendar import isleap
from datetime import date

from wardround.clinical import PartialDate, Patient
from wardround.memory.asking.entries import Entries, day_of
from wardround.memory.asking.question import Answer, Question
from wardround.memory.calendar_words import days_of


def birth_day(patient: Patient | None) -> date | None:
    """The day of birth, where it is known to the day."""
    if patient is None or patient.birth is None:
        return None
    first, last = days_of(patient.birth)
    return first if first == last else None


def age(patient: Patient | None, day: date | None) -> int | None:
    """Completed years on a day; who was born on 29 February has it on 1 March in common years. None before birth."""
    born = birth_day(patient)
    if born is None or day is None or day < born:
        return None
    leapling = (born.month, born.day) == (2, 29) and not isleap(day.year)
    birthday = date(day.year, 3, 1) if leapling else born.replace(year=day.year)
    return day.year - born.year - (day < birthday)


def _age_on(entries: Entries, question: Question) -> Answer:
    return Answer(age(entries.patient, question.on or entries.on), "a")


def _birth_day(entries: Entries, _: Question) -> Answer:
    born = entries.patient.birth if entries.patient else None
    return Answer(None if born is None else born.iso())


def _died_day(entries: Entries, _: Question) -> Answer:
    died = entries.patient.deceased if entries.patient else None
    if isinstance(died, PartialDate):
        return Answer(day_of(died))
    return Answer(None, note="The record says that the patient died, not when." if died else "")


def _sex(entries: Entries, _: Question) -> Answer:
    return Answer(entries.patient.sex if entries.patient else "unknown")


PERSON = {"age_on": _age_on, "birth_day": _birth_day, "died_day": _died_day, "sex": _sex}
