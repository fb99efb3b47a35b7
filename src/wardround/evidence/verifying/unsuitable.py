"""Whom a drug is not for: contraindications, allergies, ages, pregnancy and breastfeeding, with a dose told or without.

A dose in a condition in which the base forbids the drug is refuted, however right the dose. What is said of a class holds
where it holds of every drug of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from wardround.evidence.claims import Verdict
from wardround.evidence.reading.quantities import folded
from wardround.evidence.reading.structure import Part, Structure
from wardround.evidence.reading.word_lists import listed
from wardround.evidence.verifying.known import (
    Known,
    bounded,
    drugs_named,
    is_pregnancy,
    named,
    pregnant,
    stance,
    subject,
    substances,
    turned,
)
from wardround.evidence.verifying.taken import only_of_a_dose
from wardround.knowledge import Contraindication, Drug, KnowledgeBase, Reproductive, Who

_MODAL: Final = frozenset({"should", "patient", "people", "must", "may", "choic", "known", "case"})
_OF_A_PATIENT: Final = listed(
    "with known history person persons people patient patients somebody someone anyone present in case safe safely suitable fine recommended can "
    "could should may must be used use using treats treat for during despite even if when where whenever has have having adult adults first choice "
    "preferred allergy allergic allergies anaphylaxis anaphylactic hypersensitivity hypersensitive continue continued start started offer offered"
)
"""Words that a prescription may hold besides the dose's own."""
_ALLERGIC: Final = ("allerg", "anaphyla", "hypersens")
_HISTORY: Final = "known "
_AGES: Final = {
    "for infant": (0.0, 1.0), "for child": (2.0, 12.0), "for adolescent": (12.0, 18.0), "for older": (65.0, 130.0), "for adult": (18.0, 65.0),
}  # fmt: skip
"""The years that a group surely holds."""
_SEXES: Final = {"for woman": "female", "for man": "male"}
_FORBIDDEN: Final = ("avoid", "contraindicated")


def unsuitable(base: KnowledgeBase, claim: Structure) -> Known | None:
    """The first that the base knows against it, or for it."""
    for check in (_allergy, _contraindication, _age, _reproduction):
        if (known := check(base, claim)) is not None:
            return known
    return None


def gives(claim: Structure) -> bool:
    """Whether it says, and says no more than, that somebody takes it: a dose, or that it may be used, with nothing that bounds it."""
    told = stance(claim) > 0 or (stance(claim) == 0 and bool(claim.of(Part.QUANTITY)))
    return told and not turned(claim) and not bounded(claim) and only_of_a_dose(claim, _OF_A_PATIENT)


def few_words(claim: Structure) -> bool:
    """No word besides what a check itself read."""
    return not [t for t in claim.tokens if t.part is Part.WORD and t.key not in _MODAL]


def _contraindication(base: KnowledgeBase, claim: Structure) -> Known | None:
    about = subject(base, claim)
    if about is None:
        return None
    name, drugs = about
    claim, figured = _with_figures(base, claim, drugs)
    where = named(claim)
    if where is None or not (where := where | figured):
        return None
    items = [_forbids(base, drug, where) for drug in drugs]
    if not all(items):
        return None
    item = next(i for i in items if i is not None)
    slug = item.condition or item.finding or ""
    told = f"{name} is contraindicated in {base.named(slug)}: {item.reason}"
    free = not claim.of(Part.POPULATION, Part.QUANTITY) and few_words(claim) and not bounded(claim)
    if gives(claim) or (stance(claim) > 0 and free):
        return Known(Verdict.REFUTED, told, drugs[0].id)
    plain = stance(claim) < 0 and len(where) == 1 and not claim.of(Part.LIMIT)
    return Known(Verdict.SUPPORTED, told, drugs[0].id) if free and plain and where == {slug} else None


def _with_figures(
    base: KnowledgeBase, claim: Structure, drugs: Sequence[Drug]
) -> tuple[Structure, frozenset[str]]:
    """Names that hold a figure (`type 1 diabetes`), which is no quantity of the claim: the claim without them, and what they are."""
    text, found, tokens = folded(claim.text), set(), claim.tokens
    for slug in {
        s for d in drugs for i in d.contraindications if (s := i.condition or i.finding) is not None
    }:
        name = base.named(slug).lower()
        at = text.find(name) if any(mark.isdigit() for mark in name) else -1
        if at >= 0:
            found.add(slug)
            tokens = tuple(t for t in tokens if t.end <= at or t.start >= at + len(name))
    return Structure(claim.text, tokens, frozenset(t.key for t in tokens)), frozenset(found)


def _forbids(base: KnowledgeBase, drug: Drug, where: frozenset[str]) -> Contraindication | None:
    """The absolute contraindication that one of the names falls under."""
    for item in drug.contraindications:
        slug = item.condition or item.finding
        if item.severity == "absolute" and slug is not None and where & set(_falls_under(base, slug)):
            return item
    return None


def _falls_under(base: KnowledgeBase, slug: str) -> Iterator[str]:
    """The thing, what is narrower, and for what is known of somebody the disease itself, either way."""
    yield slug
    if slug in base.findings:
        for child in base.children(slug):
            yield from _falls_under(base, child)
        name = base.named(slug).lower()
        if name.startswith(_HISTORY):
            yield from (
                c.id for c in base.conditions.values() if c.name.lower() == name.removeprefix(_HISTORY)
            )
    else:
        wanted = f"{_HISTORY}{base.named(slug).lower()}"
        yield from (f.id for f in base.findings.values() if base.named(f.id).lower() == wanted)


def _allergy(base: KnowledgeBase, claim: Structure) -> Known | None:
    found = drugs_named(base, claim)
    others = set(substances(claim)) - set(found)
    allergic = any(t.word.startswith(_ALLERGIC) for t in claim.tokens) or any(
        o.startswith("allergy.") for o in others
    )
    if len(found) != 1 or not others or not allergic or not gives(claim):
        return None
    drug = base.drugs[found[0]]
    own = {*base.classes_of(drug.id), *drug.cross_reactivity}
    if not others & own:
        return None
    why = f"{drug.name} is one of {base.named(next(iter(others & own)))}, to which the claim names an allergy"
    return Known(Verdict.REFUTED, why, drug.id)


def _age(base: KnowledgeBase, claim: Structure) -> Known | None:
    """A group of which all are among those for whom it is forbidden."""
    about, groups = subject(base, claim), {t.key for t in claim.of(Part.POPULATION)}
    freely = stance(claim) > 0 and few_words(claim) and not bounded(claim) and not claim.of(Part.QUANTITY)
    with_group = gives_to(claim) or freely
    if about is None or len(groups) != 1 or not with_group:
        return None
    group = groups.pop()
    items = [next((i for i in d.contraindications if _holds_all(i, group)), None) for d in about[1]]
    if not all(items):
        return None
    item = next(i for i in items if i is not None)
    return Known(Verdict.REFUTED, f"{about[0]} is not for them: {item.reason}", about[1][0].id)


def gives_to(claim: Structure) -> bool:
    """As `gives`, to a group that is named."""
    groups = frozenset(t.word for t in claim.of(Part.POPULATION))
    told = stance(claim) > 0 or (stance(claim) == 0 and bool(claim.of(Part.QUANTITY)))
    return told and not turned(claim) and not bounded(claim) and only_of_a_dose(claim, _OF_A_PATIENT | groups)


def _holds_all(item: Contraindication, group: str) -> bool:
    who = item.who
    if who is None or item.severity != "absolute" or who.pregnant is not None:
        return False
    if group in _AGES:
        return who.sex == "any" and who.age[0] <= _AGES[group][0] and _AGES[group][1] <= who.age[1]
    return group in _SEXES and who.sex == _SEXES[group] and who.age == Who().age


def _reproduction(base: KnowledgeBase, claim: Structure) -> Known | None:
    about = subject(base, claim)
    expecting, nursing = pregnant(claim), any(t.key == "for breastfeeding" for t in claim.tokens)
    if about is None or expecting == nursing:
        return None
    others = {t.key for t in claim.of(Part.POPULATION)} - {"for pregnant", "for breastfeeding", "for woman"}
    where = named(claim)
    if others or where is None or bounded(claim):
        return None
    name, drugs = about
    advice = [drug.pregnancy if expecting else drug.lactation for drug in drugs]
    dosed, alone = bool(claim.of(Part.QUANTITY)), all(is_pregnancy(slug) for slug in where)
    if not (gives_to(claim) if dosed else stance(claim) and few_words(claim) and alone):
        return None
    if any(_used_for(base, drug, where) for drug in drugs):
        return None
    return _advised(
        name, drugs[0].id, advice, "pregnancy" if expecting else "breastfeeding", stance(claim), dosed
    )


def _advised(
    name: str, entry: str, advice: list[Reproductive], when: str, side: int, dosed: bool
) -> Known | None:
    told = f"{name} in {when}: {advice[0].advice}. {advice[0].note}"
    if all(a.advice in _FORBIDDEN for a in advice):
        return Known(Verdict.SUPPORTED if side < 0 else Verdict.REFUTED, told, entry)
    if all(a.advice == "compatible" for a in advice) and not dosed:
        return Known(Verdict.SUPPORTED if side > 0 else Verdict.REFUTED, told, entry)
    return None


def _used_for(base: KnowledgeBase, drug: Drug, where: frozenset[str]) -> bool:
    """Whether the base gives the drug in a condition that is named."""
    return any(
        t.regimen is not None and t.regimen.drug == drug.id
        for slug in where & set(base.conditions)
        for t in base.conditions[slug].management
    )
