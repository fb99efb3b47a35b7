"""What docs/calculators.md shows runs as shown, and its table is that of the calculators."""

from __future__ import annotations

import re
from pathlib import Path

from wardround.calculators import calculators

PAGE = Path(__file__).parents[2] / "docs" / "calculators.md"


def test_every_example_of_the_page_on_calculators_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert blocks
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{PAGE.name}, example {number + 1}", "exec"), names)  # our own page


def test_the_table_is_that_of_the_calculators() -> None:
    found = re.search(r"<!-- table -->\n(.*?)<!-- /table -->", PAGE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    rows = [
        f"| `{one.id}` | {one.title} | `{one.unit}` | {one.source} | {one.source.grade} | {one.medcalc or ''} |"
        for one in calculators().values()
    ]
    assert found[1].splitlines()[2:] == rows
