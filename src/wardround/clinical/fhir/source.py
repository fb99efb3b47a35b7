"""From bytes, a file or a dict to one JSON object that is safe to walk: no NaN, no doubled key, no bottomless nesting."""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from wardround.clinical.fhir.errors import RecordError

LARGEST = 256 * 1024 * 1024
"""Bytes of JSON, after unpacking, that are read at most."""
DEEPEST = 64
"""FHIR's own structures nest about 20 deep."""

_GZIP = b"\x1f\x8b"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def load(source: bytes | dict[str, Any] | Path) -> dict[str, Any]:
    """The JSON object in `source`. Raises RecordError, never anything else, for whatever the source holds."""
    if isinstance(source, dict):
        copied = _copy(source, "", 0)
        return dict(copied)
    data = _read(source) if isinstance(source, Path) else source
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise RecordError(
            "", f"{type(data).__name__} cannot be read as a record", "Give bytes, a dict, or a pathlib.Path"
        )
    data = _unpack(bytes(data))
    value = _parse(data)
    if not isinstance(value, dict):
        raise RecordError("", f"it is {_kind(value)}, not a FHIR Bundle", "Give one JSON object, a Bundle")
    _check_depth(value)
    if _SURROGATE.search(data):
        _check_text(value)
    return value


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise _too_large()
        return path.read_bytes()
    except OSError as error:
        raise RecordError("", f"cannot be opened: {error.strerror or error}", "Check the path") from None


def _unpack(data: bytes) -> bytes:
    if data[:2] == _GZIP:
        try:
            with gzip.GzipFile(fileobj=BytesIO(data)) as packed:
                data = packed.read(LARGEST + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise RecordError("", f"its gzip is broken: {error}", "Copy or download the file again") from None
    if len(data) > LARGEST:
        raise _too_large()
    return data


def _too_large() -> RecordError:
    return RecordError("", f"it holds more than {LARGEST >> 20} MiB", "Split it, one bundle per patient")


def _parse(data: bytes) -> Any:
    if data.lstrip()[:1] == b"<":
        raise RecordError("", "it looks like XML", "Export the record as FHIR JSON")
    try:
        return json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_float=_float,
            parse_constant=_constant,
        )
    except RecursionError:
        raise _too_deep("") from None
    except UnicodeDecodeError as error:
        raise RecordError(
            "", f"it is not UTF-8 (byte {error.start})", "Export the record as FHIR JSON"
        ) from None
    except json.JSONDecodeError as error:
        raise RecordError(
            "",
            f"it is not JSON: {error.msg} (line {error.lineno}, column {error.colno})",
            "Export the record again as one FHIR JSON bundle; .json and .json.gz are read",
        ) from None
    except ValueError as error:
        raise RecordError(
            "", f"it is not JSON that can be trusted: {error}", "Export the record again"
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r:.60} stands twice in one object")
    return made


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text:.40} is too large")
    return number


def _constant(text: str) -> float:
    raise ValueError(f"{text} is no number in JSON")


def _check_depth(value: Any) -> None:
    stack: list[tuple[Any, int]] = [(value, 0)]
    while stack:
        here, depth = stack.pop()
        if depth > DEEPEST:
            raise _too_deep("")
        for inner in here.values() if type(here) is dict else here:
            if type(inner) is dict or type(inner) is list:
                stack.append((inner, depth + 1))


def _check_text(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RecordError(
            "", "it holds half of a character (an unpaired \\u escape)", "Export it again"
        ) from None


def _copy(value: Any, path: str, depth: int) -> Any:
    """A deep copy of what a caller handed over, held to what JSON can say."""
    if depth > DEEPEST:
        raise _too_deep(path)
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise RecordError(
                    path, f"the key {key!r:.40} is not text", "Give a dict as json.loads makes it"
                )
        return {
            key: _copy(inner, f"{path}.{key}" if path else key, depth + 1) for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_copy(inner, f"{path}[{at}]", depth + 1) for at, inner in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise RecordError(
            path, f"{value} is no number in JSON", "Leave the field out where the value is unknown"
        )
    if isinstance(value, str) and not value.isascii():
        _check_text(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise RecordError(path, f"{type(value).__name__} is not JSON", "Give a dict as json.loads makes it")


def _too_deep(path: str) -> RecordError:
    return RecordError(
        path, f"it nests more than {DEEPEST} deep", "A FHIR bundle does not: export the record again"
    )


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "text" if isinstance(value, str) else "null" if value is None else "a number or boolean"
