"""`wardround memory`: what a reader of a role sees, what the audit trail says of it, and whom a word may hit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_house import ok, resource, run, sample, written

from wardround.clinical import FactSource
from wardround.memory import Memory
from wardround.samples import SAMPLE_RECORD

MARIA = "maria-keller"
PROBLEMS = "What are her active problems?"
SIGNED = ("--purpose", "review", "--by", "Dr2")
HIV = {"system": "http://hl7.org/fhir/sid/icd-10", "code": "B24", "display": "HIV disease"}


@pytest.fixture
def sensitive(tmp_path: Path, store: Path) -> Path:
    """Maria with HIV, and an allergy that one account denies."""
    bundle = sample()
    resource(bundle, "hyperlipidaemia")["code"] = {"coding": [HIV], "text": "HIV infection"}
    allergy = resource(bundle, "penicillin-allergy")
    denial = {name: allergy[name] for name in ("clinicalStatus", "verificationStatus", "patient")}
    denial |= {"resourceType": "AllergyIntolerance", "id": "none-known", "recordedDate": "2025-01-01"}
    denial["code"] = {"text": "No known allergies"}
    bundle["entry"].append(
        {"fullUrl": "https://example.org/AllergyIntolerance/none-known", "resource": denial}
    )
    ok("record", "import", written(tmp_path / "b.json", bundle), "--store", store)
    return store


def trail(store: Path) -> list[dict[str, Any]]:
    found = ok("memory", "audit", MARIA, "--store", store, "--json").json["audit"]
    assert isinstance(found, list)
    return found


def facts_in(path: Path) -> list[Any]:
    memory = Memory(path)
    try:
        return [memory.facts(patient_id=p, superseded=True) for p in memory.patients()]
    finally:
        memory.close()


# --- asking ------------------------------------------------------------------------------------------------


def test_an_answer_that_was_given_for_a_purpose_stands_in_one_line_of_the_trail(sensitive: Path) -> None:
    asked = ("memory", "recall", MARIA, PROBLEMS, "--k", 1, *SIGNED, "--store", sensitive, "--json")
    told = ok(*asked).json
    assert "HIV infection" in json.dumps(told["answer"])
    (line,) = trail(sensitive)
    assert (line["by"], line["reason"], line["role"]) == ("Dr2", "review", "attending")
    assert (line["about"], line["count"]) == ("hiv", 1)


def test_a_withheld_answer_says_so_and_is_not_called_nothing(sensitive: Path) -> None:
    asked = ("memory", "recall", MARIA, "Does she have HIV infection?", "--store", sensitive)
    told = ok(*asked, "--json").json
    assert (told["answer"], told["rests_on"], told["items"]) == (None, [], [])
    assert told["answer_withheld"] == "an answer rests on 1 withheld entry; ask with a purpose"
    said = ok(*asked).out
    assert told["answer_withheld"] in said
    assert "Nothing in the record" not in said
    assert "HIV infection" not in said
    assert ok(*asked, *SIGNED, "--json").json["answer_withheld"] == ""


def test_open_contradictions_of_what_was_found_are_told(sensitive: Path) -> None:
    asked = ("memory", "recall", MARIA, "penicillin", "--store", sensitive)
    (conflict,) = ok(*asked, "--json").json["conflicts"]
    assert conflict["first"]["text"] == "Penicillin"
    assert "! open contradiction: Penicillin" in ok(*asked).out
    about_sugar = ("memory", "recall", MARIA, "What was the last HbA1c?", "--k", 1, "--store", sensitive)
    assert ok(*about_sugar, "--json").json["conflicts"] == []


# --- reading and exporting ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("show", MARIA), ("as-of", MARIA, "2026-11-23")])
def test_a_record_is_shown_whole_to_the_physician_and_cut_for_others(
    sensitive: Path, command: tuple[str, ...]
) -> None:
    read = ("memory", *command, "--store", sensitive, "--json")
    whole = ok(*read).json
    assert "HIV infection" in {s["text"] for s in whole["statements"]}
    assert whole["withheld"] == {}
    assert ok(*read, "--role", "Patient").json == whole
    assert trail(sensitive) == []
    cut = ok(*read, "--role", "Pharmacist").json
    assert "HIV infection" not in {s["text"] for s in cut["statements"]}
    assert cut["withheld"] == {"hiv": 2}  # the illness, and what a drug is for
    assert "withheld" in ok(*read[:-1], "--role", "pharmacist").out
    assert trail(sensitive) == []
    assert ok(*read, "--role", "pharmacist", *SIGNED).json["statements"] == whole["statements"]
    (line,) = trail(sensitive)
    assert (line["by"], line["role"], line["about"], line["count"]) == ("Dr2", "pharmacist", "hiv", 2)


@pytest.mark.parametrize("form", ["fhir", "markdown"])
def test_an_export_holds_what_the_role_may_see_and_is_audited(sensitive: Path, form: str) -> None:
    export = ("memory", "export", MARIA, "--format", form, "--store", sensitive)
    assert "HIV" in ok(*export, "--by", "Dr2").out
    cut = ok(*export, "--role", "safety officer", "--by", "Nurse")
    assert "HIV" not in cut.out
    assert "B24" not in cut.out
    assert "not in it: 2 entries" in cut.err
    first, second = trail(sensitive)
    assert (first["what"], first["by"], first["about"], first["count"]) == ("exported", "Dr2", "hiv", 2)
    assert (second["what"], second["by"], second["role"]) == ("exported", "Nurse", "safety_officer")
    assert second["about"] == "nothing sensitive"


@pytest.mark.parametrize("command", [("show",), ("as-of", "2026-01-01"), ("export",), ("recall", "asthma")])
def test_a_role_is_one_of_those_known_and_a_purpose_is_somebodys(
    sensitive: Path, command: tuple[str, ...]
) -> None:
    words = ("memory", command[0], MARIA, *command[1:], "--store", sensitive)
    ran = run(*words, "--role", "emperor")
    assert ran.code == 1
    assert "--role: 'emperor'" in ran.error
    assert "physician, patient, attending" in ran.error
    ran = run(*words, "--purpose", "review")
    assert ran.code == 1
    assert ran.error.endswith("Give --by too: it stands in the audit trail.")
    assert trail(sensitive) == []


# --- copies ------------------------------------------------------------------------------------------------


def test_a_copy_is_restored_where_memory_was_lost_with_what_stood_in_it_alone(
    sensitive: Path, tmp_path: Path
) -> None:
    where, copy = sensitive.parent / "memory.sqlite", tmp_path / "copy"
    memory = Memory(where)
    (first, *_) = memory.facts(patient_id=MARIA)
    memory.retract(first.id, patient_id=MARIA, why="misread", source=FactSource("document", "a program"))
    memory.close()
    before = facts_in(where)
    ok("memory", "backup", copy, "--store", sensitive)
    for path in where.parent.glob("memory.sqlite*"):
        path.unlink()
    assert ok("memory", "restore", copy, "--store", sensitive, "--json").json["patients"] == 1
    assert facts_in(where) == before
    ok("memory", "show", MARIA, "--store", sensitive)
    assert facts_in(where) == before


def test_who_was_erased_does_not_come_back_with_an_older_copy(sensitive: Path, tmp_path: Path) -> None:
    other = json.loads(json.dumps(sample()).replace("maria-keller", "other-1"))
    ok("record", "import", written(tmp_path / "o.json", other), "--store", sensitive)
    copy = tmp_path / "copy"
    (doomed, *_) = ok("memory", "show", "other-1", "--store", sensitive, "--json").json["statements"]
    ok("memory", "backup", copy, "--store", sensitive)
    law = ("--by", "Dr Osei", "--reason", "GDPR 17", "--yes", "--store", sensitive)
    ok("memory", "erase", MARIA, *law)
    ok("memory", "erase", "other-1", "--fact", doomed["id"], *law)
    for path in sensitive.parent.glob("memory.sqlite*"):
        path.unlink()
    assert ok("memory", "restore", copy, "--store", sensitive, "--json").json["patients"] == 1
    assert run("memory", "show", MARIA, "--store", sensitive).code == 1
    assert "HIV infection" not in (sensitive.parent / "memory.sqlite").read_bytes().decode("latin-1")
    shown = ok("memory", "show", "other-1", "--store", sensitive, "--json").json["statements"]
    assert doomed["id"] not in {s["id"] for s in shown}


# --- whom a word may hit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        ("erase", "WHO", "--by", "x", "--reason", "y", "--yes"),
        ("settle", "WHO", "conflict-1", "first", "--by", "x", "--why", "y"),
        ("retract", "WHO", "fact-1", "--by", "x", "--why", "y"),
    ],
)
def test_what_changes_a_record_needs_the_id_or_the_full_name(store: Path, command: tuple[str, ...]) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    before = facts_in(store.parent / "memory.sqlite")
    words = ["Kel" if one == "WHO" else one for one in command]
    ran = run("memory", *words, "--store", store)
    assert ran.code == 1
    assert "a part of a name is not enough" in ran.error.casefold()
    assert facts_in(store.parent / "memory.sqlite") == before


def test_the_full_name_will_do_in_any_case(store: Path) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    told = ok(
        "memory", "erase", "MARIA  keller", "--by", "x", "--reason", "y", "--yes", "--store", store, "--json"
    )
    assert told.json["patient"] == MARIA


@pytest.mark.parametrize(
    "reason", ["maria-keller asked", "as MARIA Keller wishes", "Mrs Keller's request", "by Keller."]
)
def test_a_reason_that_names_the_patient_is_refused(store: Path, reason: str) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    ran = run("memory", "erase", MARIA, "--by", "x", "--reason", reason, "--yes", "--store", store)
    assert ran.code == 1
    assert "stays in the trail" in ran.error
    assert len(facts_in(store.parent / "memory.sqlite")[0]) > 50


def test_a_reason_that_only_holds_the_letters_is_taken(store: Path) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    reason = ("--by", "x", "--reason", "the Kellerman ruling", "--yes")
    assert ok("memory", "erase", MARIA, *reason, "--store", store, "--json").json["facts"] > 50


def test_the_trail_of_nobody_is_an_error_and_that_of_the_erased_is_not(store: Path) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    ran = run("memory", "audit", "nosuchperson", "--store", store)
    assert ran.code == 1
    assert "nobody of this id is known" in ran.error
    ok("memory", "erase", MARIA, "--by", "x", "--reason", "y", "--yes", "--store", store)
    assert {line["by"] for line in trail(store)} == {"x"}


def test_what_was_retracted_already_is_not_retracted_again(store: Path) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    (allergy,) = ok("memory", "show", MARIA, "--kind", "allergy", "--store", store, "--json").json[
        "statements"
    ]
    retract = ("memory", "retract", MARIA, allergy["id"], "--store", store, "--by")
    first = ok(*retract, "Dr Osei", "--why", "another Maria", "--json").json
    before = facts_in(store.parent / "memory.sqlite")
    again = ok(*retract, "Dr Li", "--why", "wrong", "--json").json
    assert (first["again"], again["again"]) == (False, True)
    assert again["fact"] == first["fact"]
    said = ok(*retract, "Dr Li", "--why", "wrong").out
    assert "retracted already" in said
    assert "Dr Osei" in said
    assert facts_in(store.parent / "memory.sqlite") == before
