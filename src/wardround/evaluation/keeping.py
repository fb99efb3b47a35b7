"""`--out DIR`: the report, one line per case, and every visit's log, kept for whoever wants to look closer."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from wardround.evaluation.results import Result
from wardround.harness import StoreError, dump_lines


def keep(folder: Path, report: dict[str, Any], results: Sequence[Result]) -> None:
    """Write `result.json`, `cases.jsonl` and `logs/`. Raises StoreError where that cannot be done."""
    lines = b"".join(orjson.dumps(r.as_json(), default=str) + b"\n" for r in results)
    write_whole(folder / "cases.jsonl", lines)
    for result in results:
        for encounter, events in result.logs.items():
            write_whole(folder / "logs" / f"{file_name(encounter)}.jsonl", dump_lines(list(events)))
    write_whole(folder / "result.json", orjson.dumps(report, option=orjson.OPT_INDENT_2, default=str) + b"\n")


def keep_lines(folder: Path, report: dict[str, Any], cases: Sequence[dict[str, Any]]) -> None:
    """Write `result.json` and `cases.jsonl`, one line per case. Raises StoreError where that cannot be done."""
    write_whole(folder / "cases.jsonl", b"".join(orjson.dumps(c, default=str) + b"\n" for c in cases))
    write_whole(folder / "result.json", orjson.dumps(report, option=orjson.OPT_INDENT_2, default=str) + b"\n")


def write_whole(path: Path, data: bytes) -> Path:
    """Write a file, all of it or nothing; where it lies."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        raise StoreError(
            f"--out: {path} cannot be written: {error.strerror}.", fix="Give a writable folder."
        ) from error
    return path.resolve()


def file_name(name: str) -> str:
    """An id as a file name: as it is where it can be, else cut and with a digest, so that no two meet."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)[:100].lstrip(".")
    return (
        plain
        if plain and plain == name
        else f"{plain}-{sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
    )
