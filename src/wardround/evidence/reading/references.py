"""What between brackets names a source and says nothing itself: `[1, 2]`, `[source 3]`, `[guidance.drug.metformin#0]`."""

from __future__ import annotations

import re
from typing import Final

_DOSED: Final = (
    r"(?:mg|g|mcg|ug|µg|μg|ng|kg|ml|l|mmol|meq|iu|u|units?|tablets?|capsules?|puffs?|drops?|times|%)"
)
REFERENCE: Final = re.compile(
    rf"\[(?:refs?\.?\s?|sources?\s|event\s|turn\s|e)?\d{{1,4}}(?:\s?[-\u2013,;]\s?\d{{1,4}})*\](?!\s?-?{_DOSED}(?![a-zA-Z]))",
    re.I,
)
"""Numbers that point at a list. `[300] mg` is a dose, and no reference."""
CITED: Final = re.compile(
    rf"\[(?P<id>(?=[A-Za-z])(?![^\]\s]*(?<![a-z0-9])\d+(?:[.,]\d+)?{_DOSED}(?![a-z0-9]))[^\]\s]{{1,120}}[.#:][^\]\s]*)\]",
    re.I,
)
"""A passage's or document's id. `[metformin:20g]` is none."""
