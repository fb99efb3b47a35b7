"""A Mention: a run of characters in free text that names one coded thing, and how it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wardround.clinical.quantities import Quantity

MentionKind = Literal[
    "finding", "condition", "drug", "drug_class", "allergen", "test", "quantity", "duration", "onset"
]


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` means `id` (a knowledge-base slug; None for bare quantities, durations and onsets).

    `about` is whom it concerns. `value` is what was measured or how long (durations in UCUM d, h, min, wk, mo, a).
    `score` is 1.0 for an exact match of the lexicon, below for a typo mended.
    """

    start: int
    end: int
    kind: MentionKind
    id: str | None
    negated: bool = False
    uncertain: bool = False
    past: bool = False
    about: Literal["patient", "family", "other"] = "patient"
    value: Quantity | None = None
    score: float = 1.0
