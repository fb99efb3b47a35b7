"""Reads the days that obstetric sums need: the last menstrual period, today, the length of the cycle; and QT, the target BMI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from wardround.calculators.from_note.numbers import valued
from wardround.calculators.from_note.reading import Reading
from wardround.calculators.from_note.text import Note

_MONTHS: Final = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_NAMED: Final = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS)
_DAY: Final = (
    rf"(?P<day>\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|(?:{_NAMED})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{_NAMED})\.?,?\s\d{{4}})"
)
_LAST_PERIOD: Final = re.compile(
    rf"(?:last menstrual (?:period|date|cycle)|\blmp\b|last period|last menses|menstrual period)[^.;\n]{{0,60}}?{_DAY}",
    re.IGNORECASE,
)
_TODAY: Final = re.compile(
    rf"(?:today(?:'s date)?|current date|date (?:today|of (?:visit|examination|evaluation)))[^.;\n]{{0,30}}?{_DAY}",
    re.IGNORECASE,
)
_CYCLE: Final = re.compile(
    r"(?:cycles?(?: length)?[^.;\n\d]{0,30}?(?P<number>\d{2})(?:\s?-)?\s?days?|(?P<number2>\d{2})[\s-]days?[\s-](?:menstrual )?cycles?)",
    re.IGNORECASE,
)
_QT: Final = re.compile(
    r"\bqt(?:\s?interval)?(?:\s(?:interval|duration))?(?:[\s:=,]|\b(?:of|was|is|measured|at|a|the|equal|to)\b){0,6}(?P<number>\d{3})\s?(?P<unit>m?\s?s(?:ec|econds?)?\b|millisec\w*)?",
    re.IGNORECASE,
)
_TARGET_BMI: Final = re.compile(
    r"(?:target|goal|desired|aim\w*)\s(?:bmi|body mass index)[^.;\d]{0,20}(?P<number>\d{2}(?:\.\d{1,2})?)",
    re.IGNORECASE,
)
_WRITTEN: Final = re.compile(
    rf"(?:(?P<m1>{_NAMED})\.?\s(?P<d1>\d{{1,2}})|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m2>{_NAMED}))",
    re.IGNORECASE,
)


def days(note: Note) -> list[Reading]:
    """The days, as ISO text; a day that is none is left out. Slashes are read month first, unless that is no month."""
    out: list[Reading] = []
    for name, pattern in (("last_period", _LAST_PERIOD), ("today", _TODAY)):
        for found in pattern.finditer(note.text):
            day = day_of(found["day"])
            if day is not None:
                out.append(Reading(name, day.isoformat(), "", found.start(), found.end()))
    for found in _CYCLE.finditer(note.text):
        out.append(
            Reading("cycle", float(found["number"] or found["number2"]), "d", found.start(), found.end())
        )
    return out


def day_of(written: str) -> date | None:
    """03/29/2020, 2020-03-29, March 29, 2020, 29 March 2020."""
    numbers = [int(part) for part in re.findall(r"\d+", written)]
    named = _WRITTEN.search(written)
    try:
        if named is not None:
            month = next(
                n
                for n, name in enumerate(_MONTHS, 1)
                if name.startswith((named["m1"] or named["m2"]).lower()[:3])
            )
            return date(numbers[-1], month, int(named["d1"] or named["d2"]))
        if "-" in written:
            return date(numbers[0], numbers[1], numbers[2])
        month, day, year = numbers
        return date(year, day, month) if month > 12 else date(year, month, day)
    except (ValueError, IndexError):
        return None


def intervals(note: Note) -> Iterator[Reading]:
    """The QT interval in milliseconds, and the body mass index that is aimed at."""
    for found in _QT.finditer(note.text):
        yield Reading(
            "qt", valued(found["number"]), "ms", found.start(), found.end(), note.when(found.start())
        )
    for found in _TARGET_BMI.finditer(note.text):
        yield Reading("target_bmi", valued(found["number"]), "kg/m2", found.start(), found.end())
