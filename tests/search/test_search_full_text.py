"""The index of texts: what is put in is found by words, phrases and synonyms, limited by facets, and stays in its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.search import BIGGEST_NUMBER, Entry, FullText, SearchError, Wanted, words
from wardround.search.full_text import plainly

TEXTS = (
    Entry(7, "Metformin is stopped when the kidneys fail.", "Metformin", ("layer=guideline",)),
    Entry(3, "Chronic kidney disease and its stages.", "Kidneys", ("layer=review",)),
    Entry(9, "The disease of kidney stones is not chronic.", "Stones", ("layer=review", "year=2020")),
    Entry(4, "肾功能不全时停用二甲双胍。", "", ("layer=practice",)),
)


@pytest.fixture
def index() -> FullText:
    made = FullText()
    made.change(TEXTS)
    return made


def _thing(*forms: str) -> Wanted:
    return Wanted(tuple((tuple(words(form)), 1.0) for form in forms))


def test_a_text_is_found_by_its_words_in_any_form(index: FullText) -> None:
    assert list(index.find(plainly("stopping Metformin"), 5)) == [7]
    assert set(index.find(plainly("kidney"), 5)) == {7, 3, 9}
    assert list(index.find(plainly("二甲双胍"), 5)) == [4]
    assert index.find(plainly("aspirin"), 5) == {}
    assert index.find((), 5) == {}


def test_a_run_of_words_counts_only_where_it_stands_together(index: FullText) -> None:
    assert list(index.find([_thing("chronic kidney disease")], 5)) == [3]


def test_the_best_of_several_names_counts(index: FullText) -> None:
    one, other = _thing("glucophage"), _thing("glucophage", "metformin")
    assert index.find([one], 5) == {}
    assert list(index.find([other], 5)) == [7]


def test_facets_limit_and_every_group_must_hold(index: FullText) -> None:
    asked = plainly("kidney")
    assert set(index.find(asked, 5, holding=[{"layer=review"}])) == {3, 9}
    assert set(index.find(asked, 5, holding=[{"layer=review", "layer=guideline"}])) == {7, 3, 9}
    assert set(index.find(asked, 5, holding=[{"layer=review"}, {"year=2020"}])) == {9}
    assert index.find(asked, 5, holding=[frozenset()]) == {}


def test_how_many_things_a_text_holds_however_often(index: FullText) -> None:
    held = index.held([_thing("kidney"), _thing("metformin", "stones")], 5)
    assert held == {7: 2.0, 9: 2.0, 3: 1.0}


def test_no_score_passes_the_most_there_can_be(index: FullText) -> None:
    asked = [*plainly("chronic kidney disease kidney"), _thing("chronic kidney disease", "stones")]
    assert 0 < max(index.find(asked, 5).values()) <= index.most(asked)
    assert index.most(plainly("aspirin")) == 0.0


def test_the_folder_keeps_it_and_what_is_gone_is_gone(tmp_path: Path) -> None:
    FullText(tmp_path / "index").change(TEXTS)
    again = FullText(tmp_path / "index")
    assert again.numbers() == {7, 3, 9, 4}
    again.change([Entry(12, "New kidney text")], gone=[3])
    assert FullText(tmp_path / "index").numbers() == {7, 9, 4, 12}
    assert 3 not in again.find(plainly("kidney"), 5)


def test_what_cannot_be_is_refused_by_name(tmp_path: Path, index: FullText) -> None:
    with pytest.raises(SearchError, match="limit: 0"):
        index.find(plainly("kidney"), 0)
    with pytest.raises(SearchError, match="entry -1"):
        index.change([Entry(-1, "text")])
    with pytest.raises(SearchError, match=f"entry {BIGGEST_NUMBER + 1}"):
        index.change([Entry(BIGGEST_NUMBER + 1, "text")])
    (tmp_path / "meta.json").write_text("nonsense")
    with pytest.raises(SearchError, match="Remove the folder"):
        FullText(tmp_path)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6), st.text(max_size=30))
def test_hostile_texts_and_questions_are_only_words(texts: list[str], question: str) -> None:
    index = FullText()
    index.change(Entry(number, text, title=text[:5]) for number, text in enumerate(texts))
    found = index.find(plainly(question), 10)
    asked = set(words(question))
    assert all(asked & {*words(texts[number]), *words(texts[number][:5])} for number in found)
