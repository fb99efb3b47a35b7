"""One statement as a line of a view: words, times, value, and everything it rests on, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from wardround.clinical import Fact, FactSource, PartialDate, Quantity
from wardround.memory.timeline import ONCE, Statement

UNIT_WORDS = {"mm[Hg]": "mmHg", "Cel": "°C", "{score}": "points", "1": ""}


@dataclass(frozen=True, slots=True)
class Entry:
    """`since` and `until` are as precise as they were said. `facts` are the ids of every account, `sources` where each
    comes from: `Condition/12`, `visit-1#14`, `letter.pdf p. 2`."""

    text: str
    kind: str
    status: str
    certainty: str
    since: str | None
    until: str | None
    value: str | None
    detail: str
    codes: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    recorded: str

    def line(self) -> str:
        """The entry in one line."""
        value = f": {self.value}" if self.value else ""
        detail = f" ({self.detail})" if self.detail else ""
        when = times(self.since, self.until, once=self.kind in ONCE)
        doubt = f" [{self.certainty}]" if self.certainty in ("possible", "probable") else ""
        return f"{self.text}{value}{detail}{f', {when}' if when else ''}{doubt}"


def entry_of(statement: Statement) -> Entry:
    """The line of a statement."""
    fact = statement.fact
    return Entry(
        text=fact.concept.text,
        kind=fact.kind,
        status=fact.status,
        certainty=fact.certainty,
        since=fact.valid_from.iso() if fact.valid_from else None,
        until=fact.valid_to.iso() if fact.valid_to else None,
        value=value_words(fact),
        detail=fact.detail,
        codes=tuple(f"{c.system}|{c.code}" for c in fact.concept.codings),
        facts=tuple(f.id for f in statement.facts),
        sources=tuple(dict.fromkeys(source_words(source) for source in statement.sources)),
        recorded=fact.recorded.isoformat(),
    )


def value_words(fact: Fact) -> str | None:
    """A value as it is written; None where there is none."""
    value = fact.value
    if isinstance(value, Quantity):
        return quantity_words(value)
    if isinstance(value, bool) or value is None:
        return None if value is None else "yes" if value else "no"
    return value


def quantity_words(value: Quantity) -> str:
    """`<0.5 mg/L`."""
    unit = UNIT_WORDS.get(value.unit, value.unit)
    return f"{value.comparator or ''}{value.value:g} {unit}".strip()


def source_words(source: FactSource) -> str:
    """Where something comes from, short."""
    if source.kind == "event":
        return f"{source.encounter or 'visit'}#{source.reference}"
    return f"{source.reference} p. {source.page}" if source.page is not None else source.reference


def times(since: str | None, until: str | None, *, once: bool = False) -> str:
    """`since 2019-03`, `2019 to 2021`, `until 2021`, and of what happened at a moment `2021-04-02`: to the day at most."""
    first, last = (since or "")[:10], (until or "")[:10]
    if first and last:
        return first if first == last else f"{first} to {last}"
    return first if once else f"since {first}" if first else f"until {last}" if last else ""


def began(fact: Fact) -> datetime:
    """The first moment that a fact allows, for sorting; the writing where it says no time."""
    return fact.valid_from.earliest() if fact.valid_from else fact.recorded


def day_of(when: PartialDate | None) -> date | None:
    """The day in the middle of what was said."""
    return when.middle() if when is not None else None


def newest_first(statements: list[Statement]) -> list[Statement]:
    """By when it was true, the latest first."""
    return sorted(statements, key=lambda s: began(s.fact), reverse=True)


def is_current(fact: Fact, on: date) -> bool:
    """Whether it is active, had begun and has not ended on a day. A drug that starts tomorrow is not taken today."""
    if fact.status != "active":
        return False
    if fact.valid_from is not None and fact.valid_from.earliest().date() > on:
        return False
    return fact.valid_to is None or fact.valid_to.latest().date() >= on
