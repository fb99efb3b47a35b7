"""Lasting illness beside what brings the patient: by history where the base asks for one, else by prevalence.

Most of it is under control on the day: it keeps a share of its effect on values and causes no complaint. Some of it
is active, and then it does all that the base says of it.
"""

# ruff: noqa: N803, N806 (dimension suffixes)
from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from wardround.knowledge import KnowledgeBase, Stratum, applying, possible_in
from wardround.simulation.background import KnownProblem, Obstetric
from wardround.simulation.expectations import layout
from wardround.simulation.links import YOUNG, excluded, histories, linked_conditions
from wardround.simulation.people import Person
from wardround.simulation.population import population

_MONTH = 30
PREGNANT = "condition.pregnancy"
"""Where a base holds it: of every woman who knows that she is pregnant."""
BOOKING = 37
"""Days from the last period to the day on which a pregnancy is put on record."""


@dataclass(frozen=True, slots=True)
class Illnesses:
    """`active` the truth first; `shares` also hold what is under control, with the share of its effect it keeps."""

    active: tuple[str, ...]
    shares: Mapping[str, float]
    problems: tuple[KnownProblem, ...]


def draw_illnesses(
    base: KnowledgeBase,
    person: Person,
    stratum: Stratum,
    had_B: NDArray[np.bool_],
    allowed: frozenset[str],
    on: date,
    rng: np.random.Generator,
    *,
    known_pregnant: bool = False,
) -> Illnesses:
    """What the person has beside the truth, and how it stands on the record. `had_B` are the histories, and is mended:
    a history of nothing that is `allowed` is taken back."""
    rates = population().record
    problems: dict[str, bool] = {}
    _from_histories(base, person, had_B, allowed, problems, rng)
    _from_prevalence(base, person, stratum, allowed, problems, rng)
    truth = person.condition
    if known_pregnant and truth != PREGNANT and PREGNANT in allowed and PREGNANT in base.conditions:
        problems[PREGNANT] = True
    lasting = base.conditions[truth].chronic
    known_already = truth == PREGNANT or rng.random() < rates.diagnosed_before
    if lasting and truth not in linked_conditions(base) and known_already:
        problems[truth] = True
    active, shares = [truth], {truth: 1.0}
    for condition, lasts in problems.items():
        if not lasts or condition not in base.conditions or condition == truth:
            continue
        today = condition == PREGNANT or rng.random() < rates.active_today
        shares[condition] = 1.0 if today else rates.controlled
        if today:
            active.append(condition)
    known = tuple(
        KnownProblem(c, base.named(c), _since(person.age, on, rng), lasts) for c, lasts in problems.items()
    )
    return Illnesses(tuple(active), shares, tuple(sorted(known, key=lambda p: (p.since, p.condition))))


def _from_histories(
    base: KnowledgeBase,
    person: Person,
    had_B: NDArray[np.bool_],
    allowed: frozenset[str],
    problems: dict[str, bool],
    rng: np.random.Generator,
) -> None:
    """A problem for every history that stands for an illness. The truth's own history is the truth's."""
    at = layout(base).binary_at
    sex = "female" if person.female else "male"
    for finding, history in histories(base).items():
        if finding not in at or not had_B[at[finding]]:
            continue
        held = frozenset((person.condition, *problems)) - {person.condition}
        fitting = [
            c
            for c in history.conditions
            if c in allowed
            and possible_in(base, c, person.age, sex, None if history.over else person.pregnant)
            and not excluded(c, held)
            and (c == person.condition or not excluded(c, frozenset((person.condition,))))
        ]
        if not fitting:
            had_B[at[finding]] = False
            continue
        if person.condition in fitting:
            chosen = person.condition
        elif person.age < YOUNG and "condition.type_1_diabetes" in fitting:
            chosen = "condition.type_1_diabetes"
        else:
            further = rng.exponential(1.0 if history.mixed else 0.35)
            chosen = fitting[min(int(further), len(fitting) - 1)]
        problems[chosen] = not history.over


def _from_prevalence(
    base: KnowledgeBase,
    person: Person,
    stratum: Stratum,
    allowed: frozenset[str],
    problems: dict[str, bool],
    rng: np.random.Generator,
) -> None:
    """Lasting conditions that no history stands for, by prevalence, likelier where they lead to the truth."""
    names, p_K = _lasting(base, stratum)
    odds = _leads_to(base, person.condition)
    odds_K = np.array([odds.get(name, 1.0) for name in names])
    chance_K = p_K * odds_K / (1.0 - p_K + p_K * odds_K)
    for place in np.flatnonzero(rng.random(len(names)) < chance_K):
        condition = names[place]
        if condition in allowed and not excluded(condition, frozenset((person.condition, *problems))):
            problems[condition] = True


@functools.lru_cache(maxsize=2048)
def _lasting(base: KnowledgeBase, stratum: Stratum) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    linked = linked_conditions(base)
    found = {}
    for condition in base.conditions.values():
        if condition.chronic and condition.id not in linked and condition.id != PREGNANT:
            band = applying(condition.prevalence, stratum)
            if band is not None:
                found[condition.id] = band.p
    return tuple(found), np.array(list(found.values()), dtype=float)


@functools.lru_cache(maxsize=4096)
def _leads_to(base: KnowledgeBase, condition: str) -> Mapping[str, float]:
    """Odds ratios of this condition by the conditions on record that lead to it."""
    return {r.condition: r.odds for r in base.conditions[condition].risks if r.condition is not None}


def since_booking(ill: Illnesses, obstetric: Obstetric | None, on: date) -> Illnesses:
    """A pregnancy on the record has been there since it was told of, some five weeks on."""
    if obstetric is None or obstetric.last_period is None or obstetric.weeks is None:
        return ill
    booked = min(obstetric.last_period + timedelta(days=BOOKING), on)
    problems = (replace(p, since=booked) if p.condition == PREGNANT else p for p in ill.problems)
    return replace(ill, problems=tuple(sorted(problems, key=lambda p: (p.since, p.condition))))


def _since(age: float, on: date, rng: np.random.Generator) -> date:
    """Some months to years ago, within the person's life."""
    lived = max(age * 365.0 - _MONTH, 1.0)
    days = min(60.0 + float(rng.exponential(1500.0)), 0.8 * lived)
    return on - timedelta(days=int(days))
