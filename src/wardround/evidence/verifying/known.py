"""What every check against the base asks of a claim first: of which drugs it speaks, of which conditions, and on which side it stands.

A name with a sign of its own (`migraine without aura`) is no name of the plain thing; nothing here guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wardround.evidence.claims import Verdict
from wardround.evidence.reading.structure import Part, Structure, Token
from wardround.evidence.reading.word_lists import NEGATIONS, listed
from wardround.knowledge import Drug, KnowledgeBase

_AVOIDS: Final = listed(
    "avoid avoids avoided avoiding contraindicated stop stops stopped stopping withhold withheld discontinue discontinued unsafe omit omitted "
    "dangerous harmful inappropriate unsuitable forbidden prohibited ceased cease suspend suspended withdrawn"
)
_ALLOWS: Final = listed(
    "safe safely suitable allowed permitted appropriate recommended preferred first-choice choice compatible given give giving use used start "
    "started offer offered continue continued take taken prescribe prescribed indicated"
)
_PREGNANT: Final = frozenset(
    {"finding.pregnancy", "finding.over_20_weeks_pregnant", "condition.pregnancy", "for pregnant"}
)
_PRESENT: Final = frozenset({"if", "when", "where", "whenever", "while", "during", "even"})
"""Bounds that only say in whom: the thing is there."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the base says of a claim: the verdict, why, and by which entry. `exact`: not within a range, the very thing."""

    verdict: Verdict
    why: str
    entry: str
    exact: bool = True


def drugs_named(base: KnowledgeBase, claim: Structure) -> list[str]:
    """The drugs themselves, not their classes, each once."""
    return [key for key in substances(claim) if key in base.drugs]


def substances(claim: Structure) -> tuple[str, ...]:
    """Drugs, classes and allergies, each once, in their order; `with` in a drug's own name turns nothing round."""
    return tuple(dict.fromkeys(plain(t) or t.key for t in claim.of(Part.DRUG)))


def subject(base: KnowledgeBase, claim: Structure) -> tuple[str, tuple[Drug, ...]] | None:
    """The one drug, or every drug of the one class, that a claim speaks of, with its name; None where there are more or none."""
    keys = substances(claim)
    if len(keys) != 1:
        return None
    key = keys[0]
    if key in base.drugs:
        return base.drugs[key].name, (base.drugs[key],)
    members = base.members(key) if key in base.classes else ()
    return (base.named(key), tuple(base.drugs[one] for one in members)) if members else None


def plain(token: Token) -> str | None:
    """The id that a name means; None where a word within it may turn it round."""
    slug, _, marks = token.key.partition(" ")
    return None if any(mark in NEGATIONS or mark == "non" for mark in marks.split()) else slug


def named(claim: Structure) -> frozenset[str] | None:
    """The conditions, findings and analytes of a claim; None where one of them cannot be read."""
    slugs = [plain(t) for t in claim.of(Part.NAME)]
    return None if None in slugs else frozenset(slug for slug in slugs if slug is not None)


def pregnant(claim: Structure) -> bool:
    """Whether it speaks of pregnancy, however it is called."""
    return any(t.key in _PREGNANT for t in claim.of(Part.NAME, Part.POPULATION))


def is_pregnancy(slug: str) -> bool:
    """Whether a name is only pregnancy's."""
    return slug in _PREGNANT


def says(claim: Structure, words: frozenset[str]) -> bool:
    """Whether one of the words stands in it."""
    return any(t.word in words for t in claim.tokens)


def turned(claim: Structure) -> bool:
    """Whether its negations turn it round."""
    return len(claim.of(Part.NEGATION)) % 2 == 1


def bounded(claim: Structure) -> bool:
    """Whether a word bounds it that may turn it round or leave only a part of it: `unless`, `until`, `after`, `only`."""
    return any(t.word not in _PRESENT for t in claim.of(Part.LIMIT))


def stance(claim: Structure) -> int:
    """-1 where it says not to, 1 where it says to or that one may, 0 where neither is plain."""
    avoids, allows = says(claim, _AVOIDS), says(claim, _ALLOWS)
    if avoids and not allows:
        return 1 if turned(claim) else -1
    if allows and not avoids:
        return -1 if turned(claim) else 1
    return 0
