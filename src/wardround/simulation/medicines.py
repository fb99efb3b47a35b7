"""The drugs on a record: first-line regimens of lasting illness that this very person may be given, and no others."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from wardround.clinical import Quantity, UnitError, convert
from wardround.knowledge import (
    Contraindication,
    Drug,
    KnowledgeBase,
    Regimen,
    Stratum,
    Treatment,
    holds,
)
from wardround.simulation.background import KnownAllergy, KnownDrug, KnownProblem
from wardround.simulation.links import DRUGS
from wardround.simulation.population import population

EXACT = 1 + 1e-9
GROWN = 12.0
"""From this age on adult doses are given; below it only what the base doses for a child, or names for the age."""
UNTREATED = ("condition.pregnancy",)
"""Problems of which the drugs that the base names are for some alone, at a risk that a record does not say."""
HARMFUL = ("contraindicated", "avoid")


@dataclass(frozen=True, slots=True)
class Taker:
    """All that decides whether a person may be given a drug."""

    stratum: Stratum
    """With the exact age."""
    breastfeeding: bool
    weight: float
    egfr: float
    conditions: frozenset[str]
    findings: Mapping[str, bool | float]
    allergies: tuple[KnownAllergy, ...]


def draw_drugs(
    base: KnowledgeBase, taker: Taker, problems: Sequence[KnownProblem], on: date, rng: np.random.Generator
) -> tuple[KnownDrug, ...]:
    """What is taken for the problems, and what a finding says is taken (`finding.anticoagulant_use`)."""
    taken: list[KnownDrug] = []
    for problem in problems:
        if not problem.active or problem.condition not in base.conditions:
            continue
        if problem.condition in UNTREATED or rng.random() >= population().record.treated:
            continue
        regimen = next(
            (r for r in regimens(base, problem.condition, taker.stratum) if permitted(base, taker, r, taken)),
            None,
        )
        if regimen is not None:
            since = min(problem.since + timedelta(days=int(rng.random() * 30)), on)
            taken.append(_known(base, regimen, problem.condition, since))
    for finding, group in DRUGS.items():
        if taker.findings.get(finding) is True and not any(group in base.classes_of(k.drug) for k in taken):
            options = [r for r in _of_class(base, group) if permitted(base, taker, r, taken)]
            if options:
                chosen = options[int(rng.integers(len(options)))]
                lived = int(taker.stratum.age * 300)
                since = on - timedelta(days=min(30 + int(rng.random() * 700), lived))
                taken.append(_known(base, chosen, finding, since))
    return tuple(taken)


def _known(base: KnowledgeBase, regimen: Regimen, indication: str, since: date) -> KnownDrug:
    dose = regimen.dose
    return KnownDrug(
        regimen.drug, base.drugs[regimen.drug].name, dose.value, dose.unit, regimen.route, regimen.per_day,
        regimen.as_needed, indication, since,
    )  # fmt: skip


def regimens(base: KnowledgeBase, condition: str, stratum: Stratum) -> tuple[Regimen, ...]:
    """Long-term regimens of a condition for such a person, first line before second."""
    lines = (t for t in _lines(base, condition) if holds(t.who, stratum))
    return tuple(t.regimen for t in lines if t.regimen is not None)


@functools.lru_cache(maxsize=1024)
def _lines(base: KnowledgeBase, condition: str) -> tuple[Treatment, ...]:
    kept = [
        t
        for t in base.conditions[condition].management
        if t.regimen is not None
        and t.line in ("first", "second")
        and t.if_allergic_to is None
        and t.regimen.days is None
    ]
    return tuple(sorted(kept, key=lambda t: t.line != "first"))


@functools.lru_cache(maxsize=64)
def _of_class(base: KnowledgeBase, group: str) -> tuple[Regimen, ...]:
    """The smallest oral dose of every drug of a class; of those that the base treats something with, if of any."""
    if group not in base.classes:
        return ()
    found = []
    members = base.members(group)
    used = {t.regimen.drug for c in base.conditions.values() for t in c.management if t.regimen is not None}
    for slug in [drug for drug in members if drug in used] or members:
        dose = next((d for d in base.drugs[slug].doses if d.route == "oral"), None)
        if dose is not None:
            amount = {"value": dose.low, "unit": dose.unit}
            given = {"drug": slug, "dose": amount, "route": "oral", "per_day": dose.per_day[0]}
            found.append(Regimen.model_validate(given))
    return tuple(found)


def permitted(base: KnowledgeBase, taker: Taker, regimen: Regimen, taken: Sequence[KnownDrug]) -> bool:
    """Whether nothing that the base says forbids it to this person beside what is taken."""
    return not objections(base, taker, regimen, taken)


def objections(
    base: KnowledgeBase, taker: Taker, regimen: Regimen, taken: Sequence[KnownDrug]
) -> tuple[str, ...]:
    """Everything that forbids it, in words."""
    drug = base.drugs[regimen.drug]
    return tuple(
        said
        for said in (
            _against_person(drug, taker),
            _against_dose(drug, taker, regimen),
            _against_kidneys(drug, taker, regimen),
            _against_allergies(base, drug, taker),
            _against_others(base, drug, taken),
            *(c.reason for c in drug.contraindications if c.severity == "absolute" and _met(c, taker)),
        )
        if said
    )


def _met(against: Contraindication, taker: Taker) -> bool:
    """All that a contraindication names holds."""
    return (
        (against.condition is None or against.condition in taker.conditions)
        and (against.finding is None or taker.findings.get(against.finding) is True)
        and (against.egfr_below is None or taker.egfr < against.egfr_below)
        and (against.who is None or holds(against.who, taker.stratum))
    )


def _against_person(drug: Drug, taker: Taker) -> str | None:
    if taker.stratum.age < drug.min_age:
        return f"not below {drug.min_age:g} years"
    if taker.stratum.pregnant and drug.pregnancy.advice in HARMFUL:
        return "harmful in pregnancy"
    if taker.breastfeeding and drug.lactation.advice in HARMFUL:
        return "harmful while breastfeeding"
    return None


def amount(drug: Drug, regimen: Regimen, unit: str) -> float | None:
    """One dose in another unit; None where it cannot be said so."""
    try:
        return convert(Quantity(regimen.dose.value, regimen.dose.unit), unit).value
    except UnitError:
        return None


def _against_dose(drug: Drug, taker: Taker, regimen: Regimen) -> str | None:
    one = amount(drug, regimen, drug.max_daily.unit)
    if one is None:
        return f"dose in {regimen.dose.unit}, maximum in {drug.max_daily.unit}"
    if one * regimen.per_day > drug.max_daily.value * EXACT:
        return f"above {drug.max_daily.value:g} {drug.max_daily.unit} a day"
    return _against_child(drug, taker, regimen) if taker.stratum.age < GROWN else None


def _against_child(drug: Drug, taker: Taker, regimen: Regimen) -> str | None:
    child = drug.paediatric
    if child is None:
        own = any(d.route == regimen.route for d in drug.doses) and regimen.dose.unit not in ("mg", "g")
        return None if own else "no dose for children"
    if taker.stratum.age * 12 < child.min_age_months:
        return f"not below {child.min_age_months:g} months"
    daily = amount(drug, regimen, "mg")
    if daily is None:
        return None
    daily *= regimen.per_day
    if daily > child.max_daily_mg * EXACT or daily > child.mg_per_kg_day[1] * taker.weight * EXACT:
        return "too much for the weight"
    return None


def _against_kidneys(drug: Drug, taker: Taker, regimen: Regimen) -> str | None:
    for line in drug.renal:
        if taker.egfr >= line.egfr_below:
            continue
        if line.action == "avoid":
            return f"not below an eGFR of {line.egfr_below:g}"
        one = amount(drug, regimen, drug.max_daily.unit)
        if line.action != "reduce" or line.max_daily is None or one is None:
            continue
        if one * regimen.per_day > line.max_daily * EXACT:
            return f"at most {line.max_daily:g} a day at this eGFR"
    return None


def _against_allergies(base: KnowledgeBase, drug: Drug, taker: Taker) -> str | None:
    for allergy in taker.allergies:
        if allergy.drug == drug.id or not set(allergy.groups).isdisjoint(forbidding(base, drug.id)):
            return f"allergic to {allergy.text}"
    return None


@functools.lru_cache(maxsize=1024)
def forbidding(base: KnowledgeBase, drug: str) -> frozenset[str]:
    """The groups to which an allergy forbids the drug: its own, and those that cross-react with them."""
    own = set(base.drugs[drug].cross_reactivity)
    related = {
        group.id
        for group in base.cross_reactivity.values()
        if any(other in own and advice == "avoid" for other, advice in group.related)
    }
    return frozenset(own | related)


def _against_others(base: KnowledgeBase, drug: Drug, taken: Sequence[KnownDrug]) -> str | None:
    for other in taken:
        if other.drug == drug.id:
            return "taken already"
        if _clash(base, drug.id, other.drug):
            return f"contraindicated with {other.text}"
    return None


@functools.lru_cache(maxsize=16_384)
def _clash(base: KnowledgeBase, one: str, other: str) -> bool:
    """A contraindicated interaction, or two drugs of one kind."""
    if set(base.drugs[one].classes[:1]) & set(base.drugs[other].classes[:1]):
        return True
    return any(i.severity == "contraindicated" for i in base.interactions_between(one, other))
