"""What every check reads: the content, by id, and what a check finds wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pydantic import BaseModel

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

Named = (
    Finding
    | Test
    | Condition
    | Alternative
    | DrugClass
    | Drug
    | CrossReactivity
    | Interaction
    | RedFlag
    | Course
    | Guidance
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: which entity, which field, and what to do."""

    entity: str
    field: str
    fix: str


@dataclass(frozen=True)
class Draft:
    """Content that passed the schema and nothing more."""

    content: KnowledgeFile

    @cached_property
    def sources(self) -> dict[str, Source]:
        return {s.id: s for s in self.content.sources}

    @cached_property
    def findings(self) -> dict[str, Finding]:
        return {f.id: f for f in self.content.findings}

    @cached_property
    def tests(self) -> dict[str, Test]:
        return {t.id: t for t in self.content.tests}

    @cached_property
    def analytes(self) -> dict[str, Analyte]:
        return {a.id: a for t in self.content.tests for a in t.analytes}

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        return {c.id: c for c in self.content.conditions}

    @cached_property
    def named_conditions(self) -> set[str]:
        """Inferred conditions and alternatives."""
        return {*self.conditions, *(a.id for a in self.content.alternatives)}

    @cached_property
    def drugs(self) -> dict[str, Drug]:
        return {d.id: d for d in self.content.drugs}

    @cached_property
    def classes(self) -> dict[str, DrugClass]:
        return {c.id: c for c in self.content.classes}

    @cached_property
    def allergies(self) -> set[str]:
        return {x.id for x in self.content.cross_reactivity}

    def class_closure(self, drug: Drug) -> set[str]:
        """A drug's classes with their ancestors."""
        seen: set[str] = set()
        level = list(drug.classes)
        while level:
            one = level.pop()
            if one in seen:
                continue
            seen.add(one)
            if (entry := self.classes.get(one)) is not None and entry.parent:
                level.append(entry.parent)
        return seen

    def entities(self) -> Iterator[Named]:
        """Everything but the sources."""
        c = self.content
        kinds: tuple[tuple[Named, ...], ...] = (
            c.findings,
            c.tests,
            c.conditions,
            c.alternatives,
            c.classes,
            c.drugs,
            c.cross_reactivity,
            c.interactions,
            c.red_flags,
            c.courses,
            c.guidance,
        )
        for kind in kinds:
            yield from kind


def graded_items(entity: BaseModel, path: str = "") -> Iterator[tuple[str, Graded | Provenance]]:
    """Every item below an entity that may name a source, with its field path."""
    for name in type(entity).model_fields:
        value = getattr(entity, name)
        for i, item in enumerate(value if isinstance(value, tuple) else (value,)):
            if not isinstance(item, BaseModel):
                continue
            here = f"{path}{name}.{i}" if isinstance(value, tuple) else f"{path}{name}"
            if isinstance(item, Graded | Provenance):
                yield here, item
            yield from graded_items(item, f"{here}.")
