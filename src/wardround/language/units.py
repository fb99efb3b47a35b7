"""Units as people write them, in UCUM; times as people say them, in UCUM's d, h, min, s, wk, mo and a."""

from __future__ import annotations

from typing import Final

from wardround.language.words import key, listed

_TIMES: Final = {
    "s": "second seconds sec secs",
    "min": "minute minutes min mins",
    "h": "hour hours hr hrs",
    "d": "day days night nights",
    "wk": "week weeks wk wks fortnight fortnights",
    "mo": "month months mth mths",
    "a": "year years yr yrs decade decades",
}
TIMES: Final = {key(w): unit for unit, words in _TIMES.items() for w in words.split()}
MULTIPLES: Final = {key("fortnight"): 2.0, key("decade"): 10.0}
SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400, "wk": 604800, "mo": 2629746, "a": 31556952}

MOMENTS: Final = {"yesterday": 1.0, "today": 0.0, "tonight": 0.0}
"""Days before now."""
DAYTIMES: Final = listed("morning afternoon evening night noon midday midnight lunchtime")
WEEKDAYS: Final = listed("monday tuesday wednesday thursday friday saturday sunday weekend")
MONTHS: Final = listed(
    "january february march april june july august september october november december christmas easter "
    "spring summer autumn winter"
)
TIME_WORDS: Final = frozenset(
    (
        *" ".join(_TIMES.values()).split(),
        *MOMENTS,
        *DAYTIMES,
        *WEEKDAYS,
        *MONTHS,
        "last",
        "since",
        "ago",
        "this",
    )
)

UNITS: Final = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg", "g": "g", "gram": "g", "grams": "g", "mcg": "ug", "ug": "ug",
    "microgram": "ug", "micrograms": "ug", "kg": "kg", "kgs": "kg", "kilo": "kg", "kilos": "kg", "kilogram": "kg",
    "kilograms": "kg", "lb": "[lb_av]", "lbs": "[lb_av]", "pound": "[lb_av]", "pounds": "[lb_av]",
    "stone": "[stone_av]", "ml": "mL", "millilitre": "mL", "millilitres": "mL", "milliliters": "mL", "l": "L",
    "litre": "L", "litres": "L", "liter": "L", "liters": "L", "dl": "dL", "iu": "[iU]", "unit": "[iU]",
    "units": "[iU]", "mmol": "mmol", "umol": "umol", "nmol": "nmol", "pmol": "pmol", "mmhg": "mm[Hg]", "bpm": "/min",
    "cm": "cm", "mm": "mm", "inches": "[in_i]", "feet": "[ft_i]", "mol": "mol", "ng": "ng", "pg": "pg", "meq": "meq",
    "percent": "%", "tablet": "{tablet}", "tablets": "{tablet}", "pill": "{tablet}", "pills": "{tablet}",
    "capsule": "{capsule}", "capsules": "{capsule}", "puff": "{puff}", "puffs": "{puff}", "drop": "[drp]",
    "drops": "[drp]", "mu": "m[iU]",
}  # fmt: skip
CELSIUS: Final = listed("c celsius centigrade")
FAHRENHEIT: Final = listed("f fahrenheit")
DEGREES: Final = listed("degree degrees deg °")
