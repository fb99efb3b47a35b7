"""What a treatment means for one course: the level that each effect goes to, each hazard's factor, adverse rates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wardround.clinical import Quantity, convert
from wardround.knowledge import Adverse, Course, KnowledgeBase
from wardround.simulation.courses.doses import Treatment, share_of_usual, usual_daily
from wardround.simulation.courses.errors import CourseError

MOST_INTAKE = 3.0
"""Beyond three times the usual dose adverse effects come no oftener."""
NOT_TAKEN = 1e-6

Adherence = float | Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Risked:
    """One adverse effect of one drug: its hazard a day between the days of its onset."""

    drug: str
    adverse: Adverse
    rate: float


@dataclass(frozen=True, slots=True)
class Plan:
    """`levels` by response, `factors` by event, `intakes` by rebound; `drugs` are those really taken."""

    levels: tuple[float, ...]
    factors: tuple[float, ...]
    intakes: tuple[float, ...]
    drugs: tuple[str, ...]
    risks: tuple[Risked, ...]


def kept(treatment: Treatment, adherence: Adherence) -> tuple[float, ...]:
    """How much of each drug is taken, in [0, 1]. Raises CourseError for what is no share."""
    shares = tuple(
        float(adherence.get(t.drug, 1.0)) if isinstance(adherence, Mapping) else float(adherence)
        for t in treatment
    )
    for t, share in zip(treatment, shares, strict=True):
        if not 0.0 <= share <= 1.0:
            raise CourseError(f"adherence to {t.drug}: {share} is no share: give one between 0 and 1.")
    return shares


def plan_of(base: KnowledgeBase, course: Course, treatment: Treatment, shares: tuple[float, ...]) -> Plan:
    """What is planned, taken to these shares."""
    doses: dict[str, float] = {}
    taken: dict[str, float] = {}
    for taking, share in zip(treatment, shares, strict=True):
        whole = min(share_of_usual(base, course.condition, taking), 10.0)
        doses[taking.drug] = doses.get(taking.drug, 0.0) + whole
        taken[taking.drug] = taken.get(taking.drug, 0.0) + whole * share
    taken = {drug: intake for drug, intake in taken.items() if intake > NOT_TAKEN}
    keeping = {drug: taken[drug] / doses[drug] for drug in taken}
    return Plan(
        levels=_levels(base, course, doses, keeping),
        factors=tuple(_factor(base, course, i, taken) for i in range(len(course.events))),
        intakes=tuple(
            sum(intake for drug, intake in taken.items() if e.rebound.to in _means(base, drug))
            for e in course.events
            if e.rebound
        ),
        drugs=tuple(taken),
        risks=tuple(_risks(base, taken)),
    )


def most_specific(base: KnowledgeBase, drug: str, to: Iterable[str]) -> str | None:
    """Of the drugs and classes named, the one nearest to this drug: itself, its class, its class's class."""
    named = set(to)
    return next((slug for slug in _means(base, drug) if slug in named), None)


def _means(base: KnowledgeBase, drug: str) -> tuple[str, ...]:
    return (drug, *base.classes_of(drug))


def _levels(
    base: KnowledgeBase, course: Course, doses: Mapping[str, float], keeping: Mapping[str, float]
) -> tuple[float, ...]:
    """d / (d + half), with the doses of all drugs that act by one response added, and the share of them taken."""
    levels = []
    for response in course.responses:
        rivals = {r.to for r in course.responses if (r.of, r.on) == (response.of, response.on)}
        acting = [d for d in keeping if most_specific(base, d, rivals) == response.to]
        dose = sum(doses[d] for d in acting)
        if not dose:
            levels.append(0.0)
            continue
        half = response.half_at
        if response.half_dose is not None:
            usual, unit = usual_daily(base, course.condition, response.to)
            half = convert(Quantity(response.half_dose.value, response.half_dose.unit), unit).value / usual
        share = sum(doses[d] * keeping[d] for d in acting) / dose
        levels.append(share * dose / (dose + half))
    return tuple(levels)


def felt(intake: float) -> float:
    """What a dose does to a hazard beside the usual one: 1 at the usual dose, less than in proportion beyond."""
    return 1.5 * intake / (intake + 0.5)


def _factor(base: KnowledgeBase, course: Course, i: int, taken: Mapping[str, float]) -> float:
    event = course.events[i]
    factor = 1.0
    if event.only_under is not None:
        factor = sum(intake for drug, intake in taken.items() if event.only_under in _means(base, drug))
        factor = felt(factor)
    by_class = {f.to: f.factor for f in event.under}
    for drug, intake in taken.items():
        nearest = most_specific(base, drug, by_class)
        if nearest is not None:
            factor *= by_class[nearest] ** felt(intake)
    return factor


def _risks(base: KnowledgeBase, taken: Mapping[str, float]) -> Iterable[Risked]:
    """P over a usual course becomes a hazard a day within the onset; more with the dose."""
    for drug, intake in taken.items():
        for adverse in base.drugs[drug].adverse:
            days = max(adverse.onset_days[1] - adverse.onset_days[0], 1.0)
            rate = -math.log1p(-adverse.p) * min(intake, MOST_INTAKE) / days
            yield Risked(drug, adverse, rate)
