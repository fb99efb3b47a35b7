"""kill -9 at any moment: the visit goes on from its log, says the same, and no order is doubled."""

from __future__ import annotations

import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cli_house import DAY, decisions, ok, process, visit

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are a Unix thing")


def killed(store: Path, after: int) -> bool:
    """Play the scripted visit and kill it once so many events are written; False where it was done before."""
    child = process("visit", "--store", store, "--date", DAY, "--json")
    end = time.monotonic() + 60
    while child.poll() is None and time.monotonic() < end:
        if events_in(store) >= after:
            child.send_signal(signal.SIGKILL)
            break
    child.communicate(timeout=60)
    return child.returncode == -signal.SIGKILL


def events_in(store: Path) -> int:
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=5) as db:
            return int(db.execute("SELECT count(*) FROM events").fetchone()[0])
    except sqlite3.Error:
        return 0


def booked(store: Path) -> Counter[str]:
    with sqlite3.connect(store) as db:
        return Counter(row[0] for row in db.execute("SELECT kind FROM orders"))


def essence(told: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on whether anybody died: everything but where the log lies."""
    return {key: value for key, value in told.items() if key != "log"}


@pytest.mark.parametrize("round_", range(3))
def test_a_killed_visit_is_finished_by_the_next_process(store: Path, tmp_path: Path, round_: int) -> None:
    whole = visit(tmp_path / "whole.sqlite")
    many = len(Path(whole["log"]).read_text().splitlines())
    moment = random.Random(round_).randrange(30, many)
    killed(store, moment)
    told = ok("visit", "--resume", "maria-keller-1", "--store", store, "--json").json
    assert told["status"] == "finished"
    assert essence(told) == essence(whole)
    assert [d["action"] for d in decisions(told["log"])] == [d["action"] for d in decisions(whole["log"])]
    assert booked(store) == booked(tmp_path / "whole.sqlite")
    assert ok("replay", told["log"], "--verify", "--json").json["result"] == "reproduced"


def test_at_least_one_moment_is_in_the_middle(store: Path) -> None:
    assert killed(store, 1)
    told = ok("visit", "--resume", "maria-keller-1", "--store", store, "--json").json
    assert told["status"] == "finished"
