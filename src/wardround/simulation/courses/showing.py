"""How a disease shows on a day: how likely each finding is, what is certain, and what is measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wardround.knowledge import CourseReading
from wardround.simulation.courses.model import CourseModel
from wardround.simulation.courses.state import CourseState


@dataclass(frozen=True, slots=True)
class Shown:
    """`chances` are P(finding), given its parent; `measured` values of findings and analytes in the base's units;
    `since` the day on which what an event or a drug brought began."""

    chances: Mapping[str, float]
    measured: Mapping[str, float]
    since: Mapping[str, int]


def show(model: CourseModel, state: CourseState, rng: np.random.Generator) -> Shown:
    """What there is to be found today. Of a course that is over, only what still goes on shows."""
    absent: dict[str, float] = {}
    since: dict[str, int] = {}
    if not state.over:
        values = model.values(state)
        for sign in model.course.signs:
            _may_bring(
                absent, sign.finding, sign.most * _logistic((values[sign.of] - sign.half_at) / sign.scale)
            )
    events = {e.id: e for e in model.course.events}
    for one in state.ongoing:
        for brought in events[one.event].brings:
            _may_bring(absent, brought.finding, brought.p)
            since[brought.finding] = one.since
    for effect in state.adverse:
        if effect.finding is not None:
            absent[effect.finding] = 0.0
            since.setdefault(effect.finding, effect.since)
    return Shown({f: 1.0 - p for f, p in absent.items()}, measure(model, state, rng), since)


def measure(model: CourseModel, state: CourseState, rng: np.random.Generator) -> Mapping[str, float]:
    """One measurement of everything that is measured, each with its error."""
    if state.over:
        return {}
    values = model.values(state)
    return {_of(r): read(model, r, values[r.of], float(rng.standard_normal())) for r in model.course.readings}


def read(model: CourseModel, reading: CourseReading, x: float, error: float) -> float:
    """What is measured where the variable is x, with an error in sds, within what is plausible."""
    value = reading.at(x)
    scatter = reading.sd * error
    value = value + scatter if reading.form == "linear" else value * math.exp(scatter)
    base = model.base
    plausible = (
        base.analytes[reading.analyte].plausible
        if reading.analyte is not None
        else base.findings[str(reading.finding)].plausible
    )
    low, high = plausible or (-math.inf, math.inf)
    return min(max(value, low), high)


def _of(reading: CourseReading) -> str:
    return str(reading.analyte or reading.finding)


def _may_bring(absent: dict[str, float], finding: str, p: float) -> None:
    """Noisy-or."""
    absent[finding] = absent.get(finding, 1.0) * (1.0 - p)


def _logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(x, -60.0), 60.0)))
