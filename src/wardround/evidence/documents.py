"""What evidence is made of: a document with its place in the pyramid, and the passages that can be quoted from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layer(StrEnum):
    """The six layers of the evidence pyramid, as the Baichuan-M4 report names them (arXiv 2606.08982)."""

    PRIMARY = "primary"
    """Trials, cohorts, case reports."""
    REVIEW = "review"
    GUIDELINE = "guideline"
    PRACTICE = "practice"
    """What clinicians know and write down for one another: textbooks, a hospital's own pathways."""
    PUBLIC = "public"
    """Written for patients."""
    REGULATORY = "regulatory"
    """Labels and safety notices."""


class Depth(StrEnum):
    """How deep the document was read. Whoever quotes it says so."""

    TITLE = "title"
    ABSTRACT = "abstract"
    FULL_TEXT = "full-text"
    LABEL = "label"
    SUMMARY = "summary"
    """Built in: a statement in our own words; its grade says whether its source was opened."""


@dataclass(frozen=True, slots=True)
class Document:
    """One work. `grade` (measured, reviewed, recalled) is of what is built in; None where the work's own words are kept."""

    id: str
    title: str
    layer: Layer
    depth: Depth
    source: str
    """Body, title, year: as it is cited."""
    corpus: str
    """`guidance`, or the name under which it was taken in."""
    grade: str | None = None
    year: int | None = None
    jurisdiction: str | None = None
    """`international`, `Europe`, or a country's ISO 3166 letters; None where the work does not say."""
    population: str | None = None
    """In words: `adults`, `children`, `pregnancy`, ...; None where the work does not say."""
    url: str | None = None
    retracted: bool = False
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotable run of a document's text: `text == whole[start:end]`."""

    id: str
    document: Document
    text: str
    start: int = 0
    end: int = 0
    section: str | None = None
    page: int | None = None
    about: tuple[str, ...] = ()
    """Ids of the knowledge base that it speaks of."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search gave, best first. `highlights` are spans of the passage's text that met the question."""

    passage: Passage
    score: float
    highlights: tuple[tuple[int, int], ...] = ()
    why: tuple[tuple[str, float], ...] = ()
    """What made the score, part by part: `words`, `meaning`, `layer`, `newer`, `population`, `retracted`, ..."""
