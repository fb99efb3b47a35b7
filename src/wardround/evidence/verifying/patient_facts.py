"""A claim about a patient against what is remembered of them: the thing, whether it is so, and its value, exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from wardround.clinical import WARDROUND, Fact, Quantity
from wardround.evidence.claims import Verdict
from wardround.evidence.reading.quantities import amounts, folded
from wardround.evidence.reading.structure import Part, Structure
from wardround.evidence.reading.terms import Terms
from wardround.knowledge import KnowledgeBase

_GONE: Final = frozenset({"refuted", "entered-in-error"})
_ENDED: Final = frozenset(
    {"stop", "stopped", "discontinued", "ended", "resolved", "withheld", "withdrawn", "ceased", "avoid"}
)
_CLOSE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class FromMemory:
    """What memory says of a claim: the verdict, why, and by which fact. `exact`: by its value."""

    verdict: Verdict
    why: str
    fact: str
    exact: bool = False


def remembered(
    base: KnowledgeBase, terms: Terms, claim: Structure, facts: Sequence[Fact]
) -> FromMemory | None:
    """The verdict where every thing that the claim names is remembered, or one is remembered otherwise; None where not."""
    things = claim.of(Part.DRUG, Part.NAME)
    if not things or not facts:
        return None
    told: list[FromMemory] = []
    for thing in things:
        about = [
            fact
            for fact in facts
            if thing.key in _slugs(base, terms, fact) and _same_sort(claim, thing.part, fact)
        ]
        found = _one(claim, about)
        if found is None:
            return None if not told or all(t.verdict is Verdict.SUPPORTED for t in told) else told[0]
        if found.verdict is Verdict.REFUTED:
            return found
        told.append(found)
    return told[0]


def _slugs(base: KnowledgeBase, terms: Terms, fact: Fact) -> frozenset[str]:
    """Every id that a fact's concept means: its codes, and the names in its words."""
    coded = (
        coding.code
        if coding.system == WARDROUND
        else base.slug_for(coding.system, coding.code, coding.display)
        for coding in fact.concept.codings
    )
    return frozenset(filter(None, (*coded, *(slug for _, _, slug in terms.within(fact.concept.text)))))


def _same_sort(claim: Structure, part: Part, fact: Fact) -> bool:
    """An allergy to a drug is no use of it."""
    allergic = any(t.word.startswith(("allerg", "anaphyla", "hypersens")) for t in claim.tokens)
    if part is Part.DRUG:
        return (fact.kind == "allergy") == allergic
    return True


def _one(claim: Structure, about: Iterable[Fact]) -> FromMemory | None:
    """What the facts about one thing say: any that agrees is enough, since a value may have been measured twice."""
    verdicts = [v for fact in about if (v := _weigh(claim, fact)) is not None]
    for wanted in (Verdict.SUPPORTED, Verdict.REFUTED):
        for one in verdicts:
            if one.verdict is wanted:
                return one
    return None


def _weigh(claim: Structure, fact: Fact) -> FromMemory | None:
    if fact.status == "entered-in-error":
        return None
    denied = len(claim.of(Part.NEGATION)) % 2 == 1
    is_so = fact.status not in _GONE and fact.value is not False
    past = fact.status == "resolved" and not any(
        t.word in ("had", "past", "previous", "previously", "history") for t in claim.tokens
    )
    told = f"{fact.kind} '{fact.concept.text}' is {fact.status}"
    if isinstance(fact.value, Quantity) and claim.of(Part.QUANTITY):
        return _value(claim, fact, fact.value)
    if any(t.word in _ENDED for t in claim.tokens):
        ended = fact.status == "resolved" and not denied
        return FromMemory(Verdict.SUPPORTED, told, fact.id) if ended else None
    if past and not denied:
        return None
    so = Verdict.SUPPORTED if is_so != denied else Verdict.REFUTED
    return FromMemory(so, told, fact.id)


def _value(claim: Structure, fact: Fact, value: Quantity) -> FromMemory | None:
    """The claim's numbers beside the remembered one, in its own unit."""
    own = amounts(f"{value.value:.10g} {_written(value.unit)}".lower())
    stated = [a for a in amounts(folded(claim.text)) if own and a.dimension in (own[0].dimension, "")]
    if not own or not stated:
        return None
    told = f"{fact.kind} '{fact.concept.text}' is {value.value:g} {value.unit}"
    for one in stated:
        known = own[0].low if one.dimension else value.value
        if abs(one.low - known) <= _CLOSE * max(1.0, abs(known)):
            return FromMemory(Verdict.SUPPORTED, told, fact.id, exact=True)
    return FromMemory(Verdict.REFUTED, told, fact.id, exact=True)


def _written(unit: str) -> str:
    return {"mm[Hg]": "mmHg", "Cel": "celsius", "[iU]": "iu"}.get(unit, unit).replace("{1.73_m2}", "1.73m2")
