"""What docs/memory.md shows runs as shown, from top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "memory.md"


def test_every_example_of_the_page_on_memory_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) >= 7
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{PAGE.name}, example {number + 1}", "exec"), names)  # our own page


def test_the_table_of_roles_is_the_one_that_is_kept() -> None:
    from wardround.memory import NEEDS

    text = PAGE.read_text(encoding="utf-8")
    for role in NEEDS:
        assert role.replace("_", " ") in text
