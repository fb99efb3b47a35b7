"""Every calculator as a command and as an agent's tool: typed units go in, what is missing is named, the unit comes out."""

from __future__ import annotations

from math import sqrt

import pytest
from typer.testing import CliRunner

from wardround.calculators import (
    Calculator,
    Input,
    Kind,
    MissingInputsError,
    Result,
    calculate,
    calculator_of,
    calculators,
    input_model,
)
from wardround.cli import app
from wardround.clinical import Quantity, convert

CHILDREN = ("paediatric-weight", "paediatric-fluids")
USUAL = {
    "weight": 70.0, "height": 170.0, "systolic_bp": 120.0, "diastolic_bp": 80.0, "creatinine": 1.0, "sodium": 140.0, "chloride": 104.0,
    "bicarbonate": 20.0, "albumin": 4.0, "glucose": 180.0, "bun": 14.0, "calcium": 9.0, "total_cholesterol": 200.0, "hdl": 50.0,
    "triglycerides": 150.0, "temperature": 37.0, "ph": 7.4, "pao2": 90.0, "paco2": 40.0, "fio2": 21.0, "target": 120.0, "gcs": 15.0,
    "oxygen_saturation": 97.0, "potassium": 4.0, "cycle": 28.0, "bmi": 22.0, "heart_rate": 80.0, "respiratory_rate": 16.0,
}  # fmt: skip
"""In the input's own unit; the middle of its bounds where none stands here."""


def usual(id: str, one: Input, unit: str) -> object:
    """What a form or an agent would give: a value and a unit, yes or no, a choice, a day."""
    if one.kind is Kind.AGE:
        return {"value": 5.0 if id in CHILDREN else 50.0, "unit": "a"}
    if one.kind is Kind.QUANTITY:
        assert one.low is not None
        assert one.high is not None
        scores = one.unit == "{score}" and one.name != "gcs"
        value = 1.0 if scores else USUAL.get(one.name, round(sqrt(max(one.low, 0.1) * one.high), 3))
        written = convert(Quantity(value, one.unit), unit, one.analyte).value
        return {"value": float(written), "unit": unit}
    if one.kind is Kind.YES_NO:
        return False
    return one.choices[0] if one.kind is Kind.CHOICE else "2024-02-01"


def forms(calculator: Calculator) -> list[dict[str, object]]:
    """All inputs in their own unit, and in every other unit that is offered."""
    most = max(len(one.other_units) for one in calculator.inputs)
    return [
        {
            one.name: usual(calculator.id, one, (one.unit, *one.other_units)[min(at, len(one.other_units))])
            for one in calculator.inputs
        }
        for at in range(most + 1)
    ]


@pytest.mark.parametrize("id", sorted(calculators()))
def test_the_tools_model_leads_to_a_result_in_every_unit_that_is_offered(id: str) -> None:
    calculator = calculator_of(id)
    values = []
    for form in forms(calculator):
        inputs = input_model(id).model_validate(form).model_dump(exclude_none=True)
        done = calculate(id, inputs)
        assert isinstance(done, Result), (form, done)
        assert (done.unit, done.worked != "") == (calculator.unit, True)
        values.append(done.value)
    assert all(value == values[0] or value == pytest.approx(values[0], rel=0.02) for value in values)


@pytest.mark.parametrize("id", sorted(calculators()))
def test_the_command_names_what_is_missing_one_by_one(id: str) -> None:
    calculator = calculator_of(id)
    form = forms(calculator)[0]
    for name in [one.name for one in calculator.inputs if not (one.optional or one.instead)]:
        given = {other: value for other, value in form.items() if other != name}
        with pytest.raises(MissingInputsError) as raised:
            calculate(id, given)
        assert raised.value.missing == (name,)
    said = CliRunner().invoke(app, ["calculate", id, "--json"])
    assert said.exit_code == 1
    assert '"kind": "MissingInputsError"' in said.stdout
