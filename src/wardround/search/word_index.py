"""BM25 over the words of texts and, with decay, of their neighbours: sparse postings in numpy, quick to build.

score(q, d) = sum over words of idf(w) f / (f + k1 (1 - b + b |d| / mean |d|)), idf(w) = ln(1 + (N - n + 0.5) / (n + 0.5))
(Robertson and Zaragoza 2009; the idf that Lucene uses). f counts a neighbour's words by its share.
"""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, V different words, P pairs of text and word)
from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardround.search.neighbours import Reach, lent

K1: Final = 0.9
B: Final = 0.4


class WordIndex:
    """Never changes once it is made."""

    def __init__(
        self,
        texts: Sequence[Sequence[str]],
        *,
        groups: NDArray[np.int64] | None = None,
        reach: Reach | None = None,
        k1: float = K1,
        b: float = B,
    ) -> None:
        """`texts`: the words of each; `groups`: which texts are neighbours at all, N."""
        n = len(texts)
        known: dict[str, int] = {}
        word_P = np.array(
            [known.setdefault(w, len(known)) for w in chain.from_iterable(texts)], dtype=np.int64
        )
        text_P = np.repeat(np.arange(n), [len(t) for t in texts])
        text_P, word_P, count_P = _counted(text_P, word_P, np.ones(len(word_P), np.float32), len(known))
        in_texts_V = np.bincount(word_P, minlength=len(known))
        self._idf_V = np.log1p((n - in_texts_V + 0.5) / (in_texts_V + 0.5)).astype(np.float32)
        if groups is not None and reach:
            text_P, word_P, count_P = _with_neighbours(text_P, word_P, count_P, groups, reach, len(known))
        length_N = np.bincount(text_P, weights=count_P, minlength=n)
        mean = float(length_N.mean()) if n else 0.0
        norm_N = k1 * (1 - b + b * length_N / (mean or 1.0))
        weight_P = self._idf_V[word_P] * count_P / (count_P + norm_N[text_P])
        order = np.argsort(word_P, kind="stable")
        self._texts_P = text_P[order]
        self._weight_P = weight_P[order].astype(np.float32)
        self._start_V = np.searchsorted(word_P[order], np.arange(len(known) + 1))
        self._known = known
        self._n = n

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """BM25 of every text, N."""
        score_N = np.zeros(self._n, dtype=np.float32)
        for word in query:
            at = self._known.get(word)
            if at is not None:
                there = slice(self._start_V[at], self._start_V[at + 1])
                score_N[self._texts_P[there]] += self._weight_P[there]
        return score_N

    def most(self, query: Sequence[str]) -> float:
        """What no text's score can pass: the question's words that are known here, each said without end."""
        return float(sum(self._idf_V[self._known[w]] for w in query if w in self._known))


def _counted(
    text_P: NDArray[np.int64], word_P: NDArray[np.int64], count_P: NDArray[np.float32], n_words: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Each pair of text and word once, with its counts added up."""
    pair_P, place_P = np.unique(text_P * max(n_words, 1) + word_P, return_inverse=True)
    count = np.bincount(place_P, weights=count_P, minlength=len(pair_P)).astype(np.float32)
    return pair_P // max(n_words, 1), pair_P % max(n_words, 1), count


def _with_neighbours(
    text_P: NDArray[np.int64],
    word_P: NDArray[np.int64],
    count_P: NDArray[np.float32],
    group_N: NDArray[np.int64],
    reach: Reach,
    n_words: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """The counts with every neighbour's share added."""
    texts, words, counts = [text_P], [word_P], [count_P]
    for share, takes, gives in lent(group_N, reach):
        taker_N = np.full(len(group_N), -1, dtype=np.int64)
        taker_N[gives] = takes
        taken_P = taker_N[text_P]
        there_P = taken_P >= 0
        texts.append(taken_P[there_P])
        words.append(word_P[there_P])
        counts.append(np.float32(share) * count_P[there_P])
    return _counted(np.concatenate(texts), np.concatenate(words), np.concatenate(counts), n_words)
