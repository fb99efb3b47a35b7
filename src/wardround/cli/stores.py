"""Where the command line keeps things: one SQLite file for logs, memory and orders, and a folder of exported logs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from wardround.care import Clinic, OrderBook, Ward
from wardround.harness import Event, SqliteStore, StoreError, dump_lines
from wardround.knowledge import load
from wardround.memory import Memory


def default_store() -> Path:
    """`$WARDROUND_STORE`, else the user's data folder."""
    named = os.environ.get("WARDROUND_STORE")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return Path(named) if named else data / "wardround" / "wardround.sqlite"


def clinic() -> Clinic:
    """The clinic over the shipped knowledge base."""
    return Clinic(load())


@dataclass(frozen=True)
class Place:
    """An opened store: the ward, the order book, and where logs are exported to."""

    path: Path
    ward: Ward
    orders: OrderBook

    @classmethod
    def open(cls, path: Path | None) -> Place:
        """Open or create. A folder means the file `wardround.sqlite` in it."""
        file = path or default_store()
        if file.is_dir() or (not file.suffix and not file.exists()):
            file = file / "wardround.sqlite"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{file.parent} cannot be made: {error}.", fix="Give --store a writable path.") from error
        return cls(file, Ward(clinic(), SqliteStore(file), Memory(file)), OrderBook(file))

    def export(self, encounter: str, events: list[Event]) -> Path:
        """Write the log as JSON lines, whole or not at all; where it lies."""
        folder = self.path.parent / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{re.sub(r'[^A-Za-z0-9._-]', '_', encounter)}.jsonl"
        partial = path.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(dump_lines(events))
        partial.replace(path)
        return path.resolve()
