"""What is known of a patient when the base is asked: answers, measurements, results, and what is on the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from wardround.clinical import but

_NOTHING: Mapping[str, bool] = MappingProxyType({})
_NO_VALUES: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)  # without slots, so that `but` can copy it
class Evidence:
    """Missing is unknown, never absent. Quantities are in the unit that the base gives for them.

    `unsure` are findings asked about without a usable answer: marginalised like the unknown, but not asked again.
    `known_conditions` are those on the record (inferred or alternatives). `pregnant` None is unknown.
    """

    age: float | None = None
    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    pregnant: bool | None = None
    findings: Mapping[str, bool | float] = field(default_factory=lambda: _NOTHING)
    unsure: frozenset[str] = frozenset()
    analytes: Mapping[str, float] = field(default_factory=lambda: _NO_VALUES)
    tests: Mapping[str, bool] = field(default_factory=lambda: _NOTHING)
    known_conditions: frozenset[str] = frozenset()

    def with_finding(self, finding: str, value: bool | float | None) -> Evidence:
        """A copy that knows one more answer; None means that the patient is unsure."""
        if value is None:
            return but(self, unsure=self.unsure | {finding})
        return but(self, findings={**self.findings, finding: value}, unsure=self.unsure - {finding})

    def with_analyte(self, analyte: str, value: float) -> Evidence:
        """A copy that knows one more measured value."""
        return but(self, analytes={**self.analytes, analyte: value})

    def with_test(self, test: str, positive: bool) -> Evidence:
        """A copy that knows one more result."""
        return but(self, tests={**self.tests, test: positive})
