"""Files as bytes, within bounds: proven whole before anything of them is kept, unpacked where they are gzipped.

A gzip bomb, a truncated download and a file that is too large are refused by their first pass, which also gives the
digest by which an unchanged file is known.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from wardround.evidence.ingest.drafts import BrokenError

MAX_FILE: Final = 2 * 1024**3
MAX_UNPACKED: Final = 8 * 1024**3
MAX_RATIO: Final = 250
"""Text of PubMed shrinks to a tenth; a bomb to a thousandth."""
FREE: Final = 16 * 1024**2
"""So much may come out of a small file, whatever its ratio."""
CHUNK: Final = 1 << 20
GZIP: Final = b"\x1f\x8b"
Told = Callable[[int], None]
"""Hears of every so many bytes read."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A file that was read once from end to end."""

    path: Path
    digest: str
    size: int
    packed: bool
    head: bytes
    """Its first bytes, unpacked."""


def prove(path: Path) -> Proven:
    """Read a file once: its digest, and that it is whole. Raises BrokenError."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise BrokenError(f"it has {size} bytes, more than {MAX_FILE}: split it")
        if not size:
            raise BrokenError("it is empty")
        with path.open("rb") as raw:
            packed = raw.read(2) == GZIP
        digest = _digest(path)
        head = _head_of_packed(path, size) if packed else _head(path)
    except OSError as error:
        raise BrokenError(f"it cannot be read: {error.strerror or error}") from error
    return Proven(path, digest, size, packed, head)


def _digest(path: Path) -> str:
    made = sha256()
    with path.open("rb") as raw:
        while data := raw.read(CHUNK):
            made.update(data)
    return made.hexdigest()


def _head(path: Path) -> bytes:
    with path.open("rb") as raw:
        return raw.read(1 << 16)


def _head_of_packed(path: Path, size: int) -> bytes:
    """Unpack all of it once, and keep the first bytes."""
    head, unpacked, most = b"", 0, min(MAX_UNPACKED, max(FREE, size * MAX_RATIO))
    try:
        with gzip.open(path, "rb") as data:
            while found := data.read(CHUNK):
                head = head or found[: 1 << 16]
                unpacked += len(found)
                if unpacked > most:
                    raise BrokenError(f"its {size} bytes unpack to more than {most}: it is refused as a bomb")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BrokenError(f"it is no whole gzip file ({error}): fetch it again") from error
    if not unpacked:
        raise BrokenError("it is empty")
    return head


@contextmanager
def opened(proven: Proven, told: Told | None = None) -> Iterator[io.BufferedReader[io.RawIOBase]]:
    """The file's bytes, unpacked. `told` hears how far the file itself was read."""
    try:
        with proven.path.open("rb", buffering=0) as raw:
            counted = cast(io.RawIOBase, raw if told is None else _Counted(raw, told))
            plain = io.BufferedReader(counted, CHUNK)
            yield io.BufferedReader(_unpacking(plain), CHUNK) if proven.packed else plain
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BrokenError(f"it changed while it was read ({error}): run it again") from error
    except OSError as error:
        raise BrokenError(f"it cannot be read: {error.strerror or error}") from error


def _unpacking(data: io.BufferedReader[io.RawIOBase]) -> io.RawIOBase:
    return cast(io.RawIOBase, gzip.GzipFile(fileobj=data, mode="rb"))


class _Counted(io.RawIOBase):
    """A file that says how much of it was read."""

    def __init__(self, raw: io.RawIOBase, told: Told) -> None:
        self.raw, self.told = raw, told

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        read = self.raw.readinto(buffer)
        self.told(read or 0)
        return read
