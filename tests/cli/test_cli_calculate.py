"""`wardround calculate` and `eval calculators`: one object with --json, the missing named, values from a record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli_house import ok, run

_CLEARANCE = ("calculate", "cockcroft-gault", "--set", "age=60", "--set", "sex=m", "--set", "weight=72 kg")


def test_a_result_is_one_object_with_working_source_and_inputs() -> None:
    told = ok(*_CLEARANCE, "--set", "height=178 cm", "--set", "creatinine=88.4 µmol/L", "--json").json
    assert told["value"] == pytest.approx(80, rel=1e-4)
    assert (told["unit"], told["applicable"]) == ("mL/min", True)
    assert "(140 - 60) x 72" in told["worked"]
    assert told["source"]["grade"] == "recalled"
    assert [one["name"] for one in told["inputs"]] == ["age", "sex", "weight", "height", "creatinine"]


def test_people_read_the_working_and_that_nobody_opened_the_source() -> None:
    out = " ".join(ok(*_CLEARANCE, "--set", "height=178 cm", "--set", "creatinine=1 mg/dL").out.split())
    for part in ("80 mL/min", "(140 - 60) x 72", "beware", "not opened"):
        assert part in out, part


def test_what_is_missing_is_named_and_nothing_is_calculated() -> None:
    done = run(*_CLEARANCE, "--json")
    assert done.code == 1
    assert done.json["kind"] == "MissingInputsError"
    assert [one["name"] for one in done.json["missing"]] == ["height", "creatinine"]
    assert done.json["missing"][1]["units"] == ["mg/dL", "umol/L"]
    plain = run(*_CLEARANCE)
    assert plain.code == 1
    assert "height" in plain.error
    assert "--set" in plain.error


def test_that_it_does_not_apply_is_an_answer() -> None:
    told = ok(
        "calculate",
        "ckd-epi-2021",
        "--set",
        "age=7",
        "--set",
        "sex=f",
        "--set",
        "creatinine=0.5 mg/dL",
        "--json",
    ).json
    assert (told["applicable"], told["value"]) == (False, None)
    assert "adults" in told["reason"]
    assert "does not apply" in ok("calculate", "paediatric-weight", "--set", "age=15").out


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("calculate", "no-such-thing"), "UnknownCalculatorError"),
        (("calculate", "body-mass-index", "--set", "weight=80"), "InputError"),
        (("calculate", "body-mass-index", "--set", "weight"), "ConfigurationError"),
        (
            ("calculate", "body-mass-index", "--set", "weight=80 kg", "--set", "weight=90 kg"),
            "ConfigurationError",
        ),
        (("calculate", "body-mass-index", "--absent", "weight", "--set", "height=2 m"), "InputError"),
        (("calculate", "body-mass-index", "--record", "x.json", "--patient", "anna"), "ConfigurationError"),
        (("eval", "calculators", "--data", "none.csv"), "ConfigurationError"),
        (("eval", "calculators", "--data", "none.csv", "--entities", "guess"), "ConfigurationError"),
    ],
)
def test_an_error_is_one_object_that_names_its_kind(words: tuple[str, ...], kind: str) -> None:
    done = run(*words, "--json")
    assert done.code == 1
    assert done.json["kind"] == kind


def test_the_list_and_the_inputs() -> None:
    told = ok("calculate", "list", "--json").json
    assert told["n"] == len(told["calculators"]) >= 60
    assert "cockcroft-gault" in ok("calculate", "list").out
    inputs = ok("calculate", "homa-ir", "--inputs", "--json").json["inputs"]
    assert [one["name"] for one in inputs] == ["insulin", "glucose"]
    assert "fasting insulin" in ok("calculate", "homa-ir", "--inputs").out


def _bundle(folder: Path) -> Path:
    def observed(id: str, code: str, value: float, unit: str) -> dict[str, Any]:
        return {
            "resource": {
                "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/anna"},
                "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": id}]},
                "effectiveDateTime": "2024-06-20T08:00:00Z",
                "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
            }
        }  # fmt: skip

    person = {
        "resourceType": "Patient",
        "id": "anna",
        "gender": "female",
        "birthDate": "1964-06-30",
        "name": [{"text": "Anna"}],
    }
    entries = [
        {"resource": person},
        observed("creatinine", "2160-0", 0.7, "mg/dL"),
        observed("weight", "29463-7", 70, "kg"),
    ]
    path = folder / "anna.json"
    path.write_text(
        json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8"
    )
    return path


def test_values_come_from_a_record_and_name_their_facts(tmp_path: Path) -> None:
    path = _bundle(tmp_path)
    told = ok("calculate", "ckd-epi-2021", "--record", path, "--on", "2024-06-30", "--json").json
    assert told["value"] == pytest.approx(98.95, abs=0.5)
    assert all(one["origin"] for one in told["inputs"])
    late = run("calculate", "ckd-epi-2021", "--record", path, "--on", "2025-06-30", "--json")
    why = late.json["missing"][0]["why"]
    assert why.startswith("the newest value is of 2024-06-20")
    assert "--days 375 takes it" in why
    assert ok(
        "calculate", "ckd-epi-2021", "--record", path, "--on", "2025-06-30", "--days", 400, "--json"
    ).json["value"]


def test_what_is_typed_goes_before_what_is_recorded(tmp_path: Path) -> None:
    told = ok(
        "calculate", "body-mass-index", "--record", _bundle(tmp_path), "--on", "2024-06-30", "--set", "weight=80 kg",
        "--set", "height=2 m", "--json",
    ).json  # fmt: skip
    assert told["value"] == pytest.approx(20)


def test_values_come_from_memory(tmp_path: Path) -> None:
    store = tmp_path / "store"
    ok("record", "import", _bundle(tmp_path), "--store", store)
    told = ok(
        "calculate", "ckd-epi-2021", "--patient", "anna", "--store", store, "--on", "2024-06-30", "--json"
    ).json
    assert {one["name"] for one in told["inputs"]} == {"age", "sex", "creatinine"}
    assert told["value"] == pytest.approx(98.95, abs=0.5)


def test_the_table_of_the_evaluation(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "row,calculator_id,patient_note,relevant_entities,answer,original_answer\n"
        "1,6,note,\"{'weight': [80, 'kg'], 'height': [2, 'm']}\",20,20\n"
        "2,6,note,\"{'weight': [80, 'kg'], 'height': [2, 'm']}\",30,31\n",
        encoding="utf-8",
    )
    told = ok("eval", "calculators", "--data", path, "--entities", "given", "--json").json
    assert (told["task"], told["accuracy"], told["n"]) == ("calculators", 0.5, 2)
    out = ok("eval", "calculators", "--data", path, "--out", tmp_path / "kept").out
    assert "body-mass-index" in out
    assert (tmp_path / "kept" / "cases.jsonl").is_file()


def test_a_table_in_latin_1_is_refused_with_its_line_and_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    head = "row,calculator_id,patient_note,relevant_entities,answer,original_answer\n"
    path.write_bytes(f"{head}1,6,caf\u00e9,{{}},20,20\n".encode("latin-1"))
    error = run("eval", "calculators", "--data", path, "--json").json["error"]
    for part in ("line 2", "0xe9", "WINDOWS-1252", "iconv"):
        assert part in error, part


def test_what_a_record_does_not_conclude_is_said_with_the_policy(tmp_path: Path) -> None:
    path = _bundle(tmp_path)
    for id, says in (("apgar", "what an examiner sees"), ("has-bled", "what it leaves out is not absent")):
        done = run("calculate", id, "--record", path, "--on", "2024-06-30", "--json")
        whys = [one["why"] for one in done.json["missing"]]
        assert any("by policy" in why and says in why for why in whys), id


@pytest.mark.parametrize("typed", ["age=30", "age=13", "age=240 mo"])
def test_an_age_outside_the_range_does_not_apply(typed: str) -> None:
    told = ok("calculate", "paediatric-weight", "--set", typed, "--json").json
    assert (told["applicable"], told["value"]) == (False, None)
    assert "under 13" in told["reason"]


def test_an_adults_record_and_a_childs_age_do_not_apply_before_anything_is_asked(tmp_path: Path) -> None:
    path = _bundle(tmp_path)
    told = ok("calculate", "paediatric-weight", "--record", path, "--on", "2024-06-30", "--json").json
    assert told["applicable"] is False
    assert "16 years" in ok("calculate", "news2", "--set", "age=12", "--json").json["reason"]


def test_a_note_about_something_else_or_of_a_child_does_not_apply(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("A 9-year-old boy with a broken wrist. RR 18/min, BP 105/65 mmHg.")
    for id, says in (("centor", "sore throat"), ("curb-65", "made in adults"), ("news2", "16 years")):
        told = ok("calculate", id, "--note", note, "--json").json
        assert told["applicable"] is False, id
        assert says in told["reason"], id
    missing = run("calculate", "qsofa", "--note", note, "--json").json["missing"]
    assert all("made for adults (9 years)" in one["why"] for one in missing)


def test_a_question_says_which_minute_of_the_note_is_meant(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    signs = "appearance {0}, pulse {0}, grimace {0}, activity {0}, respiration {0}"
    note.write_text(f"Apgar at 1 minute: {signs.format(1)}. Apgar at 5 minutes: {signs.format(2)}.")
    missing = run("calculate", "apgar", "--note", note, "--json").json["missing"]
    assert all(one["why"].split(": ", 1)[1].startswith("ambiguous") for one in missing)
    assert (
        ok("calculate", "apgar", "--note", note, "--question", "at 5 minutes", "--json").json["value"] == 10
    )
    note.write_text("Apgar 8 and 9.")
    missing = run("calculate", "apgar", "--note", note, "--json").json["missing"]
    assert all("only its total stated (8)" in one["why"] for one in missing)


def test_a_chinese_note_is_read(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("患者男，67岁。呼吸26次/分，血压98/60mmHg，神志清。", encoding="utf-8")
    told = ok("calculate", "qsofa", "--note", note, "--json").json
    assert told["value"] == 2
    assert [one["origin"] for one in told["inputs"]] == ["呼吸26", "血压98/60", "神志清"]


NOTE = "A 60-year-old man. Weight 72 kg, height 178 cm. Serum creatinine 1.0 mg/dL on admission."


def test_inputs_are_read_from_a_note_with_the_words_that_say_them(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text(NOTE)
    told = ok("calculate", "cockcroft-gault", "--note", note, "--json").json
    assert told["value"] == pytest.approx(80, rel=1e-3)
    assert all(one["origin"] for one in told["inputs"])
    note.write_text(NOTE.replace("height 178 cm", ""))
    done = run("calculate", "cockcroft-gault", "--note", note, "--json")
    assert done.code == 1
    assert [one["name"] for one in done.json["missing"]] == ["height"]
    assert done.json["missing"][0]["why"]
    typed = ok("calculate", "cockcroft-gault", "--note", note, "--set", "height=178 cm", "--json").json
    assert typed["value"] == told["value"]


def test_a_note_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    done = run("calculate", "cockcroft-gault", "--note", tmp_path / "none.txt")
    assert done.code == 1
    assert "none.txt" in done.error
    note = tmp_path / "note.txt"
    note.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in run("calculate", "cockcroft-gault", "--note", note).error
