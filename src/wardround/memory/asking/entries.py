"""What of a patient's facts counts when a question is asked: entries in order of time, and which of them words mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from wardround.clinical import Fact, PartialDate, Patient, Quantity
from wardround.memory.asking.other_names import codes_called
from wardround.memory.asking.question import Thing
from wardround.memory.calendar_words import days_of
from wardround.memory.conflicts import denies_all
from wardround.memory.timeline import standing_on

Code = tuple[str, str]
_KINDS = {
    **{kind: kind for kind in ("result", "problem", "drug", "allergy", "procedure", "immunization")},
    "social": "result",
    "summary": "visit",
}
_ZERO_WIDTH = re.compile("[\u200b-\u200d\ufeff]")
_TAG = re.compile(
    r"\s*\((?:disorder|procedure|finding|situation|morphologic abnormality|regime/therapy|event|qualifier value|substance"
    r"|product)\)\s*$"
)
_TOKEN = re.compile(r"[^\W_]+")
_NEVER = datetime.min.replace(tzinfo=UTC)


@lru_cache(maxsize=8192)
def normalised(text: str) -> str:
    """Lower case, single blanks, no zero-width characters, no tag such as "(disorder)" at the end."""
    plain = " ".join(_ZERO_WIDTH.sub("", text).lower().split())
    return _TAG.sub("", plain) or plain


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """The runs of letters and digits of the normalised text."""
    return tuple(_TOKEN.findall(normalised(text)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the record says, once. `first` and `last` are the days that its start spans, None if undated;
    `said` are the normalised text and displays by which it is known; `facts` the facts that say it."""

    facts: tuple[str, ...]
    kind: str
    text: str
    said: frozenset[str]
    codes: frozenset[Code]
    start: PartialDate | None
    first: date | None
    last: date | None
    moment: datetime | None
    end: PartialDate | None
    standing: bool
    value: Quantity | str | bool | None
    detail: str

    @property
    def day(self) -> str | None:
        """The day as it was written, to the precision that was given."""
        return None if self.start is None else day_of(self.start)

    @property
    def full_day(self) -> date | None:
        """The day, where it is known to the day."""
        return self.first if self.first == self.last else None

    def within(self, since: date | None, until: date | None) -> bool:
        """Whether it lies in a window for sure. What is undated lies in no window that has an end."""
        if since is None and until is None:
            return True
        if self.first is None or self.last is None:
            return False
        return (since is None or self.first >= since) and (until is None or self.last <= until)


def by_moment(entry: Entry) -> datetime:
    """For sorting: undated first."""
    return entry.moment or _NEVER


def day_of(moment: PartialDate) -> str:
    """A date as it was written, cut to the day."""
    return moment.iso()[:10]


def entry_of(fact: Fact) -> Entry | None:
    """What a fact says to whoever asks; None for what is refuted, has no value, or is of no kind that is asked about."""
    kind = _KINDS.get(fact.kind)
    if kind is None or fact.status in ("refuted", "entered-in-error") or denies_all(fact):
        return None
    if kind == "result" and fact.value is None:
        return None
    recorded = PartialDate.of(fact.recorded)
    start = recorded if kind == "allergy" else fact.valid_from
    if start is None and kind == "problem":
        start = recorded
    first, last = days_of(start) if start else (None, None)
    named = (fact.concept.text, *(one.display for one in fact.concept.codings if one.display))
    return Entry(
        facts=(fact.id,),
        kind=kind,
        text=fact.concept.text,
        said=frozenset(normalised(name) for name in named),
        codes=frozenset((one.system, one.code) for one in fact.concept.codings),
        start=start,
        first=first,
        last=last,
        moment=start.earliest() if start else None,
        end=fact.valid_to,
        standing=fact.status == "active",
        value=fact.value,
        detail=fact.detail,
    )


@dataclass(frozen=True)
class Entries:
    """All entries of one patient, as known on a day. Built once for many questions."""

    stored: tuple[Fact, ...] = field(repr=False)
    patient: Patient | None
    on: date
    later: Entries | None = field(default=None, repr=False, compare=False)
    """The same as known today, where this is what was known on an earlier day: names are today's."""
    _known: dict[date, Entries] = field(default_factory=dict, repr=False, compare=False)
    _meant: dict[Thing, tuple[Entry, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, facts: Sequence[Fact], *, patient: Patient | None, on: date) -> Entries:
        """From all facts of the patient in the order of writing, superseded ones as well."""
        return cls(tuple(facts), patient, on)

    def known(self, day: date | None) -> Entries:
        """What was recorded by an earlier day; corrections count from when they came."""
        if day is None or day >= self.on:
            return self
        if day not in self._known:
            self._known[day] = Entries(self.stored, self.patient, day, self.later or self)
        return self._known[day]

    @cached_property
    def _by_kind(self) -> dict[str, tuple[Entry, ...]]:
        once: dict[object, Entry] = {}
        for fact in standing_on(self.stored, self.on):
            entry = entry_of(fact)
            if entry is None:
                continue
            what = (entry.kind, entry.codes or normalised(entry.text), entry.moment, entry.end)
            key = (*what, entry.standing, type(entry.value), entry.value)
            double = once.get(key)
            once[key] = entry if double is None else replace(double, facts=(*double.facts, *entry.facts))
        kinds: dict[str, list[Entry]] = {}
        for entry in once.values():
            kinds.setdefault(entry.kind, []).append(entry)
        return {kind: tuple(sorted(found, key=by_moment)) for kind, found in kinds.items()}

    def all(self, kind: str) -> tuple[Entry, ...]:
        """Every entry of a kind, each once, in order of time, undated first."""
        return self._by_kind.get(kind, ())

    def meant(self, thing: Thing) -> tuple[Entry, ...]:
        """The entries that a code or words mean, in order of time; all of the kind where neither is given."""
        if thing not in self._meant:
            self._meant[thing] = self._resolve(thing)
        return self._meant[thing]

    def _resolve(self, thing: Thing) -> tuple[Entry, ...]:
        entries = self.all(thing.kind)
        if thing.concept is not None:
            return _coded(entries, {thing.concept})
        if thing.words is None:
            return entries
        found = _equal(entries, thing.words) or _called(entries, thing) or _containing(entries, thing)
        if self.later is None:
            return found
        today = {fact for entry in self.later.meant(thing) for fact in entry.facts}
        here = {fact for entry in found for fact in entry.facts}
        return tuple(entry for entry in entries if not (today | here).isdisjoint(entry.facts))

    def names(self, chosen: Iterable[Entry]) -> tuple[str, ...]:
        """The names of the concepts to which these entries belong, in order of the alphabet."""
        return tuple(sorted({self._concepts[entry.facts][1] for entry in chosen}))

    def how_many(self, chosen: Iterable[Entry]) -> int:
        """To how many concepts these entries belong."""
        return len({self._concepts[entry.facts][0] for entry in chosen})

    @cached_property
    def _concepts(self) -> dict[tuple[str, ...], tuple[object, str]]:
        """Of each entry, by its facts: a key of its concept, and the concept's name."""
        made: dict[tuple[str, ...], tuple[object, str]] = {}
        for kind, entries in self._by_kind.items():
            for place, together in enumerate(concepts(entries)):
                name = name_of(together)
                made.update((entry.facts, ((kind, place), name)) for entry in together)
        return made


def _coded(entries: Iterable[Entry], codes: set[Code] | frozenset[Code]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if not codes.isdisjoint(entry.codes))


def _equal(entries: tuple[Entry, ...], words: str) -> tuple[Entry, ...]:
    """Entries of that very name, and those that share a code with one."""
    wanted = normalised(words)
    named = [entry for entry in entries if wanted in entry.said]
    codes = frozenset(code for entry in named for code in entry.codes)
    bare = {entry.facts for entry in named if not entry.codes}
    return tuple(e for e in entries if e.facts in bare or not codes.isdisjoint(e.codes))


def _called(entries: tuple[Entry, ...], thing: Thing) -> tuple[Entry, ...]:
    return _coded(entries, codes_called(thing.kind, normalised(thing.words or "")))


def _containing(entries: tuple[Entry, ...], thing: Thing) -> tuple[Entry, ...]:
    """Entries whose text holds the words next to each other. Never results: `glucose` is not every glucose there is."""
    wanted = tokens(thing.words or "")
    if thing.kind == "result" or not wanted:
        return ()
    return tuple(entry for entry in entries if _holds(tokens(entry.text), wanted))


def _holds(text: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    width = len(wanted)
    return any(text[at : at + width] == wanted for at in range(len(text) - width + 1))


def concepts(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """Entries by concept: those that share a code, or, without codes, the same words."""
    found = list(entries)
    over: dict[object, object] = {}

    def root(key: object) -> object:
        while over.setdefault(key, key) != key:
            key = over[key]
        return key

    for codes in {entry.codes for entry in found}:
        first, *others = sorted(codes) or [("", "")]
        for code in others:
            over[root(code)] = root(first)
    groups: dict[object, list[Entry]] = {}
    for entry in found:
        key = root(min(entry.codes)) if entry.codes else normalised(entry.text)
        groups.setdefault(key, []).append(entry)
    return [tuple(group) for group in groups.values()]


def name_of(entries: Iterable[Entry]) -> str:
    """What the latest of them is called; of several, the first of the alphabet."""
    found = list(entries)
    latest = max(map(by_moment, found))
    return min(entry.text for entry in found if by_moment(entry) == latest)
