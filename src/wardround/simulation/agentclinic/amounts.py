"""Numbers out of case text: `36.6°C (97.9°F)`, `125/80 mmHg`, `13,400/mm3`, in the unit that is wanted; None where there is none."""

from __future__ import annotations

import re
from typing import Final

from wardround.clinical import UnitError, convert, parse_quantity

_NUMBER: Final = re.compile(
    r"(?<![\w.,/-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<unit>[^\s\d(),;][^\s(),;]*(?: Hg)?)?"
)
_PRESSURE: Final = re.compile(r"(?<!\d)(\d{2,3})\s*/\s*(\d{2,3})(?!\d)")
_UNITS: Final = {
    "breaths/min": "/min", "breaths/minute": "/min", "beats/min": "/min", "beats/minute": "/min", "/minute": "/min",
    "breaths": "/min", "beats": "/min", "cells/mm3": "/mm3", "cells/mm³": "/mm3", "/mm³": "/mm3", "cells/µL": "/uL", "/µL": "/uL",
    "/μL": "/uL", "/mcL": "/uL", "cells/uL": "/uL", "seconds": "s", "sec": "s", "mm": "mmHg", "mm Hg": "mmHg", "lbs": "[lb_av]",
    "lb": "[lb_av]", "million/mm3": "10*6/mm3", "gm/dL": "g/dL", "gm%": "g/dL", "percent": "%", "cmm": "/mm3", "/cmm": "/mm3",
}  # fmt: skip
_UNITLESS: Final = frozenset(("bpm", "/min", "%", "{score}"))


def pressures_in(text: str) -> tuple[float, float] | None:
    """Systolic and diastolic of the first pressure in a text."""
    found = _PRESSURE.search(text)
    if found is None or float(found[1]) <= float(found[2]):
        return None
    return float(found[1]), float(found[2])


def amount_in(text: str, unit: str, analyte: str | None = None) -> float | None:
    """The first number that is written in a unit which leads to the wanted one.

    A bare number is taken as it stands only for counts a minute and percentages. `<0.01` is no value.
    """
    for found in _NUMBER.finditer(text):
        if text[: found.start()].rstrip().endswith(("<", ">", "≤", "≥")):
            continue
        number, written = found["number"].replace(",", ""), (found["unit"] or "").rstrip(".")
        written = _UNITS.get(written, written)
        if not written:
            if unit in _UNITLESS:
                return float(number)
            continue
        try:
            return float(convert(parse_quantity(f"{number} {written}"), unit, analyte).value)
        except (UnitError, ValueError):
            continue
    return None
