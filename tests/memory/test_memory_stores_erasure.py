"""Erasure by law: gone from tables, indexes, vectors and the bytes of the files, kept away, and in the audit trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from memory_facts import a_fact
from memory_places import PLACES, new_database, opened, run, server

from wardround.clinical import WARDROUND, Fact, Patient
from wardround.memory import RememberingError
from wardround.memory.stores import AuditEntry, Erasure, FactStore, open_store

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
SECRET = "Xylophagia-7731"


@pytest.fixture(params=list(PLACES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FactStore]:
    kept = opened(request.param, tmp_path)
    yield kept
    kept.close()


def erase(store: FactStore, *ids: str, who: str = "p1") -> Erasure:
    return store.erase(patient_id=who, ids=ids or None, by="Dr. Law", reason="court order 7", at=NOW)


def test_erased_facts_are_gone_from_every_way_of_asking(store: FactStore) -> None:
    facts = [a_fact(f"f{n}", text=f"pain {n}", code=f"c{n}") for n in range(4)]
    store.write(facts, patient_id="p1")
    store.keep_vectors(patient_id="p1", model="m", vectors={f.id: b"v" for f in facts})
    assert erase(store, "f1", "f3", "never") == Erasure(2)
    assert store.read(patient_id="p1") == (facts[0], facts[2])
    assert store.coded(patient_id="p1", codes=[(WARDROUND, f"c{n}") for n in range(4)]) == (
        facts[0],
        facts[2],
    )
    assert store.matching(patient_id="p1", words=["pain"], limit=9) == ("f2", "f0")
    assert store.vectors(patient_id="p1", model="m") == {"f0": b"v", "f2": b"v"}


def test_what_was_erased_cannot_be_written_again_by_a_late_writer(store: FactStore) -> None:
    store.write([a_fact("f1"), a_fact("f2")], patient_id="p1")
    erase(store, "f1", "on-the-way")
    late = [a_fact("f1"), a_fact("on-the-way"), a_fact("f3")]
    assert store.write(late, patient_id="p1") == 1
    assert [f.id for f in store.read(patient_id="p1")] == ["f2", "f3"]
    store.keep_vectors(patient_id="p1", model="m", vectors={"f1": b"late", "f3": b"v"})
    assert store.vectors(patient_id="p1", model="m") == {"f3": b"v"}


def test_the_same_id_of_another_patient_is_not_touched(store: FactStore) -> None:
    for who in ("p1", "p2"):
        store.write([a_fact("same", patient_id=who)], patient_id=who)
        store.know(Patient(who, who, None, "unknown"))
    assert erase(store) == Erasure(1)
    assert [f.patient_id for f in store.read(patient_id="p2")] == ["p2"]
    assert store.patients() == ("p2",)
    assert store.write([a_fact("same", patient_id="p2")], patient_id="p2") == 0
    erase(store, who="p2")
    assert store.patients() == ()


def test_a_patient_who_is_erased_is_gone_and_may_come_anew(store: FactStore) -> None:
    store.write([a_fact("f1"), a_fact("f2")], patient_id="p1")
    store.know(Patient("p1", "Maria", None, "unknown"))
    assert erase(store) == Erasure(2)
    assert store.patient(patient_id="p1") is None
    assert store.patients() == ()
    assert store.write([a_fact("f1"), a_fact("f2")], patient_id="p1") == 0
    assert store.write([a_fact("f9")], patient_id="p1") == 1
    assert [f.id for f in store.read(patient_id="p1")] == ["f9"]


def test_erasing_again_changes_nothing_and_is_audited_again(store: FactStore) -> None:
    store.write([a_fact("f1")], patient_id="p1")
    assert [erase(store, "f1"), erase(store, "f1"), erase(store), erase(store)] == [
        Erasure(1),
        Erasure(0),
        Erasure(0),
        Erasure(0),
    ]
    assert [(line.what, line.count) for line in store.audit()] == [("erase", n) for n in (1, 0, 0, 0)]


def test_an_erasure_is_one_line_of_the_trail(store: FactStore) -> None:
    store.write([a_fact("f1"), a_fact("f2")], patient_id="p1")
    erase(store, "f1")
    assert store.audit(patient_id="p1") == (
        AuditEntry(NOW, "Dr. Law", "", "erase", patient_id="p1", reason="court order 7", count=1),
    )


def test_the_trail_of_an_erased_patient_keeps_who_and_when_and_loses_the_name(store: FactStore) -> None:
    store.note(AuditEntry(NOW, "Dr. A", "surgeon", "unlock", "hiv", "p1", f"for {SECRET}"))
    store.note(AuditEntry(NOW, "Dr. B", "surgeon", "unlock", "hiv", "p2", "consult"))
    store.write([a_fact("f1")], patient_id="p1")
    erase(store)
    seen, others, erasure = store.audit()
    assert seen.patient_id == erasure.patient_id
    assert (seen.patient_id or "").startswith("erased:")
    assert seen == AuditEntry(NOW, "Dr. A", "surgeon", "unlock", "", seen.patient_id, "")
    assert (erasure.reason, erasure.count, others.patient_id) == ("court order 7", 1, "p2")
    assert store.audit(patient_id="p1") == (seen, erasure)
    assert "p1" not in repr(store.audit())


def test_an_erasure_needs_a_time_zone_and_a_patient(store: FactStore) -> None:
    with pytest.raises(RememberingError, match="time zone"):
        store.erase(patient_id="p1", ids=None, by="x", reason="x", at=datetime(2026, 1, 1))
    with pytest.raises(RememberingError, match="patient_id"):
        store.erase(patient_id="", ids=None, by="x", reason="x", at=NOW)
    with pytest.raises(RememberingError, match="list of ids"):
        store.erase(patient_id="p1", ids="f1", by="x", reason="x", at=NOW)
    assert store.audit() == ()


def test_many_facts_are_erased_at_once(store: FactStore) -> None:
    facts = [a_fact(f"f{n}", code="c") for n in range(6_000)]
    store.write(facts, patient_id="p1")
    assert erase(store, *(f.id for f in facts[:5_500])) == Erasure(5_500)
    assert store.read(patient_id="p1") == tuple(facts[5_500:])
    assert store.write(facts, patient_id="p1") == 0


# --- the bytes of the files --------------------------------------------------------------------------------


def planted(n: int) -> list[Fact]:
    """Facts around a secret one; enough of them that pages split, and copies of rows are left on old ones."""
    facts = [a_fact(f"f{i}", text=f"pain {i}", code=f"c{i}", detail="w " * (i % 90)) for i in range(n)]
    facts[n // 2] = replace(a_fact("secret", text=SECRET, code=SECRET, detail=SECRET * 3), value=SECRET)
    return facts


def fill(store: FactStore, who: str) -> None:
    for fact in planted(300):
        store.write([replace(fact, patient_id=who)], patient_id=who)
    store.keep_vectors(patient_id=who, model="m", vectors={"secret": SECRET.encode()})


def holding(folder: Path, words: str) -> list[str]:
    """Files that hold the words as bytes, in any case."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if words.lower().encode() in path.read_bytes().lower()]


def test_no_byte_of_an_erased_fact_is_left_in_sqlites_files(tmp_path: Path) -> None:
    store = open_store(tmp_path / "memory.sqlite")
    fill(store, "p1")
    fill(store, "p2")
    erase(store, "secret", who="p1")
    assert holding(tmp_path, SECRET)  # the other patient's
    assert erase(store, "secret", who="p2").traces == ""
    assert holding(tmp_path, SECRET) == []
    assert len(store.read(patient_id="p1")) == 299
    store.close()
    assert holding(tmp_path, SECRET) == []


def test_the_file_is_written_anew(tmp_path: Path) -> None:
    """Rows move as pages split, and deleting one wipes it only where it stands now: in six runs of 6,000 rows in
    random order, 1 to 3 of 100 deleted rows were still there in the bytes, `secure_delete` or not."""
    store = open_store(tmp_path / "memory.sqlite")
    fill(store, "p1")
    before = (tmp_path / "memory.sqlite").stat().st_size
    erase(store, *(f"f{i}" for i in range(290)))
    with sqlite3.connect(tmp_path / "memory.sqlite") as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
    db.close()
    assert (tmp_path / "memory.sqlite").stat().st_size < before
    store.close()


def test_no_byte_of_an_erased_patient_is_left_in_sqlites_files(tmp_path: Path) -> None:
    who = f"patient-{SECRET}"
    store = open_store(tmp_path / "memory.sqlite")
    store.know(Patient(who, f"Maria {SECRET}", None, "female"))
    store.note(AuditEntry(NOW, "Dr. A", "surgeon", "unlock", SECRET, who, SECRET))
    fill(store, who)
    store.write([a_fact("f1", patient_id="p2")], patient_id="p2")
    assert erase(store, who=who) == Erasure(300)
    assert holding(tmp_path, SECRET) == []
    assert [f.id for f in store.read(patient_id="p2")] == ["f1"]
    store.close()


def test_a_reader_who_holds_on_to_the_log_is_told_of_and_erasing_again_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wardround.memory.stores.databases.PATIENCE_S", 0.2)
    store = open_store(tmp_path / "memory.sqlite")
    fill(store, "p1")
    reader = sqlite3.connect(tmp_path / "memory.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM facts").fetchone()
    first = erase(store, "secret")
    assert first.count == 1
    assert "Erase again" in first.traces
    assert store.read(patient_id="p1", ids=["secret"]) == ()
    reader.close()
    assert erase(store, "secret") == Erasure(0)
    assert holding(tmp_path, SECRET) == []
    store.close()


def test_no_byte_of_an_erased_patient_is_left_in_postgresqls_tables() -> None:
    where = new_database()
    store = open_store(where)
    who = f"patient-{SECRET}"
    store.know(Patient(who, f"Maria {SECRET}", None, "female"))
    store.note(AuditEntry(NOW, "Dr. A", "surgeon", "unlock", SECRET, who, SECRET))
    fill(store, who)
    tables = Path(server().pgdata) / "base"
    run(where, "CHECKPOINT")
    assert holding(tables, SECRET)
    assert erase(store, who=who) == Erasure(300)
    run(where, "CHECKPOINT")
    assert holding(tables, SECRET) == []
    store.close()
