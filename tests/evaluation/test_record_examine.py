"""`wardround eval record`: memory asked about whole bundles; what breaks is named, what is wrong is listed."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from record_bundle import ada, bundle
from typer.testing import CliRunner

from wardround.cli import app
from wardround.clinical import read_bundle
from wardround.evaluation.record.examine import RecordConfig, asked_of, examine_record
from wardround.evaluation.record.questions import questions
from wardround.harness import ConfigurationError
from wardround.memory import Memory, RememberingError


def folder_of(tmp_path: Path) -> Path:
    (tmp_path / "a.json").write_text(json.dumps(bundle()))
    with gzip.open(tmp_path / "b.json.gz", "wt") as packed:
        packed.write(json.dumps(bundle()))
    (tmp_path / "c.json").write_text(json.dumps({"resourceType": "Bundle", "entry": []}))
    (tmp_path / "d.json").write_text("{")
    (tmp_path / "e.json.gz").write_bytes(b"\x1f\x8bbroken")
    (tmp_path / "notes.txt").write_text("no bundle")
    return tmp_path


def done_json(report: Any) -> str:
    return json.dumps(report, ensure_ascii=False)


def eval_record(*words: str) -> tuple[int, Any]:
    done = CliRunner().invoke(app, ["eval", "record", *words, "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_memory_answers_the_hand_made_record_by_structure_without_a_miss(tmp_path: Path) -> None:
    report = examine_record(RecordConfig(folder_of(tmp_path) / "a.json", questions=250)).report
    assert report["by_structure"] == 1.0, [m for m in report["misses"] if m["asked"] == "structure"][:3]
    assert report["n_by_structure"] == 250
    assert report["kinds"] > 100


def test_the_report_has_what_the_measures_ask_for(tmp_path: Path) -> None:
    code, report = eval_record(
        "--data", str(folder_of(tmp_path)), "--questions", "40", "--out", str(tmp_path / "kept")
    )
    assert code == 0
    assert report["task"] == "record"
    assert report["n"] == 40 * 2 * 2
    assert report["n_by_structure"] == report["n_english"] == 80
    assert set(report["ci95"]) == {"accuracy", "by_structure", "english", "english_heldout"}
    assert report["unscored"] == 3
    assert [one["case"] for one in report["broken"]] == ["c.json", "d.json", "e.json.gz"]
    assert "no Patient" in report["broken"][0]["error"]
    wrong = [m for m in report["misses"] if m["asked"] != "english_heldout"]
    assert round(1 - len(wrong) / report["n"], 5) == report["accuracy"]
    assert sum(row["n"] for row in report["by_kind"].values()) == report["n"]
    kept = (tmp_path / "kept" / "questions.jsonl").read_text().splitlines()
    assert len(kept) == report["n"]
    whole = done_json(report) + "".join(kept)
    assert not any(put.held_out in whole for put in questions(ada(), 40, 0) if put.held_out)
    assert report["n_english_heldout"] > 0
    assert json.loads((tmp_path / "kept" / "result.json").read_text()) == report


def test_limit_takes_the_first_bundles_and_the_same_seed_gives_the_same_figures(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    first, again = (
        examine_record(RecordConfig(folder, questions=20, limit=1, seed=5)).report for _ in range(2)
    )
    for report in (first, again):
        report.pop("seconds")
    assert first == again
    assert first["bundles"] == 1
    assert first["ci95"]["accuracy"] is None  # one patient tells nothing about others


def test_a_bundle_of_two_patients_is_unscored(tmp_path: Path) -> None:
    two = bundle()
    two["entry"].append({"resource": {"resourceType": "Patient", "id": "other"}})
    (tmp_path / "two.json").write_text(json.dumps(two))
    report = examine_record(RecordConfig(tmp_path / "two.json")).report
    assert (report["n"], report["unscored"], report["accuracy"]) == (0, 1, None)
    assert "second Patient" in report["broken"][0]["error"]


@pytest.mark.parametrize("data", ["missing", "empty"])
def test_no_bundle_at_all_is_an_error_that_says_so(tmp_path: Path, data: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="--data"):
        examine_record(RecordConfig(tmp_path / data))


class Forgetful(Memory):
    """Says that there is nothing, whatever is asked; understands no English; breaks on ages."""

    def ask(self, question: Any, *, patient_id: str, on: Any) -> Any:
        from wardround.memory import Answer

        if isinstance(question, str):
            raise RememberingError(f"{question!r} is not understood.")
        if question.ask == "age_on":
            raise ZeroDivisionError("a mistake")
        return Answer(None)


def test_what_is_wrong_is_a_miss_and_not_understood_is_never_right() -> None:
    record = ada()
    put = questions(record, 220, 0)
    replies = list(asked_of(Forgetful(), record, "ada", put))
    by_structure = [r for r in replies if r.way == "structure"]
    assert len(by_structure) == 220
    assert not any(r.right for r in replies if r.way != "structure")
    for reply in by_structure:
        if reply.put.asked.ask == "age_on":
            assert not reply.right
            assert "ZeroDivisionError" in reply.got["error"]
        else:
            assert reply.right is (reply.put.expected.value is None)


def test_a_memory_that_lost_a_value_is_found_out() -> None:
    record = ada()
    imported = read_bundle(bundle(), received=datetime(2015, 12, 31, 12, tzinfo=UTC))
    memory = Memory()
    memory.know(imported.patient)
    kept = [f for f in imported.facts if "g2" not in f.source.reference]
    memory.write(kept, patient_id="ada")
    replies = list(asked_of(memory, record, "ada", questions(record, 250, 0)))
    misses = {r.put.kind for r in replies if r.way == "structure" and not r.right}
    assert misses


@pytest.mark.data
def test_ten_real_records_without_a_miss_by_structure(data_dir: Path) -> None:
    report = examine_record(RecordConfig(data_dir / "synthea_r4", questions=60, limit=10)).report
    assert report["by_structure"] == 1.0, [m for m in report["misses"] if m["asked"] == "structure"][:3]
    assert report["english"] is not None
    assert report["english"] >= 0.99, [m["english"] for m in report["misses"]][:5]
