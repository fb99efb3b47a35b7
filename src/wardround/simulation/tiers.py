"""How hard a case is: how surprised somebody is by the truth who knew the base by heart and heard everything told.

    difficulty = -ln P(truth | all that the patient tells and an examination shows)
                 + 0.15 for every further active condition + 0.02 for every distractor

P is the planner's own posterior, in the undisturbed base, without tests, for people of about this age. What the
patient denies or cannot say is missing from it, so that an unreliable history makes a case harder by as much as it
hides.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from wardround.knowledge import Evidence, KnowledgeBase, posterior
from wardround.simulation.case import Case, Tier

EASY_BELOW: Final = 0.5
HARD_FROM: Final = 2.0
FURTHER: Final = 0.15
DISTRACTOR: Final = 0.02
LEAST: Final = 1e-6
AGES: Final = (0.5, 1.5, 3.5, 8.0, 13.5, 17.0, 24.0, 35.0, 47.0, 57.0, 68.0, 77.0, 86.0)
"""To the nearest of these, so that the planner's tables for them can be kept."""


def told_evidence(case: Case) -> Evidence:
    """What is known when everything was asked and examined, and nothing tested."""
    findings = dict(case.findings)
    for slug in case.telling.denied:
        findings[slug] = False
    for slug in case.telling.unsure:
        findings.pop(slug, None)
    known = frozenset(p.condition for p in case.known_problems if p.active)
    return Evidence(
        case.age, case.sex, case.pregnant, findings, unsure=case.telling.unsure, known_conditions=known
    )


def difficulty(base: KnowledgeBase, case: Case) -> float:
    """In nats; 0 where the truth is plain."""
    told = told_evidence(case)
    if told.age is not None:
        age = told.age
        told = replace(told, age=min(AGES, key=lambda known: abs(math.log((known + 1) / (age + 1)))))
    p = posterior(base, told).p(case.truth)
    return -math.log(max(p, LEAST)) + FURTHER * (len(case.active) - 1) + DISTRACTOR * len(case.distractors)


def tier_of(base: KnowledgeBase, case: Case) -> Tier:
    """Easy, moderate or hard."""
    hard = difficulty(base, case)
    return "easy" if hard < EASY_BELOW else "hard" if hard >= HARD_FROM else "moderate"
