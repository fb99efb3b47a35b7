"""To what an allergy on a record is: by code, by words, by words misspelt; and which problems are allergies.

The names that stand beside SNOMED codes were looked up: HealthVault's list SnomedAllergies_Filtered (Jan 2010), the
cross-references of the Disease Ontology (294505008), and the published examples of HL7's International Patient
Summary and Nictiz (764146007, 373270004, 372687004). RxNorm: the registry's list of ingredients.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from wardround.care.allergen_codes import RXNORM_NAMES, SNOMED_NAMES, Z88_NAMES
from wardround.clinical import RXNORM, SNOMED, Concept
from wardround.knowledge import KnowledgeBase

BETA_LACTAM = re.compile(r"\bbeta[\s-]*lactams?\b|β-?\s?lactams?\b", re.I)
BETA_LACTAMS = (
    "allergy.penicillins",
    "allergy.cephalosporins",
    "allergy.aminocephalosporins",
    "allergy.carbapenems",
)
_IS_ONE = re.compile(
    r"\ballerg(?:y|ies)\b.*?\bto\b|\ballergic (?:reaction )?to\b|\ballerg(?:y|ies)\b\s*(?:\([a-z ]+\))?\s*$"
    r"|\banaphyla\w+ (?:due )?to\b|\bhypersensitivity to\b",
    re.I,
)
_IS_NONE = re.compile(
    r"\b(?:no|not|nil|denies|without|family|screening|excluded|ruled out|refuted)\b|de-?label", re.I
)
_IN_THE_AIR = re.compile(
    r"\b(?:season\w*|pollens?|hay ?fever|dust|mites?|environmental|animals?|pets?)\b", re.I
)
_FOOD = re.compile(r"\bfoods?\b", re.I)
_WORD = re.compile(r"[^\W\d_]{7,40}")


def is_allergy(concept: Concept) -> bool:
    """Whether an entry of a problem list says that the patient is allergic to something."""
    said = _words(concept)
    if any(_IS_NONE.search(text) for text in said):
        return False
    coded = any(
        _named(c.system, c.code) for c in concept.codings if c.system == SNOMED or "icd-10" in c.system
    )
    return (
        coded
        or any(c.code.startswith("Z88") for c in concept.codings if "icd-10" in c.system)
        or any(_IS_ONE.search(text) for text in said)
    )


def name_of(concept: Concept) -> str:
    """The record's own words, or what its code is called where it gives nothing but the code."""
    codes = {c.code for c in concept.codings}
    named = [n for c in concept.codings if (n := _named(c.system, c.code))]
    return named[0] if named and concept.text in ("", *codes) else concept.text


def category_of(concept: Concept) -> str | None:
    """Food or environment where an allergy's own words say so and name nothing else."""
    said = " ".join(_words(concept))
    return "food" if _FOOD.search(said) else "environment" if _IN_THE_AIR.search(said) else None


def allergens(base: KnowledgeBase, concept: Concept) -> tuple[str, ...]:
    """The drugs and cross-reactivity groups that an allergy's codes and words name, in the base's ids."""
    named = [n for c in concept.codings if (n := _named(c.system, c.code))]
    text = " . ".join((*_words(concept), *named))
    names = base.names
    return (*names.drugs_in(text), *names.allergies_in(text)) or _misspelt(base, text)


def _words(concept: Concept) -> tuple[str, ...]:
    return tuple(w for w in (concept.text, *(c.display for c in concept.codings)) if w)


def _named(system: str, code: str) -> str | None:
    """What a code is called, where a record gives the code alone."""
    if system == SNOMED:
        return SNOMED_NAMES.get(code)
    if system == RXNORM:
        return RXNORM_NAMES.get(code)
    return Z88_NAMES.get(code.replace(".", "")[:4]) if "icd-10" in system else None


def _misspelt(base: KnowledgeBase, text: str) -> tuple[str, ...]:
    """Long words that are one letter (two in nine letters and more) from one allergen only."""
    found = [slug for word in _WORD.findall(text[:400].casefold()) if (slug := _nearest(base, word))]
    return tuple(dict.fromkeys(found))


def _nearest(base: KnowledgeBase, word: str) -> str | None:
    from rapidfuzz.distance import DamerauLevenshtein

    furthest = 2 if len(word) >= 9 else 1
    near: dict[int, set[str]] = {}
    for name, slug in _single(base.names.by_name["drug"].items(), base.names.by_name["allergy"].items()):
        distance = DamerauLevenshtein.distance(word, name, score_cutoff=furthest)
        if distance <= furthest:
            near.setdefault(distance, set()).add(slug)
    best = near[min(near)] if near else set()
    drugs = {slug for slug in best if slug.startswith("drug.")} or best
    return next(iter(drugs)) if len(drugs) == 1 else None


def _single(*tables: Iterable[tuple[tuple[str, ...], str]]) -> Iterable[tuple[str, str]]:
    return (
        (name[0], slug) for table in tables for name, slug in table if len(name) == 1 and len(name[0]) >= 7
    )
