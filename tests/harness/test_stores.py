"""One conformance suite for every store: atomic, in order, one winner, and erasure that leaves the chain whole."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from bank import NOON, Branch, begun, bodies, do, everything, script
from race_stage import bank_at

from wardround.harness import (
    MAIN,
    Budgets,
    Decision,
    Event,
    EventLog,
    MemoryStore,
    Observed,
    Opened,
    Queue,
    Reviewed,
    SimulatedClock,
    Situation,
    SqliteStore,
    Store,
    StoreConflict,
    StoreError,
    comparable,
    verify,
)

Doors = Callable[[], Store]


@pytest.fixture(params=["memory", "sqlite", "sqlite with full sync"])
def doors(request: pytest.FixtureRequest, tmp_path: Path) -> Doors:
    """Gives the same store again and again, through a door of its own where it has several."""
    memory = MemoryStore()
    if request.param == "memory":
        return lambda: memory
    return lambda: SqliteStore(tmp_path / "log.db", full_sync=request.param != "sqlite")


@pytest.fixture
def store(doors: Doors) -> Store:
    """Any store."""
    return doors()


def header(subject: str = "Bilbo") -> Opened:
    """Any header."""
    return Opened(subject, "e", ("teller",), "teller", "2026-03-02", 1, Budgets(), {}, {})


def log_of(events: int, encounter: str = "v", subject: str = "Bilbo", hours: int = 0) -> list[Event]:
    """A chain of so many events that stands nowhere yet."""
    log = EventLog(MemoryStore(), encounter, SimulatedClock(NOON + timedelta(hours=hours)))
    chain = [log.append(MAIN, header(subject), "harness", ())]
    for n in range(1, events):
        chain.append(
            log.append(
                MAIN,
                Observed("door", {"n": n, "text": "ä\u0000\n✓", "deep": [[{}]]}),
                "door",
                (chain[0].ref,),
            )
        )
    return chain


async def test_what_is_read_is_what_was_written(store: Store) -> None:
    chain = log_of(5)
    await store.append(chain[:1])
    await store.append(chain[1:])
    assert await store.read("v") == chain
    assert verify(await store.read("v")) == 5


async def test_a_whole_visit_comes_back_equal_through_another_door(doors: Doors) -> None:
    visit = await everything(store=doors()).open({"weather": "rain"})
    heard: list[Event] = []
    visit.log.subscribe(heard.append)
    await visit.run()
    events = await doors().read("visit-1")
    assert len(events) > 40
    assert {e.name: e for e in heard} == {e.name: e for e in events if e.name not in ("0", "1")}


async def test_branches_are_read_in_canonical_order_whatever_the_order_of_writing(doors: Doors) -> None:
    _, events = await everything().play()
    for event in sorted(events, key=lambda e: (e.number, e.branch)):
        await doors().append([event])
    assert await doors().read("visit-1") == events


async def test_nothing_is_read_of_what_is_not_there(store: Store) -> None:
    assert await store.read("v") == []
    assert await store.encounters() == []
    assert await store.erase("v", MAIN, [0]) == 0


async def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    chain = log_of(6)
    await store.append(chain[:3])
    for batch in (chain[2:], [chain[5], chain[4], chain[2]], [chain[3], chain[0]]):
        with pytest.raises(StoreConflict):
            await store.append(batch)
        assert await store.read("v") == chain[:3]
    await store.append(chain[3:])
    assert await store.read("v") == chain


async def test_a_batch_over_several_encounters_is_one_too(store: Store) -> None:
    one, two = log_of(3, "one"), log_of(3, "two")
    await store.append(two)
    with pytest.raises(StoreConflict):
        await store.append([*one, two[2]])
    assert await store.read("one") == []


async def test_a_conflict_names_the_encounter_and_says_what_to_do(store: Store) -> None:
    chain = log_of(2)
    await store.append(chain)
    with pytest.raises(StoreConflict, match=r"encounter v: event \d is already written\. Another process"):
        await store.append(chain[1:])


async def test_a_visit_cannot_be_opened_twice(doors: Doors) -> None:
    await Branch({}, store=doors()).open()
    with pytest.raises(StoreConflict):
        await Branch({}, store=doors()).open(subject="Frodo")
    assert [s.subject for s in await doors().encounters()] == ["Bilbo"]


async def test_encounters_are_listed_oldest_first_of_all_or_of_one(doors: Doors) -> None:
    await doors().append(log_of(2, "late", hours=3))
    await doors().append(log_of(4, "early", hours=1))
    await doors().append(log_of(1, "other", "Frodo", hours=2))
    found = await doors().encounters()
    assert [(s.encounter, s.subject, s.events, s.last_kind) for s in found] == [
        ("early", "Bilbo", 4, "observed"),
        ("other", "Frodo", 1, "opened"),
        ("late", "Bilbo", 2, "observed"),
    ]
    assert [s.encounter for s in await doors().encounters("Bilbo")] == ["early", "late"]
    assert await doors().encounters("Sauron") == []
    assert found[0].last_at == (NOON + timedelta(hours=1)).isoformat()


async def test_the_last_event_of_the_main_line_is_the_last(store: Store) -> None:
    await everything(store=store).play()
    (summary,) = await store.encounters()
    assert summary.last_kind == "closed"
    assert summary.events == len(await store.read("visit-1"))


async def test_erasing_counts_what_was_there(store: Store) -> None:
    chain = log_of(4)
    await store.append(chain)
    assert await store.erase("v", MAIN, [1, 3, 99]) == 2
    assert await store.erase("v", MAIN, [1, 2, 3]) == 1
    assert await store.erase("v", "0.0", [1]) == 0
    left = await store.read("v")
    assert [e.body is None for e in left] == [False, True, True, True]
    assert verify(left) == 4


async def test_erasing_the_header_forgets_who_it_was_about(store: Store) -> None:
    await store.append(log_of(2))
    await store.erase("v", MAIN, [0])
    assert await store.encounters("Bilbo") == []
    assert [(s.encounter, s.subject) for s in await store.encounters()] == [("v", "")]


# --- several at once --------------------------------------------------------------------------------------


def test_of_two_threads_on_one_encounter_exactly_one_wins(doors: Doors) -> None:
    opening = log_of(1)
    asyncio.run(doors().append(opening))
    for turn in range(12):
        already = asyncio.run(doors().read("v"))
        barrier = Barrier(4)

        def add(name: str, already: list[Event] = already, barrier: Barrier = barrier) -> str | None:
            store = doors()
            log = EventLog(store, "v", SimulatedClock(NOON), already)
            for n in range(5):
                log.append(MAIN, Observed(name, {"n": n}), name, ())
            barrier.wait()
            try:
                asyncio.run(log.flush())
            except StoreConflict:
                return None
            return name

        with ThreadPoolExecutor(4) as pool:
            winners = [w for w in pool.map(add, "ABCD") if w]
        events = asyncio.run(doors().read("v"))
        assert len(winners) == 1
        assert {e.by for e in events[len(already) :]} == set(winners)
        assert verify(events) == 1 + 5 * (turn + 1)


async def test_many_encounters_at_once(doors: Doors) -> None:
    banks = [everything(store=doors()) for _ in range(25)]
    played = await asyncio.gather(*(b.play(encounter=f"visit-{k}") for k, b in enumerate(banks)))
    alone = comparable((await everything().play(encounter="x"))[1])
    for k, (outcome, _) in enumerate(played):
        events = await doors().read(f"visit-{k}")
        verify(events)
        assert outcome.status == "finished"
        assert [e["kind"] for e in comparable(events)] == [e["kind"] for e in alone]
    assert len(await doors().encounters("Bilbo")) == 25


def test_of_two_processes_on_one_visit_exactly_one_wins(tmp_path: Path) -> None:
    """The loser stops before it touches the world."""

    async def hold() -> str:
        return (await (await bank_at(tmp_path, Queue()).open()).run()).status

    assert asyncio.run(hold()) == "on-hold"
    stage = [sys.executable, str(Path(__file__).with_name("race_stage.py")), str(tmp_path)]
    racers = [
        subprocess.Popen([*stage, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in ("Ann", "Ben")
    ]
    deadline = time.monotonic() + 60
    while not all((tmp_path / f"{name}.ready").exists() for name in ("Ann", "Ben")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    (tmp_path / "go").touch()
    said = [racer.communicate(timeout=60) for racer in racers]
    assert sorted(out.strip() for out, _ in said) == ["lost", "won"], said
    events = asyncio.run(SqliteStore(tmp_path / "log.db").read("visit-1"))
    verify(events)
    (review,) = bodies(events, Reviewed)
    assert review.reviewer == ("Ann" if said[0][0].strip() == "won" else "Ben")
    assert [tool for _, tool, _ in begun(events)] == ["identify", "transfer", "close"]
    assert events[-1].kind == "closed"
    orders, attempts = bank_at(tmp_path, Queue()).ledger.seen()
    assert len(orders) == len(attempts) == 1


# --- a log whose write was lost ---------------------------------------------------------------------------


class Failing(MemoryStore):
    """Fails to write once, at the n-th batch."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at, self.batches = at, 0

    async def append(self, events: Sequence[Event]) -> None:
        """Write or fail."""
        await asyncio.sleep(0)
        self.batches += 1
        if self.batches == self.at:
            raise StoreError("the disk is full.")
        await asyncio.sleep(0)
        await super().append(events)


@pytest.mark.parametrize("at", range(2, 22))
async def test_after_a_lost_write_nothing_more_is_written_and_a_resume_mends_it(at: int) -> None:
    """Also inside a parallel consult, where the other branch would like to go on."""
    calm = everything()
    _, undisturbed = await calm.play()
    bank = everything(store=Failing(at))
    visit = await bank.open()
    try:
        await visit.run()
        assert at > bank.store.batches  # type: ignore[attr-defined]
    except StoreError:
        before = await bank.store.read("visit-1")
        verify(before)
        orders = dict(bank.ledger.entries)
        with pytest.raises(StoreError, match="Resume the encounter"):
            await visit.run()
        await asyncio.sleep(0.01)
        assert await bank.store.read("visit-1") == before
        assert bank.ledger.entries == orders
        await (await bank.resume()).run()
    assert comparable(await bank.store.read("visit-1")) == comparable(undisturbed)
    assert bank.ledger.entries == calm.ledger.entries


class Dawdling(MemoryStore):
    """A store that is far away: later batches could overtake earlier ones. Keeps what was durable when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = 0

    async def append(self, events: Sequence[Event]) -> None:
        """Slowly, every other time."""
        self.batches += 1
        for _ in range(30 if self.batches % 2 else 1):
            await asyncio.sleep(0)
        await super().append(events)


async def test_whatever_touches_the_world_is_durable_first() -> None:
    """In parallel branches too, where one branch's flush carries the other's events."""
    bank = everything(store=Dawdling())
    early: list[str] = []

    class Watching:
        async def call(self, request: dict[str, object], key: str) -> dict[str, object]:
            durable = {f"visit-1:{decision}" for decision, _, _ in begun(await bank.store.read("visit-1"))}
            early.extend({key} - durable)
            return {"amount": request["amount"], "to": request.get("to")}

    bank.ledger = Watching()
    outcome, events = await bank.play()
    assert outcome.status == "finished"
    assert early == []
    assert verify(events) == len(events)


async def test_what_a_branch_did_is_durable_while_another_thinks_on() -> None:
    """Its last model call would otherwise be lost, and paid again, with the process."""
    durable: list[list[str]] = []
    second = asyncio.Event()
    bank = Branch({"teller": script(do("consult", agents=["clerk", "fraud"], question="?"))})

    class Clerk:
        name = "clerk"
        read = script().read

        async def decide(self, situation: Situation) -> Decision:
            if len(situation.view.items) > 4:
                second.set()
                for _ in range(500):  # the other branch ends at once where nothing holds it up
                    await asyncio.sleep(0.01)
                    there = [e.kind for e in await bank.store.read("visit-1") if e.branch == "2.1"]
                    if "closed" in there:
                        break
                durable.append(there)
                return Decision(do("report", risk=0.1))
            return Decision(do("note", text="x"))

    class Fraud:
        name = "fraud"
        read = script().read

        async def decide(self, situation: Situation) -> Decision:
            await asyncio.wait_for(second.wait(), 5)
            return Decision(do("report", risk=0.2))

    bank.policies = {**bank.policies, "clerk": Clerk(), "fraud": Fraud()}
    await bank.play()
    assert durable == [["decided", "closed"]]


async def test_when_a_write_fails_in_one_branch_the_others_stop_too() -> None:
    waits = asyncio.Event()

    class Waiting:
        name = "waiting"
        read = script().read

        async def decide(self, situation: Situation) -> Decision:
            await waits.wait()
            raise AssertionError("nobody woke it")

    class Full(MemoryStore):
        async def append(self, events: Sequence[Event]) -> None:
            if any(e.branch == "2.1" for e in events):
                raise StoreError("the disk is full.")
            await super().append(events)

    noting = script(do("note", text="x"))
    bank = Branch(
        {
            "teller": script(do("consult", agents=["clerk", "fraud"], question="?")),
            "fraud": noting,
            "clerk": Waiting(),
        },
        store=Full(),
    )
    with pytest.raises(StoreError, match="the disk is full"):
        await asyncio.wait_for(bank.play(), 5)
    assert len(asyncio.all_tasks()) == 1


# --- files that are no stores -----------------------------------------------------------------------------


def test_a_file_that_is_no_store_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Dear diary, this is no database at all." * 50)
    with pytest.raises(StoreError, match=r"note\.txt cannot be opened as a store"):
        SqliteStore(tmp_path / "note.txt")
    with pytest.raises(StoreError, match="Give the path of a SQLite file"):
        SqliteStore(tmp_path)


async def test_a_closed_or_locked_store_says_so(tmp_path: Path) -> None:
    store, other = SqliteStore(tmp_path / "log.db"), SqliteStore(tmp_path / "log.db")
    store._db.execute("PRAGMA busy_timeout=10")
    other._db.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="refused a write: database is locked"):
        await store.append(log_of(1))
    other._db.execute("ROLLBACK")
    await store.append(log_of(1))
    await store.close()
    await store.close()
    for doing in (
        store.append(log_of(2)[1:]),
        store.read("v"),
        store.encounters(),
        store.erase("v", MAIN, [0]),
    ):
        with pytest.raises(StoreError, match="refused"):
            await doing


async def test_a_log_goes_on_where_it_stood(doors: Doors) -> None:
    store = doors()
    log = EventLog(store, "v", SimulatedClock(NOON))
    log.append(MAIN, header(), "harness", ())
    await log.flush()
    again, events = await EventLog.load(doors(), "v", SimulatedClock(NOON))
    event = again.append(MAIN, Observed("door", {}), "door", (events[0].ref,))
    assert await store.read("v") == events
    await again.flush()
    await again.flush()
    assert await store.read("v") == [*events, event]
    log.append(MAIN, Observed("door", {}), "door", ())
    with pytest.raises(StoreConflict):
        await log.flush()


async def test_listeners_hear_of_durable_events_in_order(store: Store) -> None:
    bank = Branch({"teller": script(do("identify"), do("ask", text="Well?"))}, store=store)
    visit = await bank.open()
    heard: list[str] = []
    visit.log.subscribe(lambda event: heard.append(event.name))
    await visit.run()
    assert heard == [e.name for e in await store.read("visit-1")][1:]


def test_a_file_of_another_layout_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="layout 99"):
        SqliteStore(path)
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
