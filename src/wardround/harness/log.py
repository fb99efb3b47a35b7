"""The append-only, hash-chained log of one encounter: append, read, subscribe, verify, export, import, compare.

Each event's hash covers its header, the hash before it, the heads of the branches that it joins, and a salted
digest of its body. Erasing body and salt therefore leaves a chain that verifies.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from wardround.harness.canonical import JSON, canonical
from wardround.harness.errors import LogError, StoreError, TamperedLog
from wardround.harness.events import (
    KIND_OF,
    MAIN,
    SCHEMA,
    Body,
    Consulted,
    Event,
    EventRef,
    decode,
    event_name,
)
from wardround.harness.ports import Clock, Store

ORIGIN = "0" * 64
"""The hash before the first event of the main line."""


def _head(
    previous: str,
    encounter: str,
    branch: str,
    number: int,
    at: str,
    kind: str,
    by: str,
    causes: Sequence[Sequence[str]],
    schema: int,
    links: Sequence[str],
    digest: str,
) -> str:
    header = orjson.dumps(
        (previous, encounter, branch, number, at, kind, by, list(map(list, causes)), schema, links, digest)
    )
    return sha256(header).hexdigest()


def _iso(now: datetime) -> str:
    """`now.isoformat()`, by a faster way for the usual clock."""
    return orjson.dumps(now)[1:-1].decode() if now.tzinfo is UTC else now.isoformat()


def _salts() -> list[str]:
    """Eight salts of 16 random bytes: one drawing for all costs hardly more than one for each."""
    drawn = os.urandom(128).hex()
    return [drawn[k : k + 32] for k in range(0, len(drawn), 32)]


class EventLog:
    """Writes one encounter's events. `append` numbers and chains at once; `flush` makes all of it durable, atomically."""

    def __init__(self, store: Store, encounter: str, clock: Clock, events: Iterable[Event] = ()) -> None:
        self.store, self.encounter, self.clock = store, encounter, clock
        self._heads: dict[str, tuple[int, str]] = {MAIN: (0, ORIGIN)}
        self._waiting: list[Event] = []
        self._writing, self._lost = False, False
        self._queue: list[asyncio.Future[None]] = []
        self._subscribers: list[Callable[[Event], None]] = []
        self._salts: list[str] = []
        for event in events:
            self._heads[event.branch] = (event.number + 1, event.hash)

    @classmethod
    async def load(cls, store: Store, encounter: str, clock: Clock) -> tuple[EventLog, list[Event]]:
        """A log to go on with, and what it holds so far. Raises TamperedLog where the chain is broken."""
        events = await store.read(encounter)
        verify(events)
        return cls(store, encounter, clock, events), events

    def append(
        self, branch: str, body: Body, by: str, causes: tuple[EventRef, ...], links: tuple[str, ...] = ()
    ) -> Event:
        """Number, chain and hold one event; it is durable after the next `flush`."""
        number, previous = self._heads.get(branch) or (0, self._parent_hash(branch))
        self._salts = self._salts or _salts()
        kind, salt = KIND_OF[type(body)], self._salts.pop()
        try:
            data = canonical(body)
        except (TypeError, ValueError) as error:
            raise LogError(f"a body of kind {kind!r} cannot be written down: {error}.") from error
        at = _iso(self.clock.now())
        digest = sha256(salt.encode() + data).hexdigest()
        mark = _head(previous, self.encounter, branch, number, at, kind, by, causes, SCHEMA, links, digest)
        event = tuple.__new__(  # what `Event(...)` comes to, in a third of the time
            Event,
            (
                self.encounter,
                branch,
                number,
                at,
                kind,
                by,
                causes,
                body,
                data,
                SCHEMA,
                salt,
                digest,
                links,
                mark,
            ),
        )
        self._heads[branch] = (number + 1, mark)
        self._waiting.append(event)
        return event

    def head(self, branch: str) -> str:
        """The hash of a branch's last event."""
        return self._heads[branch][1]

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Hear of every event once it is durable."""
        self._subscribers.append(listener)

    async def flush(self) -> None:
        """Make what waits durable, all or nothing, one batch after the other. After a failure nothing more is written."""
        while self._writing:
            turn = asyncio.get_running_loop().create_future()
            self._queue.append(turn)
            await turn
        if self._lost:
            raise StoreError("an earlier write was lost.", fix="Resume the encounter from its store.")
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        self._writing = self._lost = True
        try:
            await self.store.append(batch)
            self._lost = False
        finally:
            self._writing = False
            while self._queue:
                turn = self._queue.pop()
                if not turn.done():
                    turn.set_result(None)
        for listener in self._subscribers:
            for event in batch:
                listener(event)

    def _parent_hash(self, branch: str) -> str:
        opened = branch.rsplit(".", 1)[0]
        parent = opened.rsplit("/", 1)[0] if "/" in opened else MAIN
        return self._heads[parent][1]


# --- verifying --------------------------------------------------------------------------------------------


def verify(events: Iterable[Event]) -> int:
    """Check every link of the chain; how many events there are. Raises TamperedLog that names the first bad event."""
    heads: dict[str, tuple[int, str]] = {MAIN: (0, ORIGIN)}
    opened: dict[str, str] = {}
    consults: dict[str, Event] = {}
    encounter, count = None, 0
    for event in events:
        encounter = encounter or event.encounter
        number, previous = heads.get(event.branch) or (0, opened.get(event.branch, ""))
        if event.encounter != encounter:
            raise TamperedLog(event.name, f"belongs to encounter {event.encounter!r}, not {encounter!r}.")
        if event.number != number or not previous:
            raise TamperedLog(
                event.name, f"expected {event_name(event.branch, number)}: an event is missing or moved."
            )
        _verify_one(event, previous)
        heads[event.branch] = (number + 1, event.hash)
        if event.kind == "consulted":
            consults[event.branch] = event
            many = len(event.body.asked) if isinstance(event.body, Consulted) else 64
            opened.update({f"{event.name}.{k}": event.hash for k in range(many)})
        elif event.kind == "joined":
            _verify_join(event, consults.get(event.branch), heads)
        count += 1
    return count


def _verify_join(event: Event, consult: Event | None, heads: dict[str, tuple[int, str]]) -> None:
    """A join names the last event of every branch that was opened: none can lose its end."""
    body = consult.body if consult else None
    many = len(body.asked) if isinstance(body, Consulted) else len(event.links)
    branches = [f"{consult.name}.{k}" for k in range(many)] if consult else []
    if not branches or event.links != tuple(heads.get(b, (0, ""))[1] for b in branches):
        raise TamperedLog(event.name, "a branch does not end with the event that it joined.")


def _verify_one(event: Event, previous: str) -> None:
    if event.body is not None and sha256(event.salt.encode() + event.data).hexdigest() != event.digest:
        raise TamperedLog(event.name, "the body does not match its digest.")
    expected = _head(
        previous,
        event.encounter,
        event.branch,
        event.number,
        event.at,
        event.kind,
        event.by,
        event.causes,
        event.schema,
        event.links,
        event.digest,
    )
    if expected != event.hash:
        raise TamperedLog(event.name, "its hash does not follow from the event before it.")


def canonical_order(events: Iterable[Event]) -> list[Event]:
    """Main line in order, each branch right after the event that opened it: scheduling leaves no trace."""
    lines: dict[str, list[Event]] = {}
    for event in events:
        lines.setdefault(event.branch, []).append(event)
    for line in lines.values():
        line.sort(key=lambda e: e.number)
    ordered: list[Event] = []

    def walk(branch: str) -> None:
        for event in lines.pop(branch, ()):
            ordered.append(event)
            if event.kind == "consulted":
                for child in sorted(
                    (b for b in lines if b.rsplit(".", 1)[0] == event.name),
                    key=lambda b: int(b.rsplit(".", 1)[1]),
                ):
                    walk(child)

    walk(MAIN)
    for branch in sorted(lines):
        ordered.extend(lines[branch])
    return ordered


# --- JSON lines -------------------------------------------------------------------------------------------


def to_json(event: Event) -> JSON:
    """One event as the JSON object that a line of the export holds."""
    return {
        "schema": event.schema,
        "encounter": event.encounter,
        "branch": event.branch,
        "number": event.number,
        "at": event.at,
        "kind": event.kind,
        "by": event.by,
        "causes": [list(c) for c in event.causes],
        "links": list(event.links),
        "body": orjson.loads(event.data) if event.body is not None else None,
        "salt": event.salt,
        "digest": event.digest,
        "hash": event.hash,
    }


def dump_lines(events: Iterable[Event]) -> bytes:
    """The log as JSON lines, one event a line."""
    return b"".join(orjson.dumps(to_json(e)) + b"\n" for e in events)


def load_lines(data: bytes) -> list[Event]:
    """Read an export back, strictly: any byte that is not as it was written raises TamperedLog with the event's name."""
    return list(_lines(data))


def _lines(data: bytes) -> Iterator[Event]:
    if not data.strip():
        raise LogError("the log is empty.", fix="Give the path that a visit printed as `log`.")
    *lines, rest = data.split(b"\n")
    if rest:
        raise TamperedLog(_named(rest) or "at the end", "the last line does not end as it was written.")
    last = "none"
    for number, line in enumerate(lines, 1):
        try:
            raw = orjson.loads(line)
            event = from_json(raw)
            if orjson.dumps(to_json(event)) != line:
                raise LogError("the line is not as it was written.")
        except (orjson.JSONDecodeError, LogError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise TamperedLog(
                _named(line) or f"after {last}", f"line {number} cannot be read: {error}"
            ) from error
        last = event.name
        yield event


_NAME = re.compile(rb'"branch":"([0-9./]*)","number":(\d{1,9}),')


def _named(line: bytes) -> str:
    """The name that an unreadable line still gives its event; empty where it gives none."""
    found = _NAME.search(line)
    return event_name(found[1].decode(), int(found[2])) if found else ""


def from_json(raw: Any) -> Event:
    """One event from the JSON object of a line."""
    body, data = None, b""
    if raw["body"] is not None:
        body, data = decode(raw["kind"], raw["schema"], raw["body"]), orjson.dumps(raw["body"])
    causes = tuple(EventRef(*c) for c in raw["causes"])
    return Event(
        raw["encounter"],
        raw["branch"],
        raw["number"],
        raw["at"],
        raw["kind"],
        raw["by"],
        causes,
        body,
        data,
        raw["schema"],
        raw["salt"],
        raw["digest"],
        tuple(raw["links"]),
        raw["hash"],
    )


def comparable(events: Iterable[Event]) -> list[JSON]:
    """What two logs are compared by: everything but wall times, salts and hashes."""
    hidden = ("at", "salt", "digest", "hash", "links")
    return [{k: v for k, v in to_json(e).items() if k not in hidden} for e in canonical_order(events)]
