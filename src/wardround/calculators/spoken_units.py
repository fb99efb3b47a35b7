"""Units as people and tables write them, brought to UCUM: years, beats per minute, degrees celsius."""

from __future__ import annotations

import re

from wardround.clinical import UnitError, canonical_unit

_SPOKEN = {
    "year": "a", "years": "a", "yr": "a", "yrs": "a", "y": "a", "yo": "a", "year old": "a", "years old": "a",
    "month": "mo", "months": "mo", "month old": "mo", "months old": "mo",
    "week": "wk", "weeks": "wk", "week old": "wk", "weeks old": "wk",
    "day": "d", "days": "d", "day old": "d", "days old": "d",
    "hour": "h", "hours": "h", "hrs": "h", "minute": "min", "minutes": "min", "msec": "ms", "msecs": "ms",
    "millisecond": "ms", "milliseconds": "ms", "seconds": "s", "second": "s",
    "beats per minute": "/min", "beats/min": "/min", "beats/minute": "/min", "breaths per minute": "/min",
    "breaths/min": "/min", "per minute": "/min", "/minute": "/min",
    "per day": "/d", "times per day": "/d", "times a day": "/d", "doses per day": "/d", "daily": "/d", "per 24h": "/d",
    "degree celsius": "Cel", "degrees celsius": "Cel", "degrees celsisus": "Cel", "celsius": "Cel", "celsisus": "Cel",
    "degree celsisus": "Cel", "deg c": "Cel", "degrees c": "Cel", "centigrade": "Cel",
    "degree fahrenheit": "[degF]", "degrees fahrenheit": "[degF]", "fahrenheit": "[degF]", "fahreinheit": "[degF]",
    "degrees fahreinheit": "[degF]", "degree fahreinheit": "[degF]", "deg f": "[degF]", "degrees f": "[degF]",
    "mmhg": "mm[Hg]", "mm hg": "mm[Hg]", "mm of hg": "mm[Hg]", "inch": "[in_i]", "inches": "[in_i]", "foot": "[ft_i]",
    "feet": "[ft_i]", "pound": "[lb_av]", "pounds": "[lb_av]", "ounce": "[oz_av]", "ounces": "[oz_av]",
    "kilogram": "kg", "kilograms": "kg", "kgs": "kg", "gram": "g", "grams": "g", "milligram": "mg",
    "milligrams": "mg", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "centimetre": "cm",
    "centimetres": "cm", "centimeter": "cm", "centimeters": "cm", "cms": "cm", "percent": "%", "per cent": "%",
    "units": "[iU]", "unit": "[iU]", "iu": "[iU]", "point": "{score}", "points": "{score}",
}  # fmt: skip


def ucum(text: str) -> str:
    """The UCUM form of a unit in anybody's words. Raises UnitError for what is no unit."""
    plain = re.sub(r"\s+", " ", text).strip()
    spoken = _SPOKEN.get(plain.lower()) or _SPOKEN.get(re.sub(r"[.°]", "", plain.lower()).strip())
    if spoken is not None:
        return spoken
    try:
        return canonical_unit(plain)
    except UnitError as error:
        parts = [part.strip() for part in re.sub(r"(?<=m)\^(?=[23])", "", plain).split("/")]
        try:
            return canonical_unit("/".join(_SPOKEN.get(part.lower(), part) for part in parts))
        except UnitError:
            raise error from None
