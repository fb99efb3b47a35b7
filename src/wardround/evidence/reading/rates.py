"""How often something is taken, in times a day: `twice a day`, `every 12 hours`, `b.i.d.`, `q12h` and `2x/day` are 2.

Weeks, months and years are parts of it: `once a week` is a seventh. What is not recognised here is no rate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.evidence.reading.numbers import NUMBER, ONE, value

_PER_DAY: Final = {
    "minute": 1440.0, "min": 1440.0, "hour": 24.0, "hourly": 24.0, "hrly": 24.0, "hr": 24.0, "h": 24.0, "day": 1.0, "daily": 1.0, "d": 1.0,
    "night": 1.0, "nightly": 1.0, "morning": 1.0, "evening": 1.0, "week": 1 / 7, "weekly": 1 / 7, "wk": 1 / 7, "fortnight": 1 / 14,
    "fortnightly": 1 / 14, "month": 1 / 30, "monthly": 1 / 30, "year": 1 / 365, "yearly": 1 / 365, "annually": 1 / 365,
}  # fmt: skip
_CODES: Final = {
    "od": 1.0, "qd": 1.0, "bd": 2.0, "bid": 2.0, "tds": 3.0, "tid": 3.0, "qds": 4.0, "qid": 4.0, "qod": 0.5, "qh": 24.0, "qhs": 1.0,
    "nocte": 1.0, "mane": 1.0,
}  # fmt: skip
_CODE: Final = "|".join(r"\.?".join(code) for code in sorted(_CODES, key=len, reverse=True))
_SPAN: Final = r"(?:minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|fortnights?|months?|years?)"
_RATE: Final = re.compile(
    rf"\b(?:(?P<times>once\s+or\s+twice|once|twice|thrice|(?:{ONE}\s?(?:-|to|or)\s?)?{ONE}\s+times?|(?:{NUMBER})\s?x)"
    r"(?:[\s-]+(?:a|an|per|each|every|in\s+a|in\s+an)\b)?[\s/-]*"
    r"(?P<per>minute|min|hourly|hour|day|daily|d|weekly|week|fortnightly|fortnight|monthly|month|yearly|year|nightly|night|morning|evening)"
    rf"|every\s+(?P<every>{ONE})(?:\s?(?:-|to|or)\s?(?P<every2>{ONE}))?[\s-]?(?P<span>{_SPAN})"
    rf"|q\.?\s?(?P<q>\d+)(?:\s?-\s?(?P<q2>\d+))?\s?(?P<qspan>{_SPAN})"
    rf"|(?P<hourly>{ONE})(?:\s?(?:-|to)\s?(?P<hourly2>{ONE}))?[\s-]?(?:hourly|hrly)"
    r"|(?:every|each)\s+(?P<each>minute|hour|day|night|morning|evening|week|fortnight|month|year)"
    r"|(?P<alternate>(?:every|each)\s+(?:other|second|alternate)|(?:on\s+)?alternate)\s+(?P<other>days?|nights?|weeks?)"
    rf"|(?P<code>{_CODE})"
    r"|(?:an?|per)\s+(?P<a>day|week|fortnight|month|year)"
    r"|at\s+(?P<at>night)"
    r"|/\s?(?:24\s?(?:hours|hrs|hr|h)|(?P<slash>day|d|week|wk))"
    r"|(?P<bare>daily|nightly|hourly|weekly|fortnightly|monthly|yearly|annually))(?![a-z0-9])"
)


def rates(text: str) -> Iterator[tuple[float, float, int, int]]:
    """Least and most times a day, and the place, of every rate; `text` folded."""
    for m in _RATE.finditer(text):
        found = _times(m)
        if found is not None:
            end = m.end() + (
                m["code"] is not None and "." in m["code"] and text[m.end() : m.end() + 1] == "."
            )
            yield min(found), max(found), m.start(), end


def _times(m: re.Match[str]) -> tuple[float, float] | None:
    if m["times"]:
        counts = [value(w) for w in re.findall(rf"once|twice|thrice|{ONE}", m["times"])]
        return counts[0] * _PER_DAY[m["per"]], counts[-1] * _PER_DAY[m["per"]]
    for first, second, span in (("every", "every2", "span"), ("q", "q2", "qspan"), ("hourly", "hourly2", "")):
        if m[first]:
            return _apart(value(m[first]), value(m[second] or m[first]), m[span] if span else "hour")
    if m["alternate"]:
        half = _PER_DAY[m["other"].rstrip("s")] / 2
        return half, half
    if m["code"]:
        own = _CODES[m["code"].replace(".", "")]
        return own, own
    word = m["each"] or m["a"] or m["at"] or m["slash"] or m["bare"] or "day"
    return _PER_DAY[word], _PER_DAY[word]


def _apart(low: float, high: float, span: str) -> tuple[float, float] | None:
    """Every so many hours, days or weeks."""
    unit = _PER_DAY[span if span in _PER_DAY else span.rstrip("s")]
    return (unit / high, unit / low) if low and high else None
