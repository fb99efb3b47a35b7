"""Atomic care pathways: the rules in built-in guidance, as typed objects, and which of them apply to a patient.

Pure. What is unknown never makes a pathway apply: a missing eGFR is not a low one.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from wardround.knowledge.evidence import Evidence
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.schema_guidance import Action, Guidance, When


@dataclass(frozen=True, slots=True)
class Pathway:
    """If all of `guidance.rule.when` hold, then `action` on `target` (an id, or words where `action` allows them)."""

    guidance: Guidance
    action: Action
    target: str
    drugs: frozenset[str]
    """The drugs that `avoid`, `caution` and `prefer` are about: those of the class, where the target is one."""

    @property
    def id(self) -> str:
        """The id of the passage, to be cited."""
        return self.guidance.id

    @property
    def when(self) -> tuple[When, ...]:
        """All must hold."""
        return self.guidance.rule.when if self.guidance.rule else ()


@functools.lru_cache(maxsize=16)
def pathways(base: KnowledgeBase) -> Mapping[str, Pathway]:
    """Every pathway of the base, by the id of its passage."""
    return {g.id: _pathway(base, g) for g in base.content.guidance if g.rule is not None}


def pathways_applying(
    base: KnowledgeBase, evidence: Evidence, *, drugs: Collection[str] = (), of: str | None = None
) -> tuple[Pathway, ...]:
    """The pathways whose every condition is known to hold, in the order of the base.

    `drugs` are ids of what the patient takes, or is to be given. `of` keeps those that tell to avoid, to be careful
    with, or to prefer this one drug.
    """
    taken = _taken(base, drugs)
    known = {*taken, *evidence.known_conditions, *evidence.findings, *evidence.analytes, *evidence.tests, ""}
    by_subject = _by_subject(base)
    begun = sorted(place for subject in known for place in by_subject.get(subject, ()))
    ordered = tuple(pathways(base).values())
    return tuple(
        pathway
        for pathway in (ordered[place] for place in begun)
        if (of is None or of in pathway.drugs) and all(_holds(when, evidence, taken) for when in pathway.when)
    )


@functools.lru_cache(maxsize=16)
def _by_subject(base: KnowledgeBase) -> Mapping[str, tuple[int, ...]]:
    """Places of pathways by the first thing that must be known for them; "" where that is who the patient is."""
    places: dict[str, list[int]] = {}
    for place, pathway in enumerate(pathways(base).values()):
        named = (w.analyte or w.finding or w.condition or w.drug or w.test for w in pathway.when)
        places.setdefault(next(filter(None, named), ""), []).append(place)
    return {subject: tuple(at) for subject, at in places.items()}


def _pathway(base: KnowledgeBase, guidance: Guidance) -> Pathway:
    assert guidance.rule is not None
    then = guidance.rule.then
    target = then.target
    members = base.members(target) if target in base.classes else (target,) if target in base.drugs else ()
    named = then.action in ("avoid", "caution", "prefer")
    return Pathway(guidance, then.action, target, frozenset(members if named else ()))


def _taken(base: KnowledgeBase, drugs: Collection[str]) -> frozenset[str]:
    """Drugs with all their classes; an id that the base does not hold stands for itself."""
    found = set(drugs)
    for drug in drugs:
        if drug in base.drugs:
            found.update(base.classes_of(drug))
    return frozenset(found)


def _holds(when: When, evidence: Evidence, taken: frozenset[str]) -> bool:
    if when.analyte is not None:
        return _within(when, evidence.analytes.get(when.analyte))
    if when.finding is not None:
        value = evidence.findings.get(when.finding)
        if when.below is None and when.above is None:
            return value is True
        return not isinstance(value, bool) and _within(when, value)
    if when.condition is not None:
        return when.condition in evidence.known_conditions
    if when.drug is not None:
        return when.drug in taken
    if when.test is not None:
        return evidence.tests.get(when.test) is True
    if when.pregnant is not None:
        return evidence.pregnant is when.pregnant or (not when.pregnant and _cannot_be_pregnant(evidence))
    if when.sex is not None:
        return evidence.sex == when.sex
    return _of_age(when, evidence.age)


def _cannot_be_pregnant(evidence: Evidence) -> bool:
    return evidence.sex == "male" or (evidence.age is not None and not 10 <= evidence.age < 60)


def _within(when: When, value: float | None) -> bool:
    return (
        value is not None
        and (when.below is None or value < when.below)
        and (when.above is None or value > when.above)
    )


def _of_age(when: When, age: float | None) -> bool:
    return (
        age is not None
        and (when.age_below is None or age < when.age_below)
        and (when.age_above is None or age >= when.age_above)
    )
