"""`wardround memory`: what stands, what was known, contradictions and decisions, exports, rebuilding, copies."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from cli_house import DAY, ok, resource, run, sample, visit, written

from wardround.clinical import read_bundle, validate
from wardround.memory import Memory, fact_to_json, patient_to_json
from wardround.samples import SAMPLE_RECORD
from wardround.search import Reading

MARIA = "maria-keller"


def imported(store: Path) -> Path:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    return store


def contradicting(tmp_path: Path, store: Path) -> dict[str, Any]:
    """A record with an allergy, and a second resource that says that there are none; the contradiction."""
    bundle = sample()
    denial = {
        "resourceType": "AllergyIntolerance",
        "id": "none-known",
        "clinicalStatus": resource(bundle, "penicillin-allergy")["clinicalStatus"],
        "verificationStatus": resource(bundle, "penicillin-allergy")["verificationStatus"],
        "code": {"text": "No known allergies"},
        "patient": resource(bundle, "penicillin-allergy")["patient"],
        "recordedDate": "2025-01-01",
    }
    bundle["entry"].append(
        {"fullUrl": "https://example.org/AllergyIntolerance/none-known", "resource": denial}
    )
    ok("record", "import", written(tmp_path / "b.json", bundle), "--store", store)
    (conflict,) = ok("memory", "conflicts", MARIA, "--store", store, "--json").json["conflicts"]
    assert isinstance(conflict, dict)
    return conflict


def shown(store: Path, *more: object) -> list[dict[str, Any]]:
    found = ok("memory", "show", MARIA, "--store", store, "--json", *more).json["statements"]
    assert isinstance(found, list)
    return found


# --- looking -----------------------------------------------------------------------------------------------


def test_the_record_is_shown_with_status_dates_and_sources(store: Path) -> None:
    imported(store)
    (allergy,) = shown(store, "--kind", "allergy")
    assert (allergy["text"], allergy["status"], allergy["corrected"]) == ("Penicillin", "active", 0)
    assert allergy["valid_from"].startswith("2019-11-04")
    assert allergy["sources"] == [
        {"kind": "fhir", "reference": "AllergyIntolerance/penicillin-allergy", "encounter": None}
    ]
    told = ok("memory", "show", MARIA, "--store", store).out
    assert "Penicillin" in told
    assert "AllergyIntolerance/penicillin-allergy" in told


def test_what_a_visit_taught_names_its_event(store: Path) -> None:
    told = visit(store)
    found = [s for s in shown(store) if s["source"]["encounter"] == told["encounter"]]
    assert {s["kind"] for s in found} >= {"problem", "summary"}
    assert {s["source"]["kind"] for s in found} == {"event"}


@pytest.mark.parametrize("name", ["maria-keller", "Maria Keller", "maria keller", "keller", " MARIA "])
def test_a_patient_is_meant_by_id_or_by_an_unambiguous_name(store: Path, name: str) -> None:
    imported(store)
    assert ok("memory", "show", name, "--store", store, "--json").json["patient"]["id"] == MARIA


def test_a_name_that_can_mean_two_is_refused_with_both(store: Path, tmp_path: Path) -> None:
    imported(store)
    bundle = json.loads(json.dumps(sample()).replace("maria-keller", "maria-2"))
    ok("record", "import", written(tmp_path / "b.json", bundle), "--store", store)
    ran = run("memory", "show", "Maria", "--store", store, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ConfigurationError")
    assert "maria-2" in ran.error
    assert "maria-keller" in ran.error
    assert ran.error.endswith("Give the id.")
    assert ok("memory", "show", "maria-2", "--store", store, "--json").json["patient"]["id"] == "maria-2"


def test_on_a_day_only_what_was_so_then_is_shown(store: Path) -> None:
    imported(store)
    then = {s["text"] for s in shown(store, "--on", "2012-01-01", "--kind", "problem")}
    assert then == {"Hypertension"}


def test_as_of_a_day_what_came_later_was_not_known(store: Path) -> None:
    imported(store)
    known = ok("memory", "as-of", MARIA, "2015-01-01", "--store", store, "--json").json
    assert known["as_of"] == "2015-01-01"
    assert "Penicillin" not in {s["text"] for s in known["statements"]}
    assert "Hypertension" in {s["text"] for s in known["statements"]}
    assert ok("memory", "as-of", MARIA, "1990-01-01", "--store", store, "--json").json["statements"] == []
    assert "what was known on 2015-01-01" in ok("memory", "as-of", MARIA, "2015-01-01", "--store", store).out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("memory", "show", "nobody"), "nobody"),
        (("memory", "show", MARIA, "--kind", "penicillin"), "--kind"),
        (("memory", "settle", MARIA, "conflict-1", "third", "--by", "x", "--why", "y"), "decision"),
        (("memory", "settle", MARIA, "conflict-1", "first", "--by", "x", "--why", "y"), "conflict-1"),
        (("memory", "settle", MARIA, "conflict-1", "first", "--by", " ", "--why", "y"), "--by"),
        (("memory", "retract", MARIA, "fact-9", "--by", "x", "--why", "y"), "fact-9"),
        (("memory", "erase", MARIA, "--by", "x", "--reason", " ", "--yes"), "--reason"),
        (("memory", "erase", MARIA, "--by", "x", "--reason", "y"), "--yes"),
        (("memory", "erase", "nobody", "--by", "x", "--reason", "y", "--yes"), "nobody"),
        (("memory", "erase", MARIA, "--by", "x", "--reason", "y", "--yes", "--fact", "fact-9"), "fact-9"),
        (("memory", "export", MARIA, "--out", "/no/such/folder/x.json"), "--out"),
        (("memory", "restore", "/no/such/file"), "/no/such/file"),
        (("memory", "show", MARIA, "--memory", "mysql://u:secret@h/d"), "mysql://h/d"),
    ],
)
def test_every_refusal_is_one_line_that_names_the_field(
    store: Path, words: tuple[str, ...], named: str
) -> None:
    imported(store)
    ran = run(*words, "--store", store, "--json")
    assert ran.code == 1
    assert named in ran.error
    assert ran.json["error"] == ran.error
    assert "secret" not in ran.out + ran.err
    assert len(shown(store)) > 50


def test_where_there_is_no_store_none_is_made(tmp_path: Path) -> None:
    ran = run("memory", "show", MARIA, "--store", tmp_path / "none.sqlite", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ConfigurationError")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["show", "as-of", "recall", "settle", "export", "erase", "rebuild", "audit"]
)
def test_every_command_explains_itself(command: str) -> None:
    assert "Usage:" in ok("memory", command, "--help").out


# --- deciding ----------------------------------------------------------------------------------------------


def test_a_contradiction_is_listed_settled_and_stays_settled_when_memory_is_rebuilt(
    tmp_path: Path, store: Path
) -> None:
    conflict = contradicting(tmp_path, store)
    assert conflict["grave"]
    assert conflict["first"]["text"] == "Penicillin"
    assert "Penicillin" in ok("memory", "conflicts", MARIA, "--store", store).out
    decided = ("--by", "Dr Osei", "--why", "seen the letter")
    told = ok("memory", "settle", MARIA, conflict["id"], "first", *decided, "--store", store, "--json").json
    assert (told["decision"], told["by"]) == ("first", "Dr Osei")
    (settlement,) = shown(store, "--kind", "settlement")
    assert "seen the letter" in settlement["detail"]
    assert "Dr Osei" in settlement["source"]["reference"]
    assert ok("memory", "conflicts", MARIA, "--store", store, "--json").json["conflicts"] == []
    before = shown(store)
    (store.parent / "memory.sqlite").unlink()
    assert shown(store) == before
    assert ok("memory", "conflicts", MARIA, "--store", store, "--json").json["conflicts"] == []


def test_what_is_raised_stays_open_and_says_so(tmp_path: Path, store: Path) -> None:
    conflict = contradicting(tmp_path, store)
    decided = ("--by", "Dr Osei", "--why", "ask her")
    ok("memory", "settle", MARIA, conflict["id"], "raised", *decided, "--store", store)
    (still,) = ok("memory", "conflicts", MARIA, "--store", store, "--json").json["conflicts"]
    assert (still["id"], still["raised"]) == (conflict["id"], True)


def test_what_was_entered_in_error_is_kept_and_counts_no_more(store: Path) -> None:
    imported(store)
    (allergy,) = shown(store, "--kind", "allergy")
    ok(
        "memory",
        "retract",
        MARIA,
        allergy["id"],
        "--by",
        "Dr Osei",
        "--why",
        "another Maria",
        "--store",
        store,
    )
    assert shown(store, "--kind", "allergy") == []
    ok("memory", "rebuild", "--store", store)
    assert shown(store, "--kind", "allergy") == []
    then = ok("memory", "as-of", MARIA, "2020-01-01", "--kind", "allergy", "--store", store, "--json").json
    assert [s["id"] for s in then["statements"]] == [allergy["id"]]


# --- exporting ---------------------------------------------------------------------------------------------


def test_the_export_is_valid_and_its_imported_resources_are_unchanged(store: Path) -> None:
    imported(store)
    bundle = ok("memory", "export", MARIA, "--store", store).json
    assert validate(bundle) == []
    originals = {f"{r['resourceType']}/{r['id']}": r for r in (e["resource"] for e in sample()["entry"])}
    exported = {f"{r['resourceType']}/{r['id']}": r for r in (e["resource"] for e in bundle["entry"])}
    assert {k: v for k, v in exported.items() if k in originals} == exported
    back, record = read_bundle(json.dumps(bundle).encode()), read_bundle(SAMPLE_RECORD)
    assert {f.id for f in back.facts} == {f.id for f in record.facts}
    assert len(bundle["entry"]) == len({e["fullUrl"] for e in bundle["entry"]})


def test_what_a_visit_taught_is_exported_with_its_source(store: Path, tmp_path: Path) -> None:
    told = visit(store)
    path = tmp_path / "maria.json"
    said = ok("memory", "export", MARIA, "--store", store, "--on", "2026-12-01", "--out", path, "--json").json
    assert said == {"out": str(path), "format": "fhir"}
    bundle = json.loads(path.read_text())
    assert validate(bundle) == []
    tags = [t["code"] for e in bundle["entry"] for t in e["resource"].get("meta", {}).get("tag", ())]
    assert any(told["encounter"] in tag for tag in tags)
    kinds = {e["resource"]["resourceType"] for e in bundle["entry"]}
    assert kinds >= {"Patient", "Condition", "AllergyIntolerance", "MedicationRequest", "Observation"}


def test_an_open_contradiction_and_a_settled_one_are_detected_issues(tmp_path: Path, store: Path) -> None:
    conflict = contradicting(tmp_path, store)
    bundle = ok("memory", "export", MARIA, "--store", store).json
    (issue,) = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DetectedIssue"]
    assert (issue["status"], issue["severity"]) == ("preliminary", "high")
    urls = {e["fullUrl"] for e in bundle["entry"]}
    assert len(issue["implicated"]) == 2
    assert {i["reference"] for i in issue["implicated"]} <= urls
    decided = ("--by", "Dr Osei", "--why", "seen the letter")
    ok("memory", "settle", MARIA, conflict["id"], "first", *decided, "--store", store)
    bundle = ok("memory", "export", MARIA, "--store", store).json
    assert validate(bundle) == []
    (issue,) = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DetectedIssue"]
    assert issue["status"] == "final"
    assert "seen the letter" in issue["mitigation"][0]["action"]["text"]
    assert "none-known" not in {e["resource"]["id"] for e in bundle["entry"]}


def test_a_resource_of_which_part_was_taken_back_is_not_exported_whole(store: Path) -> None:
    imported(store)
    pressure = [s for s in shown(store) if s["source"]["reference"] == "Observation/blood-pressure-2026"]
    assert len(pressure) == 2
    ok("memory", "retract", MARIA, pressure[0]["id"], "--by", "x", "--why", "misread", "--store", store)
    bundle = ok("memory", "export", MARIA, "--store", store).json
    assert validate(bundle) == []
    assert "blood-pressure-2026" not in {e["resource"]["id"] for e in bundle["entry"]}
    assert pressure[1]["id"] in {e["resource"]["id"] for e in bundle["entry"]}
    assert pressure[0]["id"] not in {e["resource"]["id"] for e in bundle["entry"]}


def test_the_markdown_has_every_section_with_dates_and_sources(store: Path) -> None:
    imported(store)
    text = ok("memory", "export", MARIA, "--store", store, "--format", "markdown", "--on", "2026-12-01").out
    assert text.startswith("# Maria Keller\n")
    for section in ("Allergies", "Drugs", "Problems", "Latest values", "Visits", "Past drugs"):
        assert f"## {section}\n" in text
    assert "67 years old" in text
    assert "AllergyIntolerance/penicillin-allergy; recorded 2019-11-04" in text
    assert "since 2023-11-13" in text


def test_hostile_words_are_only_words_in_markdown(tmp_path: Path, store: Path) -> None:
    bundle = sample()
    hostile = "<script>alert(1)</script> | ](javascript:x) **b** `c` http://evil.example \u202e # h\n# t"
    resource(bundle, "hypertension")["code"] = {"text": hostile}
    resource(bundle, MARIA)["name"] = [{"text": "Maria\n# <b>Keller</b>"}]
    ok("record", "import", written(tmp_path / "b.json", bundle), "--store", store)
    text = ok("memory", "export", MARIA, "--store", store, "--format", "markdown").out
    assert "<script" not in text.replace("\\<", "")
    assert "\u202e" not in text
    assert "http://evil" not in text
    assert "](" not in text.replace("\\]", "")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings[0] == "# Maria # \\<b\\>Keller\\</b\\>"
    assert all(line.startswith("## ") for line in headings[1:])


# --- rebuilding and copies ---------------------------------------------------------------------------------


def test_deleted_and_rebuilt_memory_says_the_same(store: Path) -> None:
    imported(store)
    visit(store)
    commands = (
        ("memory", "show", MARIA),
        ("memory", "as-of", MARIA, "2019-12-01"),
        ("memory", "as-of", MARIA, DAY),
        ("memory", "conflicts", MARIA),
        ("memory", "export", MARIA),
    )
    before = [ok(*words, "--store", store, "--json").json for words in commands]
    for path in store.parent.glob("memory.sqlite*"):
        path.unlink()
    told = ok("memory", "rebuild", "--store", store, "--json").json
    assert (told["patients"], told["bundles"], told["visits"], told["refused"]) == (1, 1, 1, [])
    assert [ok(*words, "--store", store, "--json").json for words in commands] == before
    again = ok("memory", "rebuild", "--store", store, "--json").json
    assert again == told
    assert [ok(*words, "--store", store, "--json").json for words in commands] == before
    assert ok("memory", "rebuild", MARIA, "--store", store, "--json").json["facts"] == 0


def test_where_memory_is_missing_it_is_made_before_anything_is_read(store: Path) -> None:
    imported(store)
    (store.parent / "memory.sqlite").unlink()
    assert visit(store)["recalled"]


def test_memory_stands_beside_a_store_of_any_name(tmp_path: Path) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", tmp_path / "one.sqlite")
    ok("record", "import", SAMPLE_RECORD, "--store", tmp_path / "two")
    names = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.sqlite"))
    assert names == ["one.memory.sqlite", "one.sqlite", "two/memory.sqlite", "two/wardround.sqlite"]


def test_memory_lies_where_it_is_told_to(store: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    ok("record", "import", SAMPLE_RECORD, "--store", store, "--memory", elsewhere)
    assert elsewhere.exists()
    assert not (store.parent / "memory.sqlite").exists()
    told = run("memory", "show", MARIA, "--store", store, "--json", env={"WARDROUND_MEMORY": str(elsewhere)})
    assert len(told.json["statements"]) > 50


def test_a_copy_can_be_restored_into_an_empty_memory_alone(store: Path, tmp_path: Path) -> None:
    imported(store)
    before, copy = shown(store), tmp_path / "copy"
    assert ok("memory", "backup", copy, "--store", store, "--json").json["patients"] == 1
    assert "already" in run("memory", "backup", copy, "--store", store).error
    assert run("memory", "restore", copy, "--store", store).code == 1
    other = tmp_path / "other" / "wardround.sqlite"
    ok("memory", "restore", copy, "--store", other)
    assert shown(other) == before


def test_a_store_of_an_older_wardround_is_taken_over(store: Path, tmp_path: Path) -> None:
    """There, memory stood in the tables of the store's own file."""
    visit(store)
    before = shown(store)
    memory = Memory(store.parent / "memory.sqlite")
    facts = memory.facts(patient_id=MARIA, superseded=True)
    patient = memory.patient(patient_id=MARIA)
    assert patient is not None
    memory.close()
    (store.parent / "memory.sqlite").unlink()
    db = sqlite3.connect(store)
    for table in ("archive", "archived"):
        db.execute(f"DELETE FROM {table}")
    db.execute(
        "CREATE TABLE facts (patient_id TEXT, id TEXT, position INTEGER, kind TEXT, supersedes TEXT, data BLOB)"
    )
    db.execute("CREATE TABLE patients (patient_id TEXT PRIMARY KEY, data BLOB NOT NULL)")
    rows = [
        (MARIA, f.id, n, f.kind, f.supersedes, orjson.dumps(fact_to_json(f))) for n, f in enumerate(facts)
    ]
    db.executemany("INSERT INTO facts VALUES (?,?,?,?,?,?)", rows)
    db.execute("INSERT INTO patients VALUES (?,?)", (MARIA, orjson.dumps(patient_to_json(patient))))
    db.commit()
    db.close()
    old = tmp_path / "old.sqlite"
    shutil.copy(store, old)
    assert shown(old) == before
    tables = {r[0] for r in sqlite3.connect(old).execute("SELECT name FROM sqlite_master")}
    assert not tables & {"facts", "patients"}
    (tmp_path / "old.memory.sqlite").unlink()
    assert shown(old) == before


# --- asking ------------------------------------------------------------------------------------------------


def test_an_exact_question_is_answered_first_with_what_it_rests_on(store: Path) -> None:
    imported(store)
    told = ok("memory", "recall", MARIA, "What was the last HbA1c?", "--store", store, "--json").json
    assert (told["answer"]["value"], told["answer"]["unit"], told["answer"]["when"]) == (
        7.0,
        "%",
        "2026-05-18",
    )
    assert told["rests_on"] == told["answer"]["facts"]
    assert told["items"][0]["statement"]["id"] in told["rests_on"]
    said = ok("memory", "recall", MARIA, "What was the last HbA1c?", "--store", store).out
    assert said.startswith("7 %")


def test_a_topic_brings_what_bears_on_it_and_no_more_than_asked_for(store: Path) -> None:
    imported(store)
    told = ok("memory", "recall", MARIA, "penicillin", "--k", 1, "--store", store, "--json").json
    (item,) = told["items"]
    assert item["statement"]["text"] == "Penicillin"
    assert item["because"]


def test_a_day_is_kept_to(store: Path) -> None:
    imported(store)
    told = ok("memory", "recall", MARIA, "penicillin", "--on", "2015-01-01", "--store", store, "--json").json
    assert told["items"] == []


def test_what_is_sensitive_is_withheld_without_a_purpose_and_audited_with_one(
    tmp_path: Path, store: Path
) -> None:
    bundle = sample()
    hiv = {"system": "http://hl7.org/fhir/sid/icd-10", "code": "B24", "display": "HIV disease"}
    resource(bundle, "hyperlipidaemia")["code"] = {"coding": [hiv], "text": "HIV infection"}
    ok("record", "import", written(tmp_path / "b.json", bundle), "--store", store)
    asked = ("memory", "recall", MARIA, "Does she have HIV infection?", "--store", store, "--json")
    told = ok(*asked).json
    assert told["answer"] is None
    assert told["items"] == []
    assert told["withheld"]["hiv"] >= 1
    told = ok(*asked, "--purpose", "needle-stick injury", "--by", "Dr Osei").json
    assert told["items"][0]["statement"]["text"] == "HIV infection"
    (line,) = ok("memory", "audit", MARIA, "--store", store, "--json").json["audit"]
    assert (line["by"], line["reason"]) == ("Dr Osei", "needle-stick injury")
    ok("memory", "rebuild", "--store", store)
    assert len(ok("memory", "audit", MARIA, "--store", store, "--json").json["audit"]) == 1


def test_an_empty_question_is_refused(store: Path) -> None:
    imported(store)
    assert "question" in run("memory", "recall", MARIA, "  ", "--store", store).error


# --- documents ---------------------------------------------------------------------------------------------

LETTER = """Dear colleague,
Diagnoses: hypertension since 2015. No history of asthma.
Medication: metformin 500 mg twice a day. Allergic to penicillin (rash).
Laboratory of 2026-05-02: HbA1c 8.1 %, creatinine 88 umol/L.
"""


def test_a_letter_is_read_with_the_words_that_say_each_fact(store: Path, tmp_path: Path) -> None:
    imported(store)
    letter = tmp_path / "letter.txt"
    letter.write_text(LETTER)
    read = ("memory", "read", MARIA, letter, "--on", DAY, "--store", store, "--json")
    first, again = ok(*read).json, ok(*read).json
    assert first["written"] == len(first["facts"]) > 0
    assert again["written"] == 0
    for fact in first["facts"]:
        start, end = fact["source"]["span"]
        assert LETTER[start:end] == fact["source"]["quote"]
    assert {(f["kind"], f["text"]) for f in first["facts"]} == {
        ("problem", "Hypertension"),
        ("drug", "metformin"),
        ("allergy", "penicillins"),
        ("result", "glycated haemoglobin (IFCC)"),
        ("result", "creatinine"),
    }


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"x" * 1_000_001])
def test_what_is_no_document_is_refused_in_a_line(store: Path, tmp_path: Path, data: bytes) -> None:
    imported(store)
    file = tmp_path / "letter.txt"
    file.write_bytes(data)
    done = run("memory", "read", MARIA, file, "--store", store)
    assert done.code != 0
    assert "file: letter.txt" in done.err


def test_meaning_finds_what_no_word_says_and_without_the_extra_says_what_to_install(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(store)
    monkeypatch.setattr("wardround.cli.memory_asking.embedder", lambda: None)
    refused = run("memory", "recall", MARIA, "high blood pressure", "--meaning", "--store", store)
    assert refused.code != 0
    assert "wardround[embed]" in refused.err
    monkeypatch.setattr("wardround.cli.memory_asking.embedder", Nearby)
    told = ok("memory", "recall", MARIA, "a pounding heart", "--meaning", "--store", store, "--json").json
    assert any("its meaning" in item["because"] for item in told["items"])


class Nearby:
    """An embedder to which everything means the same."""

    name = "nearby"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.ones((len(texts), 1), dtype=np.float32)

    def read(self, texts: Sequence[str]) -> Reading:
        whole = self.encode(texts)
        return Reading(whole, whole, np.arange(len(texts) + 1, dtype=np.int64))
