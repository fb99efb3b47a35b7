"""PostgreSQL's own guard, held against plain SQL that goes round the Python layer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from memory_facts import a_fact
from memory_places import new_database, run
from sqlalchemy import select, text

from wardround.clinical import Patient
from wardround.memory import RememberingError
from wardround.memory.stores import AuditEntry, open_store, tables
from wardround.memory.stores.databases import PostgresServer

NOW = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)
CLINICAL = ["facts", "codes", "patients", "vectors"]
OF_PATIENTS = [*CLINICAL, "register", "audit"]
INSERTS = {
    "facts": "INSERT INTO facts VALUES ('{who}', 99, 'new', 'problem', ' x ', ''::bytea)",
    "codes": "INSERT INTO codes VALUES ('{who}', ''::bytea, 99)",
    "patients": "INSERT INTO patients VALUES ('{who}', ''::bytea) ON CONFLICT DO NOTHING",
    "vectors": "INSERT INTO vectors VALUES ('{who}', 'm', 'new', ''::bytea)",
    "register": "INSERT INTO register VALUES ('{who}', 1, 1) ON CONFLICT DO NOTHING",
    "audit": "INSERT INTO audit (at, by, role, what, about, patient_id, reason) "
    "VALUES ('', '', '', '', '', '{who}', '')",
}


@pytest.fixture(scope="module")
def address() -> str:
    """A database with two patients, each with a row in every table."""
    where = new_database()
    store = open_store(where)
    for who in ("A", "B"):
        store.write([a_fact(f"f{n}", patient_id=who, code=f"c{n}") for n in range(3)], patient_id=who)
        store.know(Patient(who, f"Maria {who}", None, "female"))
        store.keep_vectors(patient_id=who, model="m", vectors={"f1": b"v"})
        store.note(AuditEntry(NOW, "Dr. A", "surgeon", "unlock", "hiv", who))
    store.close()
    return where


@contextmanager
def plain(address: str, patient_id: str | None = None, role: str = "wardround_app") -> Iterator[Any]:
    """A transaction of plain SQL as the role that the store works as; rolled back at the end."""
    import psycopg

    db = psycopg.connect(address)
    try:
        db.execute(f"SET LOCAL ROLE {role}".encode())
        db.execute("SET LOCAL search_path = wardround_memory")
        if patient_id is not None:
            db.execute("SELECT set_config('wardround.patient_id', %s, true)", [patient_id])
        yield db
    finally:
        db.rollback()
        db.close()


def whose(db: Any, table: str) -> set[str]:
    return {row[0] for row in db.execute(f"SELECT patient_id FROM {table}").fetchall()}


@pytest.mark.parametrize("table", OF_PATIENTS)
def test_without_a_patient_there_are_no_rows(address: str, table: str) -> None:
    for nobody in (None, "", "%", "A%", "a"):
        with plain(address, nobody) as db:
            assert whose(db, table) == set()


@pytest.mark.parametrize("table", OF_PATIENTS)
def test_with_one_patient_named_there_are_none_of_anothers_rows(address: str, table: str) -> None:
    for who in ("A", "B"):
        with plain(address, who) as db:
            assert whose(db, table) == {who}
            assert db.execute(f"SELECT count(*) FROM {table} WHERE patient_id <> %s", [who]).fetchone() == (
                0,
            )


@pytest.mark.parametrize("table", OF_PATIENTS)
def test_a_row_for_another_patient_is_refused(address: str, table: str) -> None:
    import psycopg

    with plain(address, "A") as db:
        db.execute(INSERTS[table].format(who="A"))
    with (
        plain(address, "A") as db,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
    ):
        db.execute(INSERTS[table].format(who="B").replace(" ON CONFLICT DO NOTHING", ""))


@pytest.mark.parametrize("table", [*CLINICAL, "register"])
def test_anothers_rows_cannot_be_changed_deleted_or_given_away(address: str, table: str) -> None:
    import psycopg

    with plain(address, "A") as db:
        assert db.execute(f"DELETE FROM {table} WHERE patient_id = 'B'").rowcount == 0
        assert db.execute(f"UPDATE {table} SET patient_id = 'A' WHERE patient_id = 'B'").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(f"UPDATE {table} SET patient_id = 'C'")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM audit", "UPDATE audit SET what = 'nothing'", "TRUNCATE audit"]
)
def test_the_trail_can_only_grow(address: str, statement: str) -> None:
    import psycopg

    with plain(address, "A") as db, pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(statement)


@pytest.mark.parametrize("times", [1, 12], ids=["first", "prepared"])
def test_a_question_asked_in_one_round_trip_sees_its_patient_alone(address: str, times: int) -> None:
    server, everybodys = PostgresServer(address), select(tables.facts.c.patient_id)
    try:
        for _ in range(times):
            for who in ("A", "B"):
                assert {row[0] for row in server.asked_once(who, everybodys, {})} == {who}
    finally:
        server.engine.dispose()


def test_a_question_that_the_server_refuses_is_an_error_of_memory(address: str) -> None:
    server = PostgresServer(address)
    try:
        assert server.asked_once("A", select(tables.facts.c.id), {})
        with pytest.raises(RememberingError, match=r"memory refused a read: .*does not exist"):
            server.asked_once("A", select(text("nothing_like_it")), {})
        assert server.asked_once("A", select(tables.facts.c.id), {})
    finally:
        server.engine.dispose()


@pytest.mark.parametrize("table", CLINICAL)
def test_listing_who_is_there_opens_no_clinical_table(address: str, table: str) -> None:
    with plain(address) as db:
        db.execute("SELECT set_config('wardround.listing', 'on', true)")
        assert whose(db, "register") == whose(db, "audit") == {"A", "B"}
        assert whose(db, table) == set()


def test_every_table_with_a_patient_in_it_forces_row_level_security(address: str) -> None:
    with plain(address, role="postgres") as db:
        found = db.execute(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c JOIN pg_attribute a "
            "ON a.attrelid = c.oid WHERE c.relnamespace = 'wardround_memory'::regnamespace AND c.relkind = 'r' "
            "AND a.attname = 'patient_id'"
        ).fetchall()
    assert dict(found) == dict.fromkeys(OF_PATIENTS, True)


def test_the_patient_named_in_one_transaction_is_forgotten_by_the_next(address: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as db:
        db.execute("SET search_path = wardround_memory")
        with db.transaction():
            db.execute("SET LOCAL ROLE wardround_app")
            db.execute("SELECT set_config('wardround.patient_id', 'A', true)")
            assert whose(db, "facts") == {"A"}
        with db.transaction():
            db.execute("SET LOCAL ROLE wardround_app")
            assert whose(db, "facts") == set()


def login(address: str, name: str, rights: str, *grants: str) -> str:
    """The address with another login, made anew."""
    made = (
        f"DO $$ BEGIN CREATE ROLE {name} LOGIN {rights}; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"ALTER ROLE {name} {rights}",
    )
    run(address, *made, *grants)
    return address.replace("postgres:@", f"{name}:@")


def test_a_login_without_any_privilege_but_the_role_works(address: str) -> None:
    where = login(address, "ward_login", "NOSUPERUSER", "GRANT wardround_app TO ward_login")
    store = open_store(where)
    assert store.patients() == ("A", "B")
    assert len(store.read(patient_id="A")) == 3
    assert store.write([a_fact("once", patient_id="C")], patient_id="C") == 1
    done = store.erase(patient_id="C", ids=None, by="x", reason="law", at=NOW)
    assert done.count == 1
    assert "owner must VACUUM FULL" in done.traces
    assert store.patients() == ("A", "B")
    store.close()


def test_a_login_that_sees_past_row_level_security_is_refused(address: str) -> None:
    where = login(
        address,
        "sees_all",
        "BYPASSRLS",
        "GRANT USAGE ON SCHEMA wardround_memory TO sees_all",
        "GRANT SELECT ON ALL TABLES IN SCHEMA wardround_memory TO sees_all",
    )
    store = open_store(where)
    with pytest.raises(RememberingError, match="may not become wardround_app"):
        store.read(patient_id="A")
    store.close()


def test_an_owner_without_privileges_makes_and_uses_memory_under_the_same_guard() -> None:
    where = new_database()
    name = where.split("/")[3].split("?")[0]
    owner = login(where, "plain_owner", "NOCREATEROLE", f"GRANT CREATE ON DATABASE {name} TO plain_owner")
    store = open_store(owner)
    store.write([a_fact("f1", patient_id="A")], patient_id="A")
    store.write([a_fact("f1", patient_id="B")], patient_id="B")
    assert store.patients() == ("A", "B")
    with plain(where, "A", role="plain_owner") as db:
        assert whose(db, "facts") == {"A"}
    with plain(where, role="plain_owner") as db:
        assert whose(db, "facts") == set()
    assert store.erase(patient_id="A", ids=None, by="x", reason="law", at=NOW).traces == ""
    store.close()
