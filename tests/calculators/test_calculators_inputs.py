"""What may be given, what is refused, and that nothing is guessed: for every calculator there is."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.calculators import (
    CalculatorError,
    InputError,
    Kind,
    MissingInputsError,
    Result,
    Stated,
    UnknownCalculatorError,
    calculate,
    calculator_of,
    calculators,
    input_model,
    result_json,
)
from wardround.clinical import Quantity, is_unit

_BMI: dict[str, object] = {"weight": "80 kg", "height": "2 m"}


@pytest.mark.parametrize(
    "weight",
    [
        "80 kg",
        " 80kg ",
        Quantity(80, "kg"),
        (80, "kg"),
        ["80", "kg"],
        {"value": 80, "unit": "kg"},
        "80000 g",
        Stated("80 kg", "fact-1"),
    ],
    ids=str,
)
def test_a_quantity_may_be_written_in_many_ways(weight: object) -> None:
    done = calculate("body-mass-index", {**_BMI, "weight": weight})
    assert isinstance(done, Result)
    assert done.value == pytest.approx(20)


@pytest.mark.parametrize(
    ("weight", "says"),
    [
        (80, "no unit"),
        ("80", "no unit"),
        ("80 mmol/L", "measures something else"),
        ("80 florins", "no unit that is known"),
        ("<80 kg", "a bound, not a value"),
        (Quantity(80, "kg", ">="), "a bound, not a value"),
        ("eighty", "no quantity"),
        (True, "no number"),
        (math.nan, "no number"),
        (10**400, "no number"),
        ([80, "kg", "extra"], "no number"),
        ([80, 7], "no unit"),
        ({"unit": "kg"}, "no number"),
        ("800 kg", "outside 0.3 to 500 kg"),
        ("0.01 kg", "outside 0.3 to 500 kg"),
        ("-80 kg", "outside 0.3 to 500 kg"),
        ("8" * 500, "no quantity"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_wrong_quantity_names_the_field_and_what_is_wrong(weight: object, says: str) -> None:
    with pytest.raises(InputError) as raised:
        calculate("body-mass-index", {**_BMI, "weight": weight})
    assert raised.value.field == "weight"
    assert str(raised.value).startswith("weight: ")
    assert says in str(raised.value)


def test_yes_no_choice_and_day_say_how_to_write_them() -> None:
    smokes = {
        "age": 50,
        "sex": "male",
        "total_cholesterol": "200 mg/dL",
        "hdl": "50 mg/dL",
        "systolic_bp": 120,
        "treated_pressure": "no",
    }
    with pytest.raises(InputError, match=r"smoker: 'maybe' is neither yes nor no"):
        calculate("framingham-hard-coronary", {**smokes, "smoker": "maybe"})
    with pytest.raises(InputError, match=r"sex: 'other' is none of: female, male"):
        calculate("framingham-hard-coronary", {**smokes, "smoker": "no", "sex": "other"})
    with pytest.raises(InputError, match=r"last_period: '02/14/2024' is no day: write year-month-day"):
        calculate("due-date", {"last_period": "02/14/2024", "cycle": 28})
    done = calculate("due-date", {"last_period": datetime(2024, 1, 1, 12), "cycle": "4 weeks"})
    assert isinstance(done, Result)
    assert done.value == date(2024, 10, 8)


def test_an_unknown_calculator_and_an_unknown_input_offer_what_is_close() -> None:
    with pytest.raises(UnknownCalculatorError, match="cockcroft-gault"):
        calculate("cockroft-gault", {})
    with pytest.raises(InputError, match=r"wieght.*did you mean weight"):
        calculate("body-mass-index", {**_BMI, "wieght": "80 kg"})


def test_none_is_missing_and_never_zero() -> None:
    with pytest.raises(MissingInputsError) as raised:
        calculate("body-mass-index", {"weight": None, "height": "2 m"})
    assert raised.value.missing == ("weight",)
    assert "kg" in str(raised.value)


@pytest.mark.parametrize("id", sorted(calculators()))
def test_every_required_input_is_missed_by_name(id: str) -> None:
    required = [one.name for one in calculator_of(id).inputs if not one.optional]
    with pytest.raises(MissingInputsError) as raised:
        calculate(id, {})
    if required:
        assert list(raised.value.missing) == required
    assert raised.value.missing


@pytest.mark.parametrize("id", sorted(calculators()))
def test_every_calculator_is_whole(id: str) -> None:
    one = calculator_of(id)
    names = [each.name for each in one.inputs]
    assert len(names) == len(set(names))
    assert one.formula
    assert one.title
    assert one.source.body
    assert 1900 < one.source.year < 2027
    assert one.source.grade == {"known": "recalled", "opened": "reviewed"}[one.source.status]
    assert one.unit == "date" or is_unit(one.unit)
    for each in one.inputs:
        assert each.label
        if each.kind in (Kind.QUANTITY, Kind.AGE):
            assert each.low is not None
            assert each.high is not None
            assert each.low < each.high
            assert all(is_unit(unit) for unit in (each.unit, *each.other_units))
        if each.kind is Kind.CHOICE:
            assert len(each.choices) > 1
            assert all(choice in each.choices for _, choice in each.words)
            assert each.unsaid is None or each.unsaid in each.choices


@pytest.mark.parametrize("id", sorted(calculators()))
def test_every_calculator_has_an_input_model(id: str) -> None:
    model = input_model(id)
    schema = model.model_json_schema()
    assert list(schema["properties"]) == [one.name for one in calculator_of(id).inputs]
    assert all("description" in field for field in schema["properties"].values())
    assert model().model_dump(exclude_none=True) == {}
    assert input_model(id) is model


def test_the_input_model_leads_back_into_the_calculator() -> None:
    filled = input_model("body-mass-index").model_validate(
        {"weight": {"value": 80, "unit": "kg"}, "height": {"value": 2, "unit": "m"}}
    )
    done = calculate("body-mass-index", filled.model_dump(exclude_none=True))
    assert isinstance(done, Result)
    assert done.value == pytest.approx(20)


def test_the_numbers_of_medcalc_bench_are_all_there_once() -> None:
    numbers = [one.medcalc for one in calculators().values() if one.medcalc is not None]
    assert len(numbers) == len(set(numbers)) == 55


def test_what_is_assumed_is_listed_and_a_number_cannot_be() -> None:
    inputs = {"creatinine": "1 mg/dL", "bilirubin": "1 mg/dL", "inr": 1, "sodium": "140 mmol/L"}
    done = calculate("meld-na", inputs, assuming=("dialysis", "hemodialysis"))
    assert isinstance(done, Result)
    assert done.assumed == ("dialysis", "hemodialysis")
    assert result_json(done)["assumed_absent"] == ["dialysis", "hemodialysis"]
    with pytest.raises(InputError, match=r"sodium: cannot be assumed"):
        calculate("meld-na", {k: v for k, v in inputs.items() if k != "sodium"}, assuming=("sodium",))


def test_where_a_value_came_from_stands_in_the_result() -> None:
    done = calculate("body-mass-index", {**_BMI, "weight": Stated(Quantity(80, "kg"), "fact-7")})
    assert isinstance(done, Result)
    assert [(one.name, one.origin) for one in done.inputs] == [("weight", "fact-7"), ("height", None)]


_JUNK: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.dates()
    | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(id=st.sampled_from(sorted(calculators())), data=st.data())
def test_junk_is_an_error_of_the_room_or_an_answer(id: str, data: st.DataObject) -> None:
    inputs = {one.name: data.draw(_JUNK) for one in calculator_of(id).inputs}
    with suppress(CalculatorError):
        result_json(calculate(id, inputs))
