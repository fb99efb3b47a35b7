"""Erasure by law: through logs, orders, archive and memory; nothing is found in any file, nothing comes back."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from care_visits import ANNA, DAY, Saying, clinic, policy_called
from kept_visits import House, bytes_in, house

from wardround.care import (
    ErasedError,
    Incoming,
    RecordArchive,
    erase_facts,
    erase_patient,
    note_down,
    rebuild,
    take_in,
)
from wardround.clinical import Concept, Fact, FactSource, PartialDate, Patient
from wardround.harness import Answering, HarnessError, Ports, StoreError, dump_lines, replay, verify
from wardround.memory import Memory, RememberingError
from wardround.samples import SAMPLE_RECORD

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
BEN = Patient("ben", "Ben Other", PartialDate.parse("1950-01-01"), "male")
PLANTED = ("Zyxomycin", "Qwortle", "Anna Example")
LAW: Any = {"by": "Dr Osei", "reason": "GDPR 17"}
TELLS = Saying(
    "No.",
    {
        "burn": "Yes, since I was at Qwortle.",
        "pass urine": "Yes.",
        "allerg": "Yes, trimethoprim and Zyxomycin, I swell up.",
    },
)


def fact(id: str, text: str, **more: object) -> Fact:
    made: Any = {
        "id": id,
        "patient_id": "anna",
        "kind": "social",
        "concept": Concept(text),
        "status": "active",
        "certainty": "reported",
        "recorded": AT,
        "source": FactSource("document", "letter.pdf", quote=f"she said {text} herself"),
    }
    return Fact(**{**made, **more})


async def lived_in(at: House) -> None:
    """Anna with two visits and a letter, Ben with one visit."""
    await at.visit("it burns when I pee since Qwortle", says=TELLS)
    await at.visit("I have a cough", patient=BEN, on=DAY)
    note_down(at.ward, [fact("letter-1", "Zyxomycin twice")], patient_id="anna")
    await at.visit("it burns again", says=TELLS, on=DAY + timedelta(days=9), seed=2)


async def test_nothing_that_was_planted_is_left_in_any_file(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        assert at.orders.orders(patient_id="anna")
        done = await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        assert (done.encounters, done.again, done.traces) == (("anna-1", "anna-2"), False, "")
        assert done.facts > 10
        assert done.events > 50
        assert done.orders >= 1
        assert done.archived >= 3
        left = at.bytes()
        assert not [word for word in PLANTED if word.encode() in left]
        assert at.facts("anna") == []
        assert at.orders.orders(patient_id="anna") == []
    left = bytes_in(tmp_path)
    assert not [word for word in PLANTED if word.encode() in left]


async def test_the_planted_words_were_there_before(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        assert all(word.encode() in at.bytes() for word in PLANTED)


async def test_the_chain_still_verifies_and_replay_says_erased(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        before = await at.log("anna-1")
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        after = await at.log("anna-1")
        assert verify(after) == len(before)
        assert [e.hash for e in after] == [e.hash for e in before]
        assert all(e.body is None and not e.salt for e in after)
        team = clinic().team(lambda _: policy_called("planner"))
        assert replay(after, team, clinic().projection, clinic().versions).result == "erased"


async def test_another_patient_is_left_as_they_were(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        log, facts = dump_lines(await at.log("ben-1")), at.facts("ben")
        entries, orders = at.archive.entries(patient_id="ben"), at.orders.orders(patient_id="ben")
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        assert dump_lines(await at.log("ben-1")) == log
        assert at.facts("ben") == facts
        assert at.archive.entries(patient_id="ben") == entries
        assert at.orders.orders(patient_id="ben") == orders


async def test_an_erased_visit_cannot_go_on(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        with pytest.raises(HarnessError, match="erased by law"):
            await at.ward.resume("anna-1", policy_called("planner"), Ports(Saying(), Answering("reject")))
        with pytest.raises(ErasedError):
            await at.visit("it burns", says=TELLS)


async def test_a_late_writer_brings_nothing_back(tmp_path: Path) -> None:
    """A process that still holds the old facts writes them once more: they stay erased."""
    async with house(tmp_path) as at:
        await lived_in(at)
        old = at.facts("anna")
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        assert at.ward.memory.write(old, patient_id="anna") == 0
        assert at.facts("anna") == []


async def test_rebuilding_brings_nothing_back(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic())
        assert fresh.patients() == ("ben",)
        assert fresh.facts(patient_id="anna", superseded=True) == ()


async def test_doing_it_again_says_so_and_does_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        again = await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        assert (again.again, again.facts, again.events, again.orders, again.archived) == (True, 0, 0, 0, 0)
        (entry,) = at.archive.erasures()
        assert (entry.by, entry.reason, entry.whole) == ("Dr Osei", "GDPR 17", True)
        assert entry.counts is not None
        assert entry.counts["events"] > 50


@pytest.mark.parametrize("place", ["copy", "log", "branch", "orders", "drop", "memory", "finish"])
async def test_broken_off_anywhere_doing_it_again_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    class Power(Exception):
        """The light went out."""

    def fail(*_: object, **__: object) -> None:
        raise Power

    calls = 0

    def copy(_: str) -> None:
        if place == "copy":
            raise Power

    async with house(tmp_path) as at:
        await lived_in(at)
        erase = at.ward.store.erase

        async def broken(encounter: str, branch: str, numbers: list[int]) -> int:
            nonlocal calls
            calls += 1
            if place == "branch" or (place == "log" and calls > 2):
                raise Power
            return await erase(encounter, branch, numbers)

        with monkeypatch.context() as patch:
            patch.setattr(at.ward.store, "erase", broken)
            for name, target, method in (
                ("orders", at.orders, "erase"),
                ("drop", at.archive, "drop"),
                ("memory", at.ward.memory, "erase"),
                ("finish", at.archive, "finish_erasure"),
            ):
                if place == name:
                    patch.setattr(target, method, fail)
            with pytest.raises(Power):
                await erase_patient(
                    at.ward, at.orders, at.archive, patient_id="anna", forget_copy=copy, **LAW
                )
        assert at.archive.erasures()[0].counts is None
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic())
        assert fresh.facts(patient_id="anna", superseded=True) == ()
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        left = at.bytes()
        assert not [word for word in PLANTED if word.encode() in left]
        assert all(e.body is None for e in [*await at.log("anna-1"), *await at.log("anna-2")])
        assert at.archive.erasures()[0].counts is not None


async def test_where_a_reader_keeps_old_pages_it_says_so_and_can_be_done_again(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        reader = sqlite3.connect(tmp_path / "wardround.sqlite", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        at.archive._db.execute("PRAGMA busy_timeout=50")
        at.ward.store._db.execute("PRAGMA busy_timeout=50")  # type: ignore[attr-defined]
        with pytest.raises(StoreError):
            await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        reader.execute("ROLLBACK")
        reader.close()
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        left = at.bytes()
        assert not [word for word in PLANTED if word.encode() in left]


async def test_who_is_not_here_cannot_be_erased(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        with pytest.raises(RememberingError, match="nobody of this id"):
            await erase_patient(at.ward, at.orders, at.archive, patient_id="ann", **LAW)
        assert at.archive.erasures() == ()


@pytest.mark.parametrize("missing", ["by", "reason"])
async def test_an_erasure_without_a_name_or_a_reason_is_refused(tmp_path: Path, missing: str) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        with pytest.raises(RememberingError, match="who ordered it and why"):
            await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **{**LAW, missing: " "})
        assert at.facts("anna")


# --- single facts ------------------------------------------------------------------------------------------


async def test_a_single_fact_goes_with_the_events_that_say_it_and_the_rest_stays(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        before = at.facts("anna")
        doomed = next(f for f in before if f.source.kind == "event" and f.kind == "allergy")
        done = await erase_facts(at.ward, at.archive, patient_id="anna", facts=[doomed.id], **LAW)
        assert done.facts == 1
        assert "anna-1" in done.encounters
        assert at.facts("anna") == [f for f in before if f.id != doomed.id]
        log = {e.name: e for e in await at.log("anna-1")}
        assert log[doomed.source.reference].body is None
        assert verify(log.values()) == len(log)
        assert doomed.id.encode() not in at.bytes()


async def test_what_else_the_visit_taught_survives_a_rebuild_and_the_fact_does_not(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        before = at.facts("anna")
        doomed = next(f for f in before if f.source.kind == "event" and f.kind == "allergy")
        await erase_facts(at.ward, at.archive, patient_id="anna", facts=[doomed.id], **LAW)
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic())
        kept = fresh.facts(patient_id="anna", superseded=True)
        assert list(kept) == [f for f in before if f.id != doomed.id]


async def test_a_fact_of_an_imported_record_goes_with_its_resource(tmp_path: Path) -> None:
    data = SAMPLE_RECORD.read_bytes()
    async with house(tmp_path) as at:
        take_in(at.ward, Incoming.read(data, received=AT))
        who = "maria-keller"
        before = at.facts(who)
        doomed = next(f for f in before if f.source.reference == "Condition/hyperlipidaemia")
        await erase_facts(at.ward, at.archive, patient_id=who, facts=[doomed.id], **LAW)
        kept = [e for e in at.archive.entries(patient_id=who) if e.kind == "bundle"]
        ids = [e["resource"]["id"] for e in orjson.loads(at.archive.bundle(kept[0]))["entry"]]
        assert "hyperlipidaemia" not in ids
        assert "hypertension" in ids
        fresh = Memory()
        await rebuild(fresh, at.archive, at.ward.store, clinic())
        rebuilt = fresh.facts(patient_id=who, superseded=True)
        assert {f.id for f in rebuilt} == {f.id for f in before} - {doomed.id}
        assert take_in(at.ward, Incoming.read(data, received=AT)) == 0


async def test_what_was_said_beside_the_fact_goes_with_it(tmp_path: Path) -> None:
    """A retraction repeats what it takes back."""
    async with house(tmp_path) as at:
        note_down(
            at.ward, [fact("letter-1", "Zyxomycin twice"), fact("letter-2", "gardens")], patient_id="anna"
        )
        at.ward.memory.retract(
            "letter-1", patient_id="anna", why="a mistake", source=FactSource("document", "desk")
        )
        await erase_facts(at.ward, at.archive, patient_id="anna", facts=["letter-1"], **LAW)
        assert [f.id for f in at.facts("anna")] == ["letter-2"]
        assert b"Zyxomycin" not in at.bytes()


async def test_a_fact_that_is_not_there_is_named(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        before = at.facts("anna")
        with pytest.raises(RememberingError, match="has no fact-9"):
            await erase_facts(at.ward, at.archive, patient_id="anna", facts=["fact-9"], **LAW)
        ben = at.facts("ben")[0].id
        with pytest.raises(RememberingError, match=f"has no {ben}"):
            await erase_facts(at.ward, at.archive, patient_id="anna", facts=[ben], **LAW)
        assert at.facts("anna") == before


async def test_after_single_facts_the_patient_can_still_be_erased_whole(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        await lived_in(at)
        facts = [f.id for f in at.facts("anna") if f.source.kind == "event"]
        await erase_facts(at.ward, at.archive, patient_id="anna", facts=facts, **LAW)
        await erase_patient(at.ward, at.orders, at.archive, patient_id="anna", **LAW)
        left = at.bytes()
        assert not [word for word in PLANTED if word.encode() in left]


def test_whose_erasure_it_was_stands_as_a_keyed_digest() -> None:
    archive = RecordArchive()
    archive.begin_erasure(patient_id="anna", encounters=[], facts=None, at=AT, **LAW)
    other = RecordArchive()
    other.begin_erasure(patient_id="anna", encounters=[], facts=None, at=AT, **LAW)
    one, two = (a._db.execute("SELECT patient FROM erasures").fetchone()[0] for a in (archive, other))
    assert one != two
    assert BEN.id.encode() not in one
    assert ANNA.id.encode() not in one
