"""The tables of `evidence.sqlite`, and how the file is opened: one writer at a time, readers never wait."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wardround.evidence.errors import EvidenceError

FILE: Final = "evidence.sqlite"
VERSION: Final = 1
WAIT: Final = 60.0
"""Seconds that a writer waits for another one."""

TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
  path TEXT NOT NULL, corpus TEXT NOT NULL, root TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL,
  settings TEXT NOT NULL, PRIMARY KEY (corpus, path)) WITHOUT ROWID;
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, corpus TEXT NOT NULL, key TEXT NOT NULL,
  version INTEGER NOT NULL, current INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0, file TEXT NOT NULL, title TEXT NOT NULL, layer TEXT NOT NULL,
  depth TEXT NOT NULL, source TEXT NOT NULL, year INTEGER, jurisdiction TEXT, population TEXT, url TEXT, revised TEXT,
  text TEXT NOT NULL, text_digest TEXT NOT NULL, about_digest TEXT NOT NULL, changed INTEGER NOT NULL,
  UNIQUE (corpus, key, version));
CREATE INDEX documents_by_file ON documents (corpus, file);
CREATE INDEX documents_by_change ON documents (changed);
CREATE TABLE passages (
  document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE, n INTEGER NOT NULL,
  "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, section TEXT, page INTEGER, PRIMARY KEY (document, n)) WITHOUT ROWID;
CREATE TABLE marks (
  target TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('retracted', 'superseded')), said_by TEXT NOT NULL,
  superseded_by TEXT, because TEXT NOT NULL, PRIMARY KEY (target, kind, said_by)) WITHOUT ROWID;
CREATE INDEX marks_by_sayer ON marks (said_by);
CREATE TABLE removed (id TEXT PRIMARY KEY, changed INTEGER NOT NULL) WITHOUT ROWID;
"""


def open_database(file: Path, *, make: bool) -> sqlite3.Connection:
    """The database, of this version. Where there is none: made, or an empty one that stands nowhere."""
    if not make and not file.exists():
        return _laid_out(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))
    try:
        if make:
            file.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(file, timeout=WAIT, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise EvidenceError(
            f"{file} cannot be opened: {error}. Give --store a folder that can be written to."
        ) from error
    try:
        if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK):
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
        return _laid_out(database, file)
    except EvidenceError:
        database.close()
        raise
    except sqlite3.Error as error:
        database.close()
        raise EvidenceError(
            f"{file} is no store of evidence ({error}). Move it away, and ingest again."
        ) from error


def _laid_out(database: sqlite3.Connection, file: Path | None = None) -> sqlite3.Connection:
    """The database with our tables in it: made where it has none, refused where it has others."""
    database.execute("PRAGMA foreign_keys = ON")
    if not _tables(database):
        with transaction(database):
            if not _tables(database):  # two may have begun at once
                _make(database)
    if "meta" not in _tables(database):
        raise EvidenceError(f"{file} is another program's database. Give --store another folder.")
    known = database.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    if known is None or known[0] != str(VERSION):
        said = known[0] if known else "none"
        raise EvidenceError(
            f"{file} has schema {said!r:.20}, and this program reads {VERSION}. "
            "Update wardround, or move the file away and ingest again."
        )
    return database


def _tables(database: sqlite3.Connection) -> set[str]:
    return {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _make(database: sqlite3.Connection) -> None:
    for statement in TABLES.split(";"):
        database.execute(statement)
    database.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [("schema", str(VERSION)), ("store", uuid.uuid4().hex), ("version", "0")],
    )


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing. What SQLite refuses (a full disk, a damaged file) is said in a line."""
    try:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")
    except sqlite3.Error as error:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise EvidenceError(
            f"evidence could not be written: {error}. Mend that, and run it again."
        ) from error
