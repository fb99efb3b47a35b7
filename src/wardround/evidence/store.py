"""What was taken in, as others read it: documents with their standing, passages, and a version that changes with them.

A document that is retracted or superseded stays, marked: who cited it must be able to see what became of it. Marks come
from the documents themselves (a retraction notice, a newer version) or by hand; those by hand outlive `forget`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from wardround.evidence.documents import Depth, Document, Layer, Passage
from wardround.evidence.errors import EvidenceError
from wardround.evidence.naming import base_of, parted, passage_id
from wardround.evidence.store_layout import FILE, open_database, transaction

PAGE: Final = 400
"""So many documents are read at once."""
BY_HAND: Final = "by hand"
_DOCUMENT: Final = "id, title, layer, depth, source, corpus, year, jurisdiction, population, url, current, key, number, text, file, version"


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands against a document: who said it, and why."""

    target: str
    kind: str
    """`retracted` or `superseded`."""
    said_by: str
    """`by hand`, or the id of the document that says so."""
    superseded_by: str | None
    because: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a version: documents to be read again, and such as are gone."""

    changed: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is kept: its whole text, where it came from, its version and the marks against it."""

    document: Document
    text: str
    file: str
    version: int
    marks: tuple[Mark, ...]


class EvidenceStore:
    """`evidence.sqlite` in a store's folder. Without `make`, a store that is not there reads as an empty one."""

    def __init__(self, folder: Path, *, make: bool = False) -> None:
        self.path = folder / FILE
        self.database = open_database(self.path, make=make)
        self.lock = threading.RLock()

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.database.close()

    def __enter__(self) -> EvidenceStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading ---------------------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """Changes whenever anything that can be read here does, and differs between stores. Costs one look-up."""
        found = dict(self._all("SELECT name, value FROM meta WHERE name IN ('store', 'version')"))
        return f"{found['store']}:{found['version']}"

    def changed_since(self, version: str) -> Changes | None:
        """What to read again. None where the version is of another store: then everything."""
        store, _, number = version.partition(":")
        now, _, latest = self.version.partition(":")
        if store != now or not number.isdigit() or int(number) > int(latest):
            return None
        since = (int(number),)
        changed = self._all("SELECT id FROM documents WHERE changed > ? ORDER BY number", since)
        removed = self._all("SELECT id FROM removed WHERE changed > ? ORDER BY id", since)
        return Changes(tuple(r[0] for r in changed), tuple(r[0] for r in removed))

    def corpora(self) -> dict[str, int]:
        """How many documents each corpus has, older versions too."""
        return dict(self._all("SELECT corpus, count(*) FROM documents GROUP BY corpus ORDER BY corpus"))

    def documents(self, corpus: str | None = None) -> Iterator[Document]:
        """Every document with its standing, in the order in which they came."""
        for row, document in self._documents(corpus):
            del row
            yield document

    def passages(self, documents: Collection[str] | None = None) -> Iterator[Passage]:
        """Every passage, or those of some documents."""
        if documents is None:
            yield from self._passages(self._documents(None))
            return
        for name in documents:
            yield from self._passages(self._one(name))

    def document(self, name: str) -> Document | None:
        """A document by its id."""
        return next((document for _, document in self._one(name)), None)

    def passage(self, name: str) -> Passage | None:
        """A passage by its id."""
        place = parted(name)
        if place is None:
            return None
        found = self._passages(self._one(place[0]), place[1])
        return next(found, None)

    def kept(self, name: str) -> Kept | None:
        """A document with its whole text and the marks against it."""
        for row, document in self._one(name):
            return Kept(document, row["text"], row["file"], row["version"], self.marks(name))
        return None

    def marks(self, name: str | None = None) -> tuple[Mark, ...]:
        """The marks against a document, those against all its versions among them; or all there are."""
        sql = "SELECT target, kind, said_by, superseded_by, because FROM marks"
        if name is None:
            rows = self._all(f"{sql} ORDER BY target, kind, said_by")
        else:
            rows = self._all(f"{sql} WHERE target IN (?, ?) ORDER BY kind, said_by", (name, base_of(name)))
        return tuple(Mark(*row) for row in rows)

    def standing(self) -> Callable[[Document], Document]:
        """What the marks make of a document: also for such as are built in and stand in no store."""
        return _standing(self.marks())

    # --- marking and forgetting ------------------------------------------------------------------------------

    def mark(self, target: str, kind: str, because: str, superseded_by: str | None = None) -> None:
        """Say by hand that a document is retracted or superseded. An id without version means all its versions."""
        if not because.strip():
            raise EvidenceError("--because is empty: say why, in words.")
        if kind == "superseded" and not superseded_by:
            raise EvidenceError("--superseded-by: name the document that stands in its place.")
        if superseded_by is not None and base_of(superseded_by) == base_of(target):
            raise EvidenceError(f"--superseded-by: {target} cannot stand in its own place. Name another.")
        with self.lock, transaction(self.database):
            self.database.execute(
                "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?)",
                (target, kind, BY_HAND, superseded_by, because.strip()),
            )
            self._touch(target)

    def unmark(self, target: str) -> int:
        """Take back what was marked by hand; how many marks that were."""
        with self.lock, transaction(self.database):
            done = self.database.execute(
                "DELETE FROM marks WHERE target = ? AND said_by = ?", (target, BY_HAND)
            ).rowcount
            if done:
                self._touch(target)
        return done

    def forget(self, corpus: str) -> int:
        """Delete a corpus, older versions too; how many documents that were. Marks by hand stay."""
        with self.lock, transaction(self.database):
            names = [r[0] for r in self._all("SELECT id FROM documents WHERE corpus = ?", (corpus,))]
            self.remove(names)
            self.database.execute("DELETE FROM files WHERE corpus = ?", (corpus,))
        return len(names)

    def remove(self, names: Iterable[str]) -> None:
        """Delete documents and what they said of others. Within a transaction of the caller."""
        names = list(names)
        if not names:
            return
        now = self.next_version()
        for name in names:
            said = self._all("SELECT target FROM marks WHERE said_by = ?", (name,))
            self.database.execute("DELETE FROM marks WHERE said_by = ?", (name,))
            self.database.execute("DELETE FROM documents WHERE id = ?", (name,))
            self.database.execute("INSERT OR REPLACE INTO removed VALUES (?, ?)", (name, now))
            for (target,) in said:
                self.touch(target, now)

    def next_version(self) -> int:
        """Count one change. Within a transaction of the caller."""
        self.database.execute("UPDATE meta SET value = value + 1 WHERE name = 'version'")
        (row,) = self._all("SELECT value FROM meta WHERE name = 'version'")
        return int(row[0])

    def touch(self, target: str, now: int) -> None:
        """A document, and where the id has no version all its versions, has changed."""
        self.database.execute(
            "UPDATE documents SET changed = ? WHERE id = ? OR (id >= ? AND id < ?)",
            (now, target, f"{target}@", f"{target}A"),
        )

    def _touch(self, target: str) -> None:
        self.touch(target, self.next_version())

    # --- rows ------------------------------------------------------------------------------------------------

    def _all(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self.lock:
            try:
                return self.database.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise EvidenceError(
                    f"{self.path} cannot be read: {error}. Move it away, and ingest again."
                ) from error

    def _one(self, name: str) -> Iterator[tuple[dict[str, Any], Document]]:
        rows = self._all(f"SELECT {_DOCUMENT} FROM documents WHERE id = ?", (name,))  # noqa: S608
        if rows:
            yield from self._made(rows, _standing(self.marks(name)))

    def _documents(self, corpus: str | None) -> Iterator[tuple[dict[str, Any], Document]]:
        where, values = ("AND corpus = ?", (corpus,)) if corpus is not None else ("", ())
        at = 0
        marked = self.standing()
        sql = f"SELECT {_DOCUMENT} FROM documents WHERE number > ? {where} ORDER BY number LIMIT {PAGE}"  # noqa: S608
        while rows := self._all(sql, (at, *values)):
            found = list(self._made(rows, marked))
            yield from found
            at = found[-1][0]["number"]

    def _made(
        self, rows: list[Any], marked: Callable[[Document], Document]
    ) -> Iterator[tuple[dict[str, Any], Document]]:
        columns = _DOCUMENT.split(", ")
        for values in rows:
            row = dict(zip(columns, values, strict=True))
            yield row, marked(self._document(row))

    def _document(self, row: dict[str, Any]) -> Document:
        newer = None
        if not row["current"]:
            found = self._all(
                "SELECT id FROM documents WHERE corpus = ? AND key = ? AND current",
                (row["corpus"], row["key"]),
            )
            newer = found[0][0] if found else None
        return Document(
            id=row["id"],
            title=row["title"],
            layer=Layer(row["layer"]),
            depth=Depth(row["depth"]),
            source=row["source"],
            corpus=row["corpus"],
            year=row["year"],
            jurisdiction=row["jurisdiction"],
            population=row["population"],
            url=row["url"],
            superseded_by=newer,
        )

    def _passages(
        self, documents: Iterable[tuple[dict[str, Any], Document]], n: int | None = None
    ) -> Iterator[Passage]:
        """Passages of documents, some hundred documents a query."""
        if n is not None:
            for row, document in documents:
                for _, at, *span in self._spans(row["number"], row["number"]):
                    if at == n:
                        yield _passage(document, row["text"], at, *span)
            return
        for held in _paged(documents):
            first, last = held[0][0]["number"], held[-1][0]["number"]
            spans = {k: list(g) for k, g in groupby(self._spans(first, last), lambda one: int(one[0]))}
            for row, document in held:
                for _, at, *span in spans.get(row["number"], ()):
                    yield _passage(document, row["text"], at, *span)

    def _spans(self, first: int, last: int) -> list[Any]:
        return self._all(
            'SELECT document, n, "start", "end", section, page FROM passages '
            "WHERE document BETWEEN ? AND ? ORDER BY document, n",
            (first, last),
        )


def _standing(marks: Iterable[Mark]) -> Callable[[Document], Document]:
    by_target: dict[str, list[Mark]] = {}
    for mark in marks:
        by_target.setdefault(mark.target, []).append(mark)

    def marked(document: Document) -> Document:
        against = [*by_target.get(document.id, ())]
        if (base := base_of(document.id)) != document.id:
            against += by_target.get(base, ())
        if not against:
            return document
        newer = next((m.superseded_by for m in against if m.superseded_by), None)
        retracted = document.retracted or any(m.kind == "retracted" for m in against)
        return replace(document, retracted=retracted, superseded_by=document.superseded_by or newer)

    return marked


def _passage(
    document: Document, text: str, n: int, start: int, end: int, section: str | None, page: int | None
) -> Passage:
    return Passage(passage_id(document.id, n), document, text[start:end], start, end, section, page)


def _paged(
    documents: Iterable[tuple[dict[str, Any], Document]],
) -> Iterator[list[tuple[dict[str, Any], Document]]]:
    held: list[tuple[dict[str, Any], Document]] = []
    for one in documents:
        held.append(one)
        if len(held) == PAGE:
            yield held
            held = []
    if held:
        yield held
