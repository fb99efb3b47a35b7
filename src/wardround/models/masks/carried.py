"""Expressions as text that travels with a grammar, so that a server masks exactly as its client would have.

They come from outside, and are believed only where they give the very grammar that they came with.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import orjson

from wardround.models.masks.expressions import (
    Alt,
    Chars,
    Expr,
    Lit,
    Members,
    Ref,
    Repeat,
    Seq,
    Term,
    Text,
    Token,
)

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Lit, Chars, Token, Text, Seq, Alt, Repeat, Members, Term, Ref)
}
_MOST_BYTES = 16_777_216
_MOST_COPIES = 1_000


def packed(start: Expr, rules: Mapping[str, Expr]) -> str:
    """The expressions in one word of ASCII."""
    members = {"start": _out(start), "rules": [[name, _out(part)] for name, part in rules.items()]}
    return base64.b64encode(zlib.compress(orjson.dumps(members), 9)).decode()


def unpacked(word: str) -> tuple[Expr, dict[str, Expr]] | None:
    """The expressions of such a word; None where it is none."""
    try:
        inflating = zlib.decompressobj()
        raw = inflating.decompress(base64.b64decode(word, validate=True), _MOST_BYTES)
        members = orjson.loads(raw) if inflating.eof else {}
        rules = {str(name): _in(part) for name, part in members["rules"]}
        return _in(members["start"]), rules
    except (binascii.Error, zlib.error, TypeError, ValueError, KeyError, RecursionError):
        return None


def _out(part: object) -> object:
    if isinstance(part, tuple):
        return [_out(inner) for inner in part]
    if type(part).__name__ in _KINDS and not isinstance(part, str | int):
        return {type(part).__name__: [_out(getattr(part, f.name)) for f in fields(part)]}  # type: ignore[arg-type]
    return part


def _in(value: Any) -> Any:
    """An expression out of JSON. Raises ValueError where it is malformed."""
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError("no expression")
    ((name, given),) = value.items()
    kind = _KINDS[name]
    if not isinstance(given, list) or len(given) != len(fields(kind)):
        raise ValueError(name)
    part = kind(*(_inner(inner) for inner in given))
    if isinstance(part, Repeat) and not (0 <= part.least <= _MOST_COPIES and isinstance(part.exact, bool)):
        raise ValueError(name)
    return part


def _inner(value: Any) -> Any:
    if isinstance(value, dict):
        return _in(value)
    return tuple(_inner(inner) for inner in value) if isinstance(value, list) else value
