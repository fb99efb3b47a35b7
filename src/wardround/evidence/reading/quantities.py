"""Numbers in a text with their units, exact: `1 g`, `1,000 mg` and `1000mg` are one quantity, `1 mg` and `1 mcg` are two.

Rates of taking are quantities too: `twice a day`, `every 12 hours` and `bd` are 2 a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wardround.evidence.reading.word_lists import NUMBER_WORDS

_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_COUNT: Final = "|".join(
    sorted((w for w in NUMBER_WORDS if w not in ("once", "twice", "thrice")), key=len, reverse=True)
)
_ONE: Final = rf"(?:{_NUMBER}|\b(?:{_COUNT})\b)"
_SIMPLE: Final[Mapping[str, tuple[str, float]]] = {
    **dict.fromkeys(("kg", "kilogram", "kilograms", "kilogramme", "kilogrammes"), ("mass", 1e6)),
    **dict.fromkeys(("g", "gram", "grams", "gm", "gramme", "grammes"), ("mass", 1e3)),
    **dict.fromkeys(("mg", "milligram", "milligrams", "mgs", "milligramme", "milligrammes"), ("mass", 1.0)),
    **dict.fromkeys(("mcg", "ug", "microgram", "micrograms", "microg"), ("mass", 1e-3)),
    **dict.fromkeys(("ng", "nanogram", "nanograms"), ("mass", 1e-6)),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters"), ("volume", 1e3)),
    **dict.fromkeys(("ml", "millilitre", "millilitres", "milliliter", "milliliters", "cc"), ("volume", 1.0)),
    **dict.fromkeys(("dl",), ("volume", 100.0)),
    **dict.fromkeys(("second", "seconds", "sec", "secs"), ("time", 1 / 3600)),
    **dict.fromkeys(("minute", "minutes", "min", "mins"), ("time", 1 / 60)),
    **dict.fromkeys(("hour", "hours", "h", "hr", "hrs", "hourly"), ("time", 1.0)),
    **dict.fromkeys(("day", "days"), ("time", 24.0)),
    **dict.fromkeys(("week", "weeks", "wk", "wks", "weekly"), ("time", 168.0)),
    **dict.fromkeys(("month", "months", "monthly"), ("month", 1.0)),
    **dict.fromkeys(("year", "years", "yr", "yrs", "yearly"), ("month", 12.0)),
    **dict.fromkeys(("%", "percent", "per-cent"), ("percent", 1.0)),
    **dict.fromkeys(("mm",), ("length", 1.0)), **dict.fromkeys(("cm", "centimetres"), ("length", 10.0)),
    **dict.fromkeys(("m", "metre", "metres"), ("length", 1000.0)),
    **dict.fromkeys(("iu", "unit", "units", "u"), ("unit", 1.0)),
    **dict.fromkeys(("mmol", "millimole", "millimoles"), ("mole", 1.0)), **dict.fromkeys(("umol", "micromol", "micromole"), ("mole", 1e-3)),
    **dict.fromkeys(("nmol",), ("mole", 1e-6)), **dict.fromkeys(("pmol",), ("mole", 1e-9)), **dict.fromkeys(("mol",), ("mole", 1e3)),
    **dict.fromkeys(("mmhg",), ("mmhg", 1.0)), **dict.fromkeys(("kpa",), ("kpa", 1.0)), **dict.fromkeys(("bpm",), ("bpm", 1.0)),
    **dict.fromkeys(("meq",), ("meq", 1.0)),
    **dict.fromkeys(("tablet", "tablets", "tab", "tabs"), ("tablet", 1.0)), **dict.fromkeys(("capsule", "capsules"), ("capsule", 1.0)),
    **dict.fromkeys(("puff", "puffs"), ("puff", 1.0)), **dict.fromkeys(("drop", "drops"), ("drop", 1.0)),
    **dict.fromkeys(("dose", "doses"), ("dose", 1.0)), **dict.fromkeys(("°c", "celsius"), ("celsius", 1.0)),
    **dict.fromkeys(("°f", "fahrenheit"), ("fahrenheit", 1.0)),
}  # fmt: skip
_WORDS: Final = "|".join(sorted((re.escape(u) for u in _SIMPLE), key=len, reverse=True))
_UNIT: Final = re.compile(
    rf"\s?-?\s?(?:degrees?\s+)?(?P<unit>{_WORDS})(?P<rest>(?:\s?/\s?(?:[a-z]+\d?|1[.,]73\s?m2)(?:\s?/\s?(?:[a-z]+|1[.,]73\s?m2))*)|"
    r"(?:\s+per\s+(?:kg|kilogram|day|hour|minute|week|litre|liter|dose))+)?(?![a-z0-9])"
)
_RANGE: Final = re.compile(rf"(?P<low>{_ONE})(?P<unit>[^\d]{{0,12}}?)\s?(?:-|to|and|or)\s?(?P<high>{_ONE})")
_ALONE: Final = re.compile(_ONE)
_PER: Final = {"day": 1.0, "daily": 1.0, "week": 1 / 7, "weekly": 1 / 7, "month": 1 / 30, "monthly": 1 / 30, "year": 1 / 365, "yearly": 1 / 365,
               "night": 1.0, "nightly": 1.0, "hour": 24.0, "hourly": 24.0}  # fmt: skip
_RATE: Final = re.compile(
    rf"\b(?:(?P<times>once|twice|thrice|{_ONE}\s+times?)\s+(?:a|an|per|each|every|in\s+a)?\s*(?P<per>day|daily|week|weekly|month|monthly|year|yearly|night|nightly)"
    rf"|every\s+(?P<every>{_ONE})(?:\s?(?:-|to)\s?(?P<every2>{_ONE}))?\s+(?P<span>hours?|days?|weeks?|months?)"
    rf"|(?P<hourly>{_ONE})[\s-]hourly"
    r"|every\s+(?P<each>day|night|week|month|other\s+day)|(?P<code>od|bd|bid|tds|tid|qds|qid|qd)"
    r"|(?P<bare>daily|nightly|weekly|monthly|yearly|a\s+day|per\s+day|a\s+week|a\s+year|each\s+day|each\s+night|at\s+night))\b"
)
_CODES: Final = {"od": 1.0, "qd": 1.0, "bd": 2.0, "bid": 2.0, "tds": 3.0, "tid": 3.0, "qds": 4.0, "qid": 4.0}
_SPANS: Final = {"hour": 24.0, "day": 1.0, "week": 1 / 7, "month": 1 / 30}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or both ends of a range, in the base unit of its `dimension` (empty for a bare number)."""

    low: float
    high: float
    dimension: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What two writings of one quantity share."""
        return f"{self.dimension}:{_told(self.low)}" + (
            f"-{_told(self.high)}" if self.high != self.low else ""
        )


def _told(value: float) -> str:
    return f"{value:.6g}"


def folded(text: str) -> str:
    """Lower case, one kind of dash, micro sign and space; every character keeps its place."""
    return text.lower().translate(_FOLD)


_FOLD: Final = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
    **dict.fromkeys(map(ord, "\u00b5\u03bc"), "u"),
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " "),
    ord("\u2019"): "'", ord("\u2265"): ">", ord("\u2264"): "<", ord("\u00b2"): "2",
}  # fmt: skip


def amounts(text: str) -> tuple[Amount, ...]:
    """Every quantity in the order of the text; `text` folded."""
    found: list[Amount] = []
    taken = [False] * len(text)
    for one in (*_rates(text), *_ranges(text), *_singles(text, taken)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = [True] * (one.end - one.start)
            found.append(one)
    return tuple(sorted(found, key=lambda a: a.start))


def _rates(text: str) -> Iterator[Amount]:
    for m in _RATE.finditer(text):
        value = _rate(m)
        if value is not None:
            yield Amount(min(value), max(value), "per day", m.start(), m.end())


def _rate(m: re.Match[str]) -> tuple[float, float] | None:
    if m["times"]:
        per = _value(m["times"].split()[0]) * _PER[m["per"]]
    elif m["every"]:
        unit = _SPANS[m["span"].rstrip("s")]
        first, second = _value(m["every"]), _value(m["every2"] or m["every"])
        return (unit / second, unit / first) if first and second else None
    elif m["hourly"]:
        hours = _value(m["hourly"])
        if not hours:
            return None
        per = 24.0 / hours
    elif m["each"]:
        per = 0.5 if "other" in m["each"] else _PER[m["each"]]
    elif m["code"]:
        per = _CODES[m["code"]]
    else:
        per = _PER[m["bare"].split()[-1]]
    return per, per


def _ranges(text: str) -> Iterator[Amount]:
    for m in _RANGE.finditer(text):
        low, high = _value(m["low"]), _value(m["high"])
        between = m["unit"].strip()
        first = _UNIT.match(text, m.end("low"))
        last = _UNIT.match(text, m.end())
        joins = text[m.end("unit") : m.start("high")].strip()
        if joins in ("and", "or") or (between and (first is None or first.end() > m.end("unit") + 1)):
            continue
        after = _unit(last)
        before = _unit(first) if between else None
        if before is not None and after is None:
            continue
        dimension, factor = after or ("", 1.0)
        low_factor = before[1] if before is not None and before[0] == dimension else factor
        if low * low_factor < high * factor and (before is None or before[0] == dimension):
            yield Amount(
                low * low_factor, high * factor, dimension, m.start(), last.end() if last else m.end()
            )


def _singles(text: str, taken: list[bool]) -> Iterator[Amount]:
    for m in _ALONE.finditer(text):
        if any(taken[m.start() : m.end()]) or _inside_a_word(text, m):
            continue
        value = _value(m.group())
        after = _UNIT.match(text, m.end())
        dimension, factor = _unit(after) or ("", 1.0)
        yield Amount(
            value * factor,
            value * factor,
            dimension,
            m.start(),
            after.end() if after and dimension else m.end(),
        )


def _inside_a_word(text: str, m: re.Match[str]) -> bool:
    """`covid-19`, `hba1c` and `p53` hold no quantity."""
    before = text[m.start() - 1] if m.start() else " "
    two = text[m.start() - 2] if m.start() > 1 else " "
    return before.isalpha() or (before == "-" and two.isalpha()) or (before == "." and two.isalpha())


def _value(written: str) -> float:
    return float(NUMBER_WORDS[written]) if written in NUMBER_WORDS else float(written.replace(",", ""))


def _unit(m: re.Match[str] | None) -> tuple[str, float] | None:
    """Dimension and factor. What follows a slash stays as it is written: mg/kg is never mg."""
    if m is None:
        return None
    dimension, factor = _SIMPLE[m["unit"]]
    rest = re.sub(r"\s+|per", lambda x: "/" if x.group() == "per" else "", m["rest"] or "")
    rest = (
        rest.replace("kilogram", "kg")
        .replace("hour", "h")
        .replace("minute", "min")
        .replace("litre", "l")
        .replace("liter", "l")
    )
    return f"{dimension}{rest}", factor
