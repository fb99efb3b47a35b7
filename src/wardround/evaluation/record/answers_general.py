"""The oracle on anything that is recorded: ever, never, first, last, how often, what came first, how old; the person."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record import concepts
from wardround.evaluation.record.asked import NOTHING, Asked, Expected
from wardround.evaluation.record.days import Day, age
from wardround.evaluation.record.oracle import Answering, RawRecord, dated, first_of
from wardround.evaluation.record.raw import Entry


def _selected(record: RawRecord, asked: Asked) -> list[Entry]:
    entries = record.about(asked.about, asked.known)
    return [e for _, e in dated(entries, asked)] if asked.windowed else entries


def _days(record: RawRecord, asked: Asked) -> list[Day]:
    return [d for d, _ in dated(record.about(asked.about, asked.known), asked)]


def _ever(record: RawRecord, asked: Asked) -> Expected:
    return Expected(bool(_selected(record, asked)))


def _never(record: RawRecord, asked: Asked) -> Expected:
    return Expected(not _selected(record, asked))


def _count(record: RawRecord, asked: Asked) -> Expected:
    return Expected(len(_selected(record, asked)))


def _first_day(record: RawRecord, asked: Asked) -> Expected:
    days = _days(record, asked)
    return Expected(days[0].text) if days else NOTHING


def _last_day(record: RawRecord, asked: Asked) -> Expected:
    days = _days(record, asked)
    return Expected(days[-1].text) if days else NOTHING


def _both(record: RawRecord, asked: Asked) -> tuple[Day, Day] | None:
    """The first days of both things, where both are full days."""
    first = first_of(record.about(asked.about, asked.known))
    other = first_of(record.about(asked.other, asked.known)) if asked.other else None
    return (first, other) if first and other and first.full and other.full else None


def _was_before(record: RawRecord, asked: Asked) -> Expected:
    both = _both(record, asked)
    return Expected(both[0].first < both[1].first) if both else NOTHING


def _days_between(record: RawRecord, asked: Asked) -> Expected:
    both = _both(record, asked)
    return Expected(abs((both[0].first - both[1].first).days)) if both else NOTHING


def _which_first(record: RawRecord, asked: Asked) -> Expected:
    found: list[tuple[date, str]] = []
    for thing in (asked.about, asked.other):
        entries = record.about(thing, asked.known) if thing else []
        first = first_of(entries)
        if first is not None:
            found.append((first.first, concepts.name_of(entries)))
    if len(found) == 2 and found[0][0] == found[1][0]:
        return Expected("both")
    return Expected(min(found)[1]) if found else NOTHING


def born(record: RawRecord) -> date | None:
    """The full birth date."""
    birth = record.person.birth
    return birth.first if birth and birth.full else None


def _age(at: int) -> Answering:
    def on_the_day(record: RawRecord, asked: Asked) -> Expected:
        days = _days(record, asked)
        return Expected(age(born(record), days[at].first)) if days and days[at].full else NOTHING

    return on_the_day


def _newest(record: RawRecord, asked: Asked) -> Expected:
    entries = dated(record.about(asked.about, asked.known))
    if not entries:
        return Expected(())
    last = entries[-1][0].text
    return _names(record, asked, [e for d, e in entries if d.text == last])


def _names_between(record: RawRecord, asked: Asked) -> Expected:
    return _names(record, asked, [e for _, e in dated(record.about(asked.about, asked.known), asked)])


def _names(record: RawRecord, asked: Asked, hits: list[Entry]) -> Expected:
    chosen = {id(e) for e in hits}
    groups = concepts.grouped(record.of_kind(asked.about.kind, asked.known))
    return Expected(tuple(sorted(concepts.name_of(g) for g in groups if any(id(e) in chosen for e in g))))


def _age_on(record: RawRecord, asked: Asked) -> Expected:
    return Expected(age(born(record), asked.on or record.today))


def _birth(record: RawRecord, asked: Asked) -> Expected:
    return Expected(record.person.birth.text) if record.person.birth else NOTHING


def _death(record: RawRecord, asked: Asked) -> Expected:
    return Expected(record.person.died.text) if record.person.died else NOTHING


def _sex(record: RawRecord, asked: Asked) -> Expected:
    return Expected(record.person.sex)


ANSWERS: Final = MappingProxyType(
    {
        "ever": _ever,
        "never": _never,
        "first_day": _first_day,
        "last_day": _last_day,
        "count": _count,
        "was_before": _was_before,
        "which_first": _which_first,
        "days_between": _days_between,
        "age_at_first": _age(0),
        "age_at_last": _age(-1),
        "newest": _newest,
        "names_between": _names_between,
        "age_on": _age_on,
        "birth_day": _birth,
        "died_day": _death,
        "sex": _sex,
    }
)
