"""Where the command line keeps things: a SQLite file for logs, orders and the archive, memory beside it, exported logs.

Memory stands in `memory.sqlite` beside `wardround.sqlite`, in `X.memory.sqlite` beside any other `X.sqlite`; or where
`--memory` or `$WARDROUND_MEMORY` says, which may be a `postgresql://` address. It is made of archive and logs: where
it is missing, it is made again.
"""

from __future__ import annotations

import asyncio
import glob
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wardround.care import Clinic, OrderBook, Rebuilt, RecordArchive, Ward
    from wardround.harness import Event, Store
    from wardround.memory import Memory

    Remembering = Callable[[Path | str, Path, Clinic, Store, RecordArchive], tuple[Memory, Rebuilt | None]]

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
    """An opened store: the ward, the order book, the archive, where memory lies, and where logs are exported to."""

    path: Path
    ward: Ward
    orders: OrderBook
    archive: RecordArchive
    memory_at: Path | str
    rebuilt: Rebuilt | None = None
    """What was made where memory was missing."""

    def export(self, encounter: str, events: list[Event]) -> Path:
        """Write the log as JSON lines, whole or not at all; where it lies."""
        from wardround.harness import StoreError, dump_lines

        path = self._log(encounter)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(dump_lines(events))
            partial.replace(path)
        except OSError as error:
            fix = "The visit itself is kept; give --store a path in a writable folder."
            raise StoreError(f"{path} cannot be written: {error.strerror}.", fix=fix) from error
        return path.resolve()

    def forget(self, encounter: str) -> bool:
        """Delete what was exported of an encounter, half-written files too; whether there was anything."""
        from wardround.harness import StoreError

        path = self._log(encounter)
        found = [
            one for one in (path, *path.parent.glob(f"{glob.escape(path.stem)}.*.partial")) if one.exists()
        ]
        try:
            for one in found:
                one.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{path} cannot be deleted: {error.strerror}.",
                fix="Make its folder writable, and erase again.",
            ) from error
        return bool(found)

    def forget_of(self, patient_id: str) -> None:
        """Delete every exported log whose header names this patient, also such as no store knows any more."""
        import orjson

        for path in sorted((self.path.parent / "logs").glob("*.jsonl")):
            with path.open("rb") as lines:
                first = lines.readline()
            try:
                header = orjson.loads(first)
                subject = (header["body"] or {}).get("subject")
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            if subject == patient_id:
                self.forget(str(header["encounter"]))

    def _log(self, encounter: str) -> Path:
        return self.path.parent / "logs" / f"{_file_name(encounter)}.jsonl"


@contextmanager
def opened(path: Path | None, *, make: bool = True, memory: str | None = None) -> Iterator[Place]:
    """Open a store, and close it. A folder means the file `wardround.sqlite` in it. Without `make` it must be there."""
    with _opened(store_file(path, make=make), memory, _memory) as place:
        yield place


@contextmanager
def opened_as_it_is(path: Path | None, *, memory: str | None = None) -> Iterator[Place]:
    """The same with memory as it lies there, empty where it is missing: for what is to be restored, not made again."""
    with _opened(store_file(path), memory, _memory_as_it_is) as place:
        yield place


@contextmanager
def _opened(file: Path, memory: str | None, remember: Remembering) -> Iterator[Place]:
    from wardround.care import OrderBook, RecordArchive, Ward
    from wardround.harness import SqliteStore

    with ExitStack() as closing:
        store = SqliteStore(file)
        closing.callback(lambda: asyncio.run(store.close()))
        archive = RecordArchive(file)
        closing.callback(archive.close)
        orders = OrderBook(file)
        closing.callback(orders.close)
        where, house = memory_at(file, memory), clinic()
        remembered, rebuilt = remember(where, file, house, store, archive)
        closing.callback(remembered.close)
        yield Place(file, Ward(house, store, remembered, archive), orders, archive, where, rebuilt)


def store_file(path: Path | None, *, make: bool = True) -> Path:
    """The file of a store. A folder means the file `wardround.sqlite` in it. Without `make` it must be there."""
    from wardround.harness import ConfigurationError, StoreError

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
    return file


def memory_beside(file: Path) -> Path:
    """Where a store's memory lies unless something else is said."""
    return file.with_name(
        "memory.sqlite" if file.name == "wardround.sqlite" else f"{file.stem}.memory.sqlite"
    )


def memory_at(file: Path, named: str | None = None) -> Path | str:
    """Where the memory of a store lies."""
    from wardround.harness import ConfigurationError

    said = named or os.environ.get("WARDROUND_MEMORY")
    if said is None:
        return memory_beside(file)
    if said.startswith(("postgresql://", "postgres://")):
        return said
    if "://" in said or said.startswith(":"):
        shown = re.sub(r"//[^@/]*@", "//", said)
        raise ConfigurationError(
            f"--memory: {shown!r} is no memory.",
            fix="Give a postgresql:// address or the path of a SQLite file.",
        )
    return Path(said)


def _memory(
    where: Path | str, file: Path, house: Clinic, store: Store, archive: RecordArchive
) -> tuple[Memory, Rebuilt | None]:
    """The memory; taken over from an older store, and made anew where it, or a patient in it, is missing."""
    from wardround.care import drop_old, naming_of, rebuild, remake, take_over
    from wardround.memory import Memory

    moved = take_over(file, archive)
    known, rebuilt = set(archive.patients()), None
    if known and isinstance(where, Path) and not where.exists():
        rebuilt = asyncio.run(remake(where, archive, store, house))
    memory = Memory(where, naming=naming_of(house))
    try:
        missing = {*moved, *(known - set(memory.patients()))}
        if missing and rebuilt is None:
            asyncio.run(rebuild(memory, archive, store, house, patients=missing))
    except BaseException:
        memory.close()
        raise
    if moved:
        drop_old(file)
    return memory, rebuilt


def _memory_as_it_is(
    where: Path | str, file: Path, house: Clinic, store: Store, archive: RecordArchive
) -> tuple[Memory, Rebuilt | None]:
    from wardround.care import naming_of
    from wardround.memory import Memory

    return Memory(where, naming=naming_of(house)), None


def _file_name(encounter: str) -> str:
    """An encounter's id as a file name: as it is where it can be, else cut and with a digest, so that no two meet."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", encounter)[:MAX_NAME].lstrip(".")
    return (
        plain
        if plain == encounter
        else f"{plain}-{sha256(encounter.encode('utf-8', 'replace')).hexdigest()[:8]}"
    )
