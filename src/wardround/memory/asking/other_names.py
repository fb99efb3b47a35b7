"""The other names by which a record's codes go: HbA1c, flu, high blood pressure. The table is data/other_names.json."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

Code = tuple[str, str]
_FILE = Path(__file__).parent / "data" / "other_names.json"


@lru_cache(maxsize=1)
def other_names() -> dict[str, dict[str, frozenset[Code]]]:
    """By kind and name in lower case: the codes that go by it."""
    made: dict[str, dict[str, frozenset[Code]]] = {}
    for kind, table in json.loads(_FILE.read_text(encoding="utf-8")).items():
        system = table["system"]
        names: dict[str, set[Code]] = {}
        for row in table["rows"]:
            for name in row["names"]:
                names.setdefault(name.lower(), set()).update((system, code) for code in row["codes"])
        made[kind] = {name: frozenset(codes) for name, codes in names.items()}
    return made


def codes_called(kind: str, name: str) -> frozenset[Code]:
    """The codes that go by a name; empty where none does."""
    return other_names().get(kind, {}).get(name, frozenset())
