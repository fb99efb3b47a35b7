"""Memory of older stores stood in the same file as the logs: it is moved into the archive, once and without loss."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson

from wardround.care.archive import RecordArchive
from wardround.harness import StoreError
from wardround.memory import fact_from_json, patient_from_json

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""What was remembered before there was an archive comes before everything in it."""
_HAS = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('facts', 'patients')"


def take_over(path: Path, archive: RecordArchive) -> tuple[str, ...]:
    """Archive what the old tables hold; the ids of the patients whose memory it was.

    Memory is then rebuilt for them, and the tables dropped. Broken off, it is all done again: nothing is taken in twice.
    """
    with _opened(path) as db:
        if db.execute(_HAS).fetchone()[0] != 2:
            return ()
        who = {
            name: patient_from_json(orjson.loads(data))
            for name, data in db.execute("SELECT patient_id, data FROM patients").fetchall()
        }
        said = db.execute("SELECT DISTINCT patient_id FROM facts").fetchall()
        moved = sorted({*who, *(row[0] for row in said)})
        for name in moved:
            rows = db.execute(
                "SELECT data FROM facts WHERE patient_id = ? ORDER BY position", (name,)
            ).fetchall()
            facts = [fact_from_json(orjson.loads(row[0])) for row in rows]
            if not archive.is_erased(patient_id=name):
                archive.keep_statements(facts, patient_id=name, at=BEFORE_ALL, patient=who.get(name))
        return tuple(moved)


def drop_old(path: Path) -> None:
    """Delete the old tables, whose content is archived and remembered anew."""
    with _opened(path) as db:
        db.execute("PRAGMA secure_delete=ON")
        db.execute("BEGIN IMMEDIATE")
        db.execute("DROP TABLE facts")
        db.execute("DROP TABLE patients")
        db.execute("COMMIT")


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(path, timeout=30.0, isolation_level=None)) as db:
            yield db
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: what an older wardround remembered cannot be taken over: {error}.",
            fix="Check that the file can be written, and that nobody else has it open.",
        ) from error
