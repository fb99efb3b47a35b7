"""Quantities with UCUM units, and conversion between units, per analyte where mass becomes substance."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from wardround.clinical.analytes import Analyte, analyte_of
from wardround.clinical.units import Unit, UnitError, canonical, similar, unit_of

_WRITTEN = re.compile(
    r"\s*(?P<comparator>[<>]=?|[≤≥])?\s*(?P<value>[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)"
    r"(?![0-9,.])\s*(?P<unit>\S(?:.*\S)?)?\s*"
)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with a UCUM unit. `comparator` keeps "<0.01" from becoming 0.01. "1" is the unit of pure numbers;
    an empty unit means that none was stated."""

    value: float
    unit: str
    comparator: str | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"{self.value} is no value: leave an unknown quantity out (None)")


def parse(text: str) -> Quantity:
    """Read "7.2 mmol/L", "<0.5 mg/L", "120 mmHg". The unit comes back in UCUM, empty where none is written.

    Raises ValueError that quotes what is no number, UnitError for what is no unit.
    """
    found = _WRITTEN.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise ValueError(f"'{text:.60}' is no quantity: write '7.2 mmol/L', with a point for decimals")
    value = float(found["value"])
    if not math.isfinite(value):
        raise ValueError(f"'{text:.60}' is too large for a quantity")
    sign = {"≤": "<=", "≥": ">="}.get(found["comparator"], found["comparator"])
    return Quantity(value, canonical(found["unit"]) if found["unit"] else "", sign)


def is_unit(text: str) -> bool:
    """Is this a UCUM unit (or a common way to write one) that can be converted?"""
    try:
        unit_of(text)
    except UnitError:
        return False
    return True


def convert(quantity: Quantity, unit: str, analyte: str | None = None) -> Quantity:
    """The same quantity in another unit; the comparator stays.

    `analyte` (a slug such as "analyte.glucose", or a LOINC number) is needed where mass becomes substance, charge
    becomes substance, or HbA1c changes its scale. Raises UnitError that says what would work.
    """
    if quantity.unit == unit:
        return quantity
    scale, offset = _line(quantity.unit, unit, analyte)
    try:
        value = float(Fraction(quantity.value) * scale + offset)
    except OverflowError:
        raise UnitError(f"{quantity.value} {quantity.unit} is too large to be written in {unit}") from None
    return Quantity(value, unit, quantity.comparator)


@lru_cache(maxsize=2048)
def _line(source: str, target: str, name: str | None) -> tuple[Fraction, Fraction]:
    """Scale and offset that lead from one unit to the other, exact."""
    start, end = unit_of(source), unit_of(target)
    analyte = analyte_of(name) if name else None
    if analyte is not None and analyte.scale is not None and {start.ratio, end.ratio} == {"number", "amount"}:
        return _special_scale(start, end, analyte)
    if start.label or end.label:
        return _labelled(source, target, start, end)
    if start.dimensions == end.dimensions:
        _check_ratios(source, target, start, end)
        return start.scale / end.scale, (start.offset - end.offset) / end.scale
    factor = _bridge(start, end, analyte)
    if factor is None:
        raise _mismatch(source, target, start, end, analyte, name)
    return start.scale * factor / end.scale, Fraction(0)


def _special_scale(start: Unit, end: Unit, analyte: Analyte) -> tuple[Fraction, Fraction]:
    """HbA1c: percent (NGSP) = slope * mmol/mol (IFCC) + intercept. Other sizes of both units follow."""
    assert analyte.scale is not None
    slope, intercept = analyte.scale
    percent, per_mille = Fraction(1, 100), Fraction(1, 1000)
    if start.ratio == "number":
        to_percent = start.scale / percent
        return to_percent / slope * per_mille / end.scale, -intercept / slope * per_mille / end.scale
    to_mmol = start.scale / per_mille
    return to_mmol * slope * percent / end.scale, intercept * percent / end.scale


def _labelled(source: str, target: str, start: Unit, end: Unit) -> tuple[Fraction, Fraction]:
    """`{score}` is itself or a pure number; never a percentage, never another annotation."""
    if start.label == end.label or "1" in (source, target):
        return Fraction(1), Fraction(0)
    raise UnitError(f"cannot convert {source} to {target}: a label in braces converts only to itself or to 1")


def _check_ratios(source: str, target: str, start: Unit, end: Unit) -> None:
    kinds = {start.ratio, end.ratio}
    if "amount" in kinds and len(kinds) > 1:
        raise UnitError(
            f"cannot convert {source} to {target}: a ratio of amounts (mol) is no plain fraction. "
            "For HbA1c give analyte='analyte.hba1c'"
        )


def _bridge(start: Unit, end: Unit, analyte: Analyte | None) -> Fraction | None:
    """The factor by which the analyte leads from one dimension to the other; None where it does not."""
    if analyte is None:
        return None
    change = dict(start.dimensions)
    for dimension, power in end.dimensions:
        change[dimension] = change.get(dimension, 0) - power
    left = {dimension: power for dimension, power in change.items() if power}
    if analyte.per_body_surface and set(left) == {"body_surface"}:
        return Fraction(1)
    masses, amounts, charges = (left.pop(key, 0) for key in ("mass", "substance", "equivalent"))
    if left or masses + amounts + charges != 0 or max(map(abs, (masses, amounts, charges))) != 1:
        return None
    factor = Fraction(1)
    if masses:
        if analyte.molar_mass is None:
            return None
        factor *= analyte.molar_mass**-masses
    if charges:
        if analyte.valence is None:
            return None
        factor *= Fraction(analyte.valence) ** -charges
    return factor


def _mismatch(
    source: str, target: str, start: Unit, end: Unit, analyte: Analyte | None, name: str | None
) -> UnitError:
    said = f"cannot convert {source} to {target}"
    kinds = {dimension for dimension, _ in (*start.dimensions, *end.dimensions)}
    others = [one for one in similar(start) if one != source]
    works = f"; {source} converts to {', '.join(others)}" if others else ""
    if analyte is not None:
        has = [
            f"molar mass {float(analyte.molar_mass):.6g} g/mol" if analyte.molar_mass else "no molar mass",
            f"valence {analyte.valence}" if analyte.valence else "no valence",
        ]
        return UnitError(f"{said} for {name} ({', '.join(has)}){works}")
    if "substance" in kinds and kinds & {"mass", "equivalent"}:
        return UnitError(
            f"{said} without knowing of what: give analyte='analyte.glucose' or a LOINC number{works}"
        )
    if "body_surface" in kinds:
        return UnitError(
            f"{said}: one is per 1.73 m2 of body surface. For an eGFR give analyte='analyte.egfr'{works}"
        )
    return UnitError(f"{said}: they measure different things{works}")
