"""The posterior over conditions: exact over "none of these", every single condition and every pair of them.

Conditions are independent given age, sex, pregnancy and risk factors. A finding is present by noisy-OR over the
active conditions and its background; a child is conditional on its parent; a measured value is Gaussian with a
small share of outliers; a test is positive by noisy-OR. Whatever was not answered is marginalised, which for
independent observables means left out. Everything is a log-likelihood ratio against "none of these":

    log w(S) = sum of log odds(c) for c in S + sum over evidence of ln P(e | S) - ln P(e | none)
"""

# ruff: noqa: N802, N803, N806, N815 (dimension suffixes)
from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from wardround.knowledge.answers import Answers, answers
from wardround.knowledge.evidence import Evidence
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.profile import ON_RECORD, Profile, profile
from wardround.knowledge.tables import Floats

_ON_RECORD_LOG_ODDS: Final = math.log(ON_RECORD / (1 - ON_RECORD))


@dataclass(frozen=True, eq=False)
class Posterior:
    """P(active) per condition. `none` is P(none of these); with pairs the marginals may sum to more than 1 - none."""

    conditions: tuple[str, ...]
    p_C: Floats
    prior_C: Floats
    """What they were before any answer: the prevalence in people of this age, sex and pregnancy."""
    none: float
    explanation: tuple[str, ...]
    """The likeliest of all hypotheses: nothing, one condition, or two."""

    @cached_property
    def ranked(self) -> tuple[tuple[str, float], ...]:
        """Conditions with their probabilities, likeliest first."""
        order = np.argsort(-self.p_C, kind="stable")
        return tuple((self.conditions[i], float(self.p_C[i])) for i in order)

    @cached_property
    def by_id(self) -> Mapping[str, float]:
        """Probability by condition id."""
        return dict(zip(self.conditions, self.p_C.tolist(), strict=True))

    def p(self, condition: str) -> float:
        """P(active) of one condition."""
        return self.by_id[condition]

    def lift(self, condition: str) -> float:
        """By how much the evidence multiplied its odds: what is merely common stays near 1."""
        c = self.conditions.index(condition)
        p, prior = float(self.p_C[c]), float(self.prior_C[c])
        if prior <= 0.0:
            return 0.0
        return math.inf if p >= 1.0 else (p / (1.0 - p)) / (prior / (1.0 - prior))

    def top(self, n: int) -> tuple[tuple[str, float], ...]:
        """The n likeliest."""
        return self.ranked[:n]

    @property
    def single_H(self) -> Floats:
        """Weights over none and every condition, summing to 1: what the value of a question is reckoned with."""
        weights = np.concatenate(([self.none], self.p_C))
        normalised: Floats = weights / weights.sum()
        return normalised


def posterior(base: KnowledgeBase, evidence: Evidence) -> Posterior:
    """P(conditions | evidence). Raises UnknownEntityError where the evidence does not fit the base."""
    tables = profile(base, evidence)
    known = answers(base, evidence)
    log_C = _additive(base, tables, known, evidence)
    log_CC = log_C[:, None] + log_C[None, :]
    np.fill_diagonal(log_CC, log_C)
    for b in known.present:
        if tables.has_cause_B[b]:
            log_CC += tables.log_present_CC(b)
    for q, value in known.values:
        log_CC += tables.log_density_CC(q, value)
    if known.hidden:
        log_CC += _log_hidden(tables, known)
    return _normalised(tables, log_CC)


def _additive(base: KnowledgeBase, tables: Profile, known: Answers, evidence: Evidence) -> Floats:
    """Log odds per condition from what adds up over a pair: priors, risk factors, absent findings."""
    log_C = tables.log_odds_C.copy()
    for slug in sorted(evidence.known_conditions):
        if (adds_C := tables.layout.record_odds.get(slug)) is not None:
            log_C += adds_C
    if known.present:
        log_C += tables.log_risk_BC[list(known.present)].sum(axis=0)
    for slug in evidence.known_conditions:
        c = tables.layout.condition_at.get(slug)
        if c is not None and base.conditions[slug].chronic and log_C[c] > -np.inf:
            log_C[c] = max(log_C[c], _ON_RECORD_LOG_ODDS)
    if known.absent:
        log_C += tables.log_absent_BC[list(known.absent)].sum(axis=0)
    return log_C


def _log_hidden(tables: Profile, known: Answers) -> Floats:
    """Absent children of unanswered parents: ln of sum over the parent, relative to none."""
    parent_B = tables.layout.parent_B
    tops = set()
    for b in known.hidden:
        while parent_B[b] >= 0 and parent_B[b] not in known.present:
            b = parent_B[b]
        tops.add(b)
    log_CC: Floats = np.zeros((len(tables.layout.conditions),) * 2)
    for top in sorted(tops):
        pair_CC, none = _below(tables, frozenset(known.hidden), top)
        log_CC += np.log(pair_CC / none)
    return log_CC


def _below(tables: Profile, absent: frozenset[int], b: int) -> tuple[Floats, float]:
    """P(the answers at and below b | b's parent present), for pairs and for none."""
    present_CC, none = tables.present_CC(b)
    if b in absent:
        return 1.0 - present_CC, 1.0 - none
    inner_CC: Floats = np.ones_like(present_CC)
    inner = 1.0
    for child in tables.layout.children_B[b]:
        child_CC, child_none = _below(tables, absent, child)
        inner_CC, inner = inner_CC * child_CC, inner * child_none
    if not tables.layout.children_B[b]:
        return np.ones_like(present_CC), 1.0
    return 1.0 - present_CC + present_CC * inner_CC, 1.0 - none + none * inner


def _normalised(tables: Profile, log_CC: Floats) -> Posterior:
    conditions = tables.layout.conditions
    highest = max(0.0, float(log_CC.max(initial=-np.inf)))
    w_CC = np.exp(log_CC - highest)
    none = math.exp(-highest)
    total = none + (float(w_CC.sum()) + float(np.trace(w_CC))) / 2
    i, j = divmod(int(w_CC.argmax()), len(conditions)) if conditions else (0, 0)
    likeliest: tuple[str, ...] = ()
    if conditions and w_CC[i, j] > none:
        likeliest = (conditions[i],) if i == j else (conditions[i], conditions[j])
    p_C = np.minimum(w_CC.sum(axis=1) / total, 1.0)
    return Posterior(conditions, p_C, tables.tables.prior_C, none / total, likeliest)
