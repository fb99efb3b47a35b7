"""Several writers at once, and one that dies in the middle: nothing lost, nothing twice, nothing half."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from memory_facts import a_fact
from memory_places import LASTING, PLACES, Where, opened

from wardround.memory.stores import FactStore, open_store

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)


def orders_kept(written: list[str], batches: list[list[str]]) -> bool:
    """Every batch is there whole, in a row, and nothing else is."""
    starts = [written.index(batch[0]) for batch in batches]
    rows = all(written[at : at + len(b)] == b for at, b in zip(starts, batches, strict=True))
    return rows and len(written) == sum(map(len, batches)) == len(set(written))


@pytest.mark.parametrize("name", list(PLACES))
def test_threads_that_write_to_one_patient_lose_nothing(name: str, tmp_path: Path) -> None:
    store = opened(name, tmp_path)
    batches = [[f"f{n}-{i}" for i in range(5)] for n in range(40)]

    def write(batch: list[str]) -> int:
        return store.write([a_fact(one) for one in batch], patient_id="p1")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(write, batches)) == [5] * 40
    assert orders_kept([f.id for f in store.read(patient_id="p1")], batches)
    store.close()


@pytest.mark.parametrize("name", list(PLACES))
def test_threads_that_write_the_same_facts_write_them_once(name: str, tmp_path: Path) -> None:
    store = opened(name, tmp_path)
    batch = [a_fact(f"f{i}", code="c") for i in range(30)]
    with ThreadPoolExecutor(8) as pool:
        new = list(pool.map(lambda _: store.write(batch, patient_id="p1"), range(16)))
    assert sorted(new) == [0] * 15 + [30]
    assert store.read(patient_id="p1") == tuple(batch)
    store.close()


@pytest.mark.parametrize("name", list(PLACES))
def test_threads_that_write_while_another_erases_bring_nothing_back(name: str, tmp_path: Path) -> None:
    store = opened(name, tmp_path)
    facts = [a_fact(f"f{i}") for i in range(6)]

    def erase(fact: str) -> int:
        return store.erase(patient_id="p1", ids=[fact], by="x", reason="x", at=NOW).count

    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(store.write, facts, patient_id="p1") for _ in range(10)]
        erasing = [pool.submit(erase, f.id) for f in facts]
        writing += [pool.submit(store.write, facts, patient_id="p1") for _ in range(10)]
        written, erased = sum(f.result() for f in writing), sum(f.result() for f in erasing)
    assert written == erased
    assert store.read(patient_id="p1") == ()
    store.close()


_WRITER = """
import os, signal, sys
sys.path.insert(0, sys.argv[4])
from memory_facts import a_fact
from wardround.memory.stores import open_store, sql
store, start = open_store(sys.argv[1]), int(sys.argv[2])
whole = sql.SqlStore._move_on

def dies(*args):
    os.kill(os.getpid(), signal.SIGKILL)

for n in range(start, start + 20):
    if sys.argv[3] == "dies" and n == start + 10:
        sql.SqlStore._move_on = dies  # the rows are inserted, the register not yet
    store.write([a_fact(f"f{n}-{i}", code="c") for i in range(3)], patient_id="p1")
"""


def writing(where: Where, start: int, how: str) -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parent)
    return subprocess.Popen([sys.executable, "-c", _WRITER, str(where), str(start), how, here])


def batches_of(*numbers: int) -> list[list[str]]:
    return [[f"f{n}-{i}" for i in range(3)] for n in numbers]


@pytest.mark.parametrize("name", LASTING)
def test_processes_that_open_and_write_at_once_and_one_that_is_killed_leave_whole_batches(
    name: str, tmp_path: Path
) -> None:
    where = PLACES[name](tmp_path)
    alive, dying = writing(where, 0, "lives"), writing(where, 100, "dies")
    assert (alive.wait(60), dying.wait(60)) == (0, -9)
    store: FactStore = open_store(where)
    expected = batches_of(*range(20), *range(100, 110))
    assert orders_kept([f.id for f in store.read(patient_id="p1")], expected)
    assert len(store.coded(patient_id="p1", codes=[("urn:wardround:knowledge", "c")])) == 90
    before = store.revision(patient_id="p1")
    assert store.write([a_fact(f"f110-{i}") for i in range(3)], patient_id="p1") == 3
    assert store.revision(patient_id="p1") != before
    store.close()


@pytest.mark.parametrize("name", LASTING)
def test_a_write_that_the_database_refuses_half_way_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(name, tmp_path)
    store.write([a_fact("f1")], patient_id="p1")
    before = store.revision(patient_id="p1")

    def breaks(*_: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr("wardround.memory.stores.sql.SqlStore._move_on", breaks)
        with pytest.raises(OSError, match="disk is gone"):
            store.write([a_fact("f2", code="c")], patient_id="p1")
    assert [f.id for f in store.read(patient_id="p1")] == ["f1"]
    assert store.coded(patient_id="p1", codes=[("urn:wardround:knowledge", "c")]) == ()
    assert store.revision(patient_id="p1") == before
    assert store.write([a_fact("f2", code="c")], patient_id="p1") == 1
    store.close()
