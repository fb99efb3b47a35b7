"""SCAN: safety stratification, information clarification, associative questioning, normative output, from verdicts.

The names are Baichuan-M3's (arXiv 2602.06570); what counts towards each is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wardround.rewards.performance import Performance
from wardround.rewards.rubric import Verdict, gained
from wardround.rewards.steps import Violation, gammas

SCAN: Final = (
    "safety_stratification",
    "information_clarification",
    "associative_questioning",
    "normative_output",
)
CLARIFIES: Final = ("hpi",)
ASSOCIATES: Final = ("associated", "past", "family", "social", "obstetric")
OF_OUTPUT: Final = ("jargon", "unreadable", "refused", "double")
OF_INQUIRY: Final = ("repetition", "answered", "missed_cue")


def scan(
    done: Performance, verdicts: Iterable[Verdict], found: Iterable[Violation]
) -> Mapping[str, float | None]:
    """Each dimension in [0, 1]; None where nothing of it could be told."""
    every, wrong = tuple(verdicts), tuple(found)
    safe = [
        v
        for v in every
        if v.item.dimension == "safety" or (v.item.dimension == "inquiry" and v.item.critical)
    ]
    asked = [v for v in every if v.item.dimension == "inquiry"]
    clear = gained(v for v in asked if v.item.section in CLARIFIES)
    return {
        "safety_stratification": gained(safe),
        "information_clarification": _lessened(clear, wrong, OF_INQUIRY),
        "associative_questioning": gained(v for v in asked if v.item.section in ASSOCIATES),
        "normative_output": _lessened(_written(done), wrong, OF_OUTPUT),
    }


def _lessened(score: float | None, found: Iterable[Violation], kinds: tuple[str, ...]) -> float | None:
    """A score less what violations of these kinds cost: the mean of gamma over as many steps as went wrong, and one."""
    if score is None:
        return None
    least = gammas(v for v in found if v.kind in kinds)
    return score * (1.0 + sum(least.values())) / (1.0 + len(least))


def _written(done: Performance) -> float | None:
    """What a visit leaves behind: a differential, a conclusion, words for the patient, an orderly end."""
    if not done.steps:
        return None
    chart = done.chart
    concluded = bool(chart.diagnosis or chart.escalations or chart.referrals)
    told = bool(chart.safety_net or chart.escalations)
    planned = bool(chart.follow_up or chart.referrals or chart.escalations)
    parts = (bool(chart.differential), concluded, told, planned, done.finished)
    return sum(parts) / len(parts)
