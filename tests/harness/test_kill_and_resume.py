"""Kill -9 at every event boundary: the resumed log equals the undisturbed one, and nothing is ordered twice.

The visit has what can go wrong in it: orders, a rule that acts by itself, reviews that wait on the main line and
inside a parallel consult, a language model that writes nonsense once, a nested consult, a hand-over.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL here")


def staged(folder: Path, mode: str) -> dict[str, Any]:
    """What the stage says of all its runs in this mode."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("crash_stage.py")), str(folder), mode],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    for n, run in enumerate(found["runs"], 1):
        assert run["same_log"], f"{mode} {n}: the finished log differs from the undisturbed one"
        assert run["same_orders"], f"{mode} {n}: the world differs from the undisturbed one"
    return found


def test_killed_after_every_single_event(tmp_path: Path) -> None:
    found = staged(tmp_path, "event")
    kinds = found["kinds"]
    hard = {"branch decided", "branch review-requested", "branch consulted", "branch closed"}
    assert hard | {"review-requested", "reviewed", "started", "joined", "handed-over"} <= set(kinds)
    at = [run["durable"][0] for run in found["runs"] if run["durable"]]
    opening = kinds.index("decided")
    assert at == [opening] * opening + list(range(opening + 1, len(kinds) + 1))


def test_killed_again_and_again_after_one_new_event(tmp_path: Path) -> None:
    found = staged(tmp_path, "storm")
    opening, end = found["kinds"].index("decided"), len(found["kinds"])
    assert found["runs"][0]["durable"] == list(range(opening, end + 1))


def test_killed_before_what_was_done_is_durable(tmp_path: Path) -> None:
    """The tool has run and its result is lost: it runs again, under the same key."""
    found = staged(tmp_path, "before")
    assert max(run["orders_again"] for run in found["runs"]) == 1
    assert all(run["calls_again"] <= 1 for run in found["runs"])


def test_killed_after_every_batch_costs_no_model_call(tmp_path: Path) -> None:
    found = staged(tmp_path, "after")
    assert len(found["runs"]) > 15
    assert [run["calls_again"] for run in found["runs"]] == [0] * len(found["runs"])


def test_killed_while_the_model_thinks_costs_none_of_its_earlier_answers(tmp_path: Path) -> None:
    found = staged(tmp_path, "model")
    assert len([run for run in found["runs"] if run["durable"]]) == found["calls"]
    assert [run["calls_again"] for run in found["runs"]] == [0] * len(found["runs"])


def test_killed_inside_every_order(tmp_path: Path) -> None:
    """The world has changed and nobody knows: asked again under the same key, it changes no further."""
    found = staged(tmp_path, "order")
    killed = [run for run in found["runs"] if run["durable"]]
    assert len(killed) == found["orders"] == 5
    assert [run["orders_again"] for run in killed] == [1] * 5
