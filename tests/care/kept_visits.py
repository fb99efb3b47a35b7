"""Stores on disk for the tests of keeping, erasing and rebuilding: a ward with an archive, and visits played in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from care_visits import ANNA, Played, clinic, play

from wardround.care import OrderBook, RecordArchive, Ward, naming_of
from wardround.clinical import Fact, Patient
from wardround.harness import Event, SqliteStore
from wardround.memory import Memory

ON = date(2026, 12, 1)


def bytes_in(folder: Path) -> bytes:
    """Everything in every file of a folder."""
    return b"\0".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


@dataclass(frozen=True)
class House:
    """A ward on disk."""

    folder: Path
    ward: Ward
    orders: OrderBook
    archive: RecordArchive

    def bytes(self) -> bytes:
        """Everything in every file, write-ahead logs too."""
        return bytes_in(self.folder)

    def facts(self, patient_id: str) -> list[Fact]:
        """Every fact, in the order of writing."""
        return list(self.ward.memory.facts(patient_id=patient_id, superseded=True))

    async def visit(self, complaint: str, patient: Patient = ANNA, **more: Any) -> Played:
        """Play a visit here."""
        return await play(complaint, patient=patient, at=self.ward, orders=self.orders, **more)

    async def log(self, encounter: str) -> list[Event]:
        """A visit's log."""
        return await self.ward.events(encounter)


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Open it, and close it."""
    file = folder / "wardround.sqlite"
    store, archive, orders = SqliteStore(file), RecordArchive(file), OrderBook(file)
    memory = Memory(folder / "memory.sqlite", naming=naming_of(clinic()))
    try:
        yield House(folder, Ward(clinic(), store, memory, archive), orders, archive)
    finally:
        memory.close()
        orders.close()
        archive.close()
        await store.close()
