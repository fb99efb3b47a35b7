"""Does every value name its source, with a grade that the source can carry? And the share of each grade by kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel

from wardround.knowledge.checks.draft import Draft, Problem, graded_items
from wardround.knowledge.schema import (
    Adverse,
    Background,
    CourseEvent,
    CourseFactor,
    CoursePull,
    CourseReading,
    CourseRebound,
    CourseResponse,
    CourseRise,
    CourseSign,
    CourseVariable,
    CrossReactivity,
    Drug,
    Graded,
    Manifestation,
    Normal,
    Prevalence,
    Provenance,
    Risk,
    TestEffect,
)

GUESSED: Final = "clinician_estimate"
_MAY_BE_ESTIMATED: Final = (
    Adverse,
    Background,
    CourseEvent,
    CourseFactor,
    CoursePull,
    CourseReading,
    CourseRebound,
    CourseResponse,
    CourseRise,
    CourseSign,
    CourseVariable,
    Manifestation,
    Normal,
    Prevalence,
    Risk,
    TestEffect,
)
"""Numbers for inference and simulation. All else is shown to somebody, or decides, and needs a source."""


def check_grades(draft: Draft) -> Iterator[Problem]:
    """Sources exist and carry their grades; what is shown to somebody (doses, red flags, `told`) is not estimated."""
    for entity in draft.entities():
        for field, item in graded_items(entity):
            if isinstance(item, Provenance):
                yield from _grade(draft, entity.id, field, item.source, item.grade)
                if field == "told" and item.grade == "estimated":
                    yield Problem(
                        entity.id, field, "may not be estimated: name a real source, or leave it out"
                    )
                continue
            source, grade = _effective(entity, item)
            if source is None or grade is None:
                yield Problem(entity.id, field, "names no source and grade, nor does its entity: give both")
                continue
            yield from _grade(draft, entity.id, field, source, grade)
            if grade == "estimated" and not isinstance(item, _MAY_BE_ESTIMATED):
                yield Problem(entity.id, field, "may not be estimated: name a real source, or leave it out")
        if isinstance(entity, Drug) and entity.default.grade == "estimated":
            yield Problem(
                entity.id, "default", "limits such as max_daily may not be estimated: name a real source"
            )
        if isinstance(entity, Graded):
            source, grade = _effective(entity, entity)
            if isinstance(entity, CrossReactivity) and not entity.related and source is None:
                continue  # names an allergen, says nothing of other drugs
            if source is None or grade is None or grade == "estimated":
                yield Problem(
                    entity.id, "source, grade", "name a real source and a grade other than estimated"
                )
            else:
                yield from _grade(draft, entity.id, "source, grade", source, grade)


def grade_shares(draft: Draft) -> dict[str, dict[str, float]]:
    """Share of each grade, by kind of value (`AdultDose`, `Manifestation`, ...)."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entity in draft.entities():
        items: list[BaseModel] = [item for _, item in graded_items(entity) if isinstance(item, Graded)]
        for item in [*items, *([entity] if isinstance(entity, Graded) else [])]:
            if isinstance(item, Graded) and (grade := _effective(entity, item)[1]) is not None:
                counts[type(item).__name__][grade] += 1
    return {
        kind: {grade: round(n / sum(by_grade.values()), 4) for grade, n in sorted(by_grade.items())}
        for kind, by_grade in sorted(counts.items())
    }


def _effective(entity: BaseModel, item: Graded) -> tuple[str | None, str | None]:
    default = getattr(entity, "default", None)
    source = item.source or getattr(entity, "source", None) or (default.source if default else None)
    grade = item.grade or getattr(entity, "grade", None) or (default.grade if default else None)
    return source, grade


def _grade(draft: Draft, entity: str, field: str, source: str, grade: str) -> Iterator[Problem]:
    entry = draft.sources.get(source)
    if entry is None:
        yield Problem(
            entity, field, f"source {source} stands in no sources: add it, or use one that is there"
        )
    elif grade in ("measured", "reviewed") and entry.status != "opened":
        yield Problem(entity, field, f"is {grade}, but {source} was not opened: grade it recalled")
    elif source == GUESSED and grade != "estimated":
        yield Problem(entity, field, f"{GUESSED} carries only the grade estimated")
