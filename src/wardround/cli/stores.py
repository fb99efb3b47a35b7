"""Where the command line keeps things: one SQLite file for logs, memory and orders, and a folder of exported logs."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wardround.care import Clinic, OrderBook, Ward
    from wardround.harness import Event

MAX_NAME = 100


def default_store() -> Path:
    """`$WARDROUND_STORE`, else the user's data folder."""
    named = os.environ.get("WARDROUND_STORE")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return Path(named) if named else data / "wardround" / "wardround.sqlite"


def clinic() -> Clinic:
    """The clinic over the shipped knowledge base."""
    from wardround.care import Clinic
    from wardround.knowledge import load

    return Clinic(load())


@dataclass(frozen=True)
class Place:
    """An opened store: the ward, the order book, and where logs are exported to."""

    path: Path
    ward: Ward
    orders: OrderBook

    def export(self, encounter: str, events: list[Event]) -> Path:
        """Write the log as JSON lines, whole or not at all; where it lies."""
        from wardround.harness import StoreError, dump_lines

        path = self.path.parent / "logs" / f"{_file_name(encounter)}.jsonl"
        partial = path.with_suffix(f".{os.getpid()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(dump_lines(events))
            partial.replace(path)
        except OSError as error:
            fix = "The visit itself is kept; give --store a path in a writable folder."
            raise StoreError(f"{path} cannot be written: {error.strerror}.", fix=fix) from error
        return path.resolve()


@contextmanager
def opened(path: Path | None, *, make: bool = True) -> Iterator[Place]:
    """Open a store, and close it. A folder means the file `wardround.sqlite` in it. Without `make` it must be there."""
    from wardround.care import OrderBook, Ward
    from wardround.harness import ConfigurationError, SqliteStore, StoreError
    from wardround.memory import Memory

    file = path or default_store()
    try:
        if file.is_dir() or (not file.suffix and not file.exists()):
            file = file / "wardround.sqlite"
        if not make and not file.exists():
            raise ConfigurationError(
                f"{file}: there is no store.", fix="Give --store the one that a visit used."
            )
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{file} cannot be a store: {error.strerror}.", fix="Give --store a writable path."
        ) from error
    store, memory, orders = SqliteStore(file), Memory(file), OrderBook(file)
    try:
        yield Place(file, Ward(clinic(), store, memory), orders)
    finally:
        orders.close()
        memory.close()
        asyncio.run(store.close())


def _file_name(encounter: str) -> str:
    """An encounter's id as a file name: as it is where it can be, else cut and with a digest, so that no two meet."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", encounter)[:MAX_NAME].lstrip(".")
    return (
        plain
        if plain == encounter
        else f"{plain}-{sha256(encounter.encode('utf-8', 'replace')).hexdigest()[:8]}"
    )
