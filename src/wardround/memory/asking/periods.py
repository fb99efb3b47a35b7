"""Questions about what lasts: which problems and drugs were active on a day, when they ended, how long they went on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from wardround.memory.asking.entries import Entries, Entry, day_of
from wardround.memory.asking.numbers import days_apart, facts_of
from wardround.memory.asking.question import Answer, Question
from wardround.memory.asking.values import Asked, dated, moments
from wardround.memory.calendar_words import days_of

Standing = Literal["active", "not", "unsaid"]
_LEVELS = ("low", "high", "unable-to-assess")


def on_day(entry: Entry, day: date) -> Standing:
    """Whether it is active on a day, is not, or whether the record does not say: a stopped drug without an end."""
    if entry.kind == "allergy":
        return "active" if entry.standing else "not"
    if entry.first is None or entry.last is None or entry.first > day:
        return "not"
    end_first, end_last = days_of(entry.end) if entry.end else (None, None)
    if end_last is not None and end_last < day:
        return "not"
    if entry.last <= day:
        lasting = day <= end_first if end_first is not None else entry.standing
        if lasting or (end_first is None and entry.full_day == day):
            return "active"
    return "unsaid"


def _active(entries: Iterable[Entry], day: date) -> list[Entry]:
    return [entry for entry in entries if on_day(entry, day) == "active"]


def _active_on(entries: Entries, question: Question) -> Answer:
    day = question.on or entries.on
    said = {entry.facts: on_day(entry, day) for entry in entries.meant(question.thing)}
    for standing, value in (("active", True), ("unsaid", None)):
        if found := [facts for facts, one in said.items() if one == standing]:
            note = "" if value else "It was stopped; the record does not say when."
            return Answer(value, facts=tuple(fact for facts in found for fact in facts), note=note)
    return Answer(False)


def _active_names(entries: Entries, question: Question) -> Answer:
    found = _active(entries.all(question.kind), question.on or entries.on)
    return Answer(entries.names(found), facts=facts_of(found))


def _active_count(entries: Entries, question: Question) -> Answer:
    names = _active_names(entries, question)
    assert isinstance(names.value, tuple)
    found = _active(entries.all(question.kind), question.on or entries.on)
    return Answer(entries.how_many(found), facts=names.facts)


def _active_at_event(entries: Entries, question: Question) -> Answer:
    assert question.other is not None
    event = dated(entries.meant(question.other))
    day = event[0].full_day if event else None
    if day is None:
        return Answer(None)
    found = _active(entries.all(question.kind), day)
    return Answer(entries.names(found), None, event[0].day, facts_of((event[0], *found)))


def _latest(entries: Entries, question: Question) -> list[Entry]:
    """The entries of the latest moment."""
    found = moments(dated(entries.meant(question.thing)))
    return found[-1] if found else []


def _ended_day(entries: Entries, question: Question) -> Answer:
    ends = [(entry.end, entry) for entry in _latest(entries, question) if entry.end is not None]
    if not ends:
        return Answer(None)
    end, entry = max(ends, key=lambda one: one[0].latest())
    return Answer(day_of(end), facts=entry.facts)


def _duration(entries: Entries, question: Question) -> Answer:
    lengths = [
        (length, entry)
        for entry in _latest(entries, question)
        if (length := _length(entry, question.on or entries.on)) is not None
    ]
    if not lengths:
        return Answer(None)
    length, entry = max(lengths, key=lambda one: one[0])
    return Answer(length, "d", None, entry.facts)


def _length(entry: Entry, today: date) -> int | None:
    if entry.end is not None:
        first, last = days_of(entry.end)
        return days_apart(entry.full_day, first if first == last else None)
    return days_apart(entry.full_day, today) if entry.standing else None


def _any_active(entries: Entries, question: Question) -> Answer:
    found = [entry for entry in entries.meant(question.thing) if entry.standing]
    return Answer(bool(found), facts=facts_of(found))


def _criticality(entries: Entries, question: Question) -> Answer:
    for entry in reversed(entries.meant(question.thing)):
        parts = entry.detail.split("; ")
        level = next((level for level in _LEVELS if f"criticality {level}" in parts), None)
        if level is not None:
            return Answer(level, facts=entry.facts)
    return Answer(None)


PERIODS: dict[str, Asked] = {
    "active_on": _active_on,
    "active_names": _active_names,
    "active_count": _active_count,
    "active_at_event": _active_at_event,
    "ended_day": _ended_day,
    "duration": _duration,
    "any_active": _any_active,
    "criticality": _criticality,
}
