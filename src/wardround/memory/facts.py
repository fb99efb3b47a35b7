"""Memory of facts in SQLite: append-only, idempotent by the fact's id, always for one named patient."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import orjson

from wardround.clinical import Fact, FactKind, Patient
from wardround.memory.brief import Brief, brief_of
from wardround.memory.codec import fact_from_json, fact_to_json, patient_from_json, patient_to_json
from wardround.memory.errors import RememberingError

_TABLES = """
CREATE TABLE IF NOT EXISTS facts (
    patient_id TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL,
    supersedes TEXT, data BLOB NOT NULL,
    PRIMARY KEY (patient_id, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS patients (patient_id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facts_by_kind ON facts (patient_id, kind, position);
"""


class Memory:
    """What is remembered, of any number of patients, in one file. `:memory:` keeps it in the process."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        try:
            self._db = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise RememberingError(
                f"{path} cannot be opened as memory: {error}. Give the path of a SQLite file."
            ) from error

    def write(self, facts: Iterable[Fact], *, patient_id: str) -> int:
        """Write facts, all or none; how many were new. A fact of another patient is refused, and nothing is written.

        The same id again is the same statement from the same source: it is kept as it was first written.
        """
        rows = []
        for fact in facts:
            if fact.patient_id != patient_id:
                raise RememberingError(
                    f"fact {fact.id} is about {fact.patient_id}, not {patient_id}: write it under its own."
                )
            rows.append((patient_id, fact.id, fact.kind, fact.supersedes, orjson.dumps(fact_to_json(fact))))
        db = self._db
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                found = db.execute(
                    "SELECT count(*) FROM facts WHERE patient_id = ?", (patient_id,)
                ).fetchone()
                before = int(found[0])
                db.executemany(
                    "INSERT OR IGNORE INTO facts SELECT ?1, ?2, "
                    "(SELECT coalesce(max(position), 0) + 1 FROM facts WHERE patient_id = ?1), ?3, ?4, ?5",
                    rows,
                )
                found = db.execute(
                    "SELECT count(*) FROM facts WHERE patient_id = ?", (patient_id,)
                ).fetchone()
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise RememberingError(
                f"memory refused a write: {error}. Check disk space and permissions."
            ) from error
        return int(found[0]) - before

    def facts(
        self, *, patient_id: str, kind: FactKind | None = None, superseded: bool = False
    ) -> tuple[Fact, ...]:
        """This patient's facts in the order of writing; those that a later one supersedes only if asked for."""
        rows = self._db.execute(
            "SELECT data FROM facts f WHERE patient_id = ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 OR NOT EXISTS "
            "(SELECT 1 FROM facts l WHERE l.patient_id = ?1 AND l.supersedes = f.id)) ORDER BY position",
            (patient_id, kind, superseded),
        )
        return tuple(fact_from_json(orjson.loads(row[0])) for row in rows)

    def know(self, patient: Patient) -> None:
        """Remember who the patient is; the latest word counts."""
        self._db.execute(
            "INSERT OR REPLACE INTO patients VALUES (?, ?)",
            (patient.id, orjson.dumps(patient_to_json(patient))),
        )

    def patient(self, *, patient_id: str) -> Patient | None:
        """Who the patient is, or None where nobody of this id was ever seen."""
        row = self._db.execute("SELECT data FROM patients WHERE patient_id = ?", (patient_id,)).fetchone()
        return patient_from_json(orjson.loads(row[0])) if row else None

    def brief(self, *, patient_id: str, on: date) -> Brief:
        """What the next visit must know, as of a day."""
        return brief_of(self.facts(patient_id=patient_id, superseded=True), on)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
