"""Memory is a projection: deleted, it is made again from archive and logs, the same facts in the same order."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from care_visits import ANNA, DAY, Saying, clinic, policy_called
from kept_visits import ON, House, house

from wardround.care import (
    Incoming,
    RecordArchive,
    Request,
    drop_old,
    naming_of,
    note_down,
    rebuild,
    remake,
    retract,
    settle,
    take_in,
    take_over,
)
from wardround.clinical import Concept, Fact, FactSource, Patient
from wardround.harness import Answering, Ports
from wardround.memory import Memory, RememberingError, fact_to_json, patient_to_json
from wardround.samples import SAMPLE_RECORD

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
MARIA = "maria-keller"
BUNDLE = SAMPLE_RECORD.read_bytes()
TELLS = Saying("No.", {"burn": "Yes.", "pass urine": "Yes.", "allerg": "No, no allergies at all."})
LETTER = Fact(
    "letter-1",
    MARIA,
    "social",
    Concept("lives alone"),
    "active",
    "reported",
    AT,
    FactSource("document", "letter.pdf", page=2, quote="I live alone"),
)
DENIAL = replace(LETTER, id="letter-2", kind="allergy", concept=Concept("no known allergies"))


async def a_life(at: House) -> None:
    """A record, a visit, a letter, a newer record, a second visit, a decision and a retraction at the desk."""
    take_in(at.ward, Incoming.read(BUNDLE, received=AT))
    maria = at.ward.memory.patient(patient_id=MARIA)
    assert maria is not None
    await at.visit("it burns when I pee", maria, says=TELLS)
    note_down(at.ward, [LETTER, DENIAL], patient_id=MARIA)
    newer = json.loads(BUNDLE)
    for entry in newer["entry"]:
        if entry["resource"]["id"] == "hyperlipidaemia":
            entry["resource"]["onsetDateTime"] = "2013-01-01"
        if entry["resource"]["id"] == MARIA:
            entry["resource"]["name"][0]["text"] = "Maria Keller-Roth"
            entry["resource"]["name"][0].pop("family", None)
            entry["resource"]["name"][0].pop("given", None)
    take_in(at.ward, Incoming.read(json.dumps(newer).encode(), received=AT + timedelta(days=25)))
    await at.visit("I have a cough", maria, says=TELLS, on=DAY + timedelta(days=5))
    conflicts = at.ward.memory.conflicts(patient_id=MARIA, on=date.today() + timedelta(days=400))
    assert conflicts, "a record with an allergy, and a letter that says that there are none"
    settle(at.ward, conflicts[0].id, "first", patient_id=MARIA, by="Dr Osei", why="confirmed by the letter")
    retract(at.ward, LETTER.id, patient_id=MARIA, by="Dr Osei", why="another Maria's letter")


def said(memory: Memory) -> list[object]:
    """All that memory says of her on several days."""
    days = (date(2015, 1, 1), date(2024, 1, 1), DAY, ON, date(2028, 1, 1))
    told: list[object] = [memory.patient(patient_id=MARIA), memory.facts(patient_id=MARIA, superseded=True)]
    for day in days:
        told += [
            memory.statements(patient_id=MARIA, on=day),
            memory.conflicts(patient_id=MARIA, on=day),
            memory.brief(patient_id=MARIA, on=day),
        ]
    return told


async def test_the_same_facts_in_the_same_order_and_the_same_answers(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await a_life(at)
        fresh = Memory(naming=naming_of(clinic()))
        done = await rebuild(fresh, at.archive, at.ward.store, clinic())
        assert (done.patients, done.bundles, done.visits, done.refused) == (1, 2, 2, ())
        assert said(fresh) == said(at.ward.memory)
        assert done.facts == len(at.facts(MARIA))


async def test_rebuilding_into_what_is_whole_writes_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await a_life(at)
        before = said(at.ward.memory)
        done = await rebuild(at.ward.memory, at.archive, at.ward.store, clinic())
        assert done.facts == 0
        assert said(at.ward.memory) == before


async def test_only_the_patients_that_are_asked_for(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.visit("I have a cough")
        await a_life(at)
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic(), patients=["anna"])
        assert fresh.patients() == ("anna",)


async def test_a_visit_that_was_closed_and_not_remembered_is_remembered_now(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.visit("it burns when I pee", says=TELLS)
        before = at.facts("anna")
        (entry,) = [e for e in at.archive.entries(patient_id="anna") if e.kind == "visit"]
        at.archive.withdraw(entry)
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic())
        assert list(fresh.facts(patient_id="anna", superseded=True)) == before
        assert fresh.patient(patient_id="anna") == ANNA


async def test_an_open_visit_gives_nothing_yet(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await at.ward.open(
            Request(ANNA, "a cough", DAY), policy_called("planner"), Ports(Saying(), Answering("reject"))
        )
        fresh = Memory()
        done = await rebuild(fresh, at.archive, at.ward.store, clinic())
        assert (done.facts, done.visits) == (0, 0)
        assert fresh.patient(patient_id="anna") == ANNA


# --- the file ----------------------------------------------------------------------------------------------


async def test_the_file_is_made_anew_and_its_audit_trail_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    async with house(tmp_path) as at:
        await a_life(at)
        await at.visit("I have a cough", Patient("ben", "Ben", None, "male"))
        doomed = at.facts("ben")[0].id
        at.ward.memory.erase(patient_id="ben", facts=[doomed], by="Dr A", reason="law")
        before, trail = said(at.ward.memory), at.ward.memory.audit()
        at.archive.begin_erasure(
            patient_id="ben", encounters=[], facts=[doomed], by="Dr A", reason="law", at=AT
        )
        await remake(path, at.archive, at.ward.store, clinic(), old=at.ward.memory)
        fresh = Memory(path, naming=naming_of(clinic()))
        assert said(fresh) == before
        assert fresh.audit() == trail
        assert doomed not in [f.id for f in fresh.facts(patient_id="ben", superseded=True)]
        fresh.close()
    assert sorted(os.listdir(tmp_path)) == ["memory.sqlite", "wardround.sqlite"]


async def test_a_missing_file_is_made(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await a_life(at)
        before = said(at.ward.memory)
        await remake(tmp_path / "other.sqlite", at.archive, at.ward.store, clinic())
        fresh = Memory(tmp_path / "other.sqlite", naming=naming_of(clinic()))
        assert said(fresh) == before
        fresh.close()


async def test_what_memory_alone_holds_is_not_lost_by_accident(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    async with house(tmp_path) as at:
        await a_life(at)
        at.ward.memory.write([replace(LETTER, id="only-here")], patient_id=MARIA)
        before = at.facts(MARIA)
        with pytest.raises(RememberingError, match="1 facts of maria-keller stand in memory alone"):
            await remake(path, at.archive, at.ward.store, clinic(), old=at.ward.memory)
        assert at.facts(MARIA) == before
        assert not (tmp_path / "memory.sqlite.rebuilding").exists()
        await remake(path, at.archive, at.ward.store, clinic(), old=at.ward.memory, keep=True)
        fresh = Memory(path)
        assert list(fresh.facts(patient_id=MARIA, superseded=True)) == before
        fresh.close()
        again = Memory()
        await rebuild(again, at.archive, at.ward.store, clinic())
        assert {f.id for f in again.facts(patient_id=MARIA, superseded=True)} == {f.id for f in before}


async def test_broken_off_the_old_file_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as at:
        await a_life(at)
        before = said(at.ward.memory)

        def fail(_: object) -> bytes:
            raise KeyboardInterrupt

        monkeypatch.setattr(at.archive, "bundle", fail)
        with pytest.raises(KeyboardInterrupt):
            await remake(tmp_path / "memory.sqlite", at.archive, at.ward.store, clinic(), old=at.ward.memory)
        assert said(at.ward.memory) == before


# --- older stores ------------------------------------------------------------------------------------------

OLD = """
CREATE TABLE facts (patient_id TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL,
    supersedes TEXT, data BLOB NOT NULL, PRIMARY KEY (patient_id, id)) WITHOUT ROWID;
CREATE TABLE patients (patient_id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
"""


def older(path: Path, facts: list[Fact], patient: Patient | None) -> None:
    """The tables of an older store, with what memory held then."""
    db = sqlite3.connect(path)
    db.executescript(OLD)
    for place, fact in enumerate(facts):
        row = (MARIA, fact.id, place, fact.kind, fact.supersedes, orjson.dumps(fact_to_json(fact)))
        db.execute("INSERT INTO facts VALUES (?,?,?,?,?,?)", row)
    if patient is not None:
        db.execute("INSERT INTO patients VALUES (?,?)", (MARIA, orjson.dumps(patient_to_json(patient))))
    db.commit()
    db.close()


async def test_memory_of_an_older_store_is_taken_over_without_loss_and_once(tmp_path: Path) -> None:
    record = Incoming.read(BUNDLE, received=AT).record
    async with house(tmp_path) as at:
        await at.visit("I have a cough", record.patient, record=record.facts, says=TELLS)
        was = at.facts(MARIA)
        at.archive.drop(patient_id=MARIA)
        path = tmp_path / "wardround.sqlite"
        older(path, was, record.patient)
        assert take_over(path, at.archive) == (MARIA,)
        assert take_over(path, at.archive) == (MARIA,)
        assert len(at.archive.entries(patient_id=MARIA)) == 1
        drop_old(path)
        assert take_over(path, at.archive) == ()
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic())
        assert list(fresh.facts(patient_id=MARIA, superseded=True)) == was
        assert fresh.patient(patient_id=MARIA) == record.patient


def test_a_store_without_old_tables_has_nothing_to_take_over(tmp_path: Path) -> None:
    archive = RecordArchive(tmp_path / "wardround.sqlite")
    assert take_over(tmp_path / "wardround.sqlite", archive) == ()


async def test_what_states_no_date_is_dated_as_when_it_came_also_when_rebuilt(tmp_path: Path) -> None:
    undated = json.loads(BUNDLE)
    for entry in undated["entry"]:
        if entry["resource"]["id"] == "hypertension":
            for key in ("recordedDate", "onsetDateTime"):
                entry["resource"].pop(key, None)
    async with house(tmp_path) as at:
        take_in(at.ward, Incoming.read(json.dumps(undated).encode(), received=AT))
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic())
        found = fresh.facts(patient_id=MARIA, superseded=True)
        assert AT in [f.recorded for f in found]
        assert list(found) == at.facts(MARIA)
