"""A reviewer's changes to an action: FIELD=VALUE, or a JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from wardround.harness import ConfigurationError


def changes_of(pairs: Iterable[str], arguments: str | None = None) -> dict[str, Any]:
    """All changes as one object. Raises ConfigurationError that says how to write them; none at all is an error too."""
    changed = {**_object(arguments), **dict(_pair(pair) for pair in pairs)}
    if not changed:
        raise ConfigurationError(
            "the edit changes nothing.", fix="Give --set FIELD=VALUE or --arguments JSON."
        )
    return changed


def _object(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ConfigurationError(
            f"--arguments: no JSON: {error}.", fix='Give an object such as {"days": 5}.'
        ) from None
    if not isinstance(value, dict):
        raise ConfigurationError("--arguments: no JSON object.", fix='Give an object such as {"days": 5}.')
    return value


def _pair(text: str) -> tuple[str, Any]:
    """`days=5` is a number, `route=oral` a word, `days=null` nothing."""
    field, sign, value = text.partition("=")
    if not sign or not field.strip():
        raise ConfigurationError(f"--set: {text!r} is no FIELD=VALUE.", fix="Write for example --set days=5.")
    try:
        return field.strip(), orjson.loads(value)
    except orjson.JSONDecodeError:
        return field.strip(), value
