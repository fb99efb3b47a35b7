"""Which files were read to their end, with which content and settings, and which documents came from each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from wardround.evidence.store import EvidenceStore
from wardround.evidence.store_layout import transaction


class Ledger:
    """The files of a store. What is written here is written after the documents that it is about."""

    def __init__(self, store: EvidenceStore) -> None:
        self.store = store

    def is_done(self, corpus: str, path: str, digest: str, settings: str) -> bool:
        """Whether this very content was read to its end, in the same way."""
        row = self._one("SELECT digest, settings FROM files WHERE corpus = ? AND path = ?", corpus, path)
        return row == (digest, settings)

    def note(self, corpus: str, path: str, root: str, kind: str, digest: str, settings: str) -> None:
        """The file was read to its end."""
        with self.store.lock, transaction(self.store.database):
            self.store.database.execute(
                "INSERT OR REPLACE INTO files (corpus, path, root, kind, digest, settings) VALUES (?, ?, ?, ?, ?, ?)",
                (corpus, path, root, kind, digest, settings),
            )

    def drop(self, corpus: str, path: str) -> None:
        """The file is forgotten."""
        with self.store.lock, transaction(self.store.database):
            self.store.database.execute("DELETE FROM files WHERE corpus = ? AND path = ?", (corpus, path))

    def stands(self, corpus: str, path: str) -> bool:
        """Whether a file that documents came from is still there."""
        known = self._one("SELECT 1 FROM files WHERE corpus = ? AND path = ?", corpus, path)
        return known is not None and Path(path).is_file()

    def size(self, corpus: str) -> int:
        """How many documents stand in a corpus, each in its latest version."""
        row = self._one("SELECT count(*) FROM documents WHERE corpus = ? AND current", corpus)
        return int(str(row[0])) if row else 0

    def holds(self, corpus: str, key: str) -> bool:
        """Whether the corpus has a document of this key."""
        return self._one("SELECT 1 FROM documents WHERE corpus = ? AND key = ?", corpus, key) is not None

    def keys_of(self, corpus: str, path: str) -> list[str]:
        """The keys of what came last from a file."""
        sql = "SELECT key FROM documents WHERE corpus = ? AND file = ? AND current ORDER BY number"
        return [key for (key,) in self._all(sql, corpus, path)]

    def no_longer_in(self, corpus: str, path: str, keys: Collection[str]) -> Iterator[str]:
        """The keys of what came from a file once, and did not come this time."""
        return (key for key in self.keys_of(corpus, path) if key not in keys)

    def gone_from(self, corpus: str, path: str) -> list[str]:
        """The keys of what was found gone from a file before, and stayed."""
        sql = "SELECT key FROM documents WHERE corpus = ? AND file = ? AND current AND gone ORDER BY number"
        return [key for (key,) in self._all(sql, corpus, path)]

    def note_gone(self, corpus: str, keys: Iterable[str]) -> None:
        """Remember that these are gone, so that a later run can delete them without reading the file again."""
        with self.store.lock, transaction(self.store.database):
            self.store.database.executemany(
                "UPDATE documents SET gone = 1 WHERE corpus = ? AND key = ? AND current",
                [(corpus, key) for key in keys],
            )

    def no_longer_under(self, roots: Iterable[Path], paths: Collection[str]) -> Iterator[tuple[str, str]]:
        """Corpus and path of the files that came from a folder once, and are not among those found now."""
        for root in sorted(roots):
            for corpus, path in self._all(
                "SELECT corpus, path FROM files WHERE root = ? ORDER BY path", str(root)
            ):
                if path not in paths:
                    yield corpus, path

    def ids_of(self, corpus: str, keys: Iterable[str]) -> list[str]:
        """The ids of all versions."""
        sql = "SELECT id FROM documents WHERE corpus = ? AND key = ? ORDER BY version"
        return [name for key in keys for (name,) in self._all(sql, corpus, key)]

    def delete(self, names: Collection[str]) -> int:
        """Delete documents; how many."""
        with self.store.lock, transaction(self.store.database):
            self.store.remove(names)
        return len(names)

    def _one(self, sql: str, *values: object) -> tuple[object, ...] | None:
        found = self._all(sql, *values)
        return tuple(found[0]) if found else None

    def _all(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        with self.store.lock:
            return self.store.database.execute(sql, values).fetchall()
