"""`wardround eval record --rebuilt`: memory deleted and made again answers the same, and a memory that does not is seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from wardround.cli import app
from wardround.evaluation.record import RecordConfig, examine_rebuilt, rebuilt
from wardround.samples import SAMPLE_RECORD


def test_the_same_answers_to_every_question() -> None:
    told = examine_rebuilt(RecordConfig(SAMPLE_RECORD, questions=30))
    assert told["n"] >= 60
    assert (told["different"], told["patients_with_other_facts"], told["broken"]) == (0, 0, [])
    assert (told["patients"], told["visits"]) == (1, 1)


def test_a_rebuilding_that_loses_something_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(rebuilt, "rebuild", nothing)
    told = examine_rebuilt(RecordConfig(SAMPLE_RECORD, questions=30))
    assert told["different"] > 10
    assert told["patients_with_other_facts"] == 1
    assert {"patient", "asked", "english", "before", "after"} == told["differences"][0].keys()


def test_who_has_died_is_imported_and_not_visited(tmp_path: Path) -> None:
    bundle: dict[str, Any] = json.loads(SAMPLE_RECORD.read_bytes())
    patient = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Patient")
    patient["deceasedDateTime"] = "2026-08-01"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(bundle))
    told = examine_rebuilt(RecordConfig(path, questions=10))
    assert (told["visits"], told["different"], told["broken"]) == (0, 0, [])


def test_the_command_reports_it() -> None:
    words = ("eval", "record", "--data", str(SAMPLE_RECORD), "--questions", "10", "--rebuilt", "--json")
    done = CliRunner().invoke(app, words)
    told = json.loads(done.stdout)["rebuilt"]
    assert (done.exit_code, told["different"]) == (0, 0)
    assert told["n"] >= 20
