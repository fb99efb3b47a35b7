"""The statements that memory makes: what is read and written within one open transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    BindParameter,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from wardround.clinical import Fact
from wardround.memory.codec import fact_from_json
from wardround.memory.stores import tables as t
from wardround.memory.stores.backups import PatientCopy
from wardround.memory.stores.databases import Database
from wardround.memory.stores.digests import code_digest, erased_patient
from wardround.memory.stores.protocol import AuditEntry
from wardround.memory.stores.words import searched

MOST_AT_ONCE = 5_000
"""Names in one query; servers have a limit."""
MOST_PATTERNS = 50
T = TypeVar("T")

_who: BindParameter[str] = bindparam("who")
KEY = select(t.keys.c.value).where(t.keys.c.name == "erasure")
LAST_AND_KEY = select(
    select(t.register.c.last).where(t.register.c.patient_id == _who).scalar_subquery(), KEY.scalar_subquery()
)
REVISION = select(t.register.c.revision).where(t.register.c.patient_id == _who)
WHO = select(t.patients.c.data).where(t.patients.c.patient_id == _who)
EVERYBODY = select(t.register.c.patient_id).order_by(t.register.c.patient_id)
FACTS = select(t.facts.c.data).where(t.facts.c.patient_id == _who).order_by(t.facts.c.position)
NEWER = (
    select(t.register.c.revision, t.facts.c.data)
    .outerjoin(
        t.facts,
        and_(t.facts.c.patient_id == t.register.c.patient_id, t.register.c.revision != bindparam("than")),
    )
    .where(t.register.c.patient_id == _who)
    .order_by(t.facts.c.position)
)
"""The revision beside every fact; beside none where it is the one known."""
WORDS = select(t.facts.c.id, t.facts.c.words).where(t.facts.c.patient_id == _who).order_by(t.facts.c.position)
VECTORS = select(t.vectors.c.model, t.vectors.c.id, t.vectors.c.data).where(t.vectors.c.patient_id == _who)
TRAIL = select(t.audit).order_by(t.audit.c.number)
ERASED = select(t.erased.c.digest).order_by(t.erased.c.digest)


def portions(many: Iterable[T]) -> Iterator[list[T]]:
    """Lists that fit into one query."""
    everything = list(many)
    for start in range(0, len(everything), MOST_AT_ONCE):
        yield everything[start : start + MOST_AT_ONCE]


def decoded(data: bytes) -> Fact:
    """The fact that a row holds."""
    return fact_from_json(orjson.loads(data))


def with_codes(digests: list[bytes]) -> Select[Any]:
    """Positions and facts of a patient that carry any of these codes."""
    positions = select(t.codes.c.position).where(t.codes.c.patient_id == _who, t.codes.c.code.in_(digests))
    return select(t.facts.c.position, t.facts.c.data).where(
        t.facts.c.patient_id == _who, t.facts.c.position.in_(positions)
    )


def with_words(patterns: Sequence[str]) -> Select[Any]:
    """Ids and words of a patient's facts that hold any of the patterns (of letters and spaces alone); or of all, where
    so many are asked for that looking through them elsewhere is simpler."""
    if not patterns or len(patterns) > MOST_PATTERNS:
        return WORDS
    return WORDS.where(or_(*(t.facts.c.words.like(f"%{one}%") for one in patterns)))


def positions_of(db: Connection, patient_id: str, ids: Collection[str] | None) -> dict[str, int]:
    """Which of these facts are there, and where; with None, all of the patient's."""
    query = select(t.facts.c.id, t.facts.c.position).where(t.facts.c.patient_id == patient_id)
    if ids is None:
        return {row.id: row.position for row in db.execute(query)}
    found: dict[str, int] = {}
    for some in portions(ids):
        found |= {row.id: row.position for row in db.execute(query.where(t.facts.c.id.in_(some)))}
    return found


def add_facts(
    database: Database, db: Connection, patient_id: str, batch: Sequence[tuple[Fact, bytes]], first: int
) -> None:
    """Write facts that are not there, from this position on."""
    rows: list[dict[str, Any]] = []
    coded: list[dict[str, Any]] = []
    for position, (fact, data) in enumerate(batch, first):
        rows.append(
            {
                "patient_id": patient_id,
                "position": position,
                "id": fact.id,
                "kind": fact.kind,
                "words": searched(fact),
                "data": data,
            }
        )
        digests = {code_digest(coding.system, coding.code) for coding in fact.concept.codings}
        coded.extend({"patient_id": patient_id, "code": one, "position": position} for one in digests)
    database.add(db, t.facts, rows)
    if coded:
        database.add(db, t.codes, coded)


def drop_facts(db: Connection, patient_id: str, there: dict[str, int]) -> None:
    """Delete facts with their codes and vectors."""
    for names in portions(there):
        at = [there[name] for name in names]
        db.execute(delete(t.codes).where(t.codes.c.patient_id == patient_id, t.codes.c.position.in_(at)))
        db.execute(delete(t.vectors).where(t.vectors.c.patient_id == patient_id, t.vectors.c.id.in_(names)))
        db.execute(delete(t.facts).where(t.facts.c.patient_id == patient_id, t.facts.c.position.in_(at)))


def drop_patient(db: Connection, patient_id: str) -> None:
    """Delete everything of a patient but the trail."""
    for table in (t.codes, t.vectors, t.facts, t.patients, t.register):
        db.execute(delete(table).where(table.c.patient_id == patient_id))


def buried(db: Connection, digests: Collection[bytes]) -> set[bytes]:
    """Which of these digests are of erased facts."""
    found: set[bytes] = set()
    for some in portions(digests):
        found.update(db.execute(select(t.erased.c.digest).where(t.erased.c.digest.in_(some))).scalars())
    return found


def bury(db: Connection, digests: Collection[bytes]) -> None:
    """Remember that these were erased."""
    new = set(digests) - buried(db, digests)
    if new:
        db.execute(insert(t.erased), [{"digest": one} for one in sorted(new)])


def append(db: Connection, entry: AuditEntry) -> None:
    """One line more in the trail."""
    db.execute(
        insert(t.audit).values(
            at=entry.at.isoformat(),
            by=entry.by,
            role=entry.role,
            what=entry.what,
            about=entry.about,
            patient_id=entry.patient_id or "",
            reason=entry.reason,
            count=entry.count,
        )
    )


def forget_name(db: Connection, key: bytes, patient_id: str) -> str:
    """Take the patient's name, and what was said, out of older lines of the trail; what the trail says instead."""
    name = erased_patient(key, patient_id)
    mine = update(t.audit).where(t.audit.c.patient_id == patient_id)
    db.execute(mine.values(patient_id=name, about="", reason=""))
    return name


def entry_of(row: Row[Any]) -> AuditEntry:
    """The line that a row of the trail holds."""
    return AuditEntry(
        datetime.fromisoformat(row.at),
        row.by,
        row.role,
        row.what,
        row.about,
        row.patient_id or None,
        row.reason,
        row._mapping["count"],
    )


def copy_of(db: Connection, patient_id: str) -> PatientCopy:
    """Everything of one patient, for a backup."""
    who = {"who": patient_id}
    return PatientCopy(
        patient_id,
        db.execute(WHO, who).scalar_one_or_none(),
        list(db.execute(FACTS, who).scalars()),
        {(row.model, row.id): bytes(row.data) for row in db.execute(VECTORS, who)},
    )
