"""What a file says of itself: YAML between two `---` at its head, or beside it in `NAME.yaml` where it can hold none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from wardround.evidence.documents import Layer
from wardround.evidence.ingest.drafts import MAX_TITLE, BrokenError, Note

MAX_HEAD: Final = 64_000
_HEAD: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_LAYERS: Final = ", ".join(Layer)
_Safe: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _worded(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) and len(value) < 20 else value


_Words = Annotated[str, BeforeValidator(_worded), Field(max_length=MAX_TITLE)]


class Said(BaseModel):
    """The fields that are read; others are the file's own affair."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: Annotated[str, Field(max_length=MAX_TITLE)] | None = None
    year: Annotated[int, Field(ge=1500, le=2200)] | None = None
    layer: Layer | None = None
    jurisdiction: _Words | None = None
    population: _Words | None = None
    source: _Words | None = None
    url: Annotated[str, Field(max_length=2_000)] | None = None
    supersedes: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(max_length=100)] = ()
    superseded_by: str | None = None
    retracted: bool | str = False
    """True, or the reason in words."""


def split(text: str) -> tuple[Said, int]:
    """What the head says, and where the text itself begins. Raises BrokenError."""
    found = _HEAD.match(text[: MAX_HEAD + 8])
    if found is None:
        return Said(), 0
    return read_said(found.group(1)), found.end()


def read_said(text: str) -> Said:
    """The fields of a piece of YAML. Raises BrokenError, naming the field."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Safe)):
            raise BrokenError("its front matter refers to itself: aliases are refused, write the words again")
        raw = yaml.load(text, Loader=_Safe)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        said = getattr(error, "problem", None) or str(error)
        raise BrokenError(f"its front matter is no YAML ({said:.120}): mend it") from error
    if raw is None:
        return Said()
    if not isinstance(raw, dict):
        raise BrokenError("its front matter is no list of `field: value`: mend it")
    try:
        return Said.model_validate({str(k): v for k, v in raw.items() if v is not None})
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "front matter"
        fix = f"use {_LAYERS}" if field == "layer" else str(first["msg"])
        raise BrokenError(f"{field}: {first['input']!r:.60} cannot be: {fix}") from error


def notes_of(said: Said) -> Iterator[Note]:
    """What a file says of standing. `supersedes` names files or ids as written; whoever knows the folder finds which."""
    if said.retracted:
        yield Note("retracted", said.retracted if isinstance(said.retracted, str) else "it says so itself")
    if said.superseded_by:
        yield Note("superseded", "it says so itself", by=said.superseded_by)
    for other in said.supersedes:
        yield Note("superseded", "a newer document says that it stands in its place", key=other)
