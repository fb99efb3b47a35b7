"""Memory made again from what it is a projection of: the archive, and the logs of closed visits, in the order of taking in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from wardround.care.archive import Entry, RecordArchive
from wardround.care.clinic import Clinic
from wardround.care.consolidation import facts_of
from wardround.clinical import Fact, Patient, read_bundle
from wardround.harness import Closed, Event, Opened, Store
from wardround.memory import Memory, RememberingError


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it. `refused`: what memory would not take, as it says itself; it is left out, as it was before."""

    patients: int = 0
    bundles: int = 0
    statements: int = 0
    visits: int = 0
    facts: int = 0
    refused: tuple[str, ...] = ()


async def rebuild(
    memory: Memory,
    archive: RecordArchive,
    store: Store,
    clinic: Clinic,
    *,
    patients: Collection[str] | None = None,
) -> Rebuilt:
    """Write into memory everything that archive and logs give, of these patients or of all; what is there stays.

    A patient is written at once, so that one broken off has all of a patient or nothing. Erased patients are left
    out, and so are facts that were erased one by one.
    """
    known = {*archive.patients(), *(s.subject for s in await store.encounters() if s.subject)}
    wanted = sorted(p for p in known if patients is None or p in patients)
    counts, refused, made, written = Counter[str](), list[str](), 0, 0
    for patient_id in wanted:
        if archive.is_erased(patient_id=patient_id):
            continue
        made += 1
        told = await _told(archive, store, clinic, patient_id)
        counts.update(kind for kind, _, _ in told)
        facts: dict[str, Fact] = {}
        for fact in (f for _, _, said in told for f in said):
            facts.setdefault(fact.id, fact)  # as it was first written, where it was first written
        written += _write(memory, tuple(facts.values()), patient_id, refused)
        who = [one for _, one, _ in told if one is not None]
        if who:
            memory.know(who[-1])
    return Rebuilt(made, counts["bundle"], counts["statements"], counts["visit"], written, tuple(refused))


def _write(memory: Memory, facts: Sequence[Fact], patient_id: str, refused: list[str]) -> int:
    """All of it at once; where memory refuses, one by one, so that one fault does not take the others with it."""
    try:
        return memory.write(facts, patient_id=patient_id)
    except RememberingError:
        written = 0
        for fact in facts:
            try:
                written += memory.write([fact], patient_id=patient_id)
            except RememberingError as error:
                refused.append(str(error))
        return written


_Told = tuple[str, Patient | None, tuple[Fact, ...]]


async def _told(archive: RecordArchive, store: Store, clinic: Clinic, patient_id: str) -> list[_Told]:
    """Everything of one patient in the order in which memory heard of it: from where, who they are, the facts."""
    entries = archive.entries(patient_id=patient_id)
    told: list[tuple[float, datetime, _Told]] = []
    for place, entry in enumerate(entries):
        kept = await _of_entry(archive, store, clinic, entry)
        if kept is not None:
            told.append((place, entry.at, kept))
    noted = {e.name for e in entries if e.kind == "visit"}
    for summary in await store.encounters(patient_id):
        if summary.encounter in noted:
            continue
        events = await store.read(summary.encounter)
        facts = learnt(clinic, events)
        if facts is not None:
            at = datetime.fromisoformat(events[-1].at)
            before = next((place for place, entry in enumerate(entries) if entry.at > at), len(entries))
            told.append((before - 0.5, at, ("visit", None, facts)))
    told.sort(key=lambda one: one[:2])
    return [
        (kind, who, archive.without_erased(facts, patient_id=patient_id)) for _, _, (kind, who, facts) in told
    ]


async def _of_entry(archive: RecordArchive, store: Store, clinic: Clinic, entry: Entry) -> _Told | None:
    if entry.kind == "bundle":
        record = read_bundle(archive.bundle(entry), received=entry.at)
        return ("bundle", record.patient, record.facts)
    if entry.kind == "statements":
        patient, facts = archive.statements(entry)
        return ("statements", patient, facts)
    taught = learnt(clinic, await store.read(entry.name))
    return None if taught is None else ("visit", None, taught)


def learnt(clinic: Clinic, events: list[Event]) -> tuple[Fact, ...] | None:
    """What a closed visit taught; None for one that is open, or that was erased."""
    if not events or not isinstance(events[0].body, Opened) or any(e.body is None for e in events):
        return None
    ended = next((e.body for e in reversed(events) if isinstance(e.body, Closed) and not e.branch), None)
    return facts_of(clinic, events) if ended is not None and ended.status == "finished" else None
