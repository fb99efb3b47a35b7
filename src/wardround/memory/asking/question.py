"""A Question to a record and its Answer. What does not fit is refused, and the error names the field.

What each question means, to the day and the unit, is written in docs/record-questions.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal, cast, get_args

from wardround.memory.errors import RememberingError
from wardround.memory.word_lists import listed

Kind = Literal["result", "problem", "drug", "allergy", "procedure", "immunization", "visit", "person"]
Value = float | int | str | bool | None | tuple[float | int | str | bool, ...]

_RESULT: Final = ("result",)
_PERIODS: Final = ("problem", "drug")
_ANY: Final = tuple(one for one in get_args(Kind) if one != "person")

_OF_RESULTS = listed("""
last_value first_value nth_value nth_last_value value_at value_on next_value converted_value values_between mean median
minimum maximum spread maximum_day minimum_day trend slope change percent_change unit_of count_above count_below
ever_above ever_below first_above first_below last_above interval_last_two longest_gap days_since value_before_event
value_after_event change_over_event mean_since_event count_since_event days_together later_of first_day_of_value
count_of_value values_seen tests_on
""")
_OF_ANYTHING = listed("""
ever never first_day last_day count was_before which_first days_between age_at_first age_at_last newest names_between
""")
ASKS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_OF_RESULTS, _RESULT),
    **dict.fromkeys(_OF_ANYTHING, _ANY),
    **dict.fromkeys(("active_on", "active_at_event", "ended_day", "duration"), _PERIODS),
    **dict.fromkeys(("active_names", "active_count"), (*_PERIODS, "allergy")),
    **dict.fromkeys(("any_active", "criticality"), ("allergy",)),
    **dict.fromkeys(("age_on", "birth_day", "died_day", "sex"), ("person",)),
}
"""Every question, and what it can be asked of."""

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("nth_value", "nth_last_value"), ("n",)),
    **dict.fromkeys(("value_on", "next_value"), ("on",)),
    **dict.fromkeys(("count_above", "count_below", "ever_above", "ever_below"), ("than",)),
    **dict.fromkeys(("first_above", "first_below", "last_above"), ("than",)),
    **dict.fromkeys(("first_day_of_value", "count_of_value"), ("text",)),
    **dict.fromkeys(("value_before_event", "value_after_event", "change_over_event"), ("other",)),
    **dict.fromkeys(("mean_since_event", "count_since_event", "days_together", "later_of"), ("other",)),
    **dict.fromkeys(("was_before", "which_first", "days_between", "active_at_event"), ("other",)),
    "converted_value": ("unit",),
}
_WHOLE_KIND: Final = frozenset(
    ("tests_on", "newest", "names_between", "active_names", "active_count", "active_at_event", "any_active")
) | frozenset(("count", "ever", "never", "first_day", "last_day", "criticality"))
"""What may be asked of all entries of a kind, without a concept."""
_NO_CONCEPT: Final = frozenset(("tests_on", "newest", "names_between", "active_names", "active_count"))
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Thing:
    """What a question is about: a code, or words that the record may use, of one kind. Neither: all of the kind."""

    kind: Kind
    concept: tuple[str, str] | None = None
    words: str | None = None

    @property
    def named(self) -> bool:
        return self.concept is not None or self.words is not None


@dataclass(frozen=True, slots=True)
class Question:
    """One exact question. `on` is a day, `since` and `until` a window (both included), `known` a day by which a thing
    must have been recorded to count; `unit` the unit wanted, `than` a threshold, `n` which one, `text` a value in words,
    `other` a second thing."""

    ask: str
    kind: Kind
    concept: tuple[str, str] | None = None
    words: str | None = None
    on: date | None = None
    since: date | None = None
    until: date | None = None
    known: date | None = None
    unit: str | None = None
    than: float | None = None
    n: int | None = None
    text: str | None = None
    other: Thing | None = None

    def __post_init__(self) -> None:
        _check(self)

    @property
    def thing(self) -> Thing:
        return Thing(self.kind, self.concept, self.words)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Question:
        """Read a question. Raises RememberingError that names the field and what would fit."""
        if not isinstance(data, Mapping):
            raise _refused(
                "", f"it is {type(data).__name__}, not an object", 'Give {"ask": ..., "kind": ...}'
            )
        known = {one.name for one in fields(cls)}
        strange = sorted(str(key) for key in data if key not in known)
        if strange:
            raise _refused(strange[0], "there is no such field", f"Fields are {', '.join(sorted(known))}")
        ask = _text(data, "ask")
        if ask is None:
            raise _refused("ask", "it is missing", "Say which question, such as 'last_value'")
        given = _text(data, "kind") or next(iter(ASKS.get(ask, ())), None)
        return cls(
            ask=ask,
            kind=cast(Kind, given or ""),
            concept=_concept(data, "concept"),
            words=_text(data, "words"),
            on=_day(data, "on"),
            since=_day(data, "since"),
            until=_day(data, "until"),
            known=_day(data, "known"),
            unit=_text(data, "unit"),
            than=_number(data, "than"),
            n=_whole(data, "n"),
            text=_text(data, "text"),
            other=_thing(data, "other"),
        )

    def to_json(self) -> dict[str, Any]:
        """As `from_json` reads it; what is not said is left out."""
        made: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, Thing):
                other = {"kind": value.kind, "concept": _coded(value.concept), "words": value.words}
                value = {key: inner for key, inner in other.items() if inner is not None}
            elif one.name == "concept":
                value = _coded(value)
            if value is not None:
                made[one.name] = value
        return made


@dataclass(frozen=True, slots=True)
class Answer:
    """`facts` are the ids of the facts that it rests on. `note`: what else must be said, as that the record has none."""

    value: Value
    unit: str | None = None
    when: str | None = None
    facts: tuple[str, ...] = ()
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        made = {"value": value, "unit": self.unit, "when": self.when, "facts": list(self.facts)}
        return {**made, "note": self.note} if self.note else made


def _check(question: Question) -> None:
    ask = question.ask
    if ask not in ASKS:
        raise _refused("ask", f"'{ask:.40}' is no question", f"Use one of {', '.join(sorted(ASKS))}")
    if question.kind not in ASKS[ask]:
        raise _refused(
            "kind", f"'{question.kind:.40}' cannot be asked '{ask}'", f"Use {', '.join(ASKS[ask])}"
        )
    for name in _NEEDS.get(ask, ()):
        if getattr(question, name) is None:
            raise _refused(name, f"'{ask}' needs it", "Give it")
    if not question.thing.named and ask not in _WHOLE_KIND and question.kind != "person":
        raise _refused("concept", f"'{ask}' is about something", "Give a concept (system, code), or words")
    if question.thing.named and ask in _NO_CONCEPT:
        raise _refused("concept", f"'{ask}' is about all of a kind", "Leave concept and words out")
    if question.other is not None and not question.other.named:
        raise _refused("other.concept", "it is missing", "Give a concept (system, code), or words")
    if question.since and question.until and question.since > question.until:
        raise _refused("until", f"{question.until} is before {question.since}", "Turn the window round")
    if question.n is not None and question.n < 1:
        raise _refused("n", f"{question.n} is none", "Count from 1")


def _refused(field: str, fault: str, fix: str) -> RememberingError:
    return RememberingError(f"question{'.' if field else ''}{field:.40}: {fault}. {fix}.")


def _coded(concept: tuple[str, str] | None) -> dict[str, str] | None:
    return {"system": concept[0], "code": concept[1]} if concept else None


def _text(data: Mapping[str, Any], key: str, path: str = "") -> str | None:
    value = data.get(key)
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise _refused(path + key, f"{value!r:.40} is no text", "Give words, or null")


def _day(data: Mapping[str, Any], key: str) -> date | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _refused(key, f"{value!r:.40} is no day", "Write it as '2015-03-03', or null")


def _number(data: Mapping[str, Any], key: str) -> float | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _refused(key, f"{value!r:.40} is no number", "Give a number, or null")
    return float(value)


def _whole(data: Mapping[str, Any], key: str) -> int | None:
    value = _number(data, key)
    if value is not None and value != int(value):
        raise _refused(key, f"{value} is no whole number", "Give 1, 2, 3, or null")
    return None if value is None else int(value)


def _concept(data: Mapping[str, Any], key: str, path: str = "") -> tuple[str, str] | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise _refused(path + key, "it is no object", 'Give {"system": ..., "code": ...}')
    system, code = (_text(value, part, f"{path}{key}.") for part in ("system", "code"))
    if system is None or code is None:
        raise _refused(
            f"{path}{key}.{'code' if system else 'system'}", "it is missing", "Give system and code"
        )
    return system, code


def _thing(data: Mapping[str, Any], key: str) -> Thing | None:
    value = data.get(key)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise _refused(key, "it is no object", 'Give {"kind": ..., "words": ...}')
    kind = _text(value, "kind", f"{key}.")
    if kind not in _ANY:
        raise _refused(f"{key}.kind", f"{kind!r:.40} is none", f"Use one of {', '.join(_ANY)}")
    return Thing(cast(Kind, kind), _concept(value, "concept", f"{key}."), _text(value, "words", f"{key}."))
