"""Whom a condition can concern at all: sex, age and pregnancy rule out, what is unknown does not."""

from __future__ import annotations

import pytest

from wardround.knowledge import UnknownEntityError, load, possible_in


@pytest.mark.parametrize(
    ("condition", "age", "sex", "pregnant", "possible"),
    [
        ("acute_prostatitis", 40, "male", None, True),
        ("acute_prostatitis", 40, "female", None, False),
        ("acute_prostatitis", 9, "male", None, False),
        ("prostatic_obstruction", 25, "male", None, False),
        ("testicular_torsion", 12, "male", None, True),
        ("testicular_torsion", 12, "female", None, False),
        ("ovarian_torsion", 25, "male", None, False),
        ("ovarian_torsion", 25, "female", None, True),
        ("ovarian_torsion", 70, "female", None, True),
        ("pre_eclampsia", 30, "female", True, True),
        ("pre_eclampsia", 30, "female", None, True),
        ("pre_eclampsia", 30, "female", False, True),
        ("gestational_diabetes", 30, "female", False, False),
        ("gestational_diabetes", 30, "female", None, True),
        ("giant_cell_arteritis", 49, "female", None, False),
        ("giant_cell_arteritis", 50, "female", None, True),
        ("sexually_transmitted_infection", 6, "female", None, False),
        ("abdominal_aortic_aneurysm", 30, "male", None, False),
        ("aortic_dissection", 30, "male", None, True),
        ("ectopic_pregnancy", 30, "male", None, False),
        ("ectopic_pregnancy", 30, "female", None, True),
        ("ischaemic_stroke", 70, "male", None, True),
    ],
)
def test_age_sex_and_pregnancy_rule_out(
    condition: str, age: float, sex: str, pregnant: bool | None, possible: bool
) -> None:
    assert possible_in(load(), f"condition.{condition}", age, sex, pregnant) is possible


def test_what_is_unknown_rules_out_nothing() -> None:
    base = load()
    for condition in (*base.conditions, *base.alternatives):
        assert possible_in(base, condition, None, "unknown", None)


def test_an_unknown_condition_is_an_error() -> None:
    with pytest.raises(UnknownEntityError, match=r"condition\.nonsense"):
        possible_in(load(), "condition.nonsense", None, "unknown", None)
