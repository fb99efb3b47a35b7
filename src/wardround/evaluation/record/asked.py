"""A question as data, an answer as data, and when two answers are the same: the frame of docs/record-questions.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from wardround.evaluation.record.concepts import normal
from wardround.evaluation.record.measures import near

Scalar = float | int | str | bool | None
ORDERED: Final = ("values_between",)


@dataclass(frozen=True, slots=True)
class Thing:
    """What is asked about: a code, or words."""

    kind: str
    concept: tuple[str, str] | None = None
    words: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As a question carries it."""
        concept = {"system": self.concept[0], "code": self.concept[1]} if self.concept else None
        return {"kind": self.kind, "concept": concept, "words": self.words}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    ask: str
    about: Thing
    on: date | None = None
    since: date | None = None
    until: date | None = None
    known: date | None = None
    unit: str | None = None
    than: float | None = None
    n: int | None = None
    text: str | None = None
    other: Thing | None = None

    @property
    def windowed(self) -> bool:
        """Whether a window is given."""
        return self.since is not None or self.until is not None

    def as_json(self) -> dict[str, Any]:
        """The question without what is null."""
        said: dict[str, Any] = {"ask": self.ask, **self.about.as_json()}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in ("ask", "about") or value is None:
                continue
            said[one.name] = (
                value.isoformat()
                if isinstance(value, date)
                else value.as_json()
                if isinstance(value, Thing)
                else value
            )
        return {key: value for key, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Expected:
    """The right answer; a list of numbers or texts is a set unless the ask is ordered."""

    value: Scalar | tuple[Scalar, ...]
    unit: str | None = None
    when: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is reported."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"value": value, "unit": self.unit, "when": self.when}


NOTHING: Final = Expected(None)


def is_right(expected: Expected, got: Mapping[str, Any], ask: str) -> bool:
    """Whether an answer says what is expected."""
    if not _same(expected.value, got.get("value"), ask in ORDERED):
        return False
    if expected.unit is not None and got.get("unit") != expected.unit:
        return False
    when = got.get("when")
    return expected.when is None or (when is not None and str(when)[:10] == expected.when)


def _same(first: Any, second: Any, ordered: bool) -> bool:
    if isinstance(first, tuple):
        if not isinstance(second, Sequence | set | frozenset) or isinstance(second, str):
            return False
        return _lists(list(first), list(second), ordered)
    return _alike(first, second)


def _lists(first: list[Any], second: list[Any], ordered: bool) -> bool:
    if ordered:
        return len(first) == len(second) and all(map(_alike, first, second))
    covered = all(any(_alike(a, b) for b in second) for a in first)
    return covered and all(any(_alike(a, b) for a in first) for b in second)


def _alike(first: Any, second: Any) -> bool:
    if isinstance(first, bool) or isinstance(second, bool) or first is None or second is None:
        return first is second
    if isinstance(first, str):
        return normal(first) == normal(second) if isinstance(second, str) else _day(second) == first
    return isinstance(second, int | float) and near(float(first), float(second))


def _day(value: Any) -> str | None:
    return value.isoformat()[:10] if isinstance(value, date) else None
