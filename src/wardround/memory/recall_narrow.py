"""Long records: what a question can be about at all is picked first, by the store's index of words and by what facts mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from wardround.clinical import Fact
from wardround.memory.recall_index import Index, keys_of
from wardround.memory.recall_query import Wanted, overlap
from wardround.memory.timeline import Naming, Statement, known_on, statements
from wardround.memory.views.entries import began
from wardround.memory.vocabulary import Meaning, Vocabulary

LONG = 4_000
"""A record of more facts than this is narrowed to the question before it is ranked."""
MOST_CANDIDATES = 1_500
"""So many facts are looked at closely: the newest, where more could be meant."""


def narrowed(
    facts: tuple[Fact, ...],
    wanted: Wanted,
    on: date,
    vocabulary: Vocabulary,
    *,
    by_words: Callable[[Sequence[str], int], Sequence[str]],
    naming: Naming | None,
    birth: Callable[[], date | None],
    codes: frozenset[str] = frozenset(),
    kinds: frozenset[str] = frozenset(),
) -> Index:
    """An index of what a question may be about. `by_words` gives the ids of facts that hold any of some words."""
    said = frozenset(by_words(wanted.terms, MOST_CANDIDATES)) if wanted.terms else frozenset()
    chosen = [f for f in _meant(facts, wanted, vocabulary, codes, kinds, said) if f.recorded.date() <= on]
    chosen = sorted(chosen, key=began)[-MOST_CANDIDATES:]
    ids = {f.id for f in chosen}
    standing = {f.id for f in known_on(facts, on)}
    looked_at = tuple(_with_history([f for f in facts if f.id in ids], facts))
    gone = {f.id for f in looked_at} - standing
    found = [s for s in statements(looked_at, on, naming) if s.fact.id not in gone]
    return Index(looked_at, tuple(found), vocabulary, on, birth, told=facts)


def _meant(
    facts: Sequence[Fact],
    wanted: Wanted,
    vocabulary: Vocabulary,
    codes: frozenset[str],
    kinds: frozenset[str],
    said: frozenset[str],
) -> Iterator[Fact]:
    """Facts that a question may be about: every meaning is weighed once."""
    answers: dict[int, bool] = {}
    for fact in facts:
        if kinds and fact.kind not in kinds:
            continue
        meaning = vocabulary.meaning(fact)
        if codes and codes.isdisjoint(keys_of(Statement(fact, (fact,)), meaning)):
            continue
        if wanted.empty or fact.id in said or (wanted.alone and fact.kind in wanted.kinds):
            yield fact
            continue
        known = answers.get(id(meaning))
        if known is None:
            known = answers[id(meaning)] = _answers(meaning, wanted)
        if known or (wanted.names and wanted.names & keys_of(Statement(fact, (fact,)), meaning)):
            yield fact


def _answers(meaning: Meaning, wanted: Wanted) -> bool:
    if not wanted.entries.isdisjoint((*meaning.slugs, *meaning.wider)):
        return True
    return overlap(wanted.terms, (*meaning.names, *meaning.uses))[0] > 0


def _with_history(chosen: Sequence[Fact], facts: Sequence[Fact]) -> Iterator[Fact]:
    """The chosen facts, with what they corrected and what corrected them, in the order of writing."""
    by_id = {f.id: f for f in facts}
    later: dict[str, list[str]] = {}
    for fact in facts:
        if fact.supersedes:
            later.setdefault(fact.supersedes, []).append(fact.id)
    wanted: set[str] = set()
    todo = [f.id for f in chosen]
    while todo:
        one = todo.pop()
        if one in wanted or one not in by_id:
            continue
        wanted.add(one)
        before = by_id[one].supersedes
        todo += [*([before] if before else []), *later.get(one, ())]
    yield from (f for f in facts if f.id in wanted)
