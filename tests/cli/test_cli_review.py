"""The queue: a visit waits, somebody else signs from another process, and the visit goes on."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from cli_house import in_its_own_process, ok, process, run, visit


@pytest.fixture
def held(store: Path) -> dict[str, Any]:
    """A visit that waits for a signature."""
    told = visit(store, "--reviewer", "queue")
    assert (told["status"], told["reason"]) == ("on-hold", "waits for review")
    return told


def resumed(store: Path, held: dict[str, Any], *words: object) -> dict[str, Any]:
    return ok("visit", "--resume", held["encounter"], "--store", store, "--json", *words).json


def prescriptions(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [o for o in told["orders"] if o["kind"] == "prescription"]


def test_what_waits_is_told_with_the_next_step(held: dict[str, Any]) -> None:
    (request,) = held["waiting"]
    assert request["action"]["tool"] == "prescribe"
    assert request["roles"] == ["physician"]
    assert any("care.prescription.sign_off" in reason for reason in request["reasons"])
    assert Path(held["log"]).is_file()


def test_what_waits_is_listed(store: Path, held: dict[str, Any]) -> None:
    (request,) = ok("review", "list", "--store", store, "--json").json["waiting"]
    assert request["encounter"] == held["encounter"]
    shown = ok("review", "list", "--store", store).out
    assert "Trimethoprim 200 mg by mouth" in shown
    assert f"{held['encounter']} of patient maria-keller" in shown
    assert f"wardround review approve {held['encounter']}" in shown


def test_an_empty_queue_is_said_to_be(store: Path) -> None:
    visit(store)
    assert ok("review", "list", "--store", store, "--json").json == {"waiting": []}
    assert "Nothing waits" in ok("review", "list", "--store", store).out


def test_another_process_approves_with_an_edit_and_the_visit_finishes(
    store: Path, held: dict[str, Any]
) -> None:
    words = (
        "review",
        "edit",
        held["encounter"],
        "--set",
        "days=5",
        "--by",
        "Dr Bauer",
        "--note",
        "Five days.",
        "--store",
        store,
    )
    answered = in_its_own_process(*words, "--json")
    assert (answered.code, answered.json["answer"]) == (0, "edit")
    told = resumed(store, held)
    (prescribed,) = prescriptions(told)
    assert (told["status"], prescribed["days"], prescribed["approved_by"]) == ("finished", 5, "Dr Bauer")
    assert "for 5 days" in told["note"]
    assert ok("replay", told["log"], "--verify").code == 0


def test_approved_as_it_is(store: Path, held: dict[str, Any]) -> None:
    said = ok("review", "approve", held["encounter"], "--store", store, "--by", "Dr Bauer")
    assert f"wardround visit --resume {held['encounter']} --store {store}" in said.out
    (prescribed,) = prescriptions(resumed(store, held))
    assert (prescribed["days"], prescribed["approved_by"]) == (3, "Dr Bauer")


def test_rejected_with_a_word_there_is_no_prescription(store: Path, held: dict[str, Any]) -> None:
    ok(
        "review",
        "reject",
        f"{held['encounter']}:{held['waiting'][0]['request']}",
        "--note",
        "Call me.",
        "--store",
        store,
    )
    told = resumed(store, held)
    assert told["status"] == "finished"
    assert not prescriptions(told)


def test_what_goes_on_begins_with_the_answer(store: Path, held: dict[str, Any]) -> None:
    ok("review", "edit", held["encounter"], "--set", "days=5", "--by", "Dr Bauer", "--store", store)
    shown = ok("visit", "--resume", held["encounter"], "--store", store).out
    assert "the visit goes on after" in shown
    assert "✎ changed and signed by the physician (Dr Bauer)" in shown
    assert "for 5 days" in shown
    assert "clinic     " not in shown


def test_arguments_may_be_one_object(store: Path, held: dict[str, Any]) -> None:
    ok(
        "review",
        "edit",
        held["encounter"],
        "--arguments",
        '{"days": 7, "instructions": "With food."}',
        "--store",
        store,
    )
    (prescribed,) = prescriptions(resumed(store, held))
    assert (prescribed["days"], prescribed["instructions"]) == (7, "With food.")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        (("--set", "dose=5000"), "care.dose.maximum"),
        (("--set", "drug=Amoxicillin", "--set", "dose=500"), "care.allergy.direct"),
    ],
)
def test_an_edit_that_the_rules_deny_is_refused_at_once(
    store: Path, held: dict[str, Any], changes: tuple[str, ...], rule: str
) -> None:
    ran = run("review", "edit", held["encounter"], *changes, "--store", store, "--json")
    assert ran.code == 1
    assert rule in ran.error
    assert ok("review", "list", "--store", store, "--json").json["waiting"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--set", "duration=5"), "duration"),
        (("--set", "days=soon"), "days"),
        (("--set", "days"), "--set"),
        (("--set", "=5"), "--set"),
        (("--arguments", "[5]"), "--arguments"),
        (("--arguments", "{"), "--arguments"),
        ((), "changes nothing"),
    ],
)
def test_an_edit_that_does_not_fit_names_the_field_and_writes_nothing(
    store: Path, held: dict[str, Any], words: tuple[str, ...], names: str
) -> None:
    ran = run("review", "edit", held["encounter"], *words, "--store", store, "--json")
    assert ran.code == 1
    assert names in ran.error
    assert ran.json["error"] == ran.error
    assert ok("review", "list", "--store", store, "--json").json["waiting"]


@pytest.mark.parametrize("name", ["nobody-9", "maria-keller-1:999", ""])
def test_what_does_not_wait_cannot_be_answered(store: Path, held: dict[str, Any], name: str) -> None:
    ran = run("review", "approve", name, "--store", store, "--json")
    assert ran.code == 1
    assert ran.error.endswith("`wardround review list` shows what waits.")


def test_somebody_must_sign(store: Path, held: dict[str, Any]) -> None:
    ran = run("review", "approve", held["encounter"], "--by", " ", "--store", store, "--json")
    assert (ran.code, ran.error) == (1, "--by: nobody signs. Say who does: --by NAME.")


def test_an_answer_is_given_once(store: Path, held: dict[str, Any]) -> None:
    ok("review", "approve", held["encounter"], "--store", store)
    again = run("review", "reject", held["encounter"], "--store", store, "--json")
    assert (again.code, again.json["kind"]) == (1, "ConfigurationError")
    assert "nothing waits there" in again.error
    assert prescriptions(resumed(store, held))


def test_of_two_processes_that_approve_at_once_one_wins(store: Path, held: dict[str, Any]) -> None:
    both = [
        process("review", "approve", held["encounter"], "--by", who, "--store", store, "--json")
        for who in ("A", "B")
    ]
    ends = [(child.communicate(timeout=60), child.returncode) for child in both]
    assert sorted(code for _, code in ends) == [0, 1]
    ((_, err),) = [said for said, code in ends if code == 1]
    assert "Traceback" not in err
    told = resumed(store, held)
    (prescribed,) = prescriptions(told)
    assert prescribed["approved_by"] in ("A", "B")
    events = [json.loads(line) for line in Path(told["log"]).read_text().splitlines()]
    assert sum(e["kind"] == "reviewed" for e in events) == 1


def test_a_visit_that_waits_and_is_resumed_unanswered_waits_on(store: Path, held: dict[str, Any]) -> None:
    again = resumed(store, held)
    assert (again["status"], again["waiting"]) == ("on-hold", held["waiting"])
    assert Path(again["log"]).read_bytes() == Path(held["log"]).read_bytes()


def test_on_hold_nothing_is_booked_and_then_once(store: Path, held: dict[str, Any]) -> None:
    def booked() -> int:
        with sqlite3.connect(store) as db:
            return int(db.execute("SELECT count(*) FROM orders WHERE kind = 'prescription'").fetchone()[0])

    assert booked() == 0
    ok("review", "approve", held["encounter"], "--store", store)
    resumed(store, held)
    resumed(store, held)
    assert booked() == 1
