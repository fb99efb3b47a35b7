"""The clinical constraints: what no agent of the clinic may do, what needs a physician, and what must come first."""

from __future__ import annotations

from wardround.care.chart import Chart
from wardround.care.constraints import (
    advice,
    allergies,
    children,
    citations,
    closing,
    contradictions,
    contraindications,
    diagnosing,
    doses,
    duplicates,
    interactions,
    investigations,
    kidneys,
    prescriptions,
    questions,
    red_flags,
    reproduction,
    stopping,
)
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.rule import Rule
from wardround.harness import Constraint
from wardround.knowledge import KnowledgeBase

__all__ = ["Rule", "clinical_constraints", "clinical_rules"]

_ROOMS = (
    red_flags,
    prescriptions,
    allergies,
    contradictions,
    interactions,
    contraindications,
    kidneys,
    reproduction,
    children,
    doses,
    duplicates,
    stopping,
    questions,
    investigations,
    diagnosing,
    advice,
    citations,
    closing,
)


def clinical_rules(base: KnowledgeBase) -> tuple[Rule, ...]:
    """Every rule with what it can say, red flags first."""
    book = Formulary(base)
    return tuple(rule for room in _ROOMS for rule in room.rules(book))


def clinical_constraints(base: KnowledgeBase) -> tuple[Constraint[Chart], ...]:
    """Every clinical constraint over one knowledge base. Build once: what they look up is prepared here."""
    return tuple(rule.constraint for rule in clinical_rules(base))
