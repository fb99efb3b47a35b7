"""Searching one list of texts by words (tantivy); and by words, nearest sentence and whole text together, fused.

Fused: every score is brought to mean 0 and deviation 1 over all texts, then weighed. Nothing of a question is looked
at but the question.
"""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, D dimensions)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wardround.search.embedding import Vectors
from wardround.search.full_text import Entry, FullText, Wanted, plainly

POOL: Final = 1_000
"""So many texts, the best by words, have a score by words; the rest have none."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What each part counts. Round figures near those that SciFact's training claims give by cross-validation."""

    words: float = 0.2
    sentence: float = 0.4
    whole: float = 0.2
    turned: float = 0.2


PARTS: Final = Parts()


class Finder:
    """Never changes once it is made."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._n = len(texts)
        self._index = FullText()
        self._index.change(Entry(number, text) for number, text in enumerate(texts))

    def by_words(self, question: str) -> Vectors:
        """BM25 of every text by the question's words alone, N."""
        return self.by(plainly(question))

    def by(self, wanted: Sequence[Wanted]) -> Vectors:
        """BM25 of every text, N; 0 where it holds nothing that is wanted, or stands behind the first thousand."""
        score_N = np.zeros(self._n, dtype=np.float32)
        found = self._index.find(wanted, POOL)
        score_N[list(found)] = list(found.values())
        return score_N


def fused(
    words_N: Vectors, sentence_N: Vectors, whole_N: Vectors, turned_N: Vectors, parts: Parts = PARTS
) -> Vectors:
    """All four, weighed: by words, by the nearest sentence, by the text as a whole, and by that turned."""
    total_N: Vectors = (
        parts.words * standard(words_N)
        + parts.sentence * standard(sentence_N)
        + parts.whole * standard(whole_N)
        + parts.turned * standard(turned_N)
    ).astype(np.float32)
    return total_N


def standard(score_N: Vectors) -> Vectors:
    """Mean 0, deviation 1; all 0 where nothing differs."""
    deviation = float(score_N.std()) if len(score_N) else 0.0
    if deviation == 0.0:
        return np.zeros_like(score_N)
    scaled_N: Vectors = ((score_N - score_N.mean()) / deviation).astype(np.float32)
    return scaled_N
