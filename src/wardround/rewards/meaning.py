"""Whether two claims say the same: the one's words hold the other's, and nothing that matters is apart.

Words alone confuse `500 mg` with `50 mg`, `raise` with `lower` and one drug with another; so a difference in numbers,
units, negation, direction or in whom it is about keeps claims apart, and so does any word that each has for itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from wardround.search import words

IN_COMMON: Final = 0.7
"""The share of all their words (Jaccard) from which on two claims say the same."""
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|°?[a-zA-Zµμ]+(?:/[a-zA-Z]+)*)?")
_NOT: Final = re.compile(
    r"\b(?:no|not|never|none|without|nor|neither|cannot|avoid|denie[sd]|absent|stop|contraindicated)\b|n['’]t\b",
    re.IGNORECASE,
)
_UP: Final = re.compile(r"\b(?:increas|rais|higher|more|above|over|worse|gain|start)\w*", re.IGNORECASE)
_DOWN: Final = re.compile(
    r"\b(?:decreas|reduc|lower|less|fewer|below|under|better|lose|loss|stop)\w*", re.IGNORECASE
)
_WHOM: Final = re.compile(
    r"\b(?:adult|child|infant|newborn|neonat|elderly|pregnan|breastfe|lactat|women|woman|men|man|female|male|allerg)\w*",
    re.IGNORECASE,
)
Structure = tuple[tuple[str, ...], bool, bool, bool, frozenset[str]]


def alike(first: str, second: str) -> bool:
    """Whether they say the same."""
    if structure(first) != structure(second):
        return False
    one, other = _bag(first), _bag(second)
    if not (one <= other or other <= one):
        return False
    return len(one & other) >= IN_COMMON * len(one | other)


@lru_cache(maxsize=8_192)
def _bag(text: str) -> frozenset[str]:
    return frozenset(words(text))


@lru_cache(maxsize=8_192)
def structure(text: str) -> Structure:
    """Numbers with their units, in order; whether it denies, raises, lowers; whom it is about."""
    numbers = tuple(
        re.sub(r"\s+", "", found.group()).replace(",", ".").lower() for found in _NUMBER.finditer(text)
    )
    whom = frozenset(words(" ".join(_WHOM.findall(text))))
    return numbers, bool(_NOT.search(text)), bool(_UP.search(text)), bool(_DOWN.search(text)), whom
