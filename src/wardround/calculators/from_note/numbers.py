"""Numbers as clinicians write them: 1,600; 0,7; .5; 4.6 x 10^9; <0.1; 80-90. Bounded patterns: linear in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PLAIN: Final = r"\d{1,3}(?:,\d{3}){1,3}(?!\d)(?:\.\d{1,4})?|\d{1,9}(?:[.,]\d{1,4})?|\.\d{1,4}"
NUMBER: Final = re.compile(
    rf"(?P<bound>[<>]=?|=<|>=|less than |more than |greater than |below |above |over |under )?\s?(?P<sign>-(?=\d))?"
    rf"(?P<number>{_PLAIN})(?![\d])"
    rf"(?:\s?(?:x|\*)\s?10\s?\^?\s?(?P<power>-?\d{{1,2}})(?!\d))?",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(r"\s?(?:-|to)\s?\d")
_BOUNDS: Final = {"less than": "<", "below": "<", "under": "<", "<": "<", "<=": "<", "=<": "<"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the text that ends at `end`; `power` is the n of a following `x 10^n`."""

    value: float
    end: int
    bound: str
    power: int | None
    ranged: bool


def number_at(text: str, position: int) -> Number | None:
    """The number that starts here, or None."""
    found = NUMBER.match(text, position)
    if found is None:
        return None
    value = valued(found["number"])
    if found["sign"]:
        value = -value
    said = (found["bound"] or "").strip().lower()
    bound = _BOUNDS.get(said, ">") if said else ""
    power = int(found["power"]) if found["power"] else None
    return Number(value, found.end(), bound, power, bool(_RANGE.match(text, found.end())))


def valued(written: str) -> float:
    """1,600 is a thousand and more; 0,7 is a part of one."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written) and not written.startswith("0"):
        return float(written.replace(",", ""))
    return float(written.replace(",", "."))
