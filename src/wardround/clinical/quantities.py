"""Quantities with UCUM units, and conversion between units, per analyte where mass becomes substance."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with a UCUM unit. `comparator` keeps "<0.01" from becoming 0.01."""

    value: float
    unit: str
    comparator: str | None = None
