"""From a record's codes and words to the base's ids: exact codes first, then names, then ingredients in a product name.

Nothing is guessed: words match whole, spelling is not mended, and where two different entities of the first kind
that matches share a name, the one whose own name it is wins over the one that lists it as a synonym.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wardround.clinical import ICD10, LOINC, RXNORM, SNOMED, WARDROUND
from wardround.knowledge.schema import Alternative, Code, Condition
from wardround.knowledge.schema_file import KnowledgeFile

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_TAG: Final = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|substance|product|event|observable entity)\)\s*$"
)
_ORDER: Final = ("condition", "drug", "test", "analyte", "finding", "allergy", "class")
"""Which kind of entity a bare name means first; alternatives are conditions."""
_ORDER_OF: Final = {RXNORM: ("drug",), LOINC: ("analyte", "finding", "test")}
"""Drug codes mean drugs, and a LOINC number is an observation: the analyte `glucose` rather than its test."""


def words(text: str) -> tuple[str, ...]:
    """Casefolded words and numbers; punctuation only separates."""
    return tuple(_WORD.findall(text.casefold()))


@dataclass(frozen=True, slots=True)
class Names:
    """Tables of names and codes. `by_name` maps a kind (`drug`) to words to ids, the entity's own name first."""

    by_name: Mapping[str, Mapping[tuple[str, ...], str]]
    by_code: Mapping[tuple[str, str], str]
    known: frozenset[str]

    def slug_for(
        self, system: str | None, code: str | None, display: str = "", kinds: Iterable[str] | None = None
    ) -> str | None:
        """The entity that a code means, or else that its display names; None where the base holds neither.

        `kinds` limits to namespaces such as `condition`, `drug`, `finding`. A drug's product name resolves to its
        ingredient; of a product with several that the base holds apart, the first (see `drugs_in`).
        """
        wanted = tuple(kinds) if kinds is not None else None
        found = self._coded(system, code)
        if found is not None and (wanted is None or found.partition(".")[0] in wanted):
            return found
        return self._named(system, display, wanted)

    def drugs_in(self, text: str) -> tuple[str, ...]:
        """Every drug named in the text, in order; a combination that the base holds counts once, as itself."""
        return self._within("drug", words(text))

    def allergies_in(self, text: str) -> tuple[str, ...]:
        """Every cross-reactivity group whose allergen words the text holds."""
        return self._within("allergy", words(text))

    def _coded(self, system: str | None, code: str | None) -> str | None:
        if not system or not code:
            return None
        if system == WARDROUND:
            return code if code in self.known else None
        if system != ICD10:
            return self.by_code.get((system, code))
        for end in range(len(code), 2, -1):  # a more specific code than ours is still ours
            if (found := self.by_code.get((ICD10, code[:end].rstrip(".")))) is not None:
                return found
        return None

    def _named(self, system: str | None, display: str, wanted: tuple[str, ...] | None) -> str | None:
        key = words(_TAG.sub("", display))
        if not key:
            return None
        order = _ORDER_OF.get(system or "", _ORDER)
        for kind in order:
            if wanted is not None and kind not in wanted:
                continue
            if (found := self.by_name[kind].get(key)) is not None:
                return found
        if (
            "drug" in order
            and (wanted is None or "drug" in wanted)
            and (system == RXNORM or wanted == ("drug",))
        ):
            return next(iter(self.drugs_in(display)), None)
        return None

    def _within(self, kind: str, text: tuple[str, ...]) -> tuple[str, ...]:
        """Names within a text. A name of several words may have others between its words (`250 MG /`)."""
        table, found = self.by_name[kind], []
        place = {word: i for i, word in reversed(list(enumerate(text)))}
        for name, slug in table.items():
            if all(word in place for word in name):
                found.append((frozenset(name), min(place[w] for w in name), slug))
        kept = [(at, slug) for name, at, slug in found if not any(name < other for other, _, _ in found)]
        return tuple(dict.fromkeys(slug for _, slug in sorted(kept)))


def compile_names(content: KnowledgeFile) -> Names:
    """The tables of a base. An entity's own name is entered before anybody's synonyms."""
    entries = list(_entries(content))
    tables: dict[str, dict[tuple[str, ...], str]] = {kind: {} for kind in _ORDER}
    for own in (True, False):
        for slug, first, others in entries:
            table = tables.get(slug.partition(".")[0], {})
            for name in (first,) if own else others:
                if key := words(name):
                    table.setdefault(key, slug)
    codes: dict[tuple[str, str], str] = {}
    for system, code, slug in _codes(content):
        codes.setdefault((system, code.code), slug)
    return Names(tables, codes, frozenset(slug for slug, _, _ in entries))


def _entries(content: KnowledgeFile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Id, own name, other names."""
    for c in content.conditions:
        yield c.id, c.name, (c.lay_name, *c.synonyms, *(code.display for code in c.icd10))
    for a in content.alternatives:
        yield a.id, a.name, (*a.synonyms, *(code.display for code in a.icd10))
    for d in content.drugs:
        yield d.id, d.name, (*d.synonyms, *((d.rxnorm.display,) if d.rxnorm else ()))
    for t in content.tests:
        yield t.id, t.name, t.synonyms
        for analyte in t.analytes:
            yield analyte.id, analyte.name, analyte.synonyms
    for f in content.findings:
        yield f.id, f.name, (*f.clinical, *f.lay)
    for x in content.cross_reactivity:
        yield x.id, x.name, x.allergens
    for k in content.classes:
        yield k.id, k.name, k.synonyms


def _codes(content: KnowledgeFile) -> Iterator[tuple[str, Code, str]]:
    conditions: tuple[Condition | Alternative, ...] = (*content.conditions, *content.alternatives)
    for c in conditions:
        yield from ((ICD10, code, c.id) for code in c.icd10)
        yield from ((SNOMED, code, c.id) for code in c.snomed)
    for d in content.drugs:
        if d.rxnorm:
            yield RXNORM, d.rxnorm, d.id
    for t in content.tests:
        for system, code in ((LOINC, t.loinc), (SNOMED, t.snomed)):
            if code:
                yield system, code, t.id
        yield from ((LOINC, a.loinc, a.id) for a in t.analytes if a.loinc)
    for f in content.findings:
        for system, code in ((LOINC, f.loinc), (SNOMED, f.snomed)):
            if code:
                yield system, code, f.id
    for x in content.cross_reactivity:
        yield from ((SNOMED, code, x.id) for code in x.snomed)
