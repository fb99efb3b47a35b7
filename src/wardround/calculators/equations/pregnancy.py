"""Pregnancy by the calendar: day due (Naegele), day of conception, age of the pregnancy."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.errors import InputError
from wardround.calculators.inputs import day, quantity
from wardround.calculators.values import Values

_LMP = day(
    "last_period",
    "first day of the last menstrual period",
    also=("Last menstrual date", "last menstrual period"),
)
_CYCLE = quantity("cycle", "length of the menstrual cycle", "d", 15, 60, bare=True, also=("cycle length",))
_SCAN = "an early ultrasound scan dates the pregnancy better"


def _months_later(start: date, months: int, field: str) -> date:
    """The same day of a later month, or that month's last day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > date.max.year - 1:
        raise InputError(
            field, f"{start.isoformat()} is too late for the calendar: write the year with four digits"
        )
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _due(v: Values) -> Answer:
    start, cycle = v.day("last_period"), round(v.number("cycle"))
    later = _months_later(start, 9, "last_period")
    value = later + timedelta(days=7 + cycle - 28)
    worked = f"{start} + 1 year - 3 months = {later}; + 7 days; {cycle - 28:+d} days for a cycle of {cycle}: {value}"
    counted = start + timedelta(days=280 + cycle - 28)
    other = (f"by 280 days instead of the calendar's months it is {counted}",) if counted != value else ()
    return Answer(value, worked, (_SCAN, *other))


def _conception(v: Values) -> Answer:
    start, cycle = v.day("last_period"), round(v.number("cycle"))
    _months_later(start, 9, "last_period")
    value = start + timedelta(days=cycle - 14)
    return Answer(value, f"{start} + ({cycle} - 14) days = {value}", (_SCAN,))


def _gestation(v: Values) -> Answer:
    start, today = v.day("last_period"), v.day("today")
    days = (today - start).days
    if days < 0:
        raise InputError("today", f"{today} is before the last period ({start}): were the two exchanged?")
    weeks, rest = divmod(days, 7)
    long = ("over 44 weeks: check the dates",) if weeks > 44 else ()
    return Answer(
        days,
        f"{today} - {start} = {days} days = {weeks} weeks and {rest} days",
        (_SCAN, *long),
        f"{weeks} weeks and {rest} days",
    )


PREGNANCY = (
    Calculator(
        id="due-date",
        title="Estimated day of birth (Naegele)",
        inputs=(_LMP, _CYCLE),
        formula="first day of the last period + 1 year - 3 months + 7 days, and the days by which the cycle differs from 28",
        unit="date",
        source=Source(
            "American College of Obstetricians and Gynecologists",
            "Methods for estimating the due date (Committee Opinion 700)",
            2017,
        ),
        work=_due,
        medcalc=13,
    ),
    Calculator(
        id="conception-date",
        title="Estimated day of conception",
        inputs=(_LMP, _CYCLE),
        formula="first day of the last period + length of the cycle - 14 days",
        unit="date",
        source=Source(
            "Fritz MA, Speroff L", "Clinical Gynecologic Endocrinology and Infertility, 8th edition", 2011
        ),
        work=_conception,
        medcalc=68,
    ),
    Calculator(
        id="gestational-age",
        title="Age of the pregnancy by the last period",
        inputs=(_LMP, day("today", "the day on which it is asked", also=("Current Date",))),
        formula="days from the first day of the last period",
        unit="d",
        source=Source(
            "American College of Obstetricians and Gynecologists",
            "Methods for estimating the due date (Committee Opinion 700)",
            2017,
        ),
        work=_gestation,
        medcalc=69,
    ),
)
