"""The library: passages that a question finds, best first, each with the spans that met it and what made its score.

Words alone unless an embedder is given, so that the same question finds the same passages on every machine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wardround.evidence.documents import Found, Layer, Passage
from wardround.evidence.errors import EvidenceError
from wardround.evidence.searching.facets import Kinds, Limits
from wardround.evidence.searching.highlighting import highlights
from wardround.evidence.searching.naming import naming
from wardround.evidence.searching.pico import Pico, taken_apart
from wardround.evidence.searching.populations import populations
from wardround.evidence.searching.preferring import Taste, preferences
from wardround.evidence.searching.relevance import ALONE, FUSED, VECTORS, ByMeaning, ByWords
from wardround.evidence.searching.wanting import Asked, asked
from wardround.search import Embedder

if TYPE_CHECKING:
    from wardround.knowledge import KnowledgeBase

POOL: Final = 200
"""So many passages, the most relevant by words and as many by meaning, are weighed by preference."""
DIGITS: Final = 6
KEPT_IN: Final = "evidence.index"
"""The folder of index and vectors, in the store's."""
Parts = tuple[tuple[str, float], ...]


class Library:
    """Of passages that do not change; reading for any number at once."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        passages: Iterable[Passage],
        *,
        folder: Path | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """`folder`: where index and vectors are kept; in memory otherwise. With an `embedder` meaning counts too."""
        self._naming = naming(knowledge)
        self._by_id: dict[str, Passage] = {}
        for passage in passages:
            if self._by_id.setdefault(passage.id, passage) is not passage:
                raise EvidenceError(f"passage {passage.id}: there are two of this id. Give each its own.")
        self._kinds = Kinds(self._by_id.values())
        self._newest = max((p.document.year for p in self._by_id.values() if p.document.year), default=None)
        self._corpora = frozenset(p.document.corpus for p in self._by_id.values())
        self._words = ByWords(self._by_id.values(), self._kinds, folder)
        self._meaning = (
            None
            if embedder is None
            else ByMeaning(tuple(self._by_id.values()), self._kinds, embedder, folder)
        )

    @classmethod
    def builtin(cls, knowledge: KnowledgeBase) -> Library:
        """The built-in guidance alone, by words; made once for each version of the base."""
        return _builtin(knowledge)

    @classmethod
    def open(cls, knowledge: KnowledgeBase, folder: Path, *, embedder: Embedder | None = None) -> Library:
        """The built-in guidance, and what was taken into the store in `folder`, where the index is kept too."""
        from wardround.evidence.builtin import builtin_passages
        from wardround.evidence.store import EvidenceStore

        with EvidenceStore(folder) as store:
            passages = [*builtin_passages(knowledge, store.standing()), *store.passages()]
        kept = folder / KEPT_IN if folder.is_dir() else None
        return cls(knowledge, passages, folder=kept, embedder=embedder)

    def __len__(self) -> int:
        return len(self._by_id)

    def passages(self) -> Iterable[Passage]:
        """Every passage, in the order in which they came."""
        return self._by_id.values()

    def passage(self, id: str) -> Passage | None:
        """A passage by its id."""
        return self._by_id.get(id)

    def pico(self, question: str) -> Pico:
        """The question taken apart."""
        return taken_apart(question, self._naming.mentions(question))

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        layers: Collection[Layer | str] | None = None,
        years: tuple[int | None, int | None] | None = None,
        jurisdiction: str | None = None,
        population: str | None = None,
        corpora: Collection[str] | None = None,
        include_retracted: bool = False,
        about: Collection[str] = (),
    ) -> tuple[Found, ...]:
        """The best passages, those that are retracted last. What shares nothing with the question is not found.

        `jurisdiction` and `population` leave out what cannot hold there or for them, and prefer what is theirs.
        `about`: ids of the knowledge base that the passage should speak of. Raises EvidenceError.
        """
        if limit < 1:
            raise EvidenceError(f"limit: {limit} passages cannot be found. Ask for 1 or more.")
        limits = Limits.of(layers, years, jurisdiction, population, corpora, include_retracted)
        self._has(limits)
        mentions = self._naming.mentions(question)
        wanted = asked(question, self._naming, mentions)
        pico = taken_apart(question, mentions)
        groups = populations(population) | pico.groups
        taste = Taste(pico.need, groups, limits.jurisdiction, frozenset(about), self._newest)
        relevant = self._relevant(question, wanted, limits, max(limit, POOL))
        scored = [_scored(passage, parts, taste) for passage, parts in relevant]
        scored.sort(key=lambda one: (one[1].document.retracted, -one[0], one[1].id))
        return tuple(
            Found(passage, score, highlights(passage.text, wanted.all), why)
            for score, passage, why in scored[:limit]
            if score > 0
        )

    def _has(self, limits: Limits) -> None:
        missing = (limits.corpora or frozenset()) - self._corpora
        if missing:
            raise EvidenceError(
                f"corpora: there is no {', '.join(sorted(missing))!r:.80}. There are {', '.join(sorted(self._corpora))}."
            )

    def _relevant(
        self, question: str, wanted: Asked, limits: Limits, pool: int
    ) -> Iterator[tuple[Passage, Parts]]:
        """What each part of relevance gives each passage, weighed: those that are best by words or by meaning."""
        by_words = self._words.found(wanted, self._kinds.allowed(limits), pool)
        if self._meaning is None:
            for passage, words, things in by_words.values():
                yield passage, (("words", ALONE.words * words), ("things", ALONE.things * things))
            return
        near = self._meaning.found(question, limits, pool, by_words)
        for name in {**near, **by_words}:
            _, words, things = by_words.get(name, (None, 0.0, 0.0))
            yield (
                self._by_id[name],
                (
                    ("words", FUSED.words * words),
                    ("things", FUSED.things * things),
                    ("meaning", FUSED.meaning * near.get(name, 0.0)),
                ),
            )


def _scored(passage: Passage, parts: Parts, taste: Taste) -> tuple[float, Passage, Parts]:
    relevance = sum(share for _, share in parts)
    why = (*parts, *((name, relevance * share) for name, share in preferences(passage, taste)))
    rounded = tuple((name, round(share, DIGITS)) for name, share in why if share)
    return round(sum(share for _, share in why), DIGITS), passage, rounded


def keeps_vectors(folder: Path) -> bool:
    """Whether a store keeps vectors of what it holds, so that meaning costs little."""
    return (folder / KEPT_IN / VECTORS).is_dir()


@lru_cache(maxsize=4)
def _builtin(knowledge: KnowledgeBase) -> Library:
    from wardround.evidence.builtin import builtin_passages

    return Library(knowledge, builtin_passages(knowledge))
