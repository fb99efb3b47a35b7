"""What every reader gives: one document of a file, not yet kept; and what cannot be read, with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from wardround.evidence.documents import Depth, Layer
from wardround.evidence.errors import EvidenceError

BETWEEN = "\n\n"
"""Stands between the parts of a document's whole text."""
MAX_TEXT = 20_000_000
MAX_TITLE = 1_000


class BrokenError(EvidenceError):
    """A file, or one record of it, that cannot be read. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text under one heading, on one page. `spans` are the characters to quote from; None means all."""

    text: str
    section: str | None = None
    page: int | None = None
    spans: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a document says about itself (`key` None) or another of its corpus: by keys, or by ids where `is_id`."""

    kind: str
    """`retracted` or `superseded`."""
    because: str
    key: str | None = None
    by: str | None = None
    """The key of the document that stands in its place; None: the one that says so."""
    is_id: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One work as a reader found it. `key` names it within its corpus, and stays when its text changes."""

    key: str
    title: str
    parts: tuple[Part, ...]
    layer: Layer | None = None
    depth: Depth = Depth.FULL_TEXT
    source: str | None = None
    year: int | None = None
    jurisdiction: str | None = None
    population: str | None = None
    url: str | None = None
    revised: str | None = None
    """When the record was last revised, as text that sorts; an older record never takes a newer one's place."""
    notes: tuple[Note, ...] = ()

    @property
    def whole(self) -> str:
        """The document's text, which passages are runs of."""
        return BETWEEN.join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Gone:
    """A record that its publisher took back (PubMed's DeleteCitation)."""

    key: str


@dataclass(frozen=True, slots=True)
class Unread:
    """One record of a file that was passed over: where it stands, and why."""

    where: str
    reason: str


Read = Draft | Gone | Unread
Reading = Iterator[Read]


def placed(draft: Draft) -> Iterator[tuple[Part, int]]:
    """Every part, and where it begins in the whole."""
    at = 0
    for part in draft.parts:
        yield part, at
        at += len(part.text) + len(BETWEEN)


def digest(*parts: object) -> str:
    """A digest that keeps neighbours apart: of lengths and contents."""
    made = sha256()
    for part in parts:
        data = b"\0" if part is None else str(part).encode("utf-8", "surrogatepass")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


@dataclass(frozen=True, slots=True)
class Settings:
    """What whoever ingests says of all documents; it stands before what a reader finds out."""

    layer: Layer | None = None
    jurisdiction: str | None = None
    population: str | None = None
