"""Memory deleted and made again from logs and imported records: does it give the same answers to every question?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from wardround.care import (
    Clinic,
    Incoming,
    OrderBook,
    Planner,
    RecordArchive,
    Request,
    Ward,
    naming_of,
    rebuild,
    take_in,
)
from wardround.evaluation.record.examine import RecordConfig, Reply, asked_of
from wardround.evaluation.record.oracle import RawRecord
from wardround.evaluation.record.questions import questions
from wardround.evaluation.record.reading import bundle_files, raw_json
from wardround.harness import Answering, ConfigurationError, SimulatedClock, SqliteStore
from wardround.knowledge import load
from wardround.memory import Memory
from wardround.simulation import play

COMPLAINT: Final = "I have a cough and a sore throat"
MOST_SHOWN: Final = 20
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """One patient's answers before and after: how many were asked, and those that differ."""

    asked: int
    different: tuple[dict[str, Any], ...]
    visits: int
    facts: int
    same_facts: bool


def examine_rebuilt(config: RecordConfig, told: Told | None = None) -> dict[str, Any]:
    """Import each bundle into a store on disk, play a visit, ask; delete memory, rebuild it, ask again."""
    clinic = Clinic(load())
    try:
        files = bundle_files(config.data)[: config.limit]
    except (ValueError, OSError) as error:
        raise ConfigurationError(
            f"--data: {error}.", fix="Give a FHIR bundle, or a folder of them."
        ) from error
    found: list[Compared] = []
    broken: list[dict[str, str]] = []
    for done, path in enumerate(files, 1):
        try:
            found.append(asyncio.run(_compared(clinic, path, config)))
        except Exception as error:  # noqa: BLE001 - a bundle that breaks is data, told with its reason
            broken.append({"case": path.name, "error": f"{type(error).__name__}: {error}"})
        if told is not None:
            told(done, len(files))
    differing = [one for each in found for one in each.different]
    return {
        "n": sum(each.asked for each in found),
        "different": len(differing),
        "patients": len(found),
        "patients_with_other_facts": sum(not each.same_facts for each in found),
        "visits": sum(each.visits for each in found),
        "facts": sum(each.facts for each in found),
        "unscored": len(broken),
        "broken": broken,
        "differences": differing[:MOST_SHOWN],
    }


async def _compared(clinic: Clinic, path: Path, config: RecordConfig) -> Compared:
    raw = RawRecord.of(raw_json(path))
    puts = questions(raw, config.questions, config.seed)
    incoming = Incoming.read(path, received=datetime.combine(raw.today, time(12), UTC))
    patient = incoming.record.patient
    with TemporaryDirectory(prefix="wardround-rebuilt-") as folder:
        file, remembered = Path(folder) / "wardround.sqlite", Path(folder) / "memory.sqlite"
        store, archive, orders = SqliteStore(file), RecordArchive(file), OrderBook(file)
        try:
            memory = Memory(remembered, naming=naming_of(clinic))
            ward = Ward(clinic, store, memory, archive)
            visits = await _visited(ward, incoming, orders, raw, config.seed)
            before = list(asked_of(memory, raw, patient.id, puts))
            facts = memory.facts(patient_id=patient.id, superseded=True)
            memory.close()
            _delete(remembered)
            memory = Memory(remembered, naming=naming_of(clinic))
            await rebuild(memory, archive, store, clinic)
            after = list(asked_of(memory, raw, patient.id, puts))
            same = memory.facts(patient_id=patient.id, superseded=True) == facts
            memory.close()
        finally:
            orders.close()
            archive.close()
            await store.close()
    return Compared(len(before), _different(before, after), visits, len(facts), same)


async def _visited(ward: Ward, incoming: Incoming, orders: OrderBook, raw: RawRecord, seed: int) -> int:
    """Import the record and play a visit on its last day; who has died is imported alone. How many visits it was."""
    patient = incoming.record.patient
    if patient.deceased:
        take_in(ward, incoming)
        return 0
    request = Request(patient, COMPLAINT, raw.today, seed=seed, incoming=incoming)
    clock = SimulatedClock(datetime.combine(raw.today, time(9, 30), UTC))
    await play(
        ward, request, Planner(ward.clinic.projection), Answering("approve"), orders=orders, clock=clock
    )
    return 1


def _delete(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _different(before: list[Reply], after: list[Reply]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "patient": one.patient,
            "asked": one.way,
            "english": one.english,
            "before": one.got,
            "after": other.got,
        }
        for one, other in zip(before, after, strict=True)
        if one.got != other.got
    )
