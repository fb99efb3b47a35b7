"""Quick records: as frozen dataclasses are, at a third of the cost of making one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from wardround.records import quick


@quick
@dataclass(frozen=True)
class Dose:
    """A record with every kind of field."""

    drug: str
    value: float = 1.0
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("value: give 0 or more")


def test_it_is_made_compared_and_copied_like_any_dataclass() -> None:
    assert Dose("a") == Dose("a", 1.0, [])
    assert replace(Dose("a"), value=2.0) == Dose("a", value=2.0)
    assert repr(Dose("a")) == "Dose(drug='a', value=1.0, notes=[])"


def test_no_two_share_what_a_factory_makes() -> None:
    one, other = Dose("a"), Dose("b")
    one.notes.append("x")
    assert other.notes == []


def test_it_stays_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Dose("a").drug = "b"  # type: ignore[misc]


def test_what_is_missing_or_unknown_is_an_error_and_checks_still_run() -> None:
    with pytest.raises(TypeError, match="drug"):
        Dose()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="dose"):
        Dose("a", dose=1)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="give 0 or more"):
        Dose("a", -1.0)
