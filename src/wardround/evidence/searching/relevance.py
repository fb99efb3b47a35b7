"""How much a passage has to do with a question: by words and names from the index, by meaning from its sentences.

Each part is a share from 0 to 1 before it is weighed. The weights are round figures, chosen by hand.
"""

# ruff: noqa: N806 (dimension suffixes: N passages)
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from wardround.evidence.documents import Passage
from wardround.evidence.searching.facets import Kinds, Limits
from wardround.evidence.searching.wanting import Asked
from wardround.search import (
    BIGGEST_NUMBER,
    Embedder,
    Entry,
    FullText,
    KeptVectors,
    Meanings,
    retriever,
    sentences,
    starts_of,
)

VECTORS: Final = "vectors"
TITLE_COUNTS: Final = 0.3
"""What a question's word in the title counts, beside the same word in the text."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What each part of relevance counts; they add up to 1."""

    words: float
    things: float
    meaning: float


ALONE: Final = Shares(words=0.7, things=0.3, meaning=0.0)
"""Without an embedder."""
FUSED: Final = Shares(words=0.35, things=0.2, meaning=0.45)
Match = tuple[Passage, float, float]
"""A passage, its share by words, and which share of the named things it speaks of."""


class ByWords:
    """The passages in a tantivy index, brought up to date when it is opened."""

    def __init__(self, passages: Iterable[Passage], kinds: Kinds, folder: Path | None) -> None:
        self._passages = {number_of(p, kinds.mark(p.document)): p for p in passages}
        self._texts = FullText(None if folder is None else folder / "words", title_counts=TITLE_COUNTS)
        there = self._texts.numbers()
        gone = there - self._passages.keys()
        new = [
            Entry(number, passage.text, passage.document.title, (kinds.mark(passage.document),))
            for number, passage in self._passages.items()
            if number not in there
        ]
        if new or gone:
            self._texts.change(new, gone)

    def found(self, asked: Asked, holding: Sequence[Collection[str]], pool: int) -> dict[str, Match]:
        """The best by words, by passage id."""
        most = self._texts.most(asked.all) or 1.0
        by_words = self._texts.find(asked.all, pool, holding=holding)
        held = self._texts.held(asked.things, max(pool, len(by_words)), holding=holding)
        things = len(asked.things) or 1
        found = {}
        for number in {**by_words, **held}:
            passage = self._passages[number]
            words = min(by_words.get(number, 0.0) / most, 1.0)
            found[passage.id] = (passage, words, held.get(number, 0.0) / things)
        return found


class ByMeaning:
    """The passages and their sentences as vectors; kept in the folder where there is one, so that none is read twice."""

    def __init__(
        self, passages: Sequence[Passage], kinds: Kinds, embedder: Embedder, folder: Path | None
    ) -> None:
        self._ids = [p.id for p in passages]
        self._documents = [p.document for p in passages]
        self._place = {id: place for place, id in enumerate(self._ids)}
        self._reader = embedder
        self._turns = retriever(embedder)
        keeping = embedder if folder is None else KeptVectors(folder / VECTORS, embedder)
        texts = [_pieces(p) for p in passages]
        vectors = keeping.encode([piece for text in texts for piece in text])
        self._meanings = Meanings(vectors, starts_of(texts))
        self._whole_ND = keeping.encode([f"{p.document.title} {p.text}".strip() for p in passages])
        self._turned_ND = self._whole_ND if self._turns is None else self._turns.of_texts(self._whole_ND)

    def found(self, question: str, limits: Limits, pool: int, also: Mapping[str, object]) -> dict[str, float]:
        """How near each passage comes, its best sentence and itself as a whole by halves: the nearest, and the `also` ones."""
        if not self._ids or not question.strip():
            return {}
        asked_1D = self._reader.encode([question])
        sentence_N, _ = self._meanings.near(asked_1D[0])
        turned_1D = asked_1D if self._turns is None else self._turns.of_questions(asked_1D)
        whole_N = (self._whole_ND @ asked_1D[0] + self._turned_ND @ turned_1D[0]) / 2
        near_N = (np.maximum(sentence_N, 0) + np.maximum(whole_N, 0)) / 2
        order = (int(place) for place in np.argsort(-near_N, kind="stable"))
        kept = islice((place for place in order if limits.holds(self._documents[place])), pool)
        places = dict.fromkeys([*kept, *(self._place[id] for id in also)])
        return {self._ids[place]: float(near_N[place]) for place in places}


def _pieces(passage: Passage) -> tuple[str, ...]:
    """Title and sentences; a passage that says nothing is one empty piece."""
    said = (passage.document.title, *sentences(passage.text))
    return tuple(piece for piece in said if piece.strip()) or ("",)


def number_of(passage: Passage, mark: str) -> int:
    """What a passage is indexed under: changes with anything that is indexed of it."""
    said = "\0".join((passage.id, passage.document.title, passage.text, mark))
    digest = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") & BIGGEST_NUMBER
