"""wardround-mini as it ships: it plays a visit to its end, and the same one when it stands behind an endpoint."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("llguidance", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")

from cli_house import process, run

from wardround.samples import SAMPLE_RECORD


def decided(log: str) -> list[tuple[Any, ...]]:
    """Every decision on a log: who, what, what was thought, and in which tokens."""
    events = [json.loads(line) for line in Path(log).read_text().splitlines()]
    return [
        (
            e["by"],
            (e["body"]["action"] or {}).get("tool"),
            (e["body"]["action"] or {}).get("arguments"),
            e["body"]["thought"],
        )
        for e in events
        if e["kind"] == "decided"
    ]


def visit(store: Path, policy: str) -> dict[str, Any]:
    ran = run(
        "visit", "--record", SAMPLE_RECORD, "--complaint", "It burns when I pass urine", "--patient", "simulated",
        "--reviewer", "approve", "--seed", 5, "--policy", policy, "--store", store, "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.error
    return dict(ran.json)


@contextmanager
def served() -> Iterator[str]:
    """The address of `serve-model mini`."""
    child: subprocess.Popen[str] = process("serve-model", "mini", "--port", 0, "--json")
    try:
        assert child.stdout is not None
        line = child.stdout.readline()
        assert line, child.communicate()[1]
        yield str(json.loads(line)["address"])
    finally:
        child.kill()
        child.communicate()


def test_a_visit_comes_to_its_end_and_is_the_same_behind_an_endpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = visit(tmp_path / "here", "mini")
    assert here["status"] == "finished"
    with served() as address:
        monkeypatch.setenv("OPENAI_BASE_URL", address)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        there = visit(tmp_path / "there", "openai:wardround-mini")
    assert len(decided(here["log"])) > 5
    assert decided(there["log"]) == decided(here["log"])
    assert there["note"] == here["note"]
