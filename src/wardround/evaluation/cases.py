"""Which cases are played: of any split, held-out ones too, chosen by the seed. Two seeds share no case."""

from __future__ import annotations

from typing import Final

from wardround.harness import ConfigurationError
from wardround.knowledge import KnowledgeBase
from wardround.simulation import Case, SplitError, generate, heldout_conditions
from wardround.simulation.heldout import generate_heldout, heldout_split

SPLITS: Final = ("train", "heldout-seeds", "heldout-conditions")
STRIDE: Final = 1_000_000
"""Cases of one seed stand so far from those of the next."""


def check_split(base: KnowledgeBase, split: str, visits: int) -> None:
    """Raises ConfigurationError for a split that is none, or holds nobody who comes so often."""
    try:
        if split != "train":
            heldout_split(base, split)
    except SplitError as error:
        raise ConfigurationError(f"--split: {split!r} cannot be played.", fix=f"{error}.") from error
    if visits > 1 and not lasting(base, split):
        raise ConfigurationError(
            f"--visits: no condition of {split!r} has a course.", fix="Use another split, or --visits 1."
        )


def case_at(base: KnowledgeBase, split: str, seed: int, place: int) -> Case:
    """Case number `place` of a seed."""
    return _make(base, split, seed * STRIDE + place, None)


def person_at(base: KnowledgeBase, split: str, seed: int, place: int) -> Case:
    """Somebody with a lasting illness that has a course: the illnesses take turns."""
    known = lasting(base, split)
    return _make(base, split, seed * STRIDE + place, known[place % len(known)])


def lasting(base: KnowledgeBase, split: str) -> tuple[str, ...]:
    """The conditions of a split that have a course."""
    away = heldout_conditions(base)
    return tuple(sorted(c for c in base.courses if (c in away) == (split == "heldout-conditions")))


def _make(base: KnowledgeBase, split: str, index: int, condition: str | None) -> Case:
    make = generate if split == "train" else generate_heldout
    return make(base, split, index, condition=condition)
