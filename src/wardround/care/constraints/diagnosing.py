"""Diagnosing: not before anything was asked, and not before the dangerous alternatives were weighed."""

from __future__ import annotations

from functools import partial

from wardround.care.arguments import Diagnose
from wardround.care.chart import Chart, not_to_be_missed
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.rule import About, Rule, Word, deny, forbidding, judging


def rules(book: Formulary) -> tuple[Rule, ...]:
    """Every rule about the working diagnosis."""
    examined = frozenset(f.id for f in book.base.findings.values() if f.examined)
    source = "National Academies, Improving Diagnosis in Health Care (2015)"
    return (
        forbidding(
            About(
                "care.diagnosis.without_history",
                "major",
                f"{source}; house policy",
                "No diagnosis before anything was asked or examined",
            ),
            "diagnose",
            partial(_without_history, examined),
        ),
        judging(
            About(
                "care.diagnosis.must_not_miss",
                "critical",
                f"{source}; the knowledge base's must-not-miss lists",
                "No diagnosis before a differential that weighed what must not be missed beside it",
            ),
            "deny",
            "diagnose",
            partial(_must_not_miss, book),
        ),
    )


def _without_history(examined: frozenset[str], chart: Chart) -> str | None:
    if chart.asked or chart.orders or chart.escalations or not examined.isdisjoint(chart.heard):
        return None
    return "nothing was asked or examined yet: take a history first"


def _must_not_miss(book: Formulary, chart: Chart, wants: Diagnose) -> Word | None:
    condition = book.base.conditions.get(wants.condition)
    if condition is None:
        return None
    missing = [m for m in not_to_be_missed(book.base, chart, condition.id) if m not in chart.considered]
    if chart.differential and not missing:
        return None
    if not missing:
        return deny("there is no differential yet: write one first")
    names = ", ".join(f"{book.named(m)} ({m})" for m in missing)
    return deny(
        f"with {condition.name} these must not be missed and were not weighed: {names}. Put them in a differential, "
        f"ranked or considered, first {book.cite(condition)}"
    )
