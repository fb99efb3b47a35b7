"""Which category a fact belongs to that not everybody needs to see, and what is left of it when that is withheld."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import get_args

from wardround.clinical import ICD10, Coding, Concept, Fact
from wardround.knowledge import KnowledgeBase, Sensitivity
from wardround.memory.sensitive_terms import (
    CATEGORY_NAMES,
    CODES,
    DRUG_CLASSES,
    DRUG_WORDS,
    ICD10_BLOCKS,
    SPECIALTIES,
    TESTS,
    WORDS,
)
from wardround.memory.vocabulary import PREGNANCY, Vocabulary, dictionary

Categories = frozenset[Sensitivity]
CATEGORIES: tuple[Sensitivity, ...] = get_args(Sensitivity)
NONE: Categories = frozenset()
SHOWN_ALWAYS = ("allergy", "directive")
"""Kinds that nobody treats without; what they say beside it can be withheld."""
IN_SENTENCES = ("summary", "plan", "settlement")
"""Kinds whose words are sentences, of which some may be withheld."""
WITHHELD = "[withheld]"
"""Stands where words were cut out. It does not say of which category they were: that would say what a drug is for."""
_CLAUSE = re.compile(r"([;,()]|\.(?=\s|$)|\n)")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n")
_REASON = re.compile(r"\s*\b(?:for|because of|due to|in|to treat|against|given|as|on account of)\b", re.I)
_QUOTED = re.compile('[“”«»"「」]')


@dataclass(frozen=True, slots=True)
class Marks:
    """The categories of what a fact is about, and of what else it says."""

    about: Categories
    beside: Categories

    @property
    def all(self) -> Categories:
        """Both."""
        return self.about | self.beside


NO_MARKS = Marks(NONE, NONE)


def marks_of(fact: Fact, vocabulary: Vocabulary) -> Marks:
    """The categories of a fact: by its codes, by what it is in the knowledge base, and by its words."""
    about, free = _about(vocabulary.base, fact.concept, fact.kind, vocabulary.meaning(fact).slugs)
    said = _said(fact, free)
    beside = frozenset().union(*(words_of(text, vocabulary) for text in said)) if said else NONE
    return Marks(about, beside) if about or beside else NO_MARKS


def _said(fact: Fact, free: bool) -> list[str]:
    """What a fact says beside what it is about. A drug's or an allergy's own words may hold the reason."""
    said = [fact.detail, fact.source.quote]
    if isinstance(fact.value, str):
        said.append(fact.value)
    if free:
        said.append(fact.concept.text)
    return [text for text in said if text]


@lru_cache(maxsize=65_536)
def _about(
    base: KnowledgeBase, concept: Concept, kind: str, slugs: tuple[str, ...]
) -> tuple[Categories, bool]:
    """The categories of a concept, and whether its words are looked at as words said beside it."""
    if kind in SHOWN_ALWAYS or kind in IN_SENTENCES or PREGNANCY in slugs:
        return NONE, True
    if kind in ("drug", "response"):
        return frozenset(_of_drug(base, concept, slugs)), True
    texts = (concept.text, *(c.display for c in concept.codings))
    found = {category for text in texts for category in _words(text)}
    found |= {category for text in texts for category in _phrases(text, base)}
    found |= {category for coding in concept.codings for category in _coded(coding)}
    found |= {category for slug in slugs for category in _of_entry(base, slug)}
    return frozenset(found), False


def _of_drug(base: KnowledgeBase, concept: Concept, slugs: Iterable[str]) -> Iterator[Sensitivity]:
    text = " ".join((concept.text, *(c.display for c in concept.codings)))
    yield from (category for category, pattern in DRUG_WORDS.items() if pattern.search(text))
    classes = {c for slug in slugs if slug in base.drugs for c in base.classes_of(slug)}
    yield from (category for name, category in DRUG_CLASSES.items() if name in classes)


def _coded(coding: Coding) -> Iterator[Sensitivity]:
    if (found := CODES.get((coding.system, coding.code))) is not None:
        yield found
    if coding.system.startswith(ICD10) and (block := _icd10(coding.code)) is not None:
        yield block


def _icd10(code: str) -> Sensitivity | None:
    """The category of the first block that holds a code, whatever it says beyond the block's own codes."""
    said = code.strip().upper()
    for first, last, category in ICD10_BLOCKS:
        if first <= said[: len(first)] <= last:
            return category
    return None


def _of_entry(base: KnowledgeBase, slug: str) -> Iterator[Sensitivity]:
    if slug in base.findings:
        own = base.findings[slug].sensitivity
        if own is not None and slug != PREGNANCY:
            yield own
    elif slug in TESTS:
        yield TESTS[slug]
    elif (condition := base.conditions.get(slug) or base.alternatives.get(slug)) is not None:
        coded = [_icd10(code.code) for code in condition.icd10]
        found = {c for c in coded if c is not None}
        specialty = SPECIALTIES.get(getattr(condition, "specialty", ""))
        yield from found or ({specialty} if specialty else ())


# --- words -------------------------------------------------------------------------------------------------


def words_of(text: str, vocabulary: Vocabulary) -> Categories:
    """The categories that a text touches."""
    return _words(text) | _phrases(text, vocabulary.base)


@lru_cache(maxsize=65_536)
def _words(text: str) -> Categories:
    return frozenset(category for category, pattern in WORDS.items() if pattern.search(text))


@lru_cache(maxsize=65_536)
def _phrases(text: str, base: KnowledgeBase) -> Categories:
    """Names of two words or more that the base has for what is sensitive: how people say it."""
    return frozenset(
        category
        for name, slugs in dictionary(base).spans_in(text)
        if len(name) > 1
        for slug in slugs
        for category in _of_entry(base, slug)
    )


def names_of(categories: Iterable[Sensitivity]) -> str:
    """`mental health, HIV`."""
    return ", ".join(CATEGORY_NAMES[c] for c in CATEGORIES if c in frozenset(categories))


# --- what is left -------------------------------------------------------------------------------------------


def without(fact: Fact, hidden: Categories, vocabulary: Vocabulary, *, drugs: bool = True) -> Fact | None:
    """What is left of a fact when these categories are withheld; None where nothing may be seen.

    A drug stays with its dose and without its reason (unless `drugs` is False), a summary without its sentences.
    """
    marks = marks_of(fact, vocabulary)
    if not marks.all & hidden:
        return fact
    if marks.about & hidden and not (drugs and fact.kind in ("drug", "response")):
        return None
    if fact.kind in IN_SENTENCES:
        return _sentences(fact, hidden, vocabulary)
    return replace(
        fact,
        concept=_plain_concept(fact.concept, hidden, vocabulary),
        detail=_clauses(fact.detail, hidden, vocabulary),
        value=_clauses(fact.value, hidden, vocabulary) if isinstance(fact.value, str) else fact.value,
        source=replace(fact.source, quote=""),
    )


def _sentences(fact: Fact, hidden: Categories, vocabulary: Vocabulary) -> Fact | None:
    """Sentences that say nothing of it, without what the patient was quoted with, which may say it in other words."""
    kept = [
        sentence
        for sentence in _SENTENCE.split(fact.concept.text)
        if sentence and not words_of(sentence, vocabulary) & hidden and not _QUOTED.search(sentence)
    ]
    detail = _clauses(fact.detail, hidden, vocabulary)
    if not kept:
        return None
    text = f"{' '.join(kept)} {WITHHELD}"
    value = _clauses(fact.value, hidden, vocabulary) if isinstance(fact.value, str) else fact.value
    source = replace(fact.source, quote="")
    return replace(fact, concept=Concept(text, ()), detail=detail, value=value, source=source)


def _plain_concept(concept: Concept, hidden: Categories, vocabulary: Vocabulary) -> Concept:
    codings = tuple(
        replace(c, display=_clauses(c.display, hidden, vocabulary, keep_first=True)) for c in concept.codings
    )
    return Concept(_clauses(concept.text, hidden, vocabulary, keep_first=True), codings)


def _clauses(text: str, hidden: Categories, vocabulary: Vocabulary, *, keep_first: bool = False) -> str:
    """A text with the clauses cut out that say it: whole, or from the word that gives the reason. `keep_first` leaves
    the first clause's beginning, which is the name of what is shown."""
    if not words_of(text, vocabulary) & hidden:
        return text
    parts = _CLAUSE.split(text)
    said: list[str] = []
    for place, part in enumerate(parts):
        if place % 2 or not words_of(part, vocabulary) & hidden:
            said.append(part)
        elif (head := _head(part, hidden, vocabulary)) or (keep_first and place == 0):
            said.append(head or part)
    if words_of(joined := "".join(said), vocabulary) & hidden and not keep_first:
        joined = ""
    return f"{joined.strip(' ;,.()')} {WITHHELD}".strip()


def _head(clause: str, hidden: Categories, vocabulary: Vocabulary) -> str:
    """What stands before the reason, where that says nothing of it."""
    heads = (clause[: found.start()] for found in _REASON.finditer(clause))
    return max((h for h in heads if h.strip() and not words_of(h, vocabulary) & hidden), key=len, default="")
