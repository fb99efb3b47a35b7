"""What is normal at an age: vital signs of children as the base has them, their weight, and filtration by age."""

# ruff: noqa: N806 (dimension suffixes)
from __future__ import annotations

import functools
from typing import Final

import numpy as np

from wardround.knowledge import KnowledgeBase, Stratum, applying
from wardround.simulation.expectations import GROWN, Floats, layout, normal_of
from wardround.simulation.population import Population, population

HEART_RATE: Final = "finding.heart_rate"
BREATHING: Final = "finding.respiratory_rate"
SYSTOLIC: Final = "finding.systolic_bp"
DIASTOLIC: Final = "finding.diastolic_bp"
WEIGHT: Final = "finding.weight"
EGFR: Final = "analyte.egfr"
PULSE: Final = 20.0
"""The least difference of the two pressures that is drawn, in mmHg."""

Normals = tuple[Floats, Floats, Floats, Floats]


@functools.lru_cache(maxsize=512)
def _normals(base: KnowledgeBase, years: float, female: bool) -> Normals:
    at, people = layout(base), population()
    adult = [normal_of(base, slug) for slug in at.quantities]
    adult_Q = np.array([mean for mean, _ in adult])
    mean_Q, sd_Q = adult_Q.copy(), np.array([sd for _, sd in adult])
    for slug, (mean, sd) in at_age(base, people, years, female).items():
        place = at.quantity_at.get(slug)
        if place is not None:
            mean_Q[place], sd_Q[place] = mean, sd if sd else sd_Q[place]
    weight = at.quantity_at.get(WEIGHT)
    if years >= GROWN and weight is not None:
        mean_Q[weight] += people.adult_weight.female if female else people.adult_weight.male
    scaled = [
        at.quantity_at[s] for s in (HEART_RATE, BREATHING, SYSTOLIC, DIASTOLIC, WEIGHT) if s in at.quantity_at
    ]
    scale_Q = np.ones(len(adult_Q))
    if years < GROWN:
        scale_Q[scaled] = mean_Q[scaled] / adult_Q[scaled]
    if EGFR in at.quantity_at:
        place = at.quantity_at[EGFR]
        scale_Q[place] = mean_Q[place] / adult_Q[place]
    return mean_Q, sd_Q, scale_Q, adult_Q


def normals(base: KnowledgeBase, age: float, female: bool) -> Normals:
    """(Q) mean, sd, the factor from adults' shifts to this age's, and the adults' mean. Ages are rounded to keep it.

    The first two are of people without any condition; ln where log-normal.
    """
    return _normals(base, round(age * 4) / 4 if age < GROWN else float(round(age)), female)


def at_age(
    base: KnowledgeBase, people: Population, age: float, female: bool
) -> dict[str, tuple[float, float]]:
    """Mean and sd, by id, of what differs from adults at this age; an sd of 0 leaves theirs. A child's weight follows
    the growth curve, which is finer than the base's bands."""
    found: dict[str, tuple[float, float]] = {EGFR: (healthy_filtration(people, age), 0.0)}
    if age >= GROWN:
        return found
    person = Stratum(age, "female" if female else "male")
    for slug in (HEART_RATE, BREATHING, SYSTOLIC, DIASTOLIC):
        usual = applying(base.findings[slug].normal_in, person) if slug in base.findings else None
        if usual is not None:
            found[slug] = (usual.mean, usual.sd)
    median = growth_weight(people, age, female)
    found[WEIGHT] = (median, median * people.growth.spread)
    return found


def growth_weight(people: Population, age: float, female: bool) -> float:
    """The median weight of a child in kg."""
    growth = people.growth
    return float(np.interp(age, growth.age, growth.weight_girl if female else growth.weight_boy))


def height(people: Population, age: float) -> float:
    """The median height of a child in cm."""
    return float(np.interp(age, people.growth.age, people.growth.height))


def healthy_filtration(people: Population, age: float) -> float:
    """The eGFR of the healthy, mL/min/1.73 m2."""
    rate = people.filtration
    if age < GROWN:
        return rate.child
    return float(np.clip(rate.at_fifty + (50.0 - age) * rate.fall_per_year, rate.lowest, rate.highest))
