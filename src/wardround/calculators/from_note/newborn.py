"""Reads the five signs of Apgar's score, in points or as they are seen, for the minute that is asked about.

A total gives no sign. Signs of two minutes that differ are a doubt, unless the question names the minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.standing import denied
from wardround.calculators.from_note.text import Note

CHOICES: Final = {
    "appearance": ("blue or pale", "blue extremities", "pink"),
    "pulse": ("absent", "below 100", "100 or more"),
    "grimace": ("none", "grimace", "cry or pull away"),
    "activity": ("limp", "some flexion", "active"),
    "respiration": ("absent", "weak or irregular", "strong cry"),
}
_LABELS: Final = {
    "appearance": r"appearance|colou?r|skin colou?r",
    "pulse": r"pulse|heart rate|hr",
    "grimace": r"grimace|reflex(?: irritability)?|irritability|response to stimulation",
    "activity": r"activity|(?:muscle )?tone",
    "respiration": r"respirations?|respiratory effort|breathing(?: effort)?",
}
_POINTS: Final = {
    name: re.compile(
        rf"\b(?:{words})\s?[:=(\-]?\s?(?P<n>[0-2])(?!\d|[.,]\d|\s?%)(?:\s?/\s?2\b)?", re.IGNORECASE
    )
    for name, words in _LABELS.items()
}
_BEATS: Final = re.compile(
    r"\b(?:heart rate|pulse|hr)\b\s?(?:is|was|of|:|=|at)?\s?(?P<n>\d{2,3})(?!\s?[-/]\s?\d|\d|\.\d)",
    re.IGNORECASE,
)
_SEEN: Final = {
    "appearance": (
        ("blue extremities", r"(?:blue|cyanotic|dusky) (?:hands|feet|extremities|limbs)|(?:hands|feet|extremities|limbs) (?:are |were |still )?(?:blue|cyanotic|dusky)|acrocyanosis"),
        ("pink", r"(?:pink all over|completely pink|pink throughout|all pink|body and extremities (?:are |were )?pink)"),
        ("blue or pale", r"(?:blue all over|pale all over|centrally cyanosed|central cyanosis|completely (?:blue|pale))"),
    ),
    "pulse": (
        ("absent", r"(?:no (?:detectable )?(?:heart ?beat|pulse)|(?:heart rate|pulse) (?:is |was )?absent|asystole)"),
        ("below 100", r"(?:heart rate|pulse|hr)(?: is| was| of|:)? ?(?:<|below|under|less than) ?100"),
        ("100 or more", r"(?:heart rate|pulse|hr)(?: is| was| of|:)? ?(?:>|above|over|more than) ?100"),
    ),
    "grimace": (
        ("cry or pull away", r"(?:pull(?:s|ed|ing) away|sneez\w+|cough(?:s|ed|ing)|cr(?:y|ies|ied)) (?:on|to|with|when) (?:suction\w*|stimulat\w+)"),
        ("none", r"no (?:response|reaction) to (?:suction\w*|stimulat\w+)"),
        ("grimace", r"grimac(?:e|es|ed|ing)\b(?!\s?[:=(]?\s?\d)"),
    ),
    "activity": (
        ("active", r"active (?:motion|movements?)|moving actively|moves? (?:all limbs )?actively"),
        ("some flexion", r"some flexion|flexion of (?:the )?(?:arms|extremities|limbs)"),
        ("limp", r"limp|floppy|flaccid|no (?:muscle )?tone"),
    ),
    "respiration": (
        ("strong cry", r"(?:strong|good|vigorous|lusty|loud) cry|cr(?:ying|ies|ied)(?: (?:vigorously|strongly|lustily|loudly))?(?! (?:on|to|with|when)|,? weakly)"),
        ("weak or irregular", r"weak cry|cr(?:ying|ies|ied) weakly|gasp\w*|(?:weak|irregular|slow|shallow) (?:breathing|respirations?)"),
        ("absent", r"apn(?:o?e|oe)ic|apn(?:o?ea)|not breathing|no (?:breathing|respiratory effort)"),
    ),
}  # fmt: skip
_COMPILED: Final = {
    name: tuple((choice, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for choice, words in rows)
    for name, rows in _SEEN.items()
}
_NAME: Final = re.compile(r"\bapgars?\b", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"\b(?:sister|brother|sibling|first[- ]?born|(?:first|previous|last|older) (?:child|baby|pregnancy|delivery))\b",
    re.IGNORECASE,
)
_STOP: Final = re.compile(r"\n\s*\n|\b(?:birth weight|mother|maternal|placenta)\b", re.IGNORECASE)
_MINUTE: Final = re.compile(r"\b(?P<a>1|5|10|one|five|ten)[\s-]?(?:minutes?|mins?\b|')|第?\s?(?P<b>1|5|10)\s?分钟", re.IGNORECASE)  # fmt: skip
_SPOKEN: Final = {"one": 1, "five": 5, "ten": 10}
_TOTALS: Final = re.compile(
    r"\bapgars?(?: scores?)?\b(?:[\s:=,(]|\b(?:was|were|is|are|of|scored?|at)\b|\d{1,2}[\s-]?min\w*)*(?P<n>10|\d)(?!\d|\.\d|[\s-]?min)",
    re.IGNORECASE,
)
_LENGTH: Final = 700


def newborn_signs(note: Note, question: str) -> list[Reading | Doubt]:
    """One reading or doubt for each sign."""
    asked = _minute_in(question)
    found = [(minute, one) for minute, one in _all(note) if asked is None or minute in (asked, None)]
    totals = tuple(
        Reading("total", float(one["n"]), "{score}", one.start(), one.end())
        for one in _TOTALS.finditer(note.text)
        if not _of_another(note, one.start())
    )
    return [_one(name, [one for _, one in found if one.name == name], totals) for name in CHOICES]


def _one(name: str, own: list[Reading], totals: tuple[Reading, ...]) -> Reading | Doubt:
    if not own:
        return Doubt(name, "only its total stated" if totals else "not stated", totals)
    return own[0] if len({one.value for one in own}) == 1 else Doubt(name, "ambiguous", tuple(own))


def _minute_in(text: str) -> int | None:
    found = _MINUTE.search(text)
    said = (found["a"] or found["b"]).lower() if found is not None else ""
    return (_SPOKEN.get(said) or int(said)) if said else None


def _all(note: Note) -> Iterator[tuple[int | None, Reading]]:
    """Every sign with the minute that was named last before it, from the word Apgar on."""
    for named in _NAME.finditer(note.text):
        if _of_another(note, named.start()):
            continue
        end = min(len(note.text), named.end() + _LENGTH)
        for stop in (_STOP.search(note.text, named.end(), end), _NAME.search(note.text, named.end(), end)):
            end = min(end, stop.start()) if stop is not None else end
        minutes = [
            (one.start(), _minute_in(one[0])) for one in _MINUTE.finditer(note.text, named.start(), end)
        ]
        for one in _signs(note, named.end(), end):
            before = [minute for at, minute in minutes if at <= one.start]
            yield (before[-1] if before else None), one


def _of_another(note: Note, start: int) -> bool:
    """A brother's or sister's, or of an earlier birth."""
    return _OTHER.search(note.text, max(note.sentence_at(start).start, start - 200), start) is not None


def _signs(note: Note, start: int, end: int) -> Iterator[Reading]:
    for name, pattern in _POINTS.items():
        for found in pattern.finditer(note.text, start, end):
            yield Reading(name, CHOICES[name][int(found["n"])], "", found.start(), found.end())
    for found in _BEATS.finditer(note.text, start, end):
        beats = int(found["n"])
        yield Reading("pulse", "100 or more" if beats >= 100 else "below 100", "", found.start(), found.end())
    for name, rows in _COMPILED.items():
        for choice, words in rows:
            for found in words.finditer(note.text, start, end):
                own = found[0].lower().startswith(("no ", "not "))
                if own or not denied(note, found.start()):
                    yield Reading(name, choice, "", found.start(), found.end())
