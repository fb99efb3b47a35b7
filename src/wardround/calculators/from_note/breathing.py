"""Reads what NEWS2 asks about breathing: oxygen given or room air, and whether the target is that of hypercapnia."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wardround.calculators.from_note.reading import Doubt, Reading
from wardround.calculators.from_note.standing import denied, of_patient, stands, time_of
from wardround.calculators.from_note.text import Note

_DEVICE: Final = r"(?:nasal (?:cannulae?|prongs|specs|specula)|n/?c\b|face ?mask|mask|venturi\w*|non-?rebreath\w+|nrb\b|high[- ]flow|hfnc|hfno)"
_FLOW: Final = r"\d{1,2}(?:\.\d)?\s?(?:l(?:it(?:er|re)s?)?|lpm)\b(?:\s?(?:/|per|a)\s?min(?:ute)?s?\b\.?)?"
_GIVEN: Final = re.compile(
    rf"\b{_FLOW}\s?(?:of |by |via |through |with |on )?(?:a |humidified |supplemental |nasal )?(?:oxygen\b|o2\b|{_DEVICE})"
    rf"|\b(?:oxygen|o2)\b(?! sat)(?:\s?(?:at|of|:|,|=|by|via|through|with|on)|\s{_DEVICE})*\s?{_FLOW}"
    rf"|\b(?:supplement(?:al|ary) (?:oxygen|o2)|oxygen therapy|(?:on|receiving|requir\w+|breathing) (?:\w+ )?(?:oxygen|o2)\b(?! sat)|{_DEVICE}(?= (?:oxygen|o2)| at {_FLOW}))"
    r"|\b(?:2[2-9]|[3-9]\d|100)\s?% (?:oxygen\b(?! sat)|o2\b(?! sat)|fio2|venturi)|\bfio2\s?(?:of|is|was|:|=)?\s?(?:0?\.(?:2[2-9]|[3-9]\d?)|1\.0|(?:2[2-9]|[3-9]\d|100)\s?%)"
    r"|吸氧|鼻导管|氧疗|高流量(?:氧|湿化)|面罩(?:给|吸|供)氧|给氧",
    re.IGNORECASE,
)
_AIR: Final = re.compile(
    r"\b(?:room[- ]air|ambient air|breathing air|on air\b|(?:on|in|at) ra\b|r\.a\.)|(?<=%)\s?\(?ra\b|\bfio2\s?(?:of|is|was|:|=)?\s?(?:0?\.21\b|21\s?%)|\b21\s?% (?:oxygen|o2|fio2)"
    r"|\b(?:without|no|off|not on) (?:any |supplement(?:al|ary) )?(?:oxygen|o2)\b(?! (?:sat|deliver))|\b(?:supplemental )?oxygen\s?[:=]\s?(?:no|none|nil)\b|室内空气|呼吸空气|自然空气|(?:未|不|无需|停止?)\s?(?:予)?\s?吸氧|吸(?:入)?空气",
    re.IGNORECASE,
)
_LASTING: Final = re.compile(
    r"\b(?:home|domiciliary|nocturnal|long[- ]term|at night|overnight|ltot)\b|家庭氧疗|长期", re.IGNORECASE
)
_SECOND: Final = re.compile(
    r"\b88\s?%?\s?(?:-|to|and)\s?92\s?%?|\b(?:spo2|news2?|saturation) scale (?:2|two)\b|\bscale 2\b|目标[^。,;]{0,12}88\s?%?\s?[-~至到]\s?92",
    re.IGNORECASE,
)
_FIRST: Final = re.compile(
    r"\b(?:9[2-6])\s?%?\s?(?:-|to)\s?(?:9[6-9]|100)\s?%?|\b(?:spo2|news2?|saturation) scale (?:1|one)\b|\bscale 1\b",
    re.IGNORECASE,
)
_TARGET_WORD: Final = re.compile(
    r"\b(?:target\w*|aim\w*|goal|range|keep|maintain|titrat\w+|scale)\b|目标|维持", re.IGNORECASE
)
_RETAINS: Final = re.compile(
    r"\b(?:hypercapni\w+|hypercarbi\w+|co2 ret(?:ention|ain\w+)|type (?:2|ii) respiratory failure|copd|chronic obstructive\w*|emphysema"
    r"|obesity hypoventilation)\b|慢阻肺|慢性阻塞性肺|高碳酸血症|二氧化碳潴留|[Ⅱ]型呼吸衰竭|II型呼吸衰竭",
    re.IGNORECASE,
)


def oxygen(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """Does the patient breathe oxygen now? In doubt where the note has both, or oxygen of home or of the night."""
    air = [found for found in _AIR.finditer(note.text) if stands(note, found.start())]
    taken = [(found.start(), found.end()) for found in _AIR.finditer(note.text)]
    given: list[re.Match[str]] = []
    none: list[re.Match[str]] = []
    lasting = False
    for found in _GIVEN.finditer(note.text):
        if any(start < found.end() and found.start() < end for start, end in taken):
            continue
        around = note.text[max(0, found.start() - 25) : found.end() + 20]
        if _LASTING.search(around):
            lasting = True
        elif stands(note, found.start()):
            (none if denied(note, found.start()) else given).append(found)
    if (given and (air or none)) or (lasting and not (given or air)):
        return Doubt("oxygen", "ambiguous")
    if given:
        return Reading("oxygen", True, "", given[0].start(), given[0].end())
    if air or none:
        first = (air or none)[0]
        return Reading("oxygen", False, "", first.start(), first.end())
    return Doubt("oxygen", "not stated")


def hypercapnic_target(note: Note, readings: Sequence[Reading]) -> Reading | Doubt:
    """The second scale where its target is set; the first where another is, or all that retains carbon dioxide is denied."""
    name = "hypercapnic_target"
    second = [one for one in _SECOND.finditer(note.text) if _is_target(note, one)]
    first = [one for one in _FIRST.finditer(note.text) if _is_target(note, one)]
    refused = [one for one in second if denied(note, one.start())]
    second = [one for one in second if one not in refused]
    if second and (first or refused):
        return Doubt(name, "ambiguous")
    if second:
        return Reading(name, True, "", second[0].start(), second[0].end())
    if first or refused:
        only = (first or refused)[0]
        return Reading(name, False, "", only.start(), only.end())
    spoken = [one for one in _RETAINS.finditer(note.text) if of_patient(note, one.start())]
    if spoken and all(denied_in_list(note, one.start()) for one in spoken):
        return Reading(name, False, "", max(0, spoken[0].start() - 3), spoken[0].end())
    return Doubt(name, "ambiguous" if spoken else "not stated")


def denied_in_list(note: Note, start: int) -> bool:
    """Denied in its clause, or in a list that a denial opens: `no asthma, COPD or heart failure`."""
    if denied(note, start):
        return True
    sentence = note.sentence_at(start)
    before = note.text[sentence.start : start]
    return re.search(r"(?:\b(?:no|denies|without)\b|无|否认)(?:\s?[\w\u4e00-\u9fff-]+[\s,、/]+(?:or |nor |and )?){1,6}$", before, re.IGNORECASE) is not None  # fmt: skip


def _is_target(note: Note, found: re.Match[str]) -> bool:
    """A range is a target where a word says so, before or after it; the patient's, and not a former one."""
    if not of_patient(note, found.start()) or time_of(note, found.start()) == "past":
        return False
    return _TARGET_WORD.search(note.text, max(0, found.start() - 60), found.end() + 15) is not None
