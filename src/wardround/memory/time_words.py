"""Words of time in a question, resolved against the patient's own facts: before the operation, since the dose was raised.

`windows` gives the days that are meant and the fact that says when. What is meant by which words:

- "the operation": the latest surgical procedure until today; "the procedure": the latest of any; "the first operation": the first;
- "the pregnancy", "in hospital", "the admission": from its start to its end, the latest one;
- "the dose was raised" (lowered, changed): the latest such change, of the drug named or of any;
- "she started metformin", "metformin was stopped", "the diagnosis of gout", "the stroke": the first time, or the last if so said;
- "last spring": the latest meteorological spring of the northern hemisphere that is over; "recently": three months.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from wardround.clinical import Fact
from wardround.memory.asking.entries import Entries, Entry
from wardround.memory.asking.lexicon import KINDS, Lexicon, Mention
from wardround.memory.calendar_words import Span, Today, calendar_unit, days_of, shifted
from wardround.memory.patient_events import PatientEvents
from wardround.memory.time_relations import When, phrases_of_time

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


def windows(text: str, facts: Sequence[Fact], *, on: date, born: date | None) -> TimeWindow | None:
    """The first words of time in a question, as days; None where it has none.

    Raises NotUnderstood for a date that may be read in two ways, or an age where the birth date is not known.
    """
    low = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    for when in phrases_of_time(low, Today(on, born), _Events(facts, on).at):
        when = _widened(when, low[when.start : when.end])
        return TimeWindow(
            when.since, when.until, text[when.start : when.end], when.start, when.end, when.because
        )
    recent = _RECENT.search(low)
    if recent is None:
        return None
    return TimeWindow(shifted(on, -RECENT_MONTHS), on, recent[0], *recent.span())


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
            (found for found in (self.usual.usual(text, place), self.named(text, place)) if found),
            key=lambda found: found[1],
            default=None,
        )

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
