"""MedCalc-Bench's `relevant_entities` to typed inputs: hostile text in, values out, and every repair is listed.

Units are read as they were found. Where a value makes no sense in the unit that is written (sodium in mg/dL, a patch in
mg), the input's own unit is tried, and for counts of cells those that counts come in; what was taken is named. A value
that makes no sense in the input's own unit is refused.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from wardround.calculators.calculator import Calculator
from wardround.calculators.common import CELLS
from wardround.calculators.errors import CalculatorError, InputError
from wardround.calculators.inputs import Input, Kind
from wardround.calculators.reading import read, shown
from wardround.calculators.spoken_units import ucum
from wardround.calculators.written_numbers import NUMBER, typed_number
from wardround.clinical import Quantity, UnitError, convert

_LONGEST = 20_000
_DEEPEST = 12
_LONGEST_VALUE = 80
_WRITTEN = re.compile(rf"\s*({NUMBER})\s*(.*)")
_AMERICAN = re.compile(r"\s*(\d{1,2})[/-](\d{1,2})[/-](\d{4})\s*")
_CELL_UNITS = ("/uL", CELLS, "/mL", "/L")
_CELLS_AS_FOUND = {
    "l": "/L",
    "ml": "/mL",
    "ul": "/uL",
    "m^3": "/uL",
    "m3": "/uL",
    "mm^3": "/uL",
    "mm3": "/uL",
}
"""A count is written with the volume alone; `m^3` stands for the cubic millimetre."""
_DENIED = re.compile(
    r"\s*(no|none|not|absent|false|negative|never|denied|denies|normal|unremarkable|n/?a)\b", re.IGNORECASE
)
_PAIRS = {"input steroid": ("given drug", "dose")}
"""An entity that holds a choice and a quantity, and the inputs that take them."""


class EntitiesError(CalculatorError):
    """The text of the entities cannot be read, or names what the calculator does not know."""


@dataclass(frozen=True, slots=True)
class EntityReading:
    """`values` go into `calculate` with `assuming=assumed`: what the entities leave out counts as absent there."""

    values: Mapping[str, object]
    assumed: tuple[str, ...]
    repairs: tuple[str, ...]
    unread: tuple[str, ...]


def read_entities(text: str, calculator: Calculator) -> EntityReading:
    """The inputs of the calculator in these entities. Raises EntitiesError, InputError."""
    repairs: list[str] = []
    unread: list[str] = []
    values: dict[str, object] = {}
    for name, raw in _spread(_parsed(text)):
        one = _input_of(calculator, name)
        if one is None:
            unread.append(name)
            continue
        value = _value(one, raw, repairs)
        if value is not None:
            values[one.name] = value
    if unread and all(one.optional for one in calculator.inputs):
        raise EntitiesError(f"{calculator.id} knows no '{unread[0]:.60}': a sum without it would be wrong")
    assumed = tuple(
        one.name for one in calculator.inputs if one.name not in values and one.unsaid is not None
    )
    return EntityReading(values, assumed, tuple(repairs), tuple(unread))


def _parsed(text: str) -> Mapping[str, object]:
    if len(text) > _LONGEST:
        raise EntitiesError(
            f"relevant_entities: {len(text)} characters, more than {_LONGEST}: give one patient's alone"
        )
    depth = deepest = 0
    for letter in text:
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    try:
        found = ast.literal_eval(text.strip()) if deepest <= _DEEPEST else None
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise EntitiesError(
            f"relevant_entities: '{text[:60]}' is no dictionary of names: write {{'age': [64, 'years']}}"
        )
    return found


def _spread(entities: Mapping[str, object]) -> list[tuple[str, object]]:
    """Entities one by one; one that holds a choice and a quantity becomes two."""
    found: list[tuple[str, object]] = []
    for name, raw in entities.items():
        pair = _PAIRS.get(_plain(name))
        if pair is not None and isinstance(raw, (list, tuple)) and len(raw) >= 2:
            found += [(pair[0], raw[0]), (pair[1], list(raw[1:]))]
        else:
            found.append((name, raw))
    return found


def _input_of(calculator: Calculator, name: str) -> Input | None:
    plain = _plain(name)
    for one in calculator.inputs:
        if plain in (_plain(one.name), *map(_plain, one.also)):
            return one
    return next((one for one in calculator.inputs if _plain(one.label) == plain), None)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9<>≥≤#]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def _value(one: Input, raw: object, repairs: list[str]) -> object | None:
    """The value as `calculate` takes it; None where an optional input cannot be read."""
    if one.kind is Kind.DATE:
        return _day(raw)
    if one.kind in (Kind.QUANTITY, Kind.AGE):
        if isinstance(raw, (list, tuple)) and len(raw) > 2 and len(raw) % 2 == 0:
            return _together(one, raw) or _quantity(one, raw, repairs)
        return _quantity(one, raw, repairs)
    if one.kind is Kind.YES_NO:
        return _yes_no(one, raw, repairs)
    return _choice(one, raw, repairs)


def _day(raw: object) -> object:
    found = _AMERICAN.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        return raw
    month, day, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return raw


def _together(one: Input, raw: Sequence[object]) -> tuple[float, str] | None:
    """Years and months, feet and inches: pairs that stand one after another, as one; None where they are no such pairs."""
    total = 0.0
    for number, unit in zip(raw[::2], raw[1::2], strict=True):
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not isinstance(unit, str):
            return None
        try:
            total += float(convert(Quantity(float(number), ucum(unit)), one.unit, one.analyte).value)
        except (UnitError, ValueError, OverflowError):
            return None
    return total, one.unit


def _quantity(one: Input, raw: object, repairs: list[str]) -> object:
    number, unit = _number_and_unit(raw)
    if number is None:
        return raw
    written = _unit_as_found(one, unit)
    fault: InputError | None = None
    if written is not None:
        fault = _fault(one, (number, written))
        if fault is None:
            return (number, written)
    for candidate in _CELL_UNITS if one.unit == CELLS else (one.unit,):
        if candidate != written and _fault(one, (number, candidate)) is None:
            if unit is not None or not one.bare:
                repairs.append(f"{one.name}: '{shown(raw)}' was taken for {number:g} {candidate}")
            return (number, candidate)
    if fault is not None:
        raise fault
    return (number, one.unit)


def _number_and_unit(raw: object) -> tuple[float | None, str | None]:
    if isinstance(raw, bool):
        return None, None
    if isinstance(raw, (int, float)):
        return float(raw) if abs(raw) < 1e300 else None, None
    if isinstance(raw, Sequence) and not isinstance(raw, str) and raw:
        number, _ = _number_and_unit(raw[0])
        return number, raw[1] if len(raw) > 1 and isinstance(raw[1], str) else None
    if isinstance(raw, str):
        found = _WRITTEN.fullmatch(raw) if len(raw) <= _LONGEST_VALUE else None
        with suppress(ValueError):
            if found is not None:
                number, _ = _number_and_unit(typed_number(found[1]))
                return number, found[2].strip() or None
    return None, None


def _unit_as_found(one: Input, unit: str | None) -> str | None:
    """UCUM for the unit that stands there; None where it is none."""
    if unit is None:
        return one.unit if one.bare else None
    if one.unit == CELLS:
        bare = unicodedata.normalize("NFKC", unit).lower().replace("μ", "u").replace("µ", "u")
        bare = re.sub(r"^(cells?|counts?|platelets?)?\s*(per|/)?\s*", "", bare).strip()
        if bare in _CELLS_AS_FOUND:
            return _CELLS_AS_FOUND[bare]
    try:
        return ucum(unit)
    except UnitError:
        return None


def _fault(one: Input, raw: object) -> InputError | None:
    try:
        read(one, raw)
    except InputError as error:
        return error
    return None


def _yes_no(one: Input, raw: object, repairs: list[str]) -> object:
    if isinstance(raw, str) and _fault(one, raw) is not None:
        counted = not _DENIED.match(raw)
        repairs.append(f"{one.name}: '{shown(raw)}' was taken for {'yes' if counted else 'no'}")
        return counted
    return raw


def _choice(one: Input, raw: object, repairs: list[str]) -> object | None:
    if _fault(one, raw) is not None and one.optional:
        repairs.append(f"{one.name}: '{shown(raw)}' is none of {', '.join(one.choices)}: left out")
        return None
    return raw
