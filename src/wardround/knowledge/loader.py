"""Reads the YAML of the base and validates it; every error names file, entity, field and fix."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from wardround.knowledge.errors import KnowledgeInvalidError
from wardround.knowledge.schema_file import KnowledgeFile
from wardround.knowledge.schema_guidance import filled

DATA_DIR: Final = Path(__file__).parent / "data"
KINDS: Final = tuple(KnowledgeFile.model_fields)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an entity was written."""

    kind: str
    file: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The YAML files of a base, read but not parsed, and the digest of their names and contents."""

    directory: Path
    texts: tuple[tuple[str, bytes], ...]
    digest: str


def read_sources(directory: Path = DATA_DIR) -> Sources:
    """Every `*.yaml` below the directory, in the order of their paths."""
    paths = sorted(p for p in directory.rglob("*.yaml") if p.is_file())
    if not paths:
        raise KnowledgeInvalidError((f"{directory}: holds no *.yaml; give the folder of a knowledge base",))
    texts = tuple((p.relative_to(directory).as_posix(), p.read_bytes()) for p in paths)
    digest = hashlib.blake2b(digest_size=16)
    for name, text in texts:
        digest.update(f"{name}\0{len(text)}\0".encode())
        digest.update(text)
    return Sources(directory, texts, digest.hexdigest())


def parse(sources: Sources) -> tuple[KnowledgeFile, dict[str, Origin], list[str]]:
    """All files as one, where each entity was written, and what is wrong. Broken files are left out and named."""
    parts: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    origins: dict[str, Origin] = {}
    errors: list[str] = []
    for name, text in sources.texts:
        file = _parse_file(name, text, errors)
        if file is None:
            continue
        for kind in KINDS:
            for entity in getattr(file, kind):
                if (first := origins.get(entity.id)) is not None:
                    errors.append(
                        f"{name}: {entity.id}: id: stands already in {first.file}: rename one, or remove it"
                    )
                    continue
                origins[entity.id] = Origin(kind, name)
                parts[kind].append(entity)
    merged = KnowledgeFile.model_construct(None, **{k: tuple(v) for k, v in parts.items()})
    return merged, origins, errors


def load_sources(sources: Sources) -> KnowledgeFile:
    """All files as one; raises KnowledgeInvalidError with every error at once."""
    merged, _, errors = parse(sources)
    if errors:
        raise KnowledgeInvalidError(tuple(errors))
    return merged


def _parse_file(name: str, text: bytes, errors: list[str]) -> KnowledgeFile | None:
    from wardround.knowledge.strict_yaml import NotYamlError, read_yaml  # late: a compiled base needs no YAML

    try:
        raw = read_yaml(text)
    except NotYamlError as error:
        errors.append(f"{name}: {error}")
        return None
    if raw is None:
        return KnowledgeFile()
    if not isinstance(raw, dict):
        errors.append(f"{name}: is a {type(raw).__name__}: write a mapping with keys of {', '.join(KINDS)}")
        return None
    raw = filled(raw)
    try:
        return KnowledgeFile.model_validate(raw)
    except ValidationError as error:
        errors.extend(f"{name}: {line}" for line in _lines(raw, error))
        return None


def _lines(raw: dict[str, Any], error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_url=False, include_context=False):
        loc = list(item["loc"])
        owner = ""
        if len(loc) >= 2 and isinstance(loc[1], int):
            entity = raw[str(loc[0])][loc[1]]
            place = f"{loc[0]}[{loc[1]}]"
            owner = entity.get("id", place) if isinstance(entity, dict) else place
            loc = loc[2:]
        field = ".".join(str(part) for part in loc)
        given = item.get("input")
        shown = f" (given: {given!r:.80})" if isinstance(given, str | int | float | bool) else ""
        yield ": ".join(
            part for part in (owner, field, item["msg"].removeprefix("Value error, ") + shown) if part
        )
