"""The archive: what memory is made of beside the logs, byte for byte, in the order of taking in, and gone when erased."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from care_visits import ANNA, Saying, maria, policy_called
from kept_visits import house

from wardround.care import (
    AnotherPersonError,
    ErasedError,
    Incoming,
    RecordArchive,
    Request,
    note_down,
    settle,
    take_in,
)
from wardround.clinical import RecordError
from wardround.harness import Answering, HarnessError, Ports, StoreError
from wardround.memory import RememberingError
from wardround.samples import SAMPLE_RECORD

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
BUNDLE = SAMPLE_RECORD.read_bytes()


def test_a_bundle_is_kept_byte_for_byte_and_packed(tmp_path: Path) -> None:
    archive = RecordArchive(tmp_path / "a.sqlite")
    entry = archive.keep_bundle(BUNDLE, patient_id="p", received=AT)
    assert entry is not None
    assert archive.bundle(entry) == BUNDLE
    assert (entry.kind, entry.at, entry.patient_id) == ("bundle", AT, "p")
    archive.close()
    assert b"Phenoxymethyl" not in (tmp_path / "a.sqlite").read_bytes()


def test_the_same_bundle_twice_in_a_row_is_taken_in_once() -> None:
    archive = RecordArchive()
    assert archive.keep_bundle(BUNDLE, patient_id="p", received=AT)
    assert archive.keep_bundle(BUNDLE, patient_id="p", received=AT) is None
    assert len(archive.entries(patient_id="p")) == 1


def test_an_older_bundle_that_comes_again_counts_as_the_latest_word_and_is_stored_once() -> None:
    archive = RecordArchive()
    for data in (b"old", b"new", b"old"):
        archive.keep_bundle(data, patient_id="p", received=AT)
    assert [archive.bundle(e) for e in archive.entries(patient_id="p")] == [b"old", b"new", b"old"]


def test_entries_are_one_patients_alone() -> None:
    archive = RecordArchive()
    archive.keep_bundle(b"a", patient_id="p", received=AT)
    archive.keep_bundle(b"a", patient_id="q", received=AT)
    assert [e.patient_id for e in archive.entries(patient_id="p")] == ["p"]
    assert archive.patients() == ("p", "q")
    archive.drop(patient_id="p")
    assert archive.patients() == ("q",)
    assert [archive.bundle(e) for e in archive.entries(patient_id="q")] == [b"a"]


def test_statements_come_back_as_they_were(tmp_path: Path) -> None:
    patient, facts = maria()
    archive = RecordArchive(tmp_path / "a.sqlite")
    entry = archive.keep_statements(facts, patient_id=patient.id, at=AT, patient=patient)
    assert entry is not None
    assert archive.statements(entry) == (patient, facts)
    assert archive.keep_statements([], patient_id=patient.id, at=AT) is None


def test_a_visit_is_noted_once() -> None:
    archive = RecordArchive()
    assert archive.keep_visit("v-1", patient_id="p", at=AT)
    assert archive.keep_visit("v-1", patient_id="p", at=AT) is None


def test_it_outlives_the_process(tmp_path: Path) -> None:
    archive = RecordArchive(tmp_path / "a.sqlite")
    archive.keep_bundle(b"a", patient_id="p", received=AT)
    archive.begin_erasure(patient_id="q", encounters=["q-1"], facts=None, by="Dr A", reason="law", at=AT)
    archive.close()
    again = RecordArchive(tmp_path / "a.sqlite")
    assert again.patients() == ("p",)
    assert again.is_erased(patient_id="q")
    assert not again.is_erased(patient_id="p")
    assert again.erasures_of(patient_id="q")[0].counts is None


def test_who_was_erased_is_taken_in_by_nobody() -> None:
    archive = RecordArchive()
    archive.begin_erasure(patient_id="p", encounters=[], facts=None, by="Dr A", reason="law", at=AT)
    with pytest.raises(StoreError, match="erased by law"):
        archive.keep_bundle(b"a", patient_id="p", received=AT)
    with pytest.raises(StoreError, match="erased by law"):
        archive.keep_visit("p-1", patient_id="p", at=AT)


def test_what_is_no_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"no database, certainly not" * 50)
    with pytest.raises(StoreError, match=r"a\.sqlite cannot be opened"):
        RecordArchive(path)


# --- taking in ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
async def test_an_imported_record_is_archived_as_it_came_and_remembered(tmp_path: Path, packed: bool) -> None:
    data = gzip.compress(BUNDLE) if packed else BUNDLE
    async with house(tmp_path) as at:
        incoming = Incoming.read(data, received=AT)
        assert take_in(at.ward, incoming) == len(incoming.record.facts) > 50
        assert take_in(at.ward, incoming) == 0
        (entry,) = at.archive.entries(patient_id="maria-keller")
        assert at.archive.bundle(entry) == BUNDLE
        assert at.ward.memory.patient(patient_id="maria-keller") == incoming.record.patient


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"odd\.json: cannot be opened"):
        Incoming.read(tmp_path / "odd.json")
    (tmp_path / "odd.json").write_text("{")
    with pytest.raises(RecordError, match=r"odd\.json: it is not JSON"):
        Incoming.read(tmp_path / "odd.json")


async def test_what_memory_refuses_does_not_stay_in_the_archive(tmp_path: Path) -> None:
    patient, facts = maria()
    async with house(tmp_path) as at:
        note_down(at.ward, facts, patient_id=patient.id, patient=patient)
        kept = len(at.archive.entries(patient_id=patient.id))
        drug = next(f for f in facts if f.kind == "drug")
        allergy = next(f for f in facts if f.kind == "allergy")
        wrong = replace(drug, id="wrong", supersedes=allergy.id)
        with pytest.raises(RememberingError, match="cannot supersede"):
            note_down(at.ward, [wrong], patient_id=patient.id)
        assert len(at.archive.entries(patient_id=patient.id)) == kept


async def test_facts_that_a_visit_brings_are_archived_once(tmp_path: Path) -> None:
    patient, facts = maria()
    async with house(tmp_path) as at:
        await at.visit("it burns when I pee", patient=patient, record=facts)
        await at.visit("I have a cough", patient=patient, record=facts)
        kinds = [e.kind for e in at.archive.entries(patient_id=patient.id)]
        assert kinds == ["statements", "visit", "visit"]


async def test_nobody_who_was_erased_can_be_taken_in_or_visited(tmp_path: Path) -> None:
    patient, facts = maria()
    async with house(tmp_path) as at:
        at.archive.begin_erasure(
            patient_id=patient.id, encounters=[], facts=None, by="Dr A", reason="law", at=AT
        )
        with pytest.raises(ErasedError, match="give another id"):
            take_in(at.ward, Incoming.read(BUNDLE, received=AT))
        with pytest.raises(ErasedError, match="give another id"):
            await at.visit("a cough", patient=patient, record=facts)
        with pytest.raises(ErasedError):
            settle(at.ward, "conflict-1", "first", patient_id=patient.id, by="Dr A", why="asked")
        assert at.facts(patient.id) == []


async def test_a_visit_takes_no_other_patients_record(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        request = Request(ANNA, "a cough", AT.date(), incoming=Incoming.read(BUNDLE, received=AT))
        with pytest.raises(HarnessError, match="another patient's record"):
            await at.ward.open(request, policy_called("planner"), Ports(Saying(), Answering("reject")))
        assert at.archive.patients() == ()


@pytest.mark.parametrize("change", [{"birthDate": "1999-01-01"}, {"gender": "male"}])
async def test_another_person_under_a_known_id_is_refused_and_nothing_is_taken_in(
    tmp_path: Path, change: dict[str, str]
) -> None:
    bundle = json.loads(BUNDLE)
    who = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
    who.update(change)
    other = Incoming.read(json.dumps(bundle).encode(), received=AT)
    async with house(tmp_path) as at:
        take_in(at.ward, Incoming.read(BUNDLE, received=AT))
        known = at.ward.memory.patient(patient_id=other.record.patient.id)
        kept = len(at.archive.entries(patient_id=other.record.patient.id))
        with pytest.raises(AnotherPersonError, match="in memory, and"):
            take_in(at.ward, other)
        assert at.ward.memory.patient(patient_id=other.record.patient.id) == known
        assert len(at.archive.entries(patient_id=other.record.patient.id)) == kept
        take_in(at.ward, other, corrects_person=True)
        assert at.ward.memory.patient(patient_id=other.record.patient.id) == other.record.patient
