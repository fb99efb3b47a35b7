"""A fact of memory as agents see it: words, our own id for what it is, and the event that it was learnt in."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from wardround.care.allergies_on_record import (
    BETA_LACTAM,
    BETA_LACTAMS,
    allergens,
    category_of,
    is_allergy,
    name_of,
)
from wardround.care.clinic import Clinic
from wardround.clinical import LOINC, SNOMED, Concept, Fact, Quantity, UnitError, analyte_slug, convert
from wardround.harness import JSON, EventRef
from wardround.knowledge import KnowledgeBase
from wardround.memory import Naming

PREGNANT_WORDS = frozenset(("pregnant", "pregnancy", "normal pregnancy", "normal pregnancy (finding)"))
PREGNANT_SNOMED = "72892002"
SEVERE = ("severe", "anaphyla", "criticality high", "life-threatening", "high risk")
FILTRATION = re.compile(r"\be?gfr\b|\bglomerular filtration\b", re.I)


def causes_of(fact: Fact) -> tuple[EventRef, ...]:
    """The event that a fact was learnt in, where it was learnt in an encounter."""
    if fact.source.kind == "event" and fact.source.encounter:
        return (EventRef(fact.source.encounter, fact.source.reference),)
    return ()


def fact_view(clinic: Clinic, fact: Fact) -> JSON:
    """A fact as agents see it: words, our own id for what it is, and where it comes from."""
    slug = slug_of(clinic.base, fact.concept, fact.kind)
    value = _value(clinic.base, fact, slug)
    if slug is None and fact.kind == "result" and _is_filtration(clinic.base, fact):
        slug = "analyte.egfr"
        value = _value(clinic.base, fact, slug)
    allergic = fact.kind == "allergy" or (fact.kind == "problem" and is_allergy(fact.concept))
    detail = fact.detail.lower()
    grave = f"{detail} {fact.concept.text.lower()}"
    category = next((c for c in ("medication", "food", "environment", "biologic") if c in detail), None)
    groups = allergy_groups(clinic, fact.concept, slug) if allergic else []
    if allergic and category is None and not groups:
        category = category_of(fact.concept)
    return {
        "id": fact.id,
        "kind": fact.kind,
        "text": name_of(fact.concept) if allergic else fact.concept.text,
        "slug": slug,
        "groups": groups,
        **({"allergic": True} if allergic and fact.kind == "problem" else {}),
        "severe": allergic and any(word in grave for word in SEVERE),
        "category": category,
        "status": fact.status,
        "certainty": fact.certainty,
        "from": fact.valid_from.iso() if fact.valid_from else None,
        "to": fact.valid_to.iso() if fact.valid_to else None,
        "recorded": fact.recorded.isoformat(),
        "value": value,
        "detail": fact.detail,
        "source": {
            "kind": fact.source.kind,
            "reference": fact.source.reference,
            "encounter": fact.source.encounter,
        },
    }


CONVERTED_DIGITS = 4
"""Significant digits of a value in another unit than the record's: more were never measured."""


def _value(base: KnowledgeBase, fact: Fact, slug: str | None) -> JSON | str | bool | None:
    """The value; a quantity in the base's own unit where it can be written so, else as the record has it."""
    if not isinstance(fact.value, Quantity):
        return fact.value
    quantity, unit = fact.value, _unit_of(base, slug)
    if unit is not None and quantity.unit:
        try:
            converted = convert(quantity, unit, slug)
            if converted.unit != quantity.unit:
                quantity = replace(converted, value=float(f"{converted.value:.{CONVERTED_DIGITS}g}"))
        except UnitError:
            quantity = fact.value
    said = {"comparator": quantity.comparator} if quantity.comparator else {}
    return {"number": quantity.value, "unit": quantity.unit, **said}


def _unit_of(base: KnowledgeBase, slug: str | None) -> str | None:
    if slug is not None and slug in base.findings:
        return base.findings[slug].unit
    units = (a.unit for test in base.tests.values() for a in test.analytes if a.id == slug)
    return next(units, None)


def _is_filtration(base: KnowledgeBase, fact: Fact) -> bool:
    """An eGFR under a code that we do not know: by its name, and by its unit, which no other result has."""
    said = " ".join((fact.concept.text, *(c.display for c in fact.concept.codings)))
    unit = _unit_of(base, "analyte.egfr")
    if unit is None or not isinstance(fact.value, Quantity) or not FILTRATION.search(said):
        return False
    try:
        convert(fact.value, unit, "analyte.egfr")
    except UnitError:
        return False
    return True


KINDS_OF = {
    "problem": ("condition",),
    "drug": ("drug",),
    "result": ("analyte", "finding", "test"),
    "finding": ("finding",),
    "allergy": ("allergy", "drug", "class"),
}


def slug_of(base: KnowledgeBase, concept: Concept, kind: str) -> str | None:
    """The knowledge base's own id for what a record names, or None where it does not know it."""
    kinds = KINDS_OF.get(kind)
    if kinds is None:
        return None
    if kind == "problem" and _is_pregnancy(concept):
        return "finding.pregnancy"
    for coding in concept.codings:
        slug = analyte_slug(coding.code) if kind == "result" and coding.system == LOINC else None
        if slug in base.names.known:
            return slug
        slug = base.slug_for(coding.system, coding.code, coding.display, kinds)
        if slug:
            return slug
    return base.slug_for(None, None, concept.text, kinds)


MOST_NAMES = 16_384
"""So many names are kept in mind."""


def naming_of(clinic: Clinic) -> Naming:
    """How memory of this clinic recognises the same thing in two vocabularies: by the knowledge base's own id."""
    base = clinic.base

    @lru_cache(maxsize=MOST_NAMES)
    def own(concept: Concept, kind: str) -> str | None:
        return slug_of(base, concept, kind)

    return own


def _is_pregnancy(concept: Concept) -> bool:
    """A pregnancy on a problem list is no illness; one that is outside the womb is, and has its own entry."""
    words = {concept.text.lower(), *(c.display.lower() for c in concept.codings)}
    return not words.isdisjoint(PREGNANT_WORDS) or concept.code(SNOMED) == PREGNANT_SNOMED


def allergy_groups(clinic: Clinic, concept: Concept, slug: str | None) -> list[str]:
    """The cross-reactivity groups of an allergy: by its code, else by the words that record or patient used."""
    if BETA_LACTAM.search(" ".join((concept.text, *(c.display for c in concept.codings)))):
        return list(BETA_LACTAMS)
    groups = clinic.understanding.groups_of(slug) if slug and not slug.startswith("condition.") else []
    if groups:
        return groups
    named = allergens(clinic.base, concept)
    return sorted({group for one in named for group in clinic.understanding.groups_of(one)})
