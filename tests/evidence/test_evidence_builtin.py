"""The built-in guidance as documents: each with its source, grade and place in the pyramid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wardround.evidence import Depth, Document, Passage, builtin_passages
from wardround.knowledge import KnowledgeBase, load


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="module")
def passages(knowledge: KnowledgeBase) -> tuple[Passage, ...]:
    return builtin_passages(knowledge)


def test_every_passage_of_guidance_is_one_document(
    knowledge: KnowledgeBase, passages: tuple[Passage, ...]
) -> None:
    assert [one.document.id for one in passages] == [*knowledge.guidance]
    assert {one.id for one in passages} == {f"{name}#0" for name in knowledge.guidance}


def test_a_passage_names_its_grade_source_and_what_it_speaks_of(
    knowledge: KnowledgeBase, passages: tuple[Passage, ...]
) -> None:
    for one in passages:
        said = knowledge.guidance[one.document.id]
        source = knowledge.sources[str(said.source)]
        document = one.document
        assert (one.about, document.grade, document.layer) == (said.about, said.grade, said.layer)
        assert document.source.startswith(source.body)
        assert document.title
        assert (document.depth, document.corpus, document.year) == (Depth.SUMMARY, "guidance", source.year)
        assert (one.start, one.end) == (0, len(one.text))
        assert document.jurisdiction != "UK", "countries go by their ISO letters"


def test_what_a_store_says_of_it_is_heeded(knowledge: KnowledgeBase, passages: tuple[Passage, ...]) -> None:
    name = passages[0].document.id

    def standing(document: Document) -> Document:
        return replace(document, retracted=True) if document.id == name else document

    marked = builtin_passages(knowledge, standing)
    assert [one.document.retracted for one in marked] == [True, *[False] * (len(passages) - 1)]
    assert marked[1] is passages[1]
    assert not passages[0].document.retracted
