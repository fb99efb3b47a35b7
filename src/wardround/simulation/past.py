"""What was measured and seen before today: values that follow a lasting illness, and the visits they came from."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from wardround.clinical import Sex
from wardround.knowledge import KnowledgeBase
from wardround.simulation.background import KnownDrug, PastResult, PastVisit
from wardround.simulation.illnesses import Illnesses
from wardround.simulation.results import CREATININE, as_measured, as_reported, filtration
from wardround.simulation.vital_signs import DIASTOLIC, EGFR, PULSE, SYSTOLIC, WEIGHT

CHECKED_FROM: Final = 45.0
"""From this age on a record holds some values, with or without a lasting illness."""
SCATTER: Final = 0.4
"""Of a laboratory's value from one time to another, in sds of the healthy."""
BEDSIDE: Final = 0.03
"""The same of weight and pressures, as a share of the value."""
USUAL: Final = ("test.electrolytes", "test.full_blood_count")
MOST_VALUES: Final = 14
GROWN: Final = 18.0


def draw_past(
    base: KnowledgeBase,
    ill: Illnesses,
    drugs: Sequence[KnownDrug],
    findings: Mapping[str, bool | float],
    analytes: Mapping[str, float],
    age: float,
    sex: Sex,
    on: date,
    rng: np.random.Generator,
) -> tuple[tuple[PastResult, ...], tuple[PastVisit, ...]]:
    """Results and visits before the day, oldest first."""
    lasting = [p for p in ill.problems if p.active and p.condition in base.conditions]
    visits = [PastVisit(p.since, p.text, p.condition) for p in ill.problems]
    results: list[PastResult] = []
    if (lasting or age >= CHECKED_FROM) and age >= 1.0:
        day = on - timedelta(days=int(rng.integers(20, 330)))
        results += _bedside(base, findings, day, rng)
        tests = dict.fromkeys((*(t for p in lasting for t in _followed(base, p.condition)), *USUAL))
        results += _laboratory(base, tests, ill, analytes, age - (on - day).days / 365.25, sex, day, rng)
        reason = f"Review of {lasting[0].text}" if lasting else "Routine check"
        visits.append(PastVisit(day, reason, lasting[0].condition if lasting else None))
    return tuple(results), tuple(sorted(visits, key=lambda v: v.on))


@functools.lru_cache(maxsize=1024)
def _followed(base: KnowledgeBase, condition: str) -> tuple[str, ...]:
    """Laboratory tests by which a condition is followed."""
    entry = base.conditions[condition]
    named = [m.test for m in entry.monitoring if m.test is not None]
    return tuple(t for t in named if base.tests[t].kind == "laboratory" and base.tests[t].analytes)


def _bedside(
    base: KnowledgeBase, findings: Mapping[str, bool | float], day: date, rng: np.random.Generator
) -> list[PastResult]:
    """Weight and pressures, near today's weight and what is normal for the pressures."""
    found = {}
    for slug in (WEIGHT, SYSTOLIC, DIASTOLIC):
        value = findings.get(slug)
        if value is not None:
            scatter = BEDSIDE * float(rng.standard_normal())
            found[slug] = as_measured(base, slug, float(value) * (1 + scatter))
    if SYSTOLIC in found and DIASTOLIC in found:
        found[DIASTOLIC] = min(found[DIASTOLIC], found[SYSTOLIC] - PULSE)
    return [PastResult(slug, value, day) for slug, value in found.items()]


def _laboratory(
    base: KnowledgeBase,
    tests: Mapping[str, None],
    ill: Illnesses,
    analytes: Mapping[str, float],
    age: float,
    sex: Sex,
    day: date,
    rng: np.random.Generator,
) -> list[PastResult]:
    """Values near today's where nothing acute moves them, else near the normal ones."""
    acute = tuple(c for c in ill.active if not base.conditions[c].chronic)
    lasting = tuple(c for c in ill.shares if base.conditions[c].chronic)
    moved = _moved_by(base, acute) - _moved_by(base, lasting) if age >= GROWN else frozenset[str]()
    found: dict[str, float] = {}
    for test in tests:
        for analyte in base.tests[test].analytes if test in base.tests else ():
            usual = analytes[analyte.id]
            if analyte.id in moved:
                mean = analyte.typical[0]
                usual = float(np.exp(mean)) if analyte.log else mean
            scatter = SCATTER * analyte.typical[1] * float(rng.standard_normal())
            value = usual * float(np.exp(scatter)) if analyte.log else usual + scatter
            found[analyte.id] = as_reported(base, analyte.id, value)
    if CREATININE in found and EGFR in found:
        found[EGFR] = as_reported(base, EGFR, filtration(found[CREATININE], age, sex))
    return [PastResult(slug, value, day) for slug, value in list(found.items())[:MOST_VALUES]]


@functools.lru_cache(maxsize=4096)
def _moved_by(base: KnowledgeBase, conditions: tuple[str, ...]) -> frozenset[str]:
    named = (t.analyte for c in conditions for t in base.conditions[c].tests)
    return frozenset(slug for slug in named if slug is not None)
