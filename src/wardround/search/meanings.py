"""Texts by what their sentences mean: how near the nearest sentence comes to a question, and how near all of them together."""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, S sentences of all texts, D dimensions, Q questions)
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wardround.search.embedding import Vectors
from wardround.search.errors import SearchError


class Meanings:
    """Never changes once it is made."""

    def __init__(self, sentence_SD: Vectors, starts: NDArray[np.int64]) -> None:
        """`starts`: where each text's sentences begin, and where the last one's end, N + 1. Every text has a sentence."""
        if len(starts) < 1 or starts[-1] != len(sentence_SD) or bool((np.diff(starts) < 1).any()):
            raise SearchError(
                "starts: they do not part the sentences into texts. Give each text one sentence or more."
            )
        self._sentence_SD = sentence_SD
        self._starts = starts
        total_ND = np.add.reduceat(sentence_SD, starts[:-1], axis=0) if len(starts) > 1 else sentence_SD
        self._mean_ND: Vectors = (total_ND / np.maximum(np.diff(starts)[:, None], 1)).astype(np.float32)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def near(self, question_D: Vectors) -> tuple[Vectors, Vectors]:
        """Of every text: the nearest sentence's likeness, and the mean of all its sentences', N each."""
        if not len(self):
            none = np.zeros(0, dtype=np.float32)
            return none, none
        near_S: Vectors = (self._sentence_SD @ question_D).astype(np.float32)
        best_N: Vectors = np.maximum.reduceat(near_S, self._starts[:-1])
        mean_N: Vectors = self._mean_ND @ question_D
        return best_N, mean_N

    def nearest(self, place: int, question_D: Vectors) -> int:
        """Which of a text's sentences is nearest."""
        there = slice(self._starts[place], self._starts[place + 1])
        return int(np.argmax(self._sentence_SD[there] @ question_D))


def starts_of(texts: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Where each text's sentences begin when they stand one after the other."""
    return np.concatenate([[0], np.cumsum([len(one) for one in texts])]).astype(np.int64)
