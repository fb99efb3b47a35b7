"""Each equation gives what was worked by hand, shows the numbers it used, and says when it does not apply."""

from __future__ import annotations

import pytest
from equations_by_hand import CASES, Case

from wardround.calculators import InputError, MissingInputsError, NoResult, Result, calculate, calculators
from wardround.calculators.equations import EQUATIONS


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)])
def test_an_equation_gives_what_was_worked_by_hand(case: Case) -> None:
    id, inputs, expected = case
    done = calculate(id, inputs)
    assert isinstance(done, Result)
    if isinstance(expected, float):
        assert done.value == pytest.approx(expected, rel=2e-3)
    else:
        assert done.value == expected
    assert done.source == calculators()[id].source
    assert {one.name for one in done.inputs} == set(inputs)
    assert "=" in done.worked or ":" in done.worked


def test_every_equation_has_a_case() -> None:
    assert {one.id for one in EQUATIONS} == {id for id, _, _ in CASES}


def test_the_working_holds_the_numbers_that_were_put_in() -> None:
    done = calculate(
        "anion-gap", {"sodium": "141 mmol/L", "chloride": "103 mmol/L", "bicarbonate": "17 mmol/L"}
    )
    assert isinstance(done, Result)
    assert done.worked == "anion gap 141 - (103 + 17) = 21 mmol/L"
    assert done.unit == "mmol/L"


EQUIVALENT = {
    "betamethasone": 0.75,
    "cortisone": 25,
    "dexamethasone": 0.75,
    "hydrocortisone": 20,
    "methylprednisolone": 4,
    "prednisolone": 5,
    "prednisone": 5,
    "triamcinolone": 4,
}
"""The table of Goodman and Gilman, in mg."""
FACTORS = {
    "codeine": ("10 mg", 1.5),
    "fentanyl_buccal": ("100 ug", 13),
    "fentanyl_patch": ("10 ug/h", 24),
    "hydrocodone": ("10 mg", 10),
    "hydromorphone": ("10 mg", 50),
    "methadone": ("10 mg", 47),
    "morphine": ("10 mg", 10),
    "oxycodone": ("10 mg", 15),
    "oxymorphone": ("10 mg", 30),
    "tapentadol": ("10 mg", 4),
    "tramadol": ("10 mg", 2),
}
"""A dose of each, and the mg of morphine that it counts as by CDC's table of 2022."""


@pytest.mark.parametrize("drug", sorted(EQUIVALENT))
def test_a_steroid_is_converted_by_the_table(drug: str) -> None:
    done = calculate(
        "steroid-conversion",
        {"given_drug": drug, "dose": f"{EQUIVALENT[drug]} mg", "wanted_drug": "hydrocortisone"},
    )
    assert isinstance(done, Result)
    assert done.value == pytest.approx(20)


@pytest.mark.parametrize("drug", sorted(FACTORS))
def test_an_opioid_counts_by_the_table(drug: str) -> None:
    dose, morphine = FACTORS[drug]
    done = calculate("morphine-equivalents", {f"{drug}_dose": dose, f"{drug}_per_day": 2})
    assert isinstance(done, Result)
    assert done.value == pytest.approx(2 * morphine)
    assert (done.meaning is not None) is (2 * morphine >= 50)


@pytest.mark.parametrize(
    ("creatinine", "stage"),
    [
        (1.01, "G1"),
        (1.03, "G2"),
        (1.41, "G2"),
        (1.44, "G3a"),
        (1.80, "G3a"),
        (1.83, "G3b"),
        (2.52, "G3b"),
        (2.56, "G4"),
        (4.50, "G4"),
        (4.55, "G5"),
    ],
)
def test_filtration_has_its_category(creatinine: float, stage: str) -> None:
    done = calculate("ckd-epi-2021", {"age": 50, "sex": "male", "creatinine": f"{creatinine} mg/dL"})
    assert isinstance(done, Result)
    assert done.meaning == f"KDIGO category {stage}"


@pytest.mark.parametrize(("rate", "warned"), [(49, True), (50, False), (110, False), (111, True)])
def test_a_rate_far_from_sixty_is_warned_of(rate: int, warned: bool) -> None:
    done = calculate("qtc-bazett", {"qt": 400, "heart_rate": rate})
    assert isinstance(done, Result)
    assert bool(done.warnings) is warned


@pytest.mark.parametrize(
    ("id", "inputs", "worked"),
    [
        (
            "ckd-epi-2021",
            {"age": 50, "sex": "female", "creatinine": "0.7 mg/dL"},
            "142 x min(0.7/0.7, 1)^-0.241 x max(0.7/0.7, 1)^-1.2 x 0.9938^50 x 1.012 = ",
        ),
        (
            "ckd-epi-2021",
            {"age": 50, "sex": "male", "creatinine": "0.9 mg/dL"},
            "142 x min(0.9/0.9, 1)^-0.302 x max(0.9/0.9, 1)^-1.2 x 0.9938^50 = ",
        ),
        ("ideal-body-weight", {"height": "70 [in_i]", "sex": "male"}, "50.0 + 2.3 x (70 in - 60) = 73 kg"),
        (
            "ideal-body-weight",
            {"height": "70 [in_i]", "sex": "female"},
            "45.5 + 2.3 x (70 in - 60) = 68.5 kg",
        ),
        (
            "corrected-sodium",
            {"sodium": "135 mmol/L", "glucose": "100 mg/dL"},
            "glucose 100 mg/dL is not over 100",
        ),
        ("maintenance-fluids", {"weight": "25 kg"}, "4 x 10 + 2 x 10 + 1 x 5 = 65 mL/h"),
    ],
)
def test_the_working_is_the_formula(id: str, inputs: dict[str, object], worked: str) -> None:
    done = calculate(id, inputs)
    assert isinstance(done, Result)
    assert done.worked.startswith(worked)


@pytest.mark.parametrize(("today", "warned"), [("2024-11-10", False), ("2024-11-12", True)])
def test_a_pregnancy_of_more_than_44_weeks_is_warned_of(today: str, warned: bool) -> None:
    done = calculate("gestational-age", {"last_period": "2024-01-01", "today": today})
    assert isinstance(done, Result)
    assert any("44 weeks" in one for one in done.warnings) is warned


_ADULT = {"sex": "female", "creatinine": "1 mg/dL"}
_LIPIDS = {
    "total_cholesterol": "200 mg/dL",
    "hdl": "50 mg/dL",
    "systolic_bp": 120,
    "treated_pressure": False,
    "smoker": False,
}


@pytest.mark.parametrize(
    ("id", "inputs", "because"),
    [
        ("cockcroft-gault", {**_ADULT, "age": 12, "weight": "40 kg", "height": "150 cm"}, "adults"),
        ("ckd-epi-2021", {**_ADULT, "age": "17.9 years"}, "adults"),
        ("mdrd", {**_ADULT, "age": 3}, "adults"),
        ("fib-4", {"age": 10, "ast": "40 U/L", "alt": "25 U/L", "platelets": "200 10*9/L"}, "adults"),
        ("paediatric-weight", {"age": 13}, "under 13"),
        (
            "ldl-friedewald",
            {"total_cholesterol": "300 mg/dL", "hdl": "30 mg/dL", "triglycerides": "401 mg/dL"},
            "400",
        ),
        ("framingham-hard-coronary", {**_LIPIDS, "sex": "male", "age": 29}, "30 to 79"),
        ("framingham-hard-coronary", {**_LIPIDS, "sex": "male", "age": 80}, "30 to 79"),
        ("delta-ratio", {"sodium": "140 mmol/L", "chloride": "100 mmol/L", "bicarbonate": "24 mmol/L"}, "24"),
        (
            "ldl-friedewald",
            {"total_cholesterol": "100 mg/dL", "hdl": "60 mg/dL", "triglycerides": "300 mg/dL"},
            "no LDL",
        ),
        ("insulin-correction", {"glucose": "69 mg/dL", "target": "120 mg/dL", "daily_insulin": 40}, "low"),
        (
            "insulin-correction",
            {"glucose": "110 mg/dL", "target": "120 mg/dL", "daily_insulin": 40},
            "target",
        ),
        ("maintenance-fluids", {"weight": "3 kg", "age": "27.9 d"}, "28 days"),
        ("paediatric-fluids", {"age": 30, "weight": "70 kg", "dehydration": 5, "hours": 24}, "children"),
    ],
)
def test_a_formula_that_does_not_speak_of_the_patient_says_why(
    id: str, inputs: dict[str, object], because: str
) -> None:
    done = calculate(id, inputs)
    assert isinstance(done, NoResult)
    assert because in done.reason


_TRIAL = {"sodium": "140 mmol/L", "chloride": "100 mmol/L", "bicarbonate": "14 mmol/L"}


@pytest.mark.parametrize(
    ("id", "inputs", "said"),
    [
        ("morphine-equivalents", {"oxycodone_dose": "10 mg", "oxycodone_per_day": 2}, "cross-tolerance is incomplete"),
        ("morphine-equivalents", {"methadone_dose": "10 mg", "methadone_per_day": 2}, "a prescriber decides, a specialist"),
        ("morphine-equivalents", {"morphine_dose": "10 mg", "morphine_per_day": 2}, "not for injections"),
        ("steroid-conversion", {"given_drug": "prednisolone", "dose": "5 mg", "wanted_drug": "dexamethasone"}, "no prescription"),
        ("insulin-correction", {"glucose": "220 mg/dL", "target": "120 mg/dL", "daily_insulin": 36}, "a prescriber decides"),
        ("insulin-correction", {"glucose": "250 mg/dL", "target": "120 mg/dL", "daily_insulin": 36}, "check ketones"),
        ("insulin-correction", {"glucose": "14 mmol/L", "target": "7 mmol/L", "daily_insulin": 36}, "check ketones"),
        ("maintenance-fluids", {"weight": "8 kg"}, "for the prescriber"),
        ("maintenance-fluids", {"weight": "64 kg"}, "rarely need more"),  # 104 mL/h, 2496 mL a day
        ("maintenance-fluids", {"weight": "64 kg", "age": 40}, "CG174"),
        ("paediatric-fluids", {"age": 1, "weight": "10 kg", "dehydration": 5, "hours": 24}, "raised sodium"),
        ("free-water-deficit", {"age": 50, "sex": "male", "weight": "70 kg", "sodium": "160 mmol/L"}, "10 mmol/L in 24 hours"),
        ("delta-gap", _TRIAL, "say which is meant"),
        ("albumin-corrected-delta-gap", {**_TRIAL, "albumin": "2 g/dL"}, "is not taken off"),
        # 1 January 2024 + 280 days, in a leap year: 7 October
        ("due-date", {"last_period": "2024-01-01", "cycle": 28}, "it is 2024-10-07"),
    ],
)  # fmt: skip
def test_what_could_be_taken_for_an_order_says_that_it_is_none(
    id: str, inputs: dict[str, object], said: str
) -> None:
    done = calculate(id, inputs)
    assert isinstance(done, Result)
    assert said in " ".join(done.warnings)


@pytest.mark.parametrize(
    ("id", "inputs", "unsaid"),
    [
        (
            "insulin-correction",
            {"glucose": "249 mg/dL", "target": "120 mg/dL", "daily_insulin": 36},
            "ketones",
        ),
        ("maintenance-fluids", {"weight": "40 kg"}, "rarely need more"),  # 80 mL/h, 1920 mL a day
        ("due-date", {"last_period": "2023-01-01", "cycle": 28}, "280 days"),  # 8 October either way
    ],
)
def test_a_warning_stands_only_where_it_belongs(id: str, inputs: dict[str, object], unsaid: str) -> None:
    done = calculate(id, inputs)
    assert isinstance(done, Result)
    assert unsaid not in " ".join(done.warnings)


def test_pressures_and_dates_in_the_wrong_order_name_the_field() -> None:
    with pytest.raises(InputError, match=r"diastolic_bp.*exchanged"):
        calculate("mean-arterial-pressure", {"systolic_bp": 60, "diastolic_bp": 120})
    with pytest.raises(InputError, match=r"today.*before the last period"):
        calculate("gestational-age", {"last_period": "2024-03-01", "today": "2024-02-01"})


def test_a_dose_without_its_frequency_is_missing_the_frequency() -> None:
    with pytest.raises(MissingInputsError) as raised:
        calculate(
            "morphine-equivalents", {"codeine_dose": "30 mg", "morphine_dose": "10 mg", "morphine_per_day": 2}
        )
    assert raised.value.missing == ("codeine_per_day",)
    with pytest.raises(MissingInputsError):
        calculate("morphine-equivalents", {})


def test_a_calendar_ends_without_a_crash() -> None:
    with pytest.raises(InputError, match="last_period"):
        calculate("due-date", {"last_period": "9999-06-01", "cycle": 28})
