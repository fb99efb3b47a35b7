"""`wardround visit`: what it takes, what it prints, and what the next visit knows of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_house import BURNING, DAY, decisions, in_its_own_process, ok, run, sample, visit, written

from wardround.samples import SAMPLE_PHYSICIAN, SAMPLE_RECORD, SAMPLE_SCRIPT

KEYS = {
    "encounter",
    "status",
    "reason",
    "log",
    "note",
    "differential",
    "orders",
    "verdicts",
    "facts_written",
    "recalled",
}


def test_without_a_terminal_the_scripted_visit_plays_to_its_end(tmp_path: Path) -> None:
    ran = in_its_own_process("visit", "--store", tmp_path / "s.sqlite")
    assert ran.code == 0, ran.err
    for part in (
        "Maria Keller",
        "allergic",
        "stopped",
        "waits for a physician",
        "signed by",
        "finished",
        "Assessment",
    ):
        assert part in ran.out, part
    assert "Traceback" not in ran.err
    assert "encounter maria-keller-1" in ran.err


def test_the_scripted_story_is_stopped_at_the_kidneys_and_signed_with_a_word(store: Path) -> None:
    told = visit(store)
    assert told["diagnosis"] == "condition.lower_urinary_tract_infection"
    denied = [v["constraint"] for v in told["verdicts"] if v["outcome"] == "deny"]
    assert denied == ["care.renal.avoid"]
    (prescribed,) = [o for o in told["orders"] if o["kind"] == "prescription"]
    assert (prescribed["drug"], prescribed["approved_by"]) == ("drug.trimethoprim", "script")
    assert "Urine dipstick: Nitrite or leucocytes positive" in told["note"]
    assert told["red_flags"] == []
    assert told["disposition"] == "home"


def test_a_visit_says_everything_in_one_object(store: Path) -> None:
    ran = ok("visit", "--store", store, "--json")
    assert ran.json.keys() >= KEYS
    assert ran.json["status"] == "finished"
    assert Path(ran.json["log"]).is_absolute()
    assert Path(ran.json["log"]).is_file()
    assert "encounter maria-keller-1" in ran.err
    assert sum(line["probability"] for line in ran.json["differential"]) > 0.5


def test_the_next_visit_knows_the_first(store: Path) -> None:
    first, second = visit(store), visit(store, "--date", "2026-12-01")
    assert second["encounter"] == "maria-keller-2"
    written = {fact["id"] for fact in first["facts_written"]}
    told = {fact["id"]: fact for fact in second["recalled"]}
    assert written & told.keys()
    assert {told[i]["source"]["encounter"] for i in written & told.keys()} == {"maria-keller-1"}
    assert any(f["kind"] == "summary" and f["source"]["encounter"] for f in second["recalled"])


def test_another_store_knows_nothing_of_it(store: Path, tmp_path: Path) -> None:
    visit(store)
    elsewhere = visit(tmp_path / "other.sqlite")
    assert elsewhere["encounter"] == "maria-keller-1"
    assert all(
        fact["source"]["encounter"] is None or fact["source"]["kind"] == "fhir"
        for fact in elsewhere["recalled"]
    )


@pytest.mark.parametrize("policy", ["planner", "random", "ask-all"])
def test_every_policy_without_a_model_finishes(store: Path, policy: str) -> None:
    told = visit(
        store, "--policy", policy, "--patient", "simulated", "--complaint", "a cough", "--reviewer", "approve"
    )
    assert (told["status"], told["complaint"]) == ("finished", "a cough")


def test_the_seed_decides(tmp_path: Path) -> None:
    def played(seed: int, k: int) -> object:
        told = visit(
            tmp_path / f"{k}.sqlite",
            "--policy",
            "random",
            "--patient",
            "simulated",
            "--complaint",
            "a cough",
            "--seed",
            seed,
        )
        return [d["action"] for d in decisions(told["log"])]

    assert played(1, 0) == played(1, 1) != played(2, 2)


@pytest.mark.parametrize(
    "words",
    [
        ("--patient", "script", SAMPLE_SCRIPT),
        ("--patient", f"script {SAMPLE_SCRIPT}"),
        ("--patient", f"script:{SAMPLE_SCRIPT}"),
    ],
    ids=["two words", "one word", "colon"],
)
def test_a_script_is_named_in_three_ways(store: Path, words: tuple[object, ...]) -> None:
    told = visit(store, "--record", SAMPLE_RECORD, "--complaint", BURNING, "--reviewer", "approve", *words)
    assert told["status"] == "finished"
    assert "urgent need to pass urine" in told["note"]


def test_a_relative_script_is_found_again_from_elsewhere(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hers.txt").write_bytes(SAMPLE_SCRIPT.read_bytes())
    (tmp_path / "hers.case.json").write_bytes(SAMPLE_SCRIPT.with_name("maria_keller.case.json").read_bytes())
    monkeypatch.chdir(tmp_path)
    held = visit(store, "--complaint", BURNING, "--patient", "script:hers.txt", "--reviewer", "queue")
    monkeypatch.chdir("/")
    assert held["status"] == "on-hold"
    ok("review", "reject", held["encounter"], "--store", store)
    assert (
        ok("visit", "--resume", held["encounter"], "--store", store, "--reviewer", "deny", "--json").json[
            "status"
        ]
        == "finished"
    )


def test_a_physician_can_be_scripted_too(store: Path, tmp_path: Path) -> None:
    (tmp_path / "strict.txt").write_text("# says no\n/prescribe/ reject Not today.\n/./ approve\n")
    told = visit(store, "--reviewer", f"script {tmp_path / 'strict.txt'}")
    assert not [o for o in told["orders"] if o["kind"] == "prescription"]
    events = [json.loads(line) for line in Path(told["log"]).read_text().splitlines()]
    assert "Not today." in [e["body"]["note"] for e in events if e["kind"] == "reviewed"]


def test_what_no_line_of_the_scripted_physician_fits_waits(store: Path, tmp_path: Path) -> None:
    (tmp_path / "silent.txt").write_text("/something else/ approve\n")
    assert visit(store, "--reviewer", f"script:{tmp_path / 'silent.txt'}")["status"] == "on-hold"
    assert SAMPLE_PHYSICIAN.is_file()


def test_the_date_is_the_visits(store: Path) -> None:
    ran = ok("visit", "--store", store, "--date", "2026-11-23")
    assert "23 November 2026" in ran.out


def test_an_id_of_ones_own(store: Path) -> None:
    assert visit(store, "--encounter", "ward 7/Maria")["encounter"] == "ward 7/Maria"
    again = run("visit", "--store", store, "--encounter", "ward 7/Maria", "--json")
    assert (again.code, again.json["kind"]) == (1, "StoreConflict")


def test_ids_that_look_alike_in_a_file_name_keep_their_own_logs(store: Path) -> None:
    logs = {visit(store, "--encounter", name)["log"] for name in ("a/b", "a b", "a_b", "../../b", "x" * 200)}
    assert len(logs) == 5
    assert {Path(log).parent for log in logs} == {store.parent / "logs"}


def test_a_finished_visit_that_is_resumed_says_the_same_again(store: Path) -> None:
    first = visit(store)
    again = ok("visit", "--resume", first["encounter"], "--store", store, "--json").json
    assert again == first


def test_the_reviewer_who_denies_leaves_no_prescription(store: Path) -> None:
    told = visit(store, "--reviewer", "deny")
    assert told["status"] == "finished"
    assert not [o for o in told["orders"] if o["kind"] == "prescription"]


def test_a_store_may_be_a_folder_or_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    visit(tmp_path / "folder")
    assert (tmp_path / "folder" / "wardround.sqlite").is_file()
    monkeypatch.setenv("WARDROUND_STORE", str(tmp_path / "named.sqlite"))
    ok("visit", "--json")
    assert (tmp_path / "named.sqlite").is_file()


def test_a_zipped_record_is_read_as_well(store: Path, tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "maria.json.gz"
    path.write_bytes(gzip.compress(SAMPLE_RECORD.read_bytes()))
    told = visit(
        store, "--record", path, "--complaint", BURNING, "--patient", "simulated", "--reviewer", "approve"
    )
    assert told["status"] == "finished"


def test_record_and_nothing_else_asks_for_the_complaint(store: Path, tmp_path: Path) -> None:
    ran = run("visit", "--store", store, "--record", written(tmp_path / "b.json", sample()), "--json")
    assert ran.code == 1
    assert ran.error.endswith('Say what brings the patient: --complaint "a cough".')
    assert not store.exists()


def test_the_day_is_needed_in_one_form(store: Path) -> None:
    ran = run("visit", "--store", store, "--date", "23/11/2026", "--json")
    assert (ran.code, ran.json["kind"]) == (2, "UsageError")
    assert DAY in ok("visit", "--store", store, "--date", DAY).out


def test_where_nobody_can_sign_a_prescription_waits_in_the_queue(store: Path) -> None:
    told = visit(store, "--complaint", BURNING, "--patient", "simulated")
    assert (told["status"], prescriptions_of(told)) == ("on-hold", [])


def prescriptions_of(told: dict[str, Any]) -> list[Any]:
    return [order for order in told["orders"] if order["kind"] == "prescription"]
