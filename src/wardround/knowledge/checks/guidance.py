"""Built-in guidance: do its ids resolve, is no passage there twice, and which conditions and drugs have none?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.checks.guidance_doses import check_spoken_doses, dose_book
from wardround.knowledge.checks.guidance_rules import check_rules
from wardround.knowledge.schema_guidance import Guidance, When

_WORD: Final = re.compile(r"[^\W_]+")
_LENGTH: Final = (40, 600)
_DIRECT: Final = ("avoid", "caution", "prefer")


def check_guidance(draft: Draft) -> Iterator[Problem]:
    """Every passage by itself, against the others, and against what the base says of its drugs."""
    known, book = _known(draft), dose_book(draft)
    yield from _twice(draft)
    for passage in draft.content.guidance:
        if not _LENGTH[0] <= len(passage.text) <= _LENGTH[1]:
            yield Problem(
                passage.id, "text", f"has {len(passage.text)} characters: write {_LENGTH[0]} to {_LENGTH[1]}"
            )
        resolved = True
        for problem in _references(draft, passage, known):
            resolved = False
            yield problem
        if resolved:
            yield from check_rules(draft, passage)
            yield from check_spoken_doses(book, passage)


def unguided(draft: Draft) -> dict[str, list[str]]:
    """Conditions and drugs that no passage is about."""
    spoken = {slug for passage in draft.content.guidance for slug in passage.about}
    return {
        "conditions": sorted(set(draft.conditions) - spoken),
        "drugs": sorted(set(draft.drugs) - spoken),
    }


def _known(draft: Draft) -> set[str]:
    flags = {f.id for f in draft.content.red_flags} | {i.id for i in draft.content.interactions}
    things = {*draft.findings, *draft.tests, *draft.analytes, *draft.named_conditions, *draft.allergies}
    return {*things, *draft.drugs, *draft.classes, *flags}


def _references(draft: Draft, passage: Guidance, known: Collection[str]) -> Iterator[Problem]:
    for i, slug in enumerate(passage.about):
        if slug not in known:
            yield _unknown(passage, f"about.{i}", slug)
        if slug in passage.about[:i]:
            yield Problem(passage.id, f"about.{i}", f"{slug} stands twice: keep one")
    if passage.rule is None:
        return
    for i, when in enumerate(passage.rule.when):
        yield from _when(draft, passage, f"rule.when.{i}", when)
    then = passage.rule.then
    field = f"rule.then.{then.action}"
    if then.action in _DIRECT:
        if then.target not in draft.drugs and then.target not in draft.classes:
            yield _unknown(passage, field, then.target, "drug or class")
    elif re.fullmatch(r"[a-z]+\.[a-z0-9_.]+", then.target) and then.target not in known:
        yield _unknown(passage, field, then.target)


def _when(draft: Draft, passage: Guidance, field: str, when: When) -> Iterator[Problem]:
    kinds: tuple[tuple[str | None, Collection[str], str], ...] = (
        (when.analyte, draft.analytes, "analyte"),
        (when.finding, draft.findings, "finding"),
        (when.condition, draft.named_conditions, "condition"),
        (when.drug, {*draft.drugs, *draft.classes}, "drug or class"),
        (when.test, {t.id for t in draft.content.tests if t.positive}, "test with a positive result"),
    )
    for slug, there, kind in kinds:
        if slug is not None and slug not in there:
            yield _unknown(passage, field, slug, kind)
            return
    measured = draft.analytes.get(when.analyte or "") or draft.findings.get(when.finding or "")
    for value in (when.below, when.above):
        if measured and value is not None:
            plausible = measured.plausible
            if plausible is None:
                yield Problem(passage.id, field, f"{measured.id} is not measured: it is there or not")
            elif not plausible[0] <= value <= plausible[1]:
                yield Problem(passage.id, field, f"{value:g} is outside plausible {plausible}: mind the unit")


def _unknown(passage: Guidance, field: str, slug: str, kind: str = "entity") -> Problem:
    return Problem(passage.id, field, f"{slug} is no {kind} of the base: add it, or use an id that is there")


def _twice(draft: Draft) -> Iterator[Problem]:
    first: dict[tuple[str, ...], str] = {}
    for passage in draft.content.guidance:
        key = tuple(_WORD.findall(passage.text.casefold()))
        if key in first:
            yield Problem(passage.id, "text", f"says word for word what {first[key]} says: keep one")
        first.setdefault(key, passage.id)
