"""Bundles from a file or a folder as plain JSON, in the order of their names."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any, Final

LARGEST: Final = 256 * 1024 * 1024
_GZIP: Final = b"\x1f\x8b"


def bundle_files(data: Path) -> list[Path]:
    """The file, or the folder's *.json and *.json.gz. Raises ValueError where there is none."""
    if data.is_dir():
        found = sorted(p for p in data.iterdir() if p.is_file() and p.name.endswith((".json", ".json.gz")))
        if not found:
            raise ValueError(f"{data} holds no *.json or *.json.gz")
        return found
    if not data.is_file():
        raise ValueError(f"{data} is not there")
    return [data]


def raw_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises ValueError for what is none, and for what can't be opened."""
    try:
        data = path.read_bytes()
        if data[:2] == _GZIP:
            with gzip.open(path) as packed:
                data = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"it cannot be opened: {error}") from error
    if len(data) > LARGEST:
        raise ValueError(f"it holds more than {LARGEST >> 20} MiB")
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}") from error
    if not isinstance(whole, dict):
        raise ValueError("it is no JSON object")
    return whole
