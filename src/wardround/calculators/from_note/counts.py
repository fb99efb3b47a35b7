"""Blood counts in cells per microlitre, however written: 7600 per mm3, 10.4 k/uL, 2.4 x 10^9/L, 149,000, 405 G/L."""

from __future__ import annotations

import re
from typing import Final

from wardround.calculators.from_note.analytes import Analyte
from wardround.calculators.from_note.numbers import Number

_TAIL: Final = re.compile(
    r"\s?(?:x\s?10\s?(?:\^|\*\*|e)?\s?(?P<power>\d{1,2})(?!\d)|(?:\*|x)\s?10(?P<power2>\d{1,2})(?!\d))?\s?"
    r"(?P<thousand>k(?![a-z])|thousands?|th(?=/)|thou\b|lakhs?|lacs?|million|g(?=/l))?\s?"
    r"(?:cells?|leu[ck]ocytes|platelets|wbcs?|count|u)?\s?(?:(?:/|per)\s?(?:cells/)?(?P<volume>(?:cubic millimet(?:er|re)s?|cumm|cu\.? ?mm|mm\s?\^?\s?3|mmc|mm|microlit(?:er|re)s?|ul|mcl|l(?:iter|itre)?|ml|dl|field|hpf|nl|cmm)(?![a-z]))"
    r"|(?P<bare_volume>ul|mm\^?3|/?cumm|mcl)(?![a-z]))?",
    re.IGNORECASE,
)
_WRONG: Final = re.compile(r"\s?(?:%|mg|g/dl|mmol|years?|days?|units|u/l|iu)", re.IGNORECASE)
_MULTIPLES: Final = {"k": 3, "thousand": 3, "thousands": 3, "th": 3, "thou": 3, "g": 9, "million": 6, "lakh": 5, "lakhs": 5, "lac": 5, "lacs": 5}  # fmt: skip
_PER_LITRE: Final = {"l", "liter", "litre"}


def count_per_microlitre(text: str, number: Number, analyte: Analyte) -> tuple[float, int, str] | None:
    """The count, where it ends, and what was read past; None where it is no count or two readings are possible."""
    if _WRONG.match(text, number.end):
        return None
    tail = _TAIL.match(text, number.end, number.end + 60)
    assert tail is not None
    low, high = analyte.plausible
    power = number.power or (int(tail["power"] or tail["power2"]) if tail["power"] or tail["power2"] else 0)
    power += _MULTIPLES.get((tail["thousand"] or "").lower(), 0)
    volume = re.sub(r"[\s.^]", "", (tail["volume"] or tail["bare_volume"] or "").lower())
    if volume in ("field", "hpf", "dl", "ml") and power < 6:
        return None
    if power >= 15:
        return None
    stated = number.value * 10.0**power
    if volume in _PER_LITRE or (power >= 8 and volume in ("", "ul", "mm3")):
        stated /= 1e6
    elif volume in ("ml",):
        stated /= 1e3
    end = tail.end()
    if low <= stated <= high and (volume or power or number.value >= 2000 or _certain(number.value, analyte)):
        return stated, end, ""
    plain = number.value * 1e3
    if number.value < 1000 and low <= plain <= high and (not volume or not low <= stated <= high):
        return plain, end, f"{number.value:g} is read as thousands per uL"
    return None


def _certain(value: float, analyte: Analyte) -> bool:
    """A bare number that can only be cells per microlitre."""
    return value * 1e3 > analyte.plausible[1]
