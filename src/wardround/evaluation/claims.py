"""`wardround eval claims`: verdicts on claims that nothing was trained on, abstracts given and abstracts found.

The shipped network was made ready on pairs of this project's own making; its heads were trained on SciFact's training
claims, in parts that share no cited abstract. A claim that a head was trained on is judged by the head that was not. All
other claims are judged by the head that was trained on all of them.
"""

# ruff: noqa: N803, N806 (dimension suffixes: N pairs, K verdicts)
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from wardround.evaluation.claims_anchors import minilm_pairs, overlaps
from wardround.evaluation.claims_scifact import Pair, SciFact, folds, read_scifact
from wardround.evaluation.keeping import write_whole
from wardround.evaluation.surroundings import surroundings
from wardround.evaluation.verdict_figures import REFUTED, SUPPORTED, UNCERTAIN, figures
from wardround.evidence import Verdict, pair_model
from wardround.harness import ConfigurationError
from wardround.search import WordIndex, embedder, words

FOLDS: Final = 5
FOUND: Final = 3
"""Abstracts that are looked up for a claim."""
PLACES: Final[Mapping[Verdict, int]] = {
    Verdict.REFUTED: REFUTED, Verdict.UNCERTAIN: UNCERTAIN, Verdict.SUPPORTED: SUPPORTED,
}  # fmt: skip
_WITHOUT: Final = "torch or MiniLM is not installed: nothing was judged. pip install 'wardround[embed]'"

Told = Callable[[int, int], None]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClaimsConfig:
    """`limit` takes the first claims of the file. `anchors`, `retrieval`: whether these are measured too."""

    data: Path
    limit: int | None = None
    seed: int = 0
    anchors: bool = True
    retrieval: bool = True

    def __post_init__(self) -> None:
        """Checked before anything is read."""
        if self.limit is not None and self.limit < 1:
            raise ConfigurationError("--limit: there is nothing to judge.", fix="Give 1 or more.")


@dataclass(frozen=True)
class ClaimsDone:
    """The report, and every pair with its shares."""

    report: dict[str, Any]
    cases: tuple[dict[str, Any], ...]


def examine_claims(config: ClaimsConfig, told: Told | None = None) -> ClaimsDone:
    """Judge every pair. Raises ConfigurationError for data that cannot be used."""
    began = perf_counter()
    data = _limited(read_scifact(config.data), config.limit)
    model = pair_model()
    if model is None:
        raise ConfigurationError(
            _WITHOUT, fix="Or run `wardround eval claims --planted`, which needs neither."
        )
    truth_N = np.array([PLACES[p.verdict] for p in data.pairs], dtype=np.int64)
    known: dict[tuple[int, int], Floats] = {}

    def judge(pair: Pair, document: int) -> Floats:
        key = (pair.claim_id, document)
        if key not in known:
            abstract = data.abstracts[document]
            w = model.weigh_abstract(pair.claim, abstract.title, abstract.sentences)
            known[key] = np.array([w.refuted, w.uncertain, w.supported])
        return known[key]

    share_NK = np.zeros((len(data.pairs), 3))
    for place, pair in enumerate(data.pairs):
        share_NK[place] = judge(pair, pair.document)
        if told is not None:
            told(place + 1, len(data.pairs))
    judging = perf_counter() - began
    ours = figures(truth_N, share_NK, config.seed)
    report: dict[str, Any] = {
        "task": "claims",
        "n": len(data.pairs),
        "unscored": 0,
        "claims": len({p.claim_id for p in data.pairs}),
        "macro_f1": ours["macro_f1"],
        "accuracy": ours["accuracy"],
        "ci95": ours["ci95"]["macro_f1"],
        "ours": {**ours, "pairs_per_second": round(len(data.pairs) / judging, 2)},
        "held_out": {
            "claims_of_training": len({p.claim_id for p in data.pairs if model.was_trained_on(p.claim)}),
            "how": "a claim that was trained on is judged by the head of the part that holds neither it nor its abstracts",
        },
    }
    if config.anchors:
        report.update(_anchors(data, truth_N, config.seed))
    if config.retrieval:
        report["with_retrieval"] = _with_retrieval(data, judge, config.seed, told)
    report |= {
        "seconds": round(perf_counter() - began, 2),
        "config": {**asdict(config), "data": str(config.data)},
        "seed": config.seed,
        **surroundings(),
    }
    return ClaimsDone(report, tuple(_cases(data.pairs, share_NK)))


def _limited(data: SciFact, limit: int | None) -> SciFact:
    if limit is None:
        return data
    first = set(list(dict.fromkeys(p.claim_id for p in data.pairs))[:limit])
    return SciFact(data.abstracts, tuple(p for p in data.pairs if p.claim_id in first))


def _anchors(data: SciFact, truth_N: NDArray[np.int64], seed: int) -> dict[str, Any]:
    """Plain models, cross-validated over the same pairs, no abstract on both sides."""
    parts = folds(data.pairs, FOLDS)
    if any(not part for part in parts) or len(set(truth_N.tolist())) < 3:
        return {"anchors": "too few claims to cross-validate over"}
    found: dict[str, Any] = {"overlaps": figures(truth_N, overlaps(data, truth_N, parts), seed)}
    model = embedder()
    if model is not None:
        found["minilm_pairs"] = figures(truth_N, minilm_pairs(data, truth_N, parts, model), seed)
    return found


def _with_retrieval(
    data: SciFact, judge: Callable[[Pair, int], Floats], seed: int, told: Told | None
) -> dict[str, Any]:
    """Abstracts found by words among all of the corpus. A claim's verdict is that of the found abstract that says most."""
    ids = list(data.abstracts)
    index = WordIndex(
        [words(f"{data.abstracts[d].title} {' '.join(data.abstracts[d].sentences)}") for d in ids]
    )
    by_claim: dict[int, list[Pair]] = defaultdict(list)
    for pair in data.pairs:
        by_claim[pair.claim_id].append(pair)
    truth: list[int] = []
    shares: list[Floats] = []
    found_any = right = given = there = 0
    for number, own in enumerate(by_claim.values()):
        evidence = {p.document: PLACES[p.verdict] for p in own if p.verdict is not Verdict.UNCERTAIN}
        score_N = index.scores(words(own[0].claim))
        first = [ids[k] for k in np.argsort(-score_N, kind="stable")[:FOUND] if score_N[k] > 0]
        judged = {d: judge(own[0], d) for d in first}
        truth.append(next(iter(evidence.values()), UNCERTAIN))
        shares.append(max(judged.values(), key=lambda s: 1 - s[UNCERTAIN], default=np.array([0.0, 1.0, 0.0])))
        told_of = {d: int(s.argmax()) for d, s in judged.items() if s.argmax() != UNCERTAIN}
        found_any += bool(set(first) & set(evidence))
        there += len(evidence)
        given += len(told_of)
        right += sum(evidence.get(d) == v for d, v in told_of.items())
        if told is not None:
            told(number + 1, len(by_claim))
    precision, recall = (right / given if given else None), (right / there if there else None)
    return {
        **figures(np.array(truth, dtype=np.int64), np.array(shares), seed),
        "abstracts": FOUND,
        "found": round(found_any / max(1, sum(t != UNCERTAIN for t in truth)), 4),
        "abstract_precision": precision and round(precision, 4),
        "abstract_recall": recall and round(recall, 4),
        "abstract_f1": round(2 * right / (given + there), 4) if given + there else None,
    }


def _cases(pairs: Sequence[Pair], share_NK: Floats) -> list[dict[str, Any]]:
    return [
        {
            "claim_id": pair.claim_id,
            "claim": pair.claim,
            "document": pair.document,
            "truth": str(pair.verdict),
            "refuted": round(float(share_K[REFUTED]), 4),
            "uncertain": round(float(share_K[UNCERTAIN]), 4),
            "supported": round(float(share_K[SUPPORTED]), 4),
        }
        for pair, share_K in zip(pairs, share_NK, strict=True)
    ]


class Done(Protocol):
    """What can be kept."""

    @property
    def report(self) -> dict[str, Any]: ...

    @property
    def cases(self) -> tuple[dict[str, Any], ...]: ...


def keep_claims(folder: Path, done: Done) -> None:
    """Write `result.json` and `cases.jsonl`. Raises StoreError where that cannot be done."""
    write_whole(folder / "cases.jsonl", b"".join(orjson.dumps(one) + b"\n" for one in done.cases))
    write_whole(folder / "result.json", orjson.dumps(done.report, option=orjson.OPT_INDENT_2) + b"\n")
