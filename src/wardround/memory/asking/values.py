"""Questions about a result's values: the last, the first, at a day, all, when which was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise

from wardround.clinical import Quantity
from wardround.memory.asking.entries import Entries, Entry, normalised
from wardround.memory.asking.numbers import computed, days_apart, facts_of, into
from wardround.memory.asking.question import Answer, Question
from wardround.memory.word_lists import listed

Asked = Callable[[Entries, Question], Answer]
Simple = float | int | str | bool


def dated(entries: Iterable[Entry], question: Question | None = None) -> list[Entry]:
    """Those with a date, in a question's window where there is one, in order of time."""
    since, until = (question.since, question.until) if question else (None, None)
    return [entry for entry in entries if entry.moment and entry.within(since, until)]


def moments(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries of one moment together, in order of time."""
    return [list(together) for _, together in groupby(entries, key=lambda entry: entry.moment)]


def written(entry: Entry, unit: str | None) -> tuple[Simple | None, str | None]:
    """An entry's value, and its unit: a number, words, yes or no. A bound is words; None where `unit` cannot be had."""
    value = entry.value
    if not isinstance(value, Quantity):
        return value, None
    number, shown = value.value, value.unit
    if unit is not None:
        converted = into(value, unit, entry)
        if converted is None:
            return None, None
        number, shown = converted, unit
    return (number if value.comparator is None else f"{value.comparator}{number:.15g}"), shown or None


def value_of(together: Sequence[Entry], unit: str | None) -> Answer:
    """The value of one moment; several that differ are all given."""
    said = [written(entry, unit) for entry in together]
    values = tuple(sorted({value for value, _ in said if value is not None}, key=_in_order))
    if not values:
        return Answer(None, note=f"The record's value cannot be brought into {unit}.")
    units = {shown for _, shown in said}
    return Answer(
        values[0] if len(values) == 1 else values,
        units.pop() if len(units) == 1 else None,
        together[0].day,
        facts_of(together),
    )


def _in_order(value: Simple) -> tuple[bool, float, str]:
    """Numbers by size, then words by the alphabet."""
    is_word = isinstance(value, str)
    return is_word, 0.0 if isinstance(value, str) else float(value), str(value) if is_word else ""


def _nth(place: Callable[[Question], int]) -> Asked:
    """The value of the moment at this place, of those in the window."""

    def asked(entries: Entries, question: Question) -> Answer:
        found = moments(dated(entries.meant(question.thing), question))
        at = place(question)
        if not -len(found) <= at < len(found):
            return Answer(None)
        return value_of(found[at], question.unit)

    return asked


def _choosing(chosen: Callable[[Entries, Question, Entry], bool], place: int) -> Asked:
    """The value of the first or last moment among the entries chosen."""

    def asked(entries: Entries, question: Question) -> Answer:
        found = moments([e for e in dated(entries.meant(question.thing)) if chosen(entries, question, e)])
        return value_of(found[place], question.unit) if found else Answer(None)

    return asked


def _by_day(entries: Entries, question: Question, entry: Entry) -> bool:
    day = question.on or entries.on
    return entry.last is not None and entry.last <= day


def _on_day(_: Entries, question: Question, entry: Entry) -> bool:
    return entry.full_day is not None and entry.full_day == question.on


def _after_day(_: Entries, question: Question, entry: Entry) -> bool:
    return entry.first is not None and question.on is not None and entry.first > question.on


def _values_between(entries: Entries, question: Question) -> Answer:
    found: list[tuple[Entry, Simple, str | None]] = []
    for together in moments(dated(entries.meant(question.thing), question)):
        said = [(entry, *written(entry, question.unit)) for entry in together]
        if any(value is None for _, value, _ in said):
            return Answer(None, note=f"Not every value can be brought into {question.unit}.")
        found += sorted(
            ((e, v, u) for e, v, u in said if v is not None),
            key=lambda one: (_in_order(one[1]), one[2] or ""),
        )
    units = {unit for _, _, unit in found}
    unit = units.pop() if len(units) == 1 else None
    return Answer(tuple(value for _, value, _ in found), unit, None, facts_of(e for e, _, _ in found))


def _unit_of(entries: Entries, question: Question) -> Answer:
    found = [
        entry
        for entry in entries.meant(question.thing)
        if isinstance(entry.value, Quantity) and entry.value.unit
    ]
    units = tuple(sorted({entry.value.unit for entry in found if isinstance(entry.value, Quantity)}))
    return Answer(units[0] if len(units) == 1 else units or None, facts=facts_of(found))


def _interval_last_two(entries: Entries, question: Question) -> Answer:
    last_two = moments(dated(entries.meant(question.thing)))[-2:]
    if len(last_two) < 2:
        return Answer(None)
    first, last = (together[0] for together in last_two)
    return Answer(days_apart(first.full_day, last.full_day), "d", None, facts_of((first, last)))


def _longest_gap(entries: Entries, question: Question) -> Answer:
    found = [together[0] for together in moments(dated(entries.meant(question.thing)))]
    gaps = [(days_apart(one.full_day, two.full_day), one, two) for one, two in pairwise(found)]
    sure = [(gap, one, two) for gap, one, two in gaps if gap is not None]
    if not sure or len(sure) < len(gaps):
        return Answer(None)
    gap, one, two = max(sure, key=lambda found: found[0])
    return Answer(gap, "d", None, facts_of((one, two)))


def _days_since(entries: Entries, question: Question) -> Answer:
    found = dated(entries.meant(question.thing))
    if not found:
        return Answer(None)
    return Answer(days_apart(found[-1].full_day, question.on or entries.on), "d", None, found[-1].facts)


def _saying(entries: Entries, question: Question) -> list[Entry]:
    """Entries with the value in words that is asked for."""
    wanted = normalised(question.text or "")
    return [
        e for e in entries.meant(question.thing) if isinstance(e.value, str) and normalised(e.value) == wanted
    ]


def _first_day_of_value(entries: Entries, question: Question) -> Answer:
    found = dated(_saying(entries, question), question)
    return Answer(found[0].day, facts=found[0].facts) if found else Answer(None)


def _count_of_value(entries: Entries, question: Question) -> Answer:
    found = [entry for entry in _saying(entries, question) if entry.within(question.since, question.until)]
    return Answer(len(found), facts=facts_of(found))


def _values_seen(entries: Entries, question: Question) -> Answer:
    found = [entry for entry in entries.meant(question.thing) if isinstance(entry.value, str)]
    return Answer(tuple(sorted({str(entry.value) for entry in found})), facts=facts_of(found))


def _tests_on(entries: Entries, question: Question) -> Answer:
    day = question.on or entries.on
    found = [entry for entry in entries.all("result") if entry.full_day == day]
    return Answer(entries.names(found), facts=facts_of(found))


def _computed(entries: Entries, question: Question) -> Answer:
    return computed(question, entries.meant(question.thing))


VALUES: dict[str, Asked] = {
    "last_value": _nth(lambda _: -1),
    "converted_value": _nth(lambda _: -1),
    "first_value": _nth(lambda _: 0),
    "nth_value": _nth(lambda question: (question.n or 1) - 1),
    "nth_last_value": _nth(lambda question: -(question.n or 1)),
    "value_at": _choosing(_by_day, -1),
    "value_on": _choosing(_on_day, -1),
    "next_value": _choosing(_after_day, 0),
    "values_between": _values_between,
    "unit_of": _unit_of,
    "interval_last_two": _interval_last_two,
    "longest_gap": _longest_gap,
    "days_since": _days_since,
    "first_day_of_value": _first_day_of_value,
    "count_of_value": _count_of_value,
    "values_seen": _values_seen,
    "tests_on": _tests_on,
    **dict.fromkeys(
        listed("""mean median minimum maximum spread maximum_day minimum_day trend slope change percent_change count_above
        count_below ever_above ever_below first_above first_below last_above"""),
        _computed,
    ),
}  # fmt: skip
