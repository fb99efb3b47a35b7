"""Which lessons a step learns from: near-equal lengths side by side, so that hardly anything is padding.

Each lesson is a row of its own, so attention never crosses from one to the next and positions begin anew. Pure: the same
lengths, settings and seed give the same batches, so a run that goes on finds its place by counting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from wardround.harness import seed_of


@dataclass(frozen=True, slots=True)
class Packing:
    """`tokens` a step at most, `at_once` tokens go through the model together, no lesson is longer than `longest`."""

    tokens: int = 8_192
    at_once: int = 2_048
    longest: int = 2_048


def rows_of(lengths: Sequence[int], packing: Packing, seed: int) -> list[tuple[int, ...]]:
    """Lessons that go through the model together, in an order drawn by the seed; too long ones are left out."""
    rng = np.random.default_rng(seed)
    order = sorted(
        (at for at in rng.permutation(len(lengths)).tolist() if 0 < lengths[at] <= packing.longest),
        key=lambda at: lengths[at],
    )
    groups: list[tuple[int, ...]] = []
    begin = 0
    for end in range(1, len(order) + 1):
        over = end < len(order) and (end + 1 - begin) * lengths[order[end]] > packing.at_once
        if over or end == len(order):
            groups.append(tuple(order[begin:end]))
            begin = end
    return [groups[at] for at in rng.permutation(len(groups)).tolist()]


def steps_of(
    lengths: Sequence[int], packing: Packing, *parts: object
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The steps of one pass over these lessons; `parts` name the draw. Every fitting lesson is learnt from once."""
    step: list[tuple[int, ...]] = []
    held = 0
    for group in rows_of(lengths, packing, seed_of("batches", *parts)):
        cost = max(lengths[at] for at in group) * len(group)
        if step and held + cost > packing.tokens:
            yield tuple(step)
            step, held = [], 0
        step.append(group)
        held += cost
    if step:
        yield tuple(step)
