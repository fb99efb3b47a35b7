"""CKD-EPI 2021 by hand: the four branches, the units of the equation, and for whom it says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.clinical import analyte_slug, ckd_epi_2021

CASES = [
    # 142 * (0.9/0.7)^-1.2 * 0.9938^55 * 1.012 = 142 * 0.7396 * 0.7103 * 1.012
    (0.9, 55, "female", 75.5),
    # 142 * (0.5/0.7)^-0.241 * 0.9938^30 * 1.012 = 142 * 1.0845 * 0.8298 * 1.012
    (0.5, 30, "female", 129.3),
    # 142 * (4.5/0.9)^-1.2 * 0.9938^76 = 142 * 0.14496 * 0.6234
    (4.5, 76, "male", 12.8),
    # 142 * (0.6/0.9)^-0.302 * 0.9938^40 = 142 * 1.1303 * 0.7798
    (0.6, 40, "male", 125.2),
]


@pytest.mark.parametrize(("mg_dl", "age", "sex", "expected"), CASES)
def test_the_equation_by_hand(mg_dl: float, age: float, sex: str, expected: float) -> None:
    found = ckd_epi_2021(mg_dl * 88.4, age, sex)  # type: ignore[arg-type]
    assert found == pytest.approx(expected, abs=0.2)


@pytest.mark.parametrize(
    ("creatinine", "age", "sex"),
    [(80, 17.9, "male"), (80, 40, "unknown"), (80, 40, "other"), (80, 40, None), (0, 40, "male")],
)
def test_no_estimate_for_children_unknown_sex_or_no_creatinine(
    creatinine: float, age: float, sex: str | None
) -> None:
    assert ckd_epi_2021(creatinine, age, sex) is None  # type: ignore[arg-type]


@given(st.floats(20, 1500), st.floats(1.01, 3), st.floats(18, 105), st.sampled_from(["female", "male"]))
def test_more_creatinine_is_less_filtration(creatinine: float, more: float, age: float, sex: str) -> None:
    low, high = ckd_epi_2021(creatinine * more, age, sex), ckd_epi_2021(creatinine, age, sex)  # type: ignore[arg-type]
    assert low is not None
    assert high is not None
    assert 0 < low < high


def test_a_loinc_number_says_what_is_measured() -> None:
    for code in ("33914-3", "48642-3", "48643-1", "62238-1", "50210-4"):
        assert analyte_slug(code) == "analyte.egfr"
    for code in ("2160-0", "38483-4", "14682-9"):
        assert analyte_slug(code) == "analyte.creatinine"
    assert analyte_slug("1968-7") is None  # direct bilirubin is not bilirubin
    assert analyte_slug("99999-9") is None
