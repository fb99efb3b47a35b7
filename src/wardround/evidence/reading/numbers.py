"""Numbers as they are written, `1,000`, `.5`, `twelve`, and what each is worth."""

from __future__ import annotations

from typing import Final

from wardround.evidence.reading.word_lists import NUMBER_WORDS

NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_COUNT: Final = "|".join(
    sorted((w for w in NUMBER_WORDS if w not in ("once", "twice", "thrice")), key=len, reverse=True)
)
ONE: Final = rf"(?:{NUMBER}|\b(?:{_COUNT})\b)"
"""One number, in figures or as a word."""


def value(written: str) -> float:
    """What one number is worth."""
    return float(NUMBER_WORDS[written]) if written in NUMBER_WORDS else float(written.replace(",", ""))
