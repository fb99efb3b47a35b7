"""`memory settle`, `retract`, `erase`, `rebuild`, `backup`, `restore`, `audit`: what is done to memory, under a name."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from wardround.care import (
    Erased,
    Rebuilt,
    erase_facts,
    erase_patient,
    remake,
)
from wardround.care import (
    rebuild as rebuild_memory,
)
from wardround.care import (
    retract as retract_fact,
)
from wardround.care import (
    settle as settle_conflict,
)
from wardround.cli.memory_patients import exactly, fact_json, meant, names_in, patient_json, patient_of
from wardround.cli.output import one_line, out, print_json, words
from wardround.cli.stores import Place, memory_beside, opened, opened_as_it_is
from wardround.clinical import Fact
from wardround.harness import ConfigurationError, StoreError
from wardround.memory import DECISIONS, Decision, Memory


def settle(
    who: str,
    conflict: str,
    word: str,
    by: str,
    why: str,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Decide a contradiction."""
    decision: Decision | None = next((d for d in DECISIONS if d == word.strip().casefold()), None)
    if decision is None:
        raise ConfigurationError(f"decision: {one_line(word)!r} is none.", fix=f"Use {', '.join(DECISIONS)}.")
    name, reason = _signed("--by", by), _signed("--why", why)
    with opened(store, make=False, memory=memory) as place:
        patient = exactly(place, who)
        facts = settle_conflict(place.ward, conflict, decision, patient_id=patient.id, by=name, why=reason)
    if as_json:
        settled = {"patient": patient_json(patient), "conflict": conflict, "decision": decision, "by": name}
        print_json({**settled, "facts": [fact_json(f) for f in facts]})
        return
    done = "raised with a physician; it stays open" if decision == "raised" else f"settled: {decision}"
    out.print(words(one_line(f"{conflict} {done}. {facts[0].concept.text}")))


def retract(
    who: str, fact: str, by: str, why: str, store: Path | None, memory: str | None, as_json: bool
) -> None:
    """Take a fact back."""
    name, reason = _signed("--by", by), _signed("--why", why)
    with opened(store, make=False, memory=memory) as place:
        patient = exactly(place, who)
        before = _retraction(place, fact, patient.id)
        error = before or retract_fact(place.ward, fact, patient_id=patient.id, by=name, why=reason)
    if as_json:
        done = {"retracted": fact, "again": before is not None, "fact": fact_json(error)}
        print_json({"patient": patient_json(patient), **done})
        return
    if before is not None:
        said = f"{before.source.reference}, {before.recorded.date().isoformat()}"
        out.print(
            words(one_line(f"{before.concept.text}: it was retracted already ({said}). Nothing was written."))
        )
        return
    out.print(
        words(
            one_line(f"{error.concept.text}: entered in error, says {name}. It is kept, and counts no more.")
        )
    )


def _retraction(place: Place, fact: str, patient_id: str) -> Fact | None:
    """What said already that this fact was entered in error; a retraction itself counts no more either."""
    everything = place.ward.memory.facts(patient_id=patient_id, superseded=True)
    errors = [f for f in everything if f.status == "entered-in-error"]
    return next((f for f in errors if fact in (f.id, f.supersedes)), None)


def erase(
    who: str,
    by: str,
    reason: str,
    facts: list[str],
    yes: bool,
    store: Path | None,
    memory: str | None,
    as_json: bool,
) -> None:
    """Erase by law."""
    name, law = _signed("--by", by), _signed("--reason", reason)
    with opened(store, make=False, memory=memory) as place:
        patient_id = who if _is_kept(place, who) else exactly(place, who).id
        _check_reason(place, patient_id, law)
        if not yes:
            _ask(patient_id, facts, as_json)
        done = asyncio.run(_erase(place, patient_id, facts, name, law))
    if as_json:
        print_json({"patient": patient_id, **asdict(done)})
        return
    already = " It had been erased before." if done.again else ""
    out.print(
        words(
            one_line(
                f"erased: {done.facts} facts, {done.events} events of {len(done.encounters)} encounters, "
                f"{done.orders} orders, {done.archived} imported records.{already}"
            )
        )
    )
    if done.traces:
        out.print(words(one_line(f"traces may be left: {done.traces}"), "yellow"))


def _is_kept(place: Place, who: str) -> bool:
    """Whether this is an id that the store knows. One who was erased, or is half erased, is known by the id alone."""
    if place.archive.is_erased(patient_id=who):
        return True
    waiting = {s.subject for s in asyncio.run(place.ward.store.encounters(who))}
    return who in waiting or bool(place.archive.entries(patient_id=who))


def _check_reason(place: Place, patient_id: str, reason: str) -> None:
    """The reason outlives the patient's record: it must not say whose it was."""
    patient = place.ward.memory.patient(patient_id=patient_id)
    names = names_in(reason, patient_id, patient.name if patient is not None else "")
    if names:
        raise ConfigurationError(
            f"--reason: it says {' and '.join(map(repr, names))}, and the reason stays in the trail.",
            fix="Write it without the patient's id and name.",
        )


def _ask(patient_id: str, facts: list[str], as_json: bool) -> None:
    what = f"{len(facts)} facts of {patient_id}" if facts else f"everything about {patient_id}"
    if as_json or not sys.stdin.isatty():
        raise ConfigurationError(
            f"erasing {one_line(what)} needs a yes.", fix="There is no way back: add --yes."
        )
    typer.confirm(f"Erase {one_line(what)}, with no way back?", abort=True)


async def _erase(place: Place, patient_id: str, facts: list[str], by: str, reason: str) -> Erased:
    if facts:
        done = await erase_facts(
            place.ward,
            place.archive,
            patient_id=patient_id,
            facts=facts,
            by=by,
            reason=reason,
            forget_copy=place.forget,
        )
    else:
        place.forget_of(patient_id)
        done = await erase_patient(
            place.ward,
            place.orders,
            place.archive,
            patient_id=patient_id,
            by=by,
            reason=reason,
            forget_copy=place.forget,
        )
    _erase_beside(place, patient_id, facts, by, reason)
    for encounter in done.encounters:
        events = await place.ward.events(encounter)
        if events:
            place.export(encounter, events)
    return done


def _erase_beside(place: Place, patient_id: str, facts: list[str], by: str, reason: str) -> None:
    """Where memory lies elsewhere, a file beside the store may hold another projection, from before that was said."""
    beside = memory_beside(place.path)
    if place.memory_at == beside or not beside.exists():
        return
    other = Memory(beside)
    try:
        other.erase(patient_id=patient_id, facts=facts or None, by=by, reason=reason)
    finally:
        other.close()


def rebuild(patients: list[str], keep: bool, store: Path | None, memory: str | None, as_json: bool) -> None:
    """Make memory again: a file is made anew and put in the old one's place; a server is filled in."""
    with opened(store, make=False, memory=memory) as place:
        ward, where = place.ward, place.memory_at
        if place.rebuilt is not None:
            done = place.rebuilt
        elif patients:
            chosen = {
                one if one in place.archive.patients() else patient_of(place, one).id for one in patients
            }
            done = asyncio.run(
                rebuild_memory(ward.memory, place.archive, ward.store, ward.clinic, patients=chosen)
            )
        elif isinstance(where, Path):
            done = asyncio.run(
                remake(where, place.archive, ward.store, ward.clinic, old=ward.memory, keep=keep)
            )
        else:
            done = asyncio.run(rebuild_memory(ward.memory, place.archive, ward.store, ward.clinic))
    if as_json:
        print_json({**asdict(done), "memory": _shown(where)})
        return
    out.print(words(_rebuilt(done)))
    for line in done.refused:
        out.print(words(one_line(f"refused: {line}"), "yellow"))


def _rebuilt(done: Rebuilt) -> str:
    return (
        f"{done.patients} patients from {done.bundles} imported records, {done.visits} visits and "
        f"{done.statements} statements: {done.facts} facts written."
    )


def backup(file: Path, store: Path | None, memory: str | None, as_json: bool) -> None:
    """Copy memory."""
    with opened(store, make=False, memory=memory) as place:
        if file.exists():
            raise StoreError(f"{file}: it is there already.", fix="Give a path where nothing lies.")
        place.ward.memory.store.backup(file)
        count = len(place.ward.memory.patients())
    if as_json:
        print_json({"out": str(file.resolve()), "patients": count})
    else:
        out.print(words(one_line(f"{count} patients' memory copied to {file.resolve()}.")))


def restore(file: Path, store: Path | None, memory: str | None, as_json: bool) -> None:
    """Take a copy into an empty memory."""
    if not file.is_file():
        raise StoreError(f"{file}: there is no such file.", fix="Give what `memory backup` wrote.")
    with opened_as_it_is(store, memory=memory) as place:
        place.ward.memory.store.restore(file)
        _erase_again(place)
        count = len(place.ward.memory.patients())
    if as_json:
        print_json({"restored": str(file.resolve()), "patients": count})
    else:
        out.print(words(one_line(f"{count} patients' memory restored from {file.resolve()}.")))


def _erase_again(place: Place) -> None:
    """A copy may be older than an erasure: what the archive knows as erased does not come back with it."""
    memory, archive = place.ward.memory, place.archive
    by, reason = "memory restore", "erased by law after this copy was made"
    for patient_id in memory.patients():
        if archive.is_erased(patient_id=patient_id):
            memory.erase(patient_id=patient_id, by=by, reason=reason)
            continue
        facts = memory.facts(patient_id=patient_id, superseded=True)
        left = {f.id for f in archive.without_erased(facts, patient_id=patient_id)}
        gone = [f.id for f in facts if f.id not in left]
        if gone:
            memory.erase(patient_id=patient_id, facts=gone, by=by, reason=reason)


def audit(who: str | None, store: Path | None, memory: str | None, as_json: bool) -> None:
    """The trails: memory's own, and the store's erasures, which outlive a rebuilt memory."""
    with opened(store, make=False, memory=memory) as place:
        patient_id = None if who is None else _audited(place, who)
        trail = place.ward.memory.audit(patient_id=patient_id)
        erased = (
            place.archive.erasures()
            if patient_id is None
            else place.archive.erasures_of(patient_id=patient_id)
        )
    lines: list[dict[str, Any]] = [{"trail": "memory", **asdict(line)} for line in trail]
    lines += [{"trail": "store", **asdict(line)} for line in erased]
    lines.sort(key=lambda line: line["at"])
    if as_json:
        print_json({"audit": lines})
        return
    for line in lines:
        said = " ".join(
            f"{k}={v}" for k, v in line.items() if k not in ("at", "number") and v not in (None, "", ())
        )
        out.print(words(one_line(f"{line['at'].isoformat(timespec='seconds')} {said}")), soft_wrap=True)
    if not lines:
        out.print("Nothing was erased or exported, and nothing that is withheld was asked for.")


def _audited(place: Place, who: str) -> str:
    """The id of somebody of whom there is a record, or was."""
    trails = (place.ward.memory.audit(patient_id=who), place.archive.erasures_of(patient_id=who))
    if any(trails) or _is_kept(place, who):
        return who
    if not meant(place, who):
        raise ConfigurationError(
            f"{one_line(who)!r}: nobody of this id is known in {place.path}, and nobody of this id was erased.",
            fix="Check the id and --store; who was erased is known by the id alone.",
        )
    return patient_of(place, who).id


def _signed(option: str, said: str) -> str:
    name = one_line(said)
    if not name:
        raise ConfigurationError(f"{option}: it is empty.", fix="Whoever decides says who they are, and why.")
    return name


def _shown(where: Path | str) -> str:
    """An address without its password."""
    if isinstance(where, Path):
        return str(where)
    head, _, tail = where.rpartition("@")
    return f"{head.split('//')[0]}//…@{tail}" if head else tail
