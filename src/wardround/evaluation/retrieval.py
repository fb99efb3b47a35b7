"""`wardround eval retrieval`: how well documents are found, by bm25s, by MiniLM and by ours with each of its stages, in one run.

A query that the shipped turn learnt from is scored by a turn that never saw it (one of those of `search.retriever`); the
report says by which turn how many were scored, under `scored_by`. Nothing else learns from queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
import orjson

from wardround.evaluation.intervals import intervals, means
from wardround.evaluation.keeping import write_whole
from wardround.evaluation.retrieval_sets import RetrievalSet, read_sets
from wardround.evaluation.retrieval_systems import DEPTH, SYSTEMS, WITHOUT, Ranking, systems
from wardround.evaluation.surroundings import surroundings
from wardround.harness import ConfigurationError
from wardround.knowledge import load
from wardround.search import Embedder, KeptVectors, swift_embedder

FIGURES: Final = ("ndcg@10", "recall@100", "mrr")
_CUT: Final = 10
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RetrievalConfig:
    """`limit` takes the first queries of each set. `embed=False` leaves out what needs the extra `embed`.

    `vectors`: a folder in which vectors are kept from run to run; then a second run's seconds leave reading out.
    """

    data: Path
    limit: int | None = None
    seed: int = 0
    embed: bool = True
    vectors: Path | None = None

    def __post_init__(self) -> None:
        """Checked before anything is read."""
        if self.limit is not None and self.limit < 1:
            raise ConfigurationError("--limit: there is nothing to ask.", fix="Give 1 or more.")


@dataclass(frozen=True, slots=True)
class Case:
    """One query of one set: what each system found first, and its figures."""

    set: str
    query: str
    text: str
    turn: str | None
    first: Mapping[str, tuple[str, ...]]
    figures: Mapping[str, Mapping[str, float | None]]


@dataclass(frozen=True)
class Retrieval:
    """The report, and the queries that it rests on."""

    report: dict[str, Any]
    cases: tuple[Case, ...]


def examine_retrieval(config: RetrievalConfig, told: Told | None = None) -> Retrieval:
    """Ask every query of every system. Raises ConfigurationError for data that cannot be used."""
    began = perf_counter()
    model: Embedder | None = swift_embedder() if config.embed else None
    keeps = model if model is None or config.vectors is None else KeptVectors(config.vectors, model)
    base = load()
    cases: list[Case] = []
    parts: dict[str, dict[str, Any]] = {}
    for one in read_sets(config.data):
        start = perf_counter()
        asked = one.limited(config.limit)
        made = systems(asked, base, model, keeps, told)
        mine = _asked(asked, made.rankings, made.turns)
        cases.extend(mine)
        parts[one.name] = {
            "n": len(mine),
            "unscored": one.unscored,
            "documents": len(one.texts),
            **_figures(mine, config.seed),
            "scored_by": dict(sorted(Counter(c.turn for c in mine if c.turn).items())),
            "index_seconds": made.seconds,
            "seconds": round(perf_counter() - start, 2),
        }
        for name, ranking in made.rankings.items():
            if ranking.seconds > 0 and mine:
                parts[one.name][name]["queries_per_second"] = round(len(mine) / ranking.seconds, 1)
    overall = _figures(cases, config.seed)
    report = {
        "task": "retrieval",
        "n": len(cases),
        "unscored": sum(part["unscored"] for part in parts.values()),
        "ci95": (overall["ours"] or {}).get("ci95"),
        **overall,
        **parts,
        "sets": list(parts),
        "embedder": model.name if model is not None else None,
        "notes": [note for system, note in WITHOUT.items() if overall[system] is None],
        "seconds": round(perf_counter() - began, 2),
        "config": {**asdict(config), "data": str(config.data), "vectors": str(config.vectors or "") or None},
        "seed": config.seed,
        **surroundings(),
    }
    return Retrieval(report, tuple(cases))


def keep_retrieval(folder: Path, done: Retrieval) -> None:
    """Write `result.json` and `cases.jsonl`. Raises StoreError where that cannot be done."""
    write_whole(folder / "cases.jsonl", b"".join(orjson.dumps(asdict(one)) + b"\n" for one in done.cases))
    write_whole(folder / "result.json", orjson.dumps(done.report, option=orjson.OPT_INDENT_2) + b"\n")


def _asked(one: RetrievalSet, rankings: Mapping[str, Ranking], turns: Sequence[str | None]) -> list[Case]:
    ids = [text.id for text in one.texts]
    cases = []
    for at, (query, turn) in enumerate(zip(one.asked, turns, strict=True)):
        first = {
            name: tuple(ids[place] for place in ranking.places[at]) for name, ranking in rankings.items()
        }
        figures = {name: figures_of(found, query.relevant) for name, found in first.items()}
        tops = {name: found[:_CUT] for name, found in first.items()}
        cases.append(Case(one.name, query.id, query.text, turn, tops, figures))
    return cases


def figures_of(found: Sequence[str], relevant: Mapping[str, int]) -> dict[str, float | None]:
    """nDCG@10 with gains as they are judged, recall among the first 100, the first relevant one's reciprocal rank."""
    if not relevant:
        return dict.fromkeys(FIGURES)
    gain = np.array([relevant.get(document, 0) for document in found[:_CUT]], dtype=np.float64)
    best = np.array(sorted(relevant.values(), reverse=True)[:_CUT], dtype=np.float64)
    at = next((rank for rank, document in enumerate(found, 1) if relevant.get(document, 0) > 0), None)
    return {
        "ndcg@10": _discounted(gain) / _discounted(best),
        "recall@100": len(relevant.keys() & set(found[:DEPTH])) / len(relevant),
        "mrr": 1 / at if at is not None else 0.0,
    }


def _discounted(gain: Any) -> float:
    return float((gain / np.log2(np.arange(len(gain)) + 2)).sum())


def _figures(cases: Sequence[Case], seed: int) -> dict[str, Any]:
    """Means and intervals of each system; None for one that is not there."""
    found: dict[str, Any] = {}
    for name in SYSTEMS:
        rows = [case.figures[name] for case in cases if name in case.figures]
        found[name] = {**means(rows, FIGURES), "ci95": intervals(rows, FIGURES, seed)} if rows else None
    return found
