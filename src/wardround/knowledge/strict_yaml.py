"""YAML read safely and by the rules of 1.2 for booleans and dates: `yes`, `no` and `2019-03-01` are words.

A key that stands twice in a mapping is an error rather than a silent loss.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotYamlError(ValueError):
    """The text is not YAML that we read; the message says where and why."""


class _Loader(_Safe):  # type: ignore[misc]
    yaml_implicit_resolvers = {  # noqa: RUF012 (yaml's own protocol)
        first: [(tag, rule) for tag, rule in rules if tag.rpartition(":")[2] not in ("bool", "timestamp")]
        for first, rules in _Safe.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                fault = f"key {key.value!r} stands twice: keep one"
                raise yaml.constructor.ConstructorError(None, None, fault, key.start_mark)
            seen.add(str(key.value))
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read_yaml(text: bytes) -> object:
    """The one document in the text. Raises NotYamlError."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a subclass of the safe loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark is not None else ""
        raise NotYamlError(f"{where}{getattr(error, 'problem', None) or error}: mend the YAML") from error
    except (RecursionError, ValueError, TypeError) as error:
        raise NotYamlError(f"cannot be read as YAML ({error}): write plain YAML") from error
