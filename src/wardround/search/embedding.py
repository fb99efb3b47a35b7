"""What a text means, as an embedder reads it: one vector of the whole, and one of every word that says something."""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, D dimensions, P words of all texts, T words of the question)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from wardround.search.errors import SearchError

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Of N texts. Every vector has length 1; `starts` says where each text's words begin, and where the last one's end."""

    sentences: Vectors
    """N x D."""
    words: Vectors
    """P x D, without stop words and marks, text after text. A text may have none."""
    starts: NDArray[np.int64]
    """N + 1."""

    def __len__(self) -> int:
        return len(self.sentences)

    def joined(self, other: Reading) -> Reading:
        """This one's texts, then the other's."""
        return Reading(
            np.concatenate([self.sentences, other.sentences]),
            np.concatenate([self.words, other.words]),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
        )

    def packed(self) -> tuple[bytes, ...]:
        """One run of bytes for each text, to be kept in a store: half precision, the whole first, then the words."""
        return tuple(
            np.concatenate([self.sentences[k : k + 1], self.words[self.starts[k] : self.starts[k + 1]]])
            .astype("<f2")
            .tobytes()
            for k in range(len(self))
        )

    @classmethod
    def unpacked(cls, kept: Sequence[bytes], dimensions: int) -> Reading:
        """What `packed` made of each text. Raises SearchError where it made no such thing."""
        for place, one in enumerate(kept):
            if not one or len(one) % (2 * dimensions):
                raise SearchError(
                    f"kept vectors {place}: {len(one)} bytes are no rows of {dimensions}. Read the text again."
                )
        rows = [np.frombuffer(one, dtype="<f2").astype(np.float32).reshape(-1, dimensions) for one in kept]
        none = np.zeros((0, dimensions), dtype=np.float32)
        return cls(
            np.concatenate([none, *(r[:1] for r in rows)]),
            np.concatenate([none, *(r[1:] for r in rows)]),
            np.concatenate([[0], np.cumsum([len(r) - 1 for r in rows])]).astype(np.int64),
        )


class Embedder(Protocol):
    """Turns texts into vectors; the same text into the same ones."""

    @property
    def name(self) -> str:
        """Which one: vectors of another mean nothing to it."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 for each text, N x D."""
        ...

    def read(self, texts: Sequence[str]) -> Reading:
        """The same, and the vectors of the texts' words."""
        ...


def likeness(question_TD: Vectors, reading: Reading) -> Vectors:
    """How near each of the question's words comes to the nearest word of each text, T x N; 0 where a text has no words.

    The inner half of late interaction (Khattab and Zaharia 2020, ColBERT), here with a model that was not trained for it.
    """
    best_TN = np.zeros((len(question_TD), len(reading)), dtype=np.float32)
    has_N = np.diff(reading.starts) > 0
    if has_N.any() and len(question_TD):
        near_TP = question_TD @ reading.words.T
        best_TN[:, has_N] = np.maximum.reduceat(near_TP, reading.starts[:-1][has_N], axis=1)
    return best_TN


def only(reading: Reading, places: NDArray[np.intp]) -> Reading:
    """The reading of some of the texts, in that order."""
    length = np.diff(reading.starts)[places]
    starts = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    rows = np.repeat(reading.starts[:-1][places] - starts[:-1], length) + np.arange(int(starts[-1]))
    return Reading(reading.sentences[places], reading.words[rows], starts)
