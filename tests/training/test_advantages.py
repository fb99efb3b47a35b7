"""A rollout is measured against its group: what is better than the others is encouraged, and likeness teaches nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.training import group_relative

RETURNS = st.lists(st.floats(0, 1), min_size=2, max_size=16)


@given(RETURNS)
def test_advantages_sum_to_nothing_and_keep_the_order(returns: list[float]) -> None:
    found = group_relative(returns)
    assert abs(found.sum()) < 1e-9
    assert np.all(np.diff(found[np.argsort(returns, kind="stable")]) >= 0)


@given(st.floats(0, 1), st.integers(2, 8))
def test_rollouts_that_came_out_alike_have_none(score: float, group: int) -> None:
    assert np.allclose(group_relative([score] * group), 0.0, atol=1e-12)


def test_a_wide_group_is_scaled_to_unit_spread_and_noise_is_not_blown_up() -> None:
    assert group_relative([0.0, 1.0]).tolist() == [-1.0, 1.0]
    assert group_relative([0.5, 0.501]).tolist() == pytest.approx([-0.01, 0.01])


@pytest.mark.parametrize("returns", [[0.5], [], [0.5, float("nan")]], ids=["one", "none", "unscored"])
def test_what_is_no_group_is_refused(returns: list[float]) -> None:
    with pytest.raises(ValueError, match="returns"):
        group_relative(returns)
