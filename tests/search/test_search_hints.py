"""What questions say of speakers, days and times."""

from __future__ import annotations

from datetime import date

import pytest

from wardround.search.hints import NamedDay, asks_when, named_days, named_speakers, nearness, tells_when


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("Who did she meet on May 3, 2023?", [NamedDay(2023, 5, 3)]),
        ("What broke on the 9th of October, 2022?", [NamedDay(2022, 10, 9)]),
        ("What news on 16 June 2023?", [NamedDay(2023, 6, 16)]),
        ("What began in January 2024?", [NamedDay(2024, 1)]),
        ("Which pills in May?", [NamedDay(None, 5)]),
        ("The value of 2023-05-03 and of 2021-07?", [NamedDay(2023, 5, 3), NamedDay(2021, 7)]),
        ("What happened in 2022?", [NamedDay(2022)]),
        ("She may march again: what may help?", []),
        ("How many of 20230 pills?", []),
    ],
)
def test_named_days(question: str, days: list[NamedDay]) -> None:
    assert list(named_days(question)) == days


def test_what_was_said_on_the_day_or_soon_after_is_near() -> None:
    said = [date(2023, 5, 3), date(2023, 5, 6), date(2023, 5, 12), date(2023, 6, 3), date(2022, 5, 3), None]
    assert nearness(said, named_days("on 3 May 2023")).tolist() == pytest.approx([1, 1, 0.6, 0, 0, 0])
    assert nearness(said, named_days("in May 2023")).tolist() == pytest.approx([1, 1, 1, 0.4, 0, 0])
    assert nearness(said, named_days("in 2022")).tolist() == pytest.approx([0, 0, 0, 0, 1, 0])
    assert nearness(said, named_days("on 31 February 2023")).tolist() == [0] * 6


def test_speakers_are_named_whole_or_by_their_beginning() -> None:
    both = {"Melanie", "Caroline"}
    assert named_speakers("What did Caroline's mother say?", both) == (("Caroline",), "What did mother say?")
    assert named_speakers("Why did Mel paint?", both) == (("Melanie",), "Why did paint?")
    assert named_speakers("Did Mel and Caroline meet?", both)[0] == ("Melanie", "Caroline")
    assert named_speakers("what melon is it?", both) == ((), "what melon is it?")
    assert named_speakers("Did Jon run?", {"Jon", "Jonathan"})[0] == ("Jon",)
    assert named_speakers("Did Dana cough?", {"Dana Hill", "Dana Ross"}) == ((), "Did Dana cough?")


def test_questions_that_ask_when_and_texts_that_tell() -> None:
    assert asks_when("When did it start?")
    assert asks_when("How long has it hurt?")
    assert not asks_when("What hurts when you walk?")
    assert tells_when("It began last week.")
    assert not tells_when("It hurts.")
