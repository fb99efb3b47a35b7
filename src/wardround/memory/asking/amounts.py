"""How much, in which unit, and which one of several: numbers in a question, cut out of it."""

from __future__ import annotations

import re
from typing import Literal

from wardround.clinical import UnitError, canonical_unit, is_unit
from wardround.memory.asking.parts import Parts
from wardround.memory.errors import NotUnderstood
from wardround.memory.word_lists import listed

Side = Literal["above", "below"]

_NUMBER = r"(?P<number>[+-]?\d+(?:,\d{3})*(?:\.\d+)?|[+-]?\.\d+)"
_MORE = (
    r"above|over|higher than|greater than|more than|bigger than|larger than|exceed(?:s|ed|ing)?|in excess of|beyond|surpass(?:ed|es|ing)?"
    r"|upwards of|north of|break(?:s|ing)?|broke|past|pass(?:es|ed)?|top(?:ped|s)?|>"
)
_LESS = r"below|under|lower than|less than|smaller than|fewer than|beneath|short of|south of|undercut|<"
_BOUND = re.compile(
    rf"(?P<cue>(?P<above>{_MORE})|(?P<below>{_LESS}))(?: (?:the|a))?(?: (?:threshold|limit|mark|level|value|cut-?off))?(?: of)? ?"
    rf"{_NUMBER}(?![\d/-])(?: ?(?P<unit>[^\s,?;:]+(?: \S+)?))?"
)
_HOW_OFTEN = re.compile(
    r"\b(?:more than|less than|fewer than|at least|at most|exactly|only|just|no more than|over) "
    r"(?:once|twice|thrice|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|a dozen) (?:times|occasions))\b"
)
_EQUAL = re.compile(
    rf"\b(?:at least|at most|no more than|no less than|not more than|not less than|≥|≤|>=|<=) ?{_NUMBER}"
)


def threshold(parts: Parts) -> tuple[Side | None, float | None, str | None]:
    low = parts.low
    if often := _HOW_OFTEN.search(low):
        raise NotUnderstood(f"'{often[0]}' compares a count. Ask how often, and compare the number.")
    if unclear := _EQUAL.search(low):
        raise NotUnderstood(f"'{unclear[0]}' includes the number itself. Ask for above or below a number.")
    for found in _BOUND.finditer(low):
        if re.match(
            r" ?(?:days?|weeks?|months?|years?|times?|january|february|march|april|may|june|july)\b",
            low[found.end("number") :],
        ):
            continue
        side: Side = "above" if found["above"] else "below"
        end, unit = found.end("number"), None
        if found["unit"]:
            written = parts.text[found.start("unit") : found.end("unit")]
            unit, width = _leading_unit(written)
            end = found.start("unit") + width if unit else end
        than = float(found["number"].replace(",", ""))
        parts.cut(found.start(), end, f"«{side}»")
        return side, than, unit
    return _passed(parts)


_PASSED = re.compile(
    rf"(?<![\w.]){_NUMBER}(?P<unit> ?[^\s,?;:]+)? (?:(?:was|were|is|been|ever|first|last|has|have|had|mark|by) )*(?P<cue>exceeded|surpassed|topped|undercut)\b"
)


def _passed(parts: Parts) -> tuple[Side | None, float | None, str | None]:
    """The number said first: how often was 140 exceeded."""
    found = _PASSED.search(parts.low)
    if found is None:
        return None, None, None
    written = parts.text[found.start("unit") : found.end("unit")].strip() if found["unit"] else ""
    unit = _leading_unit(written)[0] if written else None
    side: Side = "below" if found["cue"] == "undercut" else "above"
    than = float(found["number"].replace(",", ""))
    parts.cut(found.start("number"), found.end("unit" if unit else "number"))
    parts.cut(*_place_of(parts.low, found["cue"]), f"«{side}»")
    return side, than, unit


def _place_of(text: str, word: str) -> tuple[int, int]:
    start = text.index(word)
    return start, start + len(word)


_UNIT_WORDS = {
    "pounds": "[lb_av]", "pound": "[lb_av]", "lbs": "[lb_av]", "lb": "[lb_av]", "inches": "[in_i]", "inch": "[in_i]",
    "feet": "[ft_i]", "foot": "[ft_i]", "ft": "[ft_i]", "kilograms": "kg", "kilogrammes": "kg", "kilos": "kg", "grams": "g",
    "grammes": "g", "°f": "[degF]", "fahrenheit": "[degF]", "degrees fahrenheit": "[degF]", "°c": "Cel", "celsius": "Cel",
    "degrees celsius": "Cel", "kelvin": "K", "centimetres": "cm", "centimeters": "cm", "metres": "m", "meters": "m",
    "millimetres": "mm", "percent": "%", "per cent": "%", "kilopascals": "kPa", "kilopascal": "kPa", "kpa": "kPa",
    "millimetres of mercury": "mm[Hg]", "mm hg": "mm[Hg]", "mmhg": "mm[Hg]", "millimoles per litre": "mmol/L",
    "millimoles per liter": "mmol/L", "mmol per litre": "mmol/L", "mmol per liter": "mmol/L", "mmol/l": "mmol/L",
    "µmol/l": "umol/L", "umol/l": "umol/L", "micromoles per litre": "umol/L", "micromoles per liter": "umol/L",
    "milligrams per decilitre": "mg/dL", "milligrams per deciliter": "mg/dL", "mg/dl": "mg/dL", "grams per litre": "g/L",
    "grams per liter": "g/L", "g/l": "g/L", "g/dl": "g/dL", "millimoles per mole": "mmol/mol",
}  # fmt: skip
_SHORT_UNITS = frozenset(listed("kg g mg ug ng pg cm mm m km L mL dL fL K Cel kPa U mol mmol umol nmol"))


def _leading_unit(written: str) -> tuple[str | None, int]:
    """The unit with which words begin, in UCUM or as the record writes it, and how many letters it takes."""
    low = written.lower()
    for name in sorted(_UNIT_WORDS, key=len, reverse=True):
        if low.startswith(name) and not low[len(name) :][:1].isalnum():
            return _UNIT_WORDS[name], len(name)
    first = written.split(" ")[0].rstrip(".?!,")
    if first.isalpha() and first not in _SHORT_UNITS:
        return None, 0
    try:
        unit = canonical_unit(first)
    except UnitError:
        return (first, len(first)) if re.fullmatch(r"[({\[].*[)}\]]", first) else (None, 0)
    return (first if is_unit(first) and "[" in first else unit), len(first)


_IN_UNIT = re.compile(
    r"\b(?:how many|expressed in|measured in|converted (?:in)?to|in units of|given in|stated in|in|as|into|to|using) (?P<unit>\S.*)"
)


def asked_unit(parts: Parts) -> str | None:
    """A unit that is asked for: "in mmol/L", "in pounds"."""
    low = parts.low
    for at in [
        found.start()
        for found in re.finditer(
            r"\b(?:how many|expressed|measured|converted|given|stated|in|as|into|to|using) ", low
        )
    ]:
        found = _IN_UNIT.match(low, at)
        if found is None:
            continue
        unit, width = _leading_unit(parts.text[found.start("unit") :])
        words = low[found.start("unit") : found.start("unit") + width]
        if unit is None or words in ("percent", "per cent"):
            continue
        parts.cut(at, found.start("unit") + width, "«unit»")
        return unit
    return None


_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"),
    *("eleventh", "twelfth"),
)
_ORDINAL = rf"(?P<nth>{'|'.join(_ORDINALS[1:])}|\d{{1,3}}(?:st|nd|rd|th))"
_NEWEST = r"(?:last|latest|newest|most[- ]recent)"
_BACKWARDS = re.compile(
    rf"\b(?:{_ORDINAL}[- ](?:to[- ]|from[- ](?:the[- ])?|from the )?{_NEWEST}|(?P<penult>penultimate|last but one|next to last|{_NEWEST} but one|(?:one )?before (?:the )?(?:last|latest)(?= |$|\?)(?! (?:measure|value|reading|one))))\b"
)
_FORWARDS = re.compile(rf"\b{_ORDINAL}(?: time)?\b(?! time point)")
_FROM_END = re.compile(
    r"counting (?:back(?:wards?)?|from the (?:end|newest|latest|last))|from the (?:end|newest|latest|most recent)|(?:starting|going) (?:from the (?:newest|latest|end|last)|back(?:wards?)?)|going back(?:wards?)? from"
)


def place(parts: Parts) -> tuple[int | None, bool]:
    """Which one of several: the third, the second last, counting back the fourth."""
    found = _BACKWARDS.search(parts.low)
    if found:
        parts.cut(found.start(), found.end(), "«nth-last»")
        return (2 if found["penult"] else _nth(found["nth"])), True
    found = _FORWARDS.search(parts.low)
    if found is None:
        return _numbered(parts)
    backwards = _FROM_END.search(parts.low) is not None
    parts.cut(found.start(), found.end(), "«nth-last»" if backwards else "«nth»")
    return _nth(found["nth"]), backwards


def _numbered(parts: Parts) -> tuple[int | None, bool]:
    """Measurement number 3."""
    found = _NUMBERED.search(parts.low)
    if found is None:
        return None, False
    backwards = _FROM_END.search(parts.low) is not None
    parts.cut(found.start(), found.end(), "«nth-last»" if backwards else "«nth»")
    said = found["nth"]
    return (int(said) if said.isdigit() else _COUNTS.index(said)), backwards


_NUMBERED = re.compile(
    r"\b(?:number|no\.|#) ?(?P<nth>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\b(?! (?:days?|times))"
)
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _nth(words: str) -> int:
    return int(re.sub(r"\D", "", words)) if words[0].isdigit() else _ORDINALS.index(words) + 1
