"""The knowledge base in memory: frozen mappings by id, and the look-ups that the other rooms need.

`load()` gives the shipped base, once per process; `load_from(directory)` gives any other.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from wardround.knowledge.cache import compiled
from wardround.knowledge.errors import UnknownEntityError
from wardround.knowledge.loader import DATA_DIR, read_sources
from wardround.knowledge.names import Names, compile_names
from wardround.knowledge.schema import (
    Alternative,
    Analyte,
    Condition,
    Course,
    CrossReactivity,
    Drug,
    DrugClass,
    Finding,
    Graded,
    Interaction,
    Provenance,
    RedFlag,
    Source,
    Test,
)
from wardround.knowledge.schema_file import KnowledgeFile
from wardround.knowledge.schema_guidance import Guidance

_SEVERITY: Final = {"contraindicated": 0, "major": 1, "moderate": 2}

Entity = (
    Finding
    | Test
    | Analyte
    | Condition
    | Alternative
    | DrugClass
    | Drug
    | CrossReactivity
    | Interaction
    | RedFlag
)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)


def _by_id(items: Iterable[T]) -> Mapping[str, T]:
    return MappingProxyType({item.id: item for item in items})


@dataclass(frozen=True, eq=False)
class KnowledgeBase:
    """One version of the base. Frozen; compared and hashed by identity, so that tables can be cached for it."""

    version: str
    """Digest of the YAML it was read from."""
    content: KnowledgeFile = field(repr=False)
    cache: str = "memory"
    """What became of the compiled cache: `read PATH`, `written PATH` or `memory: why`."""

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return _by_id(self.content.sources)

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        return _by_id(self.content.findings)

    @cached_property
    def tests(self) -> Mapping[str, Test]:
        return _by_id(self.content.tests)

    @cached_property
    def analytes(self) -> Mapping[str, Analyte]:
        return _by_id(analyte for test in self.content.tests for analyte in test.analytes)

    @cached_property
    def conditions(self) -> Mapping[str, Condition]:
        """Those that are inferred."""
        return _by_id(self.content.conditions)

    @cached_property
    def alternatives(self) -> Mapping[str, Alternative]:
        """Those that are named, not inferred."""
        return _by_id(self.content.alternatives)

    @cached_property
    def classes(self) -> Mapping[str, DrugClass]:
        return _by_id(self.content.classes)

    @cached_property
    def drugs(self) -> Mapping[str, Drug]:
        return _by_id(self.content.drugs)

    @cached_property
    def cross_reactivity(self) -> Mapping[str, CrossReactivity]:
        return _by_id(self.content.cross_reactivity)

    @cached_property
    def interactions(self) -> Mapping[str, Interaction]:
        return _by_id(self.content.interactions)

    @cached_property
    def red_flags(self) -> Mapping[str, RedFlag]:
        return _by_id(self.content.red_flags)

    @cached_property
    def courses(self) -> Mapping[str, Course]:
        """How chronic conditions go on, by the condition."""
        return MappingProxyType({course.condition: course for course in self.content.courses})

    @cached_property
    def guidance(self) -> Mapping[str, Guidance]:
        """Quotable passages."""
        return _by_id(self.content.guidance)

    @cached_property
    def names(self) -> Names:
        return compile_names(self.content)

    @cached_property
    def _entities(self) -> Mapping[str, Entity]:
        kinds: tuple[Mapping[str, Entity], ...] = (
            self.findings, self.tests, self.analytes, self.conditions, self.alternatives, self.classes,
            self.drugs, self.cross_reactivity, self.interactions, self.red_flags,
        )  # fmt: skip
        return MappingProxyType({key: entity for kind in kinds for key, entity in kind.items()})

    @cached_property
    def _children(self) -> Mapping[str, tuple[str, ...]]:
        below: dict[str, list[str]] = defaultdict(list)
        for finding in self.content.findings:
            if finding.parent is not None:
                below[finding.parent].append(finding.id)
        return {parent: tuple(ids) for parent, ids in below.items()}

    @cached_property
    def _tests_of(self) -> Mapping[str, str]:
        return {analyte.id: test.id for test in self.content.tests for analyte in test.analytes}

    @cached_property
    def _expanded(self) -> Mapping[str, tuple[str, ...]]:
        return {drug.id: (drug.id, *self._with_ancestors(drug.classes)) for drug in self.content.drugs}

    @cached_property
    def _interactions_of(self) -> Mapping[tuple[str, str], tuple[Interaction, ...]]:
        pairs: dict[tuple[str, str], list[Interaction]] = defaultdict(list)
        for item in self.content.interactions:
            a, b = item.between
            for key in {(a, b), (b, a)}:
                pairs[key].append(item)
        return {key: tuple(items) for key, items in pairs.items()}

    def __contains__(self, slug: object) -> bool:
        return slug in self._entities

    def entity(self, slug: str) -> Entity:
        """Whatever has this id. Raises UnknownEntityError."""
        try:
            return self._entities[slug]
        except KeyError:
            raise UnknownEntityError(f"{slug}: not in the knowledge base: use an id that it holds") from None

    def named(self, slug: str) -> str:
        """The name of whatever has this id."""
        entity = self.entity(slug)
        return (
            f"{self.named(entity.between[0])} with {self.named(entity.between[1])}"
            if isinstance(entity, Interaction)
            else entity.name
        )

    def children(self, finding: str) -> tuple[str, ...]:
        """Findings asked only where this one is present."""
        return self._children.get(finding, ())

    def test_of(self, analyte: str) -> str:
        """The test that measures an analyte."""
        try:
            return self._tests_of[analyte]
        except KeyError:
            raise UnknownEntityError(f"{analyte}: no test measures it: use an analyte's id") from None

    def classes_of(self, drug: str) -> tuple[str, ...]:
        """A drug's classes and their ancestors, nearest first."""
        return self._expansion(drug)[1:]

    def members(self, drug_class: str) -> tuple[str, ...]:
        """The drugs of a class and of its subclasses."""
        return tuple(drug for drug, own in self._expanded.items() if drug_class in own[1:])

    def drug_by_name(self, text: str) -> Drug | None:
        """The drug that a text names: a name, a brand, or a product such as `Lisinopril 10 MG Oral Tablet`."""
        found = self.names.drugs_in(text)
        return self.drugs[found[0]] if found else None

    def slug_for(
        self, system: str | None, code: str | None, display: str = "", kinds: Iterable[str] | None = None
    ) -> str | None:
        """The id that a code or its display means; see `Names.slug_for`."""
        return self.names.slug_for(system, code, display, kinds)

    def interactions_between(self, drug_a: str, drug_b: str) -> tuple[Interaction, ...]:
        """What is known of two different drugs or of their classes, exceptions left out, the most severe first."""
        a, b = self._expansion(drug_a), self._expansion(drug_b)
        if drug_a == drug_b:
            return ()
        both = {*a, *b}
        found = {
            item.id: item
            for one in a
            for other in b
            for item in self._interactions_of.get((one, other), ())
            if both.isdisjoint(item.exceptions)
        }
        return tuple(sorted(found.values(), key=lambda item: (_SEVERITY[item.severity], item.id)))

    def provenance(self, entity: Entity, item: Graded | None = None) -> Provenance:
        """Source and grade of an item, falling back on what its entity states once."""
        default = getattr(entity, "default", None)
        source = (
            (item.source if item else None) or getattr(entity, "source", None) or (default and default.source)
        )
        grade = (
            (item.grade if item else None) or getattr(entity, "grade", None) or (default and default.grade)
        )
        if source is None or grade is None:
            raise UnknownEntityError(f"{entity.id}: names no source and grade: give both")
        return Provenance(source=source, grade=grade)

    def _expansion(self, drug: str) -> tuple[str, ...]:
        try:
            return self._expanded[drug]
        except KeyError:
            raise UnknownEntityError(f"{drug}: not a drug of the knowledge base: use a drug's id") from None

    def _with_ancestors(self, classes: Iterable[str]) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        level = list(classes)
        while level:
            seen.update(dict.fromkeys(level))
            parents = (self.classes[c].parent for c in level if c in self.classes)
            level = [p for p in parents if p is not None and p not in seen]
        return tuple(seen)


def load_from(directory: Path) -> KnowledgeBase:
    """A base from a folder of YAML, through the compiled cache. Raises KnowledgeInvalidError."""
    sources = read_sources(directory)
    result = compiled(sources)
    return KnowledgeBase(sources.digest, result.content, result.cache)


@functools.cache
def load() -> KnowledgeBase:
    """The shipped base, read once per process."""
    return load_from(DATA_DIR)
