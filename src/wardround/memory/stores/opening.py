"""Opens the store that a place names: `:memory:`, a `postgresql://` address, or the path of a SQLite file."""

from __future__ import annotations

from pathlib import Path

from wardround.memory.errors import RememberingError
from wardround.memory.stores.ephemeral import EphemeralStore
from wardround.memory.stores.protocol import FactStore

SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")


def open_store(where: Path | str) -> FactStore:
    """The store at this place, made or brought up to date where need be. Refused with the fix where it cannot be."""
    place = str(where)
    if place == ":memory:":
        return EphemeralStore()
    if isinstance(where, str) and "://" in where and not where.startswith(SERVERS):
        raise RememberingError(
            f"{where.split('://')[0]}:// is no memory: give the path of a SQLite file, or postgresql://host/database."
        )
    from wardround.memory.stores.sql import SqlStore  # SQLAlchemy takes a while to import

    return SqlStore(where)
