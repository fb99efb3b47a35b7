"""Reads the YAML of the base and validates it; every error names file, entity, field and fix.

YAML is read by the rules of 1.2 for booleans and dates: `yes`, `no` and `2019-03-01` are words, and a key
that stands twice in a mapping is an error rather than a silent loss.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from wardround.knowledge.errors import KnowledgeInvalidError
from wardround.knowledge.schema import KnowledgeFile

DATA_DIR: Final = Path(__file__).parent / "data"
KINDS: Final = tuple(KnowledgeFile.model_fields)
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Safe, YAML 1.2 booleans, no dates, no duplicate keys."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (yaml's own protocol)
        first: [(tag, rule) for tag, rule in rules if tag.rpartition(":")[2] not in ("bool", "timestamp")]
        for first, rules in _Base.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key.value!r} stands twice: keep one", key.start_mark
                )
            seen.add(str(key.value))
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


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
                    errors.append(f"{name}: {entity.id}: id: stands already in {first.file}: rename one, or remove it")
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
    try:
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
    except yaml.YAMLError as error:
        errors.append(f"{name}: {_yaml_message(error)}")
        return None
    except (RecursionError, ValueError) as error:
        errors.append(f"{name}: cannot be read as YAML ({error}): write plain YAML")
        return None
    if raw is None:
        return KnowledgeFile()
    if not isinstance(raw, dict):
        errors.append(f"{name}: is a {type(raw).__name__}: write a mapping with keys of {', '.join(KINDS)}")
        return None
    try:
        return KnowledgeFile.model_validate(raw)
    except ValidationError as error:
        errors.extend(f"{name}: {line}" for line in _lines(raw, error))
        return None


def _yaml_message(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}: " if mark is not None else ""
    return f"{where}{getattr(error, 'problem', None) or error}: mend the YAML"


def _lines(raw: dict[str, Any], error: ValidationError) -> Iterator[str]:
    for item in error.errors(include_url=False, include_context=False):
        loc = list(item["loc"])
        owner = ""
        if len(loc) >= 2 and isinstance(loc[1], int):
            entity = raw[loc[0]][loc[1]]
            owner = entity.get("id", f"{loc[0]}[{loc[1]}]") if isinstance(entity, dict) else f"{loc[0]}[{loc[1]}]"
            loc = loc[2:]
        field = ".".join(str(part) for part in loc)
        given = item.get("input")
        shown = f" (given: {given!r:.80})" if isinstance(given, str | int | float | bool) else ""
        yield ": ".join(part for part in (owner, field, item["msg"].removeprefix("Value error, ") + shown) if part)
