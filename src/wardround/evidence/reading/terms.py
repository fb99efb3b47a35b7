"""The names of the knowledge base in a text: drugs, classes, conditions, findings, tests, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Final

from wardround.evidence.reading.word_lists import listed as _listed
from wardround.knowledge import KnowledgeBase
from wardround.search.words import stem

_KINDS: Final = ("drug", "class", "allergy", "condition", "analyte", "test", "finding")
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LONGEST: Final = 7
_SHORTEST: Final = 3
_TOO_COMMON: Final = _listed(
    "well weak hot cold down up low high fall falls run running bad off out sick ill pain cut bite work red blue dry itch thin "
    "lump spots swelling water sleep lead iron eye skin ear back chest leg arm age sex home"
)
"""Single words that a lay name shares with ordinary language."""


class Terms:
    """Longest names first. Built once for a base."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._names: dict[tuple[str, ...], str] = {}
        drugs = frozenset(w for kind in ("drug", "class") for w in knowledge.names.by_name.get(kind, {}))
        for kind in _KINDS:
            for words, slug in knowledge.names.by_name.get(kind, {}).items():
                key = tuple(stem(w) for w in words)
                if kind == "finding" and _hold(words, drugs):
                    continue
                if len(key) <= _LONGEST and not (
                    len(key) == 1 and (len(words[0]) < _SHORTEST or words[0] in _TOO_COMMON)
                ):
                    self._names.setdefault(key, slug)
        self._first: dict[str, int] = {}
        for key in self._names:
            self._first[key[0]] = max(self._first.get(key[0], 0), len(key))

    def within(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and id of every name, from left to right, none within another."""
        found = [(m.start(), m.end(), stem(m.group())) for m in _WORD.finditer(text.lower())]
        place = 0
        while place < len(found):
            for length in range(min(self._first.get(found[place][2], 0), len(found) - place), 0, -1):
                slug = self._names.get(tuple(f[2] for f in found[place : place + length]))
                if slug is not None:
                    yield found[place][0], found[place + length - 1][1], slug
                    place += length
                    break
            else:
                place += 1


def _hold(words: tuple[str, ...], drugs: frozenset[tuple[str, ...]]) -> bool:
    """Whether a finding's name holds a drug's: `take metformin` would hide the drug from whoever looks at its dose."""
    spans = combinations(range(len(words) + 1), 2)
    return any(words[a:b] in drugs for a, b in spans if b - a < len(words))


@lru_cache(maxsize=4)
def terms(knowledge: KnowledgeBase) -> Terms:
    """The names of a base, compiled once."""
    return Terms(knowledge)
