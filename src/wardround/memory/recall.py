"""Recall: by structure, by time, by words and by meaning, fused. Every item says why it was found and where it is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from wardround.clinical import Coding, Fact, FactKind
from wardround.knowledge import Sensitivity
from wardround.memory.disclosure import Disclosure, Withheld, withheld_of
from wardround.memory.errors import NotUnderstood, RememberingError
from wardround.memory.recall_discretion import Discretion
from wardround.memory.recall_index import Index, Sense
from wardround.memory.recall_query import Wanted, understood
from wardround.memory.recall_score import Looking, Recalled
from wardround.memory.sensitivity import marks_of
from wardround.memory.time_words import TimeWindow, event_in, windows
from wardround.memory.vocabulary import Vocabulary

LONGEST_QUERY = 2_000
MOST = 1_000


@dataclass(frozen=True)
class Recollection:
    """What was found, best first; how it was understood; and how much was found and is withheld."""

    query: str
    items: tuple[Recalled, ...] = ()
    since: date | None = None
    until: date | None = None
    when: str = ""
    """The words of time that were understood."""
    entries: tuple[str, ...] = ()
    kinds: tuple[FactKind, ...] = ()
    found: int = 0
    """How many were found, shown or beyond k."""
    withheld: Withheld = field(default_factory=Withheld)
    note: str = ""
    """What of the question was not understood."""

    def __iter__(self) -> Iterator[Recalled]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts, best first."""
        return tuple(item.fact for item in self.items)

    @property
    def causes(self) -> tuple[tuple[str, str], ...]:
        """The events that everything found was learnt in, each once."""
        return tuple(dict.fromkeys(cause for item in self.items for cause in item.causes))


@dataclass(frozen=True, slots=True)
class Limits:
    """What is looked among. `codes` are (system, code), codings, bare codes or entries of the knowledge base."""

    kinds: frozenset[FactKind] = frozenset()
    codes: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    history: bool = False
    k: int = 12

    @classmethod
    def of(
        cls,
        kinds: Collection[FactKind] | None,
        codes: Collection[str | tuple[str, str] | Coding] | None,
        since: date | None,
        until: date | None,
        history: bool,
        k: int,
    ) -> Limits:
        """Checked. Raises RememberingError that names what is wrong."""
        if not 1 <= k <= MOST:
            raise RememberingError(f"k: {k} is not between 1 and {MOST}. Ask for fewer, or by kind and time.")
        if since is not None and until is not None and since > until:
            raise RememberingError(f"since, until: {since} is after {until}. Turn them round.")
        return cls(frozenset(kinds or ()), frozenset(map(_code, codes or ())), since, until, history, k)


def _code(code: str | tuple[str, str] | Coding) -> str:
    if isinstance(code, Coding):
        return f"{code.system}|{code.code}"
    return code if isinstance(code, str) else f"{code[0]}|{code[1]}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read: its time apart from what is wanted. `note`: what of it was not understood."""

    query: str
    wanted: Wanted
    window: TimeWindow | None = None
    note: str = ""


def read_question(
    query: str,
    facts: Callable[[], Sequence[Fact]],
    on: date,
    born: Callable[[], date | None],
    words: Vocabulary,
) -> Asked:
    """What a question means to a patient of whom these facts are told."""
    if len(query) > LONGEST_QUERY:
        raise RememberingError(f"query: {len(query)} characters. Ask in at most {LONGEST_QUERY}.")
    window, note = _window(query, facts, on, born)
    if window is None and not note and (loose := event_in(query)) is not None:
        note = f"'{loose[0]}': nothing that may be seen on record says when that was, so no time was limited."
        without = understood(f"{query[: loose.start()]} {query[loose.end() :]}", words)
        if without.alone:
            return Asked(query, without, None, note)
    return Asked(query, understood(_without_time(query, window), words), window, note)


def recall_from(
    index: Index, asked: Asked, limits: Limits, to: Disclosure, sense: Sense | None = None
) -> Recollection:
    """What one reader finds."""
    query, wanted, window = asked.query, asked.wanted, asked.window
    since, until = _span(limits, window)
    _, shown, hidden = index.seen_by(to, history=limits.history)
    looking = Looking(wanted, limits.kinds, limits.codes, since, until, sense)
    discreet = replace(looking, discretion=Discretion.of(query, to.hidden, index.vocabulary))
    found = (discreet if to.hidden else looking).among(shown)
    kept_back = looking.among(hidden) if hidden.statements else []
    return Recollection(
        query=query,
        items=tuple(found[: limits.k]),
        since=since,
        until=until,
        when=window.words if window is not None else "",
        entries=tuple(sorted(wanted.entries)),
        kinds=tuple(sorted(wanted.kinds)),
        found=len(found),
        withheld=_withheld(kept_back, to, index),
        note=asked.note,
    )


def _window(
    query: str, facts: Callable[[], Sequence[Fact]], on: date, born: Callable[[], date | None]
) -> tuple[TimeWindow | None, str]:
    """The time that a question means. A date that can be read two ways limits nothing, and the answer says so."""
    if not query:
        return None, ""
    try:
        return windows(query, facts(), on=on, born=born), ""
    except NotUnderstood as error:
        return None, str(error)


def _without_time(query: str, window: TimeWindow | None) -> str:
    """The question without its words of time: "before the operation" does not ask for operations."""
    return query if window is None else f"{query[: window.start]} {query[window.end :]}"


def _span(limits: Limits, window: TimeWindow | None) -> tuple[date | None, date | None]:
    """The narrower of what was said in words and what was set."""
    if window is None:
        return limits.since, limits.until
    sinces = [d for d in (limits.since, window.since) if d is not None]
    untils = [d for d in (limits.until, window.until) if d is not None]
    return max(sinces, default=None), min(untils, default=None)


def _withheld(kept_back: Iterable[Recalled], to: Disclosure, index: Index) -> Withheld:
    counts: Counter[Sensitivity] = Counter()
    for item in kept_back:
        facts = (item.fact, *item.statement.facts)
        marks = frozenset().union(*(marks_of(f, index.vocabulary).all for f in facts))
        counts.update(marks & to.hidden)
    return withheld_of(counts)
