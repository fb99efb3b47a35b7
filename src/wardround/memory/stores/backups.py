"""One backup format for every store: gzipped JSON lines, a patient a line, and a digest at the end that proves it whole."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import orjson

from wardround.clinical import Fact, Patient
from wardround.memory.codec import fact_from_json, patient_from_json
from wardround.memory.errors import RememberingError
from wardround.memory.stores.protocol import AuditEntry

FORMAT, VERSION = "wardround-memory", 1


@dataclass(frozen=True, slots=True)
class PatientCopy:
    """Everything kept of one patient: encoded facts in the order of writing, vectors by (model, fact)."""

    patient_id: str
    who: bytes | None
    facts: list[bytes]
    vectors: Mapping[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True)
class PatientBack:
    """One patient as a backup gives it back."""

    patient_id: str
    who: Patient | None
    facts: tuple[Fact, ...]
    vectors: dict[tuple[str, str], bytes]


@dataclass(frozen=True, slots=True)
class Rest:
    """What is kept of nobody in particular: the key of erasures, what was erased, and the audit trail."""

    key: bytes
    erased: tuple[bytes, ...]
    trail: tuple[AuditEntry, ...]


def write_backup(path: Path, patients: Iterable[PatientCopy], rest: Rest) -> None:
    """Write all of it beside the path first, so that an old backup is replaced by a whole one or not at all."""
    half: str | None = None
    try:
        handle, half = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as raw:
            with gzip.GzipFile("", "wb", compresslevel=5, fileobj=raw, mtime=0) as out:
                _write_lines(out, patients, rest)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(half, path)
        half = None
    except OSError as error:
        raise RememberingError(
            f"{path} cannot be written as a backup: {error}. Give another path."
        ) from error
    finally:
        if half is not None:
            Path(half).unlink(missing_ok=True)


def _write_lines(out: gzip.GzipFile, patients: Iterable[PatientCopy], rest: Rest) -> None:
    digest, count = hashlib.sha256(), 0
    for line in _lines(patients, rest):
        data = orjson.dumps(line) + b"\n"
        digest.update(data)
        out.write(data)
        count += 1
    out.write(orjson.dumps({"lines": count, "sha256": digest.hexdigest()}) + b"\n")


def _lines(patients: Iterable[PatientCopy], rest: Rest) -> Iterator[dict[str, Any]]:
    yield {"format": FORMAT, "version": VERSION, "key": rest.key.hex()}
    yield {"erased": [one.hex() for one in rest.erased]}
    yield {"trail": [asdict(entry) for entry in rest.trail]}
    for one in patients:
        yield {
            "patient_id": one.patient_id,
            "who": orjson.Fragment(one.who) if one.who is not None else None,
            "facts": [orjson.Fragment(fact) for fact in one.facts],
            "vectors": [[*name, base64.b64encode(v).decode()] for name, v in sorted(one.vectors.items())],
        }


def read_backup(path: Path) -> tuple[Rest, Iterator[PatientBack]]:
    """What was written. The whole file is read once before anything is given back: a cut-off one is refused."""
    try:
        _prove_whole(path)
        lines = _content(path)
        head, erased, trail = next(lines), next(lines), next(lines)
        rest = Rest(
            bytes.fromhex(head["key"]),
            tuple(bytes.fromhex(one) for one in erased["erased"]),
            tuple(AuditEntry(**{**e, "at": datetime.fromisoformat(e["at"])}) for e in trail["trail"]),
        )
    except _DAMAGE as error:
        _refuse(path, error)
    return rest, _patients(path, lines)


_DAMAGE = (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, IndexError)


def _refuse(path: Path, error: Exception | str) -> NoReturn:
    cause = error if isinstance(error, Exception) else None
    raise RememberingError(
        f"{path} is no whole backup of memory: {error}. Take another copy; nothing was restored."
    ) from cause


def _prove_whole(path: Path) -> None:
    digest, count, last = hashlib.sha256(), 0, b""
    with gzip.open(path, "rb") as lines:
        for line in lines:
            if last:
                digest.update(last)
                count += 1
            elif count == 0:
                _check_head(path, line)
            last = line
    end = orjson.loads(last) if last else None
    if not isinstance(end, dict) or end != {"lines": count, "sha256": digest.hexdigest()}:
        _refuse(path, "it is cut off or was changed")


def _check_head(path: Path, line: bytes) -> None:
    head = orjson.loads(line)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        _refuse(path, "it does not begin like one")
    if head.get("version") != VERSION:
        _refuse(path, f"it is of version {head.get('version')!r:.20}, and this program reads {VERSION}")


def _content(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as lines:
        held: bytes | None = None
        for line in lines:
            if held is not None:
                yield orjson.loads(held)
            held = line


def _patients(path: Path, lines: Iterator[dict[str, Any]]) -> Iterator[PatientBack]:
    try:
        for line in lines:
            yield PatientBack(
                line["patient_id"],
                patient_from_json(line["who"]) if line["who"] is not None else None,
                tuple(fact_from_json(fact) for fact in line["facts"]),
                {(model, fact): base64.b64decode(data) for model, fact, data in line["vectors"]},
            )
    except _DAMAGE as error:
        _refuse(path, error)
