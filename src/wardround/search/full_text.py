"""Texts in a tantivy index, in memory or in a folder: found by words, phrases and their synonyms; limited by facets.

The words are those of `search.words`, so that whatever indexes them means the same by a word. BM25 as tantivy has it
(k1 1.2, b 0.75). A text is known by its number: the same number means the same text, title and facets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log1p
from pathlib import Path
from typing import Final

import tantivy

from wardround.search.errors import SearchError
from wardround.search.words import words

BIGGEST_NUMBER: Final = 2**63 - 1
SLOP: Final = 1
"""So many words may stand between those of a phrase."""
_HEAP: Final = 30_000_000
_MOST_OF_ONE: Final = 2.2
"""k1 + 1: what one word can give at most, in units of its idf."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed. `facets` are marks like `layer=review` by which a search can be limited."""

    number: int
    text: str
    title: str = ""
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a question asks for. The best of its forms counts: a run of words, and what it counts."""

    forms: tuple[tuple[tuple[str, ...], float], ...]


class FullText:
    """An index. Writing is for one at a time; reading for any number."""

    def __init__(self, folder: Path | None = None, *, title_counts: float = 0.0) -> None:
        """In `folder`, or in memory. `title_counts`: what a word in the title counts beside the same word in the text.

        Raises SearchError where the folder holds no index of this kind.
        """
        self._title_counts = title_counts
        self._schema = _schema()
        try:
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, None if folder is None else str(folder))
        except (OSError, ValueError) as error:
            raise SearchError(
                f"{folder}: no index of texts can be kept there: {error}. Remove the folder: it is made again."
            ) from error
        blanks = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("whitespace", blanks)
        self._index.reload()
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    @cached_property
    def _everything(self) -> tantivy.Query:
        return tantivy.Query.all_query()

    def numbers(self) -> frozenset[int]:
        """The numbers of the texts that are in it."""
        if not len(self):
            return frozenset()
        hits = self._searcher.search(self._everything, len(self), count=False).hits
        return frozenset(self._numbers([address for _, address in hits]))

    def change(self, new: Iterable[Entry] = (), gone: Collection[int] = ()) -> None:
        """Put in what is new, take out what is gone: all or nothing."""
        try:
            writer = self._index.writer(_HEAP, 1)
            for number in gone:
                writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "number", number))
            for entry in new:
                writer.add_document(_document(entry))
            writer.commit()
            writer.wait_merging_threads()
        except (OSError, ValueError) as error:
            raise SearchError(
                f"the index of texts cannot be written: {error}. Free the folder and repeat."
            ) from error
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(
        self, wanted: Sequence[Wanted], limit: int, *, holding: Sequence[Collection[str]] = ()
    ) -> dict[int, float]:
        """BM25 by number, best first; only texts that hold at least one facet of each group in `holding`."""
        if limit < 1:
            raise SearchError(f"limit: {limit} texts cannot be found. Ask for 1 or more.")
        return self._found([self._query(one) for one in wanted if one.forms], limit, holding)

    def held(
        self, things: Sequence[Wanted], limit: int, *, holding: Sequence[Collection[str]] = ()
    ) -> dict[int, float]:
        """How many of the things each text holds, in any of their forms, however often; those with most first."""
        once = [tantivy.Query.const_score_query(self._query(one), 1.0) for one in things if one.forms]
        return self._found(once, limit, holding)

    def _found(
        self, scoring: Sequence[tantivy.Query], limit: int, holding: Sequence[Collection[str]]
    ) -> dict[int, float]:
        if not scoring or not len(self):
            return {}
        any_of = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in scoring])
        parts = [
            (tantivy.Occur.Must, any_of),
            *((tantivy.Occur.Must, self._holds(group)) for group in holding),
        ]
        hits = self._searcher.search(tantivy.Query.boolean_query(parts), limit, count=False).hits
        numbers = self._numbers([address for _, address in hits])
        return {number: float(score) for number, (score, _) in zip(numbers, hits, strict=True)}

    def among(self, limit: int, *, holding: Sequence[Collection[str]] = ()) -> tuple[int, ...]:
        """Numbers of texts that hold the facets, whatever they say."""
        if not len(self):
            return ()
        parts = [(tantivy.Occur.Must, self._holds(group)) for group in holding]
        query = tantivy.Query.boolean_query(parts) if parts else self._everything
        hits = self._searcher.search(query, limit, count=False).hits
        return tuple(sorted(self._numbers([address for _, address in hits])))

    def most(self, wanted: Sequence[Wanted]) -> float:
        """What no text's score can pass: the best form of each thing, each of its words said without end."""
        counts = 1.0 + self._title_counts
        return counts * sum(
            max((weight * sum(map(self._idf, form)) for form, weight in one.forms), default=0.0)
            for one in wanted
        )

    def _idf(self, word: str) -> float:
        there = self._searcher.doc_freq("text", word)
        return _MOST_OF_ONE * log1p((len(self) - there + 0.5) / (there + 0.5)) if there else 0.0

    def _query(self, wanted: Wanted) -> tantivy.Query:
        forms = [tantivy.Query.boost_query(self._form(form), weight) for form, weight in wanted.forms if form]
        return forms[0] if len(forms) == 1 else tantivy.Query.disjunction_max_query(forms)

    def _form(self, form: tuple[str, ...]) -> tantivy.Query:
        fields = [("text", 1.0), *([("title", self._title_counts)] if self._title_counts else [])]
        found = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._run(field, form), counts))
            for field, counts in fields
        ]
        return tantivy.Query.boolean_query(found)

    def _run(self, field: str, form: tuple[str, ...]) -> tantivy.Query:
        if len(form) == 1:
            return tantivy.Query.term_query(self._schema, field, form[0], index_option="freq")
        return tantivy.Query.phrase_query(self._schema, field, list(form), SLOP)

    def _holds(self, facets: Collection[str]) -> tantivy.Query:
        one_of = tantivy.Query.term_set_query(self._schema, "facet", sorted(facets))
        return tantivy.Query.const_score_query(one_of, 0.0)

    def _numbers(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        found = self._searcher.fast_field_values("number", addresses) if addresses else []
        return [int(number) for number in found if number is not None]


def plainly(question: str) -> tuple[Wanted, ...]:
    """Every word of a question by itself, nothing added; a word said twice counts twice."""
    return tuple(Wanted((((word,), 1.0),)) for word in words(question))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="whitespace")
    builder.add_text_field("title", tokenizer_name="whitespace")
    builder.add_text_field("facet", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(entry: Entry) -> tantivy.Document:
    if not 0 <= entry.number <= BIGGEST_NUMBER:
        raise SearchError(f"entry {entry.number}: no number from 0 to {BIGGEST_NUMBER}. Number it so.")
    document = tantivy.Document()
    document.add_unsigned("number", entry.number)
    said = words(entry.title)
    document.add_text("title", " ".join(said))
    document.add_text("text", " ".join([*said, *words(entry.text)]))
    for facet in entry.facets:
        document.add_text("facet", facet)
    return document
