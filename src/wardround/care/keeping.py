"""What comes into memory from outside a visit: archived first, remembered next, so that memory can be made again."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wardround.care.archive import Entry, RecordArchive
from wardround.clinical import Fact, FactSource, Patient, Record, RecordError, read_bundle
from wardround.harness import HarnessError
from wardround.memory import Decision, RememberingError

if TYPE_CHECKING:
    from wardround.care.visit import Ward

_GZIP = b"\x1f\x8b"


class ErasedError(HarnessError):
    """The patient was erased by law: nothing of theirs is taken in, played or remembered again."""


class AnotherPersonError(HarnessError):
    """A record names another person under an id that is known: nothing of it is taken in."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A bundle that was read: the record in it, its JSON as it came, and when it came."""

    record: Record
    data: bytes
    received: datetime

    @classmethod
    def read(cls, source: bytes | Path, *, received: datetime | None = None) -> Incoming:
        """Read a FHIR bundle, plain or gzip. `received` (now, if not given) dates what states no date itself.

        Raises RecordError where it cannot be read, with the file's name.
        """
        moment = received or datetime.now(UTC)
        name = source.name if isinstance(source, Path) else "the record"
        try:
            data = source.read_bytes() if isinstance(source, Path) else source
            record = read_bundle(data, received=moment)
        except OSError as error:
            said = f"cannot be opened: {error.strerror or error}"
            raise RecordError("", said, "Check the path", name) from None
        except RecordError as error:
            raise type(error)(error.path, error.problem, error.fix, name) from None
        return cls(record, gzip.decompress(data) if data[:2] == _GZIP else data, moment)


def refuse_erased(archive: RecordArchive | None, *, patient_id: str) -> None:
    """Raise ErasedError for a patient who was erased."""
    if archive is not None and archive.is_erased(patient_id=patient_id):
        raise ErasedError(
            f"{patient_id} was erased by law: nothing of theirs is taken in again.",
            fix="Somebody who comes back is a new patient: give another id.",
        )


def refuse_another_person(ward: Ward, patient: Patient) -> None:
    """Raise AnotherPersonError where memory knows somebody else under this id: another birth date, or another sex."""
    known = ward.memory.patient(patient_id=patient.id)
    if known is None:
        return
    born = known.birth and patient.birth and known.birth.overlaps(patient.birth) is False
    sex = "unknown" not in (known.sex, patient.sex) and known.sex != patient.sex
    if born or sex:
        raise AnotherPersonError(
            f"{patient.id} is {_person(known)} in memory, and {_person(patient)} in this record.",
            fix="Give another person another id; where the record corrects who this is, say --person-corrected.",
        )


def _person(patient: Patient) -> str:
    return f"{patient.name}, {patient.sex}, born {patient.birth or 'on a day not known'}"


def take_in(ward: Ward, incoming: Incoming, *, corrects_person: bool = False) -> int:
    """Import a record as it was read; how many of its facts were new. Doing it again writes nothing new.

    A record of another person under a known id is refused, unless it `corrects_person`.
    """
    record = incoming.record
    patient_id = record.patient.id
    refuse_erased(ward.archive, patient_id=patient_id)
    if not corrects_person:
        refuse_another_person(ward, record.patient)
    entry = None
    if ward.archive is not None:
        entry = ward.archive.keep_bundle(incoming.data, patient_id=patient_id, received=incoming.received)
    return _remember(ward, record.patient, record.facts, entry, patient_id)


def note_down(
    ward: Ward,
    facts: Iterable[Fact],
    *,
    patient_id: str,
    patient: Patient | None = None,
    at: datetime | None = None,
) -> int:
    """Keep facts that stand in no bundle and no log, and who the patient is where that is new; how many were new."""
    if patient is not None:
        refuse_another_person(ward, patient)
    if ward.archive is None:
        return _remember(ward, patient, facts, None, patient_id)
    refuse_erased(ward.archive, patient_id=patient_id)
    there = {f.id for f in ward.memory.facts(patient_id=patient_id, superseded=True)}
    new = [f for f in facts if f.id not in there]
    who = patient if patient != ward.memory.patient(patient_id=patient_id) else None
    moment = at or datetime.now(UTC)
    entry = ward.archive.keep_statements(new, patient_id=patient_id, at=moment, patient=who)
    return _remember(ward, who, new, entry, patient_id)


def _remember(
    ward: Ward, patient: Patient | None, facts: Iterable[Fact], entry: Entry | None, patient_id: str
) -> int:
    """Write into memory; what memory refuses does not stay in the archive."""
    archive = ward.archive
    kept = tuple(facts) if archive is None else archive.without_erased(facts, patient_id=patient_id)
    try:
        written = ward.memory.write(kept, patient_id=patient_id)
    except RememberingError:
        if archive is not None and entry is not None:
            archive.withdraw(entry)
        raise
    if patient is not None:
        ward.memory.know(patient)
    return written


def settle(
    ward: Ward, conflict: str, decision: Decision, *, patient_id: str, by: str, why: str
) -> tuple[Fact, ...]:
    """Decide a conflict at the desk, under a name; the decision outlives the memory that it stands in."""
    refuse_erased(ward.archive, patient_id=patient_id)
    facts = ward.memory.settle(conflict, decision, patient_id=patient_id, why=why, source=_source(by))
    _journal(ward, facts, patient_id)
    return facts


def retract(ward: Ward, fact: str, *, patient_id: str, by: str, why: str) -> Fact:
    """Say at the desk, under a name, that a fact was entered in error."""
    refuse_erased(ward.archive, patient_id=patient_id)
    error = ward.memory.retract(fact, patient_id=patient_id, why=why, source=_source(by))
    _journal(ward, (error,), patient_id)
    return error


def _source(by: str) -> FactSource:
    return FactSource("document", f"memory desk, by {by}")


def _journal(ward: Ward, facts: tuple[Fact, ...], patient_id: str) -> None:
    if ward.archive is not None and facts:
        ward.archive.keep_statements(facts, patient_id=patient_id, at=facts[0].recorded)
