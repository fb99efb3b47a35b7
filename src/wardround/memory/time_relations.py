"""Before, since, between, in the last two years: what words of relation make of a span of days, as a window of days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from wardround.memory.calendar_words import COUNT, UNIT, Span, Today, ago, number, span_at
from wardround.memory.errors import NotUnderstood

_DAY = timedelta(days=1)
Relation = Literal["in", "on", "at", "until", "before", "after", "since", "between", "last", "now"]
SpanReader = Callable[[str, int], tuple[Span, int] | None]


@dataclass(frozen=True, slots=True)
class When:
    """A phrase of time: what it says, as days that are included, and where in the text it stands. None is open."""

    relation: Relation
    since: date | None
    until: date | None
    start: int
    end: int
    because: str | None = None

    @property
    def day(self) -> date | None:
        """The one day that it names, where it does: on a day, as of a day, by a day."""
        return self.until if self.relation in ("on", "at", "until", "now") else None


_WORDS: dict[Relation, str] = {
    "between": r"between|from|any ?time between|somewhere in between",
    "until": r"as (?:of|at)|(?:looking|counting) back from|as seen from|looking from|as things stood (?:on|at)|(?:(?:at|on) )?or before|(?:at|on) or before|no later than|not later than"
    r"|(?:up )?(?:un)?til|up (?:un)?til|up to(?: and including)?|through to|by(?: the time of)?",
    "before": r"(?:some ?time |any ?time |at any (?:time|point) |strictly |just |shortly )?(?:before|prior to|earlier than|ahead of|preceding)",
    "after": r"(?:some ?time |any ?time |at any (?:time|point) |strictly |just |shortly )?(?:after|following|later than|subsequent to)",
    "since": r"(?:ever )?since|from|starting (?:in|on|from|with)|beginning (?:in|on|with)|(?:counting )?from",
    "on": r"(?:exactly |precisely )?on(?: the (?:very |exact |same )?(?:day|date)(?: of)?)?|on the very day"
    r"|(?:the )?(?:day|date) of(?! (?:her |his |their |the patient's )?birth)|dated|(?:around|at) the time of|at|once",
    "in": r"in|during|within|throughout|over|for|while|when|whilst|across|in the course of|at|any ?time in|all through|(?:between|from)(?= (?:the )?ages? )",
}
_BARE = re.compile(
    r"today|now|yesterday|the day before yesterday|last (?:week|month|year|spring|summer|autumn|fall|winter)"
    r"|last (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|this (?:week|month|year|spring|summer|autumn|fall|winter)"
    r"|the (?:week|month|year) before last|as an? (?:child|baby|infant|toddler|teenager|adolescent|adult|boy|girl)\b"
    rf"|(?P<ago>{COUNT} {UNIT} (?:ago|back))|aged \d|(?:the )?\d{{1,4}}(?:[-/.]\d|(?:st|nd|rd|th)? (?:of )?[a-z]{{3}}|$|\W)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? "
)
_NOW = r"right now|at present|at the moment|at this (?:moment|time|point)|currently|nowadays|these days|presently|(?:as of )?(?:today|now)"
_TO = r",? ?(?:and|to|until|till|through|up to|-|–) ?"
_TRAILING = rf"(?:in|over|during|within|for|throughout|across) (?:the |these |his |her |their )?(?:last|past|previous|preceding|most recent) (?:{COUNT} )?{UNIT}"


@lru_cache(maxsize=1)
def _starts() -> list[tuple[Relation, re.Pattern[str]]]:
    return [(name, re.compile(rf"(?<!\w)(?:{words}) ")) for name, words in _WORDS.items()]


@lru_cache(maxsize=8)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)")


def phrases_of_time(text: str, today: Today, events: SpanReader | None = None) -> Iterator[When]:
    """Every phrase of time in a text in lower case, from left to right, none within another.

    `events` reads what stands at a place as an event with its days ("the operation"); dates are read anyhow.
    """
    at = 0
    while at < len(text):
        found = _phrase_from(text, at, today, events)
        if found is None:
            return
        yield found
        at = found.end


def _phrase_from(text: str, at: int, today: Today, events: SpanReader | None) -> When | None:
    """The first phrase at or after a place; of several that start there, the longest."""
    places = {at} | {found.start() for found in re.compile(r"(?<!\w)[\w(]").finditer(text, at)}
    for place in sorted(places):
        found = [when for when in _readings(text, place, today, events) if when is not None]
        if found:
            return max(found, key=lambda when: when.end)
    return None


def _readings(text: str, at: int, today: Today, events: SpanReader | None) -> Iterator[When | None]:
    if trailing := _pattern(_TRAILING).match(text, at):
        yield _trailing(trailing, today)
    if now := _pattern(_NOW).match(text, at):
        yield When("now", today.on, today.on, at, now.end())
    for relation, pattern in _starts():
        lead = pattern.match(text, at)
        if lead is not None:
            yield _related(relation, text, at, lead.end(), today, events)
    bare = _BARE.match(text, at)
    if bare and (found := span_at(text, at, today)):
        span, end = found
        named: Relation = "at" if bare["ago"] else "on" if span.first == span.last else "in"
        yield When(named, span.first, span.last, at, end)


def _trailing(found: re.Match[str], today: Today) -> When:
    count = number(found["n"]) if found["n"] else 1
    return When("last", ago(today.on, count, found["unit"]), today.on, found.start(), found.end())


_OF_EVENTS = re.compile(
    r"(?:\w+ )*(?:before|prior to|preceding|after|following|since|until|till|during|throughout|between|around the time of"
    r"|at the time of|by the time of|(?:when|while|whilst|once)(?! (?:was|were|did|is|has|had|does|do|are|will)\b)) "
)
"""After which an event may be meant: not "on" or "for", as in "on warfarin" or "for asthma"."""


def _related(
    relation: Relation, text: str, start: int, at: int, today: Today, events: SpanReader | None
) -> When | None:
    if events is not None and not _OF_EVENTS.match(text, start):
        events = None
    found = _span(text, at, today, events)
    if found is None:
        return None
    span, end = found
    if relation == "between":
        return _between(span, text, start, end, today, events)
    return _made(relation, span, start, _onwards(relation, text, end))


def _span(text: str, at: int, today: Today, events: SpanReader | None) -> tuple[Span, int] | None:
    readings = [span_at(text, at, today), events(text, at) if events else None]
    return max((found for found in readings if found), key=lambda found: found[1], default=None)


def _onwards(relation: Relation, text: str, end: int) -> int:
    onwards = re.compile(r" (?:on|onwards?|on ?wards?|forwards?)(?!\w)(?! (?:the|\d))").match(text, end)
    return onwards.end() if relation == "since" and onwards else end


def _between(
    first: Span, text: str, start: int, end: int, today: Today, events: SpanReader | None
) -> When | None:
    joined = re.compile(_TO).match(text, end)
    found = _span(text, joined.end(), today, events) if joined else None
    if found is None:
        return None
    last, end = found
    if last.last < first.first:
        raise NotUnderstood(f"'{text[start:end]}' ends before it begins. Turn it round.")
    return When("between", first.first, last.last, start, end, first.because or last.because)


def _made(relation: Relation, span: Span, start: int, end: int) -> When:
    """The window of a relation to a span. A year of life counts from its birthday: after turning 60, until she was 60."""
    because = span.because
    if relation == "before":
        return When(relation, None, span.first - _DAY, start, end, because)
    if relation == "until":
        return When(relation, None, span.first if span.age else span.last, start, end, because)
    if relation == "since" or (relation == "after" and span.age):
        return When(relation, span.first, None, start, end, because)
    if relation == "after":
        return When(relation, span.last + _DAY, None, start, end, because)
    one_day = span.first == span.last
    return When("on" if one_day else "in", span.first, span.last, start, end, because)
