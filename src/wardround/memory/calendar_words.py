"""English words for days, months, seasons, years and ages, read as spans of days. What could mean two things is refused."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from wardround.clinical import PartialDate
from wardround.memory.errors import NotUnderstood

_DAY = timedelta(days=1)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The month in which each season of the northern hemisphere begins, as meteorologists count."""
_UNITS = {"day": 0, "week": 0, "fortnight": 0, "month": 1, "year": 12, "decade": 120}
_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    **dict(zip(("first", "second", "third", "fourth", "fifth", "sixth"), range(1, 7), strict=True)),
    **dict(zip(("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"), range(7, 13), strict=True)),
    **{f"{word[:-1]}ieth": 20 + 10 * at for at, word in enumerate(_TENS)},
    **{f"{word}th": at for at, word in enumerate(_SMALL) if at > 12},
    "eighteenth": 18,
}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both within. `age`: a year of life, of which "after" and "until" mean the birthday.
    `because`: the fact whose date this is, where a fact gave it."""

    first: date
    last: date
    age: bool = False
    because: str | None = None

    @classmethod
    def day(cls, one: date) -> Span:
        return cls(one, one)


@dataclass(frozen=True, slots=True)
class Today:
    """What words of time are relative to: the day on which they are said, and when the patient was born (looked up
    when an age is named)."""

    on: date
    born: Callable[[], date | None] = lambda: None

    def birthday(self, age: int) -> date:
        """The day on which the patient becomes so old."""
        born = self.born()
        if born is None:
            raise NotUnderstood("An age says nothing here: the birth date is not known. Give a date.")
        return shifted(born, age * 12, leap_forward=True)


def days_of(moment: PartialDate) -> tuple[date, date]:
    """The first and the last day that a date of the record spans, by the calendar where it was written."""
    if moment.precision == "instant":
        return moment.at.date(), moment.at.date()
    return moment.earliest().date(), moment.latest().date()


def shifted(day: date, months: int, *, leap_forward: bool = False) -> date:
    """The same day so many months away; the last of the month where it has no such day (or the next month's first)."""
    at = day.year * 12 + day.month - 1 + months
    year, month = divmod(at, 12)
    if not 1 <= year <= 9999:
        raise NotUnderstood(f"{abs(months) // 12} years from {day} is outside the calendar. Give a date.")
    longest = monthrange(year, month + 1)[1]
    if day.day > longest and leap_forward:
        return date(year, month + 1, longest) + _DAY
    return date(year, month + 1, min(day.day, longest))


def ago(day: date, count: int, unit: str) -> date:
    """So many units before a day; a negative count lies ahead."""
    months = _UNITS[unit]
    try:
        return shifted(day, -count * months) if months else day - count * _days_of(unit)
    except OverflowError:
        raise NotUnderstood(f"{count} {unit}s is more than the calendar holds. Give a date.") from None


def _days_of(unit: str) -> timedelta:
    return timedelta(days={"day": 1, "week": 7, "fortnight": 14}[unit])


def month(year: int, number: int) -> Span:
    """All of a calendar month."""
    return Span(_date(year, number, 1), date(year, number, monthrange(year, number)[1]))


def year(number: int) -> Span:
    """All of a calendar year."""
    return Span(_date(number, 1, 1), date(number, 12, 31))


def season(name: str, starting: int) -> Span:
    """The three months of a season that begins in this year."""
    first = _date(starting, _SEASONS[name], 1)
    return Span(first, shifted(first, 3) - _DAY)


def _date(year_: int, month_: int, day: int) -> date:
    try:
        return date(year_, month_, day)
    except ValueError as error:
        raise NotUnderstood(f"{year_}-{month_:02}-{day:02} is no date: {error}. Correct it.") from None


# Pieces of patterns -------------------------------------------------------------------------------------------------

_Y = r"(?P<y>1[89]\d\d|2[01]\d\d)"
_MONTH = "(?P<m>" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS) + r"|sept)\b\.?"
_D = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
UNIT = r"(?P<unit>day|week|fortnight|month|year|decade)s?"
_COUNTED = "|".join([*_SMALL[1:], *(f"{tens}(?:[- ](?:{'|'.join(_SMALL[1:10])}))?" for tens in _TENS)])
COUNT = rf"(?P<n>\d{{1,3}}|an?(?: (?:couple(?: of)?|single|dozen|few))?|{_COUNTED})"
_ORDINAL = rf"(?P<nth>\d{{1,3}}(?:st|nd|rd|th)|(?:(?:{'|'.join(_TENS)})[- ])?(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}))"
_WHOSE = r"(?:the|his|her|their|my|your|its|(?:the )?patient's|[a-z]+'s)"
_WHO = r"(?:he|she|they|i|you|(?:the |this )?patient)"
_SEASON = "(?P<s>spring|summer|autumn|fall|winter)"
_DECADES = "twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties"


def number(text: str) -> int:
    """What a count says, in digits or words."""
    text = text.strip().replace("-", " ")
    if text.isdigit():
        return int(text)
    if text.startswith(("a ", "an ")):
        rest = text.split(" ", 1)[1]
        if rest == "few":
            raise NotUnderstood("'a few' is no number. Say how many.")
        return {"couple": 2, "couple of": 2, "dozen": 12}.get(rest, 1)
    if text in ("a", "an"):
        return 1
    tens, _, ones = text.partition(" ")
    if tens in _TENS:
        return 20 + 10 * _TENS.index(tens) + (_SMALL.index(ones) if ones else 0)
    return _SMALL.index(text)


def _ordinal(text: str) -> int:
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits[0])
    tens, _, rest = text.replace("-", " ").partition(" ")
    if rest:
        return 20 + 10 * _TENS.index(tens) + _ORDINALS[rest]
    return _ORDINALS[tens]


def _month_of(found: re.Match[str]) -> int:
    return next(at for at, name in enumerate(_MONTHS, 1) if name.startswith(found["m"][:3]))


# Readers: a pattern and what it means -------------------------------------------------------------------------------

_Meaning = Callable[[re.Match[str], Today], Span]


def _written_day(found: re.Match[str], _: Today) -> Span:
    return Span.day(_date(int(found["y"]), _month_of(found), int(found["d"])))


def _iso(found: re.Match[str], _: Today) -> Span:
    if found["d"] is None:
        if not 1 <= int(found["m"]) <= 12:
            raise NotUnderstood(f"'{found[0]}' is no month. Write 2015-03.")
        return month(int(found["y"]), int(found["m"]))
    return Span.day(_date(int(found["y"]), int(found["m"]), int(found["d"])))


def _slashed(found: re.Match[str], _: Today) -> Span:
    """3/3/2015 and 13/3/2015 can be read one way only; 3/4/2015 is April in London and March in Boston."""
    one, two, year_ = int(found["a"]), int(found["b"]), int(found["y"])
    if found["sep"] == ".":
        return Span.day(_date(year_, two, one))
    if one <= 12 and two <= 12 and one != two:
        raise NotUnderstood(
            f"'{found[0]}' may be {one} {_MONTHS[two - 1].title()} or {two} {_MONTHS[one - 1].title()}: "
            f"write {year_}-{two:02}-{one:02} or {year_}-{one:02}-{two:02}."
        )
    return Span.day(_date(year_, two, one) if two <= 12 else _date(year_, one, two))


def _slashed_month(found: re.Match[str], _: Today) -> Span:
    return month(int(found["y"]), int(found["a"]))


def _season_of(found: re.Match[str], _: Today) -> Span:
    name, year_ = found["s"], int(found["y"])
    if name == "winter" and found["y2"] is None:
        raise NotUnderstood(f"'{found[0]}' may begin or end in {year_}: write 'winter {year_}/{year_ + 1}'.")
    return season(name, year_)


def _part_of_year(found: re.Match[str], _: Today) -> Span:
    number_ = (
        int(found["q"]) if found["q"] else {"first": 1, "second": 2, "third": 3, "fourth": 4}[found["which"]]
    )
    size = 6 if found["part"] == "half" else 3
    if number_ * size > 12:
        raise NotUnderstood(f"'{found[0]}': a year has no such part.")
    first = _date(int(found["y"]), (number_ - 1) * size + 1, 1)
    return Span(first, shifted(first, size) - _DAY)


def _decade(found: re.Match[str], _: Today) -> Span:
    first = int(found["y"])
    return Span(_date(first, 1, 1), date(first + 9, 12, 31))


def _current(found: re.Match[str], today: Today) -> Span:
    """This week, month or year: the whole of it."""
    return calendar_unit(today.on, found["unit"])


def calendar_unit(day: date, unit: str) -> Span:
    """The calendar week (from Monday), month or year that a day is in."""
    if unit == "year":
        return year(day.year)
    if unit == "month":
        return month(day.year, day.month)
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + 6 * _DAY)


def _last(found: re.Match[str], today: Today) -> Span:
    """Last week, month or year: the calendar's one before this."""
    before = calendar_unit(today.on, found["unit"]).first - _DAY
    span = calendar_unit(before, found["unit"])
    return calendar_unit(span.first - _DAY, found["unit"]) if found["twice"] else span


def _last_month_named(found: re.Match[str], today: Today) -> Span:
    """The latest such month that is over ("last"), or of this year ("this")."""
    named = _month_of(found)
    if found["which"] == "this":
        return month(today.on.year, named)
    span = month(today.on.year, named)
    return span if span.last < today.on else month(today.on.year - 1, named)


def _last_season(found: re.Match[str], today: Today) -> Span:
    """The latest such season that is over ("last"), or the one under way or next of this year ("this")."""
    name = found["s"]
    spans = [season(name, today.on.year - back) for back in (0, 1, 2)]
    if found["which"] == "this":
        return next((span for span in spans if span.first <= today.on <= span.last), spans[0])
    return next(span for span in spans if span.last < today.on)


def _last_weekday(found: re.Match[str], today: Today) -> Span:
    back = (today.on.weekday() - _WEEKDAYS.index(found["day"]) - 1) % 7 + 1
    return Span.day(today.on - timedelta(days=back))


def _near(found: re.Match[str], today: Today) -> Span:
    back = {"today": 0, "now": 0, "yesterday": 1}.get(found[0], 2)
    return Span.day(today.on - timedelta(days=back))


def _ago(found: re.Match[str], today: Today) -> Span:
    count = number(found["n"])
    return Span.day(ago(today.on, count, found["unit"]))


def _aged(found: re.Match[str], today: Today) -> Span:
    """A year of life: from one birthday to the day before the next."""
    age = number(found["n"])
    return Span(today.birthday(age), today.birthday(age + 1) - _DAY, age=True)


def _ages(found: re.Match[str], today: Today) -> Span:
    first, last = sorted((number(found["n"]), number(found["n2"])))
    return Span(today.birthday(first), today.birthday(last + 1) - _DAY)


def _birthday(found: re.Match[str], today: Today) -> Span:
    return Span.day(today.birthday(_ordinal(found["nth"])))


def _decade_of_life(found: re.Match[str], today: Today) -> Span:
    word = found["decade"]
    if word[0].isdigit():
        start = int(word[:2])
    elif word.startswith("teen"):
        return Span(today.birthday(13), today.birthday(20) - _DAY)
    else:
        start = 20 + 10 * _DECADES.split("|").index(word)
    if start < 20 or start % 10:
        raise NotUnderstood(f"'{found[0]}' names no decade of life. Say 'in her fifties' or give ages.")
    return Span(today.birthday(start), today.birthday(start + 10) - _DAY)


_STAGES = {
    "bab": (0, 1),
    "infan": (0, 1),
    "toddler": (1, 3),
    "child": (0, 18),
    "boy": (0, 18),
    "girl": (0, 18),
}
_STAGES |= {"teen": (13, 20), "adolescen": (10, 20)}


def _stage(found: re.Match[str], today: Today) -> Span:
    """A baby in the first year of life, a toddler to the third birthday, a child to the eighteenth, ten to nineteen an
    adolescent (as the WHO counts)."""
    word = found["stage"]
    if word.startswith("adult"):
        return Span(today.birthday(18), max(today.birthday(18), today.on))
    from_age, to_age = next(ages for stem, ages in _STAGES.items() if word.startswith(stem))
    return Span(today.birthday(from_age), today.birthday(to_age) - _DAY)


def _birth(_: re.Match[str], today: Today) -> Span:
    return Span.day(today.birthday(0))


_PATTERNS: tuple[tuple[str, _Meaning], ...] = (
    (rf"{_Y}-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?!\d)(?:t\d\d:\d\d\S*)?", _iso),
    (rf"{_Y}/(?P<m>\d\d)/(?P<d>\d\d)(?!\d)", _iso),
    (rf"(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep){_Y}", _slashed),
    (rf"(?P<a>0?[1-9]|1[0-2])/{_Y}", _slashed_month),
    (rf"(?:the )?{_D}(?: of)? {_MONTH},?(?: of)? {_Y}", _written_day),
    (rf"{_MONTH} (?:the )?{_D},? (?:of )?{_Y}", _written_day),
    (rf"{_D}[- ]{_MONTH}[- ]{_Y}", _written_day),
    (rf"(?:the month of )?{_MONTH},?(?: of)?(?: the year)?[ -]{_Y}", lambda f, _: month(int(f["y"]), _month_of(f))),
    (rf"(?:the )?{_SEASON},? (?:of )?{_Y}(?:[/-](?P<y2>\d\d(?:\d\d)?))?", _season_of),
    (rf"(?:the )?(?P<which>first|second|third|fourth) (?P<part>half|quarter) of {_Y}(?P<q>)?", _part_of_year),
    (rf"(?P<part>q)(?P<q>[1-4])(?: of)? {_Y}(?P<which>)?", _part_of_year),
    (rf"(?:the )?{_Y}'?s", _decade),
    (rf"(?:the )?(?:calendar )?(?:year )?(?:of )?{_Y}(?![-/\d])", lambda f, _: year(int(f["y"]))),
    (r"(?:the )?(?:this|current) (?P<unit>week|month|year)", _current),
    (r"(?:last|the previous) (?P<unit>week|month|year)(?P<twice>)?(?! before)", _last),
    (r"the (?P<unit>week|month|year) (?P<twice>before last)", _last),
    (rf"(?P<which>last|this|this past) {_MONTH}", _last_month_named),
    (rf"(?P<which>last|this|this past) {_SEASON}", _last_season),
    (rf"last (?P<day>{'|'.join(_WEEKDAYS)})", _last_weekday),
    (r"the day before yesterday|yesterday|today|now", _near),
    (rf"{COUNT} {UNIT} (?:ago|back|earlier than today|before today)", _ago),
    (rf"(?:the )?ages?(?: of)? {COUNT} (?:and|to|-) (?P<n2>\d{{1,3}}|{_COUNTED})", _ages),
    (rf"(?:{_WHOSE} |the )?age(?: of)? {COUNT}(?: years?)?", _aged),
    (rf"aged {COUNT}(?: years?)?", _aged),
    (rf"(?:{_WHO} (?:was|were|is|turned|became|reached)|being|turning) (?:aged? |the age of )?{COUNT}"
     r"(?:[ -]years?(?:[ -](?:old|of age))?)?", _aged),
    (rf"{COUNT} years? (?:old|of age)", _aged),
    (rf"{_WHOSE} {_ORDINAL} birthday", _birthday),
    (rf"{_WHOSE} (?:early |mid-?|late )?(?P<decade>teens|{_DECADES}|\d0s)", _decade_of_life),
    (rf"(?:an? |{_WHOSE} |early )?(?P<stage>childhood|infancy|babyhood|adolescence|adulthood|boyhood|girlhood)", _stage),
    (r"(?:as )?(?:an? )(?P<stage>child|baby|infant|toddler|teenager|adolescent|adult|boy|girl)", _stage),
    (rf"(?:(?:his|her|their|my|(?:the )?patient's) |(?<=since )|(?<=from )|(?<=at )|(?<=after )|(?<=before ))birth|{_WHO} (?:was|were) born", _birth),
)  # fmt: skip


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[re.Pattern[str], _Meaning], ...]:
    return tuple((re.compile(rf"(?:{pattern})(?!\w)"), meaning) for pattern, meaning in _PATTERNS)


_EDGE = re.compile(
    r"(?:the )?(?:very )?(?:(?P<start>(?:start|beginning|first day)(?= (?:of|in) ))|(?:end|close|last day)) (?:of|in) "
)


def span_at(text: str, at: int, today: Today) -> tuple[Span, int] | None:
    """The span that the words from here on name, and where they end: the longest reading. `text` is in lower case.

    Raises NotUnderstood for a date that can be read two ways, or that no calendar holds.
    """
    edge = _EDGE.match(text, at)
    if edge and (found := span_at(text, edge.end(), today)):
        return Span.day(found[0].first if edge["start"] else found[0].last), found[1]
    longest: tuple[re.Match[str], _Meaning] | None = None
    for pattern, meaning in _compiled():
        match = pattern.match(text, at)
        if match and (longest is None or match.end() > longest[0].end()):
            longest = (match, meaning)
    if longest is None:
        return None
    match, meaning = longest
    return meaning(match, today), match.end()
