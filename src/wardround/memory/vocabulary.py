"""What a fact means in the knowledge base's terms, and every other name it may be called by: classes, brands, lay words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from wardround.clinical import LOINC, SNOMED, WARDROUND, Concept, Fact, analyte_slug
from wardround.knowledge import Alternative, Condition, KnowledgeBase, load
from wardround.memory.asking.other_names import other_names

KINDS_OF = {
    "problem": ("condition", "finding"),
    "drug": ("drug",),
    "response": ("drug",),
    "result": ("analyte", "finding", "test"),
    "finding": ("finding",),
    "allergy": ("allergy", "drug", "class"),
    "social": ("finding",),
    "procedure": ("test",),
}
"""What kinds of entry a fact of each kind can mean. Others are words alone."""
PREGNANCY_WORDS = frozenset(("pregnant", "pregnancy", "normal pregnancy", "normal pregnancy (finding)"))
PREGNANCY_SNOMED = "72892002"
PREGNANCY = "finding.pregnancy"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LONGEST_NAME = 8
_TABLES = ("condition", "drug", "class", "analyte", "test", "finding", "allergy")
_MEANING_KEPT = 65_536


@dataclass(frozen=True, slots=True)
class Meaning:
    """`slugs` are the base's entries that a concept is, the first its own; `wider` what these belong to (a drug's
    classes, an analyte's test); `names` what else they are called, `uses` what a drug is given for."""

    slugs: tuple[str, ...] = ()
    wider: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()

    @property
    def slug(self) -> str | None:
        """The entry that it is, or None where the base does not know it."""
        return self.slugs[0] if self.slugs else None


@dataclass(frozen=True)
class Vocabulary:
    """One knowledge base, seen as a dictionary. What it has looked up it keeps: records repeat their concepts."""

    base: KnowledgeBase

    def meaning(self, fact: Fact) -> Meaning:
        """What a fact is about, in the base's terms."""
        return self._meaning(fact.concept, fact.kind)

    def slug(self, concept: Concept, kind: str) -> str | None:
        """The base's own id of what a record names: by its code, then by its words. None where it is not known."""
        return self._meaning(concept, kind).slug

    def entries_in(self, text: str) -> tuple[str, ...]:
        """Every entry that a text names, in order: the longest names win, and a name may mean several entries."""
        said = words(text)
        found: dict[str, None] = {}
        at = 0
        while at < len(said):
            end, slugs = self._longest(said, at)
            found.update(dict.fromkeys(slugs))
            at = end
        return tuple(found)

    def spans_in(self, text: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Every name in a text, as its words, with the entries that it may mean."""
        said = words(text)
        at = 0
        while at < len(said):
            end, slugs = self._longest(said, at)
            if slugs:
                yield said[at:end], slugs
            at = end

    @cached_property
    def _meaning(self) -> _Meanings:
        return _Meanings(self.base)

    def _longest(self, said: tuple[str, ...], at: int) -> tuple[int, tuple[str, ...]]:
        table = self._names
        for end in range(min(len(said), at + _LONGEST_NAME), at, -1):
            name = said[at:end]
            slugs = table.get(name) or table.get((*name[:-1], singular(name[-1])))
            if slugs:
                return end, slugs
        return at + 1, ()

    @cached_property
    def _names(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        together: dict[tuple[str, ...], dict[str, None]] = {}
        for kind in _TABLES:
            for name, slug in self.base.names.by_name[kind].items():
                together.setdefault(name, {})[slug] = None
        return {name: tuple(slugs) for name, slugs in together.items()}


@lru_cache(maxsize=8)
def dictionary(base: KnowledgeBase) -> Vocabulary:
    """The dictionary of a base, made once."""
    return Vocabulary(base)


@cache
def shipped() -> Vocabulary:
    """The dictionary of the shipped knowledge base."""
    return dictionary(load())


def words(text: str) -> tuple[str, ...]:
    """Words and numbers as the base's names are kept: casefolded; punctuation only separates."""
    return tuple(_WORD.findall(text.casefold()))


def singular(word: str) -> str:
    """A word without the ending of its plural, as far as English tells it by the ending."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


class _Meanings:
    """Meanings of concepts, each worked out once."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._found = lru_cache(maxsize=_MEANING_KEPT)(self._find)

    def __call__(self, concept: Concept, kind: str) -> Meaning:
        return self._found(concept, kind)

    def _find(self, concept: Concept, kind: str) -> Meaning:
        slugs = tuple(dict.fromkeys(self._slugs(concept, kind)))
        wider = tuple(dict.fromkeys(w for slug in slugs for w in self._wider(slug)))
        names = (*self._called(slugs, wider), *(n for c in concept.codings for n in _also(c.system, c.code)))
        uses = (use for slug in slugs for use in self._for(slug))
        return Meaning(slugs, wider, tuple(dict.fromkeys(names)), tuple(dict.fromkeys(uses)))

    def _slugs(self, concept: Concept, kind: str) -> Iterator[str]:
        kinds = KINDS_OF.get(kind)
        if kinds is None:
            yield from (c.code for c in concept.codings if c.system == WARDROUND and c.code in self._base)
            return
        if kind == "problem" and is_pregnancy(concept):
            yield PREGNANCY
        for coding in concept.codings:
            slug = analyte_slug(coding.code) if kind == "result" and coding.system == LOINC else None
            if slug in self._base.names.known:
                yield str(slug)
            elif found := self._base.slug_for(coding.system, coding.code, coding.display, kinds):
                yield found
        if kinds == ("drug",):
            yield from self._drugs(concept.text)
        elif found := self._base.slug_for(None, None, concept.text, kinds):
            yield found

    def _drugs(self, text: str) -> tuple[str, ...]:
        """The drug of this name, or every drug that is named in a product's."""
        names = self._base.names
        known = names.by_name["drug"].get(words(text))
        return (known,) if known is not None else names.drugs_in(text)

    def _wider(self, slug: str) -> Iterable[str]:
        base = self._base
        if slug in base.drugs:
            return base.classes_of(slug)
        if slug in base.analytes:
            return (base.test_of(slug),)
        if slug in base.findings:
            return self._above(slug)
        return ()

    def _above(self, finding: str) -> Iterator[str]:
        parent = self._base.findings[finding].parent
        while parent is not None:
            yield parent
            parent = self._base.findings[parent].parent

    def _called(self, slugs: Iterable[str], wider: Iterable[str]) -> Iterator[str]:
        for slug in (*slugs, *wider):
            entry = self._base.entity(slug)
            yield getattr(entry, "name", "")
            yield from getattr(entry, "synonyms", ())
            if isinstance(entry, Condition):
                yield entry.lay_name
            yield from getattr(entry, "clinical", ())[:4]
            yield from getattr(entry, "lay", ())[:4]

    def _for(self, slug: str) -> Iterator[str]:
        """What a drug is given for, in its doses and in the management of conditions."""
        if slug not in self._base.drugs:
            return
        for condition in _treats(self._base).get(slug, ()):
            entry = self._base.conditions[condition]
            yield entry.name
            yield entry.lay_name


def _also(system: str, code: str) -> tuple[str, ...]:
    """What else people call what a record's code means."""
    return _names_of_codes().get((system, code), ())


@cache
def _names_of_codes() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for table in other_names().values():
        for name, codes in table.items():
            for code in codes:
                found.setdefault(code, {})[name] = None
    return {code: tuple(names) for code, names in found.items()}


@lru_cache(maxsize=8)
def _treats(base: KnowledgeBase) -> dict[str, tuple[str, ...]]:
    """The conditions in whose management each drug stands."""
    found: dict[str, dict[str, None]] = {}
    for condition in base.conditions.values():
        for line in condition.management:
            if line.regimen is not None:
                found.setdefault(line.regimen.drug, {})[condition.id] = None
    for drug in base.drugs.values():
        for dose in drug.doses:
            if dose.indication in base.conditions:
                found.setdefault(drug.id, {})[dose.indication] = None
    return {drug: tuple(conditions) for drug, conditions in found.items()}


def treated_by(vocabulary: Vocabulary, drug: str) -> tuple[str, ...]:
    """The conditions that the base gives a drug for."""
    return _treats(vocabulary.base).get(drug, ())


def is_pregnancy(concept: Concept) -> bool:
    """Whether a problem is a pregnancy that goes as it should; one outside the womb has an entry of its own."""
    said = {concept.text.lower(), *(c.display.lower() for c in concept.codings)}
    return not said.isdisjoint(PREGNANCY_WORDS) or concept.code(SNOMED) == PREGNANCY_SNOMED


def condition_of(vocabulary: Vocabulary, slug: str) -> Condition | Alternative | None:
    """The condition of an id, inferred or only named; None where it is none."""
    return vocabulary.base.conditions.get(slug) or vocabulary.base.alternatives.get(slug)
