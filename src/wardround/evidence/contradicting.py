"""Claims of one text that cannot both hold: two doses of one drug, or one order and its opposite, for the same people.

Strict: whom it is for, what for, the route, the limits and every other quantity must be the same, or nothing is said. A dose
that is raised, or given after another, is another statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from wardround.evidence.claims import Claim
from wardround.evidence.reading.quantities import Amount, amounts, folded
from wardround.evidence.reading.structure import Part, Reader, Structure
from wardround.evidence.reading.terms import terms
from wardround.evidence.reading.word_lists import DIRECTIONS
from wardround.knowledge import KnowledgeBase

_DOSES: Final = frozenset({"mass", "unit", "tablet", "capsule", "puff", "drop", "dose", "volume", "mole"})
_RATE: Final = "per day"
_ORDER: Final = DIRECTIONS["give"][0][0]
"""The axis between giving and avoiding."""
_CLOSE: Final = 1e-6
_MOST: Final = 400
"""Claims that name one drug: of more, the first so many are compared."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two claims by their places among those that were given, and what is apart."""

    one: int
    other: int
    why: str


@dataclass(frozen=True, slots=True)
class _Said:
    place: int
    given: bool | None
    """Whether it is to be given; None where it is no order."""
    doses: tuple[Amount, ...]
    rates: tuple[Amount, ...]
    context: tuple[str, ...]


def contradictions(claims: Sequence[Claim], knowledge: KnowledgeBase) -> tuple[Contradiction, ...]:
    """Pairs that contradict each other, in the order of the text."""
    reader = Reader(terms(knowledge))
    by_drug: dict[frozenset[str], list[_Said]] = defaultdict(list)
    for place, claim in enumerate(claims):
        structure = reader.read(claim.text)
        drugs = frozenset(token.key for token in structure.of(Part.DRUG))
        if drugs:
            by_drug[drugs].append(_said(place, structure))
    found = (
        Contradiction(one.place, other.place, why)
        for own in by_drug.values()
        for one, other in combinations(own[:_MOST], 2)
        if (why := _apart(one, other)) is not None
    )
    return tuple(sorted(found, key=lambda c: (c.one, c.other)))


def _said(place: int, structure: Structure) -> _Said:
    read = amounts(folded(structure.text))
    doses = tuple(a for a in read if a.dimension.split("/")[0] in _DOSES)
    rates = tuple(a for a in read if a.dimension == _RATE)
    others = (f"q {a.key}" for a in read if a not in doses and a not in rates)
    context = (*(t.key for t in structure.of(Part.NAME, Part.POPULATION, Part.LIMIT, Part.ROUTE)), *others)
    return _Said(place, _given(structure), doses, rates, (*sorted(context), *_turns(structure)))


def _given(structure: Structure) -> bool | None:
    """Which way the first order points, turned by every negation."""
    signs = [sign for t in structure.of(Part.DIRECTION) for axis, sign in t.axes if axis == _ORDER]
    if not signs:
        return None
    return (signs[0] > 0) != (len(structure.of(Part.NEGATION)) % 2 == 1)


def _turns(structure: Structure) -> Iterator[str]:
    """Directions that are no order: `increase`, `first`, `then`."""
    for token in structure.of(Part.DIRECTION):
        if all(axis != _ORDER for axis, _ in token.axes):
            yield f"way {token.key}"
    if "then" in structure.text.lower().split():
        yield "way then"


def _apart(one: _Said, other: _Said) -> str | None:
    """What they cannot both say; None where they can."""
    if one.context != other.context:
        return None
    if one.given is not None and other.given is not None and one.given != other.given:
        same = _keys(one) == _keys(other) or not one.doses or not other.doses
        return "one says to give it, the other not to" if same else None
    if one.given is False or other.given is False or len(one.doses) != 1 or len(other.doses) != 1:
        return None
    (mine,), (its,) = one.doses, other.doses
    if mine.dimension != its.dimension:
        return None
    if len(one.rates) == len(other.rates) == 1:
        mine, its = _times(mine, one.rates[0]), _times(its, other.rates[0])
    elif one.rates or other.rates:
        return None
    apart = mine.high < its.low * (1 - _CLOSE) or its.high < mine.low * (1 - _CLOSE)
    return "two doses of one drug" if apart else None


def _keys(said: _Said) -> list[str]:
    return [a.key for a in (*said.doses, *said.rates)]


def _times(dose: Amount, rate: Amount) -> Amount:
    """What it comes to in a day."""
    return Amount(dose.low * rate.low, dose.high * rate.high, dose.dimension, dose.start, dose.end)
