"""Of several values of one thing, the one that is asked for: at presentation unless the question says otherwise, or a doubt.

Values that agree are one. What the note calls past is not the present. Two values that the note gives for the same time
and that differ are a doubt: the answer is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from wardround.calculators.from_note.reading import Doubt, Reading

_LATEST: Final = re.compile(r"\b(?:most recent|latest|last measured|at discharge|current)\b", re.IGNORECASE)
_SAME: Final = 0.02
_WHO: Final = frozenset(("age", "sex", "height", "black"))


def chosen(name: str, readings: Sequence[Reading], question: str = "") -> Reading | Doubt:
    """The reading to calculate with, or why there is none."""
    own = [one for one in readings if one.name == name]
    exact = [one for one in own if not one.bound]
    if not exact:
        return Doubt(name, "not readable" if own else "not stated", tuple(own))
    if _LATEST.search(question):
        return exact[-1]
    now = [one for one in exact if one.when == "now"]
    pool = now or [one for one in exact if one.when == "later"] or exact
    first = pool[0]
    differing = [one for one in pool if not same(first, one)]
    if name in _WHO or not differing:
        return first
    return Doubt(name, "ambiguous", tuple(pool[:6]))


def same(one: Reading, other: Reading) -> bool:
    """Do both say the same, within what rounding and a second unit do?"""
    if isinstance(one.value, float) and isinstance(other.value, float):
        return abs(one.value - other.value) <= _SAME * max(abs(one.value), abs(other.value))
    return one.value == other.value
