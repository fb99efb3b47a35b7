"""Sentences, the vectors that are kept of them, and how near texts come by their nearest sentence; fusion of scores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.search import (
    Finder,
    KeptVectors,
    Meanings,
    Reading,
    SearchError,
    Vectors,
    fused,
    sentences,
    starts_of,
)
from wardround.search.finder import Parts, standard


class Letters:
    """Counts letters; remembers what it was asked to read."""

    name = "letters of a test"

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.read_texts.extend(texts)
        counts = np.array([[text.count(letter) for letter in "abcd"] for text in texts], dtype=np.float32)
        length = np.maximum(np.linalg.norm(counts, axis=-1, keepdims=True), 1)
        return np.asarray(counts / length, np.float32).reshape(-1, 4)

    def read(self, texts: Sequence[str]) -> Reading:
        raise AssertionError("wholes alone are wanted")


@given(st.text())
def test_no_sentence_loses_a_word(text: str) -> None:
    parted = sentences(text)
    assert " ".join(parted).split() == text.split()
    assert all(part.strip() == part and part for part in parted)


def test_sentences_end_at_full_stops_and_runs_without_them_are_cut() -> None:
    assert sentences("The dose is 2.5 mg daily. It was given to e.g. adults only.") == (
        "The dose is 2.5 mg daily.",
        "It was given to e.g. adults only.",
    )
    assert [len(part.split()) for part in sentences("word " * 130)] == [43, 43, 44]
    assert sentences(" \n ") == ()


def test_the_nearest_sentence_speaks_for_its_text() -> None:
    texts = [["aaa", "bbb"], ["ab"]]
    model = Letters()
    meanings = Meanings(model.encode([s for t in texts for s in t]), starts_of(texts))
    best, mean = meanings.near(model.encode(["a"])[0])
    assert best == pytest.approx([1.0, 2**-0.5])
    assert mean == pytest.approx([0.5, 2**-0.5])
    assert meanings.nearest(0, model.encode(["b"])[0]) == 1


def test_a_text_without_a_sentence_is_refused() -> None:
    with pytest.raises(SearchError, match="starts"):
        Meanings(np.zeros((1, 4), np.float32), np.array([0, 0, 1]))
    assert len(Meanings(np.zeros((0, 4), np.float32), np.array([0]))) == 0


def test_vectors_are_read_once_and_kept(tmp_path: Path) -> None:
    first = Letters()
    kept = KeptVectors(tmp_path, first, 4)
    got = kept.encode(["a", "bb", "a"])
    assert first.read_texts == ["a", "bb"]
    second = Letters()
    again = KeptVectors(tmp_path, second, 4)
    assert np.array_equal(again.encode(["bb", "a", "abcd"]), np.concatenate([got[[1, 0]], [[0.5] * 4]]))
    assert second.read_texts == ["abcd"]
    assert again.encode([]).shape == (0, 4)


def test_half_written_rows_are_cut_off_and_read_again(tmp_path: Path) -> None:
    KeptVectors(tmp_path, Letters(), 4).encode(["a", "b"])
    vectors = next(tmp_path.glob("*.vectors"))
    vectors.write_bytes(vectors.read_bytes()[:-3])
    model = Letters()
    kept = KeptVectors(tmp_path, model, 4)
    assert len(kept) == 1
    assert kept.encode(["b"]).tolist() == [[0.0, 1.0, 0.0, 0.0]]
    assert model.read_texts == ["b"]


def test_fusing_needs_no_part_to_be_on_the_others_scale() -> None:
    words, near, whole = (np.array(one, np.float32) for one in ([0, 0, 9], [0.1, 0.3, 0.3], [0.2, 0.2, 0.4]))
    assert np.argmax(fused(words, near, whole, whole)) == 2
    assert np.allclose(fused(words * 100, near, whole, whole), fused(words, near, whole, whole), atol=1e-5)
    assert not standard(np.full(3, 4.0, np.float32)).any()
    assert standard(np.zeros(0, np.float32)).shape == (0,)


def test_a_part_that_counts_nothing_changes_nothing() -> None:
    words, near = np.array([3, 1, 0], np.float32), np.array([0.1, 0.9, 0.2], np.float32)
    alone = fused(words, near, near[::-1], near, Parts(words=1.0, sentence=0.0, whole=0.0, turned=0.0))
    assert np.array_equal(alone, standard(words))


def test_a_finder_scores_every_text_by_its_words() -> None:
    scores = Finder(["aspirin for fever", "rest for fever", "a cab"]).by_words("aspirin")
    assert scores[0] > 0
    assert not scores[1:].any()
