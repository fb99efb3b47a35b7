"""What `--out` keeps: the report, a line a case, every log; whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evaluation_house import examined

from wardround.evaluation import file_name, keep, write_whole
from wardround.harness import StoreError, load_lines


def test_a_report_and_its_cases_are_kept(tmp_path: Path) -> None:
    done = examined(policy="random", cases=2)
    keep(tmp_path / "kept", done.report, done.results)
    assert json.loads((tmp_path / "kept" / "result.json").read_bytes())["n"] == 2
    lines = [json.loads(line) for line in (tmp_path / "kept" / "cases.jsonl").read_bytes().splitlines()]
    assert [line["case"] for line in lines] == [r.case for r in done.results]
    assert lines[0]["score"]["total"] == lines[0]["figures"]["total"]
    logs = sorted((tmp_path / "kept" / "logs").iterdir())
    assert len(logs) == 2
    assert load_lines(logs[0].read_bytes())


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(StoreError, match="--out"):
        write_whole(tmp_path / "file" / "a.json", b"{}")


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "", "x" * 300, "ä\x00"])
def test_no_id_leaves_the_folder(name: str) -> None:
    safe = file_name(name)
    assert safe
    assert "/" not in safe
    assert not safe.startswith(".")
    assert safe != file_name(f"{name}!")
