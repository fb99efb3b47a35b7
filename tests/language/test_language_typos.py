"""Typos: mended where there is one answer, never in numbers, never from one drug to another."""

from __future__ import annotations

import pytest

from wardround.language import Reader
from wardround.language.spelling import Speller, edits


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("hedache", "finding.headache"),
        ("cheast pain", "finding.chest_pain"),
        ("diarhoea", "finding.diarrhoea"),
        ("breathlesness", "finding.breathlessness"),
        ("palpatations", "finding.palpitations"),
        ("chestpain", "finding.chest_pain"),
        ("lisinoprl", "drug.lisinopril"),
    ],
)
def test_a_typo_is_mended_and_scores_less(reader: Reader, text: str, slug: str) -> None:
    [mention] = [m for m in reader.read(text) if m.id == slug]
    assert 0 < mention.score < 1


def test_what_is_spelt_right_scores_one(reader: Reader) -> None:
    assert {m.score for m in reader.read("headache and chest pain, on lisinopril")} == {1.0}


@pytest.mark.parametrize(
    "text", ["I heard there was a chess game", "the waiter", "we moved house", "a couch", "feather"]
)
def test_common_words_are_nobodys_typo(reader: Reader, text: str) -> None:
    assert reader.read(text) == ()


def test_short_words_and_numbers_are_never_mended() -> None:
    speller = Speller(["cough", "fever", "rash"], [])
    assert speller.mend("rahs") is None
    assert speller.mend("12345") is None
    assert speller.mend("coughh") == ("cough", 0.9)


def test_a_known_drug_stays_itself_and_unknown_ones_need_one_edit() -> None:
    speller = Speller(
        [], ["prednisolone", "prednisone", "hydroxyzine", "hydralazine", "cefalexin", "metformin"]
    )
    assert speller.mend("prednisone") is None
    assert speller.mend("metformn") == ("metformin", 0.9)
    assert speller.mend("metfomn") is None, "two edits"
    assert Speller([], ["paracetamol"]).mend("paracetmoll") is None
    assert Speller(["paracetamol"], []).mend("paracetmoll") == ("paracetamol", 0.8)
    assert speller.mend("hydroxazine") == ("hydroxyzine", 0.9)


def test_what_could_be_two_words_is_left() -> None:
    assert Speller(["gripes", "grapes"], []).mend("gropes") is None
    assert Speller(["wheezing", "sneezing"], []).mend("xheezing") == ("wheezing", 0.9)


@pytest.mark.parametrize(
    ("a", "b", "n"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbd", 2), ("", "ab", 2)],
)
def test_edits_by_hand(a: str, b: str, n: int) -> None:
    assert edits(a, b) == edits(b, a) == n
