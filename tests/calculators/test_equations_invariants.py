"""What must hold for any patient: the unit does not matter, and what makes a value rise makes it rise everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from equations_by_hand import CASES
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.calculators import Input, Kind, Result, calculate, calculators
from wardround.clinical import Quantity, convert

_BASE = {id: inputs for id, inputs, _ in reversed(CASES)}


def _value(id: str, inputs: Mapping[str, Any]) -> float:
    done = calculate(id, inputs)
    assert isinstance(done, Result)
    assert isinstance(done.value, (int, float))
    return float(done.value)


_IN_UNITS = [
    (id, one, unit)
    for id, inputs in sorted(_BASE.items())
    for one in calculators()[id].inputs
    if one.name in inputs and one.kind in (Kind.QUANTITY, Kind.AGE)
    for unit in one.other_units
]


@pytest.mark.parametrize(("id", "one", "unit"), _IN_UNITS, ids=[f"{i}-{o.name}-{u}" for i, o, u in _IN_UNITS])
def test_the_unit_does_not_change_the_result(id: str, one: Input, unit: str) -> None:
    done = calculate(id, _BASE[id])
    assert isinstance(done, Result)
    used = next(each for each in done.inputs if each.name == one.name)
    assert isinstance(used.value, float)
    other = convert(Quantity(used.value, one.unit), unit, one.analyte)
    assert _value(id, {**_BASE[id], one.name: other}) == pytest.approx(_value(id, _BASE[id]), rel=1e-9)


_MONOTONIC = [
    ("cockcroft-gault", "creatinine", "mg/dL", 0.4, 15, -1),
    ("cockcroft-gault", "age", "a", 18, 110, -1),
    ("ckd-epi-2021", "creatinine", "mg/dL", 0.3, 15, -1),
    ("ckd-epi-2021", "age", "a", 18, 110, -1),
    ("mdrd", "creatinine", "mg/dL", 0.3, 15, -1),
    ("fractional-excretion-of-sodium", "urine_sodium", "mmol/L", 5, 200, 1),
    ("fractional-excretion-of-sodium", "urine_creatinine", "mg/dL", 5, 400, -1),
    ("body-mass-index", "weight", "kg", 30, 250, 1),
    ("body-mass-index", "height", "cm", 100, 220, -1),
    ("body-surface-area", "height", "cm", 60, 220, 1),
    ("ideal-body-weight", "height", "cm", 130, 220, 1),
    ("anion-gap", "chloride", "mmol/L", 80, 130, -1),
    ("delta-gap", "sodium", "mmol/L", 120, 160, 1),
    ("albumin-corrected-anion-gap", "albumin", "g/dL", 1, 5, -1),
    ("corrected-calcium", "albumin", "g/dL", 1, 5, -1),
    ("corrected-sodium", "glucose", "mg/dL", 40, 1500, 1),
    ("serum-osmolality", "bun", "mg/dL", 2, 200, 1),
    ("free-water-deficit", "sodium", "mmol/L", 120, 180, 1),
    ("mean-arterial-pressure", "systolic_bp", "mm[Hg]", 60, 300, 1),
    ("qtc-bazett", "heart_rate", "/min", 30, 250, 1),
    ("qtc-fridericia", "heart_rate", "/min", 30, 250, 1),
    ("qtc-framingham", "heart_rate", "/min", 30, 250, 1),
    ("qtc-hodges", "heart_rate", "/min", 30, 250, 1),
    ("qtc-rautaharju", "heart_rate", "/min", 30, 250, 1),
    ("ldl-friedewald", "triglycerides", "mg/dL", 20, 400, -1),
    ("framingham-hard-coronary", "systolic_bp", "mm[Hg]", 90, 220, 1),
    ("framingham-hard-coronary", "hdl", "mg/dL", 20, 100, -1),
    ("fib-4", "platelets", "10*9/L", 10, 900, -1),
    ("fib-4", "ast", "U/L", 5, 3000, 1),
    ("meld-na", "bilirubin", "mg/dL", 0.2, 40, 1),
    ("meld-na", "inr", "1", 0.8, 8, 1),
    ("homa-ir", "insulin", "u[iU]/mL", 1, 200, 1),
    ("insulin-correction", "glucose", "mg/dL", 130, 600, 1),
    ("alveolar-arterial-gradient", "fio2", "%", 20, 100, 1),
    ("maintenance-fluids", "weight", "kg", 1, 150, 1),
    ("paediatric-fluids", "dehydration", "%", 0, 15, 1),
    ("steroid-conversion", "dose", "mg", 0.1, 500, 1),
    ("morphine-equivalents", "oxycodone_dose", "mg", 1, 100, 1),
]


@pytest.mark.parametrize(
    ("id", "name", "unit", "low", "high", "sign"),
    _MONOTONIC,
    ids=[f"{one[0]}-{one[1]}" for one in _MONOTONIC],
)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_more_never_turns_the_result_the_other_way(
    id: str, name: str, unit: str, low: float, high: float, sign: int, shares: tuple[float, float]
) -> None:
    less, more = (low + (high - low) * share for share in sorted(shares))
    first = _value(id, {**_BASE[id], name: Quantity(less, unit)})
    second = _value(id, {**_BASE[id], name: Quantity(more, unit)})
    assert sign * (second - first) >= -1e-9 * max(1.0, abs(first))
