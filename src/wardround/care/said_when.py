"""When a sentence says that something began or ended: dates with the precision of the words, counted from the day they
were said. "For three years" gives a year, "last month" a month, "two days ago" a day."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from wardround.clinical import PartialDate

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {
    **{word: n + 1 for n, word in enumerate(_SMALL)},
    "a": 1,
    "an": 1,
    "the last": 1,
    "the past": 1,
    "a couple of": 2,
    "couple of": 2,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = r"(?P<unit>day|week|month|year)s?"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FILLER = r"(?:about|around|nearly|almost|over|roughly|some|more than|at least|the last|the past)"
_FOR = re.compile(rf"\bfor\s+(?:{_FILLER}\s+)*{_COUNT}\s+{_UNIT}\b", re.I)
_AGO = re.compile(rf"\b{_COUNT}\s+{_UNIT}\s+(?:ago|back|before)\b", re.I)
_LAST = re.compile(r"\blast\s+(?P<unit>week|month|year)\b", re.I)
_DAY = re.compile(r"\b(?P<day>yesterday|today|this morning|last night)\b", re.I)
_ISO = re.compile(r"\b(?P<iso>(?:19|20)\d\d-\d\d(?:-\d\d)?)\b")
_DATED = re.compile(rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?{_MONTH}\s*,?\s+{_YEAR}\b", re.I)
_IN_YEAR = re.compile(rf"\b(?:in|since|from|until|till|by|of|back in|year)\s+{_YEAR}\b", re.I)
_IN_MONTH = re.compile(rf"\b(?:in|since|from|until|till|last)\s+{_MONTH}\b(?!\s*,?\s*(?:19|20)\d\d)", re.I)
_SINCE = re.compile(r"\b(?:since|from|starting|began|started)\s*(?:about|around|in|on)?\s*$", re.I)
_UNTIL = re.compile(r"\b(?:until|till|up to|ended|stopped|finished)\s*(?:about|around|in|on)?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Moment:
    """`text[start:end]` names `at`. `lasting`: it says for how long until now. `since` and `until`: it says so itself."""

    start: int
    end: int
    at: PartialDate
    lasting: bool = False
    since: bool = False
    until: bool = False


@lru_cache(maxsize=2_048)
def moments_in(text: str, on: date) -> tuple[Moment, ...]:
    """Every date that the words name, seen from a day, in the order of the text; none that lies after that day."""
    if not _may_hold(text):
        return ()
    found: dict[int, Moment] = {}
    for start, end, at, lasting in _all(text, on):
        if at.earliest().date() > on or any(m.start <= start < m.end for m in found.values()):
            continue
        before = text[max(0, start - 24) : start] + _lead(text[start:end])
        since = bool(_SINCE.search(before)) or lasting
        found[start] = Moment(start, end, at, lasting, since, bool(_UNTIL.search(before)))
    return tuple(found[start] for start in sorted(found))


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence, or the line, that holds these characters begins and ends."""
    first = max((m.end() for m in _STOP.finditer(text, 0, start)), default=0)
    after = _STOP.search(text, end)
    return first, after.start() if after else len(text)


def moment_for(text: str, start: int, end: int, on: date) -> Moment | None:
    """The date in the clause that holds these characters; the nearest where it has several."""
    low, high = sentence_around(text, start, end)
    near = [
        m
        for m in moments_in(text, on)
        if low <= m.start and m.end <= high
        if not _CLAUSE.search(text[min(end, m.end) : max(start, m.start)])
    ]
    return min(near, key=lambda m: max(m.start - end, start - m.end), default=None)


_CLAUSE = re.compile(r"\b(?:and|but|while|whereas|because)\b|;", re.I)
_STOP = re.compile(r"[.!?;](?=\s|$)|\n")
_HINT = re.compile(r"\d{4}|ago|last|for |since|yesterday|today|morning|back|before| in ", re.I)


def _may_hold(text: str) -> bool:
    return _HINT.search(text) is not None


def _lead(words: str) -> str:
    """The preposition that a match begins with: `since` of `since 2015`."""
    found = re.match(r"(?:in|since|from|until|till|by)\s+", words, re.I)
    return f" {found.group()}" if found else ""


def _all(text: str, on: date) -> Iterator[tuple[int, int, PartialDate, bool]]:
    for m in _ISO.finditer(text):
        yield from _at(m, m["iso"])
    for m in _DATED.finditer(text):
        month = _MONTHS.index(m["month"].lower()) + 1
        day = f"-{int(m['day']):02d}" if m["day"] else ""
        yield from _at(m, f"{m['year']}-{month:02d}{day}")
    for m in _FOR.finditer(text):
        yield (*m.span(), _back(on, _number(m["count"]), m["unit"].lower()), True)
    for m in _AGO.finditer(text):
        yield (*m.span(), _back(on, _number(m["count"]), m["unit"].lower()), False)
    for m in _LAST.finditer(text):
        if not re.search(r"\b(?:the|this|over|for)\s+$", text[: m.start()], re.I):
            yield (*m.span(), _back(on, 1, m["unit"].lower()), False)
    for m in _DAY.finditer(text):
        back = 1 if m["day"].lower() in ("yesterday", "last night") else 0
        yield (*m.span(), PartialDate.of(on - timedelta(days=back)), False)
    for m in _IN_YEAR.finditer(text):
        yield from _at(m, m["year"])
    for m in _IN_MONTH.finditer(text):
        month = _MONTHS.index(m["month"].lower()) + 1
        year = on.year if month <= on.month else on.year - 1
        yield from _at(m, f"{year}-{month:02d}")


def _at(m: re.Match[str], written: str) -> Iterator[tuple[int, int, PartialDate, bool]]:
    """A date as it is written; one that no calendar has is none."""
    try:
        yield (*m.span(), PartialDate.parse(written), False)
    except ValueError:
        return


def _number(words: str) -> int:
    said = " ".join(words.lower().split())
    return int(said) if said.isdigit() else _NUMBERS[said]


def _back(on: date, count: int, unit: str) -> PartialDate:
    """So long before a day, no more precise than the unit."""
    if unit in ("day", "week"):
        return PartialDate.of(on - timedelta(days=count * (7 if unit == "week" else 1)))
    at = on.year * 12 + on.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(max(at, 12), 12)
    day = min(on.day, monthrange(year, month + 1)[1])
    iso = date(year, month + 1, day).isoformat()
    return PartialDate.parse(iso[: 4 if unit == "year" else 7])
