"""Questions about two things: a value before or after an event, which came first, how far apart, both on one day."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from wardround.memory.asking.entries import Entries, Entry, by_moment, concepts, name_of
from wardround.memory.asking.numbers import days_apart, facts_of, numbers
from wardround.memory.asking.question import Answer, Question
from wardround.memory.asking.values import Asked, dated, moments, value_of

_NO_EVENT = "The record has nothing of what it is counted from."


def _this(entries: Entries, question: Question) -> list[Entry]:
    return dated(entries.meant(question.thing))


def _other(entries: Entries, question: Question) -> list[Entry]:
    assert question.other is not None
    return dated(entries.meant(question.other))


def _before(entry: Entry, event: Entry) -> bool:
    return entry.last is not None and event.first is not None and entry.last < event.first


def _after(entry: Entry, event: Entry) -> bool:
    return entry.first is not None and event.last is not None and entry.first > event.last


def _since(entry: Entry, event: Entry) -> bool:
    return entry.first is not None and event.first is not None and entry.first >= event.first


def _beside(side: Callable[[Entry, Entry], bool], place: int) -> Asked:
    """The value of the moment next to the first day of the event, on one side."""

    def asked(entries: Entries, question: Question) -> Answer:
        event = _other(entries, question)
        if not event:
            return Answer(None, note=_NO_EVENT)
        found = moments([entry for entry in _this(entries, question) if side(entry, event[0])])
        return value_of(found[place], question.unit) if found else Answer(None)

    return asked


def _change_over_event(entries: Entries, question: Question) -> Answer:
    event = _other(entries, question)
    if not event:
        return Answer(None, note=_NO_EVENT)
    found = _this(entries, question)
    last = moments([entry for entry in found if _before(entry, event[0])])[-1:]
    first = moments([entry for entry in found if _after(entry, event[0])])[:1]
    both = numbers([entry for together in (*last, *first) for entry in together], question.unit)
    sides = [{value for entry, value in both.pairs if side(entry, event[0])} for side in (_before, _after)]
    if both.mixed or any(len(side) != 1 for side in sides):
        return Answer(None)
    (before,), (after,) = sides
    return Answer(after - before, both.unit or None, None, (*both.ids(), *event[0].facts))


def _mean_since_event(entries: Entries, question: Question) -> Answer:
    event = _other(entries, question)
    if not event:
        return Answer(None, note=_NO_EVENT)
    found = numbers([e for e in _this(entries, question) if _since(e, event[0])], question.unit)
    if found.mixed or not found.pairs:
        return Answer(None)
    return Answer(statistics.fmean(found.values), found.unit or None, None, (*found.ids(), *event[0].facts))


def _count_since_event(entries: Entries, question: Question) -> Answer:
    event = _other(entries, question)
    if not event:
        return Answer(None, note=_NO_EVENT)
    found = [entry for entry in _this(entries, question) if _since(entry, event[0])]
    return Answer(len(found), facts=facts_of((*found, event[0])))


def _days_together(entries: Entries, question: Question) -> Answer:
    this, other = _this(entries, question), _other(entries, question)
    days = {e.full_day for e in this} & {e.full_day for e in other} - {None}
    return Answer(len(days), facts=facts_of(e for e in (*this, *other) if e.full_day in days))


def _named_side(entries: Entries, question: Question, *, last: bool) -> Answer:
    """The name of the one that is later by moment, or earlier by day; "both" where neither is."""
    sides = [_this(entries, question), _other(entries, question)]
    there = [side for side in sides if side]
    if not there:
        return Answer(None)
    if len(there) == 1:
        only = there[0][-1 if last else 0]
        return Answer(_name_then(there[0], only), facts=only.facts)
    one, two = (side[-1 if last else 0] for side in sides)
    if last:
        at = (by_moment(one) > by_moment(two)) - (by_moment(one) < by_moment(two))
    else:
        if one.full_day is None or two.full_day is None:
            return Answer(None, note="One of the two is not known to the day.")
        at = (one.full_day < two.full_day) - (one.full_day > two.full_day)
    facts = facts_of((one, two))
    if at == 0:
        return Answer("both", facts=facts)
    return Answer(_name_then(*((sides[0], one) if at > 0 else (sides[1], two))), facts=facts)


def _name_then(entries: list[Entry], chosen: Entry) -> str:
    """What the concept of one of them is called, and not that of another which the words mean as well."""
    return next(name_of(together) for together in concepts(entries) if chosen in together)


def _later_of(entries: Entries, question: Question) -> Answer:
    return _named_side(entries, question, last=True)


def _which_first(entries: Entries, question: Question) -> Answer:
    return _named_side(entries, question, last=False)


def _first_entries(entries: Entries, question: Question) -> tuple[Entry, Entry] | None:
    this, other = _this(entries, question), _other(entries, question)
    return (this[0], other[0]) if this and other else None


def _was_before(entries: Entries, question: Question) -> Answer:
    both = _first_entries(entries, question)
    if both is None or both[0].full_day is None or both[1].full_day is None:
        return Answer(None)
    return Answer(both[0].full_day < both[1].full_day, facts=facts_of(both))


def _days_between(entries: Entries, question: Question) -> Answer:
    both = _first_entries(entries, question)
    if both is None:
        return Answer(None)
    return Answer(days_apart(both[0].full_day, both[1].full_day), "d", None, facts_of(both))


PAIRS: dict[str, Asked] = {
    "value_before_event": _beside(_before, -1),
    "value_after_event": _beside(_after, 0),
    "change_over_event": _change_over_event,
    "mean_since_event": _mean_since_event,
    "count_since_event": _count_since_event,
    "days_together": _days_together,
    "later_of": _later_of,
    "which_first": _which_first,
    "was_before": _was_before,
    "days_between": _days_between,
}
