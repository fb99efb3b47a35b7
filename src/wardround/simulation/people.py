"""Who comes, and with what: age, sex, pregnancy and the principal condition, drawn together.

People come as they come to a practice (`population`); what they have follows the prevalence that the base gives for
people of their age, sex and pregnancy. Wanting one condition, or some of them, draws the people who have those.
"""

# ruff: noqa: N806, N815 (dimension suffixes)
from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np

from wardround.knowledge import KnowledgeBase, Stratum, applying
from wardround.simulation.errors import CaseError
from wardround.simulation.expectations import Floats
from wardround.simulation.population import population

PREGNANCY = "finding.pregnancy"
EDGE = 0.004
"""Years kept from the edges of an age band, so that a birthday in whole days falls inside it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who comes. `age` in years, exact."""

    age: float
    female: bool
    pregnant: bool
    condition: str


@dataclass(frozen=True, eq=False)
class Practice:
    """P(stratum and principal condition) of everybody who comes, over S strata and C conditions."""

    conditions: tuple[str, ...]
    strata: tuple[tuple[float, float, bool, bool], ...]
    """Age from and to, female, pregnant."""
    p_SC: Floats

    def share(self, conditions: frozenset[str] | None = None) -> dict[str, float]:
        """How often each condition is the principal one, among those of `conditions`."""
        p_C = self.p_SC.sum(axis=0)
        kept = {
            c: float(p)
            for c, p in zip(self.conditions, p_C, strict=True)
            if conditions is None or c in conditions
        }
        total = sum(kept.values())
        return {c: p / total for c, p in kept.items()} if total else kept


@functools.lru_cache(maxsize=8)
def practice(base: KnowledgeBase) -> Practice:
    """The practice that a base describes."""
    strata, weights = [], []
    for low, high in _bands(base):
        band = next(b for b in population().consulting.bands if b.age[0] <= low < b.age[1])
        people = band.share * (high - low) / (band.age[1] - band.age[0])
        expecting = _pregnant(base, (low + high) / 2)
        for female, pregnant, share in (
            (True, False, band.female * (1 - expecting)),
            (True, True, band.female * expecting),
            (False, False, 1 - band.female),
        ):
            if share > 0:
                strata.append((low, high, female, pregnant))
                weights.append(people * share)
    prevalence_SC = np.array([[_prevalence(base, c, s) for c in base.conditions] for s in strata])
    total_S1 = prevalence_SC.sum(axis=1, keepdims=True)
    p_SC = np.array(weights)[:, None] * np.divide(
        prevalence_SC, total_S1, out=np.zeros_like(prevalence_SC), where=total_S1 > 0
    )
    return Practice(tuple(base.conditions), tuple(strata), p_SC / p_SC.sum())


def _bands(base: KnowledgeBase) -> list[tuple[float, float]]:
    """Ages between which neither who comes nor what they have changes."""
    edges = {age for band in population().consulting.bands for age in band.age}
    low, high = min(edges), max(edges)
    edges |= {age for c in base.conditions.values() for band in c.prevalence for age in band.who.age}
    if PREGNANCY in base.findings:
        edges |= {age for band in base.findings[PREGNANCY].background for age in band.who.age}
    held = sorted(age for age in edges if low <= age <= high)
    return list(itertools.pairwise(held))


def _pregnant(base: KnowledgeBase, age: float) -> float:
    finding = base.findings.get(PREGNANCY)
    band = applying(finding.background, Stratum(age, "female")) if finding else None
    return band.p if band else 0.0


def _prevalence(base: KnowledgeBase, condition: str, stratum: tuple[float, float, bool, bool]) -> float:
    low, high, female, pregnant = stratum
    band = applying(
        base.conditions[condition].prevalence,
        Stratum((low + high) / 2, "female" if female else "male", pregnant),
    )
    return band.p if band else 0.0


@functools.lru_cache(maxsize=512)
def _cumulative(base: KnowledgeBase, conditions: frozenset[str]) -> Floats:
    here = practice(base)
    kept_C = np.array([c in conditions for c in here.conditions])
    cumulative: Floats = np.cumsum(np.where(kept_C, here.p_SC, 0.0))
    return cumulative


def draw_person(base: KnowledgeBase, conditions: frozenset[str], rng: np.random.Generator) -> Person:
    """Somebody whose principal condition is one of these. Raises CaseError where nobody has any of them."""
    here = practice(base)
    cumulative = _cumulative(base, conditions)
    if not len(cumulative) or cumulative[-1] <= 0.0:
        raise CaseError(
            f"condition: nobody comes with {', '.join(sorted(conditions)) or 'none'}: give another"
        )
    place = int(np.searchsorted(cumulative, rng.random() * cumulative[-1], side="right"))
    s, c = divmod(min(place, len(cumulative) - 1), len(here.conditions))
    low, high, female, pregnant = here.strata[s]
    age = low + EDGE + (high - low - 2 * EDGE) * float(rng.random())
    return Person(age, female, pregnant, here.conditions[c])
