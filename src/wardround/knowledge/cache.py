"""The compiled base: one JSON file in the user's cache, keyed by the digest of the YAML and of the schema.

JSON and not pickle: a cache folder is writable, and reading it must not run code. The file opens with a digest
of its body and is validated by the schema again (in pydantic's own Rust, some ten milliseconds), so that a cut or
edited file is compiled anew rather than believed. Where the folder cannot be written, the base stays in memory
and says so.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from wardround.knowledge import schema
from wardround.knowledge.loader import Sources, load_sources
from wardround.knowledge.schema_file import KnowledgeFile

_FORMAT: Final = b"1"
_SCHEMA: Final = ("schema.py", "schema_file.py", "schema_guidance.py")


@dataclass(frozen=True, slots=True)
class Compiled:
    """The validated content, and what became of the cache: `read PATH`, `written PATH` or `memory: why`."""

    content: KnowledgeFile
    cache: str


def cache_dir() -> Path:
    """WARDROUND_CACHE, else XDG_CACHE_HOME/wardround, else ~/.cache/wardround."""
    if own := os.environ.get("WARDROUND_CACHE"):
        return Path(own)
    xdg = os.environ.get("XDG_CACHE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".cache") / "wardround"


def compiled(sources: Sources) -> Compiled:
    """The content of the sources, from the cache where it holds them. Raises KnowledgeInvalidError."""
    try:
        path = cache_dir() / f"knowledge-{_key(sources)}.json"
    except RuntimeError as error:  # no home folder
        return Compiled(load_sources(sources), f"memory: {error}")
    if (content := _read(path)) is not None:
        return Compiled(content, f"read {path}")
    content = load_sources(sources)
    try:
        _write(path, content)
    except OSError as error:
        return Compiled(content, f"memory: {error}")
    return Compiled(content, f"written {path}")


def _key(sources: Sources) -> str:
    digest = hashlib.blake2b(_FORMAT + sources.digest.encode(), digest_size=16)
    for name in _SCHEMA:
        digest.update(Path(schema.__file__).with_name(name).read_bytes())
    return digest.hexdigest()


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=32).hexdigest().encode()


def _read(path: Path) -> KnowledgeFile | None:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if head != _sum(body):
        return None
    try:
        with _without_collecting():
            return KnowledgeFile.model_validate_json(body)
    except ValidationError:
        return None


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """A base is some hundred thousand objects, none of them garbage: looking for it would cost a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _write(path: Path, content: KnowledgeFile) -> None:
    body = content.model_dump_json(exclude_defaults=True).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_sum(body) + b"\n" + body)
        os.replace(name, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
