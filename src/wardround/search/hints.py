"""What a question says besides its subject: whose words are meant, which day, and that a time is wanted."""

# ruff: noqa: N806 (dimension suffixes: N texts)
from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wardround.search.words import STOP

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ALSO_VERBS: Final = frozenset({"may", "march"})
_MONTH: Final = "|".join(_MONTHS)
_DAY: Final = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:,?\s+(?P<{}>(?:19|20)\d\d)\b)?"
_ISO: Final = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)(?:-(?P<day>\d\d))?\b")
_WRITTEN: Final = re.compile(
    rf"\b(?:{_DAY.format('before')}\s+(?:of\s+)?)?(?P<month>{_MONTH})\b(?:\s+{_DAY.format('after')}\b)?"
    + _YEAR.format("year"),
    re.IGNORECASE,
)
_LEADS_TO_MONTH: Final = re.compile(
    r"\b(?:in|of|since|during|until|by|before|after|early|mid|late|last|next|this)\s+$", re.I
)
_LONE_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_ASKS_WHEN: Final = re.compile(
    r"\s*(?:since\s+)?(?:when|how\s+long|what\s+(?:date|day|month|year))\b", re.IGNORECASE
)
_TELLS_WHEN: Final = re.compile(
    rf"\b(?:yesterday|today|tonight|tomorrow|ago|since|recently|just|last|next|weeks?|months?|years?|weekend|{_MONTH}"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|this\s+morning|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_SOON, _LATER = 3, 14
"""Things are told within days of their day, or within two weeks."""
_SHORTEST_NAME: Final = 3


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day, month or year as a question names it."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def named_days(question: str) -> tuple[NamedDay, ...]:
    """The days that are named, in their order. `may` without a day, a year or a word before it is the verb."""
    found: list[NamedDay] = []
    rest = question
    for iso in _ISO.finditer(question):
        found.append(NamedDay(int(iso["year"]), int(iso["month"]), int(iso["day"]) if iso["day"] else None))
    rest = _ISO.sub(" ", rest)
    for written in _WRITTEN.finditer(rest):
        if (named := _written(written, rest)) is not None:
            found.append(named)
    rest = _WRITTEN.sub(" ", rest)
    found.extend(NamedDay(int(year.group())) for year in _LONE_YEAR.finditer(rest))
    return tuple(found)


def _written(match: re.Match[str], text: str) -> NamedDay | None:
    name, day, year = match["month"], match["before"] or match["after"], match["year"]
    if name.lower() in _ALSO_VERBS and not (day or year):
        leads = _LEADS_TO_MONTH.search(text[: match.start("month")])
        if not (leads and name[0].isupper()):
            return None
    return NamedDay(int(year) if year else None, _MONTHS.index(name.lower()) + 1, int(day) if day else None)


def nearness(days: Sequence[date | None], named: Sequence[NamedDay]) -> NDArray[np.float32]:
    """How well each text's day fits the best of the named ones, 0 to 1, N; 0 where the text has none."""
    near_N = np.zeros(len(days), dtype=np.float32)
    by_day: dict[date | None, float] = {None: 0.0}
    for place, day in enumerate(days):
        if day not in by_day and day is not None:
            by_day[day] = max((_near(day, one) for one in named), default=0.0)
        near_N[place] = by_day[day]
    return near_N


def _near(day: date, named: NamedDay) -> float:
    if named.month is None:
        return float(day.year == named.year)
    year = named.year or day.year
    if named.day is None:
        after = (day.year - year) * 12 + day.month - named.month
        return {0: 1.0, 1: 0.4}.get(after, 0.0)
    try:
        after = (day - date(year, named.month, named.day)).days
    except ValueError:  # a day that no calendar has fits none
        return 0.0
    return 1.0 if 0 <= after <= _SOON else 0.6 if -1 <= after <= _LATER else 0.0


def asks_when(question: str) -> bool:
    """Whether a time is asked for."""
    return _ASKS_WHEN.match(question) is not None


def tells_when(text: str) -> bool:
    """Whether a text speaks of a time."""
    return _TELLS_WHEN.search(text) is not None


def named_speakers(question: str, speakers: Collection[str]) -> tuple[tuple[str, ...], str]:
    """Which speakers the question names, by name or by its beginning (`Mel`); and the question without their names."""
    named: dict[str, None] = {}
    spans: list[tuple[int, int]] = []
    for start, end, word in _capitalised(question):
        meant = [who for who in sorted(speakers) if _called(word, who)]
        exact = [who for who in meant if word.lower() in who.lower().split()]
        if len(exact or meant) == 1:
            named[(exact or meant)[0]] = None
            spans.append((start, end))
    for start, end in reversed(spans):
        question = question[:start] + " " + question[end:]
    return tuple(named), " ".join(question.split())


def _capitalised(question: str) -> Iterator[tuple[int, int, str]]:
    """Words that may be names, with the possessive that clings to them."""
    for match in re.finditer(r"\b([^\W\d_]+)(?:['\u2019]s\b)?", question):
        if match[1][0].isupper() and match[1].lower() not in STOP:
            yield match.start(), match.end(), match[1]


def _called(word: str, speaker: str) -> bool:
    low = word.lower()
    return any(
        part == low or (len(low) >= _SHORTEST_NAME and part.startswith(low))
        for part in speaker.lower().split()
    )
