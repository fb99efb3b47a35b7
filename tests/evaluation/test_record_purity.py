"""The oracle shares no code with what it examines: only what asks memory, and the door, open another room."""

from __future__ import annotations

import ast
from pathlib import Path

import wardround.evaluation.record as room

ROOM = "wardround.evaluation.record"
ASKS_MEMORY = {"__init__.py", "examine.py", "keeping.py", "rebuilt.py"}
FOLDER = Path(str(room.__file__)).parent
MODULES = sorted(p for p in FOLDER.glob("*.py") if p.name not in ASKS_MEMORY)


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert called not in ("import_module", "__import__", "exec", "eval"), (
                f"{path.name} imports by name"
            )
    return found


def test_from_raw_json_to_the_answer_nothing_of_wardround_is_imported_but_these_modules() -> None:
    assert {"raw.py", "entries.py", "oracle.py", "days.py", "measures.py", "concepts.py"} <= {
        m.name for m in MODULES
    }
    own = {f"{ROOM}.{m.stem}" for m in MODULES}
    for path in MODULES:
        for name in imported(path):
            if name.startswith("wardround"):
                assert name in own or name.rpartition(".")[0] in own, f"{path.name} imports {name}"


def test_the_door_is_frozen() -> None:
    assert room.__all__ == [
        *("RecordConfig", "RecordResults", "Reply"),
        *("examine_rebuilt", "examine_record", "keep_record"),
    ]
    assert all(hasattr(room, name) for name in room.__all__)
