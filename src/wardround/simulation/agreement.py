"""Small matters in which the parts of a case must agree: what cannot be together, and what follows from what."""

# ruff: noqa: N803, N806 (dimension suffixes)
from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardround.knowledge import KnowledgeBase
from wardround.simulation.background import KnownDrug
from wardround.simulation.expectations import Floats, layout
from wardround.simulation.links import DRUGS, MANY, NOT_BOTH, SLOWING
from wardround.simulation.people import PREGNANCY
from wardround.simulation.population import population
from wardround.simulation.vital_signs import WEIGHT

PAIN_SCORE: Final = "finding.pain_score"
OBESITY: Final = "finding.obesity"
PREGNANCY_TEST: Final = "test.pregnancy_test"
PAINFUL: Final = re.compile(
    r"(?:^|[._])(?:pain|headache|ache|aches|tenderness|heartburn|colic|sore)(?:[._]|$)|_pain"
)
SURE: Final = 0.9
"""A condition whose pregnancy test is positive so often is one of pregnancy."""


def settle(base: KnowledgeBase, present_B: NDArray[np.bool_], pregnant: bool) -> None:
    """What is certain of this person, and what cannot be together, set in place."""
    at = layout(base).binary_at
    if PREGNANCY in at:
        present_B[at[PREGNANCY]] = pregnant
    for one, other in NOT_BOTH:
        if one in at and other in at and present_B[at[one]]:
            present_B[at[other]] = False
    for child_K, parent_K in layout(base).below:
        present_B[child_K] &= present_B[parent_K]


@functools.lru_cache(maxsize=4096)
def of_pregnancy(base: KnowledgeBase, condition: str) -> bool:
    """Whether nobody has it who is not pregnant, though she may not know."""
    return any(
        t.test == PREGNANCY_TEST and (t.p or 0.0) >= SURE for t in base.conditions[condition].tests
    ) and any(band.who.pregnant for band in base.conditions[condition].prevalence)


@functools.lru_cache(maxsize=8)
def askable(base: KnowledgeBase) -> tuple[tuple[str, str | None], ...]:
    """Yes-or-no findings with their parents, parents first."""
    at = layout(base)
    held = [slug for slug in at.binaries if slug in base.findings]

    def depth(slug: str) -> int:
        parent = base.findings[slug].parent
        return 0 if parent is None else 1 + depth(parent)

    return tuple((slug, base.findings[slug].parent) for slug in sorted(held, key=depth))


@functools.lru_cache(maxsize=8)
def test_places(base: KnowledgeBase) -> tuple[tuple[str, int], ...]:
    """Tests that are positive or negative, with their places."""
    return tuple((slug, place) for slug, place in layout(base).binary_at.items() if slug in base.tests)


test_places.__test__ = False  # type: ignore[attr-defined]  # pytest: not one of its tests


@functools.lru_cache(maxsize=4096)
def essential_tests(base: KnowledgeBase, condition: str) -> tuple[str, ...]:
    """Tests without which the condition is not established."""
    found = (
        effect.test or base.test_of(str(effect.analyte))
        for effect in base.conditions[condition].tests
        if effect.essential
    )
    return tuple(dict.fromkeys(found))


def with_obesity(base: KnowledgeBase, drawn_Q: Floats, present_B: NDArray[np.bool_], age: float) -> None:
    """The obese are heavier: adults by so many kg, children by half."""
    at = layout(base)
    if WEIGHT in at.quantity_at and OBESITY in at.binary_at and present_B[at.binary_at[OBESITY]]:
        place = at.quantity_at[WEIGHT]
        drawn_Q[place] += population().adult_weight.obese if age >= 18 else 0.4 * drawn_Q[place]


def drugs_show(base: KnowledgeBase, findings: dict[str, bool | float], drugs: Sequence[KnownDrug]) -> None:
    """Findings of what is taken say what is taken."""
    taken = {group for d in drugs for group in base.classes_of(d.drug)}
    shown = {finding: group in taken for finding, group in DRUGS.items() if group in base.classes}
    shown["finding.rate_slowing_medicine"] = not taken.isdisjoint(SLOWING)
    shown["finding.many_medicines"] = len(drugs) >= MANY
    findings.update({finding: value for finding, value in shown.items() if finding in findings})


def keep_pain(base: KnowledgeBase, findings: dict[str, bool | float]) -> None:
    """A pain score above nought is of a pain; a pain has a score above nought."""
    score = findings.get(PAIN_SCORE)
    if score is None:
        return
    hurts = any(findings.get(slug) is True for slug in _painful(base))
    findings[PAIN_SCORE] = max(float(score), 1.0) if hurts else 0.0


@functools.lru_cache(maxsize=8)
def _painful(base: KnowledgeBase) -> tuple[str, ...]:
    return tuple(f.id for f in base.findings.values() if f.kind == "symptom" and PAINFUL.search(f.id))
