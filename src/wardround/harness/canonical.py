"""One way to turn a value into bytes, and bytes into a digest: equal values give equal bytes."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson

JSON = dict[str, Any]
"""A JSON object: what crosses the borders of the harness."""

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def canonical(value: object) -> bytes:
    """Compact JSON with sorted keys; dataclass fields stand in the order of their class. Text must be valid Unicode."""
    return b"%b" % orjson.dumps(
        value, option=_OPTIONS
    )  # a copy: orjson's own buffer keeps 4 KB behind each result


_ROOM = 8
"""How many levels a value may still be wrapped in, so that the whole event and its export can be written too."""


def written(value: object) -> bytes:
    """Canonical bytes of a value that will stand inside an event. Raises TypeError where it cannot be written down."""
    return orjson.dumps([[[[[[[[value]]]]]]]], option=_OPTIONS)[_ROOM:-_ROOM]


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def clean(text: str, limit: int | None = None) -> str:
    """Hostile text made storable: lone surrogates replaced, cut at `limit` characters with a visible mark."""
    if limit is not None and len(text) > limit:
        text = f"{text[:limit]}… [{len(text) - limit} characters cut]"
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")
