"""Where logs are kept: in memory, or in SQLite in WAL mode. Both pass the same conformance suite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import orjson

from wardround.harness.errors import StoreConflict, StoreError
from wardround.harness.events import MAIN, Event, EventRef, decode
from wardround.harness.log import canonical_order
from wardround.harness.ports import EncounterSummary


def _erased(event: Event) -> Event:
    return event._replace(body=None, data=b"", salt="")


class MemoryStore:
    """Keeps events for as long as the process lives."""

    def __init__(self) -> None:
        self._events: dict[str, dict[tuple[str, int], Event]] = {}
        self._lock = RLock()

    async def append(self, events: Sequence[Event]) -> None:
        with self._lock:
            for event in events:
                if (event.branch, event.number) in self._events.get(event.encounter, {}):
                    raise _conflict(event)
            for event in events:
                self._events.setdefault(event.encounter, {})[event.branch, event.number] = event

    async def read(self, encounter: str) -> list[Event]:
        with self._lock:
            return canonical_order(self._events.get(encounter, {}).values())

    async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
        found = []
        with self._lock:
            for encounter, events in self._events.items():
                first, last = events["", 0], next(e for e in reversed(events.values()) if not e.branch)
                of = getattr(first.body, "subject", "")
                if subject is None or of == subject:
                    summary = EncounterSummary(encounter, of, len(events), last.kind, last.at)
                    found.append((first.at, encounter, summary))
        return [summary for _, _, summary in sorted(found)]

    async def erase(self, encounter: str, branch: str, numbers: Sequence[int]) -> int:
        erased = 0
        with self._lock:
            events = self._events.get(encounter, {})
            for number in numbers:
                event = events.get((branch, number))
                if event is not None and event.body is not None:
                    events[branch, number] = _erased(event)
                    erased += 1
        return erased

    async def close(self) -> None:
        self._events.clear()


_TABLES = """
CREATE TABLE IF NOT EXISTS events (
    encounter TEXT NOT NULL, branch TEXT NOT NULL, number INTEGER NOT NULL,
    at TEXT NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL, causes BLOB NOT NULL, links BLOB NOT NULL,
    body BLOB, schema INTEGER NOT NULL, salt BLOB, digest BLOB NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (encounter, branch, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS encounters (
    encounter TEXT PRIMARY KEY, subject TEXT NOT NULL, opened TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS encounters_of ON encounters (subject, opened);
"""
_SUMMARIES = """
SELECT e.encounter, e.subject, (SELECT count(*) FROM events v WHERE v.encounter = e.encounter), v.kind, v.at
FROM encounters e JOIN events v ON v.encounter = e.encounter AND v.branch = ''
AND v.number = (SELECT max(number) FROM events m WHERE m.encounter = e.encounter AND m.branch = '')
WHERE ?1 IS NULL OR e.subject = ?1 ORDER BY e.opened, e.encounter
"""
_ERASE = """
UPDATE events SET body = NULL, salt = NULL WHERE encounter = ? AND branch = ? AND number = ? AND body IS NOT NULL
"""
_INSERT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"


def _row(e: Event) -> tuple[object, ...]:
    salt = bytes.fromhex(e.salt) if e.body is not None else None
    causes = orjson.dumps([[*c] for c in e.causes]) if e.causes else b""
    links = orjson.dumps(e.links) if e.links else b""
    body = e.data if e.body is not None else None
    return (
        e.encounter,
        e.branch,
        e.number,
        e.at,
        e.kind,
        e.by,
        causes,
        links,
        body,
        e.schema,
        salt,
        bytes.fromhex(e.digest),
        bytes.fromhex(e.hash),
    )


class SqliteStore:
    """One file, WAL, safe for several processes. `full_sync` survives power loss too, at the price of an fsync each."""

    def __init__(self, path: Path | str, *, full_sync: bool = False) -> None:
        self._lock = RLock()
        try:
            self._db = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={'FULL' if full_sync else 'NORMAL'}")
            self._db.execute("PRAGMA secure_delete=ON")
            self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise StoreError(
                f"{path} cannot be opened as a store: {error}.", fix="Give the path of a SQLite file."
            ) from error

    async def append(self, events: Sequence[Event]) -> None:
        try:
            with self._transaction("a write") as db:
                for event in events:
                    if event.kind == "opened":
                        subject = getattr(event.body, "subject", "")
                        db.execute(
                            "INSERT INTO encounters VALUES (?,?,?)", (event.encounter, subject, event.at)
                        )
                db.executemany(_INSERT, [_row(e) for e in events])
        except sqlite3.IntegrityError as error:
            raise _conflict(events[0]) from error

    async def read(self, encounter: str) -> list[Event]:
        with self._boundary("a reading"):
            rows = self._db.execute("SELECT * FROM events WHERE encounter = ?", (encounter,)).fetchall()
        return canonical_order(_event(row) for row in rows)

    async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
        with self._boundary("a reading"):
            rows = self._db.execute(_SUMMARIES, (subject,)).fetchall()
        return [EncounterSummary(*row) for row in rows]

    async def erase(self, encounter: str, branch: str, numbers: Sequence[int]) -> int:
        """Raises StoreError where another reader keeps the old pages; erase again when it is gone."""
        with self._transaction("an erasure") as db:
            erased = sum(db.execute(_ERASE, (encounter, branch, number)).rowcount for number in numbers)
            if branch == MAIN and 0 in numbers:
                db.execute("UPDATE encounters SET subject = '' WHERE encounter = ?", (encounter,))
        with self._boundary("an erasure"):
            self._db.execute("VACUUM")  # pages that were rebalanced can hold old copies that nothing else clears
            busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreError(
                "what was erased still stands in the write-ahead log: others are reading.",
                fix="Erase again when they are done.",
            )
        return erased

    async def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self, what: str) -> Iterator[sqlite3.Connection]:
        with self._boundary(what):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _boundary(self, what: str) -> Iterator[None]:
        """One thread at a time; SQLite's errors become ours, but for a number that is taken."""
        with self._lock:
            try:
                yield
            except sqlite3.IntegrityError:
                raise
            except sqlite3.Error as error:
                raise StoreError(
                    f"the store refused {what}: {error}.", fix="Check the file, its disk and its permissions."
                ) from error


def _event(row: tuple[object, ...]) -> Event:
    encounter, branch, number, at, kind, by, causes, links, body, schema, salt, digest, mark = row
    data = body if isinstance(body, bytes) else b""
    decoded = decode(str(kind), int(str(schema)), orjson.loads(data)) if body is not None else None
    return Event(
        str(encounter),
        str(branch),
        int(str(number)),
        str(at),
        str(kind),
        str(by),
        tuple(EventRef(*c) for c in orjson.loads(causes)) if isinstance(causes, bytes) and causes else (),
        decoded,
        data,
        int(str(schema)),
        salt.hex() if isinstance(salt, bytes) else "",
        digest.hex() if isinstance(digest, bytes) else "",
        tuple(orjson.loads(links)) if isinstance(links, bytes) and links else (),
        mark.hex() if isinstance(mark, bytes) else "",
    )


def _conflict(event: Event) -> StoreConflict:
    return StoreConflict(
        f"encounter {event.encounter}: event {event.name} is already written.",
        fix="Another process plays this encounter: wait for it, or resume from the log.",
    )
