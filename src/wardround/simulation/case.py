"""A case: what is really the matter with a simulated patient, drawn to fit the record and the complaint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from wardround.care import Chart
from wardround.knowledge import Evidence, KnowledgeBase, Sample, UnknownEntityError, posterior, sample_patient

PREGNANCY_TEST = "test.pregnancy_test"
LAST_RESORT = "condition.common_cold"
WHOLE = frozenset(("{score}", "/min", "mm[Hg]", "%"))
"""Units in which nobody writes decimals at the bedside."""


@dataclass(frozen=True, slots=True)
class Case:
    """`truth` is the condition. Findings, values and results are all that anybody can find out."""

    truth: str
    seed: int
    findings: Mapping[str, bool | float]
    analytes: Mapping[str, float]
    tests: Mapping[str, bool]
    allergies: tuple[str, ...]
    drugs: tuple[str, ...]
    problems: tuple[str, ...]


def draw_case(base: KnowledgeBase, chart: Chart, seed: int) -> Case:
    """Draw what is the matter, given the chart at the door. The same chart and seed give the same case.

    Conditions are drawn by how well they explain the complaint in somebody of this age, sex and history; what the
    complaint and the record say stays true in the case. Values are as a clinic would write them down.
    """
    rng = np.random.default_rng(seed)
    sample = _sample(base, chart, rng)
    findings = {slug: _as_measured(base, slug, value) for slug, value in sample.findings.items()}
    for slug, value in chart.evidence.findings.items():
        findings[slug] = value
        parent = base.findings[slug].parent if value is True else None
        while parent is not None:
            findings[parent] = True
            parent = base.findings[parent].parent
    _keep_pulse_pressure(findings)
    for slug in list(findings):
        parent = base.findings[slug].parent
        if parent is not None and findings.get(parent) is not True and slug not in chart.evidence.findings:
            del findings[slug]
    return Case(
        truth=sample.condition,
        seed=seed,
        findings=findings,
        analytes=sample.analytes,
        tests={**sample.tests, PREGNANCY_TEST: sample.pregnant},
        allergies=tuple(a.text for a in chart.allergies),
        drugs=tuple(d.text for d in chart.drugs),
        problems=tuple(p.text for p in chart.problems),
    )


def _keep_pulse_pressure(findings: dict[str, bool | float]) -> None:
    """Pressures are drawn apart: a diastolic one too near the systolic one is put at two thirds of it."""
    high, low = findings.get("finding.systolic_bp"), findings.get("finding.diastolic_bp")
    if isinstance(high, float) and isinstance(low, float) and low > high - 20.0:
        findings["finding.diastolic_bp"] = float(round(high * 2 / 3))


def _as_measured(base: KnowledgeBase, finding: str, value: bool | float) -> bool | float:
    """Scores, rates, pressures and percentages in whole numbers; temperature and weight to one decimal."""
    if isinstance(value, bool):
        return value
    return float(round(value)) if base.findings[finding].unit in WHOLE else round(value, 1)


def _sample(base: KnowledgeBase, chart: Chart, rng: np.random.Generator) -> Sample:
    """What brings the patient today: a condition on the record has no head start, its history has its usual weight."""
    evidence = replace(chart.evidence, known_conditions=frozenset())
    sex = evidence.sex if evidence.sex in ("female", "male") else None
    likely = _causes(base, evidence, chart.presenting)
    weights = np.array([p for _, p in likely], dtype=float)
    for place in rng.choice(len(weights), size=len(weights), replace=False, p=weights / weights.sum()):
        try:
            return sample_patient(base, likely[int(place)][0], rng, evidence.age, sex, evidence.pregnant)
        except UnknownEntityError:
            continue
    return replace(sample_patient(base, LAST_RESORT, rng), condition=LAST_RESORT)


def _causes(base: KnowledgeBase, evidence: Evidence, presenting: frozenset[str]) -> list[tuple[str, float]]:
    """Conditions by how much likelier the complaint makes them; by how common they are where it says nothing."""
    before = posterior(base, replace(evidence, findings=_without(base, evidence.findings, presenting)))
    after = posterior(base, evidence)
    made = [(condition, p - before.p(condition)) for condition, p in after.ranked]
    return [(c, gain) for c, gain in made if gain > 1e-6] or [(c, p) for c, p in after.ranked if p > 0.0]


def _without(
    base: KnowledgeBase, findings: Mapping[str, bool | float], left_out: frozenset[str]
) -> dict[str, bool | float]:
    """The findings without those of the complaint; histories stay."""
    return {f: v for f, v in findings.items() if f not in left_out or base.findings[f].kind == "history"}
