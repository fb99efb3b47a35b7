"""`wardround replay`: what was written is reproduced; what was changed is named."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from cli_house import in_its_own_process, ok, run, visit

from wardround.cli.stores import clinic


@pytest.fixture
def told(store: Path) -> dict[str, Any]:
    return visit(store)


def test_a_visit_is_reproduced(told: dict[str, Any]) -> None:
    ran = in_its_own_process("replay", told["log"], "--verify", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["result"] == "reproduced"
    assert ran.json["events"] == len(Path(told["log"]).read_text().splitlines())
    assert min(ran.json["views"], ran.json["masks"], ran.json["verdicts"]) > 0


def test_without_verify_the_visit_is_shown_again(told: dict[str, Any]) -> None:
    shown = ok("replay", told["log"]).out
    assert "Maria Keller" in shown
    assert "waits for a physician" in shown
    assert "Assessment" in shown
    assert shown.rstrip().splitlines()[-1].startswith("reproduced")
    assert "Maria Keller" not in ok("replay", told["log"], "--verify").out


def test_one_changed_byte_is_named(told: dict[str, Any]) -> None:
    path, rng = Path(told["log"]), random.Random(7)
    lines = path.read_bytes().splitlines(keepends=True)
    for at in rng.sample(range(1, len(lines)), 12):
        where = rng.randrange(lines[at].index(b'"body":') + 7, len(lines[at]) - 1)
        changed = lines[at][:where] + bytes([lines[at][where] ^ 1]) + lines[at][where + 1 :]
        path.write_bytes(b"".join([*lines[:at], changed, *lines[at + 1 :]]))
        ran = run("replay", path, "--verify", "--json")
        event = json.loads(lines[at])
        name = f"{event['branch']}/{event['number']}" if event["branch"] else str(event["number"])
        assert (ran.code, ran.json["kind"]) == (1, "TamperedLog"), where
        assert ran.error.startswith(f"event {name}: ")


def test_a_changed_reason_is_named_by_its_event(told: dict[str, Any]) -> None:
    path = Path(told["log"])
    lines = path.read_text().splitlines(keepends=True)
    (at,) = [k for k, line in enumerate(lines) if json.loads(line)["kind"] == "reviewed"]
    lines[at] = lines[at].replace("approve", "reject ", 1)
    path.write_text("".join(lines))
    ran = run("replay", path, "--verify", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "TamperedLog")
    assert f"event {json.loads(lines[at])['number']}:" in ran.error


@pytest.mark.parametrize("change", ["cut", "missing", "no line end", "twice"])
def test_a_log_that_is_not_whole_is_named(told: dict[str, Any], change: str) -> None:
    path = Path(told["log"])
    lines = path.read_bytes().splitlines(keepends=True)
    changed = {
        "cut": b"".join(lines)[:-40],
        "missing": b"".join(lines[:5] + lines[6:]),
        "no line end": b"".join(lines)[:-1],
        "twice": b"".join(lines + lines[-1:]),
    }[change]
    path.write_bytes(changed)
    ran = run("replay", path, "--verify", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "TamperedLog")
    assert "event " in ran.error
    assert "--resume" in ran.error


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"hello\n", b"{}\n", b"[1]\n", b'{"kind": "opened"}\n', b"\xff\xfe\n", b"null\n"],
)
def test_what_is_no_log_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no.jsonl"
    path.write_bytes(content)
    for words in ((), ("--verify",)):
        ran = run("replay", path, *words, "--json")
        assert ran.code == 1
        assert ran.json["kind"] in ("LogError", "TamperedLog")


def test_a_log_of_other_versions_is_intact_and_not_verified(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from wardround.care import Clinic

    versions = {**clinic().versions, "constraints": "other"}
    monkeypatch.setattr(Clinic, "versions", versions)
    ran = run("replay", told["log"], "--verify", "--json")
    assert (ran.code, ran.json["result"]) == (4, "not reproducible")
    assert "constraints" in ran.json["detail"]
    assert run("replay", told["log"]).code == 0


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    assert run("replay", tmp_path, "--json").json["kind"] == "LogError"


def test_a_log_of_a_visit_on_hold_is_reproduced_so_far(store: Path) -> None:
    held = visit(store, "--reviewer", "queue")
    assert ok("replay", held["log"], "--verify", "--json").json["result"] == "reproduced"
    assert "waits for a physician" in ok("replay", held["log"]).out


@pytest.mark.parametrize("policy", ["random", "ask-all"])
def test_whoever_decided_it_is_reproduced(store: Path, policy: str) -> None:
    words = (
        "--policy",
        policy,
        "--patient",
        "simulated",
        "--complaint",
        "chest pain",
        "--reviewer",
        "approve",
    )
    told = visit(store, *words)
    assert ok("replay", told["log"], "--verify", "--json").json["result"] == "reproduced"
