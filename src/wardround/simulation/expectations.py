"""What the base says that its conditions do, laid out for drawing: one row per condition, by kind of person.

Suffixes: B yes/no observables (yes-or-no findings, tests with a positive result), Q quantities (measured findings,
analytes; log-normal ones as ln), N entries of one condition. Unlike the planner's tables an observable that the base
gives no background for in a stratum is impossible there: nobody is drawn with it, whatever the condition.
"""

# ruff: noqa: N815 (dimension suffixes)
from __future__ import annotations

import bisect
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wardround.knowledge import Condition, KnowledgeBase, Manifestation, Stratum, age_cuts, applying

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
UNHEARD_OF: Final = 1e-3
"""P(present) of a finding for which the base gives no background at all."""
GROWN: Final = 18.0
"""A value that the base gives for nobody older than this is a child's own, and is not scaled from adults."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each id stands, which no stratum changes."""

    binaries: tuple[str, ...]
    quantities: tuple[str, ...]
    binary_at: dict[str, int]
    quantity_at: dict[str, int]
    below: tuple[tuple[Places, Places], ...]
    """Children and their parents, level by level, parents first."""
    findings_B: NDArray[np.bool_]
    complaint_B: NDArray[np.bool_]
    """Symptoms that a patient can name: asked, not examined."""
    surface_B: NDArray[np.bool_]
    """Symptoms, signs and exposures: what may distract. Histories do not."""
    history_B: NDArray[np.bool_]
    began_B: NDArray[np.bool_]
    """Symptoms and signs: what began on some day."""
    is_log_Q: NDArray[np.bool_]
    low_Q: Floats
    high_Q: Floats
    cuts: tuple[float, ...]
    """Ages at which some band of the base begins or ends."""


@functools.lru_cache(maxsize=8)
def layout(base: KnowledgeBase) -> Layout:
    """The layout of a base."""
    yes_no = [f.id for f in base.findings.values() if f.answer == "yes_no"]
    binaries = (*yes_no, *(t.id for t in base.tests.values() if t.positive))
    measured = [f.id for f in base.findings.values() if f.answer == "quantity" and f.normal is not None]
    quantities = (*measured, *base.analytes)
    at = {slug: i for i, slug in enumerate(binaries)}

    def mask(*kinds: str, asked: bool = False) -> NDArray[np.bool_]:
        found = (base.findings.get(slug) for slug in binaries)
        return np.array([f is not None and f.kind in kinds and not (asked and f.examined) for f in found])

    spans = [_plausible(base, q) for q in quantities]
    return Layout(
        binaries=binaries,
        quantities=quantities,
        binary_at=at,
        quantity_at={slug: i for i, slug in enumerate(quantities)},
        below=_levels(base, yes_no, at),
        findings_B=np.array([slug in base.findings for slug in binaries]),
        complaint_B=mask("symptom", asked=True),
        surface_B=mask("symptom", "sign", "exposure"),
        history_B=mask("history"),
        began_B=mask("symptom", "sign"),
        is_log_Q=np.array([q in base.analytes and base.analytes[q].log for q in quantities]),
        low_Q=np.array([low for low, _ in spans]),
        high_Q=np.array([high for _, high in spans]),
        cuts=age_cuts(base),
    )


def _plausible(base: KnowledgeBase, quantity: str) -> tuple[float, float]:
    if quantity in base.analytes:
        return base.analytes[quantity].plausible
    return base.findings[quantity].plausible or (-np.inf, np.inf)


def _levels(
    base: KnowledgeBase, findings: list[str], at: dict[str, int]
) -> tuple[tuple[Places, Places], ...]:
    def depth(slug: str) -> int:
        parent = base.findings[slug].parent
        return 0 if parent is None else 1 + depth(parent)

    levels: dict[int, list[tuple[int, int]]] = {}
    for slug in findings:
        parent = base.findings[slug].parent
        if parent is not None and parent in at:
            levels.setdefault(depth(slug), []).append((at[slug], at[parent]))
    return tuple(
        (np.array([c for c, _ in pairs], dtype=np.intp), np.array([p for _, p in pairs], dtype=np.intp))
        for _, pairs in sorted(levels.items())
    )


def stratum_of(base: KnowledgeBase, age: float, female: bool, pregnant: bool) -> Stratum:
    """The stratum of a person: the age is the middle of its band, so that strata can be kept."""
    cuts = layout(base).cuts
    band = bisect.bisect_right(cuts, age)
    low = cuts[band - 1] if band else 0.0
    high = cuts[band] if band < len(cuts) else low + 10.0
    return Stratum((low + high) / 2, "female" if female else "male", pregnant)


@functools.lru_cache(maxsize=2048)
def backgrounds(base: KnowledgeBase, stratum: Stratum) -> Floats:
    """(B) P(present) without any condition; exactly 0 where the base says that it cannot be."""
    found = []
    for slug in layout(base).binaries:
        finding = base.findings.get(slug)
        if finding is None:
            found.append(base.tests[slug].p_background or UNHEARD_OF)
        elif not finding.background:
            found.append(UNHEARD_OF)
        else:
            band = applying(finding.background, stratum)
            found.append(band.p if band else 0.0)
    return np.array(found)


@dataclass(frozen=True, eq=False)
class Effect:
    """What one condition does in one stratum. `*_N` are entries; `noise` says which of the condition's own they are."""

    at_N: Places
    p_N: Floats
    noise_N: Places
    moved_at_N: Places
    shift_N: Floats
    """From the normal of adults, in the quantity's unit (ln where it is log-normal)."""
    sd_N: Floats
    own_N: NDArray[np.bool_]
    """The base gives the value for this very age: it is not scaled from adults'."""
    moved_noise_N: Places


@functools.lru_cache(maxsize=65_536)
def effect(base: KnowledgeBase, condition: str, stratum: Stratum) -> Effect:
    """The effect of a condition on people of a stratum."""
    at, entry = layout(base), base.conditions[condition]
    present: list[tuple[int, float, int]] = []
    moved: list[tuple[int, float, float, bool, int]] = []
    order = entries_of(entry)
    for slug, items in _by_finding(entry).items():
        one = applying(items, stratum)
        if one is None:
            continue
        if one.p is not None and slug in at.binary_at:
            present.append((at.binary_at[slug], one.p, order[slug]))
        elif one.mean is not None and slug in at.quantity_at:
            mean, sd = normal_of(base, slug)
            own = one.who.age[1] <= GROWN
            moved.append((at.quantity_at[slug], one.mean - mean, one.sd or sd, own, order[slug]))
    for test in entry.tests:
        if test.p is not None and test.test in at.binary_at:
            present.append((at.binary_at[test.test], test.p, order[test.test]))
        elif test.analyte in at.quantity_at:
            sd = normal_of(base, test.analyte)[1]
            shift = (test.shift or 0.0) * sd
            moved.append((at.quantity_at[test.analyte], shift, test.spread * sd, False, order[test.analyte]))
    return Effect(
        at_N=_ints(p[0] for p in present),
        p_N=np.array([p[1] for p in present], dtype=float),
        noise_N=_ints(p[2] for p in present),
        moved_at_N=_ints(m[0] for m in moved),
        shift_N=np.array([m[1] for m in moved], dtype=float),
        sd_N=np.array([m[2] for m in moved], dtype=float),
        own_N=np.array([m[3] for m in moved], dtype=bool),
        moved_noise_N=_ints(m[4] for m in moved),
    )


def entries_of(condition: Condition) -> dict[str, int]:
    """Everything that a condition says something of, numbered in its own order."""
    named: Iterable[Any] = (
        *(m.finding for m in condition.findings),
        *(t.test or t.analyte for t in condition.tests),
    )
    return {slug: i for i, slug in enumerate(dict.fromkeys(named))}


def _by_finding(condition: Condition) -> dict[str, list[Manifestation]]:
    found: dict[str, list[Manifestation]] = {}
    for one in condition.findings:
        found.setdefault(one.finding, []).append(one)
    return found


def normal_of(base: KnowledgeBase, quantity: str) -> tuple[float, float]:
    """Mean and sd in healthy adults (of the ln where it is log-normal)."""
    if quantity in base.analytes:
        return base.analytes[quantity].typical
    return base.findings[quantity].normal or (0.0, 1.0)


def _ints(values: Iterable[int]) -> Places:
    return np.fromiter(values, dtype=np.intp)


@functools.lru_cache(maxsize=4096)
def odds_of(base: KnowledgeBase, condition: str) -> tuple[Places, Floats]:
    """The histories and exposures that make a condition likelier, and by which odds."""
    at = layout(base).binary_at
    found: dict[int, float] = {}
    for risk in base.conditions[condition].risks:
        if risk.finding in at:
            found[at[risk.finding]] = found.get(at[risk.finding], 1.0) * risk.odds
    return _ints(found), np.array(list(found.values()), dtype=float)
