"""Where logs are kept: in memory, or in SQLite in WAL mode. Both pass the same conformance suite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import orjson

from wardround.harness.errors import StoreConflict, StoreError
from wardround.harness.events import MAIN, Event, EventRef, decode, event_name
from wardround.harness.log import canonical_order
from wardround.harness.ports import EncounterSummary


def _erased(event: Event) -> Event:
    return event._replace(body=None, data=b"", salt="")


class MemoryStore:
    """Keeps events for as long as the process lives."""

    def __init__(self) -> None:
        self._events: dict[str, dict[str, Event]] = {}
        self._lock = RLock()

    async def append(self, events: Sequence[Event]) -> None:
        with self._lock:
            names = [e.name for e in events]
            for event, name in zip(events, names, strict=True):
                if name in self._events.get(event.encounter, ()):
                    raise _conflict(event)
            for event, name in zip(events, names, strict=True):
                self._events.setdefault(event.encounter, {})[name] = event

    async def read(self, encounter: str) -> list[Event]:
        with self._lock:
            return canonical_order(self._events.get(encounter, {}).values())

    async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
        found = []
        with self._lock:
            for encounter, events in self._events.items():
                first, last = events["0"], next(e for e in reversed(events.values()) if not e.branch)
                of = getattr(first.body, "subject", "")
                if subject is None or of == subject:
                    summary = EncounterSummary(encounter, of, len(events), last.kind, last.at)
                    found.append((first.at, encounter, summary))
        return [summary for _, _, summary in sorted(found)]

    async def erase(self, encounter: str, branch: str, numbers: Sequence[int]) -> int:
        erased = 0
        with self._lock:
            events = self._events.get(encounter, {})
            for name in (event_name(branch, number) for number in numbers):
                event = events.get(name)
                if event is not None and event.body is not None:
                    events[name] = _erased(event)
                    erased += 1
        return erased

    async def close(self) -> None:
        self._events.clear()


LAYOUT = 1
"""Of the tables; stands in the file, so that another layout is refused and not misread."""
_TABLES = """
PRAGMA user_version = 1;
CREATE TABLE IF NOT EXISTS lines (
    line INTEGER PRIMARY KEY, encounter TEXT NOT NULL, branch TEXT NOT NULL, UNIQUE (encounter, branch)
);
CREATE TABLE IF NOT EXISTS events (
    place INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL, causes BLOB, links BLOB,
    body BLOB, schema INTEGER NOT NULL, salt BLOB, digest BLOB NOT NULL, hash BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS encounters (
    encounter TEXT PRIMARY KEY, subject TEXT NOT NULL, opened TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS encounters_of ON encounters (subject, opened);
CREATE VIEW IF NOT EXISTS placed AS
    SELECT l.encounter, l.branch, e.place & 0xffffffff AS number, e.at, e.kind, e.by, e.causes, e.links, e.body,
        e.schema, e.salt, e.digest, e.hash
    FROM lines l JOIN events e ON e.place BETWEEN l.line << 32 AND l.line << 32 | 0xffffffff;
"""
"""An event's place is its line (encounter and branch) and number in one integer: one small tree, and a number taken
once is taken. `placed` shows events with their names."""
_SUMMARIES = """
SELECT e.encounter, e.subject, (SELECT count(*) FROM placed p WHERE p.encounter = e.encounter), v.kind, v.at
FROM encounters e JOIN lines l ON l.encounter = e.encounter AND l.branch = '' JOIN events v ON v.place =
    (SELECT max(place) FROM events m WHERE m.place BETWEEN l.line << 32 AND l.line << 32 | 0xffffffff)
WHERE ?1 IS NULL OR e.subject = ?1 ORDER BY e.opened, e.encounter
"""
_ERASE = "UPDATE events SET body = NULL, salt = NULL WHERE place = ? AND body IS NOT NULL"
_LINE = "SELECT line FROM lines WHERE encounter = ? AND branch = ?"
_INSERT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?)"
_INSERTS = [_INSERT + ",(?,?,?,?,?,?,?,?,?,?,?)" * n for n in range(8)]
"""So many rows in one statement, which is a transaction of its own: a usual step is two."""
MOST_LINES = 65_536
"""How many lines' numbers are kept in mind."""


def _row(line: int, e: Event) -> tuple[object, ...]:
    return (
        line << 32 | e.number,
        e.at,
        e.kind,
        e.by,
        orjson.dumps([[*c] for c in e.causes]) if e.causes else None,
        orjson.dumps(e.links) if e.links else None,
        e.data if e.body is not None else None,
        e.schema,
        bytes.fromhex(e.salt) if e.body is not None else None,
        bytes.fromhex(e.digest),
        bytes.fromhex(e.hash),
    )


class SqliteStore:
    """One file, WAL, safe for several processes. `full_sync` survives power loss too, at the price of an fsync each."""

    def __init__(self, path: Path | str, *, full_sync: bool = False) -> None:
        self._lock = RLock()
        self._lines: dict[tuple[str, str], int] = {}
        try:
            self._db = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={'FULL' if full_sync else 'NORMAL'}")
            self._db.execute("PRAGMA secure_delete=ON")
            (layout,) = self._db.execute("PRAGMA user_version").fetchone()
            if layout in (0, LAYOUT):
                self._db.executescript(_TABLES)
        except sqlite3.Error as error:
            raise StoreError(
                f"{path} cannot be opened as a store: {error}.", fix="Give the path of a SQLite file."
            ) from error
        if layout not in (0, LAYOUT):
            raise StoreError(
                f"{path} has layout {layout}, and this is {LAYOUT}.",
                fix="Open it with the wardround that wrote it.",
            )

    async def append(self, events: Sequence[Event]) -> None:
        if len(events) <= len(_INSERTS) and self._append_at_once(events):
            return
        new: dict[tuple[str, str], int] = {}
        try:
            with self._transaction("a write") as db:
                db.executemany(_INSERT, [_row(self._line(db, e, new), e) for e in events])
        except sqlite3.IntegrityError as error:
            raise _conflict(events[0]) from error
        if len(self._lines) + len(new) > MOST_LINES:
            self._lines.clear()
        self._lines.update(new)

    def _append_at_once(self, events: Sequence[Event]) -> bool:
        """Write a few events of lines that are known in one statement; False where they are not."""
        values: list[object] = []
        for event in events:
            line = self._lines.get((event.encounter, event.branch))
            if line is None:
                return False
            values += _row(line, event)
        try:
            with self._boundary("a write") as db:
                db.execute(_INSERTS[len(events) - 1], values)
        except sqlite3.IntegrityError as error:
            raise _conflict(events[0]) from error
        return True

    def _line(self, db: sqlite3.Connection, event: Event, new: dict[tuple[str, str], int]) -> int:
        """The number of the line that the event stands in; an event that opens one enters it into the book."""
        name = (event.encounter, event.branch)
        line = self._lines.get(name) or new.get(name)
        if line is not None:
            return line
        if event.kind == "opened":
            subject = getattr(event.body, "subject", "")
            db.execute("INSERT INTO encounters VALUES (?,?,?)", (event.encounter, subject, event.at))
        db.execute("INSERT OR IGNORE INTO lines (encounter, branch) VALUES (?,?)", name)
        (line,) = db.execute(_LINE, name).fetchone()
        new[name] = line
        return int(line)

    async def read(self, encounter: str) -> list[Event]:
        with self._boundary("a reading"):
            rows = self._db.execute("SELECT * FROM placed WHERE encounter = ?", (encounter,)).fetchall()
        return canonical_order(_event(row) for row in rows)

    async def encounters(self, subject: str | None = None) -> list[EncounterSummary]:
        with self._boundary("a reading"):
            rows = self._db.execute(_SUMMARIES, (subject,)).fetchall()
        return [EncounterSummary(*row) for row in rows]

    async def erase(self, encounter: str, branch: str, numbers: Sequence[int]) -> int:
        """Raises StoreError where another reader keeps the old pages; erase again when it is gone."""
        with self._transaction("an erasure") as db:
            found = db.execute(_LINE, (encounter, branch)).fetchone()
            first = found[0] << 32 if found else 0
            erased = sum(db.execute(_ERASE, (first | number,)).rowcount for number in numbers)
            if branch == MAIN and 0 in numbers:
                db.execute("UPDATE encounters SET subject = '' WHERE encounter = ?", (encounter,))
        with self._boundary("an erasure"):
            # Pages that were rebalanced can hold old copies that nothing but a rewrite clears.
            self._db.execute("VACUUM")
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

    def _transaction(self, what: str) -> _Boundary:
        return _Boundary(self._db, self._lock, what, writes=True)

    def _boundary(self, what: str) -> _Boundary:
        return _Boundary(self._db, self._lock, what, writes=False)


@dataclass(frozen=True, slots=True)
class _Boundary:
    """One thread at a time, in one transaction if it writes. SQLite's errors become ours, but for a number that is taken."""

    db: sqlite3.Connection
    lock: RLock
    what: str
    writes: bool

    def __enter__(self) -> sqlite3.Connection:
        self.lock.acquire()
        if self.writes:
            try:
                self.db.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                self.lock.release()
                raise self._refused(error) from error
        return self.db

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            if self.writes and error is None:
                self.db.execute("COMMIT")
        except sqlite3.Error as failed:
            raise self._refused(failed) from failed
        finally:
            if self.writes and self.db.in_transaction:
                self.db.execute("ROLLBACK")
            self.lock.release()
        if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.IntegrityError):
            raise self._refused(error) from error

    def _refused(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"the store refused {self.what}: {error}.", fix="Check the file, its disk and its permissions."
        )


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
