"""Asks fhir.resources (R4B) whether a resource is valid, and says where it is not."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

_MOST = 50


def validate(resource: dict[str, Any]) -> list[str]:
    """What R4B has against a resource or Bundle, as `path: message` lines; empty where it is valid.

    A Bundle is validated entry by entry: as one model it takes six times as long.
    """
    if resource.get("resourceType") != "Bundle" or not isinstance(resource.get("entry"), list):
        return _problems(resource, "")
    problems: list[str] = []
    frames: list[Any] = []
    for at, entry in enumerate(resource["entry"]):
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inner, dict):
            problems += _problems(inner, f"entry[{at}].resource.")
            entry = {key: value for key, value in entry.items() if key != "resource"}
        frames.append(entry)
    return (_problems({**resource, "entry": frames}, "") + problems)[:_MOST]


def _problems(resource: dict[str, Any], prefix: str) -> list[str]:
    from pydantic import ValidationError

    kind = resource.get("resourceType")
    model = _model(kind) if isinstance(kind, str) else None
    if model is None:
        return [f"{prefix}resourceType: {kind!r:.60} is no resource of FHIR R4B"]
    try:
        model.model_validate(resource)
    except ValidationError as error:
        return [
            f"{prefix}{_path(one['loc'])}: {one['msg']}" for one in error.errors(include_url=False)[:_MOST]
        ]
    except (RecursionError, ValueError, TypeError) as error:
        return [f"{prefix}{kind}: cannot be validated: {type(error).__name__}: {error!s:.200}"]
    return []


@lru_cache(maxsize=256)
def _model(kind: str) -> Any:
    if not (kind.isascii() and kind.isalpha() and kind[0].isupper()):
        return None
    try:
        module = import_module(f"fhir.resources.R4B.{kind.lower()}")
    except ImportError:
        return None
    return getattr(module, kind, None)


def _path(steps: tuple[int | str, ...]) -> str:
    made = ""
    for step in steps:
        made += f"[{step}]" if isinstance(step, int) else f".{step}" if made else step
    return made or "resource"
