"""Splits: which cases are for learning, and which conditions no learner ever meets.

Seeds are named by their split, so that no case of one split can be a case of another. The held-out conditions are
chosen over specialties, with lasting ones and emergencies among them. How to make held-out cases is not said here:
only `wardround.simulation.heldout` knows, and the import contracts keep learning away from it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

from wardround.harness import seed_of
from wardround.knowledge import KnowledgeBase
from wardround.simulation.case import SplitName

HELDOUT_CONDITIONS: Final = (
    "condition.acute_appendicitis",
    "condition.cellulitis",
    "condition.gout",
    "condition.coeliac_disease",
    "condition.croup",
    "condition.deep_vein_thrombosis",
    "condition.herpes_zoster",
    "condition.hyperthyroidism",
    "condition.panic_disorder",
    "condition.pelvic_inflammatory_disease",
    "condition.pericarditis",
    "condition.polymyalgia_rheumatica",
    "condition.renal_colic",
    "condition.tension_headache",
)
"""Named deliberately; those that a base does not hold are passed over."""
FAMILIES: Final = 32
"""Worlds of a split; case k is of family k modulo this."""


@dataclass(frozen=True, slots=True)
class Split:
    """One split: its name, what the principal condition is drawn from, and what may be met beside it."""

    name: SplitName
    principal: frozenset[str]
    allowed: frozenset[str]

    def seed(self, index: int, attempt: int = 0) -> int:
        """The seed of a case."""
        return seed_of("case", self.name, index, attempt)

    def world(self, index: int) -> str:
        """The name of the world that a case lives in."""
        return f"{self.name}/{index % FAMILIES}"


@functools.lru_cache(maxsize=8)
def heldout_conditions(base: KnowledgeBase) -> frozenset[str]:
    """The held-out conditions that the base infers."""
    return frozenset(HELDOUT_CONDITIONS) & frozenset(base.conditions)


@functools.lru_cache(maxsize=8)
def train_split(base: KnowledgeBase) -> Split:
    """For learning: no held-out condition is the truth, active, or on any record."""
    named = frozenset((*base.conditions, *base.alternatives)) - frozenset(HELDOUT_CONDITIONS)
    return Split("train", frozenset(base.conditions) - heldout_conditions(base), named)
