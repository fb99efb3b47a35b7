"""Where logs are kept: in memory, or in SQLite in WAL mode. Both pass the same conformance suite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import orjson

from wardround.harness.errors import StoreConflict, StoreError
from wardround.harness.events import Event, EventRef, decode
from wardround.harness.log import canonical_order
from wardround.harness.ports import EncounterSummary


def _erased(event: Event) -> Event:
    return event._replace(body=None, data=b"", salt="")


class MemoryStore:
    """Keeps events for as long as the process lives."""

    def __init__(self) -> None:
        self._events: dict[str, dict[tuple[str, int], Event]] = {}

    async def append(self, events: Sequence[Event]) -> None:
        for event in events:
            if (event.branch, event.number) in self._events.get(event.encounter, {}):
                raise _conflict(event)
        for event in events:
            self._events.setdefault(event.encounter, {})[event.branch, event.number] = event

    async def read(self, encounter: str) -> list[Event]:
        return canonical_order(self._events.get(encounter, {}).values())

    async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
        found = []
        for encounter, events in self._events.items():
            first, last = events["", 0], next(e for e in reversed(events.values()) if not e.branch)
            of = getattr(first.body, "subject", "")
            if subject is None or of == subject:
                found.append(EncounterSummary(encounter, of, len(events), last.kind, last.at))
        return found

    async def erase(self, encounter: str, branch: str, numbers: Sequence[int]) -> int:
        events = self._events.get(encounter, {})
        present = [n for n in numbers if (branch, n) in events and events[branch, n].body is not None]
        for number in present:
            events[branch, number] = _erased(events[branch, number])
        return len(present)

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
        db = self._db
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                for event in events:
                    if event.kind == "opened":
                        subject = getattr(event.body, "subject", "")
                        db.execute(
                            "INSERT INTO encounters VALUES (?,?,?)", (event.encounter, subject, event.at)
                        )
                db.executemany(_INSERT, [_row(e) for e in events])
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
        except sqlite3.IntegrityError as error:
            raise _conflict(events[0]) from error
        except sqlite3.Error as error:
            raise StoreError(
                f"the store refused a write: {error}.", fix="Check disk space and permissions."
            ) from error

    async def read(self, encounter: str) -> list[Event]:
        rows = self._db.execute(
            "SELECT * FROM events WHERE encounter = ? ORDER BY branch, number", (encounter,)
        )
        return canonical_order(_event(row) for row in rows)

    async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
        rows = self._db.execute(
            "SELECT e.encounter, e.subject, (SELECT count(*) FROM events v WHERE v.encounter = e.encounter), "
            "v.kind, v.at FROM encounters e JOIN events v ON v.encounter = e.encounter AND v.branch = '' "
            "AND v.number = (SELECT max(number) FROM events m WHERE m.encounter = e.encounter AND m.branch = '') "
            "WHERE ?1 IS NULL OR e.subject = ?1 ORDER BY e.opened, e.encounter",
            (subject,),
        )
        return [EncounterSummary(*row) for row in rows]

    async def erase(self, encounter: str, branch: str, numbers: Sequence[int]) -> int:
        erased = 0
        for number in numbers:
            cursor = self._db.execute(
                "UPDATE events SET body = NULL, salt = NULL "
                "WHERE encounter = ? AND branch = ? AND number = ? AND body IS NOT NULL",
                (encounter, branch, number),
            )
            erased += cursor.rowcount
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return erased

    async def close(self) -> None:
        self._db.close()


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
