"""What a statement says is taken: how much at once, how often, up to what, at which hours. Everything that was not read is told.

`whole` is only where every figure, sign and word of the statement was understood as a dose: nothing else may be borne out.
A body weight is no dose; tablets times their strength are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from wardround.evidence.reading.quantities import Amount, amounts, folded
from wardround.evidence.reading.structure import Part, Structure, Token
from wardround.evidence.reading.word_lists import ROUTES, SILENT, listed

_DOSED: Final = ("mass", "unit", "volume")
_COUNTED: Final = ("tablet", "capsule", "drop", "puff")
_A_DAY: Final = {"/h": 24.0, "/min": 1440.0}
_FORMS: Final = re.compile(
    r"\b(?:tablets?|tabs?|capsules?|caps?|caplets?|pills?|sachets?|suppositor(?:y|ies)|ampoules?|vials?|puffs?|lozenges?|patch(?:es)?)\b"
)
_TIMES: Final = re.compile(r"\s*(?:x|\u00d7|of)?\s*")
_UP_TO: Final = re.compile(
    r"(?:\b(?:not|never|no)\b(?:\s+\w+){0,3}?\s+(?:more than|exceed(?:ing)?)|\bup to|\bat (?:the )?most|\b(?:no|not) more than|\bnot (?:to )?exceed(?:ing)?|\bmax(?:imum|imal|\.)?(?: (?:daily|total))?"
    r"(?: (?:dose|amount))?(?: of| is|:)?|\bto a (?:maximum|total|limit|ceiling) of|\btotal(?: of|:)?|\blimit(?: of| is)?)\s*(?:\S+\s+)?$"
)
_AT_MOST: Final = re.compile(r"\s*(?:\(\s*)?(?:max(?:imum|imal)?|at (?:the )?most)\b")
_ABOVE: Final = re.compile(r"\b(?:over|above|(?:more|greater) than|beyond|exceed(?:s|ing)?)\s+(?:an?\s+)?$")
_HOUR: Final = re.compile(
    r"\b(?:in the (?:morning|afternoon|evening)|at (?:noon|midday|lunch(?:time)?|night|bedtime|dinner|supper|breakfast)|with (?:breakfast|lunch|"
    r"dinner|supper|the evening meal)|before bed|each morning|every morning|mane|nocte)\b"
)
_IN_A_DAY: Final = re.compile(r"\b(?:in|per|over|within|each|any|in any)\s+24\s*(?:hours|hrs|hr|h)\b")
_WEIGHT: Final = 2e6
"""Two kilograms in mg: as much in kg is a body's weight."""
MAXIMUM: Final = frozenset(
    {"max", "maximum", "most", "maximal", "exceed", "exceeds", "ceiling", "beyond", "up", "limit"}
)
_OF_A_DOSE: Final = listed(
    "take give given prescrib start us dose dosing adult usual daily tablet capsul by mouth maximum max most limit total per each day up continu "
    "oral treat about may should singl initial begin people caplet"
)
"""Words that a statement of a dose may hold besides drug, amount, rate and route; stems."""
_QUIET: Final = SILENT - listed(
    "some any such own very quite rather too both each per s t re ve ll d e g i eg ie etc because since due however did then also so thus therefore"
)
"""Of the words that may come and go, those that do not bear on how much is taken."""
_PUNCTUATION: Final = re.compile(r"[\s,;:()'\"]|\.(?!\d)")


@dataclass(frozen=True, slots=True)
class Intake:
    """One amount in the base unit of its dimension. `up_to`: the most that may be taken. `hour`: told with a time of day.

    `above`: what is told is more than that, as where it is said to be too much.
    """

    low: float
    high: float
    per_day: tuple[float, float] | None = None
    up_to: bool = False
    hour: bool = False
    above: bool = False

    @property
    def daily(self) -> float:
        """The least that it comes to in a day."""
        return self.high * (self.per_day[0] if self.per_day else 1.0)


@dataclass(frozen=True, slots=True)
class Told:
    """`dimension` of every intake; `per_kg`: for each kilogram of body weight. `hours`: how long, where it is told."""

    dimension: str
    intakes: tuple[Intake, ...]
    hours: tuple[float, ...]
    routes: frozenset[str]
    whole: bool
    per_kg: bool = False


def told(claim: Structure) -> Told | None:
    """The doses of a statement; None where it tells none."""
    low = folded(claim.text)
    found = amounts(low)
    doses = [a for a in found if _is_dose(a, low, _DOSED)] or [a for a in found if _is_dose(a, low, _COUNTED)]
    dimensions = {_dimension(a) for a in doses}
    if len(dimensions) != 1:
        return None
    dimension = dimensions.pop()
    edges = [a.start for a in doses[1:]] + [len(low)]
    used: set[int] = set()
    intakes = tuple(_intake(low, found, doses, place, edge, used) for place, edge in enumerate(edges))
    hours = tuple(
        a.high * (720.0 if a.dimension == "month" else 1.0)
        for a in found
        if a.dimension in ("time", "month") and not _within(_IN_A_DAY, low, a)
    )
    lasting = [a for a in found if a.dimension in ("time", "month")]
    unread = [a for a in found if id(a) not in used and a not in lasting]
    whole = (
        not unread and not any(a.doubtful for a in found) and len(low) == len(claim.text) and len(hours) <= 1
    )
    whole = whole and all(_belongs(t) for t in claim.tokens) and not _residue(claim, low, found)
    return Told(
        dimension.removesuffix("/kg"), intakes, hours, _routes(claim, low), whole, dimension.endswith("/kg")
    )


def only_of_a_dose(claim: Structure, besides: frozenset[str]) -> bool:
    """Whether it says no more than who takes what: words of a dose, of names, and those given."""
    return all(_belongs(t) or t.word in besides or t.part is Part.DRUG for t in claim.tokens)


def _is_dose(a: Amount, text: str, dimensions: Sequence[str]) -> bool:
    if (
        a.dimension == "mass"
        and a.low >= _WEIGHT
        and re.search(r"k(?:g|ilogram\w*)\s*$", text[a.start : a.end])
    ):
        return False
    base, _, rest = a.dimension.partition("/")
    return base in dimensions and f"/{rest}" in ("/", "/kg", *_A_DAY)


def _dimension(a: Amount) -> str:
    for rest in _A_DAY:
        if a.dimension.endswith(rest):
            return a.dimension.removesuffix(rest)
    return a.dimension


def _intake(
    text: str, found: Sequence[Amount], doses: Sequence[Amount], place: int, edge: int, used: set[int]
) -> Intake:
    """The dose with what belongs to it: its count, and the rate behind it, or before it where it is the first."""
    dose = doses[place]
    begin = doses[place - 1].end if place else 0
    used.add(id(dose))
    count = _count(text, found, begin, dose, edge)
    if count is not None:
        used.add(id(count))
    rates = [a for a in found if a.dimension == "per day" and dose.end <= a.start < edge]
    if not rates and place == 0:
        rates = [a for a in found if a.dimension == "per day" and a.start < dose.start]
    if rates:
        used.add(id(rates[0]))
    per_day = (rates[0].low, rates[0].high) if rates else None
    for rest, often in _A_DAY.items():
        if dose.dimension.endswith(rest):
            per_day = (often, often)
    if per_day is None and _IN_A_DAY.search(text, dose.end, edge):
        per_day = (1.0, 1.0)
    times = count.high if count is not None else 1.0
    before = text[begin : dose.start]
    up_to = _UP_TO.search(before) is not None or _AT_MOST.match(text, dose.end) is not None
    hour = _HOUR.search(text, dose.end, edge) is not None
    return Intake(
        dose.low * times,
        dose.high * times,
        per_day,
        up_to,
        hour,
        not up_to and _ABOVE.search(before) is not None,
    )


def _count(text: str, found: Sequence[Amount], begin: int, dose: Amount, edge: int) -> Amount | None:
    """`two 500 mg tablets`, `2 x 500 mg`, `two tablets of 500 mg`: how many at once."""
    if _FORMS.search(text) is None and not re.search(r"\d\s*(?:x|\u00d7)\s*\d", text):
        return None
    for a in found:
        counted = a.dimension in ("tablet", "capsule") and dose.dimension not in ("tablet", "capsule")
        if counted and begin <= a.start < edge and a is not dose:
            return a
        if a.dimension == "" and a.end <= dose.start and _TIMES.fullmatch(text[a.end : dose.start]):
            return a
    return None


def _within(pattern: re.Pattern[str], text: str, a: Amount) -> bool:
    return any(m.start() <= a.start < m.end() for m in pattern.finditer(text))


def _routes(claim: Structure, text: str) -> frozenset[str]:
    """As they are told; a tablet and a capsule are swallowed."""
    routes = {t.key.removeprefix("by ") for t in claim.of(Part.ROUTE)}
    if not routes and re.search(r"\b(?:tablets?|capsules?)\b", text):
        routes = {ROUTES["orally"]}
    return frozenset(routes)


def _belongs(token: Token) -> bool:
    if token.part in (Part.DRUG, Part.NAME, Part.ROUTE):
        return True
    if token.part is Part.QUANTITY:
        return not token.key.startswith("q percent")
    if token.part is Part.POPULATION:
        return token.key == "for adult"
    return token.key in _OF_A_DOSE or token.word in MAXIMUM or token.word in _OF_A_DOSE


def _residue(claim: Structure, low: str, found: Sequence[Amount]) -> bool:
    """Whether a word or a sign stands outside of everything that was read."""
    return any(
        piece not in _QUIET and _PUNCTUATION.fullmatch(piece) is None for piece in _unread(claim, low, found)
    )


def _unread(claim: Structure, low: str, found: Sequence[Amount]) -> Iterator[str]:
    read = [False] * len(low)
    for start, end in (*((t.start, t.end) for t in claim.tokens), *((a.start, a.end) for a in found)):
        read[start:end] = [True] * (end - start)
    bare = "".join(" " if known else mark for known, mark in zip(read, low, strict=True))
    return (m.group() for m in re.finditer(r"[^\W_]+|\.(?=\d)|\S", bare))
