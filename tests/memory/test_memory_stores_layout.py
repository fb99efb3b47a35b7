"""Migration: an older layout comes up without loss, a newer one is refused, and both ways lead to one schema."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import orjson
import pytest
from memory_facts import a_fact
from memory_places import new_database
from sqlalchemy import Connection, text

from wardround.clinical import WARDROUND, Patient
from wardround.memory import RememberingError, fact_to_json
from wardround.memory.codec import patient_to_json
from wardround.memory.stores import open_store
from wardround.memory.stores.databases import Database, PostgresServer, SqliteFile, transaction
from wardround.memory.stores.layout import OLDER, bring_up, migrate, revision_of
from wardround.memory.stores.rights import SCHEMA
from wardround.memory.stores.tables import REVISION

FIRST_LAYOUT = """
CREATE TABLE IF NOT EXISTS facts (
    patient_id TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL,
    supersedes TEXT, data BLOB NOT NULL,
    PRIMARY KEY (patient_id, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS patients (patient_id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS facts_by_kind ON facts (patient_id, kind, position);
"""
"""As the first releases made it; their files have no version of a layout."""


def first_layout(path: Path) -> None:
    """A file as the first releases left it, beside tables that are not memory's."""
    with sqlite3.connect(path) as db:
        db.executescript(FIRST_LAYOUT)
        db.execute("CREATE TABLE events (line TEXT)")
        db.execute("INSERT INTO events VALUES ('kept')")
        for who in ("p1", "p2"):
            for position, name in enumerate(("z", "a", "m"), 1):
                fact = a_fact(name, patient_id=who, text=f"胸痛 {name}", code=f"c-{name}")
                row = (who, name, position, "problem", None, orjson.dumps(fact_to_json(fact)))
                db.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", row)
        for who in ("p1", "known"):
            data = orjson.dumps(patient_to_json(Patient(who, f"Maria {who}", None, "female")))
            db.execute("INSERT INTO patients VALUES (?, ?)", (who, data))
    db.close()


def test_memory_of_the_first_layout_comes_up_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "wardround.sqlite"
    first_layout(path)
    for _ in range(2):  # the second time there is nothing to migrate
        store = open_store(path)
        assert store.patients() == ("known", "p1", "p2")
        for who in ("p1", "p2"):
            expected = [a_fact(n, patient_id=who, text=f"胸痛 {n}", code=f"c-{n}") for n in ("z", "a", "m")]
            assert list(store.read(patient_id=who)) == expected
            assert store.coded(patient_id=who, codes=[(WARDROUND, "c-a")]) == (expected[1],)
            assert store.matching(patient_id=who, words=["胸痛"], limit=2) == ("m", "a")
            assert store.revision(patient_id=who) != 0
            assert store.write(expected, patient_id=who) == 0
        for who in ("p1", "known"):
            assert store.patient(patient_id=who) == Patient(who, f"Maria {who}", None, "female")
        store.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT line FROM events").fetchall() == [("kept",)]
        left = db.execute("SELECT name FROM sqlite_master WHERE name LIKE '%before%'").fetchall()
    db.close()
    assert left == []


def test_what_is_written_after_a_migration_follows_on(tmp_path: Path) -> None:
    first_layout(tmp_path / "memory.sqlite")
    store = open_store(tmp_path / "memory.sqlite")
    assert store.write([a_fact("a"), a_fact("later")], patient_id="p1") == 1
    assert [f.id for f in store.read(patient_id="p1")] == ["z", "a", "m", "later"]
    store.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    first_layout(path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE facts SET data = X'00' WHERE patient_id = 'p2' AND id = 'a'")
        before = list(db.iterdump())
    with pytest.raises(RememberingError, match=r"fact a of p2.*cannot be read"):
        open_store(path)
    assert list(db.iterdump()) == before
    db.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    made = SqliteFile(tmp_path / "m.sqlite") if request.param == "sqlite" else PostgresServer(new_database())
    yield made
    made.engine.dispose()


def schema(connection: Connection) -> list[str]:
    """All that the database says of memory's layout, as lines that can be compared."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY type, name"))
        return [re.sub(r'[\s"]+', " ", f"{kind} {name} {sql}").replace(" )", ")") for kind, name, sql in rows]
    asked = {
        "columns": "SELECT table_name, column_name, data_type, collation_name, is_nullable, is_identity, "
        "identity_generation, column_default, character_maximum_length FROM information_schema.columns "
        "WHERE table_schema = :schema",
        "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = :schema",
        "policies": "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies "
        "WHERE schemaname = :schema",
        "tables": "SELECT relname, relkind, relrowsecurity, relforcerowsecurity, relacl::text FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = :schema",
        "constraints": "SELECT conname, contype, pg_get_constraintdef(c.oid) FROM pg_constraint c "
        "JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = :schema AND contype <> 'n'",
        "grants on columns": "SELECT table_name, column_name, grantee, privilege_type "
        "FROM information_schema.column_privileges WHERE table_schema = :schema",
        "schema": "SELECT nspacl::text FROM pg_namespace WHERE nspname = :schema",
    }
    lines = []
    for what, query in asked.items():
        rows = connection.execute(text(query), {"schema": SCHEMA})
        lines += sorted(f"{what}: {tuple(row)}" for row in rows)
    return lines


def migrated(database: Database) -> list[str]:
    with transaction(database, "change of layout") as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        migrate(connection, None)
    with transaction(database, "change of layout") as connection:
        assert revision_of(connection) == REVISION
        return schema(connection)


def test_a_new_database_and_a_migrated_one_have_the_same_schema(database: Database, tmp_path: Path) -> None:
    by_migration = migrated(database)
    server = database.engine.dialect.name == "postgresql"
    fresh: Database = PostgresServer(new_database()) if server else SqliteFile(tmp_path / "fresh.sqlite")
    bring_up(fresh)
    with transaction(fresh, "change of layout") as connection:
        assert by_migration == schema(connection)
    assert len(by_migration) > 12
    fresh.engine.dispose()


def test_every_revision_can_be_migrated_from_and_the_last_is_ours() -> None:
    from alembic.script import ScriptDirectory

    import wardround.memory.migrations as migrations

    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert [one.revision for one in reversed(list(scripts.walk_revisions()))] == [*OLDER, REVISION]


def test_memory_of_a_newer_program_is_refused_and_left_alone(database: Database) -> None:
    bring_up(database)
    with transaction(database, "change of layout") as connection:
        connection.exec_driver_sql("UPDATE memory_version SET version_num = '0099'")
    with pytest.raises(RememberingError, match="layout 0099, and this program knows"):
        bring_up(database)
    with transaction(database, "change of layout") as connection:
        assert revision_of(connection) == "0099"
