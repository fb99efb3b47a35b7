"""Days, windows, events and names in words, as docs/record-questions.md has them: the same thing said in many ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record.days import birthday, earlier

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DECADES: Final = (*("twenties", "thirties", "forties", "fifties"), *("sixties", "seventies", "eighties"))
_ONE_DAY: Final = timedelta(days=1)
NOUNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "problem": "the first diagnosis of {y}",
        "drug": "the first prescription of {y}",
        "procedure": "the first {y} procedure",
        "immunization": "the first {y} vaccination",
        "result": "the first {y} measurement",
        "allergy": "the recording of the allergy {y}",
    }
)
CLAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "problem": "{y} was first diagnosed",
        "drug": "{y} was first prescribed",
        "procedure": "the procedure {y} was first done",
        "immunization": "the vaccine {y} was first given",
        "result": "{y} was first measured",
        "allergy": "the allergy {y} was recorded",
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    """Two days, either of them open, and how they are said, with a blank before; all of the record says nothing."""

    since: date | None = None
    until: date | None = None
    words: str = ""


def suffixed(number: int) -> str:
    """3rd, 11th, 42nd."""
    tail = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def ordinal(number: int, rng: Random) -> str:
    """second, or 2nd."""
    return rng.choice((_ORDINALS[number - 1], suffixed(number)))


def plain(day: date) -> str:
    """3 March 2015."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def in_words(day: date, rng: Random, born: date | None = None, their: str = "their") -> str:
    """A day in one of the ways to say it; a birthday, or the end of a month or year, also as such."""
    month = MONTHS[day.month - 1]
    ways = [
        day.isoformat(),
        plain(day),
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month[:3]} {day.year}",
        f"the {suffixed(day.day)} of {month} {day.year}",
    ]
    if (day.month, day.day) == (12, 31):
        ways.append(f"the last day of {day.year}")
    elif (day + _ONE_DAY).day == 1:
        ways.append(f"the last day of {month} {day.year}")
    elif day.day == 1:
        ways.append(f"the first day of {f'{month} ' if day.month > 1 else ''}{day.year}")
    if born and day.year > born.year and day == birthday(born, day.year - born.year):
        ways = [f"{their} {suffixed(day.year - born.year)} birthday"]
    return rng.choice(ways)


def _month(year: int, month: int) -> tuple[date, date]:
    after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), after - _ONE_DAY


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _spans(day: date) -> tuple[tuple[str, date, date], ...]:
    """A day as the year, the month, and the day that it is in, each with its first and last day."""
    return (
        (str(day.year), *_year(day.year)),
        (f"{MONTHS[day.month - 1]} {day.year}", *_month(day.year, day.month)),
        (plain(day), day, day),
    )


def window(days: Sequence[date], today: date, rng: Random) -> Window:
    """A window by the calendar, laid about some of these days."""
    first, last = sorted((rng.choice(days), rng.choice(days)))
    size = rng.randrange(3)
    words, since, until = _spans(first)[size]
    other, _, end = _spans(last)[size]
    kind = rng.choice(("in", "in", "between", "between", "from", "since", "before", "after", "by", "last"))
    if kind == "in":
        words, since, until = _spans(first)[min(size, 1)]
        return Window(since, until, f" {rng.choice(('in', 'during'))} {words}")
    if kind in ("between", "from") and end > until:
        return Window(since, end, f" {kind} {words} {'and' if kind == 'between' else 'to'} {other}")
    if kind == "before":
        return Window(None, _spans(last)[size][1] - _ONE_DAY, f" before {other}")
    if kind == "after":
        return Window(until + _ONE_DAY, None, f" after {words}")
    if kind == "by":
        return _up_to(last, rng)
    if kind == "last":
        return recent(today, rng)
    return Window(
        since, None, rng.choice((f" since {words}", f" from {words} on")) if size == 0 else f" since {words}"
    )


def _up_to(day: date, rng: Random) -> Window:
    if rng.random() < 0.5:
        return Window(None, date(day.year, 12, 31), f" by the end of {day.year}")
    return Window(None, day, f" {rng.choice(('up to', 'until'))} {plain(day)}")


def recent(today: date, rng: Random) -> Window:
    """So many years or months back from today."""
    number = rng.randint(2, 10)
    said = rng.choice((str(number), _NUMBERS[number - 1]))
    how = rng.choice(("in the last", "in the past", "over the last"))
    if rng.random() < 0.7:
        return Window(earlier(today, years=number), today, f" {how} {said} years")
    return Window(earlier(today, months=number), today, f" {how} {said} months")


def by_age(days: Sequence[date], born: date, they: str, their: str, rng: Random) -> Window | None:
    """A window by the patient's age, about one of these days; None where nobody would say it so."""
    day = rng.choice(days)
    age = day.year - born.year
    if not 2 <= age <= 100 or born.year + age + 1 > date.max.year:
        return None
    turned = birthday(born, age)
    ways = [
        Window(None, turned - _ONE_DAY, f" before {their} {suffixed(age)} birthday"),
        Window(None, turned - _ONE_DAY, f" before turning {age}"),
        Window(None, turned - _ONE_DAY, f" before the age of {age}"),
        Window(turned, None, f" since {their} {suffixed(age)} birthday"),
        Window(turned, None, f" after turning {age}"),
        Window(turned, birthday(born, age + 1) - _ONE_DAY, f" at the age of {age}"),
        Window(turned, birthday(born, age + 1) - _ONE_DAY, f" while {they} was {age}"),
    ]
    decade = age // 10
    if 2 <= decade <= 8:
        since, until = birthday(born, decade * 10), birthday(born, decade * 10 + 10) - _ONE_DAY
        ways.append(Window(since, until, f" in {their} {_DECADES[decade - 2]}"))
    return rng.choice(ways)


def noun(kind: str, name: str) -> str:
    """An event as a noun."""
    return NOUNS[kind].format(y=name)


def clause(kind: str, name: str) -> str:
    """An event as a clause."""
    return CLAUSES[kind].format(y=name)
