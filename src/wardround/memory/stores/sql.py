"""Memory in SQLite or PostgreSQL: one implementation in SQLAlchemy Core for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select, update

from wardround.clinical import Fact, FactKind, Patient
from wardround.memory.codec import patient_from_json
from wardround.memory.errors import RememberingError
from wardround.memory.stores import rows as r
from wardround.memory.stores import tables as t
from wardround.memory.stores.backups import PatientBack, PatientCopy, Rest, read_backup, write_backup
from wardround.memory.stores.checks import (
    aware,
    checked_entry,
    checked_vectors,
    encode_all,
    encoded_patient,
    findable,
    named,
)
from wardround.memory.stores.databases import Database, PostgresServer, SqliteFile, transaction
from wardround.memory.stores.digests import code_digest, erased_fact, erased_patient, new_revision
from wardround.memory.stores.layout import bring_up
from wardround.memory.stores.protocol import AuditEntry, Erasure
from wardround.memory.stores.words import best, patterns

_NEVER = -1
"""A revision that no patient has."""


class SqlStore:
    """A `FactStore` in a file or on a server. Opening makes the tables, or brings older ones up to date."""

    def __init__(self, where: Path | str) -> None:
        on_server = isinstance(where, str) and "://" in where
        self._database: Database | None = PostgresServer(str(where)) if on_server else SqliteFile(Path(where))
        try:
            bring_up(self._database)
        except BaseException:
            self.close()
            raise

    # --- transactions ----------------------------------------------------------------------------------

    @property
    def _open(self) -> Database:
        if self._database is None:
            raise RememberingError("this memory is closed: open it again.")
        return self._database

    def _reading(self, patient_id: str = "", *, listing: bool = False) -> AbstractContextManager[Connection]:
        return transaction(self._open, "read", patient_id, listing=listing)

    def _writing(self, patient_id: str = "", *, listing: bool = False) -> AbstractContextManager[Connection]:
        return transaction(self._open, "write", patient_id, listing=listing)

    # --- facts -----------------------------------------------------------------------------------------

    def write(self, facts: Sequence[Fact], *, patient_id: str) -> int:
        """All or none, in this order; how many were new."""
        batch = encode_all(facts, patient_id)
        if not batch:
            return 0
        with self._writing(patient_id) as db:
            last, key = db.execute(r.LAST_AND_KEY, {"who": patient_id}).one()
            there = r.positions_of(db, patient_id, [fact.id for fact, _ in batch])
            digests = {f.id: erased_fact(key, patient_id, f.id) for f, _ in batch if f.id not in there}
            gone = r.buried(db, digests.values())
            new = [(f, data) for f, data in batch if f.id in digests and digests[f.id] not in gone]
            if new:
                r.add_facts(self._open, db, patient_id, new, (last or 0) + 1)
                self._move_on(db, patient_id, (last or 0) + len(new))
        return len(new)

    def _move_on(self, db: Connection, patient_id: str, last: int | None = None) -> None:
        """The register after a change; `last` where positions were given out."""
        values: dict[str, Any] = {"revision": new_revision()} | ({} if last is None else {"last": last})
        row = self._open.insert(t.register).values(patient_id=patient_id, **{"last": 0, **values})
        db.execute(row.on_conflict_do_update(index_elements=["patient_id"], set_=values))

    def read(
        self,
        *,
        patient_id: str,
        kinds: Collection[FactKind] | None = None,
        ids: Collection[str] | None = None,
    ) -> tuple[Fact, ...]:
        """This patient's facts in the order of writing."""
        wanted = None if ids is None else findable(ids)
        query = r.FACTS
        if kinds is not None:
            query = query.where(t.facts.c.kind.in_(sorted(kinds)))
        if wanted is not None and len(wanted) <= r.MOST_AT_ONCE:
            query = query.where(t.facts.c.id.in_(sorted(wanted)))
        with self._reading(named(patient_id)) as db:
            found = db.execute(query, {"who": patient_id}).scalars().all()
        facts = map(r.decoded, found)
        return tuple(facts if wanted is None else (f for f in facts if f.id in wanted))

    def coded(self, *, patient_id: str, codes: Collection[tuple[str, str]]) -> tuple[Fact, ...]:
        """This patient's facts that carry any of these (system, code)."""
        found: dict[int, bytes] = {}
        with self._reading(named(patient_id)) as db:
            for some in r.portions(sorted({code_digest(system, code) for system, code in codes})):
                rows = db.execute(r.with_codes(some), {"who": patient_id})
                found |= {row.position: row.data for row in rows}
        return tuple(r.decoded(found[position]) for position in sorted(found))

    def matching(self, *, patient_id: str, words: Sequence[str], limit: int) -> tuple[str, ...]:
        """Ids of the facts with most of the words, the latest first."""
        wanted = patterns(words)
        with self._reading(named(patient_id)) as db:
            lines = [(row.id, row.words) for row in db.execute(r.with_words(wanted), {"who": patient_id})]
        return best(lines, wanted, limit)

    # --- who they are ----------------------------------------------------------------------------------

    def revision(self, *, patient_id: str) -> int:
        """Another number after every change."""
        with self._reading(named(patient_id)) as db:
            return int(db.execute(r.REVISION, {"who": patient_id}).scalar_one_or_none() or 0)

    def newer(self, *, patient_id: str, than: int | None) -> tuple[int, tuple[Fact, ...] | None]:
        """The revision and all facts, or None where it is the one known: one statement."""
        asked = {"who": named(patient_id), "than": _NEVER if than is None else than}
        found = self._open.asked_once(patient_id, r.NEWER, asked)
        revision = int(found[0][0]) if found else 0
        if revision == than:
            return revision, None
        return revision, tuple(r.decoded(data) for _, data in found if data is not None)

    def know(self, patient: Patient) -> None:
        """Remember who the patient is."""
        data = encoded_patient(patient)
        with self._writing(patient.id) as db:
            self._know(db, patient.id, data)

    def _know(self, db: Connection, patient_id: str, data: bytes) -> None:
        if db.execute(r.WHO, {"who": patient_id}).scalar_one_or_none() != data:
            row = self._open.insert(t.patients).values(patient_id=patient_id, data=data)
            db.execute(row.on_conflict_do_update(index_elements=["patient_id"], set_={"data": data}))
            self._move_on(db, patient_id)

    def patient(self, *, patient_id: str) -> Patient | None:
        """Who the patient is."""
        with self._reading(named(patient_id)) as db:
            data = db.execute(r.WHO, {"who": patient_id}).scalar_one_or_none()
        return None if data is None else patient_from_json(orjson.loads(data))

    def patients(self) -> tuple[str, ...]:
        """Everybody of whom anything is kept."""
        with self._reading(listing=True) as db:
            return tuple(db.execute(r.EVERYBODY).scalars())

    # --- erasure and audit -----------------------------------------------------------------------------

    def erase(
        self, *, patient_id: str, ids: Collection[str] | None, by: str, reason: str, at: datetime
    ) -> Erasure:
        """Delete the rows, keep digests of the ids and a line of the trail, and sweep the files."""
        entry = checked_entry(
            AuditEntry(aware(at), by, "", "erase", patient_id=named(patient_id), reason=reason)
        )
        wanted = None if ids is None else findable(ids)
        with self._writing(patient_id, listing=True) as db:
            there = r.positions_of(db, patient_id, wanted)
            key = db.execute(r.KEY).scalar_one()
            r.bury(db, {erased_fact(key, patient_id, fact) for fact in (wanted or set()) | there.keys()})
            if wanted is None:
                r.drop_patient(db, patient_id)
                entry = replace(entry, patient_id=r.forget_name(db, key, patient_id))
            elif there:
                r.drop_facts(db, patient_id, there)
                self._move_on(db, patient_id)
            r.append(db, replace(entry, count=len(there)))
        touched = (t.facts, t.codes, t.vectors)
        whole = (*touched, t.patients, t.register, t.audit)
        return Erasure(len(there), self._open.sweep(whole if wanted is None else touched))

    def note(self, entry: AuditEntry) -> None:
        """Add a line to the trail."""
        checked_entry(entry)
        with self._writing(entry.patient_id or "") as db:
            r.append(db, entry)

    def audit(self, *, patient_id: str | None = None) -> tuple[AuditEntry, ...]:
        """The trail, or one patient's part of it."""
        query = r.TRAIL
        if patient_id is not None:
            named(patient_id)
        with self._reading(patient_id or "", listing=True) as db:
            if patient_id is not None:
                names = (patient_id, erased_patient(db.execute(r.KEY).scalar_one(), patient_id))
                query = query.where(t.audit.c.patient_id.in_(names))
            return tuple(map(r.entry_of, db.execute(query)))

    # --- vectors ---------------------------------------------------------------------------------------

    def keep_vectors(self, *, patient_id: str, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keep embeddings of facts that are there."""
        named(model, "model")
        new = checked_vectors(vectors)
        with self._writing(named(patient_id)) as db:
            self._keep_vectors(db, patient_id, {(model, fact): data for fact, data in new.items()})

    def _keep_vectors(self, db: Connection, patient_id: str, new: Mapping[tuple[str, str], bytes]) -> None:
        there = r.positions_of(db, patient_id, [fact for _, fact in new])
        rows = [
            {"patient_id": patient_id, "model": model, "id": fact, "data": data}
            for (model, fact), data in sorted(new.items())
            if fact in there
        ]
        if rows:
            row = self._open.insert(t.vectors)
            named_by = ["patient_id", "model", "id"]
            db.execute(
                row.on_conflict_do_update(index_elements=named_by, set_={"data": row.excluded.data}), rows
            )

    def vectors(self, *, patient_id: str, model: str) -> dict[str, bytes]:
        """The embeddings kept, by fact id."""
        v = t.vectors.c
        query = select(v.id, v.data).where(
            v.patient_id == named(patient_id), v.model == named(model, "model")
        )
        with self._reading(patient_id) as db:
            return {row.id: bytes(row.data) for row in db.execute(query)}

    # --- backup ----------------------------------------------------------------------------------------

    def backup(self, path: Path | str) -> None:
        """One consistent copy in a file, from one snapshot; writers go on."""
        database = self._open
        with transaction(database, "copy", listing=True) as db:
            key = db.execute(r.KEY).scalar_one()
            rest = Rest(
                key, tuple(db.execute(r.ERASED).scalars()), tuple(map(r.entry_of, db.execute(r.TRAIL)))
            )
            names = list(db.execute(r.EVERYBODY).scalars())
            write_backup(Path(path), (_copy(database, db, name) for name in names), rest)

    def restore(self, path: Path | str) -> None:
        """Take a backup in, whole or not at all."""
        rest, patients = read_backup(Path(path))
        database = self._open
        with self._writing(listing=True) as db:
            if any(db.execute(select(one).limit(1)).first() for one in (t.register, t.erased, t.audit)):
                raise RememberingError("memory is not empty: restore a backup into an empty one.")
            db.execute(update(t.keys).where(t.keys.c.name == "erasure").values(value=rest.key))
            r.bury(db, set(rest.erased))
            for entry in rest.trail:
                database.see(db, entry.patient_id or "")
                r.append(db, checked_entry(entry))
            for one in patients:
                database.see(db, named(one.patient_id))
                self._take_back(db, one)

    def _take_back(self, db: Connection, one: PatientBack) -> None:
        batch = encode_all(one.facts, one.patient_id)
        if batch:
            r.add_facts(self._open, db, one.patient_id, batch, 1)
        self._move_on(db, one.patient_id, len(batch))
        if one.who is not None:
            self._know(db, one.patient_id, encoded_patient(one.who))
        self._keep_vectors(db, one.patient_id, one.vectors)

    def close(self) -> None:
        """Let go of the file or the server."""
        database, self._database = self._database, None
        if database is not None:
            database.engine.dispose()


def _copy(database: Database, db: Connection, patient_id: str) -> PatientCopy:
    database.see(db, patient_id)
    return r.copy_of(db, patient_id)
