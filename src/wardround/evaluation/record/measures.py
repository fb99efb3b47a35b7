"""Numbers of the oracle's own: UCUM units by factor, a median, a least-squares slope."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

_MASS: Final = {"kg": 1e3, "g": 1.0, "mg": 1e-3, "ug": 1e-6, "ng": 1e-9, "pg": 1e-12, "[lb_av]": 453.59237}
_LENGTH: Final = {"m": 1e2, "cm": 1.0, "mm": 0.1, "[in_i]": 2.54, "[ft_i]": 30.48}
_PRESSURE: Final = {"kPa": 1.0, "mm[Hg]": 0.133322}
_COUNT: Final = {"10*3/uL": 1e9, "10*9/L": 1e9, "10*6/uL": 1e12, "10*12/L": 1e12}
_LITRES: Final = {"L": 1.0, "dL": 0.1, "mL": 1e-3}
_PER_MASS: Final = {
    f"{m}/{v}": _MASS[m] / litres for m in ("g", "mg", "ug", "ng", "pg") for v, litres in _LITRES.items()
}
_MOLES: Final = {"mol": 1.0, "mmol": 1e-3, "umol": 1e-6, "nmol": 1e-9}
_PER_MOLES: Final = {f"{m}/{v}": n / litres for m, n in _MOLES.items() for v, litres in _LITRES.items()}
_ALIKE: Final = (_MASS, _LENGTH, _PRESSURE, _COUNT, _PER_MASS, _PER_MOLES)
_CLEARANCE: Final = frozenset(("mL/min", "mL/min/{1.73_m2}"))
_KELVIN: Final = {"Cel": (1.0, 273.15), "K": (1.0, 0.0), "[degF]": (5 / 9, 273.15 - 32 * 5 / 9)}
_A1C: Final = frozenset(("%", "mmol/mol"))

MOLAR_MASS: Final = MappingProxyType(
    {
        **dict.fromkeys(("2339-0", "2345-7"), 180.156),
        **dict.fromkeys(("2093-3", "18262-6", "2085-9"), 386.664),
        "2571-8": 885.453,
        **dict.fromkeys(("38483-4", "2160-0"), 113.120),
        **dict.fromkeys(("6299-2", "3094-0"), 28.014),
        "1975-2": 584.673,
        **dict.fromkeys(("49765-1", "17861-6"), 40.078),
    }
)
"""g/mol of what a LOINC number measures, from docs/record-questions.md."""
NEAR: Final = 1e-6
TINY: Final = 1e-9
STEADY: Final = 0.05
YEAR: Final = 365.25


def converted(
    value: float, source: str | None, target: str | None, codes: Sequence[str] = ()
) -> float | None:
    """The value in another unit; None where that can't be said. `codes` are LOINC numbers of what was measured."""
    if source == target:
        return value
    if not source or not target:
        return None
    for table in _ALIKE:
        if source in table and target in table:
            return value * table[source] / table[target]
    if source in _KELVIN and target in _KELVIN:
        (scale, offset), (to, zero) = _KELVIN[source], _KELVIN[target]
        return (value * scale + offset - zero) / to
    if {source, target} == _CLEARANCE and "33914-3" in codes:
        return value
    if {source, target} == _A1C and "4548-4" in codes:
        return (value - 2.152) / 0.09148 if source == "%" else value * 0.09148 + 2.152
    return _molar(value, source, target, codes)


def _molar(value: float, source: str, target: str, codes: Sequence[str]) -> float | None:
    mass = next((MOLAR_MASS[code] for code in codes if code in MOLAR_MASS), None)
    if mass is None:
        return None
    if source in _PER_MASS and target in _PER_MOLES:
        return value * _PER_MASS[source] / mass / _PER_MOLES[target]
    if source in _PER_MOLES and target in _PER_MASS:
        return value * _PER_MOLES[source] * mass / _PER_MASS[target]
    return None


def median(values: Sequence[float]) -> float:
    """The middle one, or the mean of the middle two."""
    ranked = sorted(values)
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return math.fsum(values) / len(values)


def slope(points: Sequence[tuple[date, float]]) -> float | None:
    """Least squares, per year of 365.25 days; None where all points fall on one day, or there is none."""
    if not points:
        return None
    first = min(day for day, _ in points)
    xs = [(day - first).days / YEAR for day, _ in points]
    middle, level = mean(xs), mean([y for _, y in points])
    spread = math.fsum((x - middle) ** 2 for x in xs)
    if not spread:
        return None
    return math.fsum((x - middle) * (y - level) for x, (_, y) in zip(xs, points, strict=True)) / spread


def fitted_change(points: Sequence[tuple[date, float]]) -> tuple[float, float] | None:
    """How far the fitted line moves over the points, and what movement would still be steady."""
    steep = slope(points)
    if steep is None:
        return None
    years = (max(d for d, _ in points) - min(d for d, _ in points)).days / YEAR
    return steep * years, STEADY * abs(mean([y for _, y in points]))


def near(first: float, second: float) -> bool:
    """Equal as answers are compared."""
    largest = max(abs(first), abs(second))
    return largest < TINY or abs(first - second) <= NEAR * largest
