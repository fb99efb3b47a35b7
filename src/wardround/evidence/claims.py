"""What a text asserts: atomic claims, and what became of each when it was looked up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a claim is about; the hallucination rate is told by these."""

    DOSE = "dose"
    DIAGNOSIS = "diagnosis"
    PATIENT_FACT = "patient_fact"
    CITATION = "citation"
    GENERAL = "general"


class Verdict(StrEnum):
    SUPPORTED = "Supported"
    REFUTED = "Refuted"
    UNCERTAIN = "Uncertain"


@dataclass(frozen=True, slots=True)
class Claim:
    """One self-contained statement. `start` and `end` are the characters of the text that it was read from."""

    text: str
    kind: Kind
    start: int
    end: int
    cites: tuple[str, ...] = ()
    """Ids of passages that the text names for it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim and its verdict: who gave it, on which passage (or fact), and on which characters of that."""

    claim: Claim
    verdict: Verdict
    by: str
    """`structure` (doses, interactions, ranges), `memory`, `passage`, `model`, `cache`."""
    why: str
    passage: str | None = None
    span: tuple[int, int] | None = None
    confidence: float | None = None
