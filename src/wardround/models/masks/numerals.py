"""Numbers as JSON writes them, within bounds: plain decimals, without exponents, of a bounded length."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from wardround.models.masks.expressions import Alt, Chars, Expr, Lit, Repeat, Seq, Term

MOST_WHOLE = 10**18 - 1
"""The largest whole number that is written."""
_MOST_REAL = 10**15 - 1
_DECIMALS = 6
_MORE = 9
"""Decimals after those of the bounds."""
_DIGIT = Chars(((48, 57),))
_NOT_ZERO = Chars(((49, 57),))


def whole(low: Decimal | None, high: Decimal | None) -> Expr | None:
    """Whole numbers from `low` to `high`; None where there is none."""
    first = _clip(low, -MOST_WHOLE, ROUND_CEILING)
    last = _clip(high, MOST_WHOLE, ROUND_FLOOR)
    ways = _signed(first, last, 0)
    return Term(Alt(tuple(ways))) if ways else None


def real(
    low: Decimal | None, high: Decimal | None, *, above: bool = False, below: bool = False
) -> Expr | None:
    """Decimals from `low` to `high`; `above` and `below` leave the bound itself out. None where there is none."""
    if not (low or high or above or below) and low is None and high is None:
        start = Alt((Lit("0"), Seq((_NOT_ZERO, Repeat(_DIGIT, 0, 14)))))
        tail = Alt((Seq((Lit("."), Repeat(_DIGIT, 1, 15))), Seq(())))
        return Term(Seq((Alt((Lit("-"), Seq(()))), start, tail)))
    bottom, top = (
        low if low is not None else Decimal(-_MOST_REAL),
        high if high is not None else Decimal(_MOST_REAL),
    )
    bottom, top = max(bottom, Decimal(-_MOST_REAL)), min(top, Decimal(_MOST_REAL))
    places = min(max(_places(bottom), _places(top)), _DECIMALS)
    ways: list[Expr] = []
    for place in range(max(places, 1) + 1):
        unit = Decimal(10) ** place
        first = int((bottom * unit).to_integral_value(ROUND_CEILING))
        last = int((top * unit).to_integral_value(ROUND_FLOOR))
        first += above and first == bottom * unit
        last -= below and last == top * unit
        ways += _signed(first, last, place)
        if place == max(places, 1):
            ways += _finer(bottom * unit, top * unit, place)
    return Term(Alt(tuple(ways))) if ways else None


def _finer(bottom: Decimal, top: Decimal, place: int) -> list[Expr]:
    """Numbers with more decimals than `place`, strictly between the scaled bounds: none of them is a bound."""
    tail = Seq((Repeat(_DIGIT, 0, _MORE - 1), _NOT_ZERO))
    first, last = int(bottom.to_integral_value(ROUND_CEILING)), int(top.to_integral_value(ROUND_FLOOR))
    ways: list[Expr] = [Seq((way, tail)) for way in _positive(max(first, 0), last - 1, place)]
    return ways + [Seq((Lit("-"), way, tail)) for way in _positive(max(-last, 0), -first - 1, place)]


def _clip(bound: Decimal | None, most: int, rounding: str) -> int:
    if bound is None or abs(bound) > MOST_WHOLE:
        inside = bound is None or (bound > 0) == (most > 0)
        return most if inside else -most
    return int(bound.to_integral_value(rounding))


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _signed(first: int, last: int, place: int) -> list[Expr]:
    """The numbers first..last, with the decimal point `place` digits from the right."""
    ways = list(_positive(max(first, 0), last, place))
    return ways + [Seq((Lit("-"), way)) for way in _positive(max(-last, 1), -first, place)]


def _positive(first: int, last: int, place: int) -> list[Expr]:
    """The same without a sign, by length: a number starts with 0 only where that is all before the point."""
    ways: list[Expr] = []
    if first > last:
        return ways
    width = place + 1
    while True:
        least = 0 if width == place + 1 else 10 ** (width - 1)
        if least > last:
            return ways
        low, high = max(first, least), min(last, 10**width - 1)
        if low <= high:
            ways += [_spelled(row, place) for row in _rows(str(low).zfill(width), str(high).zfill(width))]
        width += 1


def _spelled(row: list[tuple[str, str]], place: int) -> Expr:
    digits: list[Expr] = [Chars(((ord(low), ord(high)),)) for low, high in row]
    return Seq((*digits[:-place], Lit("."), *digits[-place:])) if place else Seq(tuple(digits))


def _rows(low: str, high: str) -> list[list[tuple[str, str]]]:
    """The numbers low..high of one length as rows of digit ranges."""
    if not low:
        return [[]]
    rest = len(low) - 1
    if low[0] == high[0]:
        return [[(low[0], low[0]), *row] for row in _rows(low[1:], high[1:])]
    if low[1:] == "0" * rest and high[1:] == "9" * rest:
        return [[(low[0], high[0])] + [("0", "9")] * rest]
    rows = [[(low[0], low[0]), *row] for row in _rows(low[1:], "9" * rest)]
    if int(high[0]) - int(low[0]) > 1:
        rows.append([(str(int(low[0]) + 1), str(int(high[0]) - 1))] + [("0", "9")] * rest)
    return rows + [[(high[0], high[0]), *row] for row in _rows("0" * rest, high[1:])]
