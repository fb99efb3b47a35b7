"""What differs between SQLite and PostgreSQL: connecting, beginning a transaction, and sweeping traces of the erased."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

from sqlalchemy import (
    ClauseElement,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    Select,
    Table,
    TextClause,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DisconnectionError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from wardround.memory.errors import RememberingError
from wardround.memory.stores.rights import LISTING, PATIENT, ROLE, SCHEMA, may_become, sees_everybody

Doing = Literal["read", "write", "copy", "change of layout"]
PATIENCE_S = 30.0
"""How long a writer waits for another."""
RESTED_S = 1.0
"""A connection that was idle for longer is tried before it is used."""
_POOL: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 8, "max_overflow": 56}


class Database(Protocol):
    """An engine, and the few things that each dialect does in its own way."""

    name: str
    engine: Engine

    def begin(self, connection: Connection, doing: Doing, patient_id: str, listing: bool) -> None:
        """Begin a transaction in which one patient (or, empty, nobody) is seen; writers of one patient queue up."""
        ...

    def see(self, connection: Connection, patient_id: str) -> None:
        """Turn to another patient within the transaction."""
        ...

    def asked_once(
        self, patient_id: str, query: Select[Any], values: dict[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """One question about one patient in a transaction of its own: to a server in one round trip."""
        ...

    def insert(self, table: Table) -> Any:
        """An INSERT that can say what happens on conflict."""
        ...

    def add(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert new rows, all with the same columns, in one go."""
        ...

    def sweep(self, touched: Sequence[Table]) -> str:
        """Drive what was deleted out of the files; why that did not wholly succeed, else nothing."""
        ...


@contextmanager
def transaction(
    database: Database, doing: Doing, patient_id: str = "", *, listing: bool = False
) -> Iterator[Connection]:
    """One transaction, whole or not at all. Errors of the database become errors of memory, without anyone's data."""
    try:
        with database.engine.connect() as connection:
            database.begin(connection, doing, patient_id, listing)
            yield connection
            connection.commit()
    except SQLAlchemyError as error:
        raise _refused(doing, error) from error


def _refused(doing: Doing, error: Exception) -> RememberingError:
    return RememberingError(
        f"memory refused a {doing}: {cause(error)}. Check disk space, permissions, and that the server is up."
    )


def cause(error: Exception) -> str:
    """The first line of what the database said: the others may quote a record."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0].rstrip(".") if said else type(error).__name__


class SqliteFile:
    """A file in WAL mode: readers never wait, writers take turns."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.engine = create_engine("sqlite://", creator=self._connect, hide_parameters=True, **_POOL)

    def _connect(self) -> sqlite3.Connection:
        raw = sqlite3.connect(self.name, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
        try:
            _into_wal(raw)
            raw.execute("PRAGMA synchronous=NORMAL")
            raw.execute("PRAGMA secure_delete=ON")
        except BaseException:
            raw.close()
            raise
        return raw

    def begin(self, connection: Connection, doing: Doing, patient_id: str, listing: bool) -> None:
        """Writers of any patient queue up: a file has one at a time."""
        reads = doing in ("read", "copy")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    def see(self, connection: Connection, patient_id: str) -> None:
        """A file shows everybody: nothing to turn."""

    def asked_once(
        self, patient_id: str, query: Select[Any], values: dict[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """A file knows no round trips."""
        with transaction(self, "read", patient_id) as db:
            return db.execute(query, values).all()

    def insert(self, table: Table) -> sqlite.Insert:
        """SQLite's INSERT."""
        return sqlite.insert(table)

    def add(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """One prepared statement, row by row."""
        connection.execute(table.insert(), rows)

    def sweep(self, touched: Sequence[Table]) -> str:
        """Write the file anew without what was deleted, and empty the write-ahead log, which still held it."""
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("VACUUM")
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        except SQLAlchemyError as error:
            return f"{self.name} could not be written anew: {cause(error)}. Erase again."
        return f"somebody still reads {self.name}, so its log was not emptied. Erase again." if busy else ""


def _into_wal(raw: sqlite3.Connection) -> None:
    """Two processes that open a new file at once: the change waits for no timeout of SQLite's own."""
    until = time.monotonic() + PATIENCE_S
    while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


class PostgresServer:
    """A server, where row-level security holds every statement to the one patient that the transaction names."""

    def __init__(self, address: str) -> None:
        try:
            url = make_url(address)
        except (ArgumentError, ValueError) as error:
            raise RememberingError(
                "the address of memory cannot be read: write postgresql://user:password@host:5432/database."
            ) from error
        self.name = url.render_as_string(hide_password=True)
        try:
            self.engine = create_engine(
                url.set(drivername="postgresql+psycopg"), hide_parameters=True, **_POOL
            )
        except ImportError as error:
            raise RememberingError(
                f"{self.name} needs PostgreSQL's driver: pip install 'wardround[postgres]'."
            ) from error
        self._role: str | None = None
        self._written: dict[ClauseElement, str] = {}
        _ping_after_rest(self.engine)

    def begin(self, connection: Connection, doing: Doing, patient_id: str, listing: bool) -> None:
        """Step down to the role without privileges and name the patient, for this transaction only."""
        if doing == "change of layout":
            connection.execute(_AS_OWNER, {"path": SCHEMA})
            connection.execute(_LOCK, {"what": SCHEMA})
            return
        if self._role is None:
            self._role = self._lesser_role(connection)
        if doing == "copy":
            connection.rollback()
            connection.execution_options(isolation_level="REPEATABLE READ")
        settings = {
            "path": SCHEMA,
            "role": self._role,
            "patient": patient_id,
            "listing": "on" if listing else "",
        }
        connection.execute(_AS_NOBODY, settings)
        if doing == "write":
            connection.execute(_LOCK, {"what": f"{SCHEMA}:{patient_id}"})

    def _lesser_role(self, connection: Connection) -> str:
        role = ROLE if may_become(connection, ROLE) else "none"
        connection.execute(_AS_NOBODY, {"path": SCHEMA, "role": role, "patient": "", "listing": ""})
        if sees_everybody(connection):
            raise RememberingError(
                f"{self.name}: this login sees through row-level security and may not become {ROLE}. "
                f"GRANT {ROLE} to it, or log in as a role without BYPASSRLS."
            )
        return role

    def see(self, connection: Connection, patient_id: str) -> None:
        """Name another patient to row-level security."""
        connection.execute(_SEE, {"patient": patient_id})

    def asked_once(
        self, patient_id: str, query: Select[Any], values: dict[str, Any]
    ) -> Sequence[Sequence[Any]]:
        """Begin, step down, ask and commit in one pipeline. The first question learns which role to step down to."""
        if self._role is None:
            with transaction(self, "read", patient_id) as db:
                return db.execute(query, values).all()
        settings = {"path": SCHEMA, "role": self._role, "patient": patient_id, "listing": ""}
        failures = self.engine.dialect.loaded_dbapi.Error
        try:
            with self.engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                with raw.pipeline(), raw.transaction():
                    raw.execute(self._sql(_AS_NOBODY), settings)
                    answer = raw.execute(self._sql(query), values)
                rows: Sequence[Sequence[Any]] = answer.fetchall()
                return rows
        except (SQLAlchemyError, failures) as error:
            raise _refused("read", error) from error

    def _sql(self, statement: ClauseElement) -> str:
        """What the driver is sent; statements are few, and live as long as the program."""
        written = self._written.get(statement)
        if written is None:
            written = self._written[statement] = str(statement.compile(dialect=self.engine.dialect))
        return written

    def insert(self, table: Table) -> postgresql.Insert:
        """PostgreSQL's INSERT."""
        return postgresql.insert(table)

    def add(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """One statement with an array a column: a message for the whole batch, where rows would take one each."""
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        connection.execute(_from_arrays(table, tuple(columns)), columns)

    def sweep(self, touched: Sequence[Table]) -> str:
        """Write these tables anew without what was deleted; their owner may."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                if not connection.execute(_OWNS, {"schema": SCHEMA}).scalar_one():
                    return f"this login does not own the tables: their owner must VACUUM FULL {SCHEMA}'s."
                connection.execute(_PATIENCE, {"ms": f"{int(PATIENCE_S * 1000)}ms"})
                try:
                    for table in touched:
                        connection.exec_driver_sql(f"VACUUM (FULL) {SCHEMA}.{table.name}")
                finally:
                    connection.exec_driver_sql("RESET lock_timeout")
        except SQLAlchemyError as error:
            return f"{self.name} could not be written anew: {cause(error)}. Erase again."
        return ""


def _ping_after_rest(engine: Engine) -> None:
    """A connection that lay idle is tried before it is used, and replaced where it is gone; a busy one costs no round trip."""

    @event.listens_for(engine, "checkin")
    def rested(_: object, record: ConnectionPoolEntry) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def tried(raw: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("since", 0.0) < RESTED_S:
            return
        try:
            engine.dialect.do_ping(raw)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


@cache
def _from_arrays(table: Table, names: tuple[str, ...]) -> TextClause:
    kinds = {LargeBinary: "bytea", Integer: "integer"}
    types = [kinds.get(type(table.c[name].type), "text") for name in names]
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in zip(names, types, strict=True))
    return text(f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM unnest({arrays})")  # noqa: S608


_AS_OWNER = text("SELECT set_config('search_path', :path, true)")
_AS_NOBODY = text(
    "SELECT set_config('search_path', :path, true), set_config('role', :role, true), "
    f"set_config('{PATIENT}', :patient, true), set_config('{LISTING}', :listing, true)"
)
_SEE = text(f"SELECT set_config('{PATIENT}', :patient, true)")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
_PATIENCE = text("SELECT set_config('lock_timeout', :ms, false)")
_OWNS = text(
    "SELECT bool_and(pg_has_role(c.relowner, 'USAGE')) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = :schema AND c.relkind = 'r'"
)
