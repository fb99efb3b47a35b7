"""One day of a disease after the other: set points drift, effects come and go, values follow, things happen.

For a variable x with set point s, effects E of strength e at level l, pulls c of other variables y, relaxation time
r and wander n (Ornstein-Uhlenbeck), with a = exp(-1/r):

    l' = l + (1 - exp(-1/onset)) (planned level - l)
    s' = s + drift + sum over drift effects and pulls
    x' = a x + (1 - a) (s' + sum of e l + sum of c (y - beyond)) + n sqrt(1 - a^2) z

An event's hazard is h = h0 exp(sum of b (y - beyond)) times the treatment's factor; one uniform number a day decides
whether any event comes, and which. Each day takes the same count of random numbers whatever happens, so that a
stretch of days may be cut anywhere.
"""

# ruff: noqa: N806 (dimension suffixes)
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from wardround.knowledge import Course
from wardround.simulation.courses.plan import Plan, Risked
from wardround.simulation.courses.rates import Rates
from wardround.simulation.courses.state import NEVER, AdverseEffect, CourseState, Happening, Ongoing

EXTRA_DRAWS = 3
"""Beside one for each variable: which event, how hard it hits, which adverse effect."""
STOPPED_BELOW, STOPPED_FROM = 0.05, 0.3
"""A drug was stopped at once where the intake fell from above the one to below the other between two days."""
FORGOTTEN = 1e-6
"""A level below which an effect that is no longer planned is gone."""
HARDNESS = 0.3
"""Sd of the logarithm of how hard an event hits."""
SCALE_LIMIT = 2.0
"""An effect that vanishes at a set point is at most so many times what it is at the start."""


@dataclass
class Moving:
    """A state on its way: opened from a frozen one, lived day by day, frozen again."""

    course: Course
    rates: Rates
    plan: Plan
    day: int
    age: float
    set_points: list[float]
    values: list[float]
    levels: list[float]
    traits: tuple[float, ...]
    intakes: tuple[float, ...]
    stopped: list[int]
    last: list[int]
    since: dict[str, int]
    ongoing: list[Ongoing]
    adverse: list[AdverseEffect]
    over: bool
    acting: tuple[int, ...]
    """The responses of which anything is had or planned."""
    happened: list[Happening] = field(default_factory=list)

    @classmethod
    def of(cls, course: Course, rates: Rates, plan: Plan, state: CourseState) -> Moving:
        """Take up a state under a treatment: what is no longer taken has no adverse effects, what is new begins today."""
        since = dict(state.since)
        taken = {drug: since.get(drug, state.day) for drug in plan.drugs}
        stopped = [
            state.day if before >= STOPPED_FROM and now < STOPPED_BELOW else at
            for before, now, at in zip(state.intakes, plan.intakes, state.stopped, strict=True)
        ]
        acting = tuple(
            i
            for i, (planned, had) in enumerate(zip(plan.levels, state.levels, strict=True))
            if planned or had > FORGOTTEN
        )
        return cls(
            course, rates, plan, state.day, state.age, list(state.set_points), list(state.values),
            list(state.levels), state.traits, plan.intakes, stopped, list(state.last), taken,
            list(state.ongoing), [a for a in state.adverse if a.drug in taken], state.over, acting,
        )  # fmt: skip

    def frozen(self) -> CourseState:
        """The state as it is now."""
        return CourseState(
            self.day, self.age, tuple(self.set_points), tuple(self.values), tuple(self.levels), self.traits,
            self.intakes, tuple(self.stopped), tuple(self.last), tuple(self.since.items()),
            tuple(self.ongoing), tuple(self.adverse), self.over,
        )  # fmt: skip

    def day_passes(self, draws: Sequence[float]) -> None:
        """One day, with its standard normal numbers: one for each variable, and EXTRA_DRAWS."""
        self.day += 1
        self.ongoing = [one for one in self.ongoing if one.until > self.day]
        if self.over:
            return
        self._effects()
        self._follow(draws)
        which, hard, unwanted = draws[len(self.values) :]
        self._events(_uniform(which), hard)
        self._adverse(_uniform(unwanted))

    def _effects(self) -> None:
        levels, rates, planned_R = self.levels, self.rates, self.plan.levels
        for i in self.acting:
            gap = planned_R[i] - levels[i]
            level = levels[i] + (rates.rise_R[i] if gap > 0 else rates.fall_R[i]) * gap
            levels[i] = level if level > FORGOTTEN else 0.0

    def _follow(self, draws: Sequence[float]) -> None:
        rates, before, set_points = self.rates, tuple(self.values), self.set_points
        shift_V, slope_V = self._acting()
        for v in range(len(before)):
            slope, shift = rates.drift_V[v] + slope_V[v], shift_V[v]
            for pull in rates.pulls_V[v]:
                beyond = pull.beyond(before[pull.of])
                if pull.on_drift:
                    slope += pull.by * beyond
                else:
                    shift += pull.by * beyond
            low, high = rates.low_V[v], rates.high_V[v]
            settled = set_points[v] = min(max(set_points[v] + slope, low), high)
            keep = rates.keep_V[v]
            value = keep * before[v] + (1.0 - keep) * (settled + shift) + rates.wander_V[v] * draws[v]
            self.values[v] = min(max(value, low), high)

    def _acting(self) -> tuple[list[float], list[float]]:
        """What the drugs do to each variable's level and to its drift a day."""
        shift_V, slope_V = [0.0] * len(self.values), [0.0] * len(self.values)
        rates = self.rates
        for i in self.acting:
            v = rates.of_R[i]
            effect = rates.effect_R[i] * self.traits[i] * self.levels[i]
            fading = rates.fading_R[i]
            if fading is not None:
                left = (self.set_points[v] - fading[0]) / fading[1]
                effect *= min(max(left, 0.0), SCALE_LIMIT)
            (slope_V if rates.on_drift_R[i] else shift_V)[v] += effect
        return shift_V, slope_V

    def hazards(self) -> list[float]:
        """The hazard of each event today, per day."""
        values, day, age = self.values, self.day, self.age + self.day / 365.25
        found = []
        for i, event in enumerate(self.rates.events):
            factor = self.plan.factors[i]
            if not factor or day - self.last[i] < event.quiet_days:
                found.append(0.0)
                continue
            exponent = sum(by * ((age if of is None else values[of]) - at) for of, by, at in event.rises)
            hazard = event.rate * factor * math.exp(min(max(exponent, -20.0), 5.0))
            if event.rebound is not None:
                place, times, days = event.rebound
                hazard *= times if day - self.stopped[place] <= days else 1.0
            found.append(hazard)
        return found

    def _events(self, u: float, hard: float) -> None:
        found = self.hazards()
        i = _which(found, u)
        if i is None:
            return
        event = self.course.events[i]
        strength = math.exp(HARDNESS * hard)
        for jump in event.does:
            v = self.rates.place[jump.of]
            low, high = self.rates.low_V[v], self.rates.high_V[v]
            self.values[v] = min(max(self.values[v] + jump.add * strength, low), high)
            if jump.stays:
                self.set_points[v] = min(max(self.set_points[v] + jump.add * strength, low), high)
        self.last[i] = self.day
        self.ongoing.append(Ongoing(event.id, self.day, self.day + event.days))
        self.happened.append(Happening(self.day, "event", event.id))
        self.over = self.over or event.ends

    def _adverse(self, u: float) -> None:
        had = {(a.drug, a.effect) for a in self.adverse}
        rates = [self._risk_today(r, had) for r in self.plan.risks]
        i = _which(rates, u)
        if i is None:
            return
        drug, adverse = self.plan.risks[i].drug, self.plan.risks[i].adverse
        self.adverse.append(AdverseEffect(drug, adverse.effect, adverse.finding, self.day))
        self.happened.append(Happening(self.day, "adverse", adverse.effect, drug))

    def _risk_today(self, risk: Risked, had: set[tuple[str, str]]) -> float:
        first, last = risk.adverse.onset_days
        days_on = self.day - self.since[risk.drug]
        if not first <= days_on <= last + 1.0 or (risk.drug, risk.adverse.effect) in had:
            return 0.0
        return risk.rate


def _which(hazards: list[float], u: float) -> int | None:
    """The one that comes today, if any does: P(any) = 1 - exp(-sum), and of those in proportion."""
    total = sum(hazards)
    if not total:
        return None
    any_today = -math.expm1(-total)
    if u >= any_today:
        return None
    place = u / any_today * total
    for i, hazard in enumerate(hazards):
        place -= hazard
        if place < 0.0:
            return i
    return max(range(len(hazards)), key=hazards.__getitem__)


def _uniform(z: float) -> float:
    """From a standard normal number to one between 0 and 1."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def fresh(course: Course, age: float, start: tuple[float, ...], traits: tuple[float, ...]) -> CourseState:
    """A disease on the day of its diagnosis, untreated."""
    rebounds = sum(1 for event in course.events if event.rebound)
    return CourseState(
        day=0,
        age=age,
        set_points=start,
        values=start,
        levels=(0.0,) * len(course.responses),
        traits=traits,
        intakes=(0.0,) * rebounds,
        stopped=(NEVER,) * rebounds,
        last=(NEVER,) * len(course.events),
    )
