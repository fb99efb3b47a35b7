"""`wardround parity`: what cannot be compared is refused by name before anything is played."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from wardround.cli import app


@pytest.mark.parametrize("policy", ["planner", "openai:anything", "nobody"])
def test_a_policy_that_shows_no_tokens_is_refused(policy: str) -> None:
    done = CliRunner().invoke(app, ["parity", "--policy", policy, "--json"])
    assert done.exit_code == 1
    assert "--policy" in json.loads(done.stdout)["error"]


def test_a_folder_without_a_model_is_refused(tmp_path: object) -> None:
    done = CliRunner().invoke(app, ["parity", "--policy", f"hf:{tmp_path}", "--encounters", "1", "--json"])
    assert done.exit_code == 1
    assert "no folder with a Hugging Face model" in json.loads(done.stdout)["error"]
