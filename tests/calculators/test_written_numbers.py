"""Numbers as people type them: with a decimal comma, with groups of thousands; what may be two numbers is refused."""

from __future__ import annotations

import pytest

from wardround.calculators import (
    InputError,
    NoResult,
    Result,
    calculate,
    calculator_of,
    read_entities,
    work_out,
)
from wardround.calculators.written_numbers import typed_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5), ("1,5", 1.5), ("0,75", 0.75), ("0,125", 0.125), ("-2,5", -2.5), (",5", 0.5), (".5", 0.5), ("12,34", 12.34), ("1,2345", 1.2345),
        ("1234,567", 1234.567), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1,234,567", 1234567), ("1.234.567", 1234567), ("2e3", 2000), (" 7 ", 7),
    ],
)  # fmt: skip
def test_what_is_unambiguous_is_read(text: str, value: float) -> None:
    assert typed_number(text) == value


@pytest.mark.parametrize("text", ["1,500", "12,345", "+150,000"])
def test_a_comma_before_three_digits_may_mean_two_things(text: str) -> None:
    with pytest.raises(ValueError, match=r"may be .* or .*: write the one that is meant"):
        typed_number(text)


@pytest.mark.parametrize("text", ["", "one", "1,2,3", "1.2.3", "1,,2", "1,23.4"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        typed_number(text)


def test_a_calculator_takes_a_decimal_comma_and_asks_about_the_other() -> None:
    inputs: dict[str, object] = {"age": 60, "sex": "male", "creatinine": "1,5 mg/dL"}
    comma, point = (
        calculate("ckd-epi-2021", inputs),
        calculate("ckd-epi-2021", {**inputs, "creatinine": "1.5 mg/dL"}),
    )
    assert isinstance(comma, Result)
    assert isinstance(point, Result)
    assert comma.value == point.value
    with pytest.raises(InputError, match=r"creatinine: '1,500' may be 1\.500 or 1500"):
        calculate("ckd-epi-2021", {**inputs, "creatinine": "1,500 mg/dL"})


@pytest.mark.parametrize("raw", ["'1,5 mg/dL'", "['1,5', 'mg/dL']"])
def test_entities_take_a_decimal_comma(raw: str) -> None:
    found = read_entities(f"{{'age': 60, 'sex': 'male', 'creatinine': {raw}}}", calculator_of("ckd-epi-2021"))
    assert not found.repairs
    done = work_out(calculator_of("ckd-epi-2021"), found.values)
    assert not isinstance(done, NoResult)
    assert {one.name: one.value for one in done.inputs}["creatinine"] == 1.5


def test_an_entity_that_may_be_two_numbers_is_refused_with_both() -> None:
    calculator = calculator_of("ckd-epi-2021")
    found = read_entities("{'age': 60, 'sex': 'male', 'creatinine': '1,500 mg/dL'}", calculator)
    with pytest.raises(InputError, match="may be"):
        work_out(calculator, found.values)
