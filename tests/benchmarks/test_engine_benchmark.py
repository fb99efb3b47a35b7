"""`python -m benchmarks.engine --json` prints one JSON object that holds what it promises. The figures are not judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MISSING = [name for name in ("torch", "transformers") if find_spec(name) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed (extra `ml`): {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """The report of the smallest run there is."""
    command = [sys.executable, "-m", "benchmarks.engine", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.count("\n") == 1, "one line, one object, nothing else on standard output"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_both_are_measured_at_every_batch(report: dict[str, Any]) -> None:
    peer = report["peers"]["transformers.generate"]
    assert list(report["ours"]) == list(peer) == list(report["ratio"]) == list(report["ci95"])


def test_the_ratio_is_ours_over_theirs_within_its_interval(report: dict[str, Any]) -> None:
    for batch, ratio in report["ratio"].items():
        theirs = report["peers"]["transformers.generate"][batch]
        assert ratio == pytest.approx(report["ours"][batch] / theirs, rel=0.02)
        low, high = report["ci95"][batch]["ratio"]
        assert low - 0.02 <= ratio <= high + 0.02


def test_both_write_the_same_tokens(report: dict[str, Any]) -> None:
    assert set(report["same_tokens"].values()) == {1.0}


def test_a_conversation_finds_its_past_again(report: dict[str, Any]) -> None:
    assert report["conversation"]["tokens_found_again"] > 0


def test_whole_encounters_are_played_and_their_time_is_shared_out(report: dict[str, Any]) -> None:
    played = report["encounters"]
    assert played["decisions"] > 5
    assert played["a_minute_on_one_core"] > 0
    assert sum(played["where"].values()) == pytest.approx(1.0, abs=0.02)
    assert played["where"]["engine"] > 0
