"""One patient's statements as of a day, made ready to be searched by one kind of reader: who may not see cannot find."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

from wardround.clinical import Fact, FactSource, Quantity
from wardround.memory.disclosure import Disclosed, Disclosure, disclosed, fact_for
from wardround.memory.recall_query import CJK
from wardround.memory.sensitivity import Categories
from wardround.memory.timeline import Statement
from wardround.memory.views.entries import quantity_words
from wardround.memory.vocabulary import Meaning, Vocabulary
from wardround.search import Embedder, Ranker, Reading, Weights, WordIndex, words


@dataclass
class Sense:
    """An embedder, and what it has read of this patient's facts: `kept` before, `new` now, each by the fact's id."""

    embedder: Embedder
    kept: Mapping[str, bytes]
    new: dict[str, bytes] = field(default_factory=dict)

    def reading(self, facts: Sequence[Fact], cut: Collection[str], texts: Sequence[str]) -> Reading:
        """The vectors of the facts' own words. What was cut for a reader is read as it was cut, and not kept."""
        known = [None if fact.id in cut else self._known(fact.id) for fact in facts]
        lacking = [place for place, one in enumerate(known) if one is None]
        fresh = self.embedder.read([texts[place] for place in lacking])
        for place, one in zip(lacking, fresh.packed(), strict=True):
            known[place] = one
            if facts[place].id not in cut:
                self.new[facts[place].id] = one
        return Reading.unpacked([one or b"" for one in known], fresh.sentences.shape[1])

    def _known(self, fact: str) -> bytes | None:
        return self.new.get(fact) or self.kept.get(fact)


@dataclass
class Searchable:
    """Statements that one reader may see, ready to be searched. `pasts`: which no longer stand, and why, by fact;
    `cut`: facts whose words are not all there."""

    statements: tuple[Statement, ...]
    vocabulary: Vocabulary
    pasts: Mapping[str, str]
    cut: frozenset[str] = frozenset()

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        """What each is in the knowledge base's terms."""
        return tuple(self.vocabulary.meaning(s.fact) for s in self.statements)

    @cached_property
    def _words(self) -> WordIndex:
        return WordIndex([words_said(s.fact) for s in self.statements])

    @cached_property
    def _meaning(self) -> dict[str, Ranker]:
        return {}

    def by_words(self, query: str) -> dict[int, float]:
        """How well the statements' own words answer, as a share of what the question's words could give, by place."""
        asked = _at_least_two_signs(words(query))
        most = self._words.most(asked)
        if not most:
            return {}
        scores = self._words.scores(asked) / most
        return {int(place): float(scores[place]) for place in scores.nonzero()[0]}

    def by_meaning(self, query: str, sense: Sense) -> dict[int, float]:
        """How near the statements' own words come to the question, 0 to 1, by place."""
        if not self.statements:
            return {}
        ranker = self._meaning.get(sense.embedder.name)
        if ranker is None:
            facts = [s.fact for s in self.statements]
            texts = [" ".join(own_words(fact)) for fact in facts]
            vectors = sense.reading(facts, self.cut, texts)
            weights = Weights(words=0.0, meaning=0.5, whole=0.5)
            ranker = Ranker(texts, vectors=vectors, embedder=sense.embedder, weights=weights)
            self._meaning[sense.embedder.name] = ranker
        return {hit.place: hit.score for hit in ranker.rank(query, k=len(self.statements))}


@dataclass
class Index:
    """What one patient's memory holds as of a day (of a long record, what one question may be about)."""

    facts: tuple[Fact, ...]
    statements: tuple[Statement, ...]
    vocabulary: Vocabulary
    on: date
    birth: Callable[[], date | None] = lambda: None
    told: tuple[Fact, ...] = ()
    """Everything that was ever recorded, where `facts` are a part of it."""
    _told: dict[Categories, list[Fact]] = field(default_factory=dict)
    _for: dict[tuple[Categories, bool, bool], tuple[Disclosed, Searchable, Searchable]] = field(
        default_factory=dict
    )

    def seen_by(self, to: Disclosure, *, history: bool) -> tuple[Disclosed, Searchable, Searchable]:
        """What this reader may see, ready to be searched; and what is kept from them, to be counted."""
        key = (to.open, to.need.drugs, history)
        made = self._for.get(key)
        if made is None:
            everything = self._with_past if history else [(s, "") for s in self._standing]
            pasts = {s.fact.id: past for s, past in everything if past}
            seen = disclosed([s for s, _ in everything], to, self.vocabulary)
            made = (seen, self._searchable(seen.shown, pasts), self._searchable(seen.hidden, pasts))
            self._for[key] = made
        return made

    @cached_property
    def born(self) -> date | None:
        """The day of birth, looked up when words of age are said."""
        return self.birth()

    def facts_for(self, to: Disclosure) -> Sequence[Fact]:
        """The facts that words of time may lean on: a date that is withheld must not come out as a window."""
        told = self.told or self.facts
        if not to.hidden:
            return told
        seen = self._told.get(to.open)
        if seen is None:
            left = (fact_for(fact, to, self.vocabulary) for fact in told)
            seen = self._told[to.open] = [fact for fact in left if fact is not None]
        return seen

    def also_seen(self, others: Sequence[Statement], to: Disclosure) -> tuple[Statement, ...]:
        """What this reader may see of other statements."""
        return disclosed(others, to, self.vocabulary).shown

    def _searchable(self, shown: Sequence[Statement], pasts: Mapping[str, str]) -> Searchable:
        whole = {id(s) for s in self.statements}
        cut = frozenset(s.fact.id for s in shown if id(s) not in whole and s.fact.id not in pasts)
        return Searchable(tuple(shown), self.vocabulary, pasts, cut)

    @cached_property
    def _standing(self) -> list[Statement]:
        return [s for s in self.statements if s.fact.status != "refuted" and s.fact.kind != "settlement"]

    @cached_property
    def _with_past(self) -> list[tuple[Statement, str]]:
        """Everything, with why it no longer stands."""
        standing = [(s, "refuted" if s.fact.status == "refuted" else "") for s in self.statements]
        shown = {f.id for s in self.statements for f in s.facts}
        recorded = [f for f in self.facts if f.recorded.date() <= self.on]
        by = {f.supersedes: f for f in recorded if f.supersedes}
        past = [
            (Statement(f, (f,)), _why_past(f, by.get(f.id)))
            for f in recorded
            if f.id not in shown and f.status != "entered-in-error"
        ]
        return [*standing, *past]


def _why_past(fact: Fact, by: Fact | None) -> str:
    if by is None:
        return "replaced by a later account"
    if by.status == "entered-in-error":
        return f"retracted on {by.recorded.date().isoformat()}"
    return f"superseded on {by.recorded.date().isoformat()} by {by.id}"


def _at_least_two_signs(asked: list[str]) -> list[str]:
    """Chinese, Japanese and Korean by pairs of signs, where the question has a pair: one sign alone ("illness") is
    shared by what has nothing else in common."""
    if not any(len(word) == 2 and CJK.match(word) for word in asked):
        return asked
    return [word for word in asked if len(word) > 1 or not CJK.match(word)]


def keys_of(statement: Statement, meaning: Meaning) -> frozenset[str]:
    """Every name under which a statement is found as itself: entries, codes, visits, documents, resources, facts."""
    facts = statement.facts
    codes = (code for f in facts for c in f.concept.codings for code in (c.code, f"{c.system}|{c.code}"))
    named = (name for f in facts for name in (f.id, _where(f.source)))
    return frozenset((*meaning.slugs, *meaning.wider, *codes, *named))


def _where(source: FactSource) -> str:
    """The visit, else the document or the resource."""
    return source.encounter or source.reference if source.kind == "event" else source.reference


def own_words(fact: Fact) -> tuple[str, ...]:
    """What a fact itself says, part by part."""
    value = fact.value
    said = quantity_words(value) if isinstance(value, Quantity) else value if isinstance(value, str) else ""
    displays = (c.display for c in fact.concept.codings if c.display and c.display != fact.concept.text)
    return tuple(part for part in (fact.concept.text, *displays, fact.detail, said) if part)


def words_said(fact: Fact) -> tuple[str, ...]:
    """The words of what a fact says. Records repeat their parts, so each is read once."""
    return tuple(word for part in own_words(fact) for word in _words_of(part))


@lru_cache(maxsize=65_536)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(words(text))
