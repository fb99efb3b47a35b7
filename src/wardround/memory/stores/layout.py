"""Brings a database to the present layout: a new one at once, an older one by migration, a newer one not at all."""

from __future__ import annotations

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from wardround.memory.errors import RememberingError
from wardround.memory.stores.databases import Database, cause, transaction
from wardround.memory.stores.digests import new_key
from wardround.memory.stores.rights import SCHEMA, make_role, protect
from wardround.memory.stores.tables import REVISION, VERSION_TABLE, keys, metadata, version

OLDER = ("0001",)
"""Revisions that can be migrated from."""
CLINICAL = ("facts", "codes", "patients", "vectors")
OPEN_TO_ALL = ("erased", "keys", VERSION_TABLE)


def bring_up(database: Database) -> None:
    """Leave the database in the present layout. What is no database, or of a newer program, is refused."""
    try:
        with database.engine.connect() as connection:
            found = revision_of(connection)
    except SQLAlchemyError as error:
        raise RememberingError(
            f"{database.name} cannot be opened as memory: {cause(error)}. "
            "Give the path of a SQLite file, or the postgresql:// address of a server that is up."
        ) from error
    if found == REVISION:
        return
    with transaction(database, "change of layout") as connection:
        found = revision_of(connection)  # another process may have been here meanwhile
        if found is None:
            _create(connection)
        elif found in OLDER:
            migrate(connection, found)
        elif found != REVISION:
            raise RememberingError(
                f"{database.name} has memory of layout {found}, and this program knows {REVISION}: "
                "use the program that wrote it, or a newer one."
            )


def revision_of(connection: Connection) -> str | None:
    """Which layout is there; None where there is none yet."""
    schema = schema_of(connection)
    there = inspect(connection).get_table_names(schema=schema)
    if VERSION_TABLE in there:
        table = f"{schema}.{VERSION_TABLE}" if schema else VERSION_TABLE
        return str(connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar_one())  # noqa: S608
    return OLDER[0] if "facts" in there else None


def schema_of(connection: Connection) -> str | None:
    """PostgreSQL keeps memory in a schema of its own; a SQLite file has none."""
    return SCHEMA if connection.dialect.name == "postgresql" else None


def _create(connection: Connection) -> None:
    if schema_of(connection):
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        make_role(connection)
    metadata.create_all(connection, checkfirst=False)
    connection.execute(keys.insert().values(name="erasure", value=new_key()))
    if schema_of(connection):
        protect(connection, CLINICAL, OPEN_TO_ALL)
    connection.execute(version.insert().values(version_num=REVISION))


def migrate(connection: Connection, found: str | None) -> None:
    """Run the migrations that lead from there (None: from nothing) to here, in the transaction that is open."""
    from alembic import command  # takes a while to import, and is needed once in the life of a database
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "wardround.memory:migrations")
    config.attributes["connection"] = connection
    if found is not None:
        command.stamp(config, found)
    command.upgrade(config, "head")
