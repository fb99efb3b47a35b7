"""Two writings of one quantity are one; what differs by a sign, a unit, a rate or a way of reading is not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.evidence.reading.quantities import amounts, folded


def keys(text: str) -> list[str]:
    return [one.key for one in amounts(folded(text))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("20 g per day", "20 g/day"),
        ("20 g a day", "20000mg/d"),
        ("4 g daily", "4 g/24 h"),
        ("5 mg/kg/day", "5 mg/kg daily"),
        ("1 g b.i.d.", "1 g twice a day"),
        ("1 g t.i.d.", "1 g q8h"),
        ("1 g q. 6 h", "1 g q.d.s."),
        ("1 g 8-hourly", "1 g 3x/day"),
        ("1 mg every other day", "1 mg on alternate days"),
        ("15 mg once a week", "15 mg weekly"),
        ("2 to 4 g per day", "2-4 g/day"),
        ("1,000 mg", "1 g"),
        ("\u22125 mg", "minus 5 mg"),
    ],
)
def test_one_quantity(one: str, other: str) -> None:
    assert keys(one) == keys(other) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-500 mg", "500 mg"),
        ("500.000 mg", "500 mg"),
        ("500.000 mg", "500,000 mg"),
        ("2,5 mg", "5 mg"),
        ("5 mg to -20 mg", "5 mg to 20 mg"),
        ("-5 to 3 mg", "5 to 3 mg"),
        ("5 mg/kg", "5 mg"),
        ("15 mg weekly", "15 mg daily"),
        ("1 g three times an hour", "1 g three times a day"),
        ("1 g every 4 minutes", "1 g every 4 hours"),
        ("1 g two to three times a day", "1 g three times a day"),
    ],
)
def test_two_quantities(one: str, other: str) -> None:
    assert keys(one) != keys(other)


@pytest.mark.parametrize("text", ["COVID-19", "beta-2 agonist", "HbA1c", "p53"])
def test_a_figure_in_a_word_is_no_quantity(text: str) -> None:
    assert keys(text) == []


def test_a_limit_keeps_its_sign() -> None:
    assert folded("\u2265 5") != folded("> 5")


def test_a_range_is_no_negative_number() -> None:
    assert keys("5\u201310 mg") == ["mass:5-10"]
    assert keys("HR 1.234 (1.023\u20131.456)") == [":1.234", ":1.023-1.456"]


@given(
    st.integers(1, 40),
    st.sampled_from(["{n} times a day", "{n} times daily", "{n}x/day", "{n} times per day"]),
)
def test_how_often_is_read_as_it_is_written(n: int, form: str) -> None:
    assert keys(form.format(n=n)) == [f"per day:{n}"]


@given(st.text(alphabet="0123456789.,-/ mgkdayhx\u2265\u2212 .", max_size=40))
def test_any_text_is_read_and_nothing_twice(text: str) -> None:
    found = amounts(folded(text))
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= a.start < a.end <= len(folded(text)) for a in found)
