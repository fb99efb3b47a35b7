"""PostgreSQL's own guard: row-level security that shows a transaction one patient, to a role that cannot see past it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

SCHEMA = "wardround_memory"
ROLE = "wardround_app"
PATIENT = "wardround.patient_id"
LISTING = "wardround.listing"
"""Set to `on` where the register or the audit trail is read across patients. It opens no clinical table."""

_MINE = f"patient_id = current_setting('{PATIENT}', true)"
_LISTED = f"{_MINE} OR current_setting('{LISTING}', true) = 'on'"
_NAMELESS = f"{_MINE} OR patient_id = '' OR patient_id LIKE 'erased:%'"

_MAKE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
        CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT pg_has_role('{ROLE}', 'MEMBER') THEN
        EXECUTE 'GRANT {ROLE} TO ' || quote_ident(current_user);
    END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END $$
"""


def may_become(connection: Connection, role: str) -> bool:
    """Is there this role, and may the login take it on?"""
    found = connection.execute(
        text("SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = :role"), {"role": role}
    )
    return bool(found.scalar_one_or_none())


def sees_everybody(connection: Connection) -> bool:
    """Does row-level security not hold for who we are now?"""
    found = connection.execute(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    )
    return bool(found.scalar_one())


def make_role(connection: Connection) -> None:
    """Make the role that the store works as, where the login may; else the login itself is held by the policies."""
    connection.exec_driver_sql(_MAKE_ROLE)


def protect(connection: Connection, clinical: Sequence[str], open_to_all: Sequence[str]) -> None:
    """One patient at a time in the clinical tables; the register and the trail across patients only when said so."""
    for table in clinical:
        _force(connection, table)
        _policy(connection, table, "one_patient", "ALL", using=_MINE, check=_MINE)
    _force(connection, "register")
    _policy(connection, "register", "listed", "SELECT", using=_LISTED)
    _policy(connection, "register", "made", "INSERT", check=_MINE)
    _policy(connection, "register", "changed", "UPDATE", using=_MINE, check=_MINE)
    _policy(connection, "register", "removed", "DELETE", using=_MINE)
    _force(connection, "audit")
    _policy(connection, "audit", "listed", "SELECT", using=_LISTED)
    _policy(connection, "audit", "added", "INSERT", check=_NAMELESS)
    _policy(connection, "audit", "unnamed", "UPDATE", using=_MINE, check=_NAMELESS)
    _grant(connection, clinical, open_to_all)


def _force(connection: Connection, table: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _policy(
    connection: Connection, table: str, name: str, what: str, *, using: str = "", check: str = ""
) -> None:
    said = f"CREATE POLICY {name} ON {table} FOR {what}"
    said += f" USING ({using})" if using else ""
    said += f" WITH CHECK ({check})" if check else ""
    connection.execute(text(said.replace(":", r"\:")))


def _grant(connection: Connection, clinical: Sequence[str], open_to_all: Sequence[str]) -> None:
    there = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ROLE})
    if there.first() is None:
        return
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}")
    for table in (*clinical, "register"):
        connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")
    for table in open_to_all:
        connection.exec_driver_sql(f"GRANT SELECT, INSERT ON {table} TO {ROLE}")
    connection.exec_driver_sql(f"GRANT SELECT, INSERT, UPDATE (patient_id, about, reason) ON audit TO {ROLE}")
    connection.exec_driver_sql(f"GRANT UPDATE (value) ON keys TO {ROLE}")
