"""Draws a patient who has one condition: ancestral sampling of the base as it stands, background included."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wardround.knowledge.errors import UnknownEntityError
from wardround.knowledge.evidence import Evidence
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.profile import Profile, profile
from wardround.knowledge.strata import Stratum, applying
from wardround.knowledge.tables import PREGNANCY

_AGES = tuple(range(95))


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything that could be asked or measured. Children of absent findings are not there: nobody asks them."""

    condition: str
    age: float
    sex: Literal["female", "male"]
    pregnant: bool
    findings: Mapping[str, bool | float]
    analytes: Mapping[str, float]
    tests: Mapping[str, bool]

    def evidence(self, *, tests: bool = False) -> Evidence:
        """All findings known; with `tests`, all results too."""
        analytes, results = (self.analytes, self.tests) if tests else ({}, {})
        return Evidence(self.age, self.sex, self.pregnant, self.findings, analytes=analytes, tests=results)


def sample_patient(
    base: KnowledgeBase,
    condition_id: str,
    rng: np.random.Generator,
    age: float | None = None,
    sex: Literal["female", "male"] | None = None,
    pregnant: bool | None = None,
) -> Sample:
    """One patient with the condition. What is not given of age, sex and pregnancy follows its prevalence.

    Raises UnknownEntityError where the base does not infer the condition, or has none of it in such a person.
    """
    if condition_id not in base.conditions:
        raise UnknownEntityError(
            f"{condition_id}: not inferred by the knowledge base: use an inferred condition"
        )
    stratum = _stratum(base, condition_id, rng, age, sex, pregnant)
    tables = profile(base, Evidence(stratum.age, stratum.sex, stratum.pregnant))
    h = 1 + tables.layout.condition_at[condition_id]
    findings: dict[str, bool | float] = {}
    for slug in _parents_first(base):
        if slug in tables.layout.binary_at:
            parent = base.findings[slug].parent
            if parent is None or findings.get(parent, True) is True:
                findings[slug] = bool(rng.random() < tables.present_BH[tables.layout.binary_at[slug], h])
        elif slug in tables.layout.quantity_at:
            findings[slug] = _draw(base, tables, slug, h - 1, rng)
    if PREGNANCY in findings:
        findings[PREGNANCY] = stratum.pregnant
    analytes = {slug: _draw(base, tables, slug, h - 1, rng) for slug in base.analytes}
    results = {
        slug: bool(rng.random() < tables.present_BH[tables.layout.binary_at[slug], h])
        for slug, test in base.tests.items()
        if test.positive
    }
    return Sample(condition_id, stratum.age, stratum.sex, stratum.pregnant, findings, analytes, results)


def _stratum(
    base: KnowledgeBase,
    condition_id: str,
    rng: np.random.Generator,
    age: float | None,
    sex: Literal["female", "male"] | None,
    pregnant: bool | None,
) -> Stratum:
    """Weighted by prevalence over a flat age pyramid, and by how many women of an age are pregnant."""
    condition = base.conditions[condition_id]
    pregnancy = base.findings.get(PREGNANCY)
    sexes: tuple[Literal["female", "male"], ...] = ("female", "male") if sex is None else (sex,)
    strata, weights = [], []
    for at_age in _AGES if age is None else (age,):
        for at_sex in sexes:
            for expecting in (False, True) if at_sex == "female" else (False,):
                stratum = Stratum(float(at_age), at_sex, expecting)
                band = applying(condition.prevalence, stratum)
                plain = Stratum(float(at_age), at_sex)
                known = applying(pregnancy.background, plain) if pregnancy and at_sex == "female" else None
                share = (known.p if known else 0.0) if pregnant is None else 1.0
                if pregnant not in (None, expecting) or band is None:
                    continue
                strata.append(stratum)
                weights.append(band.p * (share if expecting else 1.0 - share if pregnant is None else 1.0))
    total = sum(weights)
    if not total:
        raise UnknownEntityError(
            f"{condition_id}: the base knows no such patient: give another age, sex or pregnancy"
        )
    chosen = strata[int(rng.choice(len(strata), p=np.array(weights) / total))]
    if age is None:
        return Stratum(chosen.age + float(rng.random()) * 0.99, chosen.sex, chosen.pregnant)
    return chosen


@functools.lru_cache(maxsize=16)
def _parents_first(base: KnowledgeBase) -> tuple[str, ...]:
    def depth(slug: str) -> int:
        parent = base.findings[slug].parent
        return 0 if parent is None else 1 + depth(parent)

    return tuple(sorted(base.findings, key=depth))


def _draw(base: KnowledgeBase, tables: Profile, slug: str, c: int, rng: np.random.Generator) -> float:
    """A measured value, within what is plausible. Outliers are inference's caution, not what patients have."""
    t, q = tables.tables, tables.layout.quantity_at[slug]
    sd = float(t.sd_Q[q] if np.isnan(t.sd_QC[q, c]) else t.sd_QC[q, c])
    value = float(t.mean_Q[q] + t.shift_QC[q, c]) + sd * float(rng.standard_normal())
    if tables.layout.is_log_Q[q]:
        value = math.exp(value)
    plausible = base.findings[slug].plausible if slug in base.findings else base.analytes[slug].plausible
    if plausible is not None:
        value = min(max(value, plausible[0]), plausible[1])
    return value
