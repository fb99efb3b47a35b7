"""Dates with the precision that was given: 2019, 2019-03, 2019-03-14, or an instant. Nothing is made up to compare them."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

Precision = Literal["year", "month", "day", "instant"]

_FORM = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-(?P<month>[0-9]{2})"
    r"(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9]|60)(?:\.(?P<fraction>[0-9]+))?"
    r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00))?)?)?"
)
_LONGEST = 64
_MICROSECOND = timedelta(microseconds=1)
_EASTMOST = timedelta(hours=14)
_WESTMOST = timedelta(hours=12)
"""A calendar day without a zone begins up to 14 hours before that day in UTC, and ends up to 12 hours after it."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """`at` is the earliest moment that the words allow; `precision` says how wide they are.

    Instants are aware. The others are calendar dates without a time zone: their `at` is naive and cut
    to the precision. `text` is what was read, so that `iso()` gives it back; it takes no part in equality.
    """

    at: datetime
    precision: Precision
    text: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.precision == "instant":
            if self.at.utcoffset() is None:
                raise ValueError(
                    f"'{self.at.isoformat()}' is an instant without a time zone: give one, such as +00:00"
                )
            return
        parts: dict[Precision, tuple[int, int, int]] = {
            "year": (self.at.year, 1, 1),
            "month": (self.at.year, self.at.month, 1),
            "day": (self.at.year, self.at.month, self.at.day),
        }
        if self.precision not in parts:
            raise ValueError(f"'{self.precision}' is no precision: use year, month, day or instant")
        object.__setattr__(self, "at", datetime(*parts[self.precision]))

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read FHIR's date, dateTime and instant forms. Raises ValueError that quotes the text."""
        if not isinstance(text, str):
            raise ValueError(f"{text!r:.80} is not text: write a date as '2019-03-14'")
        return _parse(text)

    @classmethod
    def of(cls, moment: date) -> PartialDate:
        """The day of a date; the instant of an aware datetime."""
        if isinstance(moment, datetime):
            return cls(moment, "instant")
        return cls(datetime(moment.year, moment.month, moment.day), "day")

    def iso(self) -> str:
        """The words that were read; without any, FHIR's form of this date, zone offset kept."""
        if self.text:
            return self.text
        if self.precision == "instant":
            return _instant_text(self.at)
        width = {"year": 4, "month": 7, "day": 10}[self.precision]
        return self.at.date().isoformat()[:width]

    __str__ = iso

    def earliest(self) -> datetime:
        """The first moment that the words allow. Aware; a date without a zone is read in UTC."""
        return self.at if self.precision == "instant" else self.at.replace(tzinfo=UTC)

    def latest(self) -> datetime:
        """The last moment that the words allow, to the microsecond. Aware like `earliest`."""
        return self.at if self.precision == "instant" else self._end().replace(tzinfo=UTC)

    def middle(self) -> date:
        """The day in the middle of what the words allow: 2 July of a year, mid-month, the day itself."""
        if self.precision in ("day", "instant"):
            return self.at.date()
        return (self.at + (self._end() - self.at) / 2).date()

    def before(self, other: PartialDate) -> bool | None:
        """Is this certainly earlier (True), certainly not (False), or do the words not tell (None)?

        A calendar date and an instant are compared for every time zone that the date may have been written in.
        """
        (start, end), (other_start, other_end) = _spans(self, other)
        if end < other_start:
            return True
        if start >= other_end:
            return False
        return None

    def after(self, other: PartialDate) -> bool | None:
        """Is this certainly later, certainly not, or unknowable (None)?"""
        return other.before(self)

    def overlaps(self, other: PartialDate) -> bool | None:
        """Do the two allow a common moment? None where that hangs on the time zone of a calendar date."""
        (start, end), (other_start, other_end) = _spans(self, other)
        if end < other_start or other_end < start:
            return False
        if (self.precision == "instant") == (other.precision == "instant"):
            return True
        day, instant = (other, self) if self.precision == "instant" else (self, other)
        moment = _utc(instant.at)
        return True if _shift(day.at, _WESTMOST) <= moment <= _shift(day._end(), -_EASTMOST) else None

    def _end(self) -> datetime:
        year, month, day = self.at.year, self.at.month, self.at.day
        if self.precision == "year":
            month, day = 12, 31
        elif self.precision == "month":
            day = monthrange(year, month)[1]
        return datetime(year, month, day, 23, 59, 59, 999999)


_Span = tuple[datetime, datetime]


def _spans(first: PartialDate, second: PartialDate) -> tuple[_Span, _Span]:
    """Both as naive (first moment, last moment): calendar dates as they stand, unless one of the two is an instant."""
    mixed = "instant" in (first.precision, second.precision)
    return _span(first, mixed), _span(second, mixed)


def _span(one: PartialDate, in_utc: bool) -> _Span:
    if one.precision == "instant":
        moment = _utc(one.at)
        return moment, moment
    if in_utc:
        return _shift(one.at, -_EASTMOST), _shift(one._end(), _WESTMOST)
    return one.at, one._end()


def _utc(moment: datetime) -> datetime:
    """An aware moment as naive UTC, held inside what datetime can say."""
    return _shift(moment.replace(tzinfo=None), -(moment.utcoffset() or timedelta()))


def _shift(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return datetime.max if by > timedelta() else datetime.min


def _instant_text(moment: datetime) -> str:
    text = moment.isoformat()
    return text[: -len("+00:00")] + "Z" if moment.tzinfo is UTC else text


@lru_cache(maxsize=4096)
def _parse(text: str) -> PartialDate:
    form = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if form is None:
        raise ValueError(
            f"'{text:.80}' is no date: write 2019, 2019-03, 2019-03-14 or 2019-03-14T09:30:00+01:00 (zone needed)"
        )
    year, month, day = int(form["year"]), int(form["month"] or 1), int(form["day"] or 1)
    try:
        if form["hour"] is None:
            precision: Precision = "day" if form["day"] else "month" if form["month"] else "year"
            return PartialDate(datetime(year, month, day), precision, text)
        leap = form["second"] == "60"  # a leap second is held as the last microsecond before it
        second = 59 if leap else int(form["second"])
        micro = 999_999 if leap else int((form["fraction"] or "0")[:6].ljust(6, "0"))
        moment = datetime(
            year,
            month,
            day,
            int(form["hour"]),
            int(form["minute"]),
            second,
            micro,
            tzinfo=_zone(form["zone"]),
        )
    except ValueError as error:
        raise ValueError(f"'{text}' is no date: {error}") from None
    return PartialDate(moment, "instant", text)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-offset if text[0] == "-" else offset)
