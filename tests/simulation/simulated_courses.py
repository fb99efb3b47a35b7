"""Courses for the tests of this room: cohorts over those of the base, and one small enough to reckon by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wardround.knowledge import Course, CourseExample, KnowledgeBase, load
from wardround.simulation.courses import CourseModel, Taking, Treatment, model_of

GUESS = {"source": "clinician_estimate", "grade": "estimated"}
HAND: dict[str, Any] = {
    "id": "course.by_hand",
    "condition": "condition.hypertension",
    "default": GUESS,
    "about": "Reckoned by hand.",
    "variables": [
        {
            "id": "x", "name": "x", "unit": "mm[Hg]", "start": [100, 0], "bounds": [0, 200], "drift": 36.525,
            "relaxation_days": 10, "noise": 0, "target": [None, 90],
        },
        {
            "id": "y", "name": "y", "unit": "kg", "start": [50, 0], "bounds": [0, 100], "relaxation_days": 1,
            "noise": 0, "pulls": [{"of": "x", "by": 0.5, "beyond": 100, "side": "above"}],
        },
    ],
    "responses": [
        {"to": "drug.amlodipine", "of": "x", "effect": -20, "half_dose": {"value": 5, "unit": "mg"}, "onset_days": 4},
        {"to": "class.ace_inhibitor", "of": "x", "effect": -10, "half_at": 1.0, "onset_days": 4},
        {"to": "class.beta_blocker", "of": "x", "effect": -10, "onset_days": 4},
        {"to": "class.beta_blocker_nonselective", "of": "x", "effect": 30, "onset_days": 4},
    ],
    "events": [
        {
            "id": "fall", "name": "a fall", "per_year": 2.0, "rises": [{"of": "x", "by": 0.1, "beyond": 100}],
            "under": [{"to": "class.ace_inhibitor", "factor": 0.5}], "care": "visit", "days": 1,
            "complaint": ["I fell"], "does": [{"of": "y", "add": 1, "stays": True}],
            "rebound": {"to": "class.beta_blocker", "factor": 8, "days": 5},
            "brings": [{"finding": "finding.dizziness", "p": 0.9}],
        },
        {
            "id": "bruise", "name": "a bruise", "per_year": 1.0, "only_under": "class.nsaid", "care": "none", "days": 2,
        },
    ],
    "readings": [
        {"of": "x", "finding": "finding.systolic_bp"},
        {"of": "y", "finding": "finding.weight"},
        {"of": "x", "analyte": "analyte.urea", "form": "power", "slope": 1.0, "plus": -2.0},
    ],
    "signs": [{"of": "x", "finding": "finding.headache", "half_at": 120, "scale": 10, "most": 0.8}],
    "opening": ["I have a headache"],
    "review": ["I'm here for my check-up"],
    "examples": [
        {
            "kind": "right",
            "regimens": [{"drug": "drug.amlodipine", "dose": {"value": 5, "unit": "mg"}, "route": "oral", "per_day": 1}],
            "why": "It helps.",
        }
    ],
}  # fmt: skip
AMLODIPINE = Taking("drug.amlodipine", 5, "mg", 1)


def with_course(**changes: Any) -> KnowledgeBase:
    """The shipped base, its courses replaced by the one by hand, changed."""
    course = Course.model_validate({**HAND, **changes})
    return KnowledgeBase("by hand", load().content.model_copy(update={"courses": (course,)}))


@cache
def by_hand() -> CourseModel:
    """The course by hand."""
    return model_of(with_course(), "condition.hypertension")


def of(condition: str) -> CourseModel:
    """A course of the shipped base."""
    return model_of(load(), condition)


def treatment(example: CourseExample, share: float = 1.0) -> Treatment:
    """An example's drugs, in a share of their doses."""
    takings = (Taking.of(regimen) for regimen in example.regimens)
    return tuple(replace(t, dose=t.dose * share) for t in takings)


def examples(condition: str, kind: str) -> list[CourseExample]:
    """The right or the wrong treatments that a course shows."""
    return [e for e in of(condition).course.examples if e.kind == kind]


@dataclass(frozen=True, eq=False)
class Cohort:
    """What became of some patients: mean of each variable by day, how far off target, events a patient and year."""

    mean_DV: NDArray[np.float64]
    off: float
    events: Counter[str]
    n: int

    def rate(self, names: Iterable[str]) -> float:
        """How often these befell one patient."""
        return sum(self.events[name] for name in names) / self.n


def cohort(
    model: CourseModel,
    given: Treatment = (),
    days: int = 365,
    n: int = 40,
    adherence: float = 1.0,
    age: float = 62,
) -> Cohort:
    """Patients with the same fates under any treatment, but for what the treatment does. `off` is the last quarter's."""
    paths, off, events = [], [], Counter[str]()
    for seed in range(n):
        rng = np.random.default_rng(seed)
        state = model.begin(rng, age)
        first, happened, early_DV = model.trace(state, days - days // 4, given, adherence, rng=rng)
        events.update(h.what for h in happened if h.kind == "event")
        late = [early_DV]
        for _ in range(days // 4):
            first, happened, path_DV = model.trace(first, 1, given, adherence, rng=rng)
            events.update(h.what for h in happened if h.kind == "event")
            off.append(sum(model.off_target(first).values()))
            late.append(path_DV)
        paths.append(np.concatenate(late))
    return Cohort(np.mean(paths, axis=0), float(np.mean(off)) if off else 0.0, events, n)
