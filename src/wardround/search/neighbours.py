"""Texts that stand next to each other lend each other what they say: an answer is found by the words of its question.

`Reach` gives the share by offset: {-1: 0.8} takes 0.8 of the text before. Nothing crosses from one group to another.
"""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, D dimensions, T words of the question)
from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Reach = Mapping[int, float]
SUMMED: Final[Reach] = {-2: 0.4, -1: 0.8, 1: 0.5, 2: 0.3}
"""For counts of words and for vectors, which are added up."""
BEST: Final[Reach] = {-2: 0.7, -1: 0.85, 1: 0.7, 2: 0.5}
"""For likenesses, of which the best counts."""


def numbered(groups: Sequence[Hashable | None]) -> NDArray[np.int64]:
    """Groups as numbers, N; a text without a group is alone in its own."""
    known: dict[Hashable, int] = {}
    return np.array(
        [-place - 1 if g is None else known.setdefault(g, len(known)) for place, g in enumerate(groups)],
        dtype=np.int64,
    )


def lent(
    group_N: NDArray[np.int64], reach: Reach
) -> Iterator[tuple[float, NDArray[np.intp], NDArray[np.intp]]]:
    """For every offset: the share, the texts that take, and the texts that they take it from."""
    n = len(group_N)
    place_N = np.arange(n)
    for offset, share in sorted(reach.items()):
        other_N = place_N + offset
        there_N = (other_N >= 0) & (other_N < n)
        there_N[there_N] = group_N[place_N[there_N]] == group_N[other_N[there_N]]
        if there_N.any():
            yield share, place_N[there_N], other_N[there_N]


def summed(values_ND: NDArray[np.float32], group_N: NDArray[np.int64], reach: Reach) -> NDArray[np.float32]:
    """Each text's vector with its neighbours' added, of length 1 again."""
    mixed_ND = values_ND.copy()
    for share, takes, gives in lent(group_N, reach):
        mixed_ND[takes] += np.float32(share) * values_ND[gives]
    length_N = np.linalg.norm(mixed_ND, axis=1, keepdims=True)
    mixed_ND /= np.maximum(length_N, np.float32(1e-9))
    return mixed_ND


def best(values_TN: NDArray[np.float32], group_N: NDArray[np.int64], reach: Reach) -> NDArray[np.float32]:
    """Each text's values, or a neighbour's share where that is more."""
    best_TN = values_TN.copy()
    for share, takes, gives in lent(group_N, reach):
        best_TN[:, takes] = np.maximum(best_TN[:, takes], np.float32(share) * values_TN[:, gives])
    return best_TN
