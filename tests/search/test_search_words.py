"""Texts as words: other forms of a word meet, stop words go, Chinese is found by its signs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.search import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("allergies", "allergy"),
        ("painted", "painting"),
        ("planned", "planning"),
        ("falls", "falling"),
        ("headaches", "headache"),
        ("walks", "Walked"),
    ],
)
def test_forms_of_one_word_meet(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(
    ("one", "other"), [("illness", "ill"), ("pus", "pu"), ("sing", "s"), ("care", "car"), ("B12", "B6")]
)
def test_different_words_do_not(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_stop_words_and_clitics_go_but_a_denial_and_a_vitamin_stay() -> None:
    assert words("What did she do when she'd seen it?") == ["seen"]
    assert words("She doesn't have no vitamin D") == ["no", "vitamin", "d"]
    assert words("Maria’s cat") == ["maria", "cat"]


def test_chinese_is_one_and_two_signs() -> None:
    assert words("对青霉素过敏 rash") == [
        "对", "青", "霉", "素", "过", "敏", "对青", "青霉", "霉素", "素过", "过敏", "rash",
    ]  # fmt: skip


def test_full_width_letters_are_letters() -> None:
    assert words("ＨｂＡ１ｃ") == ["hba1c"]


@given(st.text(max_size=200))
def test_any_text_has_words_that_say_something(text: str) -> None:
    assert all(word and not word.isspace() for word in words(text))
    assert words(text) == words(text)
