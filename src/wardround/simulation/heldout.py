"""Held-out cases, for evaluation alone: seeds that no learner was shown, and conditions that none has ever met.

Whatever trains a policy may not import this module: an import contract and a test hold it to that. The room's own
door does not name it either.
"""

from __future__ import annotations

import functools
from typing import Final, Literal

from wardround.knowledge import KnowledgeBase
from wardround.simulation.case import Case, Tier
from wardround.simulation.errors import SplitError
from wardround.simulation.generator import make
from wardround.simulation.splits import Split, heldout_conditions, train_split

HeldoutName = Literal["heldout-seeds", "heldout-conditions"]
HELDOUT: Final[tuple[HeldoutName, ...]] = ("heldout-seeds", "heldout-conditions")


def generate_heldout(
    base: KnowledgeBase,
    split: str,
    index: int,
    *,
    tier: Tier | None = None,
    condition: str | None = None,
) -> Case:
    """Case `index` of a held-out split. Raises SplitError for any other name, and where the base has no such case."""
    return make(base, heldout_split(base, split), index, tier=tier, condition=condition)


@functools.lru_cache(maxsize=16)
def heldout_split(base: KnowledgeBase, name: str) -> Split:
    """`heldout-seeds` has the conditions of the train split; in `heldout-conditions` the truth is always held out."""
    if name == "heldout-seeds":
        known = train_split(base)
        return Split("heldout-seeds", known.principal, known.allowed)
    if name == "heldout-conditions":
        if not heldout_conditions(base):
            raise SplitError("split: this base holds none of the held-out conditions: use 'heldout-seeds'")
        everything = frozenset((*base.conditions, *base.alternatives))
        return Split("heldout-conditions", heldout_conditions(base), everything)
    raise SplitError(f"split: {name!r} is not a held-out split: use {' or '.join(HELDOUT)}")
