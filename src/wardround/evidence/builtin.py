"""The built-in guidance as documents: one passage each, in our own words, with source and grade."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wardround.evidence.documents import Depth, Document, Layer, Passage
from wardround.evidence.ingest.places import place
from wardround.evidence.naming import RESERVED, passage_id

if TYPE_CHECKING:
    from wardround.knowledge import Guidance, KnowledgeBase

_GROUPS: Final = {"older": "older people", "all": None}


def builtin_passages(
    knowledge: KnowledgeBase, standing: Callable[[Document], Document] | None = None
) -> tuple[Passage, ...]:
    """Every passage of guidance. `standing` (of a store) marks what was retracted or superseded there."""
    made = _made(knowledge)
    if standing is None:
        return made
    return tuple(_standing(one, standing) for one in made)


def _standing(passage: Passage, standing: Callable[[Document], Document]) -> Passage:
    document = standing(passage.document)
    if document is passage.document:
        return passage
    return Passage(passage.id, document, passage.text, passage.start, passage.end, about=passage.about)


@lru_cache(maxsize=4)
def _made(knowledge: KnowledgeBase) -> tuple[Passage, ...]:
    return tuple(_passage(knowledge, one) for one in knowledge.guidance.values())


def _passage(knowledge: KnowledgeBase, guidance: Guidance) -> Passage:
    text = " ".join(guidance.text.split())
    return Passage(
        id=passage_id(guidance.id, 0),
        document=_document(knowledge, guidance),
        text=text,
        start=0,
        end=len(text),
        about=guidance.about,
    )


def _document(knowledge: KnowledgeBase, guidance: Guidance) -> Document:
    source = knowledge.sources.get(guidance.source)
    parts = (source.body, source.title, source.section, source.year) if source else (guidance.source,)
    return Document(
        id=guidance.id,
        title=", ".join(knowledge.named(slug) for slug in guidance.about if slug in knowledge),
        layer=Layer(guidance.layer),
        depth=Depth.SUMMARY,
        source=", ".join(str(part) for part in parts if part is not None),
        corpus=RESERVED,
        grade=guidance.grade,
        year=source.year if source else None,
        jurisdiction=place(guidance.jurisdiction) or guidance.jurisdiction,
        population=_GROUPS.get(guidance.population, guidance.population),
        url=source.url if source else None,
    )
