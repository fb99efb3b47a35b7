"""From what was given to what a formula reads: units are converted, bounds are checked, and every refusal names its field.

Given may be a number, text ("80 kg", "yes", "2024-02-14"), a Quantity, [value, unit], {"value": ..., "unit": ...}, a day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wardround.calculators.errors import InputError
from wardround.calculators.inputs import Input, Kind
from wardround.calculators.spoken_units import ucum
from wardround.calculators.values import Value
from wardround.calculators.written_numbers import NUMBER, typed_number
from wardround.clinical import Quantity, UnitError, convert

_NUMBER = re.compile(rf"\s*(?P<sign>[<>≤≥]=?)?\s*(?P<value>{NUMBER})\s*(?P<unit>.*?)\s*")
_LONGEST = 120
_YES = frozenset(("yes", "y", "true", "present", "positive"))
_NO = frozenset(("no", "n", "false", "absent", "negative"))


@dataclass(frozen=True, slots=True)
class Stated:
    """A value together with where it came from: a fact's id, a sentence, a row."""

    value: object
    origin: str


def read(one: Input, raw: object) -> Value:
    """The value of this input. Raises InputError that says how to write it."""
    if one.kind in (Kind.QUANTITY, Kind.AGE):
        return _quantity(one, raw)
    if one.kind is Kind.YES_NO:
        return _yes_no(one, raw)
    if one.kind is Kind.CHOICE:
        return _choice(one, raw)
    return _day(one, raw)


def shown(raw: object) -> str:
    """What was given, in words, never more than a line."""
    if isinstance(raw, Quantity):
        return f"{raw.comparator or ''}{raw.value:g} {raw.unit}".strip()
    if isinstance(raw, Mapping):
        return f"{raw.get('value', '')} {raw.get('unit') or ''}".strip()[:_LONGEST]
    if isinstance(raw, Sequence) and not isinstance(raw, (str, bytes)):
        return " ".join(str(part) for part in raw[:2])[:_LONGEST]
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return str(raw)[:_LONGEST]


def _quantity(one: Input, raw: object) -> float:
    value, unit, sign = _parts(one, raw)
    if sign is not None:
        raise InputError(one.name, f"'{shown(raw)}' is a bound, not a value: give the value itself")
    if unit is None:
        if not one.bare:
            raise InputError(
                one.name, f"'{shown(raw)}' has no unit: write it, as in '{value:g} {_example(one)}'"
            )
        unit = one.unit
    try:
        written = ucum(unit)
    except UnitError as error:
        raise InputError(one.name, f"{error}. It is wanted in {_offered(one)}") from None
    try:
        number = float(convert(Quantity(value, written), one.unit, one.analyte).value)
    except UnitError:
        fault = f"'{shown(raw)}' is in a unit that measures something else: write it in {_offered(one)}"
        raise InputError(one.name, fault) from None
    return _believable(one, number, raw)


def _believable(one: Input, number: float, raw: object) -> float:
    if (one.low is not None and number < one.low) or (one.high is not None and number > one.high):
        raise InputError(
            one.name,
            f"'{shown(raw)}' ({number:.6g} {one.unit}) is outside {one.low:g} to {one.high:g} {one.unit}, "
            "what is believable: check the value and its unit",
        )
    return number


def _parts(one: Input, raw: object) -> tuple[float, str | None, str | None]:
    """Value, unit, comparator."""
    if isinstance(raw, Quantity):
        return raw.value, raw.unit or None, raw.comparator
    if isinstance(raw, Mapping):
        return _pair(one, raw.get("value"), raw.get("unit"))
    if isinstance(raw, str):
        return _written(one, raw)
    if isinstance(raw, Sequence) and not isinstance(raw, bytes) and len(raw) in (1, 2):
        return _pair(one, raw[0], raw[1] if len(raw) == 2 else None)
    return _number(one, raw), None, None


def _pair(one: Input, value: object, unit: object) -> tuple[float, str | None, str | None]:
    if unit is not None and not isinstance(unit, str):
        raise InputError(
            one.name, f"'{str(unit)[:60]}' is no unit: give a value and its unit, as '{_wanted(one)}'"
        )
    return _number(one, value), unit or None, None


def _written(one: Input, raw: str) -> tuple[float, str | None, str | None]:
    found = _NUMBER.fullmatch(raw) if len(raw) <= _LONGEST else None
    if found is None:
        raise InputError(one.name, f"'{raw[:60]}' is no quantity: write it as '{_wanted(one)}'")
    return _number(one, found["value"]), found["unit"] or None, found["sign"]


def _number(one: Input, raw: object) -> float:
    if isinstance(raw, str):
        return _number(one, _float(one, raw))
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise InputError(one.name, f"'{shown(raw)}' is no number: write it as '{_wanted(one)}'")
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise InputError(
            one.name, f"'{shown(raw)}' is no number that can be measured: leave out what is unknown"
        )
    return value


def _float(one: Input, text: str) -> float:
    try:
        return typed_number(text)
    except ValueError as error:
        raise InputError(one.name, str(error)) from None


def _yes_no(one: Input, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    said = raw.strip().lower() if isinstance(raw, str) else ""
    if said in _YES or said in _NO:
        return said in _YES
    raise InputError(one.name, f"'{shown(raw)}' is neither yes nor no: write yes or no")


def _choice(one: Input, raw: object) -> str:
    said = (
        {True: ("yes", "true"), False: ("no", "false")}[raw] if isinstance(raw, bool) else (_plain(str(raw)),)
    )
    for option in one.choices:
        if _plain(option) in said:
            return option
    for word, option in one.words:
        if _plain(word) in said:
            return option
    raise InputError(one.name, f"'{shown(raw)}' is none of: {', '.join(one.choices)}")


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text).strip().lower()


def _day(one: Input, raw: object) -> date:
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    if isinstance(raw, str):
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            pass
    raise InputError(one.name, f"'{shown(raw)}' is no day: write year-month-day, as in 2024-02-14")


def _example(one: Input) -> str:
    return one.unit if one.unit != "1" else ""


def _wanted(one: Input) -> str:
    middle = 1.0 if one.low is None or one.high is None else (one.low + min(one.high, 3 * one.low + 1)) / 2
    return f"{middle:.3g} {_example(one)}".strip()


def _offered(one: Input) -> str:
    return " or ".join((one.unit, *one.other_units))
