"""For whom a value holds: which of several banded values applies to a person of known age, sex and pregnancy.

The most specific band wins (pregnancy before sex before the narrower age span); of equals the later one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from wardround.knowledge.schema import Who


@dataclass(frozen=True, slots=True)
class Stratum:
    """People who are alike for the base. `pregnant` is False for men."""

    age: float
    sex: Literal["female", "male"]
    pregnant: bool = False


class Banded(Protocol):
    @property
    def who(self) -> Who: ...


T = TypeVar("T", bound=Banded)


def holds(who: Who, stratum: Stratum) -> bool:
    """Whether a band contains the stratum."""
    return (
        who.age[0] <= stratum.age < who.age[1]
        and who.sex in ("any", stratum.sex)
        and who.pregnant in (None, stratum.pregnant)
    )


def may_hold(who: Who, age: float | None, sex: str, pregnant: bool | None) -> bool:
    """Whether a band may contain a person of whom something is unknown: what is unknown excludes nobody."""
    if age is not None and not who.age[0] <= age < who.age[1]:
        return False
    if sex in ("female", "male") and who.sex not in ("any", sex):
        return False
    if sex == "male" and who.pregnant:
        return False
    return pregnant is None or who.pregnant in (None, pregnant)


def specificity(who: Who) -> tuple[bool, bool, float]:
    """Larger is more specific."""
    return (who.pregnant is not None, who.sex != "any", who.age[0] - who.age[1])


def applying(items: Iterable[T], stratum: Stratum) -> T | None:
    """The most specific item that holds for the stratum, or None."""
    best: T | None = None
    for item in items:
        if holds(item.who, stratum) and (best is None or specificity(item.who) >= specificity(best.who)):
            best = item
    return best
