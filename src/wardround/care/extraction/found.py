"""What words were found to say, before it is a fact: with the characters that say it, so that they can be checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from wardround.clinical import (
    WARDROUND,
    Certainty,
    Coding,
    Concept,
    Fact,
    FactKind,
    FactSource,
    FactStatus,
    PartialDate,
    Quantity,
    fact_id,
)
from wardround.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Found:
    """`text[start:end]` says it, its value and its time included. `slug` is the knowledge base's id, None where it has
    none; `text` the words that it goes by then."""

    kind: FactKind
    text: str
    slug: str | None
    start: int
    end: int
    status: FactStatus = "active"
    certainty: Certainty = "reported"
    value: Quantity | str | bool | None = None
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """What was proposed and is no fact, and why."""

    said: str
    reason: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """The facts that a text gives, and what was refused."""

    facts: tuple[Fact, ...]
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document: its number, its characters in the text, and the boxes of runs of characters, where an
    eye has read them. A box is left, top, right, bottom as shares of the page."""

    number: int
    start: int
    end: int
    boxes: tuple[tuple[int, int, tuple[float, float, float, float]], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose text it is, what it is, and when it came: everything about a fact that its words do not say."""

    patient_id: str
    source: FactSource
    recorded: datetime
    on: date
    pages: tuple[Page, ...] = ()


def fact_from(base: KnowledgeBase, found: Found, text: str, origin: Origin) -> Fact:
    """The fact, with its place in the text as its source. The same words in the same text give the same id."""
    source = _placed(found, text, origin)
    name = base.named(found.slug) if found.slug else found.text
    concept = Concept(name, (Coding(WARDROUND, found.slug, name),) if found.slug else ())
    return Fact(
        id=fact_id(
            patient_id=origin.patient_id,
            source=FactSource(source.kind, source.reference, source.encounter),
            kind=found.kind,
            concept=concept,
            status=found.status,
            certainty=found.certainty,
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            value=found.value,
            detail=found.detail,
            part=f"{found.start}-{found.end}",
        ),
        patient_id=origin.patient_id,
        kind=found.kind,
        concept=concept,
        status=found.status,
        certainty=found.certainty,
        recorded=origin.recorded,
        source=source,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        value=found.value,
        detail=found.detail,
    )


def _placed(found: Found, text: str, origin: Origin) -> FactSource:
    """The source with span and quote, and with page and box where the document has them."""
    source = origin.source
    page = next((p for p in origin.pages if p.start <= found.start < p.end), None)
    boxes = [b for first, last, b in page.boxes if first < found.end and found.start < last] if page else []
    box = None
    if boxes:
        left, top, right, bottom = zip(*boxes, strict=True)
        box = (min(left), min(top), max(right), max(bottom))
    return FactSource(
        source.kind,
        source.reference,
        source.encounter,
        (found.start, found.end),
        text[found.start : found.end],
        page.number if page else None,
        box,
    )
