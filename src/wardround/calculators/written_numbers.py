"""Numbers as people type them: 1.5, 1,5, 1,234.5 and 1.234,5. What may be two numbers is refused with both."""

from __future__ import annotations

import re
from typing import Final

NUMBER: Final = r"[+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][+-]?\d{1,3})?"
"""What `typed_number` is asked about, as it stands in a longer text."""
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?[1-9]\d{0,2}(?:,\d{3}){2,}")
_POINTED: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}")
_COMMA: Final = re.compile(r"[+-]?\d*,\d+")
_EITHER: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def typed_number(text: str) -> float:
    """The number. Raises ValueError, for a person, where the text is none, or may be two."""
    plain = text.strip()
    if _EITHER.fullmatch(plain):
        few, many = plain.replace(",", "."), plain.replace(",", "")
        raise ValueError(f"'{plain}' may be {few} or {many}: write the one that is meant without a comma")
    if _THOUSANDS.fullmatch(plain):
        return float(plain.replace(",", ""))
    if _POINTED.fullmatch(plain):
        return float(plain.replace(".", "").replace(",", "."))
    if _COMMA.fullmatch(plain):
        return float(plain.replace(",", "."))
    try:
        return float(plain)
    except ValueError:
        raise ValueError(f"'{plain[:60]}' is no number") from None
