"""Binds numbers to what they measure: temperature by its unit, pressure by its pair, the rest by the name beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wardround.clinical.quantities import Quantity
from wardround.language.amounts import Amount
from wardround.language.lexicon import Lexicon
from wardround.language.matching import Hit
from wardround.language.tokens import SIGN, TOLERATED, Tokens
from wardround.language.words import keyed

TEMPERATURE: Final = "finding.temperature"
SYSTOLIC: Final = "finding.systolic_bp"
DIASTOLIC: Final = "finding.diastolic_bp"
HEART_RATE: Final = "finding.heart_rate"
PAIN_SCORE: Final = "finding.pain_score"
_FEVER: Final = "finding.fever"
_CLEAR_UNITS: Final = frozenset(("mm[Hg]", "/min", "%", "{score}"))
"""Units that a bare number may be given, since nobody measures the thing in another."""
_AFTER: Final = 6
_BETWEEN: Final = keyed("read come last out go measure today yesterday reading check")


@dataclass(frozen=True, slots=True)
class Value:
    """Tokens first..last measure `id`; `amount` is used up."""

    first: int
    last: int
    id: str
    quantity: Quantity
    amount: Amount


def values(
    text: Tokens, found: list[Hit], counted: list[Amount], lexicon: Lexicon, asked: tuple[str, ...]
) -> list[Value]:
    """Every number whose meaning the text, or the question, gives."""
    out: list[Value] = []
    names = [hit for hit in found if any(i in lexicon.measured or i == _FEVER for i in hit.ids)]
    at = 0
    for amount in counted:
        if amount.kind != "value" or amount.quantity is None:
            continue
        while at < len(names) and names[at].last < amount.first - _AFTER:
            at += 1
        name = next((h for h in names[at : at + 4] if _beside(text, h, amount)), None)
        out.extend(_value(text, amount, name, lexicon, asked))
    return out


def _beside(text: Tokens, name: Hit, amount: Amount) -> bool:
    if not name.last < amount.first <= name.last + _AFTER or text.crosses(name.last, amount.first):
        return False
    between = text.keys[name.last + 1 : amount.first]
    return all(
        k in _BETWEEN or text.flags[name.last + 1 + n] & (TOLERATED | SIGN) for n, k in enumerate(between)
    )


def _value(
    text: Tokens, amount: Amount, name: Hit | None, lexicon: Lexicon, asked: tuple[str, ...]
) -> Iterator[Value]:
    quantity = amount.quantity
    assert quantity is not None
    if amount.over is not None:
        yield from _double(text, amount, quantity, lexicon, asked)
        return
    if quantity.unit in ("Cel", "[degF]", "deg") and TEMPERATURE in lexicon.measured:
        degrees = _temperature(quantity)
        if degrees is not None:
            yield Value(amount.first, amount.last, TEMPERATURE, degrees, amount)
        return
    if quantity.unit == "/min" and name is None and HEART_RATE in lexicon.measured:
        yield Value(amount.first, amount.last, HEART_RATE, quantity, amount)
        return
    for slug in (*(name.ids if name else ()), *asked):
        target = TEMPERATURE if slug == _FEVER and _temperature(quantity) else slug
        if target not in lexicon.measured or (name is None and target.startswith("analyte.")):
            continue
        measured = _measured(quantity, target, lexicon)
        if measured is not None:
            named = name is not None and target.startswith("analyte.")
            yield Value(name.first if name and named else amount.first, amount.last, target, measured, amount)
            if target not in (SYSTOLIC, DIASTOLIC):
                return


def _double(
    text: Tokens, amount: Amount, quantity: Quantity, lexicon: Lexicon, asked: tuple[str, ...]
) -> Iterator[Value]:
    high, low = quantity.value, amount.over or 0.0
    if 60 <= high <= 280 and 30 <= low <= 180 and high > low and SYSTOLIC in lexicon.measured:
        yield Value(amount.first, amount.last, SYSTOLIC, Quantity(high, "mm[Hg]"), amount)
        yield Value(amount.first, amount.last, DIASTOLIC, Quantity(low, "mm[Hg]"), amount)
    elif low == 10 and high <= 10 and PAIN_SCORE in lexicon.measured:
        spoken = "/" not in text.keys[amount.first : amount.last + 1]
        if spoken or PAIN_SCORE in asked or "pain" in text.keys:
            yield Value(amount.first, amount.last, PAIN_SCORE, Quantity(high, "{score}"), amount)


def _temperature(quantity: Quantity) -> Quantity | None:
    """As it was said; degrees without a scale, and bare numbers, by what a living body can be."""
    value, unit = quantity.value, quantity.unit
    if unit in ("", "deg"):
        unit = "Cel" if 30 <= value <= 45 else "[degF]" if 86 <= value <= 113 else ""
    limits = {"Cel": (25, 45), "[degF]": (77, 113)}.get(unit)
    if limits is None or not limits[0] <= value <= limits[1]:
        return None
    return Quantity(value, unit, quantity.comparator)


def _measured(quantity: Quantity, slug: str, lexicon: Lexicon) -> Quantity | None:
    if slug == TEMPERATURE:
        return _temperature(quantity)
    unit = lexicon.measured[slug]
    if quantity.unit:
        return quantity
    low, high = lexicon.plausible.get(slug, (float("-inf"), float("inf")))
    if unit in _CLEAR_UNITS:
        return Quantity(quantity.value, unit, quantity.comparator) if low <= quantity.value <= high else None
    return quantity
