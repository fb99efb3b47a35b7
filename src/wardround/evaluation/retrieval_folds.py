"""Queries parted so that none shares a relevant document, however far round, with one on another side."""

# ruff: noqa: N806 (dimension suffixes: Q queries)
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def folds(cited: Sequence[Sequence[int]], count: int, seed: int) -> NDArray[np.int64]:
    """Which of `count` parts of like size each query is in, Q. `cited`: the relevant documents of each, one at least."""
    parent: dict[int, int] = {}

    def root(one: int) -> int:
        while parent.setdefault(one, one) != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for documents in cited:
        for other in documents[1:]:
            parent[root(other)] = root(documents[0])
    groups: dict[int, list[int]] = defaultdict(list)
    for claim, documents in enumerate(cited):
        groups[root(documents[0])].append(claim)
    drawn = np.random.default_rng(seed).permutation(len(groups))
    shuffled = [list(groups.values())[at] for at in drawn]
    fold_Q = np.zeros(len(cited), dtype=np.int64)
    size = [0] * count
    for members in sorted(shuffled, key=len, reverse=True):
        smallest = int(np.argmin(size))
        fold_Q[members] = smallest
        size[smallest] += len(members)
    return fold_Q
