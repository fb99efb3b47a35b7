"""A question finds the passages that answer it: other names, layers, people, countries, years; what is withdrawn sinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.evidence import Depth, Document, EvidenceError, Layer, Library, Passage
from wardround.knowledge import KnowledgeBase, load
from wardround.search import Reading, Vectors


def _passage(name: str, text: str, layer: Layer = Layer.GUIDELINE, **more: object) -> Passage:
    about = more.pop("about", ())
    document = Document(
        id=name, title=str(more.pop("title", "")), layer=layer, depth=Depth.ABSTRACT, source="a source", corpus=str(more.pop("corpus", "own")), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return Passage(f"{name}#0", document, text, 0, len(text), about=about)  # type: ignore[arg-type]


PASSAGES = (
    _passage("stop", "Stop metformin when the eGFR is below 30 in chronic kidney disease.", year=2022, jurisdiction="GB"),
    _passage("brand", "Glucophage was continued in 40 of 90 patients with CKD.", Layer.PRIMARY, year=2004, corpus="trials"),
    _passage("label", "Metformin is contraindicated at an eGFR below 30.", Layer.REGULATORY, year=2020, jurisdiction="US"),
    _passage("child", "Children with asthma use a spacer with their inhaler.", Layer.PUBLIC, population="children"),
    _passage("adult", "Adults with asthma use an inhaler with or without a spacer.", Layer.PUBLIC, population="adults"),
    _passage("trial", "Ramipril reduced mortality in patients with heart failure.", Layer.PRIMARY, year=2000),
    _passage("meta", "A review found that ACE inhibitors reduced mortality in heart failure.", Layer.REVIEW, year=2000),
    _passage("spelt", "Iron treats anemia and hemorrhage was rare.", Layer.PRIMARY),
    _passage("withdrawn", "Ramipril reduced mortality in patients with heart failure greatly.", Layer.PRIMARY, year=2000, retracted=True),
    _passage("older", "The dose of amoxicillin is 250 mg three times a day.", year=2010, superseded_by="newer"),
    _passage("newer", "The dose of amoxicillin is 500 mg three times a day.", year=2010),
)  # fmt: skip


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load()


@pytest.fixture(scope="module")
def library(base: KnowledgeBase) -> Library:
    return Library(base, PASSAGES)


def _found(library: Library, question: str, **limits: object) -> list[str]:
    return [found.passage.document.id for found in library.search(question, **limits)]  # type: ignore[arg-type]


def test_brand_names_and_abbreviations_find_the_same_passages(library: Library) -> None:
    full = _found(library, "metformin in chronic kidney disease", limit=3)
    assert set(full) == {"stop", "brand", "label"}
    assert set(_found(library, "Glucophage in CKD", limit=3)) == set(full)


def test_a_class_finds_its_drugs_and_a_spelling_the_other_one(library: Library) -> None:
    by_class = {one.passage.document.id: dict(one.why) for one in library.search("ACE inhibitor")}
    assert by_class["trial"]["words"] > 0
    assert _found(library, "anaemia") == ["spelt"]
    assert _found(library, "haemorrhage") == ["spelt"]


def test_short_names_in_capitals_are_meant_only_as_they_are_written(base: KnowledgeBase) -> None:
    from wardround.evidence.searching.naming import naming

    assert naming(base).mentions("PE after surgery")[0].ids == ("condition.pulmonary_embolism",)
    assert not [m for m in naming(base).mentions("taught pe at school") if m.text == "pe"]


def test_the_layer_that_the_question_needs_comes_first(library: Library) -> None:
    assert _found(library, "does an ACE inhibitor reduce mortality in heart failure?")[0] == "meta"
    assert _found(library, "is metformin contraindicated when eGFR is below 30")[0] == "label"


@pytest.mark.parametrize(
    ("question", "layer"),
    [
        ("maximum dose of colchicine", Layer.REGULATORY),
        ("does colchicine reduce pain in gout", Layer.REVIEW),
        ("what should I do at home about gout", Layer.PUBLIC),
        ("treatment of gout", Layer.GUIDELINE),
    ],
)
def test_of_the_same_words_the_layer_that_is_needed_stands_first(
    base: KnowledgeBase, question: str, layer: Layer
) -> None:
    text = "Colchicine at its maximum dose does reduce pain in gout; treatment at home."
    library = Library(base, [_passage(one.value, text, one) for one in sorted(Layer, reverse=True)])
    assert _found(library, question)[0] == layer.value


def test_what_is_said_of_a_score_adds_up_to_it(library: Library) -> None:
    for found in library.search("metformin in chronic kidney disease", jurisdiction="GB"):
        assert sum(share for _, share in found.why) == pytest.approx(found.score, abs=1e-5)
        assert {"words", "things"} <= dict(found.why).keys()


def test_highlights_are_the_words_that_met_the_question(library: Library) -> None:
    found = {one.passage.document.id: one for one in library.search("metformin in CKD")}
    assert _marked(found["brand"].passage.text, found["brand"].highlights) == ["Glucophage", "CKD"]
    assert _marked(found["stop"].passage.text, found["stop"].highlights) == [
        "metformin",
        "chronic kidney disease",
    ]


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def test_the_patients_own_people_come_first_and_others_can_be_left_out(library: Library) -> None:
    assert _found(library, "asthma inhaler in children")[0] == "child"
    assert _found(library, "asthma inhaler in adults")[0] == "adult"
    assert _found(library, "asthma inhaler", population="a child of six") == ["child"]
    assert _found(library, "asthma inhaler", population="adults") == ["adult"]


def test_the_patients_own_country_comes_first_and_others_are_left_out(library: Library) -> None:
    assert "label" not in _found(library, "metformin", jurisdiction="GB")
    assert "stop" not in _found(library, "metformin", jurisdiction="US")
    assert "brand" in _found(library, "metformin", jurisdiction="US")


def test_layers_years_and_corpora_limit(library: Library) -> None:
    assert _found(library, "metformin", layers=["primary"]) == ["brand"]
    assert _found(library, "metformin", years=(2021, None)) == ["stop"]
    assert _found(library, "metformin", years=(None, 2010)) == ["brand"]
    assert _found(library, "metformin", corpora=["trials"]) == ["brand"]
    assert _found(library, "metformin", layers=["review"]) == []


def test_the_retracted_is_left_out_or_sinks_and_the_superseded_sinks(library: Library) -> None:
    question = "ramipril mortality in patients with heart failure"
    assert "withdrawn" not in _found(library, question)
    shown = _found(library, question, include_retracted=True, layers=["primary"])
    assert shown[0] == "trial"
    assert shown[-1] == "withdrawn"
    assert _found(library, "dose of amoxicillin")[:2] == ["newer", "older"]


def test_the_newer_of_two_equals_comes_first(base: KnowledgeBase) -> None:
    text = "Rest is advised for a sprained ankle."
    library = Library(base, [_passage("old", text, year=1990), _passage("young", text, year=2020)])
    assert _found(library, "sprained ankle") == ["young", "old"]


def test_what_it_should_be_about_is_preferred(base: KnowledgeBase) -> None:
    text = "The dose is halved in the elderly."
    library = Library(
        base, [_passage("a", text, about=("drug.digoxin",)), _passage("b", text, about=("drug.metformin",))]
    )
    assert _found(library, "halved dose", about=["drug.metformin"]) == ["b", "a"]


def test_what_shares_nothing_is_not_found(library: Library) -> None:
    assert library.search("quantum chromodynamics") == ()
    assert library.search("") == ()
    assert library.search("the of and") == ()


def test_nonsense_is_refused_by_field(library: Library, base: KnowledgeBase) -> None:
    with pytest.raises(EvidenceError, match="limit"):
        library.search("metformin", limit=0)
    with pytest.raises(EvidenceError, match="layers"):
        library.search("metformin", layers=["rumour"])
    with pytest.raises(EvidenceError, match="years"):
        library.search("metformin", years=(2020, 2010))
    with pytest.raises(EvidenceError, match="stop#0"):
        Library(base, [PASSAGES[0], replace(PASSAGES[0], text="other")])


def test_passages_are_known_by_id(library: Library) -> None:
    assert library.passage("stop#0") is PASSAGES[0]
    assert library.passage("stop#1") is None
    assert [p.id for p in library.passages()] == [p.id for p in PASSAGES]
    assert len(library) == len(PASSAGES)


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80))
def test_any_question_is_answered_the_same_way_twice(question: str) -> None:
    library = Library(load(), PASSAGES)
    first = library.search(question, include_retracted=True)
    assert first == library.search(question, include_retracted=True)
    order = [(f.passage.document.retracted, -f.score) for f in first]
    assert order == sorted(order)
    for found in first:
        assert all(0 <= start < end <= len(found.passage.text) for start, end in found.highlights)


class Same:
    """An embedder to which `sugar tablet` means metformin."""

    name = "of a test"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.array(
            [[float("metformin" in t.lower() or "sugar tablet" in t), 0.1] for t in texts], np.float32
        )

    def read(self, texts: Sequence[str]) -> Reading:
        raise AssertionError("wholes alone are wanted")


def test_with_an_embedder_what_is_meant_is_found_too_within_the_limits(base: KnowledgeBase) -> None:
    library = Library(base, PASSAGES, embedder=Same())
    found = library.search("sugar tablet", limit=2)
    assert {one.passage.document.id for one in found} == {"stop", "label"}
    assert all(dict(one.why)["meaning"] > 0 for one in found)
    assert _found(library, "sugar tablet", jurisdiction="US", limit=1) == ["label"]


def test_an_index_in_a_folder_follows_what_is_in_the_library(base: KnowledgeBase, tmp_path: Path) -> None:
    assert _found(Library(base, PASSAGES, folder=tmp_path), "spacer")[0] in {"child", "adult"}
    changed = [replace(PASSAGES[3], text="Children use a mask."), *PASSAGES[4:]]
    later = Library(base, changed, folder=tmp_path)
    assert _found(later, "mask") == ["child"]
    assert _found(later, "spacer") == ["adult"]
    assert _found(later, "metformin") == []


def test_the_built_in_guidance_can_be_searched(base: KnowledgeBase) -> None:
    library = Library.builtin(base)
    assert library is Library.builtin(base)
    found = library.search("metformin in chronic kidney disease", limit=3)
    assert all("drug.metformin" in one.passage.about for one in found)
