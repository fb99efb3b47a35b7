"""Which of several banded values is for whom."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import pytest

from wardround.knowledge import Stratum, Who, applying, holds, may_hold


@dataclass(frozen=True)
class Band:
    name: str
    who: Who


BANDS = (
    Band("all", Who()),
    Band("adult", Who(age=(18, 130))),
    Band("woman", Who(sex="female")),
    Band("young woman", Who(sex="female", age=(18, 40))),
    Band("pregnant", Who(pregnant=True)),
)


@pytest.mark.parametrize(
    ("stratum", "name"),
    [
        (Stratum(5, "male"), "all"),
        (Stratum(18, "male"), "adult"),
        (Stratum(17.99, "male"), "all"),
        (Stratum(5, "female"), "woman"),
        (Stratum(39.9, "female"), "young woman"),
        (Stratum(40, "female"), "woman"),
        (Stratum(30, "female", pregnant=True), "pregnant"),
    ],
)
def test_the_most_specific_band_wins_in_whatever_order(stratum: Stratum, name: str) -> None:
    for bands in permutations(BANDS):
        found = applying(bands, stratum)
        assert found is not None
        assert found.name == name


def test_of_equal_bands_the_later_wins_and_none_is_none() -> None:
    again = Band("again", Who(age=(18, 130)))
    found = applying((BANDS[1], again), Stratum(30, "male"))
    assert found is again
    assert applying(BANDS[1:2], Stratum(3, "male")) is None


def test_what_is_unknown_excludes_nobody() -> None:
    who = Who(age=(15, 50), sex="female", pregnant=True)
    assert holds(who, Stratum(30, "female", pregnant=True))
    assert may_hold(who, None, "unknown", None)
    assert may_hold(who, 30, "other", None)
    assert may_hold(who, 30, "female", None)
    assert not may_hold(who, 30, "female", False)
    assert not may_hold(who, 50, "female", None)
    assert not may_hold(who, 30, "male", None)
    assert may_hold(Who(pregnant=False), 30, "male", None)
