"""Reads how awake a patient is: ACVPU for NEWS2, altered mentation for qSOFA; nothing where the words leave it open.

`Alert` and `alert and oriented` are the A of ACVPU; confusion counts as new unless the note calls it old (Royal College
of Physicians, 2017). Neither is turned into points of the Glasgow Coma Scale; 15 points are `alert`, fewer are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wardround.calculators.from_note.choosing import chosen
from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.standing import denied, stands
from wardround.calculators.from_note.text import Note

_TO: Final = r"(?:respon\w+|rous(?:es|ed|able)|arous\w+|wak(?:es|ed|eable|ing)|opens? (?:his |her |their )?eyes|open(?:s|ing)? eyes|reacts?|reacting)"
_SCALE: Final = re.compile(
    r"\bACVPU\b\s?(?:scale|score|is|was|[:=(-])?\s?\(?(?P<acvpu>[ACVPU]|alert|confus\w+|voice|verbal|pain|unresponsive)\b"
    r"|\bAVPU\b\s?(?:scale|score|is|was|[:=(-])?\s?\(?(?P<avpu>[AVPU]|alert|voice|verbal|pain|unresponsive)\b",
    re.IGNORECASE,
)
_LEVELS: Final = {
    "alert": r"(?<!medic )(?<!medical )(?<!allergy )(?<!stroke )(?<!sepsis )\balert(?! (?:to (?!person|time|place|self|and)|the|bracelet|system|team|for|was (?:sent|raised|activated)|if|me|card))\b"
    r"|\b(?:a&ox?\s?[34]|aox\s?[34]|fully (?:conscious|awake|alert)|conscious and (?:oriented|orientated)|(?:awake|conscious),? (?:and )?(?:oriented|orientated)|consciousness (?:is |was )?(?:clear|normal|intact))\b"
    r"|神志清|神清|意识清|意识清楚|清醒",
    "new confusion": r"\b(?:newly |acutely |new(?:-onset)? |acute )?(?:confus(?:ed|ion)|disorient(?:ed|ation|ated)|delirious|delirium)\b|意识模糊|神志模糊|谵妄|定向力障碍|神志恍惚",
    "voice": rf"\b{_TO} (?:\w+ )?(?:only )?to (?:a )?(?:loud )?(?:voice|verbal\w*|speech|call\w*|name|sound)|呼唤(?:可|能|后)?(?:睁眼|应答|有反应)|呼之能应",
    "pain": rf"\b{_TO} (?:\w+ )?(?:only )?to (?:deep |central |only )?(?:pain\w*|noxious|sternal)",
    "unresponsive": r"\bunresponsive\b(?! to (?:voice|verbal|antibiotic|treat|therap|fluid|steroid|diure|medic|oral|bronch|light|insulin))|呼之不应",
}
_COMPILED: Final = {name: re.compile(words, re.IGNORECASE) for name, words in _LEVELS.items()}
_DULLED: Final = re.compile(
    r"\b(?:drows\w+|somnolen\w+|letharg\w+|obtund\w+|stupor\w*|comatose|in (?:a )?coma|sleepy|sedated|altered (?:mental|sensorium|conscious|level|mentation)\w*"
    r"|(?:reduced|decreased|impaired|depressed) (?:level of )?(?:conscious\w*|alertness)|not (?:fully )?(?:alert|orient\w+)|unconscious|encephalopath\w+|unresponsive to (?:voice|verbal))\b"
    r"|嗜睡|昏睡|昏迷|神志不清|意识不清|意识障碍|神志淡漠|意识丧失|反应迟钝",
    re.IGNORECASE,
)
_OLD: Final = re.compile(
    r"\b(?:chronic\w*|baseline|usual|long-?standing|known|pre-?existing|at times|occasional\w*|history of|dementia|resolved|no longer)\b|痴呆",
    re.IGNORECASE,
)
_LETTERS: Final = {"a": "alert", "c": "new confusion", "v": "voice", "p": "pain", "u": "unresponsive"}
_FULL: Final = 15


def consciousness(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """The level on ACVPU; in doubt where the note has several, or a word that could be more than one."""
    name = "consciousness"
    scale = next((one for one in _SCALE.finditer(note.text) if stands(note, one.start())), None)
    found = _levels(note)
    if scale is not None:
        said = _LETTERS[(scale["acvpu"] or scale["avpu"])[0].lower()]
        found.setdefault(said, (scale.start(), scale.end()))
    points = chosen("gcs", [one for one in readings if one.when != "past"])
    full = isinstance(points, Reading) and points.value == _FULL
    if isinstance(points, Reading) and full:
        found.setdefault("alert", (points.start, points.end))
    if isinstance(points, Reading) and not full and (not found or "alert" in found):
        return Doubt(name, "ambiguous", (points,))
    if _dulled(note) and (not found or "alert" in found):
        return Doubt(name, "ambiguous")
    if not found:
        return Doubt(name, "not stated")
    read = [Reading(name, level, "", start, end) for level, (start, end) in found.items()]
    return read[0] if len(read) == 1 else Doubt(name, "ambiguous", tuple(read))


def altered_mentation(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """Anything but alert, for qSOFA; every level below it counts the same, so that they need not be told apart."""
    name = "altered_mentation"
    found = _levels(note)
    scale = next((one for one in _SCALE.finditer(note.text) if stands(note, one.start())), None)
    if scale is not None:
        found.setdefault(_LETTERS[(scale["acvpu"] or scale["avpu"])[0].lower()], (scale.start(), scale.end()))
    clear = found.pop("alert", None)
    dulled = next(iter(found.values()), None) or _dulled(note)
    if clear is not None and dulled is not None:
        return Doubt(name, "ambiguous")
    points = chosen("gcs", readings)
    if isinstance(points, Reading) and (clear or dulled) and (points.value == _FULL) is (clear is None):
        return Doubt(name, "ambiguous", (points,))
    place = clear or dulled
    return Doubt(name, "not stated") if place is None else Reading(name, dulled is not None, "", *place)


def _levels(note: Note) -> dict[str, tuple[int, int]]:
    out: dict[str, tuple[int, int]] = {}
    for level, words in _COMPILED.items():
        for found in words.finditer(note.text):
            old = level == "new confusion" and _is_old(note, found.start())
            if old or denied(note, found.start()) or not stands(note, found.start()):
                continue
            out.setdefault(level, (found.start(), found.end()))
    return out


def _dulled(note: Note) -> tuple[int, int] | None:
    """A word for being less than alert that does not say how far, or confusion that may be old."""
    places = [*_DULLED.finditer(note.text)]
    for found in _COMPILED["new confusion"].finditer(note.text):
        if _is_old(note, found.start()):
            places.append(found)
    for found in places:
        own = found[0].lower().startswith(("not ", "神志不", "意识不"))
        if stands(note, found.start()) and (own or not denied(note, found.start())):
            return found.start(), found.end()
    return None


def _is_old(note: Note, start: int) -> bool:
    """Does its sentence call it long-standing?"""
    sentence = note.sentence_at(start)
    return (
        _OLD.search(note.text, max(sentence.start, start - 200), min(sentence.end, start + 200)) is not None
    )
