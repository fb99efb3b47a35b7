"""What claims are measured against: logistic regression on overlaps of words, and on MiniLM's vectors of claim and sentence."""

# ruff: noqa: N803, N806 (dimension suffixes: N pairs, F features, K verdicts, D dimensions)
from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wardround.evaluation.claims_scifact import SciFact
from wardround.evaluation.softmax_regression import fit
from wardround.search import Embedder, words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
VERDICTS = 3


def held_out(x_NF: Floats, truth_N: Ints, parts: Sequence[Sequence[int]], l2: float) -> Floats:
    """Every part by a model of the others."""
    share_NK = np.zeros((len(truth_N), VERDICTS))
    for part in parts:
        rest = np.setdiff1d(np.arange(len(truth_N)), part)
        share_NK[list(part)] = fit(x_NF[rest], truth_N[rest], VERDICTS, l2=l2).shares(x_NF[list(part)])
    return share_NK


def overlaps(data: SciFact, truth_N: Ints, parts: Sequence[Sequence[int]]) -> Floats:
    """Shares of the claim's words: in the title, in the abstract, in its two best sentences."""
    rows = []
    for pair in data.pairs:
        claim = set(words(pair.claim))
        abstract = data.abstracts[pair.document]
        each = sorted((_share(claim, set(words(s))) for s in abstract.sentences), reverse=True) or [0.0]
        whole = set(words(" ".join(abstract.sentences)))
        negated = float(bool({"no", "not", "lack", "fail"} & claim))
        rows.append(
            [
                _share(claim, set(words(abstract.title))),
                _share(claim, whole),
                each[0],
                each[min(1, len(each) - 1)],
                negated,
                len(claim),
            ]
        )
    return held_out(np.array(rows), truth_N, parts, 1e-3)


def _share(of: set[str], within: set[str]) -> float:
    return len(of & within) / max(1, len(of))


def minilm_pairs(data: SciFact, truth_N: Ints, parts: Sequence[Sequence[int]], model: Embedder) -> Floats:
    """|u - v| and u * v of the claim and the sentence nearest to it."""
    documents = sorted({p.document for p in data.pairs})
    texts: list[str] = []
    starts: dict[int, tuple[int, int]] = {}
    for d in documents:
        own = (data.abstracts[d].title, *data.abstracts[d].sentences)
        starts[d] = len(texts), len(texts) + len(own)
        texts.extend(own)
    text_ND = model.encode(texts).astype(float)
    claims = sorted({p.claim for p in data.pairs})
    claim_D = dict(zip(claims, model.encode(claims).astype(float), strict=True))
    rows = []
    for pair in data.pairs:
        u, (start, end) = claim_D[pair.claim], starts[pair.document]
        near = text_ND[start:end] @ u
        v = text_ND[start + int(near.argmax())]
        rows.append(np.concatenate([np.abs(u - v), u * v, [near.max()]]))
    return held_out(np.array(rows), truth_N, parts, 0.02)
