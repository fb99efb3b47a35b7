"""Codes and words that can be searched, vectors, a register, erasure and audit; row-level security on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import orjson
import sqlalchemy as sa
from alembic import op

from wardround.clinical import Fact
from wardround.memory.codec import fact_from_json
from wardround.memory.errors import RememberingError
from wardround.memory.stores.digests import code_digest, new_key, new_revision
from wardround.memory.stores.rights import make_role, protect
from wardround.memory.stores.words import searched

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Put the first layout aside, make the new one, carry everything over, and drop the first."""
    op.drop_index("facts_by_kind", "facts")
    op.rename_table("facts", "facts_before")
    op.rename_table("patients", "patients_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX facts_pkey RENAME TO facts_before_pkey")
    _facts()
    _codes_patients_vectors()
    _register_erased_keys()
    _audit()
    _carry_over(op.get_bind())
    op.drop_table("facts_before")
    op.drop_table("patients_before")
    if op.get_bind().dialect.name == "postgresql":
        make_role(op.get_bind())
        protect(
            op.get_bind(), ("facts", "codes", "patients", "vectors"), ("erased", "keys", "memory_version")
        )


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("patient_id", _NAME, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("id", _NAME, nullable=False),
        sa.Column("kind", _NAME, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "position", name="facts_in_order"),
        sa.UniqueConstraint("patient_id", "id", name="facts_by_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_by_kind", "facts", ["patient_id", "kind", "position"])


def _codes_patients_vectors() -> None:
    op.create_table(
        "codes",
        sa.Column("patient_id", _NAME, nullable=False),
        sa.Column("code", sa.LargeBinary, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "code", "position", name="codes_in_order"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "patients",
        sa.Column("patient_id", _NAME, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", name="patients_by_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vectors",
        sa.Column("patient_id", _NAME, nullable=False),
        sa.Column("model", _NAME, nullable=False),
        sa.Column("id", _NAME, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", "model", "id", name="vectors_by_id"),
        sqlite_with_rowid=False,
    )


def _register_erased_keys() -> None:
    op.create_table(
        "register",
        sa.Column("patient_id", _NAME, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("revision", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("patient_id", name="register_by_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "erased",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="erased_by_digest"),
        sqlite_with_rowid=False,
    )
    keys = op.create_table(
        "keys",
        sa.Column("name", _NAME, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="keys_by_name"),
        sqlite_with_rowid=False,
    )
    op.bulk_insert(keys, [{"name": "erasure", "value": new_key()}])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", _NUMBER, sa.Identity(), nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("patient_id", _NAME, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("count", sa.Integer),
        sa.PrimaryKeyConstraint("number", name="audit_in_order"),
    )
    op.create_index("audit_by_patient", "audit", ["patient_id", "number"])


def _carry_over(db: sa.Connection) -> None:
    columns = ("patient_id", "position", "id", "kind", "words", "data")
    facts = sa.table("facts", *map(sa.column, columns))
    codes = sa.table("codes", *map(sa.column, ("patient_id", "code", "position")))
    register = sa.table("register", *map(sa.column, ("patient_id", "last", "revision")))
    last: dict[str, int] = {}
    for patient_id, old in _old_facts(db):
        rows: list[dict[str, object]] = []
        coded: list[dict[str, object]] = []
        for position, (name, kind, data) in enumerate(old, 1):
            fact = _decoded(patient_id, name, data)
            rows.append(
                dict(zip(columns, (patient_id, position, name, kind, searched(fact), data), strict=True))
            )
            digests = {code_digest(c.system, c.code) for c in fact.concept.codings}
            coded.extend({"patient_id": patient_id, "code": d, "position": position} for d in sorted(digests))
        db.execute(facts.insert(), rows)
        if coded:
            db.execute(codes.insert(), coded)
        last[patient_id] = len(rows)
    db.exec_driver_sql("INSERT INTO patients (patient_id, data) SELECT patient_id, data FROM patients_before")
    for (patient_id,) in db.exec_driver_sql("SELECT patient_id FROM patients_before").all():
        last.setdefault(patient_id, 0)
    if last:
        known = [{"patient_id": p, "last": n, "revision": new_revision()} for p, n in sorted(last.items())]
        db.execute(register.insert(), known)


def _decoded(patient_id: str, name: str, data: bytes) -> Fact:
    try:
        return fact_from_json(orjson.loads(data))
    except (ValueError, KeyError, TypeError) as error:
        raise RememberingError(
            f"fact {name} of {patient_id} cannot be read: {error}. Nothing was migrated; delete it, or restore a copy."
        ) from error


def _old_facts(db: sa.Connection) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    names = (
        db.exec_driver_sql("SELECT DISTINCT patient_id FROM facts_before ORDER BY patient_id").scalars().all()
    )
    query = sa.text(
        "SELECT patient_id, id, kind, data FROM facts_before WHERE patient_id = :who ORDER BY position, id"
    )
    for name in names:
        for patient_id, rows in groupby(db.execute(query, {"who": name}).all(), key=lambda row: str(row[0])):
            yield patient_id, [(str(r[1]), str(r[2]), bytes(r[3])) for r in rows]
