"""`python -m benchmarks.harness --json` prints one JSON object that holds what it promises. The figures are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PEERS = ("langgraph", "aiosqlite", "pydantic_ai")
MISSING = [name for name in PEERS if find_spec(name) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed (extra `bench`): {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """The report of the smallest run there is."""
    command = [sys.executable, "-m", "benchmarks.harness", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.count("\n") == 1, "one line, one object, nothing else on standard output"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_peers_are_measured_in_the_same_run(report: dict[str, Any]) -> None:
    assert set(report["peers"]) == {"langgraph", "pydantic_ai"}
    assert set(report["durable"]["peers"]) == {"langgraph"}


def test_the_ratio_is_the_best_peer_over_ours(report: dict[str, Any]) -> None:
    for part in (report, report["durable"]):
        assert part["ratio"] == pytest.approx(min(part["peers"].values()) / part["ours"], rel=0.01)
        low, high = part["ci95"]["ratio"]
        assert low <= part["ratio"] <= high


def test_every_figure_has_an_interval_around_it(report: dict[str, Any]) -> None:
    for part in (report, report["durable"]):
        figures = {"ours": part["ours"], "floor": part["floor"], **part["peers"], **part["variants"]}
        for name, figure in figures.items():
            low, high = part["ci95"][name]
            assert 0 < low - 0.1 <= figure <= high + 0.1, name


def test_the_bare_loop_is_a_floor(report: dict[str, Any]) -> None:
    assert report["floor"] < report["ours"]
    assert report["durable"]["floor"] < report["durable"]["ours"]
    assert "floor" not in report["peers"]


def test_disk_memory_and_import_are_told(report: dict[str, Any]) -> None:
    assert set(report["durable"]["disk_kb"]) == {"ours", "langgraph", "floor"}
    assert all(kb > 0 for kb in report["durable"]["disk_kb"].values())
    assert report["memory"]["kb_an_encounter"]["opened"] >= 0
    assert report["memory"]["kb_an_encounter"]["after_19_steps"] > 0
    assert report["import_seconds"]["wardround"] < 0.3


def test_a_stranger_can_tell_what_it_was_measured_on(report: dict[str, Any]) -> None:
    assert report["n"] >= 2
    assert report["steps"] == 20
    assert report["seconds"] > 0
    assert "cores" in report["machine"]
    assert report["python"].startswith(("CPython 3.", "PyPy 3."))
    assert report["versions"]["langgraph"]
    assert report["versions"]["pydantic-ai-slim"]
    assert len(report["date"]) == len("2026-11-22")
