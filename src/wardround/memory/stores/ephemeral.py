"""Memory in the process alone: nothing to open, nothing on disk, gone with the process. For simulations and tests."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import RLock

import orjson

from wardround.clinical import Fact, FactKind, Patient
from wardround.memory.codec import fact_to_json
from wardround.memory.errors import RememberingError
from wardround.memory.stores.backups import PatientCopy, Rest, read_backup, write_backup
from wardround.memory.stores.checks import (
    aware,
    checked_entry,
    checked_vectors,
    encode_all,
    encoded_patient,
    findable,
    named,
)
from wardround.memory.stores.digests import erased_fact, erased_patient, new_key
from wardround.memory.stores.protocol import AuditEntry, Erasure
from wardround.memory.stores.words import best, patterns, searched


@dataclass(slots=True)
class _Record:
    facts: dict[str, Fact] = field(default_factory=dict)
    vectors: dict[tuple[str, str], bytes] = field(default_factory=dict)
    who: Patient | None = None
    revision: int = 0


class EphemeralStore:
    """A `FactStore` of dictionaries. Facts come back as the objects that were written."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}
        self._erased: set[bytes] = set()
        self._trail: list[AuditEntry] = []
        self._key = new_key()
        self._moments = itertools.count(1)
        self._lock = RLock()
        self._closed = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise RememberingError("this memory is closed: open it again.")
            yield

    def _of(self, patient_id: str) -> _Record:
        return self._records.get(named(patient_id)) or _Record()

    def write(self, facts: Sequence[Fact], *, patient_id: str) -> int:
        """All or none, in this order; how many were new."""
        batch = encode_all(facts, patient_id)
        with self._alone():
            there = self._of(patient_id)
            new = {f.id: f for f, _ in batch if f.id not in there.facts and not self._gone(patient_id, f.id)}
            if new:
                self._records[patient_id] = there
                there.facts.update(new)
                there.revision = next(self._moments)
            return len(new)

    def _gone(self, patient_id: str, fact: str) -> bool:
        return bool(self._erased) and erased_fact(self._key, patient_id, fact) in self._erased

    def read(
        self,
        *,
        patient_id: str,
        kinds: Collection[FactKind] | None = None,
        ids: Collection[str] | None = None,
    ) -> tuple[Fact, ...]:
        """This patient's facts in the order of writing."""
        wanted = None if ids is None else findable(ids)
        with self._alone():
            return tuple(
                fact
                for fact in self._of(patient_id).facts.values()
                if (kinds is None or fact.kind in kinds) and (wanted is None or fact.id in wanted)
            )

    def coded(self, *, patient_id: str, codes: Collection[tuple[str, str]]) -> tuple[Fact, ...]:
        """This patient's facts that carry any of these (system, code)."""
        wanted = set(codes)
        facts = self.read(patient_id=patient_id)
        return tuple(f for f in facts if any((c.system, c.code) in wanted for c in f.concept.codings))

    def matching(self, *, patient_id: str, words: Sequence[str], limit: int) -> tuple[str, ...]:
        """Ids of the facts with most of the words, the latest first."""
        facts = self.read(patient_id=patient_id)
        return best(((f.id, searched(f)) for f in facts), patterns(words), limit)

    def revision(self, *, patient_id: str) -> int:
        """Another number after every change."""
        with self._alone():
            return self._of(patient_id).revision

    def newer(self, *, patient_id: str, than: int | None) -> tuple[int, tuple[Fact, ...] | None]:
        """The revision and all facts, or None where it is the one known."""
        with self._alone():
            record = self._of(patient_id)
            return record.revision, None if record.revision == than else tuple(record.facts.values())

    def know(self, patient: Patient) -> None:
        """Remember who the patient is."""
        encoded_patient(patient)
        with self._alone():
            record = self._records.setdefault(patient.id, _Record())
            if record.who != patient:
                record.who, record.revision = patient, next(self._moments)

    def patient(self, *, patient_id: str) -> Patient | None:
        """Who the patient is."""
        with self._alone():
            return self._of(patient_id).who

    def patients(self) -> tuple[str, ...]:
        """Everybody of whom anything is kept."""
        with self._alone():
            return tuple(sorted(self._records))

    def erase(
        self, *, patient_id: str, ids: Collection[str] | None, by: str, reason: str, at: datetime
    ) -> Erasure:
        """Drop the facts, and keep digests of their ids and one line of the trail."""
        entry = checked_entry(
            AuditEntry(aware(at), by, "", "erase", patient_id=named(patient_id), reason=reason)
        )
        with self._alone():
            there = self._of(patient_id)
            gone = set(there.facts) if ids is None else findable(ids)
            count = len(gone & there.facts.keys())
            self._erased.update(erased_fact(self._key, patient_id, fact) for fact in gone)
            if ids is None:
                self._records.pop(patient_id, None)
                entry = replace(entry, patient_id=self._forget_name(patient_id))
            elif count:
                there.facts = {k: f for k, f in there.facts.items() if k not in gone}
                there.vectors = {k: v for k, v in there.vectors.items() if k[1] not in gone}
                there.revision = next(self._moments)
            self._trail.append(replace(entry, count=count))
        return Erasure(count)

    def _forget_name(self, patient_id: str) -> str:
        name = erased_patient(self._key, patient_id)
        self._trail = [
            replace(e, patient_id=name, about="", reason="") if e.patient_id == patient_id else e
            for e in self._trail
        ]
        return name

    def note(self, entry: AuditEntry) -> None:
        """Add a line to the trail."""
        with self._alone():
            self._trail.append(checked_entry(entry))

    def audit(self, *, patient_id: str | None = None) -> tuple[AuditEntry, ...]:
        """The trail, or one patient's part of it."""
        with self._alone():
            if patient_id is None:
                return tuple(self._trail)
            names = (named(patient_id), erased_patient(self._key, patient_id))
            return tuple(e for e in self._trail if e.patient_id in names)

    def keep_vectors(self, *, patient_id: str, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep embeddings of facts that are there."""
        named(model, "model")
        new = checked_vectors(vectors)
        with self._alone():
            there = self._of(patient_id)
            there.vectors.update({(model, fact): v for fact, v in new.items() if fact in there.facts})

    def vectors(self, *, patient_id: str, model: str) -> dict[str, bytes]:
        """The embeddings kept, by fact id."""
        with self._alone():
            kept = self._of(patient_id).vectors
            return {fact: v for (of, fact), v in kept.items() if of == model}

    def backup(self, path: Path | str) -> None:
        """One consistent copy in a file."""
        with self._alone():
            copies = [
                PatientCopy(
                    name,
                    encoded_patient(one.who) if one.who else None,
                    [orjson.dumps(fact_to_json(fact)) for fact in one.facts.values()],
                    dict(one.vectors),
                )
                for name, one in sorted(self._records.items())
            ]
            rest = Rest(self._key, tuple(sorted(self._erased)), tuple(self._trail))
        write_backup(Path(path), copies, rest)

    def restore(self, path: Path | str) -> None:
        """Take a backup in, whole or not at all."""
        rest, patients = read_backup(Path(path))
        records: dict[str, _Record] = {}
        for one in patients:
            facts = {f.id: f for f, _ in encode_all(one.facts, one.patient_id)}
            vectors = {name: v for name, v in one.vectors.items() if name[1] in facts}
            records[one.patient_id] = _Record(facts, vectors, one.who, next(self._moments))
        trail = [checked_entry(entry) for entry in rest.trail]
        with self._alone():
            if self._records or self._erased or self._trail:
                raise RememberingError("memory is not empty: restore a backup into an empty one.")
            self._records, self._erased, self._trail = records, set(rest.erased), trail
            self._key = rest.key

    def close(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._closed = True
            self._records.clear()
