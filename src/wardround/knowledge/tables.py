"""The base as arrays for one stratum. Suffixes: B yes/no observables, Q quantities, C conditions.

Yes/no observables are yes-or-no findings and the tests with a positive result; quantities are measured findings
and analytes (log-normal ones as ln). A risk factor q of odds ratio r multiplies the odds of its condition by
r / (1 - q + q r) where present and by 1 / (1 - q + q r) where absent, q being the factor's own background: the
prevalence is the average of both, and their ratio is r.
"""

# ruff: noqa: N815 (dimension suffixes)
from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.schema import Condition
from wardround.knowledge.strata import Stratum, applying

Floats = NDArray[np.float64]
PREGNANCY: Final = "finding.pregnancy"
GROWN: Final = 18.0
"""Below this age a mean that a condition gives for adults too is scaled to what is normal at the age."""
RARE: Final = 1e-3
"""P(present) of a finding for which the base gives no background at all."""
NEVER: Final = 1e-6
"""P(present) where the base gives backgrounds, but none for this stratum (a missed period in a man)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each id stands in the arrays of a base, which no stratum changes."""

    conditions: tuple[str, ...]
    binaries: tuple[str, ...]
    quantities: tuple[str, ...]
    condition_at: dict[str, int]
    binary_at: dict[str, int]
    quantity_at: dict[str, int]
    parent_B: tuple[int, ...]
    """The parent's place, -1 for none."""
    children_B: tuple[tuple[int, ...], ...]
    is_log_Q: tuple[bool, ...]
    record_odds: dict[str, Floats]
    """For a condition on the record: what it adds to every condition's log odds, (C)."""
    cuts: tuple[float, ...]
    """Ages at which some band of the base begins or ends."""


@dataclass(frozen=True, slots=True)
class Tables:
    """What a stratum changes. Causes and shifts are 0 where a condition says nothing, sds NaN."""

    prior_C: Floats
    background_B: Floats
    cause_BC: Floats
    odds_BC: Floats
    """Odds ratios of yes/no findings that are risk factors, 1 elsewhere."""
    mean_Q: Floats
    sd_Q: Floats
    shift_QC: Floats
    sd_QC: Floats


@functools.lru_cache(maxsize=16)
def layout(base: KnowledgeBase) -> Layout:
    """The layout of a base."""
    conditions = tuple(base.conditions)
    yes_no = [f.id for f in base.findings.values() if f.answer == "yes_no"]
    binaries = (*yes_no, *(t.id for t in base.tests.values() if t.positive))
    measured = [f.id for f in base.findings.values() if f.answer == "quantity" and f.normal is not None]
    quantities = (*measured, *base.analytes)
    binary_at = {slug: i for i, slug in enumerate(binaries)}
    parents = tuple(
        binary_at.get(base.findings[b].parent or "", -1) if b in base.findings else -1 for b in binaries
    )
    children: list[list[int]] = [[] for _ in binaries]
    for child, parent in enumerate(parents):
        if parent >= 0:
            children[parent].append(child)
    return Layout(
        conditions=conditions,
        binaries=binaries,
        quantities=quantities,
        condition_at={slug: i for i, slug in enumerate(conditions)},
        binary_at=binary_at,
        quantity_at={slug: i for i, slug in enumerate(quantities)},
        parent_B=parents,
        children_B=tuple(map(tuple, children)),
        is_log_Q=tuple(q in base.analytes and base.analytes[q].log for q in quantities),
        record_odds=_record_odds(base),
        cuts=age_cuts(base),
    )


def build(base: KnowledgeBase, stratum: Stratum) -> Tables:
    """The tables of one stratum."""
    at = layout(base)
    conditions = list(base.conditions.values())
    shape_b, shape_q = (len(at.binaries), len(conditions)), (len(at.quantities), len(conditions))
    tables = Tables(
        prior_C=np.array([_prior(c, stratum) for c in conditions]),
        background_B=np.array([_background(base, b, stratum) for b in at.binaries]),
        cause_BC=np.zeros(shape_b),
        odds_BC=np.ones(shape_b),
        mean_Q=np.array([_normal(base, q, stratum)[0] for q in at.quantities]),
        sd_Q=np.array([_normal(base, q, stratum)[1] for q in at.quantities]),
        shift_QC=np.zeros(shape_q),
        sd_QC=np.full(shape_q, np.nan),
    )
    for c, condition in enumerate(conditions):
        _enter_findings(base, tables, condition, c, stratum)
        _enter_tests(tables, at, condition, c)
        for risk in condition.risks:
            if risk.finding in at.binary_at:
                tables.odds_BC[at.binary_at[risk.finding], c] *= risk.odds
    return tables


def average(parts: Iterable[tuple[float, Tables]]) -> Tables:
    """The mean of several strata's tables: for somebody of unknown age or sex."""
    weights, tables = zip(*parts, strict=True)
    share = np.array(weights) / sum(weights)

    def mean(name: str) -> Floats:
        values = np.stack([getattr(t, name) for t in tables])
        known = ~np.isnan(values)
        weight = share.reshape(-1, *[1] * (values.ndim - 1)) * known
        total = weight.sum(axis=0)
        summed = (np.where(known, values, 0.0) * weight).sum(axis=0)
        return np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan)

    return Tables(**{name: mean(name) for name in Tables.__slots__})


def _prior(condition: Condition, stratum: Stratum) -> float:
    band = applying(condition.prevalence, stratum)
    return band.p if band else 0.0


def _background(base: KnowledgeBase, binary: str, stratum: Stratum) -> float:
    finding = base.findings.get(binary)
    if finding is None:
        return base.tests[binary].p_background or RARE
    if not finding.background:
        return RARE
    band = applying(finding.background, stratum)
    return band.p if band else NEVER


def _normal(base: KnowledgeBase, quantity: str, stratum: Stratum | None = None) -> tuple[float, float]:
    """(mean, sd) of the healthy: of the stratum where the base has it, else of adults."""
    finding = base.findings.get(quantity)
    if finding is None:
        return base.analytes[quantity].typical
    own = applying(finding.normal_in, stratum) if stratum is not None else None
    return (own.mean, own.sd) if own is not None else finding.normal or (0.0, 1.0)


def _enter_findings(
    base: KnowledgeBase, tables: Tables, condition: Condition, c: int, stratum: Stratum
) -> None:
    at = layout(base)
    for finding in dict.fromkeys(m.finding for m in condition.findings):
        effect = applying((m for m in condition.findings if m.finding == finding), stratum)
        if effect is None:
            continue
        if effect.p is not None and finding in at.binary_at:
            tables.cause_BC[at.binary_at[finding], c] = effect.p
        elif effect.mean is not None and finding in at.quantity_at:
            q = at.quantity_at[finding]
            scale = 1.0
            if stratum.age < GROWN < effect.who.age[1]:
                scale = float(tables.mean_Q[q]) / _normal(base, finding)[0]
            tables.shift_QC[q, c] = effect.mean * scale - tables.mean_Q[q]
            tables.sd_QC[q, c] = effect.sd if effect.sd is not None else tables.sd_Q[q]


def _enter_tests(tables: Tables, at: Layout, condition: Condition, c: int) -> None:
    for effect in condition.tests:
        if effect.p is not None and effect.test in at.binary_at:
            tables.cause_BC[at.binary_at[effect.test], c] = effect.p
        elif effect.analyte in at.quantity_at:
            q = at.quantity_at[effect.analyte]
            tables.shift_QC[q, c] = (effect.shift or 0.0) * tables.sd_Q[q]
            tables.sd_QC[q, c] = effect.spread * tables.sd_Q[q]


def _record_odds(base: KnowledgeBase) -> dict[str, Floats]:
    adds: dict[str, Floats] = {}
    for c, condition in enumerate(base.conditions.values()):
        for risk in condition.risks:
            if risk.condition is not None:
                adds.setdefault(risk.condition, np.zeros(len(base.conditions)))[c] += math.log(risk.odds)
    return adds


def age_cuts(base: KnowledgeBase) -> tuple[float, ...]:
    """The ages in years at which anything that the base says of people changes, ascending."""
    ages = {age for f in base.findings.values() for band in f.background for age in band.who.age}
    ages |= {age for f in base.findings.values() for usual in f.normal_in for age in usual.who.age}
    for condition in base.conditions.values():
        ages |= {age for band in condition.prevalence for age in band.who.age}
        ages |= {age for effect in condition.findings for age in effect.who.age}
    return tuple(sorted(ages))
