"""The systems that retrieval is measured with: anchors as they come, ours, and each stage of ours by itself.

`bm25s` with its own defaults, and with our words (stems); `minilm` on whole documents. `words` is tantivy; `names` the same with
the other names that the knowledge base has for what a query names; `sentences` the
nearest sentence by MiniLM as it comes, `turned` MiniLM on whole documents after the turn that was learnt (it learnt what the
others lack, and is no good alone); `ours` fuses them with `minilm`, and `fused_plain` is the same with nothing learnt.
"""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, S sentences, D dimensions)
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wardround.evaluation.retrieval_sets import RetrievalSet, Text
from wardround.evidence import searched_for
from wardround.knowledge import KnowledgeBase
from wardround.search import (
    SHIPPED,
    Embedder,
    Finder,
    Meanings,
    Vectors,
    fused,
    retriever,
    sentences,
    starts_of,
    words,
)

DEPTH: Final = 100
SYSTEMS: Final = (
    "ours",
    "bm25s",
    "bm25s_stemmed",
    "minilm",
    "words",
    "names",
    "sentences",
    "turned",
    "fused_plain",
)
WITHOUT: Final = {
    "bm25s": "bm25s is not installed and unscored: pip install 'wardround[bench]'",
    "minilm": "MiniLM is not installed and unscored, ours ranks by words: pip install 'wardround[embed]'",
}
_AT_ONCE: Final = 2_048
Told = Callable[[int, int], None]


@dataclass(slots=True)
class Ranking:
    """The first hundred places of every query, and the seconds that asking all of them took."""

    places: list[NDArray[np.intp]] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Systems:
    """Rankings by system, what making each index took, and the turn that scored each query."""

    rankings: Mapping[str, Ranking]
    seconds: dict[str, float]
    turns: list[str | None]


def systems(
    one: RetrievalSet,
    base: KnowledgeBase,
    model: Embedder | None,
    keeps: Embedder | None,
    told: Told | None = None,
) -> Systems:
    """Every system that can run here, asked every query.

    `model`: MiniLM, which reads the queries; None leaves out what needs it. `keeps` reads the documents with it.
    """
    clock = _Clock()
    questions = [asked.text for asked in one.asked]
    found: dict[str, Ranking] = {}
    whole = [text.whole for text in one.texts]
    if find_spec("bm25s") is not None:
        found |= clock.made("bm25s", lambda: _bm25s(whole, questions))
    finder = clock.made("words", lambda: Finder(whole))
    _, found["words"] = _ranked(questions, finder.by_words)
    by_names, found["names"] = _ranked(questions, lambda said: finder.by(searched_for(said, base)))
    turns = retriever(model)
    if model is None or keeps is None or turns is None:
        return Systems(found | {"ours": found["names"]}, clock.seconds, [None] * len(questions))
    text_ND = clock.made("minilm", lambda: _read(keeps, whole, told))
    plain, found["minilm"] = _ranked(questions, lambda said: text_ND @ model.encode([said])[0])
    pieces = [pieces_of(text) for text in one.texts]
    flat = [piece for text in pieces for piece in text]
    sentence = clock.made("sentences", lambda: Meanings(_read(keeps, flat, told), starts_of(pieces)))
    near, found["sentences"] = _ranked(questions, lambda said: sentence.near(model.encode([said])[0])[0])
    chosen = {said: turns.seen.turn_for(said) for said in questions}
    turned = clock.made(
        "turned", lambda: {turn: turns.of_texts(text_ND, turn) for turn in {SHIPPED, *chosen.values()}}
    )
    by_turn, found["turned"] = _ranked(
        questions,
        lambda said: turned[chosen[said]] @ turns.of_questions(model.encode([said]), chosen[said])[0],
    )
    found["fused_plain"] = _fused(by_names, near, plain, plain, [found["names"], found["sentences"]])
    found["ours"] = _fused(by_names, near, plain, by_turn, [found["names"], found["sentences"]])
    return Systems(found, clock.seconds, [chosen[said] for said in questions])


def pieces_of(text: Text) -> tuple[str, ...]:
    """A document's title and sentences, short enough to mean one thing each."""
    said = tuple(piece for part in (text.title, *text.parts) for piece in sentences(part))
    return said or ("",)


class _Clock:
    """What each index took to make."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def made(self, name: str, make: Callable[[], Any]) -> Any:
        """What `make` makes, timed under `name`."""
        began = perf_counter()
        what = make()
        self.seconds[name] = round(perf_counter() - began, 2)
        return what


def first(score_N: Vectors) -> NDArray[np.intp]:
    """The best places, best first, equal ones in their order; what has no score at all is no hit."""
    order = np.argsort(-score_N, kind="stable")[:DEPTH]
    found: NDArray[np.intp] = order[score_N[order] != 0]
    return found


def _ranked(questions: Sequence[str], score: Callable[[str], Vectors]) -> tuple[list[Vectors], Ranking]:
    """Every question's scores, and the ranking with its time."""
    ranking, scores = Ranking(), []
    for question in questions:
        began = perf_counter()
        score_N = score(question)
        ranking.places.append(first(score_N))
        ranking.seconds += perf_counter() - began
        scores.append(score_N)
    return scores, ranking


def _fused(
    by_words: Sequence[Vectors],
    near: Sequence[Vectors],
    whole: Sequence[Vectors],
    turned: Sequence[Vectors],
    stages: Sequence[Ranking],
) -> Ranking:
    """All of them fused. The time is that of the stages and of fusing: a question is read once, with its sentences."""
    ranking = Ranking(seconds=sum(stage.seconds for stage in stages))
    began = perf_counter()
    for parts in zip(by_words, near, whole, turned, strict=True):
        ranking.places.append(first(fused(*parts)))
    ranking.seconds += perf_counter() - began
    return ranking


def _bm25s(texts: Sequence[str], questions: Sequence[str]) -> dict[str, Ranking]:
    """bm25s with its own words and stop words, and with our stems."""
    bm25s: Any = import_module("bm25s")

    def own(said: Sequence[str]) -> Any:
        return bm25s.tokenize(list(said), stopwords="en", return_ids=False, show_progress=False)

    def stems(said: Sequence[str]) -> list[list[str]]:
        return [words(one) for one in said]

    found = {}
    for name, parted in (("bm25s", own), ("bm25s_stemmed", stems)):
        index = bm25s.BM25()
        index.index(parted(texts), show_progress=False)

        def score(said: str, index: Any = index, parted: Any = parted) -> Vectors:
            tokens = parted([said])[0]
            return np.asarray(index.get_scores(tokens), dtype=np.float32)

        found[name] = _ranked(questions, score)[1]
    return found


def _flat(pieces: Sequence[Sequence[str]]) -> list[str]:
    return [piece for text in pieces for piece in text]


def _read(model: Embedder, texts: Sequence[str], told: Told | None) -> Vectors:
    """Vectors of the texts, a few thousand at a time."""
    made = []
    for start in range(0, len(texts), _AT_ONCE):
        made.append(model.encode(texts[start : start + _AT_ONCE]))
        if told is not None:
            told(min(start + _AT_ONCE, len(texts)), len(texts))
    return np.concatenate(made)
