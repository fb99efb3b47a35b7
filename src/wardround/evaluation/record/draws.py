"""Drawing what to ask about from one record: concepts, days, windows, thresholds, events, and the slots of a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record import naming, phrases
from wardround.evaluation.record.answers_general import born
from wardround.evaluation.record.days import birthday
from wardround.evaluation.record.naming import Spoken
from wardround.evaluation.record.oracle import RawRecord, dated, first_of
from wardround.evaluation.record.phrases import Window
from wardround.evaluation.record.raw import Entry

_PRONOUNS: Final = MappingProxyType({"female": ("she", "her", "her"), "male": ("he", "his", "him")})
_NOBODY_KNOWS: Final = ("the patient", "the patient's", "the patient")
ABSENT: Final = 0.12
"""How often something is asked about that the record does not hold."""
WINDOWED: Final = 0.55
_EVENTS: Final = ("problem", "drug", "procedure", "immunization")
TARGETS: Final = MappingProxyType(
    {
        "kg": (("[lb_av]", "pounds"), ("g", "g")),
        "cm": (("[in_i]", "inches"), ("m", "m")),
        "Cel": (("[degF]", "°F"), ("[degF]", "Fahrenheit")),
        "mm[Hg]": (("kPa", "kPa"),),
        "g/dL": (("g/L", "g/L"),),
        "g/L": (("g/dL", "g/dL"),),
        "10*3/uL": (("10*9/L", "10*9/L"),),
        "10*6/uL": (("10*12/L", "10*12/L"),),
    }
)
"""Units into which a value is asked to be converted, and how the unit is said."""
MOLAR: Final = MappingProxyType(
    {
        **dict.fromkeys(("2339-0", "2345-7", "2093-3", "18262-6", "2085-9", "2571-8"), ("mmol/L", "mmol/L")),
        **dict.fromkeys(("6299-2", "3094-0", "49765-1", "17861-6"), ("mmol/L", "mmol/L")),
        **dict.fromkeys(("38483-4", "2160-0", "1975-2"), ("umol/L", "µmol/L")),
        "4548-4": ("mmol/mol", "mmol/mol"),
    }
)


class Draws:
    """One record and one stream of chance; `slots` collects what the sentence needs."""

    def __init__(self, record: RawRecord, rng: Random) -> None:
        self.record = record
        self.rng = rng
        self.born: date | None = born(record)
        self.they, self.their, self.them = _PRONOUNS.get(record.person.sex, _NOBODY_KNOWS)
        self.slots: dict[str, str] = {}
        self.start()

    def start(self) -> None:
        """Forget the slots of the last question."""
        self.slots = {"they": self.they, "their": self.their, "them": self.them, "w": ""}

    def concept(self, kind: str, fits: Callable[[Sequence[Entry]], bool] | None = None) -> Spoken | None:
        """A concept of the record, or, now and then, one that is not in it. None where there is nothing to ask about."""
        groups = [
            g for g in self.record.groups(kind) if (fits is None or fits(g)) and not any(e.odd for e in g)
        ]
        if not groups or self.rng.random() < ABSENT:
            return naming.absent(self.record, kind, self.rng)
        return naming.spoken(self.record, self.rng.choice(groups), self.rng)

    def asked_about(self, kind: str, fits: Callable[[Sequence[Entry]], bool] | None = None) -> Spoken | None:
        """The same, put into the sentence."""
        found = self.concept(kind, fits)
        if found:
            self.slots["x"] = found.name
        return found

    def entries(self, one: Spoken) -> list[Entry]:
        """What the record holds of it."""
        return self.record.about(one.thing)

    def days(self, entries: Sequence[Entry]) -> list[date]:
        """The full days of these entries; of anything recorded where they have none."""
        own = [d.first for d, _ in dated(entries) if d.full]
        return own or [d.first for d, _ in dated(self.record.entries) if d.full] or [self.record.today]

    def window(self, entries: Sequence[Entry], always: bool = False) -> Window:
        """A window about these entries, or none."""
        if not always and self.rng.random() > WINDOWED:
            return Window()
        days = self.days(entries)
        found: Window | None = None
        if self.born and self.rng.random() < 0.25:
            found = phrases.by_age(days, self.born, self.they, self.their, self.rng)
        found = found or phrases.window(days, self.record.today, self.rng)
        self.slots["w"] = found.words
        return found

    def day(self, entries: Sequence[Entry], exact: float = 0.3) -> date:
        """A day of these entries, or one near them, never after today; put into the sentence."""
        day = self.rng.choice(self.days(entries))
        if self.rng.random() > exact:
            day += timedelta(days=self.rng.randint(-500, 500))
        if self.born and self.rng.random() < 0.1 and day.year > self.born.year:
            day = birthday(self.born, day.year - self.born.year)
        day = min(day, self.record.today)
        self.slots["d"] = self.said(day)
        return day

    def said(self, day: date) -> str:
        """The day in one of the ways to say it."""
        return phrases.in_words(day, self.rng, self.born, self.their)

    def event(self, noun: bool = False, slot: str = "event", kinds: Sequence[str] = _EVENTS) -> Spoken | None:
        """Something else that happened on a full day, put into the sentence as a noun or a clause."""
        kind = self.rng.choice([k for k in kinds if self.record.groups(k)] or list(kinds))
        found = self.concept(kind)
        first = first_of(self.entries(found)) if found else None
        if found is None or (first is not None and not first.full):
            return None
        said = {"noun": phrases.noun(kind, found.name), "clause": phrases.clause(kind, found.name)}
        self.slots[f"{slot}_noun"], self.slots[f"{slot}_clause"] = said["noun"], said["clause"]
        self.slots[slot] = said["noun"] if noun or self.rng.random() < 0.5 else said["clause"]
        return found

    def threshold(self, entries: Sequence[Entry]) -> float | None:
        """A number among the values, put into the sentence; None where there are none."""
        values = sorted({e.value for e in entries if isinstance(e.value, float) and not e.comparator})
        if not values:
            return None
        value = self.rng.choice(values)
        than = value if value == round(value, 3) and self.rng.random() < 0.3 else round(value, 1)
        units = {e.unit for e in entries}
        unit = units.pop() if len(units) == 1 else None
        said = f"{than:.15g}"
        if unit in ("mm[Hg]", "%", "mg/dL", "mmol/L", "kg", "cm", "g/dL") and self.rng.random() < 0.5:
            said += f" {'mmHg' if unit == 'mm[Hg]' and self.rng.random() < 0.6 else unit}"
        self.slots["than"] = said
        return than

    def target_unit(self, entries: Sequence[Entry]) -> str | None:
        """A unit to convert the values to, put into the sentence; None where none is known."""
        units = {e.unit for e in entries}
        codes = {code for e in entries for _, code in e.codings}
        choices = [pair for unit in units for pair in TARGETS.get(unit or "", ())]
        if units & {"mg/dL", "%"}:
            choices.extend(pair for code, pair in MOLAR.items() if code in codes)
        if not choices:
            return None
        unit, self.slots["unit"] = self.rng.choice(choices)
        return unit
