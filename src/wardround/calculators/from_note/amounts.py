"""Reads what fluids and insulin are worked out from: dehydration in percent, hours, the glucose aimed at, insulin of a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.standing import denied, of_patient, stands, time_of
from wardround.calculators.from_note.text import Note

_VALUE: Final = r"\d{1,3}(?:[.,]\d{1,2})?"
_N: Final = rf"(?P<n>{_VALUE})"
_ALONE: Final = r"(?<![\d.,])(?<!\d[-~])(?<!\d - )(?<!\d to )(?<!\d% to )(?<!\d %-)(?<!\d%-)"
_DEHYDRATION: Final = re.compile(
    rf"{_ALONE}{_N}\s?(?:%|per ?cent)\s?(?:dehydrat(?:ed|ion)|volume deplet\w+|脱水)"
    rf"|\b(?:dehydrat(?:ed|ion)|脱水(?:程度)?)(?:[\s:=(,]|\b(?:of|is|was|at|about|approximately|around|roughly|estimated|judged|as|to be|by|clinically|severity|degree)\b|约|为)*(?P<n2>{_VALUE})\s?(?:%|per ?cent)(?!\s?(?:-|to)\s?\d)",
    re.IGNORECASE,
)
_HOURS: Final = re.compile(
    rf"\b(?:deficit|replac\w+|rehydrat\w+|correct\w*|given? back|fluids?)\b[^.;\n]{{0,70}}?\b(?:over|in|during|within)\s(?:the (?:next|first)\s)?{_N}[\s-]?(?:hours?|hrs?|h)\b(?!\s?(?:ago|later))"
    rf"|\b(?:over|during)\s(?:the (?:next|first)\s)?(?P<n2>\d{{1,2}})[\s-]?(?:hours?|hrs?|h)\b[^.;\n]{{0,40}}\b(?:deficit|rehydrat\w+)",
    re.IGNORECASE,
)
_GLUCOSE_UNIT: Final = r"(?P<unit>mg\s?/\s?dl|mmol\s?/\s?l)"
_TARGET: Final = re.compile(
    rf"\b(?:(?:target|goal|desired|aim(?:ed|ing)?)(?: (?:blood )?(?:glucose|sugar|bg|level))*|(?:blood )?(?:glucose|sugar|bg) (?:target|goal|aim)|correct(?:ion|ing|ed)? (?:(?:blood )?(?:glucose|sugar) )?(?:down )?to)"
    rf"(?:[\s:=(]|\b(?:is|was|of|for|at|a|the|to|blood|glucose|sugar|level|set)\b)*{_N}(?!\s?[-~]|\s?to\b|\d)\s?{_GLUCOSE_UNIT}",
    re.IGNORECASE,
)
_DAILY: Final = re.compile(
    rf"\b(?:total daily (?:insulin )?(?:dose|requirement|insulin)(?: (?:of|for) insulin)?(?:\s?\(tdd\))?|tddi?|total insulin(?: dose)?(?: (?:per|a|each) day|/day| daily)?|all (?:her |his )?insulin (?:of|in) a day)"
    rf"(?:[\s:=(]|\b(?:is|was|of|about|approximately|at|currently|comes to|amounts to|adds up to)\b)*{_N}(?!\s?[-~]\s?\d|\s?to\s\d|\d)\s?(?:units?|iu|u)\b(?!\s?/\s?kg)"
    rf"|\b(?P<n2>\d{{1,3}})\s?(?:units?|iu|u)\s(?:of insulin )?(?:in total )(?:per|a|each) day|\b(?:takes|uses|needs) (?:a total of )(?P<n3>\d{{1,3}})\s?(?:units?|iu|u) (?:of insulin )?(?:per|a|each|every) day",
    re.IGNORECASE,
)
_PAST_NOT_NOW: Final = "past"


def dehydration(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """In percent of body weight, where one figure is said; a range or a word (`moderate`) is none."""
    found = [
        one
        for one in _DEHYDRATION.finditer(note.text)
        if stands(note, one.start()) and not denied(note, one.start())
    ]
    return _only("dehydration", "%", found)


def hours(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """Over how many hours the deficit is to be given back, where the note plans it."""
    found = [one for one in _HOURS.finditer(note.text) if _of_now(note, one)]
    return _only("hours", "h", found)


def target(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """The glucose that is aimed at; a range has no single one."""
    found = [one for one in _TARGET.finditer(note.text) if _of_now(note, one)]
    units = {re.sub(r"\s", "", one["unit"].lower()) for one in found}
    if len(units) > 1:
        return Doubt("target", "ambiguous")
    return _only("target", "mmol/L" if "mmol/l" in units else "mg/dL", found)


def daily_insulin(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """All insulin of a day, where it is called the total; one of several insulins is not."""
    return _only("daily_insulin", "[iU]/d", [one for one in _DAILY.finditer(note.text) if _of_now(note, one)])


def _of_now(note: Note, found: re.Match[str]) -> bool:
    return (
        of_patient(note, found.start())
        and time_of(note, found.start()) != _PAST_NOT_NOW
        and not denied(note, found.start())
    )


def _only(name: str, unit: str, found: Sequence[re.Match[str]]) -> Reading | Doubt:
    """The one value that all of them say."""
    readings = []
    for one in found:
        said = next(value for key, value in one.groupdict().items() if key != "unit" and value)
        readings.append(Reading(name, float(said.replace(",", ".")), unit, one.start(), one.end()))
    if not readings:
        return Doubt(name, "not stated")
    differ = len({one.value for one in readings}) > 1
    return Doubt(name, "ambiguous", tuple(readings)) if differ else readings[0]
