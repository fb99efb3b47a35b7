"""The checklist: what a good history of this case asks, built from the case and the base. Every item can be answered.

Sections: hpi (the complaint's attributes, what goes with it, what tells it from its alternatives, red flags), past,
family, social, obstetric. In an emergency only the complaint, the flag, drugs and allergies are expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from wardround.care import TOPICS
from wardround.knowledge import Finding, KnowledgeBase, Manifestation
from wardround.rewards.rubric import Item
from wardround.rewards.truth import Truth, dangers_beside, fertile, truth_of
from wardround.simulation import Case

MOST: Final = 16
COMMON: Final = 0.4
"""From this P(symptom | truth) on a symptom is asked for."""
VERY_COMMON: Final = 0.7
RISKY: Final = 1.2
"""From this odds ratio on a habit or a family history is asked for."""
FLAG, DANGER, TOPIC, ATTRIBUTE, PREGNANCY, TELLING = 8, 6, 5, 4, 4, 4
SYMPTOM, PROBLEMS, DANGEROUS, HABIT, FAMILY = 3, 3, 2, 2, 2
"""Weights."""
HABITS: Final = ("smok", "alcohol", "occupation", "work", "drug_use", "travel")
"""Parts of ids of how a person lives."""
PREFIX: Final = "ask."


def checklist(base: KnowledgeBase, case: Case) -> tuple[Item, ...]:
    """The items of a case, the heaviest first within their section; at most `MOST`."""
    return items_of(truth_of(base, case))


def items_of(truth: Truth) -> tuple[Item, ...]:
    """The same, of a case that was looked up."""
    found: dict[str, Item] = {}
    for item in _all(truth):
        known = found.get(item.id)
        if known is None or (item.critical, item.weight) > (known.critical, known.weight):
            found[item.id] = item
    best = sorted(found.values(), key=lambda i: (not i.critical, -i.weight))[:MOST]
    kept = {i.id for i in best}
    return tuple(item for item in found.values() if item.id in kept)


def _all(truth: Truth) -> Iterator[Item]:
    yield from _flags(truth)
    yield from _attributes(truth)
    if not truth.emergency:
        yield from _discriminators(truth)
        yield from _symptoms(truth)
    yield from _past(truth)
    if not truth.emergency:
        yield from _risks(truth)
        yield from _obstetric(truth)


def _item(truth: Truth, slug: str, section: str, weight: int, critical: bool = False) -> Item:
    text = TOPICS[slug] if slug in TOPICS else truth.base.findings[slug].ask
    return Item(f"{PREFIX}{slug}", "inquiry", section, text, weight, critical)


def _askable(truth: Truth, slugs: Iterable[str]) -> Iterator[Finding]:
    """Findings that can be asked of this patient, and that the opening words do not say already."""
    said = _said_at_the_door(truth)
    for slug in slugs:
        entry = truth.base.findings.get(slug)
        if entry is None or entry.examined or slug in said:
            continue
        if entry.parent is None or truth.case.findings.get(entry.parent) is True:
            yield entry


def _said_at_the_door(truth: Truth) -> set[str]:
    said: set[str] = set()
    for slug in truth.case.presenting:
        entry = truth.base.findings.get(slug)
        while entry is not None:
            said.add(entry.id)
            entry = truth.base.findings.get(entry.parent or "")
    return said


def _flags(truth: Truth) -> Iterator[Item]:
    """What is there of every red flag that holds."""
    for flag in truth.at_bedside:
        present = (f for f in (*flag.all, *flag.any) if truth.case.findings.get(f) is True)
        for entry in _askable(truth, present):
            yield _item(truth, entry.id, "hpi", FLAG, critical=True)


def _attributes(truth: Truth) -> Iterator[Item]:
    """Attributes of what brings the patient, that the truth or something dangerous shows."""
    of_truth = {m.finding for m in _shown(truth, truth.condition.id)}
    of_danger = {m.finding for c in dangers_beside(truth) for m in _shown(truth, c)}
    for parent in truth.case.presenting:
        for entry in _askable(truth, truth.base.children(parent)):
            if entry.id in of_truth:
                yield _item(truth, entry.id, "hpi", ATTRIBUTE)
            elif entry.id in of_danger:
                yield _item(truth, entry.id, "hpi", DANGEROUS)


def _shown(truth: Truth, condition: str) -> Iterator[Manifestation]:
    entry = truth.base.conditions.get(condition)
    for one in entry.findings if entry is not None else ():
        if truth.concerns(one.who):
            yield one


def _discriminators(truth: Truth) -> Iterator[Item]:
    """What tells the truth from its alternatives; critical where the alternative is an emergency."""
    for one in truth.condition.discriminating:
        against = truth.base.conditions.get(one.against)
        danger = against is not None and against.urgency == "emergency"
        for entry in _askable(truth, (one.finding,)):
            yield _item(truth, entry.id, "hpi", DANGER if danger else TELLING, critical=danger)


def _symptoms(truth: Truth) -> Iterator[Item]:
    """What the truth usually brings."""
    for one in truth.condition.findings:
        if one.p is None or one.p < COMMON or not truth.concerns(one.who):
            continue
        for entry in _askable(truth, (one.finding,)):
            if entry.kind == "symptom":
                yield _item(truth, entry.id, "associated", SYMPTOM + (one.p >= VERY_COMMON))


def _past(truth: Truth) -> Iterator[Item]:
    demanded = not truth.emergency
    for topic in ("allergies", "drugs"):
        yield _item(truth, topic, "past", TOPIC if demanded else FAMILY, critical=demanded)
    if demanded:
        yield _item(truth, "problems", "past", PROBLEMS)


def _risks(truth: Truth) -> Iterator[Item]:
    """Family, habits and exposures that make the truth likelier."""
    for risk in truth.condition.risks:
        if risk.finding is None or risk.odds < RISKY:
            continue
        for entry in _askable(truth, (risk.finding,)):
            if entry.id.startswith("finding.family_"):
                yield _item(truth, entry.id, "family", FAMILY)
            elif entry.kind == "exposure" or any(word in entry.id for word in HABITS):
                yield _item(truth, entry.id, "social", HABIT)


def _obstetric(truth: Truth) -> Iterator[Item]:
    if fertile(truth.case) and "finding.pregnancy" in truth.base.findings:
        for entry in _askable(truth, ("finding.pregnancy",)):
            yield _item(truth, entry.id, "obstetric", PREGNANCY)
