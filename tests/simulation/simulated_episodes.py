"""Episodes for the tests of this room: a patient with a course, a ward that has seen nobody, a policy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from simulated_cases import clinic

from wardround.care import Planner, Ward
from wardround.harness import JSON, MemoryStore, Policy
from wardround.memory import Memory
from wardround.simulation.case import Case
from wardround.simulation.episode import HABITS, Episode, EpisodeOfCare, diagnosed, undiagnosed, with_courses
from wardround.simulation.episode.life import Life, begin_life
from wardround.simulation.generator import generate


@cache
def person(condition: str, index: int = 1) -> Case:
    """A patient who has it."""
    return generate(clinic().base, "train", index, condition=condition)


def alone(case: Case) -> Case:
    """The same patient with no other illness, and no drug for one: whatever else the base draws."""
    problems = tuple(p for p in case.known_problems if p.condition == case.truth)
    drugs = tuple(d for d in case.known_drugs if d.indication == case.truth)
    return replace(case, active=(case.truth,), known_problems=problems, known_drugs=drugs)


def ward() -> Ward:
    """A ward that has seen nobody."""
    return Ward(clinic(), MemoryStore(), Memory())


def planner() -> Policy:
    """The planner."""
    return Planner(clinic().projection)


async def played(condition: str, visits: int = 2, index: int = 1, **more: Any) -> Episode:
    """An episode of somebody with this condition, played by the planner unless `policy` says otherwise."""
    policy = more.pop("policy", None) or planner()
    at = more.pop("ward", None) or ward()
    return await EpisodeOfCare(at, person(condition, index), policy, **more).play(visits)


def life(
    condition: str, seed: int = 1, *, known: bool = True, habits: str = "careful", index: int = 1
) -> Life:
    """A life with the condition, from the first visit on, without any visits."""
    base = clinic().base
    whose = (diagnosed if known else undiagnosed)(base, alone(person(condition, index)))
    return begin_life(base, whose, with_courses(base, whose), HABITS[habits], seed, known)


def prescription(drug: str, dose: float, unit: str = "mg", **more: Any) -> JSON:
    """An order as the order book gives it."""
    return {
        "id": f"order-{drug}", "kind": "prescription", "drug": drug, "dose": dose, "unit": unit, "route": "oral",
        "per_day": 1.0, "days": None, "as_needed": False, "indication": "condition.hypertension", **more,
    }  # fmt: skip


def follow_up(days: int) -> JSON:
    """An appointment."""
    return {"id": f"order-{days}", "kind": "follow_up", "days": days, "purpose": "how it goes"}
