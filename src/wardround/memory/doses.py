"""How much of a drug a day, as the record has it, and when that was raised or lowered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from wardround.clinical import Fact, Quantity, UnitError, convert
from wardround.memory.word_lists import listed

_STRENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(mcg|ug|mg|g|unt|units?)\b(?!/)", re.I)
_A_DAY = re.compile(r"(\d+(?:\.\d+)?) (?:a day|times a day|times daily|per day|/d)\b", re.I)
_PER = re.compile(r"(\d+(?:\.\d+)?) per (\d+(?:\.\d+)?) (h|d|wk|mo)\b")
_WORDS = {"once": 1.0, "twice": 2.0, "three times": 3.0, "four times": 4.0}
_TIMES = re.compile(r"\b(once|twice|three times|four times) (?:a day|daily)", re.I)
_HOURS = {"h": 1.0, "d": 24.0, "wk": 168.0, "mo": 730.5}
_UNITS = {"mcg": "ug", "unit": "[iU]", "units": "[iU]", "unt": "[iU]"}


_FORM = frozenset(
    listed(
        """
        mg ml mcg ug g gm hr hour day days pack unt meq actuat per mgml oral tablet tablets capsule capsules
        injection injectable solution suspension syringe prefilled cartridge extended release delayed
        chewable disintegrating metered dose inhaler dry powder topical cream ointment gel lotion
        transdermal patch mucosal nasal spray auto injector implant drug vaginal ring intrauterine system
        ophthalmic otic rectal suppository sublingual film coated enteric 24hr 12hr pen vial kit abuse
        deterrent hfa mg/ml
        """,
    )
)
"""Words of a medicine's name that say how much of it, and in which form."""


@dataclass(frozen=True, slots=True)
class DoseChange:
    """A fact whose daily dose differs from that of the same drug before it."""

    fact: Fact
    before: Fact
    raised: bool


def is_ingredient(word: str) -> bool:
    """Whether a word of a medicine's name, in lower case, is part of what it holds: not a strength, not a form."""
    return word not in _FORM and not word[0].isdigit()


def ingredients(text: str) -> tuple[str, ...]:
    """The words of a medicine's name without dose and form, in lower case."""
    return tuple(word for word in re.findall(r"[^\W_]+", text.lower()) if is_ingredient(word))


def daily_dose(fact: Fact) -> Quantity | None:
    """What a drug's fact says is taken a day: one dose times how often. None where the record does not say enough.

    A dose counted in tablets is that many times the strength in the product's name.
    """
    single = _single(fact)
    if single is None:
        return None
    return Quantity(single.value * _times_a_day(fact.detail), single.unit)


def _single(fact: Fact) -> Quantity | None:
    strength = _STRENGTH.search(fact.concept.text)
    if isinstance(fact.value, Quantity) and fact.value.unit not in ("", "1", "{tablet}", "{tbl}", "TAB"):
        return fact.value
    said = _STRENGTH.search(fact.detail)
    count = fact.value.value if isinstance(fact.value, Quantity) else 1.0
    found = said or strength
    if found is None:
        return None
    counted = re.match(r"(\d+(?:\.\d+)?) 1 per ", fact.detail)
    if counted and not said:
        count = float(counted[1])
    unit = found[2].lower()
    return Quantity(float(found[1]) * (1.0 if said else count), _UNITS.get(unit, unit))


def _times_a_day(detail: str) -> float:
    if found := _A_DAY.search(detail):
        return float(found[1])
    if found := _TIMES.search(detail):
        return _WORDS[found[1].lower()]
    if found := _PER.search(detail):
        return float(found[1]) * 24.0 / (float(found[2]) * _HOURS[found[3]])
    return 1.0


def dose_changes(courses: Iterable[Fact]) -> Iterator[DoseChange]:
    """Changes of dose over the facts of one drug, in the order in which they began."""
    dated = sorted((f for f in courses if f.valid_from), key=_start)
    for before, fact in pairwise(dated):
        old, new = daily_dose(before), daily_dose(fact)
        if old is None or new is None:
            continue
        try:
            now = convert(new, old.unit).value
        except UnitError:
            continue
        if now != old.value:
            yield DoseChange(fact, before, now > old.value)


def _start(fact: Fact) -> tuple[object, ...]:
    assert fact.valid_from is not None
    return fact.valid_from.earliest(), fact.recorded
