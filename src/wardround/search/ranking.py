"""Ranks the texts of one list against a question, and says what each part of a score came from. Equal scores keep their order.

Deterministic. A text is found by its own words and, within its group, by what stands around it.
"""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, T words of the question)
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardround.search.embedding import Embedder, Reading, Vectors, likeness, only
from wardround.search.errors import SearchError
from wardround.search.hints import asks_when, named_days, named_speakers, nearness, tells_when
from wardround.search.neighbours import BEST, SUMMED, best, lent, numbered, summed
from wardround.search.weights import BY_WORDS, FUSED, Weights
from wardround.search.word_index import WordIndex
from wardround.search.words import words

DEEP: Final = 2_000
"""So many texts, the best by everything else, are compared word by word."""
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, and what is known of it. Texts of one group that follow each other in the list are neighbours."""

    text: str
    speaker: str | None = None
    day: date | None = None
    group: str | None = None

    @property
    def said(self) -> str:
        """What an embedder reads: the text, with its speaker where there is one."""
        return f"{self.speaker}: {self.text}" if self.speaker else self.text


@dataclass(frozen=True, slots=True)
class Hit:
    """The text at `place` of the list. `parts` add up to `score`."""

    place: int
    score: float
    parts: Mapping[str, float]


class Ranker:
    """Of texts that never change; `extended` makes one of more texts without reading the old ones again."""

    def __init__(
        self,
        texts: Sequence[str | Passage],
        *,
        vectors: Reading | None = None,
        embedder: Embedder | None = None,
        weights: Weights | None = None,
    ) -> None:
        """`vectors`: what this embedder read in these passages' `said`, if that is kept. Without an embedder words alone count."""
        self.passages = tuple(Passage(t) if isinstance(t, str) else t for t in texts)
        self.weights = weights or (BY_WORDS if embedder is None else FUSED)
        self.vectors = _checked(vectors, self.passages, embedder)
        self._embedder = embedder
        self._group_N = numbered([p.group for p in self.passages])
        self._index = WordIndex([words(p.text) for p in self.passages], groups=self._group_N, reach=SUMMED)
        self._speakers = frozenset(p.speaker for p in self.passages if p.speaker)
        self._days = [p.day for p in self.passages]
        self._tells_N = np.array([tells_when(p.text) for p in self.passages], dtype=np.float32)
        self._whole_ND = (
            None if self.vectors is None else summed(self.vectors.sentences, self._group_N, SUMMED)
        )

    def __len__(self) -> int:
        return len(self.passages)

    def extended(self, texts: Sequence[str | Passage]) -> Ranker:
        """A ranker of these texts behind the old ones."""
        more = tuple(Passage(t) if isinstance(t, str) else t for t in texts)
        vectors = self.vectors
        if vectors is not None and self._embedder is not None:
            vectors = vectors.joined(self._embedder.read([p.said for p in more]))
        return Ranker((*self.passages, *more), vectors=vectors, embedder=self._embedder, weights=self.weights)

    def rank(self, query: str, k: int = 10, *, among: Collection[int] | None = None) -> tuple[Hit, ...]:
        """The k best, best first; `among` these places alone. What shares nothing with the question is no hit."""
        if k < 1:
            raise SearchError(f"k: {k} texts cannot be found. Ask for 1 or more.")
        if not self.passages:
            return ()
        parts = self.parts(query)
        total_N = np.round(np.sum(list(parts.values()), axis=0, dtype=np.float64), DIGITS)
        places = self._places(among)
        found = places[(total_N[places] > 0) & self._touched(parts)[places]]
        order = found[np.lexsort((found, -total_N[found]))][:k]
        return tuple(
            Hit(
                int(place),
                float(total_N[place]),
                {name: float(part_N[place]) for name, part_N in parts.items()},
            )
            for place in order
        )

    def parts(self, query: str) -> dict[str, NDArray[np.float32]]:
        """Every part of every text's score, weighed, N each."""
        named, subject = named_speakers(query, self._speakers)
        subject = subject if words(subject) else query
        asked = words(subject)
        weights = self.weights
        parts = {"words": weights.words / (self._index.most(asked) or 1.0) * self._index.scores(asked)}
        if weights.speaker and len(named) == 1:
            said = [p.speaker == named[0] for p in self.passages]
            parts["speaker"] = weights.speaker * np.array(said, dtype=np.float32)
        if weights.day and (days := named_days(query)):
            parts["day"] = weights.day * nearness(self._days, days)
        if weights.when and asks_when(query):
            parts["when"] = weights.when * self._tells_N
        return parts | self._meant(subject, parts)

    def _meant(self, subject: str, others: Mapping[str, Vectors]) -> dict[str, Vectors]:
        """The parts that an embedder gives."""
        if self._embedder is None or self.vectors is None or self._whole_ND is None:
            return {}
        question = self._embedder.read([subject])
        parts = {"whole": self.weights.whole * np.maximum(self._whole_ND @ question.sentences[0], 0)}
        if len(question.words):
            before_N = np.sum([*others.values(), parts["whole"]], axis=0)
            parts["meaning"] = self.weights.meaning * self._near(question.words, self.vectors, before_N)
        return parts

    def _near(self, question_TD: Vectors, vectors: Reading, before_N: Vectors) -> Vectors:
        """The mean likeness of the question's words to each text and its neighbours; 0 where it is not looked at."""
        n = len(self.passages)
        if n <= DEEP:
            near_TN = likeness(question_TD, vectors)
        else:
            looked_at = self._with_neighbours(np.lexsort((np.arange(n), -before_N))[:DEEP])
            near_TN = np.zeros((len(question_TD), n), dtype=np.float32)
            near_TN[:, looked_at] = likeness(question_TD, only(vectors, looked_at))
        mean_N: Vectors = np.maximum(best(near_TN, self._group_N, BEST).mean(axis=0), 0)
        return mean_N

    def _with_neighbours(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        chosen_N = np.zeros(len(self.passages), dtype=bool)
        chosen_N[places] = True
        wide_N = chosen_N.copy()
        for _, takes, gives in lent(self._group_N, BEST):
            wide_N[gives[chosen_N[takes]]] = True
        return np.flatnonzero(wide_N)

    def _touched(self, parts: Mapping[str, Vectors]) -> NDArray[np.bool_]:
        """Which texts share a word, a meaning or a day with the question: who says it is no reason by itself."""
        grounds = [parts[name] > 0 for name in ("words", "meaning", "whole", "day") if name in parts]
        touched_N: NDArray[np.bool_] = np.logical_or.reduce(grounds)
        return touched_N

    def _places(self, among: Collection[int] | None) -> NDArray[np.intp]:
        if among is None:
            return np.arange(len(self.passages))
        places = np.unique(np.fromiter(among, dtype=np.intp, count=len(among)))
        if len(places) and not (places[0] >= 0 and places[-1] < len(self.passages)):
            raise SearchError(f"among: there are places 0 to {len(self.passages) - 1} alone. Name those.")
        return places


def _checked(
    vectors: Reading | None, passages: Sequence[Passage], embedder: Embedder | None
) -> Reading | None:
    """The vectors of these texts: those that are kept, or new ones."""
    if embedder is None:
        return None
    if vectors is None:
        return embedder.read([p.said for p in passages])
    if len(vectors) != len(passages):
        raise SearchError(
            f"vectors: of {len(vectors)} texts, but there are {len(passages)}. Give the vectors of these texts."
        )
    return vectors
