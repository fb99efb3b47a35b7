"""Run as a script: plays one visit to the bank in processes that kill themselves, and
says what became of it.

    python crash_stage.py FOLDER MODE      prints JSON: the undisturbed run, and one entry for each disturbed one

Modes: `event` (dies after the n-th event is durable, for every n), `storm` (every process dies after one new event),
`before` and `after` (dies at the n-th batch), `order` (dies inside the n-th order, after the world has changed),
`model` (dies while it waits for the n-th answer of the language model).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from pathlib import Path
from typing import Any

from bank import FRAUD_DESK, ModelLine, everything, model_of

from wardround.harness import JSON, Answering, Event, Outcome, Queue, SqliteStore, comparable
from wardround.models import Completion, Request, ScriptedModel

MOST_STARTS = 150


def die() -> None:
    """As the kernel, the power cut and the impatient operator do it."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Fate:
    """When this process dies; 0 is never."""

    event: int = 0
    before: int = 0
    after: int = 0
    order: int = 0
    model: int = 0
    new_events: int = 0


@dataclass
class DoomedStore(SqliteStore):
    """Writes a batch one event at a time where the fate counts events; else whole, and dies where it is told to.

    The opening stays one batch: the header and what was known at the door are one thing.
    """

    path: Path
    fate: Fate
    batches: int = 0
    written: int = field(default=0)

    def __post_init__(self) -> None:
        SqliteStore.__init__(self, self.path)
        self.written = self._db.execute("SELECT count(*) FROM events").fetchone()[0]
        self.stop = self.written + self.fate.new_events if self.fate.new_events else self.fate.event

    async def append(self, events: Sequence[Event]) -> None:
        """Write, and perhaps die."""
        self.batches += 1
        if self.batches == self.fate.before:
            die()
        whole = not self.stop or events[0].kind == "opened"
        for batch in [events] if whole else [[e] for e in events]:
            await super().append(batch)
            before, self.written = self.written, self.written + len(batch)
            if before < self.stop <= self.written:
                die()
        if self.batches == self.fate.after:
            die()


class SqliteLedger:
    """The world outside: orders by key, and how often each was asked for."""

    def __init__(self, path: Path, fate: Fate) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS orders (key TEXT PRIMARY KEY, request TEXT)")
        self._db.execute("CREATE TABLE IF NOT EXISTS attempts (key TEXT)")
        self._fate, self._calls = fate, 0

    async def call(self, request: JSON, key: str) -> JSON:
        """Idempotent by key."""
        await asyncio.sleep(0)
        self._db.execute("INSERT INTO attempts VALUES (?)", (key,))
        self._db.execute("INSERT OR IGNORE INTO orders VALUES (?,?)", (key, json.dumps(request)))
        self._calls += 1
        if self._calls == self._fate.order:
            die()
        await asyncio.sleep(0)
        return {"amount": request["amount"], "to": request.get("to")}

    def model_called(self) -> None:
        """One more call of the language model."""
        self._db.execute("INSERT INTO attempts VALUES ('model')")

    def seen(self) -> tuple[dict[str, str], list[str]]:
        """Orders by key, and every attempt."""
        orders = dict(self._db.execute("SELECT key, request FROM orders ORDER BY key"))
        return orders, [key for (key,) in self._db.execute("SELECT key FROM attempts")]


class CountedModel(ScriptedModel):
    """The fraud desk's model; the ledger counts the answers that it gave."""

    def __init__(self, ledger: SqliteLedger, fate: Fate, lines: Sequence[ModelLine]) -> None:
        inner = model_of(*lines)
        super().__init__(lambda request: inner._answer(request))
        self._ledger, self._fate, self._calls = ledger, fate, 0

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """Wait, perhaps die, count, and answer."""
        for _ in range(3):
            await asyncio.sleep(0)
        self._calls += 1
        if self._calls == self._fate.model:
            die()
        self._ledger.model_called()
        return await super().generate(request, on_text)


async def play(folder: Path, fate: Fate) -> Outcome:
    """Open or resume; play until it waits for a review; come back with a reviewer, and play to the end."""
    ledger = SqliteLedger(folder / "ledger.db", fate)
    store = DoomedStore(folder / "log.db", fate)
    bank = everything(CountedModel(ledger, fate, FRAUD_DESK), ledger=ledger, store=store, reviewer=Queue())
    opened = await store.read("visit-1")
    visit = await (bank.resume() if opened else bank.open({"weather": "rain"}, {"queue": 3}))
    outcome = await visit.run()
    if outcome.status == "on-hold":
        bank.reviewer = Answering("approve", "Sam")
        outcome = await (await bank.resume()).run()
    return outcome


def in_a_child(folder: Path, fate: Fate) -> bool:
    """Play in a process of its own; whether it lived to the end."""
    child = os.fork()
    if child == 0:
        try:
            outcome = asyncio.run(play(folder, fate))
            os._exit(0 if outcome.status == "finished" else 3)
        except BaseException:  # noqa: BLE001 - the child must end here, whatever broke
            traceback.print_exc()
            os._exit(4)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"the visit broke under {fate}: exit {os.WEXITSTATUS(status)}")
    return os.WIFEXITED(status)


def outcome_of(folder: Path) -> dict[str, Any]:
    """Log and world as they stand."""
    store = SqliteStore(folder / "log.db")
    events = asyncio.run(store.read("visit-1"))
    orders, attempts = SqliteLedger(folder / "ledger.db", Fate()).seen()
    return {"log": comparable(events), "orders": orders, "attempts": attempts}


def disturbed(folder: Path, fates: Iterator[Fate]) -> dict[str, Any]:
    """Processes with these fates, one after the other, until one lives to the end."""
    folder.mkdir()
    durable: list[int] = []
    for fate in islice(fates, MOST_STARTS):
        if in_a_child(folder, fate):
            return {**outcome_of(folder), "durable": durable}
        durable.append(_durable(folder))
    raise SystemExit("the visit never ends")


def _durable(folder: Path) -> int:
    database = sqlite3.connect(folder / "log.db")
    (events,) = database.execute("SELECT count(*) FROM events").fetchone()
    database.close()
    return int(events)


def stage(folder: Path, mode: str) -> dict[str, Any]:
    """The undisturbed run, then all disturbed ones of a mode, compared with it."""
    (folder / "calm").mkdir()
    if not in_a_child(folder / "calm", Fate()):
        raise SystemExit("the undisturbed visit did not finish")
    calm = outcome_of(folder / "calm")
    runs: list[dict[str, Any]] = []
    while not runs or (mode != "storm" and runs[-1]["durable"]):
        n = len(runs) + 1
        fates = repeat(Fate(new_events=1)) if mode == "storm" else chain([Fate(**{mode: n})], repeat(Fate()))
        found = disturbed(folder / f"{mode}-{n}", iter(fates))
        runs.append(
            {
                "durable": found["durable"],
                "same_log": found["log"] == calm["log"],
                "same_orders": found["orders"] == calm["orders"],
                "orders_again": _orders(found) - _orders(calm),
                "calls_again": found["attempts"].count("model") - calm["attempts"].count("model"),
            }
        )
    kinds = [f"{'branch ' if e['branch'] else ''}{e['kind']}" for e in calm["log"]]
    calls = sum(bool(e["body"].get("call")) for e in calm["log"])
    return {"kinds": kinds, "calls": calls, "orders": len(calm["orders"]), "runs": runs}


def _orders(found: dict[str, Any]) -> int:
    attempts: list[str] = found["attempts"]
    return sum(key != "model" for key in attempts)


if __name__ == "__main__":
    print(json.dumps(stage(Path(sys.argv[1]), sys.argv[2])))  # noqa: T201
