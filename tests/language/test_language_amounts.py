"""Numbers and units are exact; durations and moments are told apart; pressure gives two findings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wardround.language import Reader
from wardround.language.amounts import digits

Measure = Callable[..., list[tuple[str, float | None, str]]]
TEMPERATURE = "finding.temperature"


@pytest.mark.parametrize(
    ("written", "value"),
    [("38,5", 38.5), ("1,000", 1000), ("1,000.5", 1000.5), ("12,345,678", 12345678), ("0,5", 0.5), ("0,125", 0.125),
     ("7", 7), ("1,00,0", None), ("1.2.3", None), ("9" * 40, None)],
)  # fmt: skip
def test_digits(written: str, value: float | None) -> None:
    assert digits(written) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("38,5 °C", [(TEMPERATURE, 38.5, "Cel")]),
        ("it was 38.3 degrees Celsius", [(TEMPERATURE, 38.3, "Cel")]),
        ("101 F", [(TEMPERATURE, 101.0, "[degF]")]),
        ("38 degrees", [(TEMPERATURE, 38.0, "Cel")]),
        ("my temperature was 38", [(TEMPERATURE, 38.0, "Cel")]),
        ("a fever of 39.2", [(TEMPERATURE, 39.2, "Cel")]),
        ("pulse 88", [("finding.heart_rate", 88.0, "/min")]),
        ("5 mg", [("quantity", 5.0, "mg")]),
        ("10 µg", [("quantity", 10.0, "ug")]),
        ("10 mcg", [("quantity", 10.0, "ug")]),
        ("1,000 mg", [("quantity", 1000.0, "mg")]),
        ("half a tablet", [("quantity", 0.5, "{tablet}")]),
        ("seventy five milligrams", [("quantity", 75.0, "mg")]),
        ("5 mg/kg", [("quantity", 5.0, "mg/kg")]),
        ("one hundred and five mg", [("quantity", 105.0, "mg")]),
        ("two hundred twenty one mg", [("quantity", 221.0, "mg")]),
        ("6 out of 10", [("finding.pain_score", 6.0, "{score}")]),
    ],
)
def test_values(measure: Measure, text: str, expected: list[tuple[str, float | None, str]]) -> None:
    assert measure(text) == expected


@pytest.mark.parametrize(
    "text", ["120/80", "BP 120/80", "120 over 80", "blood pressure was 120/80 mmHg", "120 / 80"]
)
def test_blood_pressure_gives_both(measure: Measure, text: str) -> None:
    assert sorted(measure(text)) == [
        ("finding.diastolic_bp", 80.0, "mm[Hg]"),
        ("finding.systolic_bp", 120.0, "mm[Hg]"),
    ]


@pytest.mark.parametrize(
    "text", ["80/120", "24/7", "on 12/10", "room 120", "a temperature of 380", "38 people"]
)
def test_what_is_no_measurement(measure: Measure, text: str) -> None:
    assert measure(text) == []


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("for 3 days", 3, "d"),
        ("two weeks", 2, "wk"),
        ("a couple of hours", 2, "h"),
        ("for the past month", 1, "mo"),
        ("an hour and a half", 1.5, "h"),
        ("two and a half years", 2.5, "a"),
        ("half an hour", 0.5, "h"),
        ("a fortnight, or about a fortnight", 2, "wk"),
        ("the last twenty one days", 21, "d"),
    ],
)
def test_durations(reader: Reader, text: str, value: float, unit: str) -> None:
    [mention] = reader.read(text)
    assert mention.kind == "duration"
    assert mention.value is not None
    assert (mention.value.value, mention.value.unit) == (value, unit)


def test_several_vitals_in_one_line(measure: Measure) -> None:
    assert sorted(measure("fever 38.9; BP 90/60, HR 120")) == [
        ("finding.diastolic_bp", 60.0, "mm[Hg]"),
        ("finding.heart_rate", 120.0, "/min"),
        ("finding.systolic_bp", 90.0, "mm[Hg]"),
        (TEMPERATURE, 38.9, "Cel"),
    ]


def test_a_range_keeps_its_lower_end_and_says_so(reader: Reader) -> None:
    [mention] = reader.read("10 to 15 years")
    assert mention.value is not None
    assert (mention.value.value, mention.value.unit, mention.value.comparator) == (10, "a", ">=")


def test_a_vague_number_has_no_value(reader: Reader) -> None:
    [mention] = reader.read("a few days")
    assert (mention.kind, mention.value) == ("duration", None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("3 days ago", 3), ("since yesterday", 1), ("last night", 1), ("last Tuesday", None), ("this morning", None),
     ("since Monday", None), ("a week ago", 1), ("several months ago", None)],
)  # fmt: skip
def test_moments(reader: Reader, text: str, value: float | None) -> None:
    [mention] = reader.read(text)
    assert mention.kind == "onset"
    assert (mention.value.value if mention.value else None) == value


@pytest.mark.parametrize(
    "text", ["every 4 hours", "a 45 year old man", "twice a day", "three times a day", "once a week"]
)
def test_ages_and_rates_are_no_durations(reader: Reader, text: str) -> None:
    assert not [m for m in reader.read(text) if m.kind in ("duration", "onset")]


def test_an_analyte_beside_its_number_keeps_the_unit_as_said(measure: Measure) -> None:
    assert measure("potassium 5.9 mmol/L") == [("analyte.potassium", 5.9, "mmol/L")]
    assert measure("potassium 5.9") == [("analyte.potassium", 5.9, "")]
