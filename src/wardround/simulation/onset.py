"""When each present symptom and sign began: days before the visit, by the tempo of what causes it."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from wardround.knowledge import Condition, KnowledgeBase
from wardround.simulation.expectations import layout
from wardround.simulation.world import Drawn

MEDIAN_DAYS: Final = {"emergency": 0.7, "urgent": 2.5, "soon": 21.0, "routine": 10.0}
"""By the urgency of what causes it; `LASTING_DAYS` for lasting conditions that are neither emergency nor urgent."""
LASTING_DAYS: Final = 75.0
UNEXPLAINED_DAYS: Final = 30.0
SPREAD: Final = 0.8
"""Of the ln of days."""
_LEAST: Final = (
    (re.compile(r"chronic|over_(?:three|six|eight)_(?:weeks|months)|for_months|long_standing"), 60),
    (re.compile(r"prolonged|over_(?:two|three|four)_weeks|persistent"), 22),
)
"""Findings that say themselves for how long they have been there, at least."""
_MOST: Final = ((re.compile(r"sudden|thunderclap|abrupt|at_onset"), 2),)
SAME: Final = 0.7
"""Share of symptoms that began when the illness did; the others came later."""


def draw_onset(
    base: KnowledgeBase, drawn: Drawn, truth: str, age: float, rng: np.random.Generator
) -> Mapping[str, int]:
    """Days since each present symptom and sign began. A child is never older than its parent."""
    at = layout(base)
    places = np.flatnonzero(at.began_B & drawn.present_B).tolist()
    lived = max(int(age * 365) - 1, 0)
    illness = tempo(base.conditions[truth]) * math.exp(SPREAD * float(rng.standard_normal()))
    u, z = rng.random(len(places)).tolist(), rng.standard_normal(len(places)).tolist()
    found: dict[str, int] = {}
    for place, share, scatter in zip(places, u, z, strict=True):
        if drawn.by_truth_B[place] > 0:
            days = illness * (1.0 if share < SAME else share)
        else:
            days = UNEXPLAINED_DAYS * math.exp(SPREAD * scatter)
        least, most = _limits(at.binaries[place])
        found[at.binaries[place]] = min(max(int(days), least), most, lived)
    caused = {at.binaries[place] for place in places if drawn.by_truth_B[place] > 0}
    _no_older_than_the_illness(base, found, caused)
    _children_after_parents(base, found)
    return found


def _no_older_than_the_illness(base: KnowledgeBase, found: dict[str, int], caused: set[str]) -> None:
    """How a symptom of this illness is, is as old as the symptom, unless it says itself that it is older."""
    for slug, days in list(found.items()):
        parent = base.findings[slug].parent
        if parent in caused and slug not in caused:
            found[slug] = max(min(days, found[str(parent)]), _limits(slug)[0])


def tempo(condition: Condition) -> float:
    """Median days from onset to the visit."""
    if condition.chronic and condition.urgency in ("soon", "routine"):
        return LASTING_DAYS
    return MEDIAN_DAYS[condition.urgency]


@functools.lru_cache(maxsize=4096)
def _limits(slug: str) -> tuple[int, int]:
    least = max((days for pattern, days in _LEAST if pattern.search(slug)), default=0)
    most = min((days for pattern, days in _MOST if pattern.search(slug)), default=36_500)
    return least, max(most, least)


def _children_after_parents(base: KnowledgeBase, found: dict[str, int]) -> None:
    """A parent is as old as its oldest child."""
    for slug, days in list(found.items()):
        for parent in _parents(base, slug):
            if parent in found:
                found[parent] = max(found[parent], days)


def _parents(base: KnowledgeBase, slug: str) -> Iterable[str]:
    parent = base.findings[slug].parent
    while parent is not None:
        yield parent
        parent = base.findings[parent].parent
