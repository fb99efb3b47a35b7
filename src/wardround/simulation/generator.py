"""Makes cases: the same base, split and index give the same case, whole and in agreement with itself.

`generate` is the door for everybody and gives the train split alone; `make` takes any split that somebody holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from wardround.clinical import PartialDate, Patient
from wardround.knowledge import KnowledgeBase
from wardround.simulation.case import Case, Tier
from wardround.simulation.drawing import Drawing
from wardround.simulation.errors import CaseError, SplitError, TierError
from wardround.simulation.people import draw_person
from wardround.simulation.splits import FAMILIES, Split, train_split
from wardround.simulation.surroundings import draw_name, sex_of
from wardround.simulation.tiers import tier_of
from wardround.simulation.world import world

YEAR: Final = date(2026, 1, 1)
TIER_TRIES: Final = 400
"""Draws of a case until it is of the wanted tier."""


def generate(
    base: KnowledgeBase,
    split: str,
    index: int,
    *,
    tier: Tier | None = None,
    condition: str | None = None,
) -> Case:
    """Case `index` of the train split; of a tier or a condition where one is wanted.

    Raises SplitError for any other split, CaseError for a condition that the split does not hold, TierError where no
    case of the tier turns up.
    """
    if split != "train":
        raise SplitError(
            f"split: {split!r} is not given here: use 'train'; held-out cases are for evaluation and have their own door"
        )
    return make(base, train_split(base), index, tier=tier, condition=condition)


def make(
    base: KnowledgeBase,
    split: Split,
    index: int,
    *,
    tier: Tier | None = None,
    condition: str | None = None,
) -> Case:
    """Case `index` of a split."""
    if index < 0:
        raise CaseError(f"index: {index} is below 0: give a number from 0 on")
    if condition is not None and condition not in split.principal:
        raise CaseError(f"condition: {condition!r} is not in split {split.name!r}: give one that it holds")
    wanted = split.principal if condition is None else frozenset((condition,))
    for attempt in range(1 if tier is None else TIER_TRIES):
        case = _make(base, split, index, attempt, wanted)
        if tier is None or case.tier == tier:
            return case
    raise TierError(
        f"tier: no {tier} case of {condition or split.name} in {TIER_TRIES} tries: leave out tier or condition"
    )


def _make(base: KnowledgeBase, split: Split, index: int, attempt: int, wanted: frozenset[str]) -> Case:
    seed = split.seed(index, attempt)
    rng = np.random.default_rng(seed)
    on = YEAR + timedelta(days=int(rng.integers(365)))
    here = world(base, split.world(index))
    person = draw_person(base, wanted, rng)
    birth = on - timedelta(days=round(person.age * 365.2425))
    age = Patient("", "", PartialDate.of(birth), "unknown").age(on) or 0.0
    case = Case(
        truth=person.condition,
        seed=seed,
        id=f"{split.name}-{index:06d}",
        split=split.name,
        family=index % FAMILIES,
        knowledge=base.version,
        name=draw_name(person.female, rng),
        birth=birth,
        sex=sex_of(person.female),
        on=on,
        **Drawing(base, here, split, person, age, on, rng).draw(),
    )
    return replace(case, tier=tier_of(base, case))
