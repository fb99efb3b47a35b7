"""Erasure by law, through everything: logs, orders, archive, memory. Broken off at any point, doing it again ends it.

First of all the archive notes that the patient is erased: from then on nothing of theirs is taken in, remembered or
rebuilt. Then each place forgets in turn, memory last. What stays: names of encounters, the chains of hashes over what
was, and a line that says who ordered it and why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from wardround.care.archive import Entry, Kind, RecordArchive, statements_data
from wardround.care.rebuilding import learnt
from wardround.care.services import OrderBook
from wardround.care.visit import Ward
from wardround.clinical import Fact, read_bundle
from wardround.harness import JSON, MAIN, Event, Store
from wardround.memory import RememberingError

SHORTEST_QUOTE = 8
"""Characters of a quote that are enough to tell it from other words."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did. `again` where it had been done before. `traces` says why some may be left; empty: none are."""

    encounters: tuple[str, ...]
    facts: int
    events: int
    orders: int
    archived: int
    again: bool = False
    traces: str = ""


def _nothing(encounter: str) -> None:
    """No copies of logs are kept elsewhere."""


async def erase_patient(
    ward: Ward,
    orders: OrderBook,
    archive: RecordArchive,
    *,
    patient_id: str,
    by: str,
    reason: str,
    at: datetime | None = None,
    forget_copy: Callable[[str], object] = _nothing,
) -> Erased:
    """Erase a patient. `forget_copy` deletes what was exported of an encounter; it is called before the log is erased."""
    moment = _signed(by, reason, at)
    before = archive.is_erased(patient_id=patient_id)
    names = [s.encounter for s in await ward.store.encounters(patient_id)]
    names += [e.name for e in archive.entries(patient_id=patient_id) if e.kind == "visit"]
    if not before and not names and not _is_known(ward, orders, archive, patient_id):
        raise RememberingError(f"{patient_id}: nobody of this id is kept here. Check the id and --store.")
    erasure = archive.begin_erasure(
        patient_id=patient_id, encounters=names, facts=None, by=by, reason=reason, at=moment
    )
    events = 0
    for encounter in erasure.encounters:
        forget_copy(encounter)
        events += await _erase_events(ward.store, encounter, await ward.store.read(encounter))
    booked, taken_in = orders.erase(patient_id=patient_id), archive.drop(patient_id=patient_id)
    forgotten = ward.memory.erase(patient_id=patient_id, by=by, reason=reason, at=moment)
    counts = {"facts": forgotten.count, "events": events, "orders": booked, "archived": taken_in}
    archive.finish_erasure(erasure, counts)
    return Erased(erasure.encounters, forgotten.count, events, booked, taken_in, before, forgotten.traces)


async def erase_facts(
    ward: Ward,
    archive: RecordArchive,
    *,
    patient_id: str,
    facts: Collection[str],
    by: str,
    reason: str,
    at: datetime | None = None,
    forget_copy: Callable[[str], object] = _nothing,
) -> Erased:
    """Erase single facts, with the events and resources that they were read from.

    Of the logs go: the events that a fact names as its source, and every event of this patient that carries the fact
    by its id or its quote. Of the archive: the resource, and those that refer to it. What else was learnt from the
    same visits and bundles stays, as statements. Words that merely say the same somewhere else stay too: to be rid
    of those, erase the patient.
    """
    moment = _signed(by, reason, at)
    everything = ward.memory.facts(patient_id=patient_id, superseded=True)
    unknown = set(facts) - {f.id for f in everything}
    meant = _with_companions(everything, set(facts))
    if unknown:
        raise RememberingError(
            f"--fact: {patient_id} has no {min(unknown)}. `wardround memory show` lists the ids."
        )
    logs = {s.encounter: await ward.store.read(s.encounter) for s in await ward.store.encounters(patient_id)}
    for entry in archive.entries(patient_id=patient_id):
        if entry.kind == "visit" and entry.name not in logs:
            logs[entry.name] = await ward.store.read(entry.name)
    doomed = {name: [e for e in log if _says(e, meant)] for name, log in logs.items()}
    touched = [name for name, found in doomed.items() if found]
    erasure = archive.begin_erasure(
        patient_id=patient_id,
        encounters=touched,
        facts=[f.id for f in meant],
        by=by,
        reason=reason,
        at=moment,
    )
    for name in touched:
        _keep_the_rest_of_visit(ward, archive, logs[name], patient_id)
    taken_in = sum(
        _keep_the_rest(archive, entry, meant)
        for entry in archive.entries(patient_id=patient_id)
        if entry.kind != "visit"
    )
    events = 0
    for name in touched:
        forget_copy(name)
        events += await _erase_events(ward.store, name, doomed[name])
    forgotten = ward.memory.erase(
        patient_id=patient_id, facts=[f.id for f in meant], by=by, reason=reason, at=moment
    )
    counts = {"facts": forgotten.count, "events": events, "orders": 0, "archived": taken_in}
    archive.finish_erasure(erasure, counts)
    return Erased(tuple(touched), forgotten.count, events, 0, taken_in, traces=forgotten.traces)


def _signed(by: str, reason: str, at: datetime | None) -> datetime:
    if not by.strip() or not reason.strip():
        raise RememberingError("--by, --reason: an erasure names who ordered it and why. Give both.")
    return at or datetime.now(UTC)


def _is_known(ward: Ward, orders: OrderBook, archive: RecordArchive, patient_id: str) -> bool:
    return bool(
        archive.entries(patient_id=patient_id)
        or ward.memory.patient(patient_id=patient_id)
        or ward.memory.facts(patient_id=patient_id, superseded=True)
        or orders.orders(patient_id=patient_id)
    )


async def _erase_events(store: Store, encounter: str, events: Iterable[Event]) -> int:
    """Branches first, the main line with the header last: until then the encounter is found under its patient."""
    lines: dict[str, list[int]] = {}
    for event in events:
        if event.body is not None:
            lines.setdefault(event.branch, []).append(event.number)
    erased = 0
    for branch in sorted(lines, key=lambda b: (b == MAIN, b)):
        erased += await store.erase(encounter, branch, lines[branch])
    return erased


# --- single facts ------------------------------------------------------------------------------------------


def _says(event: Event, facts: Sequence[Fact]) -> bool:
    """Whether an event is a fact's source, or carries the fact by its id or its quote."""
    if event.body is None:
        return False
    for fact in facts:
        source = fact.source
        if source.kind == "event" and (source.encounter, source.reference) == event.ref:
            return True
        words = [fact.id, *([source.quote] if len(source.quote) >= SHORTEST_QUOTE else [])]
        if any(orjson.dumps(word)[1:-1] in event.data for word in words):
            return True
    return False


def _with_companions(facts: Sequence[Fact], ids: Collection[str]) -> list[Fact]:
    """These facts, with what says their words again: their retractions, and the settlements of conflicts about them."""
    meant = [f for f in facts if f.id in ids]
    texts = {f.concept.text for f in meant}
    for fact in facts:
        retracts = fact.status == "entered-in-error" and fact.supersedes in ids
        settles = fact.kind == "settlement" and any(text in fact.concept.text for text in texts)
        if fact not in meant and (retracts or settles):
            meant.append(fact)
    return meant


def _keep_the_rest_of_visit(
    ward: Ward, archive: RecordArchive, events: Sequence[Event], patient_id: str
) -> None:
    """What else a closed visit taught can soon not be derived from its log: it is kept as statements before it."""
    if any(e.body is None for e in events):
        return  # an erasure before this one has done so
    encounter = events[0].encounter
    archive.keep_visit(encounter, patient_id=patient_id, at=datetime.fromisoformat(events[-1].at))
    rest = archive.without_erased(learnt(ward.clinic, list(events)) or (), patient_id=patient_id)
    if rest:
        entries = archive.entries(patient_id=patient_id)
        entry = next(e for e in entries if (e.kind, e.name) == ("visit", encounter))
        archive.replace(entry, [("statements", statements_data(rest))], keep=True)


def _keep_the_rest(archive: RecordArchive, entry: Entry, facts: Sequence[Fact]) -> bool:
    """Leave an archived entry without these facts; whether any was in it."""
    gone = {f.id for f in facts}
    if entry.kind == "statements":
        patient, said = archive.statements(entry)
        rest = [f for f in said if f.id not in gone]
        if len(rest) == len(said):
            return False
        archive.replace(entry, [("statements", statements_data(rest, patient))])
        return True
    data = archive.bundle(entry)
    bundle = orjson.loads(data)
    doomed = _doomed(bundle, {f.source.reference for f in facts if f.source.kind == "fhir"})
    if not doomed:
        return False
    before = read_bundle(data, received=entry.at).facts
    bundle["entry"] = [one for at, one in enumerate(bundle["entry"]) if at not in doomed]
    left = orjson.dumps(bundle)
    still = {f.id for f in read_bundle(left, received=entry.at).facts}
    rest = [f for f in before if f.id not in still and f.id not in gone]
    contents: list[tuple[Kind, bytes]] = [("bundle", left)]
    if rest:
        contents.append(("statements", statements_data(rest)))
    archive.replace(entry, contents)
    return True


def _doomed(bundle: JSON, references: Collection[str]) -> set[int]:
    """Where in a bundle the resources of these names stand, and those that refer to them. Never the patient."""
    record = read_bundle(bundle)
    named = list(zip(record.references, record.full_urls, record.resources, strict=True))
    pointers = {*references, *(url for name, url, _ in named if name in references and url)}
    return {
        at
        for at, (name, _, resource) in enumerate(named)
        if resource["resourceType"] != "Patient"
        and (name in references or not pointers.isdisjoint(_pointed_at(resource)))
    }


def _pointed_at(value: object) -> Iterator[str]:
    """Every literal reference in a resource."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for inner in value.values():
            yield from _pointed_at(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pointed_at(inner)
