"""Backup and restore: one consistent copy in one format, taken back whole by any store, or not at all."""

from __future__ import annotations

import gzip
import hashlib
import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import orjson
import pytest
from memory_facts import a_fact
from memory_places import LASTING, PLACES, opened
from sqlalchemy import Connection

from wardround.clinical import WARDROUND, Patient
from wardround.memory import RememberingError
from wardround.memory.stores import AuditEntry, EphemeralStore, FactStore, rows
from wardround.memory.stores.backups import PatientCopy

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
PAIRS = list(itertools.product(PLACES, PLACES))


def fill(store: FactStore) -> None:
    """Two patients, one erased, one fact erased, vectors, and a trail."""
    for who in ("p1", "p2", "患者"):
        facts = [a_fact(f"f{n}", patient_id=who, text=f"胸痛 pain {n}", code=f"c{n}") for n in range(12)]
        store.write(facts, patient_id=who)
        store.keep_vectors(patient_id=who, model="m", vectors={"f1": b"\0\1", "f2": b"\2"})
    store.know(Patient("p1", "Maria", None, "female"))
    store.know(Patient("known-alone", "Ann", None, "female"))
    store.note(AuditEntry(NOW, "Dr. A", "surgeon", "unlock", "hiv", "p1", "consult", 2))
    store.note(AuditEntry(NOW, "clerk", "clerk", "list"))
    store.erase(patient_id="p1", ids=["f3"], by="x", reason="law", at=NOW)
    store.erase(patient_id="p2", ids=None, by="x", reason="law", at=NOW)


def everything(store: FactStore) -> list[object]:
    names = store.patients()
    coded = [(WARDROUND, "c1"), (WARDROUND, "c4")]
    return [
        names,
        [store.read(patient_id=who) for who in names],
        [store.patient(patient_id=who) for who in names],
        [store.vectors(patient_id=who, model="m") for who in names],
        [store.coded(patient_id=who, codes=coded) for who in names],
        [store.matching(patient_id=who, words=["胸痛", "7"], limit=4) for who in names],
        store.audit(),
        store.audit(patient_id="p1"),
        store.audit(patient_id="p2"),
    ]


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=["-to-".join(pair) for pair in PAIRS])
def test_any_store_takes_back_what_any_store_gave(source: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = opened(source, tmp_path / "a"), opened(target, tmp_path / "b")
    fill(first)
    first.backup(tmp_path / "copy.gz")
    second.restore(tmp_path / "copy.gz")
    assert everything(second) == everything(first)
    gone = [a_fact(f"f{n}", patient_id="p2") for n in range(12)]
    assert second.write(gone, patient_id="p2") == 0  # erased stays erased
    assert second.write([a_fact("f3"), a_fact("f11"), a_fact("f99")], patient_id="p1") == 1
    assert [f.id for f in second.read(patient_id="p1")][-2:] == ["f11", "f99"]
    first.close()
    second.close()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "copy.gz"
    store = EphemeralStore()
    fill(store)
    store.backup(path)
    return path


@pytest.fixture(params=list(PLACES))
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> FactStore:
    return opened(request.param, tmp_path)


def refused(store: FactStore, path: Path, said: str) -> None:
    with pytest.raises(RememberingError, match=said):
        store.restore(path)
    assert store.patients() == ()
    assert store.audit() == ()
    assert store.write([a_fact("f3")], patient_id="p1") == 1
    store.close()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_refused(
    empty: FactStore, copy: Path, tmp_path: Path, share: float
) -> None:
    data = copy.read_bytes()
    cut = tmp_path / "cut.gz"
    cut.write_bytes(data[: int(len(data) * share)])
    refused(empty, cut, "no whole backup")


def lines_of(copy: Path) -> list[bytes]:
    return gzip.decompress(copy.read_bytes()).splitlines(keepends=True)


def written(path: Path, lines: list[bytes]) -> Path:
    path.write_bytes(gzip.compress(b"".join(lines)))
    return path


def sealed(path: Path, lines: list[bytes]) -> Path:
    """A backup that somebody made up, with the right digest."""
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    return written(path, [*lines, orjson.dumps({"lines": len(lines), "sha256": digest}) + b"\n"])


def test_a_backup_with_a_line_missing_or_changed_is_refused(copy: Path, tmp_path: Path) -> None:
    lines = lines_of(copy)
    for damaged in (
        lines[:-1],
        lines[:3] + lines[4:],
        [*lines[:4], lines[4].replace(b"pain", b"gain"), *lines[5:]],
    ):
        refused(EphemeralStore(), written(tmp_path / "damaged.gz", damaged), "cut off or was changed")


def test_what_is_no_backup_is_refused(empty: FactStore, tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("Dear colleague")
    for path in (letter, tmp_path / "none", tmp_path, sealed(tmp_path / "x", [b'{"format": "other"}\n'])):
        with pytest.raises(RememberingError, match="no whole backup"):
            empty.restore(path)
    refused(empty, written(tmp_path / "y", [b"[1, 2\n"]), "no whole backup")


def test_a_backup_of_a_newer_program_is_refused(copy: Path, tmp_path: Path) -> None:
    head, *rest = lines_of(copy)[:-1]
    newer = sealed(tmp_path / "newer.gz", [head.replace(b'"version":1', b'"version":2'), *rest])
    refused(EphemeralStore(), newer, "version 2")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"patient_id":"p1","kind"', b'"patient_id":"p2","kind"'),
        (b'"status":"active"', b'"statue":"active"'),
        (b'"facts":[', b'"facts":[7,'),
        (b'"recorded":"2026-01-10T00:00:00+00:00"', b'"recorded":"soon"'),
    ],
    ids=["of-another-patient", "without-a-field", "no-fact", "no-date"],
)
def test_a_backup_that_fails_in_its_last_patient_leaves_the_store_empty(
    empty: FactStore, copy: Path, tmp_path: Path, old: bytes, new: bytes
) -> None:
    *lines, last = [
        line.replace(b'"patient_id":"known-alone"', b'"patient_id":"a"') for line in lines_of(copy)[:-1]
    ]
    lines.insert(4, last)  # somebody whole before the one that fails
    assert old in lines[-1]
    bad = sealed(tmp_path / "bad.gz", [*lines[:-1], lines[-1].replace(old, new)])
    refused(empty, bad, r"p2, not p1|no whole backup")


def test_only_an_empty_store_takes_a_backup(empty: FactStore, copy: Path) -> None:
    empty.write([a_fact("mine", patient_id="p9")], patient_id="p9")
    with pytest.raises(RememberingError, match="not empty"):
        empty.restore(copy)
    assert empty.patients() == ("p9",)
    empty.close()


@pytest.mark.parametrize("name", list(PLACES))
def test_a_copy_taken_while_writers_go_on_holds_whole_batches(name: str, tmp_path: Path) -> None:
    store, done = opened(name, tmp_path), Event()
    store.write([a_fact("first", patient_id="p0")], patient_id="p0")

    def write(who: str) -> int:
        batches = 0
        while not done.is_set() and batches < 500:
            batch = [a_fact(f"f{batches}-{i}", patient_id=who) for i in range(5)]
            store.write(batch, patient_id=who)
            batches += 1
        return batches

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, f"p{n}") for n in range(2)]
        for n in range(3):
            store.backup(tmp_path / f"copy-{n}.gz")
        done.set()
        assert all(w.result() for w in writers)
    for n in range(3):
        again = EphemeralStore()
        again.restore(tmp_path / f"copy-{n}.gz")
        for who in again.patients():
            ids = [f.id for f in again.read(patient_id=who) if f.id != "first"]
            assert ids == [f"f{b}-{i}" for b in range(len(ids) // 5) for i in range(5)]
    store.close()


@pytest.mark.parametrize("name", LASTING)
def test_a_copy_is_of_one_moment_though_it_takes_many(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, whole = opened(name, tmp_path), rows.copy_of
    for who in ("p1", "p2"):
        store.write([a_fact("before", patient_id=who)], patient_id=who)

    def while_others_write(db: Connection, patient_id: str) -> PatientCopy:
        for who in ("p1", "p2", "p3"):
            store.write([a_fact(f"during-{patient_id}", patient_id=who)], patient_id=who)
        return whole(db, patient_id)

    monkeypatch.setattr(rows, "copy_of", while_others_write)
    store.backup(tmp_path / "copy.gz")
    again = EphemeralStore()
    again.restore(tmp_path / "copy.gz")
    assert again.patients() == ("p1", "p2")
    assert [[f.id for f in again.read(patient_id=who)] for who in ("p1", "p2")] == [["before"], ["before"]]
    assert store.patients() == ("p1", "p2", "p3")
    store.close()


def test_a_backup_replaces_an_older_one_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    store = EphemeralStore()
    fill(store)
    (tmp_path / "copy.gz").write_text("older")
    store.backup(str(tmp_path / "copy.gz"))
    assert [path.name for path in tmp_path.iterdir()] == ["copy.gz"]
    assert (tmp_path / "copy.gz").stat().st_mode & 0o077 == 0
    with pytest.raises(RememberingError, match="cannot be written as a backup"):
        store.backup(tmp_path / "none" / "copy.gz")
