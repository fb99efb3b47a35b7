"""Who the patient is."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from typing import Literal

from wardround.clinical.dates import PartialDate

Sex = Literal["female", "male", "other", "unknown"]


@dataclass(frozen=True, slots=True)
class Patient:
    """Demographics of one patient. `deceased` is a date, or True where the record says so without one."""

    id: str
    name: str
    birth: PartialDate | None
    sex: Sex
    deceased: PartialDate | bool = False
    language: str | None = None

    def age(self, on: date) -> float | None:
        """Age in years on a day: whole on a birthday. With a birth year alone, mid-year is taken.

        None where the birth date is unknown, and before birth.
        """
        if self.birth is None:
            return None
        born = self.birth.middle()
        day = date(on.year, on.month, on.day)
        if day < born:
            return None
        years = day.year - born.year - (day < _birthday(born, day.year))
        last = _birthday(born, born.year + years)
        if last.year == date.max.year:
            return float(years)
        return years + (day - last).days / (_birthday(born, last.year + 1) - last).days


def _birthday(born: date, year: int) -> date:
    """Someone born on 29 February has it on 1 March in common years."""
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return born.replace(year=year)
