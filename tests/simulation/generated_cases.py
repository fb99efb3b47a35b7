"""Cases for the tests of the generator: made once per process, over the shipped base."""

from __future__ import annotations

from functools import cache

from wardround.knowledge import KnowledgeBase, load
from wardround.simulation import Case, generate
from wardround.simulation.heldout import generate_heldout

MANY = 240


def base() -> KnowledgeBase:
    """The shipped base."""
    return load()


@cache
def train_cases(n: int = MANY) -> tuple[Case, ...]:
    """The first cases of the train split."""
    return tuple(generate(load(), "train", i) for i in range(n))


@cache
def heldout_cases(split: str, n: int = 60) -> tuple[Case, ...]:
    """The first cases of a held-out split."""
    return tuple(generate_heldout(load(), split, i) for i in range(n))


@cache
def of(condition: str, n: int = 30) -> tuple[Case, ...]:
    """Cases of one condition."""
    return tuple(generate(load(), "train", i, condition=condition) for i in range(n))
