"""BM25 as worked by hand, as bm25s has it, and with what neighbours lend."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.search import WordIndex
from wardround.search.neighbours import numbered

TEXTS = [["rash", "penicillin"], ["cough"], ["cough", "cough", "fever"]]
WORDS = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=8), min_size=1, max_size=12)


def test_a_case_worked_by_hand() -> None:
    index = WordIndex(TEXTS, k1=1.2, b=0.75)
    idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    short = 1 / (1 + 1.2 * (0.25 + 0.75 * 1 / 2))
    long = 2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2))
    assert index.scores(["cough"]) == pytest.approx([0, idf * short, idf * long], rel=1e-5)
    assert index.most(["cough", "unheard"]) == pytest.approx(idf, rel=1e-5)


def test_a_neighbour_lends_its_share_within_the_group_alone() -> None:
    texts = [["dog"], ["yes"], ["no"], ["maybe"]]
    groups = numbered(["one", "one", "two", None])
    alone = WordIndex(texts, groups=groups)
    lent = WordIndex(texts, groups=groups, reach={-1: 0.5})
    assert np.flatnonzero(alone.scores(["dog"])).tolist() == [0]
    assert np.flatnonzero(lent.scores(["dog"])).tolist() == [0, 1]
    assert lent.scores(["dog"])[1] < lent.scores(["dog"])[0]


@given(WORDS, st.lists(st.sampled_from("abcdefgh"), max_size=4))
def test_no_score_passes_the_most_and_only_texts_with_the_words_have_one(
    texts: list[list[str]], query: list[str]
) -> None:
    index = WordIndex(texts)
    scores = index.scores(query)
    assert (scores <= index.most(query) + 1e-5).all()
    assert [score > 0 for score in scores] == [bool(set(text) & set(query)) for text in texts]


@given(WORDS, st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=4))
def test_bm25s_says_the_same(texts: list[list[str]], query: list[str]) -> None:
    bm25s = pytest.importorskip("bm25s", reason="the extra `bench` is not installed")
    known = {word for text in texts for word in text}
    asked = [word for word in query if word in known]
    if not asked:
        return
    theirs = bm25s.BM25(k1=1.5, b=0.75)
    theirs.index(texts, show_progress=False)
    expected = theirs.get_scores(asked)
    assert WordIndex(texts, k1=1.5, b=0.75).scores(asked) == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_nothing_at_all_can_be_searched_too() -> None:
    assert WordIndex([]).scores(["a"]).tolist() == []
    assert WordIndex([[], []]).scores(["a"]).tolist() == [0, 0]
