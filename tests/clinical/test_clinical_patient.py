"""A patient's age: whole on birthdays, None where nobody can know it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.clinical import PartialDate, Patient


def born(text: str | None) -> Patient:
    return Patient("p", "Somebody", PartialDate.parse(text) if text else None, "unknown")


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        ("1959-03-08", date(2026, 3, 8), 67.0),
        ("1959-03-08", date(2026, 3, 7), 67 - 1 / 365),
        ("2008-06-01", date(2026, 6, 1), 18.0),
        ("2004-02-29", date(2025, 3, 1), 21.0),
        ("2004-02-29", date(2024, 2, 29), 20.0),
        ("2025-11-22", date(2025, 11, 22), 0.0),
        ("1959", date(2026, 7, 2), 67.0),
        (None, date(2026, 1, 1), None),
        ("2026-02-01", date(2026, 1, 1), None),
        ("1959-03-08", date(9999, 3, 8), 8040.0),
    ],
)
def test_age(birth: str | None, on: date, age: float | None) -> None:
    assert born(birth).age(on) == (pytest.approx(age) if age is not None else None)


def test_an_instant_counts_as_its_day() -> None:
    assert born("1959-03-08").age(datetime(2026, 3, 8, 23, tzinfo=UTC)) == 67.0


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(0, 40_000), st.integers(0, 400))
def test_age_only_grows(birth: date, days: int, more: int) -> None:
    first = date.fromordinal(birth.toordinal() + days)
    later = date.fromordinal(first.toordinal() + more)
    young, old = born(birth.isoformat()).age(first), born(birth.isoformat()).age(later)
    assert young is not None
    assert old is not None
    assert 0 <= young <= old
