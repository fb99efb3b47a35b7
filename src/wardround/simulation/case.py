"""A case: who a simulated patient is, what is really the matter, and everything that anybody could find out.

A whole one comes from `generate`; `draw_case` draws one to fit a record and a complaint that somebody gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, ClassVar, Literal

import numpy as np

from wardround.care import Chart
from wardround.clinical import PartialDate, Patient, Sex
from wardround.knowledge import (
    Evidence,
    KnowledgeBase,
    Sample,
    UnknownEntityError,
    posterior,
    red_flags_present,
    sample_patient,
)
from wardround.simulation.agreement import PREGNANCY_TEST, essential_tests
from wardround.simulation.background import (
    KnownAllergy,
    KnownDrug,
    KnownProblem,
    Obstetric,
    PastResult,
    PastVisit,
    Social,
    Telling,
)
from wardround.simulation.results import as_measured, in_agreement, keep_pulse
from wardround.simulation.vital_signs import WEIGHT

SplitName = Literal["train", "heldout-seeds", "heldout-conditions", "door"]
"""Where a case comes from; `door`: drawn to fit somebody's record and complaint."""
Tier = Literal["easy", "moderate", "hard"]
LAST_RESORT = "condition.common_cold"
YEAR = 365.2425
"""Days of a year, on average."""


@dataclass(frozen=True, slots=True)
class Case:
    """`truth` is the principal condition. Findings, values and results are all that anybody can find out.

    `findings` holds every finding whose parent is present (or that has none), True, False or measured, in the
    base's unit; `analytes` and `tests` hold a result of every test. `allergies`, `drugs` and `problems` are the
    words that the patient has for what `known_*` says in ids. What a patient *says* is `told`.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "allow_inf_nan": False}

    truth: str
    seed: int
    findings: Mapping[str, bool | float]
    analytes: Mapping[str, float]
    tests: Mapping[str, bool]
    allergies: tuple[str, ...]
    drugs: tuple[str, ...]
    problems: tuple[str, ...]
    id: str = "case"
    split: SplitName = "door"
    family: int = 0
    tier: Tier = "moderate"
    knowledge: str = ""
    """Version of the knowledge base that it was drawn from."""
    name: str = ""
    birth: date | None = None
    sex: Sex = "unknown"
    pregnant: bool = False
    on: date = date(2026, 6, 15)
    """The day of the visit."""
    active: tuple[str, ...] = ()
    """Every condition that is active today, the truth first, lasting illnesses after it."""
    presenting: tuple[str, ...] = ()
    """Findings that the opening words name, all of them present."""
    complaint: str = ""
    """The opening words, in lay language."""
    onset_days: Mapping[str, int] = field(default_factory=dict)
    """Present symptoms and signs: days since they began, 0 for today. A child is never older than its parent."""
    distractors: tuple[str, ...] = ()
    """Present symptoms, signs and exposures that no active condition caused."""
    red_flags: tuple[str, ...] = ()
    """Red flags that hold, once everything is known that can be asked, examined and tested."""
    essential: tuple[str, ...] = ()
    """Tests without which the truth is not established."""
    known_allergies: tuple[KnownAllergy, ...] = ()
    known_drugs: tuple[KnownDrug, ...] = ()
    known_problems: tuple[KnownProblem, ...] = ()
    past_results: tuple[PastResult, ...] = ()
    past_visits: tuple[PastVisit, ...] = ()
    family_history: tuple[str, ...] = ()
    """Findings about the family that are present (`finding.family_diabetes`)."""
    social: Social = field(default_factory=Social)
    obstetric: Obstetric | None = None
    telling: Telling = field(default_factory=Telling)

    @property
    def patient(self) -> Patient:
        """Demographics as `clinical` has them. The id is the case's."""
        birth = PartialDate.of(self.birth) if self.birth is not None else None
        return Patient(self.id, self.name, birth, self.sex)

    @property
    def age(self) -> float | None:
        """Age in years on the day of the visit."""
        return self.patient.age(self.on)

    @property
    def weight(self) -> float | None:
        """Kilograms."""
        value = self.findings.get(WEIGHT)
        return float(value) if value is not None else None

    def told(self, finding: str) -> bool | float | None:
        """What the patient says of a finding, being asked: None where the patient cannot tell.

        A finding below an absent or denied parent is denied with it.
        """
        if finding in self.telling.unsure:
            return None
        if finding in self.telling.denied:
            return False
        return self.findings.get(finding, False)

    def evidence(self, *, tests: bool = False) -> Evidence:
        """Everything that could be asked or examined, as it is; with `tests`, every result too."""
        known = frozenset(p.condition for p in self.known_problems if p.active)
        analytes, results = (self.analytes, self.tests) if tests else ({}, {})
        return Evidence(
            self.age, self.sex, self.pregnant, self.findings,
            analytes=analytes, tests=results, known_conditions=known,
        )  # fmt: skip


def draw_case(base: KnowledgeBase, chart: Chart, seed: int) -> Case:
    """Draw what is the matter, given the chart at the door. The same chart and seed give the same case.

    Conditions are drawn by how well they explain the complaint in somebody of this age, sex and history; what the
    complaint and the record say stays true in the case. Values are as a clinic would write them down.
    """
    rng = np.random.default_rng(seed)
    sample = _sample(base, chart, rng)
    findings = _findings(base, chart, sample)
    evidence, on = chart.evidence, date.fromisoformat(chart.date)
    born = on - timedelta(days=round(evidence.age * YEAR)) if evidence.age is not None else None
    analytes = in_agreement(base, sample.analytes, evidence.age, evidence.sex)
    tests = {**sample.tests, PREGNANCY_TEST: sample.pregnant}
    told = replace(evidence, pregnant=sample.pregnant, findings=findings, analytes=analytes, tests=tests)
    return Case(
        truth=sample.condition,
        seed=seed,
        findings=findings,
        analytes=analytes,
        tests=tests,
        allergies=tuple(a.text for a in chart.allergies),
        drugs=tuple(d.text for d in chart.drugs),
        problems=tuple(p.text for p in chart.problems),
        id=chart.patient_id,
        knowledge=base.version,
        name=chart.name,
        birth=born,
        sex=evidence.sex,
        pregnant=sample.pregnant,
        on=on,
        active=(sample.condition,),
        presenting=tuple(f for f in sorted(chart.presenting) if findings.get(f) is True),
        complaint=chart.complaint,
        red_flags=tuple(flag.id for flag in red_flags_present(base, told)),
        essential=essential_tests(base, sample.condition),
        known_allergies=tuple(
            KnownAllergy(a.text, a.groups, a.drug, a.severe, "", on) for a in chart.allergies
        ),
        known_problems=tuple(KnownProblem(c, base.named(c), on) for c in sorted(evidence.known_conditions)),
        family_history=tuple(f for f, v in findings.items() if v is True and f.startswith("finding.family_")),
    )


def _findings(base: KnowledgeBase, chart: Chart, sample: Sample) -> dict[str, bool | float]:
    """As drawn and as measured; what is known at the door stays true, and children stand under present parents."""
    measured = {f: v for f, v in sample.findings.items() if not isinstance(v, bool)}
    measured = {f: as_measured(base, f, v) for f, v in measured.items()}
    findings: dict[str, bool | float] = {**sample.findings, **measured}
    for slug, value in chart.evidence.findings.items():
        findings[slug] = value
        parent = base.findings[slug].parent if value is True else None
        while parent is not None:
            findings[parent] = True
            parent = base.findings[parent].parent
    keep_pulse(findings)
    for slug in list(findings):
        parent = base.findings[slug].parent
        if parent is not None and findings.get(parent) is not True and slug not in chart.evidence.findings:
            del findings[slug]
    return findings


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
