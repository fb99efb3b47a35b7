"""Short names of conditions: their ICD-10 codes, spelled; a letter follows where two conditions share one.

Characters are shared by all, so that a condition can be said that no example ever named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from wardround.knowledge import KnowledgeBase

UNCODED = "U99"
"""What the name of a condition without a code begins with."""


@dataclass(frozen=True)
class ShortNames:
    """`code` by condition, and `slug` by code: one for each, in both directions."""

    code: Mapping[str, str]
    slug: Mapping[str, str]

    def of(self, slug: str) -> str:
        """The short name; the id itself where the base does not name it."""
        return self.code.get(slug, slug)


@lru_cache(maxsize=8)
def short_names(base: KnowledgeBase) -> ShortNames:
    """Names for every condition and every alternative of the base."""
    sharing: dict[str, list[str]] = {}
    coded = {slug: entry.icd10 for slug, entry in base.alternatives.items()}
    coded |= {slug: entry.icd10 for slug, entry in base.conditions.items()}
    for slug, codes in sorted(coded.items()):
        sharing.setdefault(codes[0].code if codes else UNCODED, []).append(slug)
    code: dict[str, str] = {}
    for shared, slugs in sorted(sharing.items()):
        alone = len(slugs) == 1 and shared != UNCODED
        for at, slug in enumerate(slugs):
            code[slug] = shared if alone else f"{shared}{_letters(at)}"
    return ShortNames(code, {short: slug for slug, short in code.items()})


def _letters(at: int) -> str:
    """a, b, ... z, za, zb, ..."""
    return "z" * (at // 25) + "abcdefghijklmnopqrstuvwxy"[at % 25]
