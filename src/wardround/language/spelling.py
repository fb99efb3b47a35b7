"""Mends a misspelt word to the one word of the lexicon that it can be, or leaves it alone.

Words under five letters, numbers and common English words are never touched; a word that could be two is left;
a drug's name is mended at one edit only, so that no drug turns into another.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

SHORTEST: Final = 5
LONG: Final = 9
"""From this length on one letter too many beside one missing is mended too, except in names of drugs."""
SCORES: Final = (1.0, 0.9, 0.8)


@functools.cache
def common_words() -> frozenset[str]:
    """Frequent English words of five letters and more: never a typo of anything."""
    path = Path(__file__).parent / "data" / "common_words.txt"
    return frozenset(path.read_text(encoding="ascii").split())


class Speller:
    """Looks candidates up by what is left of a word when one letter goes, so that a look-up costs a word's length."""

    def __init__(self, words: Iterable[str], drugs: Iterable[str]) -> None:
        self._drugs = frozenset(drugs)
        self._words = frozenset(w for w in {*words, *self._drugs} if len(w) >= SHORTEST and w.isalpha())
        self._index: dict[str, list[str]] | None = None

    def mend(self, word: str) -> tuple[str, float] | None:
        """The word meant and how sure that is; None where there is no single answer."""
        if len(word) < SHORTEST or not word.isalpha() or word in self._words or word in common_words():
            return None
        by_distance: dict[int, list[str]] = defaultdict(list)
        for candidate in self._near(word):
            distance = edits(word, candidate)
            if distance <= self._allowed(word, candidate):
                by_distance[distance].append(candidate)
        if not by_distance:
            return None
        nearest = min(by_distance)
        found = by_distance[nearest]
        if len(found) != 1 or (found[0] in self._drugs and len(by_distance) > 1):
            return None
        return found[0], SCORES[nearest]

    def _allowed(self, word: str, candidate: str) -> int:
        if candidate in self._drugs:
            return 1
        return 2 if min(len(word), len(candidate)) >= LONG and word[0] == candidate[0] else 1

    def _near(self, word: str) -> set[str]:
        if self._index is None:
            self._index = defaultdict(list)
            for known in sorted(self._words):
                for form in _shortened(known):
                    self._index[form].append(known)
        return {known for form in _shortened(word) for known in self._index.get(form, ())}


def _shortened(word: str) -> Iterator[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


def edits(a: str, b: str) -> int:
    """Letters changed, added, left out, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i, *([0] * len(b))]
        for j, y in enumerate(b, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], older[j - 2] + 1)
    return row[-1]
