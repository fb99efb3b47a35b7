"""A dose as it is written or said behind a drug's name: one intake as a quantity, and the rest as words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from wardround.clinical import Quantity

_UNITS = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg", "g": "g", "gram": "g", "grams": "g", "mcg": "ug", "ug": "ug",
    "µg": "ug", "microgram": "ug", "micrograms": "ug", "unit": "[iU]", "units": "[iU]", "iu": "[iU]", "ml": "mL",
    "puff": "{puff}", "puffs": "{puff}", "tablet": "{tablet}", "tablets": "{tablet}",
}  # fmt: skip
_NUMBER = r"\d{1,5}(?:[.,]\d{1,3})?"
_DOSE = re.compile(
    rf"(?P<number>{_NUMBER})\s?(?P<unit>{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})\b",
    re.I,
)
_OFTEN = re.compile(
    r"\b(?:once|twice|three times|four times|\d times)(?: (?:a|per|each|every) (?:day|night|week|month)| daily| weekly)?"
    r"|\b(?:daily|nightly|weekly|monthly|at night|at bedtime|in the morning|every (?:other )?(?:\d{1,2} )?(?:hours?|days?|weeks?|night|morning|evening)"
    r"|as needed|when needed|when required|[bqt]\.?d\.?s?|o\.?d\.?|p\.?r\.?n\.?|nocte|mane|q\d{1,2}h)\b",
    re.I,
)
NEAR = 60
"""Characters behind a drug's name in which its dose is looked for."""


@dataclass(frozen=True, slots=True)
class Dose:
    """`end` is where the words of it end."""

    amount: Quantity | None
    words: str
    end: int


def dose_after(text: str, at: int, until: int) -> Dose | None:
    """The dose that follows a drug's name, before another line or sentence begins; None where there is none."""
    run = re.split(r"[;\n]|\.\s|, and\b", text[at : min(until, at + NEAR)])[0]
    dose, often = _DOSE.search(run), _OFTEN.search(run)
    if dose is None and often is None:
        return None
    end = max(m.end() for m in (dose, often) if m is not None)
    amount = None
    if dose is not None:
        number = float(dose["number"].replace(",", "."))
        amount = Quantity(number, _UNITS[dose["unit"].lower()])
    first = min(m.start() for m in (dose, often) if m is not None)
    return Dose(amount, run[first:end].strip(), at + end)


def unit_of(written: str) -> str | None:
    """The UCUM unit of a dose's unit as it is written, or None."""
    return _UNITS.get(written.strip().casefold())
