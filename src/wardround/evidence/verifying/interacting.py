"""Two drugs, or classes, in one statement: that they do not interact, or may be combined, where the base knows better.

Where two that interact severely are only named together, with their doses, nothing is settled, but it is said.
"""

from __future__ import annotations

from itertools import product
from typing import Final

from wardround.evidence.claims import Verdict
from wardround.evidence.reading.structure import Part, Structure
from wardround.evidence.reading.word_lists import listed
from wardround.evidence.verifying.known import Known, bounded, stance, substances, turned
from wardround.knowledge import Interaction, KnowledgeBase

SEVERE: Final = ("contraindicated", "major")
_TOGETHER: Final = listed("together combined combine combination with alongside plus and")
_AFFECTS: Final = ("interact", "affect", "influenc")
_BESIDE: Final = (
    "interact", "affect", "influenc", "together", "combin", "alongsid", "safe", "plus", "should", "may", "people",
)  # fmt: skip


def interaction(base: KnowledgeBase, claim: Structure) -> Known | None:
    """What the base knows of the two drugs or classes that a claim names."""
    pair = _pair(base, claim)
    if pair is None or claim.of(Part.QUANTITY) or bounded(claim):
        return None
    affects = any(t.key.startswith(_AFFECTS) for t in claim.tokens)
    together = any(word in _TOGETHER for word in claim.text.lower().split())
    if not affects and not (together and stance(claim)):
        return None
    found = [known for one, other in product(*pair) if (known := worst(base, one, other)) is not None]
    if not found or _words_beside(claim):
        return None
    harmful = (affects and not turned(claim)) or (not affects and stance(claim) < 0)
    known = min(found, key=_severity)
    told = f"{_names(base, known)} interact ({known.severity}): {known.effect}"
    if not harmful:
        return Known(Verdict.REFUTED, told, known.id) if affects or known.severity in SEVERE else None
    every = len(found) == len(pair[0]) * len(pair[1])
    fits = every and (affects or known.severity in SEVERE)
    return Known(Verdict.SUPPORTED, told, known.id) if fits else None


def severe(base: KnowledgeBase, one: str, other: str) -> Interaction | None:
    """The interaction of two drugs that must not, or hardly, be taken together."""
    known = worst(base, one, other)
    return known if known is not None and known.severity in SEVERE else None


def worst(base: KnowledgeBase, one: str, other: str) -> Interaction | None:
    """The gravest of two drugs' interactions."""
    return min(base.interactions_between(one, other), key=_severity, default=None) if one != other else None


def _severity(known: Interaction) -> int:
    return ("contraindicated", "major", "moderate").index(known.severity)


def _names(base: KnowledgeBase, known: Interaction) -> str:
    return " and ".join(base.named(one) for one in known.between)


def _pair(base: KnowledgeBase, claim: Structure) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The two that are named, each with its drugs."""
    keys = substances(claim)
    groups = [
        (key,) if key in base.drugs else base.members(key) if key in base.classes else () for key in keys
    ]
    return (groups[0], groups[1]) if len(groups) == 2 and all(groups) else None


def _words_beside(claim: Structure) -> int:
    return sum(t.part is Part.WORD and not t.key.startswith(_BESIDE) for t in claim.tokens)
