"""What docs/serving.md shows runs as shown, against the server that it starts."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")
pytest.importorskip("openai", reason="needs the extra [agents]")
pytest.importorskip("llguidance", reason="needs the extra [agents]")

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from tiny_hugging_face import save_tiny

PAGE = (Path(__file__).parents[2] / "docs" / "serving.md").read_text(encoding="utf-8")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The page's own command, with a tiny model of random weights."""
    folder = save_tiny(tmp_path / "model")
    (command,) = re.findall(r"^\$ wardround (serve-model .*)$", PAGE, re.M)
    words = [str(folder) if word == "MODEL" else word for word in command.split()]
    child = subprocess.Popen(
        [sys.executable, "-m", "wardround", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, child.communicate()[1]
        said = json.loads(line)
        monkeypatch.setenv("BASE_URL", said["address"])
        monkeypatch.setenv("MODEL", str(folder))
        yield said
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
        assert child.returncode == 0
    finally:
        child.kill()
        child.communicate()


def test_every_example_of_the_page_on_serving_runs(told: dict[str, Any]) -> None:
    (shown,) = re.findall(r"^(\{\"address\".*\})$", PAGE, re.M)
    assert list(told) == list(json.loads(shown))
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    assert len(blocks) >= 5
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"serving.md, example {number + 1}", "exec"), names)  # our own page


def test_the_limits_that_the_page_names_are_the_limits() -> None:
    from wardround.server import ServingLimits

    limits = ServingLimits()
    assert limits.body == 4 * 2**20
    assert limits.past_tokens == 8_000_000
    assert "over 4 MiB" in PAGE
    assert "8 million" in PAGE
