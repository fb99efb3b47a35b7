"""A course over one knowledge base: begins, advances under a treatment, says how well it goes. Pure but for `rng`."""

# ruff: noqa: N806 (dimension suffixes)
from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from wardround.knowledge import Course, KnowledgeBase
from wardround.simulation.courses.doses import Treatment
from wardround.simulation.courses.engine import EXTRA_DRAWS, Moving, fresh
from wardround.simulation.courses.errors import CourseError
from wardround.simulation.courses.plan import Adherence, Plan, kept, plan_of
from wardround.simulation.courses.rates import Rates, rates_of
from wardround.simulation.courses.state import CourseState, Happening

RESPONSIVENESS = 0.25
"""Sd of the logarithm of how well a patient responds to a drug, about a mean of 1."""
MOST_DAYS = 36_525
WITHIN = 2.5
"""So many sds from its mean does a variable begin at most."""


@dataclass(frozen=True, eq=False)
class CourseModel:
    """One course. Build it with `model_of`, which keeps it."""

    base: KnowledgeBase
    course: Course

    @cached_property
    def rates(self) -> Rates:
        """The course in numbers a day."""
        return rates_of(self.course)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables in order."""
        return tuple(v.id for v in self.course.variables)

    def begin(
        self, rng: np.random.Generator, age: float, known: Mapping[str, float] | None = None
    ) -> CourseState:
        """The day of the diagnosis of somebody of this age. `known` are variables that begin at a given value."""
        start = []
        for variable, z in zip(self.course.variables, rng.standard_normal(len(self.names)), strict=True):
            (mean, sd), (low, high) = variable.start, variable.bounds
            drawn = mean + sd * float(min(max(z, -WITHIN), WITHIN))
            start.append(min(max((known or {}).get(variable.id, drawn), low), high))
        z_R = rng.standard_normal(len(self.course.responses))
        traits = np.exp(RESPONSIVENESS * z_R - RESPONSIVENESS**2 / 2)
        return fresh(self.course, age, tuple(start), tuple(float(t) for t in traits))

    def advance(
        self,
        state: CourseState,
        days: int,
        treatment: Treatment = (),
        adherence: Adherence = 1.0,
        *,
        rng: np.random.Generator,
        adverse: bool = True,
    ) -> tuple[CourseState, tuple[Happening, ...]]:
        """So many days on. Raises CourseError for days, doses or adherence that are none."""
        after, happened, _ = self.trace(state, days, treatment, adherence, rng=rng, adverse=adverse)
        return after, happened

    def trace(
        self,
        state: CourseState,
        days: int,
        treatment: Treatment = (),
        adherence: Adherence = 1.0,
        *,
        rng: np.random.Generator,
        adverse: bool = True,
    ) -> tuple[CourseState, tuple[Happening, ...], NDArray[np.float64]]:
        """The same, with the values at the end of each day (days by variables).

        `adverse`: whether adverse effects come in this course; of several courses of one patient only in the first.
        """
        if not 0 <= days <= MOST_DAYS:
            raise CourseError(f"days: {days} is not between 0 and {MOST_DAYS}: give another number.")
        plan = self._plan(tuple(treatment), kept(treatment, adherence), adverse)
        moving = Moving.of(self.course, self.rates, plan, state)
        path = []
        for draws in rng.standard_normal((days, len(self.names) + EXTRA_DRAWS)).tolist():
            moving.day_passes(draws)
            path.append(tuple(moving.values))
        values_DV = np.array(path, dtype=np.float64).reshape(days, len(self.names))
        return moving.frozen(), tuple(moving.happened), values_DV

    def values(self, state: CourseState) -> Mapping[str, float]:
        """The variables by name."""
        return dict(zip(self.names, state.values, strict=True))

    def hazards(
        self, state: CourseState, treatment: Treatment = (), adherence: Adherence = 1.0
    ) -> Mapping[str, float]:
        """The hazard of each event, per year, as things stand."""
        plan = self._plan(tuple(treatment), kept(treatment, adherence), True)
        moving = Moving.of(self.course, self.rates, plan, state)
        daily = moving.hazards()
        return {e.id: 365.25 * h for e, h in zip(self.course.events, daily, strict=True)}

    def off_target(self, state: CourseState) -> Mapping[str, float]:
        """How far each variable with a target is outside it, in sds of its start: 0 within."""
        return dict(self._off(state.values))

    def _off(self, values: tuple[float, ...]) -> list[tuple[str, float]]:
        found = []
        for variable, x in zip(self.course.variables, values, strict=True):
            if variable.target is not None:
                low, high = variable.target
                out = max(
                    (low if low is not None else -math.inf) - x,
                    x - (high if high is not None else math.inf),
                    0.0,
                )
                found.append((variable.id, out / (variable.start[1] or 1.0)))
        return found

    @functools.lru_cache(maxsize=256)  # noqa: B019 (models are kept for the life of the process)
    def _plan(self, treatment: Treatment, shares: tuple[float, ...], adverse: bool) -> Plan:
        plan = plan_of(self.base, self.course, treatment, shares)
        return plan if adverse else Plan(plan.levels, plan.factors, plan.intakes, plan.drugs, ())


@functools.lru_cache(maxsize=128)
def model_of(base: KnowledgeBase, condition: str, spared: frozenset[str] = frozenset()) -> CourseModel:
    """The course of a condition; of events that are conditions of their own, those that are `spared` do not happen.

    Raises CourseError where the base holds no such course.
    """
    course = base.courses.get(condition)
    if course is None:
        known = ", ".join(sorted(base.courses)) or "none"
        raise CourseError(f"{condition}: has no course: use one of {known}.")
    events = tuple(event for event in course.events if event.truth not in spared)
    return CourseModel(base, course.model_copy(update={"events": events}) if spared else course)
