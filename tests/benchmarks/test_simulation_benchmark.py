"""`python -m benchmarks.simulation --json` prints one JSON object that holds what it promises. The figures are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RATES = (
    "encounters_per_second_per_core",
    "with_new_patients_per_second",
    "whole_visits_per_second",
    "cases_per_second",
    "planner_visits_per_second",
    "scores_per_second",
)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """The report of the smallest run there is."""
    command = [sys.executable, "-m", "benchmarks.simulation", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.count("\n") == 1, "one line, one object, nothing else on standard output"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_rate_has_an_interval_around_it(report: dict[str, Any]) -> None:
    for name in RATES:
        low, high = report["ci95"][name]
        assert 0 < low - 0.1 <= report[name] <= high + 0.1, name


def test_a_stranger_can_tell_what_it_was_measured_on(report: dict[str, Any]) -> None:
    assert (report["task"], report["steps"], report["unscored"]) == ("simulation", 20, 0)
    assert report["n"] >= 2
    assert "cores" in report["machine"]
    assert report["versions"]["wardround"]
