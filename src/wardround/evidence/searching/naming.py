"""The knowledge base's names as a searcher uses them: which things a question names, and what else each is called.

Whole words, longest name first. Short names in capitals (`PE`, `Ca`) are meant only where they are written so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from wardround.evidence.searching.abbreviations import SHORT_FOR
from wardround.search import placed_words, words

if TYPE_CHECKING:
    from wardround.knowledge import KnowledgeBase

_SHORT: Final = 4
"""Names of so few letters, all capitals or with one first, are taken at their letters."""
_LONGEST: Final = 8
"""Words of the longest name that is looked for."""
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that a text names: `text[start:end]`, and the ids of the knowledge base that it may mean."""

    start: int
    end: int
    text: str
    ids: tuple[str, ...]
    first: int
    """Which of the text's words is its first, and behind which it ends."""
    last: int


@dataclass(frozen=True, slots=True)
class Naming:
    """Names to ids and back. `exact` are names that count only as they are written."""

    ids: Mapping[Words, tuple[str, ...]]
    exact: Mapping[str, tuple[str, ...]]
    names: Mapping[str, tuple[str, ...]]
    """By id, its own first."""
    members: Mapping[str, tuple[str, ...]] = field(repr=False)
    """The drugs of each class."""

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """What the text names, in order; nothing twice at one place."""
        placed = placed_words(text)
        found: list[Mention] = []
        at = 0
        while at < len(placed):
            mention = self._longest(text, placed, at)
            if mention is None:
                at += 1
            else:
                found.append(mention)
                at = mention.last
        return tuple(found)

    def _longest(self, text: str, placed: Sequence[tuple[int, int, str]], at: int) -> Mention | None:
        for end in range(min(at + _LONGEST, len(placed)), at, -1):
            start_char, end_char = placed[at][0], placed[end - 1][1]
            written = text[start_char:end_char]
            ids = self.exact.get(written) or self.ids.get(tuple(word for _, _, word in placed[at:end]))
            if ids:
                return Mention(start_char, end_char, written, ids, at, end)
        return None

    def other_names(self, ids: Iterable[str]) -> tuple[str, ...]:
        """What these are called, each name once."""
        return tuple(dict.fromkeys(name for one in ids for name in self.names.get(one, ())))


@lru_cache(maxsize=4)
def naming(knowledge: KnowledgeBase) -> Naming:
    """The names of one version of the base, made once."""
    names: dict[str, list[str]] = defaultdict(list)
    for entity, name in _entries(knowledge):
        if name and name not in names[entity]:
            names[entity].append(name)
    _abbreviate(names)
    ids: dict[Words, list[str]] = defaultdict(list)
    exact: dict[str, list[str]] = defaultdict(list)
    for entity, called in names.items():
        for name in called:
            if _is_short(name):
                exact[name].append(entity)
            elif key := tuple(word for _, _, word in placed_words(name)):
                ids[key].append(entity)
    return Naming(
        {key: tuple(dict.fromkeys(of)) for key, of in ids.items()},
        {key: tuple(dict.fromkeys(of)) for key, of in exact.items()},
        {entity: tuple(called) for entity, called in names.items()},
        {one: knowledge.members(one) for one in knowledge.classes},
    )


def _abbreviate(names: dict[str, list[str]]) -> None:
    """Each abbreviation joins the things that have its long name; without one it is a thing of its own."""
    wanted = {tuple(words(long)) for long in SHORT_FOR.values()}
    holders: dict[Words, list[str]] = defaultdict(list)
    for entity, called in names.items():
        for name in called:
            if (key := tuple(words(name))) in wanted:
                holders[key].append(entity)
    for short, long in SHORT_FOR.items():
        for entity in dict.fromkeys(holders[tuple(words(long))]) or (f"term.{short}",):
            names[entity].extend(name for name in (long, short) if name not in names[entity])


def _is_short(name: str) -> bool:
    return len(name) <= _SHORT and name[:1].isupper() and name.isascii()


def _entries(knowledge: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """Id and name, pair by pair; an entity's own name first."""
    for condition in knowledge.conditions.values():
        yield from (
            (condition.id, name) for name in (condition.name, condition.lay_name, *condition.synonyms)
        )
    for alternative in knowledge.alternatives.values():
        yield from ((alternative.id, name) for name in (alternative.name, *alternative.synonyms))
    for drug in knowledge.drugs.values():
        yield from ((drug.id, name) for name in (drug.name, *drug.synonyms))
    for group in knowledge.classes.values():
        yield from ((group.id, name) for name in (group.name, *group.synonyms))
    for test in knowledge.tests.values():
        yield from ((test.id, name) for name in (test.name, *test.synonyms))
    for analyte in knowledge.analytes.values():
        yield from ((analyte.id, name) for name in (analyte.name, *analyte.synonyms))
    for finding in knowledge.findings.values():
        yield from ((finding.id, name) for name in (finding.name, *finding.clinical))
