"""What a question or a test is worth: the bits it is expected to tell about which condition is there.

I(hypothesis; answer) = H(answer) - sum over h of P(h) H(answer | h), over "none of these" and single conditions
(weights from the posterior's marginals). Measured values are cut into bins; the analytes of one test are taken
together, so that a panel is not paid twice for the same news.
"""

# ruff: noqa: N803, N806, N815, PT028 (dimension suffixes, and a function named for medical tests)
from __future__ import annotations

import functools
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from wardround.knowledge.evidence import Evidence
from wardround.knowledge.inference import Posterior, posterior
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.profile import OUTLIER, OUTLIER_SD, Profile, profile
from wardround.knowledge.tables import PREGNANCY, Floats

_BINS: Final = {1: 8, 2: 5, 3: 4, 4: 3}
"""Bins per analyte by how many a test has; two for more than four, and of those the first eight."""


@dataclass(frozen=True, slots=True)
class Value:
    """What asking or ordering `id` is worth: `bits` expected, and the same per unit of its cost (questions: 1)."""

    id: str
    bits: float
    per_cost: float


@dataclass(frozen=True, eq=False)
class _Outcomes:
    """Outcomes O of observables X given hypothesis H, stacked."""

    ids: tuple[str, ...]
    p_OH: Floats
    starts_X: np.ndarray[tuple[int], np.dtype[np.intp]]
    entropy_XH: Floats
    """Bits of each observable's answer where the hypothesis is known."""

    def bits(self, weight_H: Floats) -> Floats:
        """Expected information of every observable, (X)."""
        surprise_O = _p_log_p(self.p_OH @ weight_H)
        bits_X: Floats = np.add.reduceat(surprise_O, self.starts_X) - self.entropy_XH @ weight_H
        return np.maximum(bits_X, 0.0)


def question_values(
    base: KnowledgeBase,
    evidence: Evidence,
    current: Posterior | None = None,
    *,
    examined: bool | None = False,
) -> tuple[Value, ...]:
    """Findings worth asking, most informative first: those not yet answered or tried, whose parent is present.

    `examined` chooses what the patient is asked (False), what the clinician sees or measures (True), or both (None).
    """
    current = current or posterior(base, evidence)
    outcomes = _questions(base, profile(base, evidence), examined)
    present = {slug for slug, value in evidence.findings.items() if value is True}
    for slug in list(present):
        while (parent := base.findings[slug].parent) is not None and parent not in present:
            present.add(slug := parent)
    done = {*evidence.findings, *evidence.unsure, *present}
    if evidence.pregnant is not None or evidence.sex == "male":
        done.add(PREGNANCY)
    values = []
    for slug, bits in zip(outcomes.ids, outcomes.bits(current.single_H).tolist(), strict=True):
        if slug in done or ((parent := base.findings[slug].parent) is not None and parent not in present):
            continue
        values.append(Value(slug, bits, bits))
    return _sorted(values)


def test_values(
    base: KnowledgeBase,
    evidence: Evidence,
    current: Posterior | None = None,
    *,
    without: Collection[str] = (),
) -> tuple[Value, ...]:
    """Tests worth ordering, most bits per cost first; tests whose results are all known are left out."""
    current = current or posterior(base, evidence)
    outcomes = _tests(base, profile(base, evidence))
    values = []
    for slug, bits in zip(outcomes.ids, outcomes.bits(current.single_H).tolist(), strict=True):
        test = base.tests[slug]
        known = (
            all(a.id in evidence.analytes for a in test.analytes) if test.analytes else slug in evidence.tests
        )
        if not known and slug not in without:
            values.append(Value(slug, bits, bits / test.cost))
    return _sorted(values)


test_values.__test__ = False  # type: ignore[attr-defined]  # pytest: not one of its tests


def _sorted(values: list[Value]) -> tuple[Value, ...]:
    return tuple(sorted(values, key=lambda v: (-v.per_cost, v.id)))


def _p_log_p(p: Floats) -> Floats:
    """-p log2 p, 0 at 0."""
    logs: Floats = -p * np.log2(np.maximum(p, 1e-300))
    return logs


@functools.lru_cache(maxsize=64)
def _questions(base: KnowledgeBase, tables: Profile, examined: bool | None) -> _Outcomes:
    at = tables.layout
    chosen = [f for f in base.findings.values() if examined is None or f.examined == examined]
    observables = [(f.id, _yes_no(tables, at.binary_at[f.id])) for f in chosen if f.id in at.binary_at]
    measured = [f.id for f in chosen if f.id in at.quantity_at]
    observables += [(slug, _joint(tables, (at.quantity_at[slug],))) for slug in measured]
    return _stacked(observables, len(at.conditions))


@functools.lru_cache(maxsize=64)
def _tests(base: KnowledgeBase, tables: Profile) -> _Outcomes:
    at = tables.layout
    observables = []
    for test in base.tests.values():
        if test.analytes:
            observables.append((test.id, _joint(tables, tuple(at.quantity_at[a.id] for a in test.analytes))))
        else:
            observables.append((test.id, _yes_no(tables, at.binary_at[test.id])))
    return _stacked(observables, len(at.conditions))


def _stacked(observables: list[tuple[str, Floats]], conditions: int) -> _Outcomes:
    if not observables:
        nothing = np.zeros((0, conditions + 1))
        return _Outcomes((), nothing, np.zeros(0, dtype=np.intp), nothing)
    sizes = [len(p_OH) for _, p_OH in observables]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
    p_OH = np.concatenate([p for _, p in observables])
    entropy = np.stack([_p_log_p(p).sum(axis=0) for _, p in observables])
    return _Outcomes(tuple(slug for slug, _ in observables), p_OH, starts, entropy)


def _yes_no(tables: Profile, b: int) -> Floats:
    """(2, H): present and absent."""
    present_H = tables.present_BH[b]
    return np.stack([present_H, 1.0 - present_H])


def _joint(tables: Profile, quantities: tuple[int, ...]) -> Floats:
    """(O, H): every combination of the bins of a test's quantities, independent given the hypothesis."""
    joint: Floats = np.ones((1, len(tables.layout.conditions) + 1))
    for q in quantities[:8]:
        bins_OH = _binned(tables, q, _BINS.get(len(quantities), 2))
        joint = (joint[:, None, :] * bins_OH[None, :, :]).reshape(-1, joint.shape[1])
    return joint


def _binned(tables: Profile, q: int, bins: int) -> Floats:
    """(bins, H): P(value in bin | hypothesis), cut where the hypotheses that differ spread."""
    t = tables.tables
    own_C = np.isnan(t.sd_QC[q])
    mean_H = t.mean_Q[q] + np.concatenate(([0.0], t.shift_QC[q]))
    sd_H = np.concatenate(([t.sd_Q[q]], np.where(own_C, t.sd_Q[q], t.sd_QC[q])))
    pairs = sorted(set(zip(mean_H.tolist(), sd_H.tolist(), strict=True)))
    spread = np.array([mean + sd * z for mean, sd in pairs for z in (-1.5, -0.75, 0.0, 0.75, 1.5)])
    edges = np.quantile(spread, np.linspace(0, 1, bins + 1)[1:-1])
    below = {pair: [_cumulative((edge - pair[0]) / pair[1]) for edge in edges] for pair in pairs}
    cdf = np.array([[0.0, *below[pair], 1.0] for pair in zip(mean_H.tolist(), sd_H.tolist(), strict=True)])
    p_OH: Floats = np.diff(cdf, axis=1).T
    return p_OH


def _cumulative(z: float) -> float:
    narrow, wide = (0.5 * (1 + math.erf(x / math.sqrt(2))) for x in (z, z / OUTLIER_SD))
    return (1 - OUTLIER) * narrow + OUTLIER * wide
