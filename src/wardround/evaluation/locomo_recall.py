"""`wardround eval memory`: which share of a question's evidence stands among the first 5 and 10 turns, by every system alike.

All rank the same turns of the same conversation, read as `Speaker: words (and the picture's caption)`. BM25 is given
windows of three turns as well, credited to their middle one, for that is where it does better. Ours (`wardround.search`,
as memory uses it) knows of each turn its speaker, day and session too. Nothing learns from the questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
import orjson

from wardround.evaluation.intervals import intervals, means
from wardround.evaluation.keeping import write_whole
from wardround.evaluation.locomo import ADVERSARIAL, CATEGORIES, Conversation, Question, Turn, read_locomo
from wardround.evaluation.surroundings import surroundings
from wardround.harness import ConfigurationError
from wardround.search import BY_WORDS, FUSED, Embedder, Passage, Ranker, Reading, Vectors, WordIndex, embedder

FIGURES: Final = ("recall@5", "recall@10")
DEPTHS: Final = {"recall@5": 5, "recall@10": 10}
ANCHORS: Final = ("bm25", "bm25_turns", "minilm", "minilm_without_names")
SYSTEMS: Final = ("ours", "ours_without_hints", "ours_by_words", *ANCHORS)
TIMED: Final = ("ours", "ours_by_words", "bm25", "bm25_turns", "minilm")
"""The others ask what these asked, and are told what was read then."""
_K1, _B = 1.5, 0.75
_WORD: Final = re.compile(r"\b\w\w+\b")
_STOP: Final = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not", "of",
     "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was", "will", "with")
)  # fmt: skip
"""Words, stop words, k1 and b as bm25s (Lù 2024) has them unless told otherwise."""

Search = Callable[[str], Sequence[int]]
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LocomoConfig:
    """`limit` takes the first questions of the file. `embed=False` leaves out what needs the extra `embed`."""

    data: Path
    limit: int | None = None
    seed: int = 0
    embed: bool = True

    def __post_init__(self) -> None:
        """Checked before anything is read."""
        if self.limit is not None and self.limit < 1:
            raise ConfigurationError("--limit: there is nothing to ask.", fix="Give 1 or more.")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the turns that each system ranks first. Unscored where its evidence names no turn."""

    question: Question
    first: Mapping[str, tuple[int, ...]]

    @property
    def scored(self) -> bool:
        """Whether there is evidence to be found."""
        return bool(self.question.evidence)

    def figures(self, system: str) -> dict[str, float | None]:
        """The share of the evidence among the first; None without evidence, or without the system."""
        places, evidence = self.first.get(system), self.question.evidence
        if places is None or not evidence:
            return dict.fromkeys(FIGURES)
        return {name: len(evidence & set(places[:k])) / len(evidence) for name, k in DEPTHS.items()}


@dataclass(frozen=True)
class Locomo:
    """The report, and the questions it rests on."""

    report: dict[str, Any]
    asked: tuple[Asked, ...]


def examine_locomo(config: LocomoConfig, told: Told | None = None) -> Locomo:
    """Ask every question of every system. Raises ConfigurationError for a file that cannot be used."""
    began = perf_counter()
    conversations = _limited(read_locomo(config.data), config.limit)
    model = embedder() if config.embed else None
    seconds = dict.fromkeys(SYSTEMS, 0.0)
    asked: list[Asked] = []
    for conversation in conversations:
        asked.extend(_ask(conversation, model, seconds))
        if told is not None:
            told(len(asked), sum(len(c.questions) for c in conversations))
    report = {
        "task": "memory",
        **_report(asked, seconds, config.seed),
        "texts": sum(len(c.turns) for c in conversations),
        "embedder": model.name if model is not None else None,
        **({} if model is not None or not config.embed else {"note": _WITHOUT}),
        "weights": asdict(BY_WORDS if model is None else FUSED),
        "seconds": round(perf_counter() - began, 2),
        "config": {**asdict(config), "data": str(config.data)},
        "seed": config.seed,
        **surroundings(),
    }
    return Locomo(report, tuple(asked))


_WITHOUT: Final = "MiniLM is not installed and unscored, ours ranks by words: pip install 'wardround[embed]'"


def keep_locomo(folder: Path, done: Locomo) -> None:
    """Write `result.json` and `cases.jsonl`. Raises StoreError where that cannot be done."""
    lines = b"".join(orjson.dumps(_case(one)) + b"\n" for one in done.asked)
    write_whole(folder / "cases.jsonl", lines)
    write_whole(folder / "result.json", orjson.dumps(done.report, option=orjson.OPT_INDENT_2) + b"\n")


def _case(one: Asked) -> dict[str, Any]:
    question = one.question
    return {
        "case": f"{question.conversation}/{question.place}",
        "question": question.text,
        "category": CATEGORIES.get(question.category, str(question.category)),
        "evidence": sorted(question.evidence),
        "first": {name: list(places) for name, places in one.first.items()},
        "figures": {name: one.figures(name) for name in one.first},
        "error": None if one.scored else "its evidence names no turn",
    }


def _limited(conversations: Sequence[Conversation], limit: int | None) -> list[Conversation]:
    """The first questions, with the conversations that they are about."""
    left = limit if limit is not None else sum(len(c.questions) for c in conversations)
    kept: list[Conversation] = []
    for one in conversations:
        if left > 0:
            kept.append(replace(one, questions=one.questions[:left]))
            left -= len(one.questions)
    return kept


def _ask(conversation: Conversation, model: Embedder | None, seconds: dict[str, float]) -> list[Asked]:
    """Every question by every system; the time that each takes to answer is added up."""
    first: list[dict[str, tuple[int, ...]]] = [{} for _ in conversation.questions]
    for name, search in systems(conversation.turns, model).items():
        began = perf_counter()
        for question, found in zip(conversation.questions, first, strict=True):
            found[name] = tuple(int(place) for place in search(question.text))
        seconds[name] += perf_counter() - began
    return [Asked(q, found) for q, found in zip(conversation.questions, first, strict=True)]


def systems(turns: Sequence[Turn], model: Embedder | None) -> dict[str, Search]:
    """Every system over these turns, ready to be asked for its first ten."""
    passages = [Passage(t.text, t.speaker, t.day, str(t.session)) for t in turns]
    spoken = [f"{t.speaker}: {t.text}" for t in turns]
    model = None if model is None else _Remembering(model)
    ours = Ranker(passages, embedder=model)
    bare = replace(ours.weights, speaker=0.0, day=0.0, when=0.0)
    without = Ranker(passages, vectors=ours.vectors, embedder=model, weights=bare)
    found: dict[str, Search] = {
        "ours": _ranked(ours),
        "ours_without_hints": _ranked(without),
        "ours_by_words": _ranked(Ranker(passages)),
        "bm25": _bm25(_windows(turns, spoken)),
        "bm25_turns": _bm25(spoken),
    }
    if model is not None and ours.vectors is not None:
        found |= _minilm(ours.vectors.sentences, {t.speaker for t in turns}, model)
    return found


class _Remembering:
    """An embedder that reads the same question once: systems that are not timed ask it what others asked before."""

    def __init__(self, model: Embedder) -> None:
        self.name = model.name
        self._model = model
        self._read: dict[str, Reading] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Never remembered itself; of one text that was read before, the vector from then."""
        known = self._read.get(texts[0]) if len(texts) == 1 else None
        return self._model.encode(texts) if known is None else known.sentences

    def read(self, texts: Sequence[str]) -> Reading:
        """Of one text, remembered."""
        if len(texts) != 1:
            return self._model.read(texts)
        if texts[0] not in self._read:
            self._read[texts[0]] = self._model.read(texts)
        return self._read[texts[0]]


def _ranked(ranker: Ranker) -> Search:
    return lambda question: [hit.place for hit in ranker.rank(question, max(DEPTHS.values()))]


def _windows(turns: Sequence[Turn], spoken: Sequence[str]) -> list[str]:
    """Each turn with the one before and the one after in its session."""
    return [
        " ".join(
            spoken[near]
            for near in range(max(place - 1, 0), min(place + 2, len(turns)))
            if turns[near].session == turn.session
        )
        for place, turn in enumerate(turns)
    ]


def plain_words(text: str) -> list[str]:
    """Words as bm25s takes them."""
    return [word for word in _WORD.findall(text.lower()) if word not in _STOP]


def _bm25(texts: Sequence[str]) -> Search:
    index = WordIndex([plain_words(text) for text in texts], k1=_K1, b=_B)
    return lambda question: _first(index.scores(plain_words(question)))


def _minilm(vectors: Vectors, speakers: set[str], model: Embedder) -> dict[str, Search]:
    """Nearness of the turn's vector to the question's; and where the question is asked without the speakers' names."""
    names = (
        re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(speakers)))})(?:['\u2019]s)?\b")
        if speakers
        else None
    )

    def nearest(question: str) -> Sequence[int]:
        return _first(vectors @ model.encode([question])[0])

    def without_names(question: str) -> Sequence[int]:
        return nearest(" ".join(names.sub(" ", question).split()) if names is not None else question)

    return {"minilm": nearest, "minilm_without_names": without_names}


def _first(scores: Any) -> Sequence[int]:
    """The ten best places; equal ones in their order."""
    order = np.argsort(-scores, kind="stable")[: max(DEPTHS.values())]
    return [int(place) for place in order]


def _report(asked: Sequence[Asked], seconds: Mapping[str, float], seed: int) -> dict[str, Any]:
    """Figures over all but the adversarial questions; those apart; by category and by conversation."""
    main = [a for a in asked if a.question.category != ADVERSARIAL]
    against = [a for a in asked if a.question.category == ADVERSARIAL]
    figures = _figures(main, SYSTEMS, seed)
    for name in TIMED:
        if figures[name] is not None and seconds[name] > 0:
            figures[name]["queries_per_second"] = round(len(asked) / seconds[name], 1)
    groups = {
        "by_category": {CATEGORIES[c]: [a for a in main if a.question.category == c] for c in CATEGORIES},
        "by_conversation": {
            name: [a for a in main if a.question.conversation == name]
            for name in dict.fromkeys(a.question.conversation for a in main)
        },
    }
    return {
        "n": len(main),
        "unscored": sum(not a.scored for a in main),
        "ci95": (figures["ours"] or {}).get("ci95"),
        **figures,
        "ahead": _ahead(main, seed),
        "adversarial": _part(against, seed),
        **{
            title: {name: _part(some, seed) for name, some in parts.items() if some}
            for title, parts in groups.items()
        },
    }


def _part(asked: Sequence[Asked], seed: int) -> dict[str, Any]:
    return {"n": len(asked), "unscored": sum(not a.scored for a in asked), **_figures(asked, SYSTEMS, seed)}


def _figures(asked: Sequence[Asked], names: Sequence[str], seed: int) -> dict[str, Any]:
    """Means and intervals of each system over the scored questions; None for a system that is not there."""
    found: dict[str, Any] = {}
    for name in names:
        rows = [a.figures(name) for a in asked if a.scored]
        there = any(name in a.first for a in asked)
        found[name] = {**means(rows, FIGURES), "ci95": intervals(rows, FIGURES, seed)} if there else None
    return found


def _ahead(asked: Sequence[Asked], seed: int) -> dict[str, Any]:
    """How far ours is above the best anchor of each figure, question by question, and the interval of that."""
    scored = [a for a in asked if a.scored]
    ahead: dict[str, Any] = {}
    for figure in FIGURES:
        best = max(ANCHORS, key=lambda name: _sum(scored, name, figure))
        rows = [{figure: _found(a, "ours", figure) - _found(a, best, figure)} for a in scored]
        ahead[figure] = {
            "of": best,
            "by": means(rows, [figure])[figure],
            "ci95": intervals(rows, [figure], seed)[figure],
        }
    return ahead


def _found(asked: Asked, system: str, figure: str) -> float:
    """A scored question's figure; a system that is not there found nothing."""
    return asked.figures(system)[figure] or 0.0


def _sum(asked: Sequence[Asked], system: str, figure: str) -> float:
    return sum(_found(one, system, figure) for one in asked)
