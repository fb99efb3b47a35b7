"""Means and bootstrap intervals over cases: what is unscored leaves the mean, and is never a zero."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.evaluation import intervals, means
from wardround.evaluation.intervals import ratio_intervals

SCORES = st.lists(st.floats(0, 1), min_size=2, max_size=30)


def test_what_is_unscored_leaves_the_mean() -> None:
    rows: list[dict[str, float | None]] = [{"a": 1.0, "b": None}, {"a": None, "b": None}, {"a": 0.5}]
    assert means(rows, ("a", "b")) == {"a": 0.75, "b": None}


def test_nothing_played_is_no_mean() -> None:
    assert means([], ("a",)) == {"a": None}
    assert intervals([], ("a",), 0) == {"a": None}


def test_one_case_has_no_interval() -> None:
    assert intervals([{"a": 1.0}, {"a": None}], ("a",), 0) == {"a": None}


def test_an_interval_is_as_wide_as_theory_has_it() -> None:
    rows = [{"a": float(k % 2)} for k in range(400)]
    found = intervals(rows, ("a",), 1)["a"]
    assert found is not None
    half = 1.96 * math.sqrt(0.25 / 400)
    assert found[0] == pytest.approx(0.5 - half, abs=0.01)
    assert found[1] == pytest.approx(0.5 + half, abs=0.01)


def test_the_seed_decides() -> None:
    rows = [{"a": k / 7 % 1} for k in range(20)]
    assert intervals(rows, ("a",), 3) == intervals(rows, ("a",), 3)
    assert intervals(rows, ("a",), 3) != intervals(rows, ("a",), 4)


@given(SCORES)
def test_an_interval_lies_within_what_was_seen(scores: list[float]) -> None:
    found = intervals([{"a": s} for s in scores], ("a",), 0)["a"]
    assert found is not None
    assert min(scores) - 1e-4 <= found[0] <= found[1] <= max(scores) + 1e-4


@given(SCORES)
def test_cases_are_resampled_whole(scores: list[float]) -> None:
    """Two figures that are the same in every case have the same interval."""
    rows = [{"a": s, "b": s} for s in scores]
    found = intervals(rows, ("a", "b"), 0)
    assert found["a"] == found["b"]


def test_the_interval_of_a_share_holds_the_share_and_weighs_cases_by_what_they_have() -> None:
    """99 right of 99 in one case and 0 of 1 in each of 3: the share is 99 of 102, not the mean of 1, 0, 0, 0."""
    rows = [{"share": (99.0, 99.0)}, *[{"share": (0.0, 1.0)}] * 3]
    interval = ratio_intervals(rows, ("share",), 1)["share"]
    assert interval is not None
    assert interval[0] <= 99 / 102 <= interval[1]
    assert ratio_intervals([{"share": (1.0, 2.0)}] * 9, ("share",), 1)["share"] == (0.5, 0.5)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert ratio_intervals([], ("share",), 1) == {"share": None}
    assert ratio_intervals([{"share": (0.0, 0.0)}] * 3, ("share",), 1) == {"share": None}
    assert ratio_intervals([{"share": (1.0, 2.0)}, {"share": (0.0, 0.0)}], ("share",), 1) == {"share": None}
