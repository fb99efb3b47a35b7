"""Ranking: by words, neighbours, speaker and day; with an embedder by meaning; explained, deterministic, limited."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.search import FUSED, Passage, Ranker, Reading, SearchError, Vectors
from wardround.search import ranking as ranking_module

TALK = (
    Passage("Do you have any allergies?", "Doctor", date(2024, 3, 1), "first"),
    Passage("Penicillin, it made me itch.", "Patient", date(2024, 3, 1), "first"),
    Passage("And do you smoke?", "Doctor", date(2024, 5, 2), "second"),
    Passage("I stopped smoking last year.", "Patient", date(2024, 5, 2), "second"),
    Passage("My cough is better.", "Patient", date(2024, 5, 2), "second"),
)
TEXTS = st.lists(st.text(alphabet="abc 我你 ", max_size=12), max_size=12)


class Meaning:
    """Reads words as vectors: words of one meaning have one vector. Counts what it reads."""

    name = "of a test"
    _same = {"drugs": "pills", "medicines": "pills"}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        self.texts = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self.read(texts).sentences

    def read(self, texts: Sequence[str]) -> Reading:
        self.texts += len(texts)
        said = [[_vector(self._same.get(w, w)) for w in text.lower().strip("?.").split()] for text in texts]
        none = np.zeros((0, 64), np.float32)
        whole = [np.mean(v, axis=0) / np.linalg.norm(np.mean(v, axis=0)) if v else np.zeros(64) for v in said]
        return Reading(
            np.array(whole, dtype=np.float32).reshape(-1, 64),
            np.concatenate([none, *(np.array(v, np.float32) for v in said if v)]),
            np.cumsum([0, *map(len, said)]).astype(np.int64),
        )


def _vector(word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
    drawn = np.random.default_rng(seed).normal(size=64)
    return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)


def _places(ranker: Ranker, query: str, **rest: object) -> list[int]:
    return [hit.place for hit in ranker.rank(query, **rest)]  # type: ignore[arg-type]


def test_texts_are_found_by_their_words() -> None:
    ranker = Ranker(["sore throat since Monday", "took ibuprofen", "a sore knee"])
    assert _places(ranker, "throat sore") == [0, 2]
    assert _places(ranker, "aspirin") == []
    assert _places(Ranker(["咳嗽三天", "对青霉素过敏"]), "青霉素") == [1]


def test_an_answer_is_found_by_the_words_of_its_question() -> None:
    assert _places(Ranker(TALK), "allergies") == [0, 1]
    assert _places(Ranker([p.text for p in TALK]), "allergies") == [0], "texts without a group are alone"


def test_whom_the_question_names_is_preferred() -> None:
    hits = Ranker(TALK).rank("Did the Patient smoke?")
    assert hits[0].place == 3
    assert hits[0].parts["speaker"] > 0
    assert _places(Ranker(TALK), "Patient") == [], "who says it is no reason by itself"


def test_a_named_day_counts() -> None:
    first = Ranker(TALK).rank("What was said in March 2024?", 2)
    assert {hit.place for hit in first} == {0, 1}
    assert all(hit.parts["day"] > 0 for hit in first)


def test_the_parts_add_up_to_the_score() -> None:
    for ranker in (Ranker(TALK), Ranker(TALK, embedder=Meaning())):
        for hit in ranker.rank("When did the Patient stop smoking?"):
            assert sum(hit.parts.values()) == pytest.approx(hit.score, abs=1e-5)


def test_meaning_finds_what_words_do_not() -> None:
    texts = ["walks daily", "takes many pills"]
    assert _places(Ranker(texts), "medicines") == []
    hits = Ranker(texts, embedder=Meaning()).rank("medicines")
    assert hits[0].place == 1
    assert hits[0].parts["meaning"] == pytest.approx(FUSED.meaning, abs=1e-4)


def test_many_texts_are_compared_word_by_word_where_they_are_best(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*(f"text {k}" for k in range(30)), "takes many pills"]
    everything = Ranker(texts, embedder=Meaning()).rank("many medicines", 1)
    monkeypatch.setattr(ranking_module, "DEEP", 5)
    assert Ranker(texts, embedder=Meaning()).rank("many medicines", 1) == everything


def test_kept_vectors_are_not_read_again_and_more_texts_are_read_alone() -> None:
    model = Meaning()
    ranker = Ranker(TALK[:3], embedder=model)
    assert model.texts == 3
    more = ranker.extended(TALK[3:])
    assert model.texts == 5
    whole = Ranker(TALK, embedder=Meaning())
    assert more.rank("smoking medicines") == whole.rank("smoking medicines")
    assert whole.vectors is not None
    kept = Reading.unpacked(whole.vectors.packed(), 64)
    again = Ranker(TALK, vectors=kept, embedder=model).rank("smoking medicines")
    assert [hit.place for hit in again] == [hit.place for hit in whole.rank("smoking medicines")]
    assert [hit.score for hit in again] == pytest.approx(
        [h.score for h in whole.rank("smoking medicines")], abs=1e-3
    )


def test_what_cannot_be_is_refused_with_the_fix() -> None:
    with pytest.raises(SearchError, match="k: 0"):
        Ranker(TALK).rank("cough", 0)
    with pytest.raises(SearchError, match="among: there are places 0 to 4"):
        Ranker(TALK).rank("cough", among=[5])
    with pytest.raises(SearchError, match="among"):
        Ranker(TALK).rank("cough", among=[-1])
    with pytest.raises(SearchError, match="vectors: of 1 texts, but there are 5"):
        Ranker(TALK, vectors=Meaning().read(["one"]), embedder=Meaning())
    with pytest.raises(SearchError, match="kept vectors 1: 7 bytes"):
        Reading.unpacked([bytes(128), bytes(7)], 64)


@given(TEXTS, st.text(alphabet="abc 我你", max_size=8), st.integers(1, 5))
def test_order_limit_and_among_hold_for_any_texts(texts: list[str], query: str, k: int) -> None:
    ranker = Ranker(texts)
    everything = ranker.rank(query, max(len(texts), 1))
    assert list(everything) == sorted(everything, key=lambda hit: (-hit.score, hit.place))
    assert ranker.rank(query, k) == everything[:k]
    even = [place for place in range(len(texts)) if place % 2 == 0]
    assert ranker.rank(query, 99, among=even) == tuple(h for h in everything if h.place % 2 == 0)
    assert all(0 < hit.score <= 1 + 1e-6 for hit in everything)


def test_nothing_is_found_among_nothing() -> None:
    assert Ranker([]).rank("cough") == ()
    assert Ranker([], embedder=Meaning()).rank("cough") == ()
    assert Ranker(TALK).rank("cough", among=[]) == ()
    assert Ranker([""], embedder=Meaning()).rank("cough") == ()
    assert Ranker(TALK).rank("") == ()
