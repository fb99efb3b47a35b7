"""Calendar arithmetic of the oracle's own: FHIR's dates as they are written, birthdays, windows."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

_WRITTEN: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.*)?)?)?")
_CLOCK: Final = re.compile(r"T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})")
_LEAP_SECOND: Final = 60
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as it is written: its text cut to the day, the first and last day that it allows, its moment in UTC."""

    text: str
    first: date
    last: date
    moment: datetime

    @property
    def full(self) -> bool:
        """Whether it names one day."""
        return self.first == self.last


def day_of(written: str) -> Day:
    """Read FHIR's date, dateTime or instant. Raises ValueError for anything else."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no date of FHIR")
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    first = date(year, month, day)
    if found[3]:
        last = first
    elif found[2]:
        last = date(year, month, monthrange(year, month)[1])
    else:
        last = date(year, 12, 31)
    moment = _moment(first, found[4]) if found[4] else datetime(year, month, day, tzinfo=UTC)
    return Day(written[:10], first, last, moment)


def _moment(day: date, clock: str) -> datetime:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise ValueError(f"{clock!r} is no time of FHIR")
    second, micro = int(found[3]), int((found[4] or "0")[:6].ljust(6, "0"))
    if second == _LEAP_SECOND:
        second, micro = 59, 999_999
    local = datetime(day.year, day.month, day.day, int(found[1]), int(found[2]), second, micro, tzinfo=UTC)
    if found[5] == "Z":
        return local
    shift = timedelta(hours=int(found[5][1:3]), minutes=int(found[5][4:6]))
    try:
        return local - shift if found[5][0] == "+" else local + shift
    except OverflowError:
        return _EARLIEST if found[5][0] == "+" else _LATEST


def birthday(born: date, age: int) -> date:
    """The day on which somebody turns `age`; 29 February is 1 March in a common year."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1)
    return born.replace(year=year)


def age(born: date | None, on: date) -> int | None:
    """Completed years on a day; None before birth, or where the birth date is not known."""
    if born is None or on < born:
        return None
    years = on.year - born.year
    return years if birthday(born, years) <= on else years - 1


def earlier(day: date, *, years: int = 0, months: int = 0) -> date:
    """The same day of the month so many years and months before, or that month's last."""
    total = day.year * 12 + day.month - 1 - years * 12 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def within(day: Day, since: date | None, until: date | None) -> bool:
    """Whether all that the date allows lies in the window, both ends included."""
    return (since is None or day.first >= since) and (until is None or day.last <= until)
