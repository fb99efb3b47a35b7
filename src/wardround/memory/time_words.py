"""Words of time in a question, resolved against the patient's own facts: before the operation, since the dose was raised.

`windows` gives the days that are meant and the fact that says when. What is meant by which words:

- "the operation": the latest surgical procedure until today; "the procedure": the latest of any; "the first operation": the first;
- "the pregnancy", "in hospital", "the admission": from its start to its end, the latest one;
- "the dose was raised" (lowered, changed): the latest such change, of the drug named or of any;
- "she started metformin", "metformin was stopped", "the diagnosis of gout", "the stroke": the first time, or the last if so said;
- "the knee replacement", "her knee surgery": the first procedure on record that is called so, or the last if so said;
- "手术前", "阑尾切除术后": before the latest operation, after the one that is named;
- "last spring": the latest meteorological spring of the northern hemisphere that is over; "recently": three months.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from wardround.clinical import Fact
from wardround.memory.asking.entries import Entries, Entry
from wardround.memory.asking.lexicon import KINDS, Lexicon, Mention
from wardround.memory.calendar_words import Span, Today, calendar_unit, days_of, shifted
from wardround.memory.patient_events import PatientEvents
from wardround.memory.time_relations import When, phrases_of_time
from wardround.memory.vocabulary import singular

RECENT_MONTHS = 3
_RECENT = re.compile(r"\b(?:recently|lately|of late|in recent (?:weeks|months))\b")
_NAMED = re.compile(
    r"(?:(?:the|an?|his|her|their|my|she|he|they|i|patient|was|were|had|has|got|is|been|being|having|first|last|latest|most recent|start(?:ed|ing)?|began"
    r"|begun|beginning|began|put|went|on|of|with|to|for|taking|took|given|got|receiv(?:ed|ing)|diagnos(?:is|ed)|prescri(?:bed|ption)|onset|vaccinated"
    r"|vaccination|introduction|course|developed|suffered|against|underw(?:ent|going)|stopp(?:ed|ing)|stop|came|off|quit|discontinu(?:ed|ing)|end|procedure"
    r"|operation|visit|episode|dose|use|day|date|time|that|we|doctors?) )*"
)
_AFTER_NAME = re.compile(
    r"(?: (?:was|were|had|has|been|is|got|first|last|start(?:ed)?|begun|began|diagnosed|prescribed|introduced|added|given|done|performed|stopped"
    r"|discontinued|ended|resolved|withdrawn|vaccination|vaccine|shot|jab|procedure|operation|diagnosis|treatment|therapy|measured|happened|set in))*"
)
_STOPPED = re.compile(r"\b(?:stop\w*|came off|quit|discontinu\w*|end(?:ed)?|resolved|withdrawn)\b")
_WHILE = re.compile(r"\b(?:while|whilst|when|during|throughout) $")
_WORD = re.compile(r"[a-z]+")
_OPERATION = frozenset(("operation", "surgery", "procedure", "op"))
_MOST_WORDS = 6
_ACT = re.compile(
    r"(?:ectomy|otomy|ostomy|plasty|pexy|rrhaphy|scopy|centesis)$|^(?:replacement|bypass|graft|repair|resection|ablation"
    r"|amputation|transplant\w*|implant\w*|c(?:a)?esarean|excision|fixation|stent|biopsy|surgery|operation)$"
)
"""Words that say what was done, wherever they stand in a procedure's name."""
_LOOSE = re.compile(
    r"(?<!\w)(?:before|prior to|after|following|since|until|till|during) (?:the|an?|his|her|their|my) (?:(?!(?:did|was|were"
    r"|do(?:es)?|is|has|had|have|and|or|what|which|who|how|please)\b)[^\W_][\w'-]* ?){1,6}"
)
_CHINESE = re.compile(r"(?P<name>[\u3400-\u9fff]*?)术(?:之|以)?(?P<side>[前后後])")
_LATEST = re.compile(r"\b(?:last|latest|most recent)\b")


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The days that words of time mean, both included, None open. `words` are the question's, at `start` to `end`;
    `because` is the id of the fact whose date it is, where the patient's own record says when."""

    since: date | None
    until: date | None
    words: str
    start: int
    end: int
    because: str | None = None


def windows(
    text: str, facts: Sequence[Fact], *, on: date, born: Callable[[], date | None]
) -> TimeWindow | None:
    """The first words of time in a question, as days; None where it has none.

    Raises NotUnderstood for a date that may be read in two ways, or an age where the birth date is not known.
    """
    low = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    for when in phrases_of_time(low, Today(on, born), _Events(facts, on).at):
        when = _widened(when, low[when.start : when.end])
        return TimeWindow(
            when.since, when.until, text[when.start : when.end], when.start, when.end, when.because
        )
    if chinese := _Events(facts, on).in_chinese(text):
        return chinese
    recent = _RECENT.search(low)
    if recent is None:
        return None
    return TimeWindow(shifted(on, -RECENT_MONTHS), on, recent[0], *recent.span())


def event_in(text: str) -> re.Match[str] | None:
    """Words that look like an event with its relation ("before the hip operation"), whether or not it is on record."""
    return _LOOSE.search(text.lower()) if text.isascii() else None


def _widened(when: When, words: str) -> When:
    """Two years ago is some time in that calendar year, three weeks ago some day of that week."""
    unit = re.search(r"\b(week|fortnight|month|year|decade)s?\b", words) if when.relation == "at" else None
    if unit is None or when.since is None:
        return when
    span = calendar_unit(when.since, {"fortnight": "week", "decade": "year"}.get(unit[1], unit[1]))
    return replace(when, since=span.first, until=span.last)


@dataclass(frozen=True)
class _Events:
    """The events of one patient's facts, as words may name them."""

    facts: Sequence[Fact]
    on: date

    @cached_property
    def usual(self) -> PatientEvents:
        return PatientEvents(self.facts, self.on)

    @cached_property
    def lexicon(self) -> Lexicon:
        return Lexicon(Entries.of(self.facts, patient=None, on=self.on))

    def at(self, text: str, place: int) -> tuple[Span, int] | None:
        """The event that the words from here on name, and where they end; the longest of several readings."""
        return max(
            (found for found in self._readings(text, place) if found),
            key=lambda found: found[1],
            default=None,
        )

    def _readings(self, text: str, place: int) -> Iterator[tuple[Span, int] | None]:
        yield self.usual.usual(text, place)
        yield self.named(text, place)
        yield self.operated(text, place)

    def operated(self, text: str, place: int) -> tuple[Span, int] | None:
        """A procedure on record that is named in part: the knee replacement, where it says Total knee replacement."""
        lead = _NAMED.match(text, place)
        run = _run(text, lead.end() if lead else place)
        for count in range(len(run), 0, -1):
            said = frozenset(singular(word[0]) for word in run[:count])
            found = [fact for fact, own, acts in self.procedure_names if _is_called(said, own, acts)]
            if found:
                end = run[count - 1].end()
                last = _LATEST.search(text, place, end) is not None
                return _day_of(found[-1 if last else 0]), end
        return None

    @cached_property
    def procedures(self) -> list[Fact]:
        """Every procedure that was done by today, in order of time."""
        return PatientEvents([fact for fact in self.facts if fact.kind == "procedure"], self.on).begun

    @cached_property
    def procedure_names(self) -> list[tuple[Fact, frozenset[str], frozenset[str]]]:
        """With the words of their names, and those that say what was done."""
        return [(fact, *_name_of(fact.concept.text)) for fact in self.procedures]

    def in_chinese(self, text: str) -> TimeWindow | None:
        """Before or after the operation, or the one that is named."""
        found = _CHINESE.search(text)
        if found is None:
            return None
        name = f"{found['name']}术"
        named = next(
            (f for f in self.procedures if f.concept.text.strip() and name.endswith(f.concept.text)), None
        )
        length = len(named.concept.text) if named else len("手术") if name.endswith("手术") else 1
        span = _day_of(named) if named else self._last_operation if length == 2 or name == "术" else None
        if span is None:
            return None
        start = found.start() + len(name) - length
        words = text[start : found.end()]
        if found["side"] == "前":
            return TimeWindow(None, span.first - timedelta(days=1), words, start, found.end(), span.because)
        return TimeWindow(span.last + timedelta(days=1), None, words, start, found.end(), span.because)

    @property
    def _last_operation(self) -> Span | None:
        said = self.usual.usual("operation", 0)
        chinese = [_day_of(fact) for fact in self.procedures if "术" in fact.concept.text]
        return max((*chinese[-1:], *(said[:1] if said else ())), key=lambda span: span.first, default=None)

    def named(self, text: str, place: int) -> tuple[Span, int] | None:
        """An event that is called by the name of a thing in the record: metformin, the stroke."""
        lead = _NAMED.match(text, place)
        start = lead.end() if lead else place
        if not re.match(r"[a-z]", text[start:]):
            return None
        found = next(((s, e, m) for s, e, m in self.lexicon.mentions(text) if s == start), None)
        if found is None:
            return None
        _, end, mention = found
        trail = _AFTER_NAME.match(text, end)
        end = trail.end() if trail else end
        words = text[place:end]
        entry, entries = self._entry(mention, words)
        if entry is None:
            return None
        lasting = _WHILE.search(text, 0, place) is not None
        return self._span_of(entry, entries, words, lasting), end

    def _entry(self, mention: Mention, words: str) -> tuple[Entry | None, Sequence[Entry]]:
        for kind in sorted(mention.things, key=_event_order):
            entries = [
                e for e in self.lexicon.entries.meant(mention.things[kind]) if e.first and e.first <= self.on
            ]
            if entries:
                return entries[-1 if _LATEST.search(words) else 0], entries
        return None, ()

    def _span_of(self, entry: Entry, entries: Sequence[Entry], words: str, lasting: bool) -> Span:
        """The day on which it began, or ended where that is said; from one to the other in "while she took it"."""
        assert entry.first is not None
        assert entry.last is not None
        if _STOPPED.search(words):
            ended = [e for e in entries if e.end is not None]
            if ended and ended[-1].end is not None:
                first, last = days_of(ended[-1].end)
                return Span(first, last, because=ended[-1].facts[0])
        if lasting and (entry.end is not None or entry.standing) and entry.kind in ("problem", "drug"):
            end = days_of(entry.end)[1] if entry.end else self.on
            return Span(entry.first, max(end, entry.last), because=entry.facts[0])
        return Span(entry.first, entry.last, because=entry.facts[0])


def _event_order(kind: str) -> int:
    """Of several kinds that share a name, what happens before what is measured."""
    order = ("problem", "drug", "procedure", "immunization", "visit", "allergy", "result")
    return order.index(kind) if kind in KINDS else len(order)


def _run(text: str, start: int) -> list[re.Match[str]]:
    """The words that stand next to each other from a place on."""
    found: list[re.Match[str]] = []
    while len(found) < _MOST_WORDS and (word := _WORD.match(text, start)):
        found.append(word)
        start = word.end() + 1
        if text[word.end() : start] not in (" ", "-"):
            break
    return found


def _is_called(said: frozenset[str], own: frozenset[str], acts: frozenset[str]) -> bool:
    """Whether words name a procedure: all are its own, and one of them says what was done ("knee surgery" says it too)."""
    plain = said & _OPERATION
    if not (said - plain) or not said - plain <= own:
        return False
    return bool(plain) or not said.isdisjoint(acts)


def _name_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a procedure's name, and those that say what was done: "replacement", "appendectomy"."""
    name = re.sub(r"\([^()]*\)$", "", text.lower()).strip()
    head = re.split(r" (?:of|in|on|by|with|for|to|from|using) |[,;(]", name, maxsplit=1)[0]
    words = [singular(word) for word in _WORD.findall(name)]
    acts = {singular(word) for word in _WORD.findall(head)[-1:]}
    return frozenset(words), frozenset(acts | {word for word in words if _ACT.search(word)})


def _day_of(fact: Fact) -> Span:
    assert fact.valid_from is not None
    first, last = days_of(fact.valid_from)
    return Span(first, last, because=fact.id)
