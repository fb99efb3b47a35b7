"""English to an exact Question. What is not understood is said, naming the words; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from wardround.memory.asking.cues import cues_in
from wardround.memory.asking.lexicon import KINDS, Lexicon, Mention
from wardround.memory.asking.question import ASKS, Kind, Question, Thing
from wardround.memory.asking.rules import first_rule
from wardround.memory.asking.sentence import Event, Sentence, plain, take_apart
from wardround.memory.asking.strangers import strangers
from wardround.memory.asking.values import dated
from wardround.memory.calendar_words import Today
from wardround.memory.errors import NotUnderstood
from wardround.memory.time_relations import When
from wardround.memory.word_lists import listed

_DAY = timedelta(days=1)
_EVENTS = frozenset(
    listed("""value_before_event value_after_event change_over_event mean_since_event count_since_event was_before
    active_at_event""")
)
_PAIRS = frozenset(("days_together", "later_of", "which_first", "days_between"))
_ON_A_DAY = frozenset(
    ("value_at", "value_on", "next_value", "active_on", "active_names", "active_count", "age_on", "tests_on", "days_since", "duration")
)  # fmt: skip
_TIMELESS = frozenset(
    listed("""unit_of interval_last_two longest_gap first_day_of_value values_seen age_at_first age_at_last newest ended_day
    any_active criticality birth_day died_day sex""")
)
_THRESHOLDS = frozenset(
    ("count_above", "count_below", "ever_above", "ever_below", "first_above", "first_below", "last_above")
)
_STANDING = frozenset(("active_on", "any_active"))
_YES_NO = _STANDING | frozenset(("ever", "never", "was_before", "ever_above", "ever_below"))
"""Whether something is so: of the first, or of any. None of them is about the last one."""
_WHETHER_IT_CAME = re.compile(r"(?:did|does|has|had)\b.*\b(?:come|happen|occur|take place)\b")
_NTH = frozenset(("nth_value", "nth_last_value"))
_IN_WORDS = frozenset(("first_day_of_value", "count_of_value"))
_RELATING = _EVENTS | _PAIRS | frozenset(("days_since", "next_value", "first_value"))
_LOOSE_TIME = re.compile(
    r"\b(?:before|after|since(?! (?:when|which|what))|during|until|till|prior to|following|while)\b"
)
"""Words of time that nothing was made of."""
_SEVERAL = re.compile(
    r"\b(?:last|first|latest|newest|most recent|final) (?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:last|latest|newest|most recent|highest|lowest|first)\b"
)
_ONE_OF = {"one_value": "last_value", "when_one": "last_day", "age_at_one": "age_at_last"}
"""Questions that are clear where there is only one: "when was she vaccinated"."""
_CUED: tuple[Kind, ...] = ("immunization", "allergy", "procedure", "visit", "problem", "drug", "result")
_SURE = re.compile(
    r"\b(?:(?P<immunization>vaccin|immuni[sz])|(?P<allergy>allerg)|(?P<procedure>procedure)|(?P<visit>visit|encounter)"
    r"|(?P<problem>diagnos|episode)|(?P<drug>prescri)|(?P<result>measure))"
)
_PRODUCT = re.compile(
    r"\b\d+(?:\.\d+)? ?(?:mg|mcg|ml|hr|actuat|unt)\b|\b(?:tablet|capsule|injection|pack)\b", re.I
)
_METHOD = re.compile(r"\[.*\]|\bin (?:serum|blood|urine|plasma)\b", re.I)


def read_question(text: str, names: Lexicon, *, on: date, born: date | None) -> Question:
    """What a sentence asks of the patient whose names these are. Raises NotUnderstood that says what was missing."""
    today = Today(on, lambda: born)
    sentence = take_apart(text, names, today)
    if sentence.left:
        strange = strangers(plain(text), sentence.left, names)
        sentence = take_apart(text, names, today, strange)
        _refuse_foreign(sentence, names)
    for reading in _readings(sentence):
        question = _Reader(reading, names).question()
        if question is not None:
            return question
    raise NotUnderstood("What is asked is not clear. Ask for a value, a day, a number or a list.")


def _refuse_foreign(sentence: Sentence, names: Lexicon) -> None:
    """Names that nobody knows, and no word of a question: what is asked cannot be told, as in a language not read here."""
    asking = re.search(r"[^\W\d_]", re.sub(r"«[^»]*»|‹\d+›", " ", sentence.rest))
    known = any(one.things or names.known_kinds(one.words) for one in sentence.mentions)
    if not asking and not known and sentence.mentions:
        words = ", ".join(f"'{one.words}'" for one in sentence.mentions)
        raise NotUnderstood(f"{words} is no name that is known here, and no question. Ask in English.")


def _readings(sentence: Sentence) -> Iterator[Sentence]:
    """An event counts as one where something else is asked about; else its thing may be what is asked about."""
    if sentence.event is None:
        yield sentence
        return
    signs = cues_in(sentence.rest)
    about_all = "what" in signs or "list" in signs or "count" in signs
    nouns = signs & {"problem", "drugs", "procedure", "immunization", "visit", "on_drug"}
    both = (sentence, sentence.without_event())
    yield from both if sentence.asked or (about_all and nouns) else reversed(both)


@dataclass
class _Reader:
    """One reading of a sentence, on its way to a question."""

    sentence: Sentence
    names: Lexicon

    def question(self) -> Question | None:
        """The question, or None where no rule tells which it is."""
        asked = self.sentence.asked
        if len(asked) > 2:
            return None
        if asked:
            kinds = [self._kind(mention, at, len(asked)) for at, mention in enumerate(asked)]
            things = [mention.of(kind) for mention, kind in zip(asked, kinds, strict=True)]
            signs = self._signs(len(asked))
            found = first_rule(things[0].kind, signs, lambda ask: self._is_all(ask, signs))
            fitting = found is not None and things[0].kind in ASKS.get(found, KINDS)
            return self._made(found, things) if found and fitting else None
        signs = self._signs(0)
        found = first_rule("nothing", signs, lambda ask: self._is_all(ask, signs))
        if found is not None:
            return self._made_of_all(found, signs)
        found = first_rule("person", signs, lambda ask: self._is_all(ask, signs))
        return self._finished({"ask": found, "kind": "person"}) if found else None

    def _is_all(self, ask: str, signs: set[str]) -> bool:
        """Whether the question takes up all that was said: no negation, number or time is passed over."""
        sentence = self.sentence
        whether = "true_that" in signs or _WHETHER_IT_CAME.match(sentence.rest)
        if whether and ask not in _YES_NO | _PAIRS:
            return False
        if ask in _YES_NO and signs & {"last", "nth", "nth_last"} and ask not in _STANDING:
            return False
        if "negated" in signs and ask not in ("never", "longest_gap", "values_seen"):
            return False
        if (sentence.side is not None) != (ask in _THRESHOLDS) or (sentence.nth is not None) != (ask in _NTH):
            return False
        if ask in _TIMELESS and ("day" in signs or "window" in signs):
            return False
        if (sentence.quoted is not None) != (ask in _IN_WORDS):
            return False
        if _SEVERAL.search(sentence.rest) and ask not in ("interval_last_two", "which_first", "later_of"):
            return False
        return ask in _RELATING or not _LOOSE_TIME.search(sentence.rest)

    # What it is about -------------------------------------------------------------------------------------------

    def _kind(self, mention: Mention, at: int, of: int) -> Kind:
        """Which kind of thing is meant, by the words around it among the kinds that have the name."""
        around = self.sentence.rest if of == 1 else _around(self.sentence.rest, at)
        return kind_said(mention, around, self.names, alone=of == 1)

    def _signs(self, things: int) -> set[str]:
        sentence = self.sentence
        signs = cues_in(sentence.rest) | {str(things)}
        for when in sentence.times:
            day = when.relation in ("on", "at", "until")
            after = when.relation == "after"
            signs |= {"time", f"day:{when.relation}"}
            if when.relation != "now":
                signs.add("day" if day else "window")
            if after:
                signs.add("window")
        if sentence.event is not None:
            signs |= {"event", f"event:{sentence.event.relation}"}
        if sentence.dose is not None:
            signs |= {f"dose:{sentence.dose}"}
            if signs & {"change", "percent"}:
                raise NotUnderstood("A change over a change of dose is not worked out. Ask for both values.")
        if sentence.side is not None:
            signs.add(f"than:{sentence.side}")
        signs |= {"text"} if sentence.quoted else set()
        signs |= {"unit_asked"} if sentence.unit and sentence.side is None else set()
        if sentence.nth is not None:
            signs.add("nth_last" if sentence.backwards else "nth")
        return signs

    # The question -----------------------------------------------------------------------------------------------

    def _made(self, ask: str, things: list[Thing]) -> Question:
        sentence, thing = self.sentence, things[0]
        made: dict[str, Any] = {
            "ask": ask,
            "kind": thing.kind,
            "concept": thing.concept,
            "words": thing.words,
        }
        made |= {"than": sentence.than, "unit": sentence.unit, "n": sentence.nth}
        if ask in ("first_day_of_value", "count_of_value"):
            made["text"] = sentence.quoted
        event = self._event()
        if ask in _EVENTS and event is not None:
            made["other"] = event
        elif ask in _PAIRS or ask == "was_before":
            made["other"] = things[1] if len(things) > 1 else event
        relation = sentence.event.relation if sentence.event else ""
        after = relation == "after" or (not relation and "succeed" in cues_in(sentence.rest))
        if ask == "was_before" and after and made["other"] is not None:
            first = made["other"]
            made |= {"kind": first.kind, "concept": first.concept, "words": first.words, "other": thing}
        return self._finished(made)

    def _made_of_all(self, ask: str, signs: set[str]) -> Question | None:
        kinds = {"any_active": "allergy", "tests_on": "result"}
        cued = [kind for kind in _CUED if kind in signs and kind != "result"]
        if "allergy" in signs:
            cued = ["allergy"]
        kind = kinds.get(ask) or next(iter(cued), None)
        if kind is None or kind not in ASKS[ask]:
            return None
        made: dict[str, Any] = {"ask": ask, "kind": kind}
        if ask in _EVENTS:
            made["other"] = self._event()
        return self._finished(made)

    def _event(self) -> Thing | None:
        event = self.sentence.event
        if event is None:
            return None
        mention = self.sentence.mentions[event.place]
        kind = kind_said(mention, event.words, self.names)
        return mention.of(kind)

    def _finished(self, made: dict[str, Any]) -> Question:
        """The question with its days, windows and units."""
        ask = made["ask"]
        made["known"] = self.sentence.known
        made |= self._days(ask)
        if self.sentence.event is not None and ask not in _EVENTS | _PAIRS:
            made = _narrowed(made, self._event_days(self.sentence.event, ask))
        if ask in _ONE_OF:
            made["ask"] = self._only_one(ask, made)
        if made["ask"] == "last_value" and made.get("unit") and not (made.get("since") or made.get("until")):
            made["ask"] = "converted_value"
        if made["kind"] != "result":
            made.pop("unit", None)
        return Question(**made)

    def _days(self, ask: str) -> dict[str, date | None]:
        times = [when for when in self.sentence.times if when.relation != "now"]
        if not times:
            return {}
        if ask in _ON_A_DAY:
            if len(times) > 1 or (times[0].day is None and ask != "next_value"):
                raise NotUnderstood(f"'{ask}' is about one day. Say which: on 3 March 2015.")
            if ask == "next_value":
                return {"on": (times[0].since or date.min + _DAY) - _DAY}
            return {"on": times[0].day}
        if ask in _TIMELESS or any(when.relation == "at" for when in times):
            raise NotUnderstood(
                "A time does not fit this question. Leave it out, or ask for a window of days."
            )
        return _window(times)

    def _event_days(self, event: Event, ask: str) -> dict[str, date | None]:
        """The days before, after or on the first day of an event, of the patient's own record."""
        thing = self._event()
        found = dated(self.names.entries.known(self.sentence.known).meant(thing)) if thing else []
        words = self.sentence.mentions[event.place].words
        if not found or found[0].first is None or found[0].last is None:
            raise NotUnderstood(
                f"The record has no '{words}', so nothing can be counted from it. Give a date."
            )
        first, last = found[0].first, found[0].last
        if ask in _ON_A_DAY:
            if event.relation != "at" or first != last:
                raise NotUnderstood(f"'{ask}' is about one day. Say which: on 3 March 2015.")
            return {"on": first}
        if ask in _TIMELESS or event.relation == "across":
            raise NotUnderstood("An event does not fit this question. Leave it out.")
        windows: dict[str, dict[str, date | None]] = {
            "before": {"until": first - _DAY},
            "after": {"since": last + _DAY},
            "since": {"since": first},
            "at": {"since": first, "until": last},
        }
        return windows[event.relation]

    def _only_one(self, ask: str, made: dict[str, Any]) -> str:
        thing = Thing(made["kind"], made.get("concept"), made.get("words"))
        found = self.names.entries.known(made["known"]).meant(thing)
        inside = [e for e in dated(found) if e.within(made.get("since"), made.get("until"))]
        if made["kind"] == "allergy" and ask == "when_one":
            return "first_day"
        if len({entry.moment for entry in inside}) > 1:
            raise NotUnderstood(f"There are {len(inside)} in the record. Say which: the first, or the last.")
        return _ONE_OF[ask]


def kind_said(mention: Mention, around: str, names: Lexicon, *, alone: bool = True) -> Kind:
    """Which kind of thing a name is, by the words around it; of those that have the name, one that is in the record."""
    cued = cues_in(around)
    there = [kind for kind in KINDS if kind in mention.things]
    for kinds in ([k for k in there if names.entries.meant(mention.things[k])], there):
        said = [kind for kind in _CUED if kind in kinds and kind in cued]
        if said:
            return said[0]
    sure = _SURE.search(around) if alone or not there else None
    if sure and sure.lastgroup in KINDS:
        return next(kind for kind in KINDS if kind == sure.lastgroup)
    if there:
        return min(there, key=lambda kind: (not names.entries.meant(mention.things[kind]), KINDS.index(kind)))
    if cued & {"drug"} or re.search(r"\bon (?:an? |the |any )?‹", around):
        return "drug"
    if elsewhere := names.known_kinds(mention.words):
        return next((k for k in _CUED if k in elsewhere and k in cued), min(elsewhere, key=_CUED.index))
    if _PRODUCT.search(mention.words):
        return "drug"
    return (
        "problem"
        if cued & {"problem", "have", "active", "still"} and not _METHOD.search(mention.words)
        else "result"
    )


def _around(rest: str, at: int) -> str:
    """The words next to the n-th thing asked about."""
    marks = list(re.finditer(r"‹\d+›", rest))
    start = marks[at - 1].end() if at else 0
    end = marks[at + 1].start() if at + 1 < len(marks) else len(rest)
    before = rest[start : marks[at].start()].split()[-4:]
    after = rest[marks[at].end() : end].split()[:2]
    return " ".join((*before, marks[at][0], *after))


def _window(times: list[When]) -> dict[str, date | None]:
    sinces = [when.since for when in times if when.since]
    untils = [when.until for when in times if when.until]
    return {"since": max(sinces, default=None), "until": min(untils, default=None)}


def _narrowed(made: dict[str, Any], days: dict[str, date | None]) -> dict[str, Any]:
    since = [day for day in (made.get("since"), days.get("since")) if day]
    until = [day for day in (made.get("until"), days.get("until")) if day]
    narrowed = {**made, **days}
    if since:
        narrowed["since"] = max(since)
    if until:
        narrowed["until"] = min(until)
    return narrowed
