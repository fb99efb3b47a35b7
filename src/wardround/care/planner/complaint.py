"""Whether the complaint was understood, and which condition accounts for it: clearly more often than chance would."""

from __future__ import annotations

from wardround.care.chart import Chart
from wardround.care.facts_on_chart import HISTORY
from wardround.knowledge import KnowledgeBase, Manifestation, may_hold

CLEARLY_ABOVE = 1.5
"""A condition accounts for a finding that it brings at least so many times as often as people without it have it."""
NOT_A_TROUBLE = ("history", "exposure")


def understood(base: KnowledgeBase, chart: Chart) -> bool:
    """Whether the complaint itself named a trouble, or a disease that it is about."""
    return bool(_troubles(base, chart.presenting) or chart.presenting & _known_by_name(chart))


def troubles(base: KnowledgeBase, chart: Chart) -> frozenset[str]:
    """What brings the patient: what the complaint named, else what the answer to the open question did."""
    return _troubles(base, chart.presenting) or _troubles(base, _told(chart))


def explains(base: KnowledgeBase, chart: Chart, condition: str) -> bool:
    """Whether the complaint names this condition, or something that it brings clearly more often than chance."""
    if not chart.presenting.isdisjoint((condition, HISTORY.get(condition, condition))):
        return True
    named = troubles(base, chart)
    return any(m.finding in named and _brings(base, chart, m) for m in base.conditions[condition].findings)


def _known_by_name(chart: Chart) -> frozenset[str]:
    return frozenset(HISTORY[c] for c in chart.evidence.known_conditions if c in HISTORY)


def _told(chart: Chart) -> frozenset[str]:
    """What the answer to the open question said is present."""
    event = chart.asked.get("open")
    known = chart.evidence.findings
    return frozenset(
        f for f, e in chart.heard.items() if e == event and known.get(f) not in (False, None) and event
    )


def _troubles(base: KnowledgeBase, named: frozenset[str]) -> frozenset[str]:
    """Symptoms, signs, measurements and conditions, each with what it is a kind of; histories are no troubles."""
    found: set[str] = set()
    for slug in named:
        finding = base.findings.get(slug)
        if finding is None:
            found.add(slug)
        while finding is not None and finding.kind not in NOT_A_TROUBLE:
            found.add(finding.id)
            finding = base.findings.get(finding.parent or "")
    return frozenset(found)


def _brings(base: KnowledgeBase, chart: Chart, m: Manifestation) -> bool:
    who, finding = chart.evidence, base.findings[m.finding]
    if not may_hold(m.who, who.age, who.sex, who.pregnant):
        return False
    if m.p is None:
        low, high = finding.normal or (float("-inf"), float("inf"))
        return m.mean is not None and not low <= m.mean <= high
    chance = [b.p for b in finding.background if may_hold(b.who, who.age, who.sex, who.pregnant)]
    return m.p >= CLEARLY_ABOVE * max(chance, default=0.0)
