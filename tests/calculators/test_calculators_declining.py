"""That a calculator does not apply is said as soon as it is known: before more is asked for, and never as a wrong value."""

from __future__ import annotations

import pytest

from wardround.calculators import InputError, MissingInputsError, NoResult, calculate, calculators

EARLY: tuple[tuple[str, dict[str, object], str], ...] = (
    ("paediatric-weight", {"age": 30}, "children under 13"), ("paediatric-weight", {"age": "64 a"}, "children under 13"),
    ("paediatric-fluids", {"age": 18}, "for children"), ("paediatric-fluids", {"age": 40, "weight": "180 kg"}, "for children"),
    ("paediatric-fluids", {"age": "5 d"}, "newborns"), ("maintenance-fluids", {"age": "5 d"}, "newborns"),
    ("news2", {"age": 12}, "16 years"), ("ckd-epi-2021", {"age": 7}, "adults"), ("mdrd", {"age": 7}, "adults"),
    ("cockcroft-gault", {"age": 17}, "adults"), ("fib-4", {"age": 12}, "adults"), ("framingham-hard-coronary", {"age": 25}, "30 to 79"),
    ("centor", {"age": 2}, "three years"), ("curb-65", {"age": 9}, "adults"), ("apache-ii", {"age": 15}, "adults"), ("has-bled", {"age": 15}, "adults"),
    ("ldl-friedewald", {"triglycerides": "500 mg/dL"}, "400"), ("insulin-correction", {"glucose": "3 mmol/L"}, "low"),
    ("insulin-correction", {"glucose": "110 mg/dL", "target": "120 mg/dL"}, "nothing to correct"),
    ("delta-ratio", {"bicarbonate": "24 mmol/L"}, "normal value"), ("albumin-corrected-delta-ratio", {"bicarbonate": "24 mmol/L"}, "normal value"),
)  # fmt: skip


@pytest.mark.parametrize(("id", "inputs", "says"), EARLY, ids=[f"{id} {inputs}" for id, inputs, _ in EARLY])
def test_what_already_tells_that_it_does_not_apply_is_enough(
    id: str, inputs: dict[str, object], says: str
) -> None:
    done = calculate(id, inputs)
    assert isinstance(done, NoResult)
    assert says in done.reason
    assert {one.name for one in done.inputs} <= inputs.keys()


def test_an_age_that_nobody_has_is_still_no_age() -> None:
    for id in ("paediatric-weight", "news2"):
        for age in (130, -1):
            with pytest.raises(InputError, match="believable"):
                calculate(id, {"age": age})


def test_ages_of_every_calculator_are_those_of_people() -> None:
    for one in calculators().values():
        for each in one.inputs:
            if each.name == "age":
                assert (each.low, each.high) == (0, 125), one.id


def test_a_wrong_value_is_named_before_what_is_missing() -> None:
    with pytest.raises(InputError, match="heart_rate"):
        calculate("news2", {"age": 40, "heart_rate": 900})


def test_qsofa_takes_the_coma_scale_or_the_mentation_and_refuses_a_contradiction() -> None:
    signs: dict[str, object] = {"respiratory_rate": 22, "systolic_bp": 120}
    with pytest.raises(MissingInputsError, match="or altered_mentation") as raised:
        calculate("qsofa", signs)
    assert raised.value.missing == ("gcs",)
    for mind, points in (
        ({"gcs": 14}, 2),
        ({"gcs": 15}, 1),
        ({"altered_mentation": "yes"}, 2),
        ({"altered_mentation": False}, 1),
    ):
        done = calculate("qsofa", {**signs, **mind})
        assert not isinstance(done, NoResult)
        assert done.value == points
    for gcs, altered in ((15, True), (13, False)):
        with pytest.raises(InputError, match="says the opposite"):
            calculate("qsofa", {**signs, "gcs": gcs, "altered_mentation": altered})
    assumed = calculate("qsofa", {**signs, "altered_mentation": True}, assuming=("gcs",))
    assert not isinstance(assumed, NoResult)
    assert (assumed.value, assumed.assumed) == (2, ())
