"""What the tests of the command line share: running it in this process or in one of its own, and records to run it on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from wardround.cli import app, output
from wardround.samples import SAMPLE_RECORD

DAY = "2026-11-23"
BURNING = "It burns when I pass urine, and I have to go all the time."
HEART = "Crushing chest pain that spreads to my left arm, and I am sweating"


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it must be."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def error(self) -> str:
        """The one line that says what is wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0].removeprefix("error: ")


def run(*words: object, typed: str | None = None, env: Mapping[str, str] | None = None) -> Ran:
    """The command line in this process. What `typed` holds stands on standard input.

    A console keeps the width that it found when it was made: here each command finds its own.
    """
    output.out._width = output.err._width = None
    done = CliRunner().invoke(
        app, [str(w) for w in words], input=typed or "", env={"COLUMNS": "100", **(env or {})}
    )
    return Ran(done.exit_code, done.stdout, done.stderr)


def ok(*words: object, typed: str | None = None) -> Ran:
    """The same, for what must succeed."""
    ran = run(*words, typed=typed)
    assert ran.code == 0, ran.err or ran.out
    return ran


def visit(store: Path, *words: object, typed: str | None = None) -> dict[str, Any]:
    """A visit of the sample patient that must succeed, as JSON."""
    return ok("visit", "--store", store, "--date", DAY, "--json", *words, typed=typed).json


def environment() -> dict[str, str]:
    """This process's environment, at a terminal of 100 columns."""
    return {**os.environ, "COLUMNS": "100", "PYTHONUNBUFFERED": "1"}


def process(*words: object, stdin: int | None = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """The command line in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "wardround", *(str(w) for w in words)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def in_its_own_process(*words: object, timeout: float = 60) -> Ran:
    """The same, to its end."""
    child = process(*words)
    out, err = child.communicate(timeout=timeout)
    return Ran(child.returncode, out, err)


def sample() -> dict[str, Any]:
    """The shipped record, to be changed."""
    bundle = json.loads(SAMPLE_RECORD.read_bytes())
    assert isinstance(bundle, dict)
    return bundle


def resource(bundle: dict[str, Any], id: str) -> dict[str, Any]:
    """One resource of a bundle."""
    found = next(e["resource"] for e in bundle["entry"] if e["resource"]["id"] == id)
    assert isinstance(found, dict)
    return found


def written(path: Path, bundle: object) -> Path:
    """A bundle as a file."""
    path.write_text(json.dumps(bundle), "utf-8")
    return path


def decisions(log: str) -> list[dict[str, Any]]:
    """What was decided in a visit, in order, from its exported log."""
    events = [json.loads(line) for line in Path(log).read_text("utf-8").splitlines()]
    return [{"by": e["by"], "name": _name(e), **e["body"]} for e in events if e["kind"] == "decided"]


def _name(event: dict[str, Any]) -> str:
    return f"{event['branch']}/{event['number']}" if event["branch"] else str(event["number"])
