"""Numbers in a text with their units, exact: `1 g`, `1,000 mg` and `1000mg` are one quantity, `1 mg` and `1 mcg` are two.

Rates of taking are quantities too: `twice a day`, `every 12 hours` and `bd` are 2 a day; `4 g/day` is an amount and a rate.
A number that can be read in two ways (`500.000 mg`, `2,5 mg`) is `doubtful`, and equal only to what is written like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wardround.evidence.reading.numbers import ONE, value
from wardround.evidence.reading.rates import rates

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
_RANGE: Final = re.compile(rf"(?P<low>{ONE})(?P<unit>[^\d]{{0,12}}?)\s?(?:-|to|and|or)\s?(?P<high>{ONE})")
_ALONE: Final = re.compile(ONE)
_MINUS: Final = re.compile(r"(?:(?<![^\s(])-|\bminus\s+)$")
_TWO_WAYS: Final = re.compile(r"[1-9]\d{0,2}\.\d{3}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or both ends of a range, in the base unit of its `dimension` (empty for a bare number)."""

    low: float
    high: float
    dimension: str
    start: int
    end: int
    doubtful: bool = False

    @property
    def key(self) -> str:
        """What two writings of one quantity share."""
        return f"{self.dimension}:{_told(self.low)}" + (
            f"-{_told(self.high)}" if self.high != self.low else ("?" if self.doubtful else "")
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
    ord("\u2019"): "'", ord("\u00b2"): "2",
}  # fmt: skip


def amounts(text: str) -> tuple[Amount, ...]:
    """Every quantity in the order of the text; `text` folded."""
    found: list[Amount] = []
    taken = [False] * len(text)
    for read in (_rates, _ranges, _singles):
        for one in read(text, taken):
            if not any(taken[one.start : one.end]):
                taken[one.start : one.end] = [True] * (one.end - one.start)
                found.append(one)
    return tuple(sorted(found, key=lambda a: a.start))


def _rates(text: str, taken: list[bool]) -> Iterator[Amount]:
    return (Amount(low, high, "per day", start, end) for low, high, start, end in rates(text))


def _ranges(text: str, taken: list[bool]) -> Iterator[Amount]:
    for m in _RANGE.finditer(text):
        low, high = value(m["low"]), value(m["high"])
        between = m["unit"].strip()
        first = _UNIT.match(text, m.end("low"))
        last = _UNIT.match(text, m.end())
        joins = text[m.end("unit") : m.start("high")].strip()
        if joins in ("and", "or") or (between and not _is_unit(text, first, m.end("unit"))):
            continue
        after, end = _unit(last, taken)
        before = _unit(first, taken)[0] if between else None
        if (before is not None and after is None) or _MINUS.search(text, 0, m.start()):
            continue
        dimension, factor = after or ("", 1.0)
        low_factor = before[1] if before is not None and before[0] == dimension else factor
        if low * low_factor < high * factor and (before is None or before[0] == dimension):
            doubtful = bool(dimension) and (_two_ways(text, m, "low") or _two_ways(text, m, "high"))
            yield Amount(low * low_factor, high * factor, dimension, m.start(), end or m.end(), doubtful)


def _is_unit(text: str, m: re.Match[str] | None, end: int) -> bool:
    """Whether nothing but a unit stands between a number and the joint of a range."""
    return m is not None and m.end() <= end + 1 and not text[m.end() : end].strip()


def _singles(text: str, taken: list[bool]) -> Iterator[Amount]:
    for m in _ALONE.finditer(text):
        if any(taken[m.start() : m.end()]) or _inside_a_word(text, m):
            continue
        after, end = _unit(_UNIT.match(text, m.end()), taken)
        dimension, factor = after or ("", 1.0)
        minus = _MINUS.search(text, 0, m.start())
        number = value(m.group()) * factor * (-1.0 if minus is not None else 1.0)
        start = minus.start() if minus is not None else m.start()
        doubtful = bool(dimension) and _two_ways(text, m)
        yield Amount(number, number, dimension, start, end if dimension else m.end(), doubtful)


def _two_ways(text: str, m: re.Match[str], group: int | str = 0) -> bool:
    """`500.000` may be five hundred, or half a million; the comma of `2,5` may part two numbers, or be a point."""
    start, end = m.span(group)
    parted = (text[start - 1 : start] == "," and text[max(0, start - 2) : start - 1].isdigit()) or (
        text[end : end + 1] == "," and text[end + 1 : end + 2].isdigit()
    )
    return parted or _TWO_WAYS.fullmatch(m[group]) is not None


def _inside_a_word(text: str, m: re.Match[str]) -> bool:
    """`covid-19`, `hba1c` and `p53` hold no quantity."""
    before = text[m.start() - 1] if m.start() else " "
    two = text[m.start() - 2] if m.start() > 1 else " "
    return before.isalpha() or (before == "-" and two.isalpha()) or (before == "." and two.isalpha())


def _unit(m: re.Match[str] | None, taken: list[bool]) -> tuple[tuple[str, float] | None, int]:
    """Dimension, factor and where it ends. What follows a slash stays as it is written: mg/kg is never mg.

    A rate behind it was read on its own: `g/day` is grams, a day.
    """
    if m is None:
        return None, 0
    dimension, factor = _SIMPLE[m["unit"]]
    if any(taken[m.start("unit") : m.end("unit")]):
        return None, 0
    written, end = m["rest"] or "", m.end()
    while written and (any(taken[m.end("unit") : end]) or written[-1].isspace()):
        end -= 1
        written = written[:-1]
    rest = re.sub(r"\s+|per", lambda x: "/" if x.group() == "per" else "", written)
    for long, short in (("kilogram", "kg"), ("hour", "h"), ("minute", "min"), ("litre", "l"), ("liter", "l")):
        rest = rest.replace(long, short)
    return (f"{dimension}{rest}", factor), end
