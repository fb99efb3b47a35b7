"""How each kind of question is drawn from a record: by the keys of the wordings, `ask` or `ask/kind`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from wardround.evaluation.record import naming, phrases
from wardround.evaluation.record.answers_series import numbers
from wardround.evaluation.record.asked import Asked, Thing
from wardround.evaluation.record.draws import Draws
from wardround.evaluation.record.measures import NEAR, fitted_change
from wardround.evaluation.record.oracle import answer, dated
from wardround.evaluation.record.raw import Entry

Maker = Callable[[Draws, str], Asked | None]


def _numeric(group: Sequence[Entry]) -> bool:
    return all(isinstance(e.value, float) for e in group)


def _worded(group: Sequence[Entry]) -> bool:
    return all(isinstance(e.value, str) for e in group)


def _whole(draws: Draws, ask: str) -> Asked | None:
    found = draws.asked_about("result")
    return Asked(ask, found.thing) if found else None


def _value(draws: Draws, ask: str) -> Asked | None:
    found = draws.asked_about("result")
    if found is None:
        return None
    window = draws.window(draws.entries(found))
    return Asked(ask, found.thing, since=window.since, until=window.until)


def _number(draws: Draws, ask: str) -> Asked | None:
    found = draws.asked_about("result", _numeric)
    if found is None:
        return None
    window = draws.window(draws.entries(found))
    return Asked(ask, found.thing, since=window.since, until=window.until)


def _trend(draws: Draws, ask: str) -> Asked | None:
    asked = _number(draws, ask)
    if asked is None:
        return None
    found = numbers(dated(draws.record.about(asked.about), asked), None)
    moved = fitted_change([(d.first, y) for d, y in found[0] if d.full]) if found and found[0] else None
    if moved is not None and abs(abs(moved[0]) - moved[1]) < NEAR * max(moved[1], NEAR):
        return None
    return asked


def _nth(draws: Draws, ask: str) -> Asked | None:
    found = draws.asked_about("result")
    if found is None:
        return None
    most = min(7, len({d.moment for d, _ in dated(draws.entries(found))}) + 1)
    n = draws.rng.randint(2, max(2, most))
    draws.slots["n"] = phrases.ordinal(n, draws.rng)
    return Asked(ask, found.thing, n=n)


def _on(exact: float) -> Maker:
    def made(draws: Draws, ask: str) -> Asked | None:
        found = draws.asked_about("result")
        return Asked(ask, found.thing, on=draws.day(draws.entries(found), exact)) if found else None

    return made


def _converted(draws: Draws, ask: str) -> Asked | None:
    found = draws.asked_about("result", _numeric)
    unit = draws.target_unit(draws.entries(found)) if found else None
    return Asked(ask, found.thing, unit=unit) if found and unit else None


def _threshold(draws: Draws, ask: str) -> Asked | None:
    found = draws.asked_about("result", _numeric)
    than = draws.threshold(draws.entries(found)) if found else None
    if found is None or than is None:
        return None
    window = draws.window(draws.entries(found))
    return Asked(ask, found.thing, than=than, since=window.since, until=window.until)


def _by_event(fits: Callable[[Sequence[Entry]], bool] | None, noun: bool) -> Maker:
    def made(draws: Draws, ask: str) -> Asked | None:
        found, event = draws.asked_about("result", fits), draws.event(noun)
        return Asked(ask, found.thing, other=event.thing) if found and event else None

    return made


def _two_results(draws: Draws, ask: str) -> Asked | None:
    found, other = draws.asked_about("result"), draws.concept("result")
    if found is None or other is None or found.thing.concept == other.thing.concept:
        return None
    draws.slots["y"] = other.name
    return Asked(ask, found.thing, other=other.thing)


def _text(draws: Draws, ask: str) -> Asked | None:
    groups = [g for g in draws.record.groups("result") if _worded(g)]
    if not groups:
        return None
    group = draws.rng.choice(groups)
    found = naming.spoken(draws.record, group, draws.rng)
    text = str(draws.rng.choice([*(e.value for e in group), "Former smoker"]))
    if found is None or '"' in text:
        return None
    draws.slots.update(x=found.name, text=text)
    window = draws.window(group) if ask == "count_of_value" else phrases.Window()
    return Asked(ask, found.thing, text=text, since=window.since, until=window.until)


def _seen(draws: Draws, ask: str) -> Asked | None:
    found = draws.asked_about("result", _worded)
    return Asked(ask, found.thing) if found else None


def _tests_on(draws: Draws, ask: str) -> Asked | None:
    return Asked(ask, Thing("result"), on=draws.day(draws.record.of_kind("result"), exact=0.85))


def _thing(kind: str, windowed: bool = True) -> Maker:
    def made(draws: Draws, ask: str) -> Asked | None:
        found = draws.asked_about(kind)
        if found is None:
            return None
        window = draws.window(draws.entries(found)) if windowed else phrases.Window()
        return Asked(ask, found.thing, since=window.since, until=window.until)

    return made


def _all(kind: str, always: bool = True) -> Maker:
    def made(draws: Draws, ask: str) -> Asked | None:
        window = draws.window(draws.record.of_kind(kind), always)
        return Asked(ask, Thing(kind), since=window.since, until=window.until)

    return made


def _kind_alone(kind: str) -> Maker:
    return lambda draws, ask: Asked(ask, Thing(kind))


def _two_events(draws: Draws, ask: str) -> Asked | None:
    kinds = ("problem", "drug", "procedure", "immunization", "result")
    first, second = draws.event(True, "event_x", kinds), draws.event(True, "event", kinds)
    if first is None or second is None or draws.slots["event_x"] == draws.slots["event"]:
        return None
    return Asked(ask, first.thing, other=second.thing)


def _which(draws: Draws, ask: str) -> Asked | None:
    kinds = ("problem", "drug", "procedure", "immunization")
    first, second = draws.event(True, "a", kinds), draws.event(True, "b", kinds)
    if first is None or second is None or first.name == second.name:
        return None
    if not all(naming.of_one_kind(draws.record, one) for one in (first, second)):
        return None
    draws.slots.update(x=first.name, y=second.name)
    return Asked(ask, first.thing, other=second.thing)


def _active_on(kind: str) -> Maker:
    def made(draws: Draws, ask: str) -> Asked | None:
        found = draws.asked_about(kind)
        return Asked(ask, found.thing, on=draws.day(draws.entries(found))) if found else None

    return made


def _active_then(kind: str) -> Maker:
    return lambda draws, ask: Asked(ask, Thing(kind), on=draws.day(draws.record.of_kind(kind)))


def _at_event(kind: str) -> Maker:
    def made(draws: Draws, ask: str) -> Asked | None:
        event = draws.event()
        return Asked(ask, Thing(kind), other=event.thing) if event else None

    return made


def _age_on(draws: Draws, ask: str) -> Asked | None:
    return Asked(ask, Thing("person"), on=draws.day(draws.record.entries))


def known(maker: Maker) -> Maker:
    """The same question, of which only what was recorded by some day counts."""

    def made(draws: Draws, ask: str) -> Asked | None:
        asked = maker(draws, ask)
        if asked is None:
            return None
        entries = draws.record.about(asked.about) or draws.record.entries
        day = draws.rng.choice(draws.days(entries))
        draws.slots["k"] = draws.said(day)
        return replace(asked, known=day)

    return made


def _of_kinds(ask: str, kinds: str, windowed: bool = True) -> dict[str, Maker]:
    return {f"{ask}/{kind}": _thing(kind, windowed) for kind in kinds.split()}


MAKERS: Final[Mapping[str, Maker]] = MappingProxyType(
    {
        **dict.fromkeys(("last_value", "first_value", "values_between"), _value),
        **dict.fromkeys(("nth_value", "nth_last_value"), _nth),
        "value_at": _on(0.2),
        "value_on": _on(0.85),
        "next_value": _on(0.3),
        "converted_value": _converted,
        **dict.fromkeys(("mean", "median", "minimum", "maximum", "spread"), _number),
        **dict.fromkeys(("maximum_day", "minimum_day", "slope", "change", "percent_change"), _number),
        "trend": _trend,
        **dict.fromkeys(("unit_of", "interval_last_two", "longest_gap", "days_since"), _whole),
        **dict.fromkeys(("count_above", "count_below", "ever_above", "ever_below"), _threshold),
        **dict.fromkeys(("first_above", "first_below", "last_above"), _threshold),
        **dict.fromkeys(("value_before_event", "value_after_event"), _by_event(None, False)),
        "change_over_event": _by_event(_numeric, True),
        "mean_since_event": _by_event(_numeric, False),
        "count_since_event": _by_event(None, False),
        **dict.fromkeys(("days_together", "later_of"), _two_results),
        **dict.fromkeys(("first_day_of_value", "count_of_value"), _text),
        "values_seen": _seen,
        "tests_on": _tests_on,
        **_of_kinds("ever", "result problem drug procedure immunization visit"),
        **_of_kinds("ever", "allergy", windowed=False),
        **_of_kinds("never", "result problem drug procedure immunization"),
        **_of_kinds("first_day", "result drug procedure immunization visit"),
        **_of_kinds("first_day", "problem allergy", windowed=False),
        **_of_kinds("last_day", "result drug procedure immunization visit"),
        **_of_kinds("last_day", "problem", windowed=False),
        **_of_kinds("count", "result problem drug procedure immunization"),
        "count/visit": _all("visit", always=False),
        **dict.fromkeys(("was_before", "days_between"), _two_events),
        "which_first": _which,
        **_of_kinds("age_at_first", "problem drug procedure result", windowed=False),
        **_of_kinds("age_at_last", "immunization procedure", windowed=False),
        **{
            f"newest/{kind}": _kind_alone(kind)
            for kind in ("problem", "drug", "procedure", "immunization", "allergy", "visit")
        },
        **{f"names_between/{kind}": _all(kind) for kind in ("problem", "drug", "procedure", "immunization")},
        **{f"active_on/{kind}": _active_on(kind) for kind in ("problem", "drug")},
        **_of_kinds("active_now", "problem drug", windowed=False),
        **{f"active_names/{kind}": _active_then(kind) for kind in ("problem", "drug")},
        **{f"active_count/{kind}": _active_then(kind) for kind in ("problem", "drug")},
        "active_names/allergy": _kind_alone("allergy"),
        "active_count/allergy": _kind_alone("allergy"),
        **{f"active_at_event/{kind}": _at_event(kind) for kind in ("problem", "drug")},
        **_of_kinds("ended_day", "problem drug", windowed=False),
        **_of_kinds("duration", "problem", windowed=False),
        "any_active": _kind_alone("allergy"),
        "criticality": _thing("allergy", windowed=False),
        "age_on": _age_on,
        **dict.fromkeys(("birth_day", "died_day", "sex"), _kind_alone("person")),
        **{
            f"known:{key}": known(maker)
            for key, maker in {
                "last_value": _whole,
                "maximum": _whole,
                **_of_kinds("count", "result immunization drug procedure", windowed=False),
                **_of_kinds("ever", "drug procedure", windowed=False),
                **_of_kinds("last_day", "immunization result", windowed=False),
            }.items()
        },
    }
)


def empty(draws: Draws, asked: Asked) -> bool:
    """Whether the right answer is that there is nothing."""
    return answer(draws.record, asked).value in (None, 0, False, ())
