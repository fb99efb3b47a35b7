"""Does every dose that a passage speaks of agree with the table of the drug that it is said of?

A dose belongs to the drug named last before it in the text (else to the first named, else to the only drug in
`about`). It agrees where the drug's entry, a regimen of it, or a note of it holds that amount. A dose that belongs
to no drug of the base is refused: nobody could check it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from wardround.knowledge.checks.doses import in_base_unit
from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.schema import Drug
from wardround.knowledge.schema_guidance import Guidance

_NUMBER: Final = r"(\d+(?:,\d{3})+|\d+(?:\.\d+)?)"
_UNIT: Final = r"(mg|milligrams?|g|grams?|micrograms?|mcg|ug|µg|units?|IU|puffs?|sprays?|drops?)"
_DOSE: Final = re.compile(
    rf"(?<![\w.,/]){_NUMBER}(?:\s*(?:to|-|–|or|and)\s*{_NUMBER})?[ \u00a0]?{_UNIT}\b"
    r"(?!\s*(?:/\s*(?:m?mol|d?L|l|ml|mL|g\b|24)|per (?:decilit|lit|millilit|g\b|gram|mol|day of alcohol|week)|a week\b|of (?:alcohol|glucose|carbohydrate|salt|fibre|protein)))"
    r"(?P<per>\s*(?:/\s*kg|per kg|per kilogram|a kilogram|for each kilogram))?"
)
_BASE: Final = {
    "mg": "mg", "milligram": "mg", "g": "g", "gram": "g", "microgram": "ug", "mcg": "ug", "ug": "ug", "µg": "ug",
    "unit": "[iU]", "IU": "[iU]", "puff": "{puff}", "spray": "{spray}", "drop": "{drop}",
}  # fmt: skip
_CLOSE: Final = 0.005
_DAILY: Final = re.compile(
    r"(?:(?!times|twice|three|four|every)[^.;,])*?\b(?:a day|daily|per day|each day|in 24 hours|in a day|/day|in all)\b"
)
_MOST: Final = re.compile(r"\b(?:at most|maximum|up to|highest|limit|no more than|exceed)\b[^.;]{0,45}$")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One dose in a text, in g, international units or countable things; `per_kg` of body weight, `daily` a total, `most` a limit."""

    words: str
    amount: float
    unit: str
    per_kg: bool
    daily: bool
    most: bool
    at: int


def spoken_doses(text: str) -> tuple[Spoken, ...]:
    """Every dose in a text; both ends of a range. Concentrations are none."""
    found = []
    for match in _DOSE.finditer(text):
        unit = match[3]
        ucum = _BASE[unit if unit in _BASE else unit.rstrip("s")]
        for number in (match[1], match[2]):
            if number is None:
                continue
            amount = in_base_unit(float(number.replace(",", "")), ucum)
            assert amount is not None
            daily = _DAILY.match(text, match.end()) is not None
            most = _MOST.search(text[: match.start()]) is not None
            per_kg = match["per"] is not None
            found.append(Spoken(match[0].strip(), *amount, per_kg, daily, most, match.start()))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class DoseBook:
    """What the base holds of each drug's doses, to compare with."""

    drugs: Mapping[str, Drug]
    names: tuple[tuple[re.Pattern[str], Drug], ...]
    ranges: Mapping[str, tuple[tuple[float, float, str], ...]]
    """Low, high and unit of an intake."""
    days: Mapping[str, tuple[tuple[float, float, str], ...]]
    """The same of a day."""
    noted: Mapping[str, tuple[Spoken, ...]]
    """Written in words: in the drug's entry, its interactions, and lines of management that give it."""


def dose_book(draft: Draft) -> DoseBook:
    """The book of a base."""
    drugs = draft.content.drugs
    names = tuple(
        (re.compile(rf"(?<!\w){re.escape(name.casefold())}(?!\w)"), drug)
        for drug in drugs
        for name in (drug.name, *drug.synonyms)
    )
    given = _given(draft)
    notes = {drug.id: [*_words(drug), *given.texts.get(drug.id, ())] for drug in drugs}
    return DoseBook(
        draft.drugs,
        names,
        {drug.id: (*_intakes(drug), *given.intakes.get(drug.id, ())) for drug in drugs},
        {drug.id: (*_days(drug), *given.days.get(drug.id, ())) for drug in drugs},
        {slug: tuple(d for text in texts for d in spoken_doses(text)) for slug, texts in notes.items()},
    )


def check_spoken_doses(book: DoseBook, passage: Guidance) -> Iterator[Problem]:
    """The doses of one passage."""
    doses = spoken_doses(passage.text)
    if not doses:
        return
    named = _named(book, passage.text)
    about = [book.drugs[slug] for slug in passage.about if slug in book.drugs]
    for dose in doses:
        before = [drug for at, drug in named if at < dose.at]
        drug = before[-1] if before else named[0][1] if named else about[0] if len(about) == 1 else None
        if drug is None:
            yield Problem(
                passage.id, "text", f"{dose.words!r}: name the drug of the base that it is a dose of"
            )
        elif not _agrees(book, drug, dose):
            yield Problem(
                passage.id, "text", f"{dose.words!r} stands nowhere in the entry of {drug.id}: mend either"
            )


def _named(book: DoseBook, text: str) -> list[tuple[int, Drug]]:
    """Drugs named in the text, by place; of names that overlap, the longest."""
    found = [
        (m.start(), m.end(), drug) for pattern, drug in book.names for m in pattern.finditer(text.casefold())
    ]
    kept = [
        (start, drug)
        for start, end, drug in found
        if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found)
    ]
    return sorted(kept, key=lambda item: item[0])


def _agrees(book: DoseBook, drug: Drug, dose: Spoken) -> bool:
    if any(one.per_kg == dose.per_kg and _same(one, dose) for one in book.noted[drug.id]):
        return True
    if not dose.per_kg:
        ranges = (*book.ranges[drug.id], *(book.days[drug.id] if dose.daily or dose.most else ()))
        if dose.most:
            return any(unit == dose.unit and _within(dose.amount, high, high) for _, high, unit in ranges)
        return any(unit == dose.unit and _within(dose.amount, low, high) for low, high, unit in ranges)
    child = drug.paediatric
    if child is None or dose.unit != "g":
        return False
    (low, high), mg = child.mg_per_kg_day, dose.amount * 1e3
    return _within(mg, low, high) or _within(mg, low / child.divided, high / child.divided)


def _within(value: float, low: float, high: float) -> bool:
    return low * (1 - _CLOSE) <= value <= high * (1 + _CLOSE)


def _same(one: Spoken, other: Spoken) -> bool:
    return one.unit == other.unit and _within(one.amount, other.amount, other.amount)


def _scaled(low: float, high: float, unit: str) -> Iterator[tuple[float, float, str]]:
    least, most = in_base_unit(low, unit), in_base_unit(high, unit)
    if least is not None and most is not None:
        yield least[0], most[0], least[1]


def _intakes(drug: Drug) -> Iterator[tuple[float, float, str]]:
    for dose in drug.doses:
        yield from _scaled(dose.low, dose.high, dose.unit)


def _days(drug: Drug) -> Iterator[tuple[float, float, str]]:
    yield from _scaled(drug.max_daily.value, drug.max_daily.value, drug.max_daily.unit)
    for dose in drug.doses:
        yield from _scaled(dose.low * dose.per_day[0], dose.high * dose.per_day[1], dose.unit)
    for renal in drug.renal:
        if renal.max_daily is not None:
            yield from _scaled(renal.max_daily, renal.max_daily, drug.max_daily.unit)
    if drug.paediatric is not None:
        yield from _scaled(drug.paediatric.max_daily_mg, drug.paediatric.max_daily_mg, "mg")


@dataclass(frozen=True, slots=True)
class _Given:
    """What conditions and interactions say of drugs, by drug."""

    intakes: dict[str, list[tuple[float, float, str]]]
    days: dict[str, list[tuple[float, float, str]]]
    texts: dict[str, list[str]]


def _given(draft: Draft) -> _Given:
    given = _Given({}, {}, {})
    for condition in draft.content.conditions:
        for line in condition.management:
            if (regimen := line.regimen) is None:
                continue
            dose = regimen.dose
            day = dose.value * regimen.per_day
            given.intakes.setdefault(regimen.drug, []).extend(_scaled(dose.value, dose.value, dose.unit))
            given.days.setdefault(regimen.drug, []).extend(_scaled(day, day, dose.unit))
            given.texts.setdefault(regimen.drug, []).extend((line.text, line.patient_text))
    for item in draft.content.interactions:
        for slug in item.between:
            given.texts.setdefault(slug, []).extend((item.action, item.effect))
    return given


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _words(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _words(item)
