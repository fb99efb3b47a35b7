"""The tables of memory, as SQLAlchemy Core: what a new database gets, and what the last migration leads to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISION = "0002"
"""The layout below; `migrations/versions` leads to it from every older one."""
VERSION_TABLE = "memory_version"

metadata = MetaData()

_name = Text().with_variant(Text(collation="C"), "postgresql")
_number = BigInteger().with_variant(Integer(), "sqlite")

facts = Table(
    "facts",
    metadata,
    Column("patient_id", _name, nullable=False),
    Column("position", Integer, nullable=False),
    Column("id", _name, nullable=False),
    Column("kind", _name, nullable=False),
    Column("words", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "position", name="facts_in_order"),
    UniqueConstraint("patient_id", "id", name="facts_by_id"),
    Index("facts_by_kind", "patient_id", "kind", "position"),
    sqlite_with_rowid=False,
)
"""Facts in the order of writing; a patient's lie together. `words` is what `words.searched` makes of the fact."""

codes = Table(
    "codes",
    metadata,
    Column("patient_id", _name, nullable=False),
    Column("code", LargeBinary, nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("patient_id", "code", "position", name="codes_in_order"),
    sqlite_with_rowid=False,
)
"""Which facts carry a code: `code` is the digest of system and code."""

patients = Table(
    "patients",
    metadata,
    Column("patient_id", _name, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", name="patients_by_id"),
    sqlite_with_rowid=False,
)

vectors = Table(
    "vectors",
    metadata,
    Column("patient_id", _name, nullable=False),
    Column("model", _name, nullable=False),
    Column("id", _name, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("patient_id", "model", "id", name="vectors_by_id"),
    sqlite_with_rowid=False,
)

register = Table(
    "register",
    metadata,
    Column("patient_id", _name, nullable=False),
    Column("last", Integer, nullable=False),
    Column("revision", _number, nullable=False),
    PrimaryKeyConstraint("patient_id", name="register_by_id"),
    sqlite_with_rowid=False,
)
"""Who is remembered: the last position given out, and the number that changes with every change. Nothing clinical."""

erased = Table(
    "erased",
    metadata,
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("digest", name="erased_by_digest"),
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("number", _number, Identity(), nullable=False),
    Column("at", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("patient_id", _name, nullable=False),
    Column("reason", Text, nullable=False),
    Column("count", Integer),
    PrimaryKeyConstraint("number", name="audit_in_order"),
    Index("audit_by_patient", "patient_id", "number"),
)
"""Append-only, but for the names of patients that are erased. `patient_id` is empty where no one patient is meant."""

keys = Table(
    "keys",
    metadata,
    Column("name", _name, nullable=False),
    Column("value", LargeBinary, nullable=False),
    PrimaryKeyConstraint("name", name="keys_by_name"),
    sqlite_with_rowid=False,
)
"""One row, `erasure`: the key of the digests in `erased`."""

version = Table(
    VERSION_TABLE,
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)
