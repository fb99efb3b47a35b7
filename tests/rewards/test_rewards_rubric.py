"""Rubrics: signed integer weights, binary verdicts, and the numbers that they come to, against cases worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.rewards import Item, Verdict, gained, missed, r_task

weights = st.integers(-10, 10).filter(bool)
verdicts = st.lists(st.tuples(weights, st.sampled_from((True, False, None))), max_size=12)


def verdict(weight: int, met: bool | None, critical: bool = False) -> Verdict:
    return Verdict(Item(f"x.{weight}", "plan", "treatment", "text", weight, critical), met)


def test_the_reward_is_what_it_is_worked_out_to_by_hand() -> None:
    # wanted 5 (met) and 3 (not); unwanted -4 (not done), -8 (done): (5 - 8 + 12) / 20
    mixed = [verdict(5, True), verdict(3, False), verdict(-4, False), verdict(-8, True)]
    assert r_task(mixed) == pytest.approx(9 / 20)
    assert r_task([verdict(5, True), verdict(-8, False)]) == 1.0
    assert r_task([verdict(5, False), verdict(-8, True)]) == 0.0


def test_an_item_without_a_verdict_leaves_both_sums() -> None:
    assert r_task([verdict(5, True), verdict(10, None)]) == 1.0
    assert r_task([verdict(10, None)]) is None
    assert gained([verdict(-5, True)]) is None


def test_what_was_gained_begins_at_nothing_where_the_reward_begins_at_the_unwanted_weight() -> None:
    idle = [verdict(5, False), verdict(-5, False)]
    assert r_task(idle) == 0.5
    assert gained(idle) == 0.0
    assert gained([verdict(8, True), verdict(2, False), verdict(-4, True)]) == pytest.approx(0.4)


def test_critical_items_are_missed_where_wanted_and_undone_or_unwanted_and_done() -> None:
    all_four = [
        verdict(5, False, True),
        verdict(5, True, True),
        verdict(-5, True, True),
        verdict(-5, False, True),
    ]
    assert missed([*all_four, verdict(5, None, True), verdict(5, False)]) == (all_four[0], all_four[2])


@pytest.mark.parametrize("weight", [0, 11, -11])
def test_a_weight_beyond_ten_or_of_nothing_is_refused(weight: int) -> None:
    with pytest.raises(ValueError, match="weight"):
        verdict(weight, True)


@given(verdicts, st.data())
def test_doing_one_more_wanted_thing_never_lowers_either_number(
    pairs: list[tuple[int, bool | None]], data: st.DataObject
) -> None:
    before = [verdict(w, met) for w, met in pairs]
    undone = [i for i, v in enumerate(before) if v.item.weight > 0 and v.met is False]
    if not undone:
        return
    at = data.draw(st.sampled_from(undone))
    after = [*before[:at], Verdict(before[at].item, True), *before[at + 1 :]]
    for number in (r_task, gained):
        low, high = number(before), number(after)
        assert low is not None
        assert high is not None
        assert 0.0 <= low <= high <= 1.0
