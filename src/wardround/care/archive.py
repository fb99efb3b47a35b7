"""The archive: what memory is made of beside the logs, kept as it came and in the order in which it came.

Imported bundles as they were read, statements made at the desk, and when each visit was remembered. Memory can be
deleted and made again from archive and logs. Nothing is changed or deleted, except by erasure, which is kept in mind:
what was erased is not taken in again.
"""

from __future__ import annotations

import gzip
import hmac
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Literal

import orjson

from wardround.clinical import Fact, Patient
from wardround.harness import StoreError
from wardround.memory import fact_from_json, fact_to_json, patient_from_json, patient_to_json

Kind = Literal["bundle", "statements", "visit"]

_TABLES = """
CREATE TABLE IF NOT EXISTS archive (
    number INTEGER PRIMARY KEY AUTOINCREMENT, patient_id TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS archive_of ON archive (patient_id, number);
CREATE TABLE IF NOT EXISTS archived (
    patient_id TEXT NOT NULL, digest TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (patient_id, digest)
);
CREATE TABLE IF NOT EXISTS erasures (
    number INTEGER PRIMARY KEY, patient BLOB NOT NULL, whole INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
    reason TEXT NOT NULL, encounters BLOB NOT NULL, counts BLOB
);
CREATE TABLE IF NOT EXISTS erased_facts (fact BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS archive_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was taken in. `name` is the digest of a bundle's or statements' content, or a visit's encounter."""

    number: int
    patient_id: str
    kind: Kind
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class ErasureEntry:
    """One erasure that was ordered. `whole`: the patient, not single facts. `counts` is None until it was finished."""

    number: int
    whole: bool
    at: datetime
    by: str
    reason: str
    encounters: tuple[str, ...]
    counts: dict[str, int] | None


class RecordArchive:
    """Keeps what was taken in, in SQLite, beside the logs. `:memory:` keeps it in the process."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self._lock = RLock()
        try:
            self._db = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute("PRAGMA secure_delete=ON")
            self._db.executescript(_TABLES)
            self._db.execute("INSERT OR IGNORE INTO archive_key VALUES (1, ?)", (os.urandom(32),))
            (self._key,) = self._db.execute("SELECT key FROM archive_key").fetchone()
        except sqlite3.Error as error:
            raise StoreError(
                f"{path} cannot be opened as an archive: {error}.", fix="Give the path of a SQLite file."
            ) from error

    # --- taking in -------------------------------------------------------------------------------------

    def keep_bundle(self, data: bytes, *, patient_id: str, received: datetime) -> Entry | None:
        """Keep a bundle's JSON as it was read; None where it is what was taken in last."""
        return self._keep("bundle", data, patient_id, received)

    def keep_statements(
        self, facts: Iterable[Fact], *, patient_id: str, at: datetime, patient: Patient | None = None
    ) -> Entry | None:
        """Keep facts that stand in no bundle and no log, and who the patient is where that was said with them."""
        said = tuple(facts)
        if not said and patient is None:
            return None
        return self._keep("statements", statements_data(said, patient), patient_id, at)

    def keep_visit(self, encounter: str, *, patient_id: str, at: datetime) -> Entry | None:
        """Note when a visit was remembered; None where that stands here already."""
        with self._writing() as db:
            self._refuse_erased(patient_id)
            found = db.execute(
                "SELECT 1 FROM archive WHERE patient_id = ? AND kind = 'visit' AND name = ?",
                (patient_id, encounter),
            ).fetchone()
            return None if found else self._enter(db, patient_id, "visit", at, encounter)

    def _keep(self, kind: Kind, data: bytes, patient_id: str, at: datetime) -> Entry | None:
        digest = sha256(data).hexdigest()
        with self._writing() as db:
            self._refuse_erased(patient_id)
            last = db.execute(
                "SELECT kind, name FROM archive WHERE patient_id = ? AND kind != 'visit' "
                "ORDER BY number DESC LIMIT 1",
                (patient_id,),
            ).fetchone()
            if last == (kind, digest):
                return None
            return self._enter(db, patient_id, kind, at, self._store(db, patient_id, data))

    def _store(self, db: sqlite3.Connection, patient_id: str, data: bytes) -> str:
        digest, packed = sha256(data).hexdigest(), gzip.compress(data, mtime=0)
        db.execute("INSERT OR IGNORE INTO archived VALUES (?,?,?)", (patient_id, digest, packed))
        return digest

    def _enter(self, db: sqlite3.Connection, patient_id: str, kind: Kind, at: datetime, name: str) -> Entry:
        done = db.execute(
            "INSERT INTO archive (patient_id, kind, at, name) VALUES (?,?,?,?)",
            (patient_id, kind, at.isoformat(), name),
        )
        return Entry(int(done.lastrowid or 0), patient_id, kind, at, name)

    def withdraw(self, entry: Entry) -> None:
        """Take back an entry that memory refused."""
        with self._writing() as db:
            db.execute("DELETE FROM archive WHERE number = ?", (entry.number,))
            self._drop_unused(db, entry.patient_id)

    def _drop_unused(self, db: sqlite3.Connection, patient_id: str) -> None:
        db.execute(
            "DELETE FROM archived WHERE patient_id = ?1 AND digest NOT IN "
            "(SELECT name FROM archive WHERE patient_id = ?1 AND kind != 'visit')",
            (patient_id,),
        )

    # --- reading ---------------------------------------------------------------------------------------

    def entries(self, *, patient_id: str) -> tuple[Entry, ...]:
        """What was taken in of this patient, in the order in which it came."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT number, patient_id, kind, at, name FROM archive WHERE patient_id = ? ORDER BY number",
                (patient_id,),
            ).fetchall()
        return tuple(Entry(n, who, kind, datetime.fromisoformat(at), name) for n, who, kind, at, name in rows)

    def bundle(self, entry: Entry) -> bytes:
        """The JSON of a bundle, byte for byte as it was read."""
        with self._reading() as db:
            row = db.execute(
                "SELECT data FROM archived WHERE patient_id = ? AND digest = ?",
                (entry.patient_id, entry.name),
            ).fetchone()
        if row is None:
            raise StoreError(
                f"the archive has no content {entry.name[:12]} for entry {entry.number}.",
                fix="Restore the store's file from a backup.",
            )
        return gzip.decompress(row[0])

    def statements(self, entry: Entry) -> tuple[Patient | None, tuple[Fact, ...]]:
        """What was said at the desk: who the patient is, where that was said, and the facts."""
        said = orjson.loads(self.bundle(entry))
        patient = patient_from_json(said["patient"]) if said["patient"] is not None else None
        return patient, tuple(fact_from_json(f) for f in said["facts"])

    def patients(self) -> tuple[str, ...]:
        """The ids of everybody of whom anything was taken in, sorted."""
        with self._reading() as db:
            rows = db.execute("SELECT DISTINCT patient_id FROM archive ORDER BY patient_id").fetchall()
        return tuple(row[0] for row in rows)

    # --- erasure ---------------------------------------------------------------------------------------

    def is_erased(self, *, patient_id: str) -> bool:
        """Whether this patient was erased, or is just being erased."""
        with self._reading() as db:
            found = db.execute(
                "SELECT 1 FROM erasures WHERE patient = ? AND whole", (self._digest(patient_id),)
            ).fetchone()
        return found is not None

    def without_erased(self, facts: Iterable[Fact], *, patient_id: str) -> tuple[Fact, ...]:
        """The facts but for those that were erased one by one."""
        with self._reading() as db:
            gone = {row[0] for row in db.execute("SELECT fact FROM erased_facts").fetchall()}
        return tuple(f for f in facts if not gone or self._digest(patient_id, f.id) not in gone)

    def begin_erasure(
        self,
        *,
        patient_id: str,
        encounters: Sequence[str],
        facts: Sequence[str] | None,
        by: str,
        reason: str,
        at: datetime,
    ) -> ErasureEntry:
        """From here on nothing of it is taken in again. One that was broken off is gone on with."""
        digest, whole = self._digest(patient_id), facts is None
        with self._writing() as db:
            row = db.execute(
                "SELECT number, encounters FROM erasures WHERE patient = ? AND whole = 1 AND ? "
                "ORDER BY number LIMIT 1",
                (digest, whole),
            ).fetchone()
            names = sorted({*(orjson.loads(row[1]) if row else ()), *encounters})
            if row is not None:
                db.execute(
                    "UPDATE erasures SET encounters = ? WHERE number = ?", (orjson.dumps(names), row[0])
                )
                number = int(row[0])
            else:
                done = db.execute(
                    "INSERT INTO erasures (patient, whole, at, by, reason, encounters) VALUES (?,?,?,?,?,?)",
                    (digest, whole, at.isoformat(), by, reason, orjson.dumps(names)),
                )
                number = int(done.lastrowid or 0)
            db.executemany(
                "INSERT OR IGNORE INTO erased_facts VALUES (?)",
                [(self._digest(patient_id, one),) for one in facts or ()],
            )
        return next(e for e in self.erasures() if e.number == number)

    def drop(self, *, patient_id: str) -> int:
        """Delete everything that was taken in of this patient; how many entries. For erasure alone."""
        with self._writing() as db:
            gone = db.execute("DELETE FROM archive WHERE patient_id = ?", (patient_id,)).rowcount
            db.execute("DELETE FROM archived WHERE patient_id = ?", (patient_id,))
        return gone

    def replace(self, entry: Entry, contents: Sequence[tuple[Kind, bytes]], *, keep: bool = False) -> None:
        """Put other content in an entry's place (with `keep`, before it). For the erasure of single facts alone."""
        who, at = entry.patient_id, entry.at
        with self._writing() as db:
            later = db.execute(
                "SELECT kind, at, name FROM archive WHERE patient_id = ? AND number > ? ORDER BY number",
                (who, entry.number - keep),
            ).fetchall()
            db.execute("DELETE FROM archive WHERE patient_id = ? AND number >= ?", (who, entry.number))
            for kind, data in contents:
                self._enter(db, who, kind, at, self._store(db, who, data))
            for kind, moment, name in later:
                self._enter(db, who, kind, datetime.fromisoformat(moment), name)
            self._drop_unused(db, who)

    def finish_erasure(self, erasure: ErasureEntry, counts: dict[str, int]) -> None:
        """Say what was erased, and leave no trace of it in the file. Raises StoreError where readers keep old pages."""
        with self._writing() as db:
            db.execute(
                "UPDATE erasures SET counts = ? WHERE number = ? AND counts IS NULL",
                (orjson.dumps(counts), erasure.number),
            )
        self.scrub()

    def scrub(self) -> None:
        """Rewrite the file without what was deleted, and empty the write-ahead log."""
        with self._reading() as db:
            db.execute("VACUUM")  # pages that were rebalanced can hold old copies that nothing else clears
            busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreError(
                "what was erased still stands in the write-ahead log: others are reading.",
                fix="Erase again when they are done.",
            )

    def erasures(self) -> tuple[ErasureEntry, ...]:
        """Every erasure that was ordered, oldest first. Whose it was stands here as a keyed digest alone."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT number, whole, at, by, reason, encounters, counts FROM erasures ORDER BY number"
            ).fetchall()
        return tuple(_erasure(row) for row in rows)

    def erasures_of(self, *, patient_id: str) -> tuple[ErasureEntry, ...]:
        """The erasures of one patient, or of single facts of theirs."""
        with self._reading() as db:
            rows = db.execute(
                "SELECT number, whole, at, by, reason, encounters, counts FROM erasures WHERE patient = ? "
                "ORDER BY number",
                (self._digest(patient_id),),
            ).fetchall()
        return tuple(_erasure(row) for row in rows)

    def _digest(self, *said: str) -> bytes:
        return hmac.digest(self._key, "\x1f".join(said).encode("utf-8", "surrogatepass"), "sha256")

    def _refuse_erased(self, patient_id: str) -> None:
        if self.is_erased(patient_id=patient_id):
            raise StoreError(
                f"{patient_id} was erased by law: nothing of theirs is taken in again.",
                fix="Somebody who comes back is a new patient: give another id.",
            )

    # --- the file --------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as error:
                raise StoreError(
                    f"the archive was refused: {error}.", fix="Check the file, its disk and its permissions."
                ) from error

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()


def statements_data(facts: Iterable[Fact], patient: Patient | None = None) -> bytes:
    """Statements as the archive keeps them."""
    who = patient_to_json(patient) if patient is not None else None
    said = {"patient": who, "facts": [fact_to_json(f) for f in facts]}
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def _erasure(row: tuple[int, int, str, str, str, bytes, bytes | None]) -> ErasureEntry:
    number, whole, at, by, reason, encounters, counts = row
    return ErasureEntry(
        number,
        bool(whole),
        datetime.fromisoformat(at),
        by,
        reason,
        tuple(orjson.loads(encounters)),
        orjson.loads(counts) if counts is not None else None,
    )
