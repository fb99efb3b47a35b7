"""What docs/evidence.md shows runs as shown, from top to bottom; every option that it names is one."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from wardround.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "evidence.md"


def test_every_example_of_the_page_on_evidence_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) >= 3
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{PAGE.name}, example {number + 1}", "exec"), names)  # our own page


def test_every_option_of_ingest_and_mark_that_the_page_names_is_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for command in ("ingest", "mark"):
        said = CliRunner().invoke(app, ["evidence", command, "--help"], env={"COLUMNS": "200"}).stdout
        for line in re.findall(rf"^    wardround evidence {command} .*$", text, re.M):
            assert all(option in said for option in re.findall(r"--[a-z-]+", line)), line
