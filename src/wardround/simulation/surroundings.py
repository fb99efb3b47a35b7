"""What a person is called, allergic to, lives from, has borne, and how far their account can be relied on."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import cast

import numpy as np

from wardround.clinical import Sex
from wardround.knowledge import KnowledgeBase
from wardround.simulation.background import (
    Alcohol,
    KnownAllergy,
    Living,
    Obstetric,
    Smoking,
    Social,
    Telling,
)
from wardround.simulation.population import AllergyRate, population

Findings = Mapping[str, bool | float]
CHILD = 16.0
"""Below this age somebody speaks for the patient, or stands beside."""
FERTILE = (13.0, 51.0)


def draw_name(female: bool, rng: np.random.Generator) -> str:
    """A name."""
    names = population().names
    given = names.girls if female else names.boys
    return f"{given[int(rng.integers(len(given)))]} {names.family[int(rng.integers(len(names.family)))]}"


def draw_allergies(
    base: KnowledgeBase, age: float, on: date, rng: np.random.Generator
) -> tuple[KnownAllergy, ...]:
    """Allergies on the record. Drug allergies go by the drug or by its group, as records do."""
    rates = _rates(base)
    drawn = rng.random(len(rates))
    return tuple(
        _allergy(base, rate, age, on, rng)
        for rate, u in zip(rates, drawn, strict=True)
        if u < rate.p and rate.age[0] <= age < rate.age[1] and age >= 0.5
    )


@functools.lru_cache(maxsize=8)
def _rates(base: KnowledgeBase) -> tuple[AllergyRate, ...]:
    return tuple(rate for rate in population().allergies.items if rate.group in base.cross_reactivity)


@functools.lru_cache(maxsize=64)
def _culprits(base: KnowledgeBase, group: str) -> tuple[str, ...]:
    """The drugs of a group that may have caused its allergy."""
    return tuple(d.id for d in base.drugs.values() if group in d.cross_reactivity)


def _allergy(
    base: KnowledgeBase, rate: AllergyRate, age: float, on: date, rng: np.random.Generator
) -> KnownAllergy:
    culprits = _culprits(base, rate.group)
    drug = culprits[int(rng.integers(len(culprits)))] if culprits and rng.random() < 0.5 else None
    groups = base.drugs[drug].cross_reactivity if drug else (rate.group,)
    since = on - timedelta(days=int((0.05 + 0.85 * rng.random()) * age * 365))
    severe = bool(rng.random() < rate.severe)
    reaction = "anaphylaxis" if severe else rate.reactions[int(rng.integers(len(rate.reactions)))]
    text = base.named(drug) if drug else base.named(rate.group)
    return KnownAllergy(text, tuple(groups), drug, severe, reaction, since)


def draw_social(age: float, pregnant: bool, present: Findings, rng: np.random.Generator) -> Social:
    """How the person lives; habits are those of the findings."""
    people = population()
    weights = next(b.weights for b in people.living.bands if b.age[0] <= age < b.age[1])
    living = cast(Living, _weighted(weights, rng))
    work = next(b.names for b in people.work.bands if b.age[0] <= age < b.age[1])
    smoking: Smoking = "never"
    if present.get("finding.smoker") is True:
        smoking = "current"
    elif present.get("finding.ex_smoker") is True or (
        "finding.ex_smoker" not in present and age > 30 and rng.random() < people.former_smokers.value
    ):
        smoking = "former"
    alcohol: Alcohol = "none"
    if present.get("finding.alcohol_excess") is True:
        alcohol = "excess"
    elif age >= 18 and not pregnant and rng.random() < people.drinking.value:
        alcohol = "moderate"
    carer = _carer(age, living, present, rng)
    return Social(living, work[int(rng.integers(len(work)))], smoking, alcohol, carer)


def _carer(age: float, living: str, present: Findings, rng: np.random.Generator) -> str | None:
    if age < CHILD:
        return "mother" if rng.random() < 0.75 else "father"
    if living == "in a care home":
        return "care assistant"
    forgetful = any(
        present.get(f"finding.{f}") is True for f in ("dementia_history", "memory_loss", "confusion")
    )
    if age >= 65 and (forgetful or rng.random() < 0.08):
        return ("daughter", "son", "partner")[int(rng.integers(3))]
    return None


def _weighted(weights: Mapping[str, float], rng: np.random.Generator) -> str:
    total = sum(weights.values())
    u = rng.random() * total
    for name, weight in weights.items():
        u -= weight
        if u <= 0:
            return name
    return next(reversed(list(weights)))


def draw_obstetric(
    age: float, female: bool, pregnant: bool, active: Iterable[str], present: dict[str, bool | float],
    on: date, rng: np.random.Generator,
) -> Obstetric | None:  # fmt: skip
    """Of women from 13 on. Findings that a pregnancy settles (`finding.over_20_weeks_pregnant`) are set by it."""
    if not female or age < FERTILE[0]:
        return None
    mean = float(np.interp(age, (13, 20, 30, 40), (0.01, 0.3, 1.2, 2.1)))
    before = int(rng.poisson(mean))
    feeding = present.get("finding.breastfeeding") is True
    born = feeding or present.get("finding.recent_childbirth") is True or _had(present, "vaginal_births")
    lost = _had(present, "previous_ectopic") or _had(present, "previous_miscarriage")
    before = max(before, int(born) + int(lost), 1 if _had(present, "previous_pre_eclampsia") else 0)
    if "finding.first_pregnancy" in present:
        first = pregnant and before == 0
        present["finding.first_pregnancy"] = first
    births = before - int(lost)
    births = max(births - int(rng.random() < 0.15 * births), int(born), 0)
    weeks = _weeks(active, present, rng) if pregnant else None
    last = _last_period(age, weeks, present, on, rng)
    return Obstetric(before + int(pregnant), births, weeks, last, feeding)


def _had(present: Findings, name: str) -> bool:
    return present.get(f"finding.{name}") is True


def _weeks(active: Iterable[str], present: dict[str, bool | float], rng: np.random.Generator) -> int:
    """Weeks of the pregnancy, as its conditions and findings have it."""
    times = population().gestation
    low, high = next((times.weeks[c] for c in active if c in times.weeks), times.other)
    late = "finding.over_20_weeks_pregnant"
    if present.get(late) is True and high > 21:
        low = max(low, 21)
    elif present.get(late) is False and low < 20:
        high = min(high, 19)
    if present.get("finding.reduced_fetal_movements") is True and high > 24:
        low = max(low, 24)
    weeks = int(rng.integers(low, high + 1))
    if late in present:
        present[late] = weeks > 20
    if weeks > 8 and "finding.missed_period" in present:
        present["finding.missed_period"] = True
    return weeks


def _last_period(
    age: float, weeks: int | None, present: Findings, on: date, rng: np.random.Generator
) -> date | None:
    if weeks is not None:
        return on - timedelta(days=7 * weeks + int(rng.integers(7)))
    if age >= FERTILE[1] or age < FERTILE[0] + 1:
        return None
    days = rng.integers(36, 70) if present.get("finding.missed_period") is True else rng.integers(1, 30)
    return on - timedelta(days=int(days))


def draw_telling(
    base: KnowledgeBase,
    present: Findings,
    presenting: Iterable[str],
    said: Iterable[str],
    rng: np.random.Generator,
) -> Telling:
    """How much of it the patient tells. What is examined, and what brought them, is never in doubt."""
    rates = population().telling
    if rng.random() >= rates.unreliable:
        return Telling(contradicts=0.0)
    kept = set(presenting)
    for slug in tuple(kept):
        kept.update(_above(base, slug))
    asked, tellable = _asked(base)
    drawn = rng.random(len(asked))
    unsure = {
        slug
        for slug, u, can in zip(asked, drawn.tolist(), tellable, strict=True)
        if u < rates.unsure and can and slug in present and slug not in kept
    }
    denied = {
        slug
        for slug, u in zip(asked, drawn.tolist(), strict=True)
        if u > 1 - rates.denied and present.get(slug) is True and slug not in kept
    }
    for slug in tuple(denied):
        denied.update(c for c in below(base, slug) if present.get(c) is True)
        unsure.difference_update(below(base, slug))
    forgotten = {text for text in said if rng.random() < rates.forgotten}
    low, high = rates.contradicts
    return Telling(
        frozenset(unsure - denied),
        frozenset(denied),
        frozenset(forgotten),
        low + (high - low) * float(rng.random()),
    )


@functools.lru_cache(maxsize=8)
def _asked(base: KnowledgeBase) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """Findings that a patient is asked about, and whether the base has words for not being sure of them."""
    found = [f for f in base.findings.values() if f.answer == "yes_no" and not f.examined]
    return tuple(f.id for f in found), tuple(bool(f.answers.unsure) for f in found)


def _above(base: KnowledgeBase, slug: str) -> Iterable[str]:
    parent = base.findings[slug].parent
    while parent is not None:
        yield parent
        parent = base.findings[parent].parent


def below(base: KnowledgeBase, slug: str) -> Iterable[str]:
    """Everything below a finding."""
    for child in base.children(slug):
        yield child
        yield from below(base, child)


def sex_of(female: bool) -> Sex:
    """Of the simulated, one of two."""
    return "female" if female else "male"
