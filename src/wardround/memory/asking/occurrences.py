"""Questions about anything dated: whether, when first and last, how often, how old, what was newest."""

from __future__ import annotations

from wardround.memory.asking.entries import Entries, Entry
from wardround.memory.asking.numbers import facts_of
from wardround.memory.asking.person import age
from wardround.memory.asking.question import Answer, Question
from wardround.memory.asking.values import Asked, dated


def _there(entries: Entries, question: Question) -> list[Entry]:
    return [e for e in entries.meant(question.thing) if e.within(question.since, question.until)]


def _ever(entries: Entries, question: Question) -> Answer:
    found = _there(entries, question)
    return Answer(bool(found) == (question.ask == "ever"), facts=facts_of(found))


def _count(entries: Entries, question: Question) -> Answer:
    found = _there(entries, question)
    return Answer(len(found), facts=facts_of(found))


def _day(entries: Entries, question: Question) -> Answer:
    found = dated(entries.meant(question.thing), question)
    if not found:
        return Answer(None)
    entry = found[0 if question.ask.startswith("first") else -1]
    return Answer(entry.day, facts=entry.facts)


def _age(entries: Entries, question: Question) -> Answer:
    found = dated(entries.meant(question.thing))
    if not found:
        return Answer(None)
    entry = found[0 if question.ask.endswith("first") else -1]
    return Answer(age(entries.patient, entry.full_day), "a", None, entry.facts)


def _newest(entries: Entries, question: Question) -> Answer:
    """All names of the latest day: what was recorded together is new together."""
    found = dated(entries.meant(question.thing))
    latest = [entry for entry in found if entry.day == found[-1].day]
    return Answer(entries.names(latest), None, latest[0].day if latest else None, facts_of(latest))


def _names_between(entries: Entries, question: Question) -> Answer:
    found = _there(entries, question)
    return Answer(entries.names(found), facts=facts_of(found))


OCCURRENCES: dict[str, Asked] = {
    "ever": _ever,
    "never": _ever,
    "count": _count,
    "first_day": _day,
    "last_day": _day,
    "age_at_first": _age,
    "age_at_last": _age,
    "newest": _newest,
    "names_between": _names_between,
}
