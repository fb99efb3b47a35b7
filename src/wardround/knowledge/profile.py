"""What the base expects of one kind of patient, as log-likelihoods relative to "none of these".

Suffixes: C conditions, CC pairs of them (symmetric; the diagonal is one condition alone), H none and single ones.
Rows are computed when first needed and kept; profiles are cached by age band, sex and pregnancy.
"""

# ruff: noqa: N802, N806, N815 (dimension suffixes)
from __future__ import annotations

import bisect
import functools
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from wardround.knowledge.evidence import Evidence
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.strata import Stratum
from wardround.knowledge.tables import NEVER, PREGNANCY, Floats, Layout, Tables, average, build, layout

OUTLIER: Final = 0.02
"""Share of measurements that scatter OUTLIER_SD times wider (Tukey's contaminated normal): without it one odd
value would outvote every other finding."""
OUTLIER_SD: Final = 5.0
ON_RECORD: Final = 0.2
"""P(active today) of a chronic condition that is on the record, where the prevalence is lower (an estimate)."""
_AGES: Final = ((8.0, 0.2), (30.0, 0.3), (50.0, 0.25), (70.0, 0.25))
"""For unknown age: representative ages and their weights."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Log-likelihood tables of one kind of patient."""

    layout: Layout
    tables: Tables
    log_odds_C: Floats
    log_absent_BC: Floats
    """Added to the conditions' log odds where a finding is absent; includes its effect as a risk factor."""
    log_risk_BC: Floats
    """The same where it is present, as a risk factor alone."""
    has_cause_B: tuple[bool, ...]
    _rows: dict[int, Floats] = field(default_factory=dict, repr=False)
    _groups: dict[int, tuple[NDArrayInt, Floats, Floats]] = field(default_factory=dict, repr=False)

    @functools.cached_property
    def present_BH(self) -> Floats:
        """P(present | none or one condition), its effects and what it is a risk factor of both counted."""
        background_B1 = self.tables.background_B[:, None]
        caused_BC = 1.0 - (1.0 - background_B1) * (1.0 - self.tables.cause_BC)
        odds_BC = self.tables.odds_BC
        present_BC = caused_BC * odds_BC / (1.0 - caused_BC + caused_BC * odds_BC)
        return np.concatenate((background_B1, present_BC), axis=1)

    def present_CC(self, b: int) -> tuple[Floats, float]:
        """P(present | pair) and P(present | none), given its parent present, by noisy-OR:

        1 - (1 - background) (1 - p_i) (1 - p_j)
        """
        absent_C = 1.0 - self.tables.cause_BC[b]
        absent_CC = absent_C[:, None] * absent_C[None, :]
        np.fill_diagonal(absent_CC, absent_C)
        background = float(self.tables.background_B[b])
        return 1.0 - (1.0 - background) * absent_CC, background

    def log_present_CC(self, b: int) -> Floats:
        """ln of P(present | pair) / P(present | none)."""
        if (row := self._rows.get(b)) is None:
            present_CC, none = self.present_CC(b)
            row = self._rows[b] = np.log(present_CC / none)
        return row

    def log_density_CC(self, q: int, value: float) -> Floats:
        """ln of the density of a measured value under each pair over its density under none.

        Of two conditions that shift a quantity the same way the further one counts; opposite shifts add.
        """
        group_C, shift_KK, sd_KK = self._group(q)
        density_KK = _contaminated(value - float(self.tables.mean_Q[q]), shift_KK, sd_KK)
        relative_KK: Floats = np.log(density_KK / density_KK[0, 0])
        return relative_KK[group_C[:, None], group_C]

    def _group(self, q: int) -> tuple[NDArrayInt, Floats, Floats]:
        """Conditions that say nothing of a quantity share place 0, so that few pairs need computing."""
        if (found := self._groups.get(q)) is None:
            mentions = np.flatnonzero(~np.isnan(self.tables.sd_QC[q]))
            group_C = np.zeros(len(self.layout.conditions), dtype=np.intp)
            group_C[mentions] = np.arange(1, len(mentions) + 1)
            shift_K = np.concatenate(([0.0], self.tables.shift_QC[q, mentions]))
            sd_K = np.concatenate(([0.0], self.tables.sd_QC[q, mentions]))
            one, other = shift_K[:, None], shift_K[None, :]
            shift_KK = np.maximum(np.maximum(one, other), 0.0) + np.minimum(np.minimum(one, other), 0.0)
            sd_KK = np.maximum(sd_K[:, None], sd_K[None, :])
            sd_KK[0, 0] = self.tables.sd_Q[q]
            found = self._groups[q] = (group_C, shift_KK, sd_KK)
        return found


NDArrayInt = np.ndarray[tuple[int], np.dtype[np.intp]]


def profile(base: KnowledgeBase, evidence: Evidence) -> Profile:
    """The profile of whom the evidence describes."""
    at = layout(base)
    sex: Literal["female", "male", "unknown"] = (
        evidence.sex if evidence.sex in ("female", "male") else "unknown"
    )
    pregnant = evidence.pregnant
    if pregnant is None and isinstance(stated := evidence.findings.get(PREGNANCY), bool):
        pregnant = stated
    if sex == "male":
        pregnant = False
    band = None if evidence.age is None else bisect.bisect_right(at.cuts, evidence.age)
    return _profile(base, band, sex, pregnant)


@functools.lru_cache(maxsize=64)
def _profile(
    base: KnowledgeBase, band: int | None, sex: Literal["female", "male", "unknown"], pregnant: bool | None
) -> Profile:
    at = layout(base)
    ages = _AGES if band is None else ((_age_in(at.cuts, band), 1.0),)
    sexes: tuple[Literal["female", "male"], ...] = ("female", "male") if sex == "unknown" else (sex,)
    if sex == "unknown" and pregnant:
        sexes = ("female",)
    tables = average(
        (share, _tables(base, age, one, pregnant if one == "female" else False))
        for age, share in ages
        for one in sexes
    )
    q_B1 = tables.background_B[:, None]
    scale_BC = -np.log(1.0 - q_B1 + q_B1 * tables.odds_BC)
    with np.errstate(divide="ignore"):
        log_odds_C = np.log(tables.prior_C) - np.log1p(-tables.prior_C)
    return Profile(
        layout=at,
        tables=tables,
        log_odds_C=log_odds_C,
        log_absent_BC=np.log1p(-tables.cause_BC) + scale_BC,
        log_risk_BC=np.log(tables.odds_BC) + scale_BC,
        has_cause_B=tuple(bool(row.any()) for row in tables.cause_BC),
    )


def _tables(base: KnowledgeBase, age: float, sex: Literal["female", "male"], pregnant: bool | None) -> Tables:
    """Where nobody knows whether a woman is pregnant, her prior is weighted by how many of her age are."""
    if pregnant is not None:
        return build(base, Stratum(age, sex, pregnant))
    plain = build(base, Stratum(age, sex, pregnant=False))
    place = layout(base).binary_at.get(PREGNANCY)
    share = float(plain.background_B[place]) if place is not None else 0.0
    if share <= NEVER:
        return plain
    expecting = build(base, Stratum(age, sex, pregnant=True))
    mixed = average(((1.0 - share, plain), (share, expecting)))
    return Tables(**{name: getattr(plain, name) for name in Tables.__slots__} | {"prior_C": mixed.prior_C})


def _age_in(cuts: tuple[float, ...], band: int) -> float:
    """Some age within a band between two cuts."""
    if not cuts:
        return 40.0
    if band == 0:
        return cuts[0] - 1.0
    return (cuts[band - 1] + cuts[band]) / 2 if band < len(cuts) else cuts[-1]


def _contaminated(x: float, mean: Floats, sd: Floats) -> Floats:
    """(1 - e) N(x; mean, sd) + e N(x; mean, k sd), but for a constant; beyond 150 sds as at 150, above underflow."""
    half_z2 = np.minimum(0.5 * ((x - mean) / sd) ** 2, 11_250.0)
    density: Floats = (1.0 - OUTLIER) * np.exp(-half_z2)
    density += (OUTLIER / OUTLIER_SD) * np.exp(half_z2 / -(OUTLIER_SD**2))
    density /= sd
    return density
