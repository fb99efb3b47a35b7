"""Numbers, measured values, doses, durations and moments in a tokenised text, exact and in UCUM.

A number is never mended or guessed: `1,000` is a thousand, `38,5` is thirty-eight and a half, `a few` has no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wardround.clinical.quantities import Quantity
from wardround.language import units
from wardround.language.tokens import NUMBER, TIME, Tokens
from wardround.language.words import NUMBER_WORDS, VAGUE, fold, key, keyed

_TENS: Final = frozenset(range(20, 100, 10))
_PERIOD: Final = keyed("past last")
_SPAN_BEFORE: Final = keyed("for over about during within past last almost nearly around in")
_AFTER_AGE: Final = keyed("old year-old age")
_RATES: Final = keyed("every each per times")
_AGO: Final = keyed("ago back earlier")
_COMPARATORS: Final = {"<": "<", ">": ">", "≤": "<=", "≥": ">="}
_NIGHTLY: Final = frozenset(key(w) for w in ("night", *units.DAYTIMES, *units.WEEKDAYS, *units.MONTHS))


@dataclass(frozen=True, slots=True)
class Number:
    """Tokens first..last are this value; None where it is vague (`a few`). `high` is the end of a range."""

    first: int
    last: int
    value: float | None
    high: float | None = None
    comparator: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with what follows it. `kind` is value, duration or onset."""

    first: int
    last: int
    kind: str
    quantity: Quantity | None
    bare: bool = False
    """A value without a unit."""
    over: float | None = None
    """The second number of 120/80 or of 6 out of 10."""


def amounts(text: Tokens) -> list[Amount]:
    """Everything that counts or dates something, in the order of the text."""
    if not text.union & (NUMBER | TIME):
        return []
    out: list[Amount] = []
    flags, n, i = text.flags, len(text.keys), 0
    while i < n:
        found: Amount | None = None
        if flags[i] & NUMBER:
            number = number_at(text, i)
            if number is not None:
                found = _with_unit(text, number)
                i = max(i, number.last)
        elif flags[i] & TIME:
            found = _moment(text, i)
        if found is not None:
            out.append(found)
            i = max(i, found.last)
        i += 1
    return out


def digits(word: str) -> float | None:
    """The value of digits as written; None where it cannot be told (1,00,0)."""
    if "," in word:
        head, *groups = word.split(",")
        tail = groups[-1].partition(".")
        if (
            1 <= len(head) <= 3
            and not head.startswith("0")
            and all(len(g) == 3 for g in (*groups[:-1], tail[0]))
        ):
            word = word.replace(",", "")
        elif len(groups) == 1 and "." not in word:
            word = word.replace(",", ".")
        else:
            return None
    try:
        value = float(word)
    except ValueError:
        return None
    return value if value < 1e12 else None


def number_at(text: Tokens, i: int) -> Number | None:
    """The number that starts at token i, with its range and comparator."""
    first = _single(text, i)
    if first is None:
        return None
    value, last = first
    high: float | None = None
    if (
        last + 2 < len(text.keys)
        and text.keys[last + 1] in ("to", "-", "or")
        and not text.breaks.get(last + 1)
    ):
        second = _single(text, last + 2)
        if second is not None and value is not None and second[0] is not None and second[0] > value:
            high, last = second[0], second[1]
    comparator, start = _comparator(text, i)
    return Number(start, last, value, high, comparator or (">=" if high is not None else None))


def _comparator(text: Tokens, i: int) -> tuple[str | None, int]:
    if i and text.keys[i - 1] in _COMPARATORS:
        return _COMPARATORS[text.keys[i - 1]], i - 1
    if i > 1:
        two = (fold(text.word(i - 2)), fold(text.word(i - 1)))
        for words, sign in (
            (("more", "than"), ">"),
            (("less", "than"), "<"),
            (("at", "least"), ">="),
            (("up", "to"), "<="),
        ):
            if two == words:
                return sign, i - 2
    return None, i


def _single(text: Tokens, i: int) -> tuple[float | None, int] | None:
    """A value and its last token. Number words join: twenty one, one hundred and five, two and a half."""
    if i >= len(text.keys) or not text.flags[i] & NUMBER:
        return None
    word = fold(text.word(i))
    if word in VAGUE:
        return None, i
    if word[0].isdigit():
        value = digits(word)
        return None if value is None else _half(text, value, i)
    value = NUMBER_WORDS.get(word)
    if value is None:
        return None
    last = i
    while (following := _following(text, last, value)) is not None:
        value, last = _joined(value, following[0]), following[1]
    return _half(text, value, last)


def _following(text: Tokens, last: int, value: float) -> tuple[float, int] | None:
    """The number word that joins the one before it, over the `and` of `one hundred and five`, and its token."""
    at = last + 1
    if value >= 100 and text.keys[at : at + 1] == ["and"]:
        at += 1
    if (
        at >= len(text.keys)
        or not text.flags[at] & NUMBER
        or any(k in text.breaks for k in range(last + 1, at + 1))
    ):
        return None
    following = NUMBER_WORDS.get(fold(text.word(at)))
    return None if following is None or _joined(value, following) == value else (following, at)


def _joined(value: float, following: float) -> float:
    if following == 100.0 and 1 <= value < 10:
        return value * 100
    tens = value % 100 in _TENS and 1 <= following < 10
    hundreds = value >= 100 and value % 100 == 0 and 1 <= following < 100
    return value + following if tens or hundreds else value


def _half(text: Tokens, value: float, last: int) -> tuple[float, int]:
    if text.keys[last + 1 : last + 3] == ["and", "half"]:
        return value + 0.5, last + 2
    return value, last


def _with_unit(text: Tokens, number: Number) -> Amount | None:
    """The number with its unit, whatever kind of amount that makes it."""
    keys, j = text.keys, number.last + 1
    if j < len(keys) and text.breaks.get(j) in (".", "!", "?", ";", "\n"):
        j = len(keys)
    if j < len(keys) and keys[j] in units.TIMES:
        return _time(text, number, j)
    if number.first and keys[number.first - 1] in _RATES:
        return None
    pressure = _over(text, number, j)
    if pressure is not None:
        return pressure
    if number.value is None:
        return None
    unit, last = _unit(text, j)
    comparator = number.comparator
    quantity = Quantity(number.value, unit, comparator)
    return Amount(number.first, max(number.last, last), "value", quantity, bare=not unit)


def _over(text: Tokens, number: Number, j: int) -> Amount | None:
    """120/80, 140 over 90, 6 out of 10, 7/10."""
    keys = text.keys
    if number.value is None or j >= len(keys):
        return None
    for words in (["/"], ["over"], ["out"], ["on"]):
        if keys[j : j + 1] == words:
            second = _single(text, j + 1)
            if second is not None and second[0] is not None:
                last = second[1]
                unit, end = _unit(text, last + 1)
                if unit and unit != "mm[Hg]":
                    return None
                return Amount(
                    number.first,
                    max(last, end),
                    "value",
                    Quantity(number.value, "", number.comparator),
                    True,
                    second[0],
                )
    return None


def _unit(text: Tokens, j: int) -> tuple[str, int]:
    """The unit that starts at token j and its last token; empty and -1 where there is none."""
    if j >= len(text.keys) or text.breaks.get(j):
        return "", -1
    word = fold(text.word(j))
    if word == "%":
        return "%", j
    if word in units.DEGREES:
        after = fold(text.word(j + 1)) if j + 1 < len(text.keys) and not text.breaks.get(j + 1) else ""
        if after in units.CELSIUS:
            return "Cel", j + 1
        return ("[degF]", j + 1) if after in units.FAHRENHEIT else ("deg", j)
    if word in units.CELSIUS:
        return "Cel", j
    if word in units.FAHRENHEIT:
        return "[degF]", j
    unit = units.UNITS.get(word)
    if unit is None:
        return "", -1
    if unit == "mm" and text.keys[j + 1 : j + 2] == ["hg"]:
        return "mm[Hg]", j + 1
    if j + 2 < len(text.keys) and text.keys[j + 1] == "/" and not text.breaks.get(j + 1):
        below = units.UNITS.get(fold(text.word(j + 2))) or units.TIMES.get(text.keys[j + 2])
        if below is not None:
            return f"{unit}/{below}", j + 2
    return unit, j


def _time(text: Tokens, number: Number, j: int) -> Amount | None:
    """A duration or a moment; None for an age or a rate (every 4 hours, 45 years old)."""
    keys = text.keys
    before = keys[number.first - 1] if number.first else ""
    after = keys[j + 1] if j + 1 < len(keys) and not text.breaks.get(j + 1) else ""
    if before in _RATES or after in _AFTER_AGE or text.word(j).lower() == "s":
        return None
    unit, value, last = units.TIMES[keys[j]], number.value, j
    if keys[j + 1 : j + 3] == ["and", "half"] and value is not None:
        value, last = value + 0.5, j + 2
        after = keys[j + 3] if j + 3 < len(keys) else ""
    if value is not None:
        value *= units.MULTIPLES.get(keys[j], 1.0)
    quantity = None if value is None else Quantity(value, unit, number.comparator)
    return _dated(text, number.first, last, quantity, before, after)


def _dated(text: Tokens, first: int, last: int, quantity: Quantity | None, before: str, after: str) -> Amount:
    if after in _AGO:
        return Amount(first, last + 1, "onset", quantity)
    if before == "since":
        return Amount(first - 1, last, "onset", quantity)
    if before in _PERIOD:
        first -= 1
    return Amount(first, last, "duration", quantity)


def _moment(text: Tokens, i: int) -> Amount | None:
    """Yesterday, since Monday, last week, a year ago, for a month: times without a number."""
    keys, n = text.keys, len(text.keys)
    k = keys[i]
    before = keys[i - 1] if i and not text.breaks.get(i) else ""
    after = keys[i + 1] if i + 1 < n and not text.breaks.get(i + 1) else ""
    start = i - 1 if before == "since" else i
    if k in units.MOMENTS:
        return Amount(start, i, "onset", Quantity(units.MOMENTS[k], "d"))
    if k in ("last", "since", "ago"):
        return _after_last(text, i, start, after) if k == "last" else None
    if k in _NIGHTLY and _after_this(text, i):
        return Amount(start, i, "onset", None)
    unit = units.TIMES.get(k)
    if unit is None:
        return None
    one = Quantity(units.MULTIPLES.get(k, 1.0), unit) if not text.word(i).lower().endswith("s") else None
    if after in _AGO:
        return Amount(i, i + 1, "onset", one)
    if one is not None and keys[i + 1 : i + 3] == ["and", "half"]:
        return Amount(i, i + 2, "duration", Quantity(one.value + 0.5, unit))
    if one is None or before not in _SPAN_BEFORE or k == "night" or before == "in":
        return None
    return Amount(i - 1 if before in _PERIOD else i, i, "duration", one)


def _after_this(text: Tokens, i: int) -> bool:
    start = text.starts[i]
    return text.text[max(0, start - 8) : start].lower().rstrip().endswith(("this", "since"))


def _after_last(text: Tokens, i: int, start: int, after: str) -> Amount | None:
    """Last Tuesday, last night, last week: moments; over the last week: a duration."""
    if after in _NIGHTLY:
        return Amount(start, i + 1, "onset", Quantity(1.0, "d") if after == "night" else None)
    unit = units.TIMES.get(after)
    if unit is None or text.word(i + 1).lower().endswith("s"):
        return None
    ahead = text.keys[i - 1] if i else ""
    if ahead in ("for", "over", "in", "during"):
        return Amount(i, i + 1, "duration", Quantity(1.0, unit))
    return Amount(start, i + 1, "onset", Quantity(1.0, unit))
