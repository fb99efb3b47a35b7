"""`wardround eval`: one object with --json, a table without, results kept where they are wanted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_house import in_its_own_process, ok, run


def test_osce_prints_one_object() -> None:
    told = ok("eval", "osce", "--cases", 3, "--split", "heldout-seeds", "--seed", 1, "--json").json
    assert (told["task"], told["policy"], told["split"], told["n"]) == ("osce", "planner", "heldout-seeds", 3)
    assert told.keys() >= {
        "unscored",
        "seconds",
        "ci95",
        "total",
        "inquiry",
        "tests",
        "diagnosis",
        "plan",
        "safety",
        "turns",
    }
    assert told["config"]["seed"] == told["seed"] == 1


def test_osce_is_a_table_for_people() -> None:
    out = ok("eval", "osce", "--cases", 2).out
    for part in ("total", "95 %", "inquiry", "Patients: privacy", "unsafe actions"):
        assert part in out, part


def test_results_are_kept(tmp_path: Path) -> None:
    ok("eval", "osce", "--cases", 2, "--policy", "random", "--out", tmp_path / "kept", "--json")
    assert json.loads((tmp_path / "kept" / "result.json").read_bytes())["policy"] == "random"
    assert len((tmp_path / "kept" / "cases.jsonl").read_bytes().splitlines()) == 2


def test_visits_and_memory() -> None:
    told = ok("eval", "osce", "--cases", 1, "--visits", 2, "--no-memory", "--json").json
    assert told["config"]["memory"] is False
    assert "over_visits" in told
    assert "recall" in ok("eval", "osce", "--cases", 1, "--visits", 2).out


def test_the_phrasing_gap_is_told() -> None:
    assert "gap" in ok("eval", "osce", "--cases", 2, "--phrasing", "held-out", "--json").json["phrasing"]
    assert "Gap of held-out phrasings" in ok("eval", "osce", "--cases", 2, "--phrasing", "held-out").out


def test_standard_output_holds_the_object_alone() -> None:
    ran = in_its_own_process("eval", "osce", "--cases", 1, "--policy", "random", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["n"] == 1


@pytest.mark.data
def test_agentclinic_prints_one_object(data_dir: Path) -> None:
    path = data_dir / "agentclinic" / "agentclinic_medqa.jsonl"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    told = ok("eval", "agentclinic", "--data", path, "--limit", 3, "--json").json
    assert (told["task"], told["n"], told["unscored"]) == ("agentclinic", 3, 0)
    assert told.keys() >= {"coverage", "top1", "top3", "top1_covered", "turns", "seconds", "ci95"}
    assert "coverage" in ok("eval", "agentclinic", "--data", path, "--limit", 2).out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("osce", "--split", "test"), "--split"),
        (("osce", "--policy", "guess"), "--policy"),
        (("osce", "--cases", "0"), "--cases"),
        (("osce", "--no-memory"), "--no-memory"),
        (("osce", "--policy", "hf:/nowhere/at/all"), "/nowhere/at/all"),
        (("agentclinic", "--data", "/nowhere.jsonl"), "--data"),
    ],
)
def test_what_makes_no_sense_is_one_line(words: tuple[str, ...], named: str) -> None:
    ran = run("eval", *words, "--json")
    assert ran.code == 1, ran.out
    assert named in ran.error
    assert ran.json["error"] == ran.error
