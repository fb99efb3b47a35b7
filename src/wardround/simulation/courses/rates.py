"""A course in numbers a day, by position, reckoned once. Suffixes: V variables, R responses."""

# ruff: noqa: N815 (dimension suffixes)
from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from wardround.knowledge import Course, CourseEvent, CoursePull, CourseVariable

YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Pull:
    """`by` for each unit of variable `of` beyond `at`; a day's worth where it acts on the drift."""

    of: int
    by: float
    at: float
    side: str
    on_drift: bool

    def beyond(self, x: float) -> float:
        """How far beyond, on the side that counts."""
        over = x - self.at
        if self.side == "above":
            return max(over, 0.0)
        return min(over, 0.0) if self.side == "below" else over


@dataclass(frozen=True, slots=True)
class EventRates:
    """`rises` are (variable, or None for age; by; reference). `rebound` is (place among rebounds, factor, days)."""

    rate: float
    quiet_days: int
    rises: tuple[tuple[int | None, float, float], ...]
    rebound: tuple[int, float, int] | None


@dataclass(frozen=True, slots=True)
class Rates:
    """See the course's own entries for what each is."""

    place: Mapping[str, int]
    drift_V: tuple[float, ...]
    low_V: tuple[float, ...]
    high_V: tuple[float, ...]
    keep_V: tuple[float, ...]
    wander_V: tuple[float, ...]
    pulls_V: tuple[tuple[Pull, ...], ...]
    of_R: tuple[int, ...]
    effect_R: tuple[float, ...]
    on_drift_R: tuple[bool, ...]
    rise_R: tuple[float, ...]
    fall_R: tuple[float, ...]
    fading_R: tuple[tuple[float, float] | None, ...]
    events: tuple[EventRates, ...]


def rates_of(course: Course) -> Rates:
    """Reckon them."""
    variables, responses = course.variables, course.responses
    place = {v.id: i for i, v in enumerate(variables)}
    keep = tuple(math.exp(-1.0 / v.relaxation_days) for v in variables)
    return Rates(
        place=place,
        drift_V=tuple(v.drift / (YEAR if v.per == "year" else 1.0) for v in variables),
        low_V=tuple(v.bounds[0] for v in variables),
        high_V=tuple(v.bounds[1] for v in variables),
        keep_V=keep,
        wander_V=tuple(v.noise * math.sqrt(1.0 - k * k) for v, k in zip(variables, keep, strict=True)),
        pulls_V=tuple(tuple(_pull(place, p) for p in v.pulls) for v in variables),
        of_R=tuple(place[r.of] for r in responses),
        effect_R=tuple(r.effect / (YEAR if r.on == "drift" else 1.0) for r in responses),
        on_drift_R=tuple(r.on == "drift" for r in responses),
        rise_R=tuple(-math.expm1(-1.0 / r.onset_days) for r in responses),
        fall_R=tuple(-math.expm1(-1.0 / (r.offset_days or r.onset_days)) for r in responses),
        fading_R=tuple(_fading(variables[place[r.of]], r.vanishes_at) for r in responses),
        events=tuple(_event(course, place, e) for e in course.events),
    )


def _pull(place: Mapping[str, int], pull: CoursePull) -> Pull:
    drift = pull.on == "drift"
    return Pull(place[pull.of], pull.by / (YEAR if drift else 1.0), pull.beyond, pull.side, drift)


def _fading(variable: CourseVariable, vanishes_at: float | None) -> tuple[float, float] | None:
    """Where an effect is nothing, and how far from there it is whole."""
    if vanishes_at is None or variable.start[0] == vanishes_at:
        return None
    return vanishes_at, variable.start[0] - vanishes_at


def _event(course: Course, place: Mapping[str, int], event: CourseEvent) -> EventRates:
    rebounds = [e.id for e in course.events if e.rebound]
    after = event.rebound
    return EventRates(
        rate=event.per_year / YEAR,
        quiet_days=max(event.days, event.again_after_days),
        rises=tuple((place.get(r.of), r.by, r.beyond) for r in event.rises),
        rebound=(rebounds.index(event.id), after.factor, after.days) if after else None,
    )
