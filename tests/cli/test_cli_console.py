"""People at the terminal: a patient who types, a physician who signs, and one who leaves in the middle."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from cli_house import BURNING, environment, ok, run, sample, visit, written

NO = "no\n" * 60


def test_whoever_types_is_the_patient(store: Path) -> None:
    told = visit(
        store, "--patient", "console", "--complaint", BURNING, "--reviewer", "approve", typed=f"{NO}"
    )
    assert told["status"] == "finished"
    assert "Absent:" in told["note"]


def test_prompts_keep_away_from_the_one_object(store: Path) -> None:
    ran = run(
        "visit",
        "--store",
        store,
        "--patient",
        "console",
        "--reviewer",
        "console",
        "--complaint",
        BURNING,
        "--json",
        typed=NO,
    )
    assert ran.code == 0
    assert ran.json["status"] in ("finished", "on-hold")
    assert "you " in ran.err


def test_nobody_at_the_terminal_ends_in_a_visit_all_the_same(store: Path) -> None:
    ran = run(
        "visit",
        "--store",
        store,
        "--patient",
        "console",
        "--reviewer",
        "console",
        "--complaint",
        "a cough",
        "--json",
    )
    assert ran.code == 0
    assert ran.json["status"] in ("finished", "on-hold")
    assert "Traceback" not in ran.err


def test_nobody_who_says_what_is_wrong_is_no_visit(store: Path) -> None:
    ran = run("visit", "--store", store, "--patient", "console")
    assert (ran.code, store.exists()) == (1, False)
    assert ran.error.startswith("--complaint: it is empty.")


def test_enter_alone_takes_the_samples_own_complaint(store: Path) -> None:
    ran = ok("visit", "--store", store, "--patient", "console", "--reviewer", "deny", typed=f"\n{NO}")
    assert f"“{BURNING}”" in ran.out
    assert "You answer for Maria Keller" in ran.out


def test_what_is_typed_at_the_bedside_is_measured(store: Path) -> None:
    vitals = "warm\n900\n38,9\n-\n"
    told = visit(
        store,
        "--patient",
        "console",
        "--complaint",
        "a runny nose",
        "--reviewer",
        "deny",
        typed=f"{'no' + chr(10)}" * 24 + vitals,
    )
    assert told["status"] == "finished"


def test_the_physician_at_the_terminal_signs(store: Path) -> None:
    ran = ok("visit", "--store", store, "--reviewer", "console", typed="what?\na\n")
    assert "approve, reject, edit or later?" in ran.out
    assert "✓ signed by the physician (console)" in ran.out
    assert ran.out.count("waits for a physician") == 1


def test_the_physician_at_the_terminal_changes(store: Path) -> None:
    typed = "e\nnonsense\ne\nduration=5\ne\ndays=5\n"
    ran = ok("visit", "--store", store, "--reviewer", "console", typed=typed)
    assert "is no FIELD=VALUE" in ran.out
    assert "That does not fit: duration" in ran.out
    assert "changed and signed by the physician" in ran.out
    assert "for 5 days" in ran.out


def test_the_physician_at_the_terminal_refuses_with_a_word(store: Path) -> None:
    ran = ok("visit", "--store", store, "--reviewer", "console", typed="r\nShe is better.\n")
    assert "✗ refused by the physician (console): She is better." in ran.out


@pytest.mark.parametrize(
    "typed", ["l\n", "\n", "", "e\n"], ids=["later", "enter", "nobody", "leaves while editing"]
)
def test_a_physician_who_says_nothing_leaves_it_on_hold(store: Path, typed: str) -> None:
    ran = ok("visit", "--store", store, "--reviewer", "console", typed=typed)
    assert "on hold: prescribe waits for a physician" in ran.err
    assert "wardround review approve maria-keller-1" in ran.err
    assert "--resume maria-keller-1" in ran.err


class Terminal:
    """The command line at a real terminal: a pseudo-terminal with somebody typing."""

    def __init__(self, *words: object) -> None:
        self.master, slave = pty.openpty()
        command = [sys.executable, "-m", "wardround", *(str(w) for w in words)]
        self.child = subprocess.Popen(command, env=environment(), preexec_fn=partial(os.login_tty, slave))
        os.close(slave)
        self.seen = ""

    def until(self, text: str, seconds: float = 30) -> None:
        """Read until a text is shown."""
        start, end = len(self.seen), time.monotonic() + seconds
        while text not in self.seen[start:]:
            assert self._read(end), f"{text!r} never came: {self.seen[-2000:]}"

    def _read(self, end: float) -> bool:
        """Read some more; False where the other side has hung up or nothing came in time."""
        ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            more = os.read(self.master, 65_536)
        except OSError:
            return False
        self.seen += more.decode("utf-8", "replace")
        return bool(more)

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def close(self) -> int:
        """Read to the end; the exit code."""
        end = time.monotonic() + 30
        while self._read(end):
            pass
        try:
            return self.child.wait(30)
        finally:
            self.child.kill()
            os.close(self.master)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_at_a_real_terminal_ctrl_c_stops_at_once_and_the_visit_goes_on_later(tmp_path: Path) -> None:
    path = written(tmp_path / "b.json", sample())
    store = tmp_path / "s.sqlite"
    at = Terminal("visit", "--record", path, "--store", store)
    at.until("What brings you here?")
    at.type("It burns when I pass urine\r")
    at.until("you    ")
    time.sleep(0.5)  # until the line is being read
    at.type("\x03")
    assert at.close() == 130
    assert "interrupted" in at.seen
    assert "Traceback" not in at.seen
    resumed = run(
        "visit",
        "--resume",
        "maria-keller-1",
        "--store",
        store,
        "--patient",
        "simulated",
        "--reviewer",
        "deny",
        "--json",
    )
    assert (resumed.code, resumed.json["status"]) == (0, "finished")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_at_a_real_terminal_ctrl_d_is_no_more_answers(tmp_path: Path) -> None:
    at = Terminal("visit", "--store", tmp_path / "s.sqlite")
    at.until("What brings you here?")
    at.type("\r")
    at.until("you    ")
    at.type("no\r")
    at.until("you    ")
    at.type("\x04")
    while at.child.poll() is None and at._read(time.monotonic() + 10):
        if re.sub(r"\x1b\[[0-9;]*m", "", at.seen).endswith((": ", "? ")):
            at.type("\x04")
    assert at.close() == 0
    assert "Traceback" not in at.seen
    assert "on hold" in at.seen or "finished" in at.seen
