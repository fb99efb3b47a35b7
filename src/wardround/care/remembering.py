"""What memory gives at the door, as observations that name the events their facts came from."""

from __future__ import annotations

from wardround.care.clinic import Clinic
from wardround.clinical import SNOMED, Concept, Fact, Quantity
from wardround.harness import JSON, EventRef, Observed
from wardround.knowledge import KnowledgeBase
from wardround.memory import Brief

PREGNANT_WORDS = frozenset(("pregnant", "pregnancy", "normal pregnancy", "normal pregnancy (finding)"))
PREGNANT_SNOMED = "72892002"
SEVERE = ("severe", "anaphyla", "high", "life-threatening")


def fact_observations(clinic: Clinic, brief: Brief) -> tuple[tuple[Observed, tuple[EventRef, ...]], ...]:
    """One observation for each fact of the brief, and one that says what is settled."""
    found = [
        (Observed("memory", {"kind": "fact", "fact": fact_view(clinic, f)}), causes_of(f))
        for f in brief.facts
    ]
    known = {"kind": "known", "allergies": brief.allergies_known, "drugs": brief.drugs_known}
    return (*found, (Observed("memory", known), ()))


def causes_of(fact: Fact) -> tuple[EventRef, ...]:
    """The event that a fact was learnt in, where it was learnt in an encounter."""
    if fact.source.kind == "event" and fact.source.encounter:
        return (EventRef(fact.source.encounter, fact.source.reference),)
    return ()


def fact_view(clinic: Clinic, fact: Fact) -> JSON:
    """A fact as agents see it: words, our own id for what it is, and where it comes from."""
    slug = slug_of(clinic.base, fact.concept, fact.kind)
    groups = allergy_groups(clinic, fact.concept, slug) if fact.kind == "allergy" else []
    detail = fact.detail.lower()
    return {
        "id": fact.id,
        "kind": fact.kind,
        "text": fact.concept.text,
        "slug": slug,
        "groups": groups,
        "severe": fact.kind == "allergy" and any(word in detail for word in SEVERE),
        "category": next((c for c in ("medication", "food", "environment", "biologic") if c in detail), None),
        "status": fact.status,
        "certainty": fact.certainty,
        "from": fact.valid_from.iso() if fact.valid_from else None,
        "to": fact.valid_to.iso() if fact.valid_to else None,
        "recorded": fact.recorded.isoformat(),
        "value": _value(fact),
        "detail": fact.detail,
        "source": {
            "kind": fact.source.kind,
            "reference": fact.source.reference,
            "encounter": fact.source.encounter,
        },
    }


def _value(fact: Fact) -> JSON | str | bool | None:
    if isinstance(fact.value, Quantity):
        return {"number": fact.value.value, "unit": fact.value.unit}
    return fact.value


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
        slug = base.slug_for(coding.system, coding.code, coding.display, kinds)
        if slug:
            return slug
    return base.slug_for(None, None, concept.text, kinds)


def _is_pregnancy(concept: Concept) -> bool:
    """A pregnancy on a problem list is no illness; one that is outside the womb is, and has its own entry."""
    words = {concept.text.lower(), *(c.display.lower() for c in concept.codings)}
    return not words.isdisjoint(PREGNANT_WORDS) or concept.code(SNOMED) == PREGNANT_SNOMED


def allergy_groups(clinic: Clinic, concept: Concept, slug: str | None) -> list[str]:
    """The cross-reactivity groups of an allergy: by its code, else by the words that record or patient used."""
    groups = clinic.understanding.groups_of(slug) if slug else []
    if groups:
        return groups
    words = " ".join((concept.text, *(c.display for c in concept.codings))).lower()
    return [
        g.id for g in clinic.base.cross_reactivity.values() if any(w.lower() in words for w in g.allergens)
    ]
