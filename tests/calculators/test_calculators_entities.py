"""Entities as the benchmark writes them: units as found, repairs named, hostile text refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.calculators import (
    CalculatorError,
    EntitiesError,
    InputError,
    Result,
    calculator_of,
    calculators,
    read_entities,
    work_out,
)


def _read(id: str, **entities: Any) -> dict[str, Any]:
    return dict(read_entities(repr(entities), calculator_of(id)).values)


def _used(id: str, entities: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    calculator = calculator_of(id)
    reading = read_entities(repr(entities), calculator)
    done = work_out(calculator, reading.values, assuming=reading.assumed)
    assert isinstance(done, Result)
    return {one.name: one.value for one in done.inputs}, reading.repairs


_FIB4 = {
    "age": [50, "years"],
    "Alanine aminotransferase": [25.0, "U/L"],
    "Aspartate aminotransferase": [40.0, "U/L"],
}


@pytest.mark.parametrize(
    ("number", "unit", "repaired"),
    [
        (200000.0, "µL", False),
        (200000.0, "μL", False),
        (200000.0, "m^3", False),
        (200000.0, "mm^3", False),
        (200000.0, "count/µL", False),
        (200000000000.0, "L", False),
        (200.0, "10^9/L", False),
        (200000000.0, "L", True),
        (200000.0, "L", True),
    ],
)
def test_counts_of_cells_in_any_volume(number: float, unit: str, repaired: bool) -> None:
    used, repairs = _used("fib-4", {**_FIB4, "Platelet count": [number, unit]})
    assert used["platelets"] == pytest.approx(200)
    assert bool(repairs) is repaired


_GAP = {"Chloride": [100.0, "mmol/L"], "Bicarbonate": [14.0, "mEq/L"]}


def test_sodium_in_milligrams_is_taken_for_what_it_can_only_be_and_named() -> None:
    used, repairs = _used("anion-gap", {**_GAP, "Sodium": [140.0, "mg/dL"]})
    assert used["sodium"] == 140
    assert len(repairs) == 1
    assert "sodium" in repairs[0]
    assert "140" in repairs[0]


def test_what_is_beyond_belief_in_its_own_unit_is_refused() -> None:
    with pytest.raises(InputError, match=r"albumin.*17\.1 g/dL"):
        _read("corrected-calcium", Calcium=[9.0, "mg/dL"], Albumin=[17.1, "g/dL"])


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (37.0, "degrees celsisus"),
        (37.0, "degrees celsius"),
        (98.6, "degrees fahreinheit"),
        (98.6, "degrees fahrenheit"),
    ],
)
def test_temperatures_as_they_are_spelt(number: float, unit: str) -> None:
    calculator = calculator_of("sirs")
    reading = read_entities(repr({"Temperature": [number, unit]}), calculator)
    assert reading.values["temperature"] in ((37.0, "Cel"), (98.6, "[degF]"))
    assert reading.repairs == ()


@pytest.mark.parametrize("unit", ["mmhg", "mm hg", "mm Hg", "mmHg"])
def test_pressures_as_they_are_spelt(unit: str) -> None:
    used, repairs = _used(
        "mean-arterial-pressure",
        {"Systolic Blood Pressure": [120, unit], "Diastolic Blood Pressure": [60.0, unit]},
    )
    assert used == {"systolic_bp": 120, "diastolic_bp": 60}
    assert repairs == ()


@pytest.mark.parametrize(
    ("age", "years"),
    [
        ([30, "years"], 30),
        ([240, "months"], 20),
        ([18, "years", 6, "months"], 18.5),
        ([10958, "days"], 30),
        (40, 40),
        ([40], 40),
    ],
)
def test_ages_in_any_unit(age: object, years: float) -> None:
    used, _ = _used("ckd-epi-2021", {"age": age, "sex": "Male", "creatinine": [1.0, "mg/dL"]})
    assert used["age"] == pytest.approx(years, abs=0.01)


def test_feet_and_inches_are_one_height() -> None:
    used, _ = _used("body-mass-index", {"weight": [80, "kg"], "height": [5, "feet", 10, "inches"]})
    assert used["height"] == pytest.approx(177.8)


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        (True, True),
        (False, False),
        ("True", True),
        ("absent", False),
        ("Not mentinoed", False),
        ("none", False),
        ("Severe", True),
    ],
)
def test_text_in_one_row_and_boolean_in_the_next(said: object, counted: bool) -> None:
    entities = {"Smoker": said, "Blood pressure being treated with medicines": False, "age": [50, "years"], "sex": "Male",
                "Total cholesterol": [200, "mg/dL"], "high-density lipoprotein cholesterol": [50, "mg/dL"],
                "Systolic Blood Pressure": [120, "mm Hg"]}  # fmt: skip
    used, _ = _used("framingham-hard-coronary", entities)
    assert used["smoker"] is counted


def test_what_is_left_out_is_assumed_by_name_only_where_it_can_be() -> None:
    reading = read_entities("{'creatinine': [1.0, 'mg/dL']}", calculator_of("meld-na"))
    assert set(reading.assumed) == {"dialysis", "hemodialysis"}
    assert set(reading.values) == {"creatinine"}


def test_american_days_become_days() -> None:
    assert _read("due-date", **{"cycle length": 28, "Last menstrual date": "02/28/2007"}) == {
        "cycle": (28.0, "d"),
        "last_period": date(2007, 2, 28),
    }


def test_a_day_that_is_none_is_refused_when_it_is_used() -> None:
    calculator = calculator_of("due-date")
    reading = read_entities("{'cycle length': 28, 'Last menstrual date': '02/30/2007'}", calculator)
    with pytest.raises(InputError, match=r"last_period: '02/30/2007' is no day"):
        work_out(calculator, reading.values)


def test_a_steroid_and_its_dose_stand_in_one_entity() -> None:
    used, _ = _used(
        "steroid-conversion",
        {"input steroid": ["PredniSONE PO", 40.0, "mg"], "target steroid": "Dexamethasone IV"},
    )
    assert used == {"given_drug": "prednisone", "dose": 40, "wanted_drug": "dexamethasone"}


def test_a_patch_in_milligrams_is_micrograms_an_hour() -> None:
    used, repairs = _used(
        "morphine-equivalents",
        {"FentANYL patch Dose": [25, "mg"], "FentANYL patch Dose Per Day": [1, "per day"]},
    )
    assert used["fentanyl_patch_dose"] == 25
    assert len(repairs) == 1


def test_an_opioid_that_is_not_known_is_not_left_out_of_the_sum() -> None:
    with pytest.raises(EntitiesError, match="Heroin Dose"):
        _read("morphine-equivalents", **{"Morphine Dose": [10, "mg"], "Heroin Dose": [10, "mg"]})


def test_a_name_that_is_no_input_is_told() -> None:
    assert read_entities(
        "{'weight': [80, 'kg'], 'Shoe size': 44}", calculator_of("body-mass-index")
    ).unread == ("Shoe size",)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "42", "{", "{1: 2}", "__import__('os').system('true')", "{'a': open('x')}", "(" * 5000, "{'a':" * 400 + "1" + "}" * 400,
     "{'a': 9" + "9" * 25000 + "}", "\x00", "{'a': 1e999}" * 3],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(EntitiesError):
        read_entities(text, calculator_of("body-mass-index"))


_VALUES: Any = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=15) | st.none(),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(id=st.sampled_from(sorted(calculators())), data=st.data())
def test_any_values_are_read_or_refused(id: str, data: st.DataObject) -> None:
    calculator = calculator_of(id)
    names = [name for one in calculator.inputs for name in (one.name, *one.also)]
    entities = data.draw(st.dictionaries(st.sampled_from(names), _VALUES, max_size=6))
    with suppress(CalculatorError):
        reading = read_entities(repr(entities), calculator)
        work_out(calculator, reading.values, assuming=reading.assumed)
