"""What a search may be limited by, as marks in the index; a filter is worked out once over the few values that there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from wardround.evidence.documents import Document, Layer, Passage
from wardround.evidence.errors import EvidenceError
from wardround.evidence.searching.populations import (
    checked_country,
    checked_population,
    fits,
    holds_in,
    populations,
)

Facet = str


@dataclass(frozen=True, slots=True)
class Limits:
    """None means no limit. `years` are the first and the last one, either of them open."""

    layers: frozenset[Layer] | None = None
    years: tuple[int | None, int | None] | None = None
    jurisdiction: str | None = None
    population: str | None = None
    corpora: frozenset[str] | None = None
    include_retracted: bool = False

    @classmethod
    def of(
        cls,
        layers: Collection[Layer | str] | None,
        years: tuple[int | None, int | None] | None,
        jurisdiction: str | None,
        population: str | None,
        corpora: Collection[str] | None,
        include_retracted: bool,
    ) -> Limits:
        """Checked. Raises EvidenceError, naming the field."""
        try:
            wanted = None if layers is None else frozenset(Layer(one) for one in layers)
        except ValueError as error:
            raise EvidenceError(f"layers: {error}. Use {', '.join(Layer)}.") from error
        if years is not None and None not in years and years[0] > years[1]:  # type: ignore[operator]
            raise EvidenceError(f"years: {years[0]} is later than {years[1]}. Give the earlier one first.")
        some = None if corpora is None else frozenset(corpora)
        where = None if jurisdiction is None else checked_country(jurisdiction)
        who = None if population is None else checked_population(population)
        return cls(wanted, years, where, who, some, include_retracted)

    def holds(self, document: Document) -> bool:
        """Whether the document may be found."""
        return (
            (self.layers is None or document.layer in self.layers)
            and self._in_years(document.year)
            and (self.jurisdiction is None or holds_in(document.jurisdiction, self.jurisdiction))
            and (self.population is None or fits(populations(document.population), self._groups()))
            and (self.corpora is None or document.corpus in self.corpora)
            and (self.include_retracted or not document.retracted)
        )

    def _groups(self) -> frozenset[str]:
        return populations(self.population)

    def _in_years(self, year: int | None) -> bool:
        if self.years is None:
            return True
        first, last = self.years
        return year is not None and (first is None or year >= first) and (last is None or year <= last)


def kind_of(document: Document) -> Document:
    """The document as its limits see it: two of a kind are found under the same limits."""
    return Document(
        id="",
        title="",
        layer=document.layer,
        depth=document.depth,
        source="",
        corpus=document.corpus,
        year=document.year,
        jurisdiction=document.jurisdiction,
        population=document.population,
        retracted=document.retracted,
    )


class Kinds:
    """The different kinds of document that there are, each with its mark."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._marks: dict[Document, Facet] = {}
        for passage in passages:
            self._marks.setdefault(kind_of(passage.document), "")
        ordered = sorted(self._marks, key=repr)
        self._marks = {kind: repr(kind) for kind in ordered}

    def mark(self, document: Document) -> Facet:
        """The mark of the document's kind."""
        return self._marks[kind_of(document)]

    def allowed(self, limits: Limits) -> tuple[frozenset[Facet], ...]:
        """What a passage found under these limits must hold one of; nothing where all may be found."""
        held = frozenset(mark for kind, mark in self._marks.items() if limits.holds(kind))
        return () if len(held) == len(self._marks) else (held,)
