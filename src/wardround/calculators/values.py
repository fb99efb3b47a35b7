"""The inputs as a formula reads them: numbers in the declared units, yes or no, a choice, a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

Value = float | bool | str | date


@dataclass(frozen=True, slots=True)
class Values:
    """What was given, already checked. Asking for what is not there is a KeyError: a formula asks for what decides whether
    it applies before it asks for the rest."""

    given: Mapping[str, Value]

    def number(self, name: str) -> float:
        """A quantity in the input's unit, or an age in years."""
        value = self.given[name]
        assert isinstance(value, float), name
        return value

    def maybe(self, name: str) -> float | None:
        """The same of an optional input; None where it was not given."""
        return self.number(name) if name in self.given else None

    def yes(self, name: str) -> bool:
        """Is the criterion met?"""
        value = self.given[name]
        assert isinstance(value, bool), name
        return value

    def choice(self, name: str) -> str:
        """The choice that was made."""
        value = self.given[name]
        assert isinstance(value, str), name
        return value

    def day(self, name: str) -> date:
        """The calendar day."""
        value = self.given[name]
        assert isinstance(value, date), name
        return value

    def has(self, name: str) -> bool:
        """Was it given?"""
        return name in self.given
