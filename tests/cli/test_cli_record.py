"""`wardround record`: import writes once, show shows, export validates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_house import ok, resource, run, sample, visit, written

from wardround.clinical import read_bundle, validate
from wardround.samples import SAMPLE_RECORD


def test_importing_twice_writes_nothing_new(store: Path) -> None:
    first = ok("record", "import", SAMPLE_RECORD, "--store", store, "--json").json
    again = ok("record", "import", SAMPLE_RECORD, "--store", store, "--json").json
    assert first["written"] == first["facts_read"] > 50
    assert again["written"] == 0
    assert first["patient"] == {
        "id": "maria-keller",
        "name": "Maria Keller",
        "sex": "female",
        "deceased": False,
    }
    assert "0 of them new" in ok("record", "import", SAMPLE_RECORD, "--store", store).out


def test_a_record_that_was_imported_is_not_written_again_by_a_visit(store: Path) -> None:
    ok("record", "import", SAMPLE_RECORD, "--store", store)
    visit(store)
    assert ok("record", "import", SAMPLE_RECORD, "--store", store, "--json").json["written"] == 0


def test_showing_says_what_is_in_it_and_what_is_kept_as_it_is(tmp_path: Path) -> None:
    bundle = sample()
    bundle["entry"].append(
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Basic", "id": "b", "code": {"text": "odd"}}}
    )
    path = written(tmp_path / "b.json", bundle)
    told = ok("record", "show", path, "--json").json
    assert told["unknown"] == {"Basic": 1}
    assert told["resources"]["Observation"] == sum(
        e["resource"]["resourceType"] == "Observation" for e in bundle["entry"]
    )
    assert {f["kind"] for f in told["facts"]} >= {"allergy", "drug", "problem", "result"}
    shown = ok("record", "show", path).out
    assert "Maria Keller" in shown
    assert "Basic (kept as it is)" in shown
    assert "allergy: Penicillin" in shown


def test_the_dead_are_shown_as_dead(tmp_path: Path) -> None:
    bundle = sample()
    resource(bundle, "maria-keller")["deceasedBoolean"] = True
    path = written(tmp_path / "b.json", bundle)
    assert "(deceased)" in ok("record", "show", path).out
    assert ok("record", "show", path, "--json").json["patient"]["deceased"] is True


def test_the_export_of_a_file_validates_and_reads_back_the_same(tmp_path: Path) -> None:
    bundle = ok("record", "export", SAMPLE_RECORD).json
    assert validate(bundle) == []
    back = read_bundle(json.dumps(bundle).encode())
    facts = read_bundle(SAMPLE_RECORD).facts
    assert [(f.kind, f.concept.text, f.value) for f in back.facts] == [
        (f.kind, f.concept.text, f.value) for f in facts
    ]


def test_the_export_of_a_visit_validates(store: Path, tmp_path: Path) -> None:
    told = visit(store)
    path = tmp_path / "visit.json"
    said = ok("record", "export", told["encounter"], "--store", store, "--out", path, "--json")
    assert said.json == {"out": str(path)}
    bundle = json.loads(path.read_text())
    assert validate(bundle) == []
    kinds = {entry["resource"]["resourceType"] for entry in bundle["entry"]}
    assert kinds >= {"Patient", "Encounter", "MedicationRequest", "Observation"}
    assert bundle == ok("record", "export", told["encounter"], "--store", store).json


def test_a_visit_on_hold_can_be_exported_too(store: Path) -> None:
    held = visit(store, "--reviewer", "queue")
    assert validate(ok("record", "export", held["encounter"], "--store", store).json) == []


def test_what_is_no_visit_is_no_export(store: Path) -> None:
    visit(store)
    ran = run("record", "export", "nobody-9", "--store", store, "--json")
    assert (ran.code, ran.json["kind"]) == (1, "ConfigurationError")
    assert str(store) in ran.error


def test_where_nothing_can_be_written_the_path_is_named(tmp_path: Path) -> None:
    ran = run("record", "export", SAMPLE_RECORD, "--out", tmp_path / "no" / "folder.json", "--json")
    assert (ran.code, ran.json["kind"]) == (1, "StoreError")
    assert ran.error.endswith("Give a writable path.")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"resourceType": "Patient"}', "\x00", '{"resourceType": "Bundle"}']
)
def test_what_is_no_bundle_is_refused_and_writes_nothing(tmp_path: Path, store: Path, content: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content)
    ran = run("record", "import", path, "--store", store, "--json")
    assert ran.code == 1
    assert "odd.json" in ran.error
    assert not store.exists()
