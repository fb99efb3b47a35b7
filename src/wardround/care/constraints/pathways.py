"""Which passages of guidance say what a rule says of a drug for this patient: atomic care pathways that hold here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from wardround.care.chart import Chart
from wardround.knowledge import Drug, KnowledgeBase, Pathway, When, pathways_applying

Ground = Literal["kidney", "pregnancy", "breastfeeding", "condition", "drug", "age"]
"""What a rule rests on: its verdict cites the pathways that rest on the same."""
EGFR = "analyte.egfr"
BREASTFEEDING = "finding.breastfeeding"
MOST = 2
AGAINST = ("avoid", "caution")
_RESTS_ON: Mapping[Ground, Callable[[When], bool]] = {
    "kidney": lambda when: when.analyte == EGFR,
    "pregnancy": lambda when: when.pregnant is True,
    "breastfeeding": lambda when: when.finding == BREASTFEEDING,
    "condition": lambda when: when.condition is not None or when.finding is not None,
    "drug": lambda when: when.drug is not None,
    "age": lambda when: when.age_below is not None or when.age_above is not None,
}


def pathways_cited(
    base: KnowledgeBase, chart: Chart, drug: Drug, ground: Ground, taken: frozenset[str]
) -> str:
    """` By guidance.metformin.egfr_below_30 (recalled: not opened).`, or nothing where no pathway says the same."""
    against = pathways_against(base, chart, drug, taken)
    found = [p for p in against if any(map(_RESTS_ON[ground], p.when))][:MOST]
    return f" By {', '.join(map(_named, found))}." if found else ""


def pathways_against(
    base: KnowledgeBase, chart: Chart, drug: Drug, taken: frozenset[str] | None = None
) -> tuple[Pathway, ...]:
    """The pathways that tell to avoid this drug, or to be careful with it, in this patient."""
    evidence = chart.evidence if chart.egfr is None else chart.evidence.with_analyte(EGFR, chart.egfr)
    drugs = frozenset(d.drug for d in chart.drugs if d.drug is not None) if taken is None else taken
    holding = pathways_applying(base, evidence, drugs=drugs, of=drug.id)
    return tuple(p for p in holding if p.action in AGAINST)


def _named(pathway: Pathway) -> str:
    grade = pathway.guidance.grade
    opened = "" if grade in ("measured", "reviewed") else ": not opened"
    return f"{pathway.id}#0 ({grade}{opened})"
