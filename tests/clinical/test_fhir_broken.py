"""Hostile and broken records: refused whole, with the path of what is wrong and what to do."""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
import math
from pathlib import Path
from typing import Any

import pytest
from clinical_bundles import bundle
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.clinical import NoPatientError, RecordError, read_bundle
from wardround.clinical.fhir import source as source_module


def refused(source: Any) -> RecordError:
    with pytest.raises(RecordError) as caught:
        read_bundle(source)
    assert caught.value.problem
    assert caught.value.fix
    return caught.value


def condition(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": {"text": "Gout"}, **more}


def observation(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "Urate"}, **more}


def request(**more: Any) -> dict[str, Any]:
    medicine = {"medicationCodeableConcept": {"text": "Metformin"}}
    return {"resourceType": "MedicationRequest", "status": "active", "intent": "order", **medicine, **more}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b'{"resourceType": "Bundle"', "not JSON"),
        (b'{"resourceType": "Bundle"}\n{"resourceType": "Bundle"}', "not JSON"),
        (b"<Bundle xmlns='http://hl7.org/fhir'/>", "XML"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[]", "a list"),
        (b"null", "null"),
        (b'"Bundle"', "text"),
        (b"12", "a number"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "trusted"),
        (b'{"resourceType": "Bundle", "resourceType": "Patient"}', "stands twice"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "deep"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "deep"),
        (b'{"a": "\\ud800"}', "half of a character"),
        (gzip.compress(b"{}", mtime=0)[:-6], "gzip is broken"),
        (b"\x1f\x8bnonsense", "gzip is broken"),
    ],
)
def test_bytes_that_are_no_bundle(data: bytes, says: str) -> None:
    error = refused(data)
    assert says in error.problem
    assert error.path == ""


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_bundle(b"\xef\xbb\xbf" + json.dumps(bundle()).encode()).patient.id == "p1"


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(source_module, "LARGEST", 1024 * 1024)
    bomb = gzip.compress(b" " * (2 * 1024 * 1024))
    assert "more than 1 MiB" in refused(bomb).problem
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (2 * 1024 * 1024))
    assert "more than 1 MiB" in refused(path).problem


def test_files_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    assert "missing.json: cannot be opened: No such file" in str(refused(tmp_path / "missing.json"))
    assert "cannot be opened" in str(refused(tmp_path))
    assert "Give bytes, a dict, or a pathlib.Path" in str(refused("record.json"))


def test_the_message_names_file_path_problem_and_fix(tmp_path: Path) -> None:
    path = tmp_path / "keller.json"
    path.write_text(json.dumps(bundle(condition(onsetDateTime="14.3.2019"))))
    assert str(refused(path)) == (
        "keller.json: entry[1].resource.onsetDateTime: '14.3.2019' is no date: write 2019, 2019-03, 2019-03-14 or "
        "2019-03-14T09:30:00+01:00 (zone needed). Correct the date, or leave it out if unknown"
    )


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (math.nan, "entry[0].resource.x"),
        (math.inf, "entry[0].resource.x"),
        ({1, 2}, "entry[0].resource.x"),
        ({1: "a"}, "entry[0].resource.x"),
        (b"bytes", "entry[0].resource.x"),
    ],
)
def test_a_dict_that_is_no_json_is_refused(value: object, path: str) -> None:
    made = bundle()
    made["entry"][0]["resource"]["x"] = value
    assert refused(made).path == path


def test_a_dict_that_nests_without_end_is_refused() -> None:
    made = bundle()
    made["entry"][0]["resource"]["self"] = made
    assert "deep" in refused(made).problem


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"resourceType": "Patient"}, "resourceType"),
        ({"resourceType": None}, "resourceType"),
        ({"entry": {}}, "entry"),
        ({"entry": "many"}, "entry"),
        ({"entry": [None]}, "entry[0]"),
        ({"entry": [[]]}, "entry[0]"),
        ({"entry": [{"fullUrl": "urn:uuid:1"}]}, "entry[0].resource"),
        ({"entry": [{"resource": []}]}, "entry[0].resource"),
        ({"entry": [{"resource": {}}]}, "entry[0].resource.resourceType"),
        ({"entry": [{"resource": {"resourceType": "../x"}}]}, "entry[0].resource.resourceType"),
        ({"entry": [{"resource": {"resourceType": "Patient", "id": 7}}]}, "entry[0].resource.id"),
        ({"entry": [{"fullUrl": 7, "resource": {"resourceType": "Patient", "id": "p"}}]}, "entry[0].fullUrl"),
    ],
)
def test_a_bundle_of_the_wrong_shape(change: dict[str, Any], path: str) -> None:
    assert refused({**bundle(), **change}).path == path


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("birthDate", 12, "birthDate"),
        ("birthDate", "1959-02-30", "birthDate"),
        ("gender", "F", "gender"),
        ("gender", 1, "gender"),
        ("deceasedBoolean", "yes", "deceasedBoolean"),
        ("deceasedDateTime", "yesterday", "deceasedDateTime"),
        ("name", {"family": "Keller"}, "name"),
        ("name", ["Keller"], "name[0]"),
        ("name", [{"given": "Maria"}], "name[0].given"),
        ("name", [{"family": 3}], "name[0].family"),
        ("name", [{"family": "Kel\x1b[31mler"}], "name[0].family"),
        ("communication", [{"language": "de"}], "communication[0].language"),
    ],
)
def test_a_patient_with_a_field_that_cannot_be_read(field: str, value: object, path: str) -> None:
    made = bundle(patient={"resourceType": "Patient", "id": "p1", field: value})
    assert refused(made).path == f"entry[0].resource.{path}"


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (condition(onsetDateTime=2019), "onsetDateTime"),
        (condition(onsetDateTime="2019-14"), "onsetDateTime"),
        (condition(abatementPeriod={"end": "x"}), "abatementPeriod.end"),
        (condition(recordedDate=[]), "recordedDate"),
        (condition(code="Gout"), "code"),
        (condition(code={"coding": {}}), "code.coding"),
        (condition(code={"coding": ["x"]}), "code.coding[0]"),
        (condition(code={"coding": [{"code": 7}]}), "code.coding[0].code"),
        (condition(code={"text": ["Gout"]}), "code.text"),
        (condition(clinicalStatus="active"), "clinicalStatus"),
        (condition(clinicalStatus={"text": "so-so"}), "clinicalStatus"),
        (condition(verificationStatus={"coding": [{"code": "sure"}]}), "verificationStatus"),
        (condition(note="x"), "note"),
        (condition(onsetAge={"value": "52"}), "onsetAge.value"),
        (condition(meta={"lastUpdated": "now"}), "meta.lastUpdated"),
        (condition(modifierExtension="x"), "modifierExtension"),
        (observation(status="finished"), "status"),
        (observation(status=None), "status"),
        (observation(code=None), "code"),
        (observation(valueQuantity={"value": "7.2"}), "valueQuantity.value"),
        (observation(valueQuantity={"value": True}), "valueQuantity.value"),
        (observation(valueQuantity={"value": 10**400}), "valueQuantity.value"),
        (observation(valueQuantity=7), "valueQuantity"),
        (observation(valueQuantity={"value": 7, "comparator": "~"}), "valueQuantity.comparator"),
        (observation(valueBoolean="true"), "valueBoolean"),
        (observation(valueString="a", valueInteger=1), "valueInteger"),
        (observation(component=[{"valueInteger": 1}]), "component[0].code"),
        (observation(component=[{"code": {"text": "x"}}, 3]), "component[1]"),
        (observation(referenceRange=[{"low": {"value": "x"}}]), "referenceRange[0].low.value"),
        (observation(issued="2019-03-14T10:00:00"), "issued"),
        (request(status=None), "status"),
        (request(intent=None), "intent"),
        (request(intent="wish"), "intent"),
        (request(medicationCodeableConcept=None), "medicationCodeableConcept"),
        (request(dosageInstruction=[{"text": 5}]), "dosageInstruction[0].text"),
        (request(dosageInstruction=[{"asNeededBoolean": "yes"}]), "dosageInstruction[0].asNeededBoolean"),
        (
            request(dosageInstruction=[{}, {"doseAndRate": [{"doseQuantity": {"value": "x"}}]}]),
            "dosageInstruction[1].doseAndRate[0].doseQuantity.value",
        ),
        (
            request(dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"end": "soon"}}}}]),
            "dosageInstruction[0].timing.repeat.boundsPeriod.end",
        ),
        ({"resourceType": "Immunization", "status": "completed"}, "vaccineCode"),
        ({"resourceType": "Immunization", "status": "given", "vaccineCode": {"text": "x"}}, "status"),
        ({"resourceType": "Procedure", "code": {"text": "x"}}, "status"),
        ({"resourceType": "Encounter", "status": "finished", "period": {"start": "x"}}, "period.start"),
        (
            {"resourceType": "CarePlan", "status": "active", "title": "x", "activity": [{"detail": 3}]},
            "activity[0].detail",
        ),
        ({"resourceType": "Goal", "lifecycleStatus": "active"}, "description"),
        ({"resourceType": "AllergyIntolerance", "code": {"text": "x"}, "criticality": "mild"}, "criticality"),
        (
            {"resourceType": "AllergyIntolerance", "code": {"text": "x"}, "reaction": [{"severity": 3}]},
            "reaction[0].severity",
        ),
    ],
)
def test_a_field_that_we_use_and_cannot_read(resource: dict[str, Any], path: str) -> None:
    assert refused(bundle(resource)).path == f"entry[1].resource.{path}"


@pytest.mark.parametrize(
    "extra", [{"weather": "fine"}, {"_birthDate": {"extension": []}}, {"extension": "odd"}]
)
def test_fields_that_we_do_not_use_are_kept_unread(extra: dict[str, Any]) -> None:
    record = read_bundle(bundle(condition(**extra)))
    assert record.resources[1] == {**condition(), "id": "r0", "subject": {"reference": "Patient/p1"}, **extra}


def test_a_bundle_without_a_patient_says_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "staff.json"
    practitioners = [{"resourceType": "Practitioner", "subject": None} for _ in range(3)]
    path.write_text(json.dumps(bundle(*practitioners, patient=None)))
    with pytest.raises(NoPatientError) as caught:
        read_bundle(path)
    assert str(caught.value) == (
        "staff.json: entry: there is no Patient in it; it holds 3 Practitioner. Give a patient's record"
    )
    for empty in ({"resourceType": "Bundle"}, {"resourceType": "Bundle", "entry": []}):
        with pytest.raises(NoPatientError, match="it holds nothing"):
            read_bundle(empty)


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ({"resourceType": "Patient", "id": "p2", "subject": None}, "entry[1].resource"),
        (condition(subject={"reference": "Patient/p2"}), "entry[1].resource.subject.reference"),
        (condition(subject={"reference": "urn:uuid:not-here"}), "entry[1].resource.subject.reference"),
        (
            condition(subject={"reference": "https://b.example/Patient/p2"}),
            "entry[1].resource.subject.reference",
        ),
        (condition(subject={"reference": "#inside"}), "entry[1].resource.subject.reference"),
        (condition(subject={"reference": "Patient?identifier=1"}), "entry[1].resource.subject.reference"),
        (
            condition(subject={"identifier": {"system": "urn:hospital", "value": "4712"}}),
            "entry[1].resource.subject.identifier",
        ),
        (
            condition(subject={"identifier": {"system": "urn:elsewhere", "value": "4711"}}),
            "entry[1].resource.subject.identifier",
        ),
        (condition(subject={"display": "Maria Keller"}), "entry[1].resource.subject"),
        (condition(subject=None), "entry[1].resource.subject"),
        (condition(subject="Patient/p1"), "entry[1].resource.subject"),
        (condition(subject={"reference": 7}), "entry[1].resource.subject.reference"),
        (
            {"resourceType": "Claim", "subject": None, "patient": {"reference": "Patient/p2"}},
            "entry[1].resource.patient.reference",
        ),
        (
            {"resourceType": "Coverage", "subject": None, "beneficiary": {"reference": "Patient/p2"}},
            "entry[1].resource.beneficiary.reference",
        ),
    ],
)
def test_two_patients_are_never_mixed(resource: dict[str, Any], path: str) -> None:
    assert refused(bundle(resource)).path == path


def test_the_same_id_on_another_server_is_another_patient() -> None:
    made = bundle(condition(subject={"reference": "https://b.example/fhir/Patient/p1"}))
    made["entry"][0]["fullUrl"] = "https://a.example/fhir/Patient/p1"
    assert refused(made).path == "entry[1].resource.subject.reference"


def test_one_id_with_two_contents_is_refused() -> None:
    error = refused(bundle(condition(id="c"), condition(id="c", onsetDateTime="2019")))
    assert error.path == "entry[2].resource.id"
    assert "entry[1].resource" in error.problem


def test_one_url_for_two_resources_is_refused() -> None:
    made = bundle(condition(), condition())
    for entry in made["entry"][1:]:
        entry["fullUrl"] = "urn:uuid:same"
    assert refused(made).path == "entry[2].fullUrl"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SOUND: list[dict[str, Any]] = [
    condition(onsetDateTime="2019", clinicalStatus={"coding": [{"code": "active"}]}, note=[{"text": "x"}]),
    observation(
        valueQuantity={"value": 1, "unit": "mg"}, component=[{"code": {"text": "c"}, "valueString": "s"}]
    ),
    request(dosageInstruction=[{"text": "x", "timing": {"repeat": {"frequency": 1}}}], authoredOn="2019"),
    {
        "resourceType": "AllergyIntolerance",
        "code": {"text": "x"},
        "reaction": [{"manifestation": [{"text": "x"}]}],
    },
    {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "period": {"start": "2019"},
    },
    {
        "resourceType": "CarePlan",
        "status": "active",
        "category": [{"text": "x"}],
        "activity": [{"detail": {}}],
    },
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


@settings(max_examples=300)
@given(st.data())
def test_any_change_anywhere_is_read_or_refused_with_a_record_error(data: st.DataObject) -> None:
    entries: list[dict[str, Any]] = [
        {"resource": {"resourceType": "Patient", "id": "p", "name": [{"given": ["A"], "family": "B"}]}}
    ]
    for at, resource in enumerate(SOUND):
        key = "patient" if resource["resourceType"] == "AllergyIntolerance" else "subject"
        entries.append(
            {"resource": {"id": f"r{at}", key: {"reference": "Patient/p"}, **copy.deepcopy(resource)}}
        )
    made: dict[str, Any] = {"resourceType": "Bundle", "entry": entries}
    *way, last = data.draw(st.sampled_from([place for place in places(made) if place]))
    holder: Any = made
    for step in way:
        holder = holder[step]
    holder[last] = data.draw(JSON)
    with contextlib.suppress(RecordError):
        assert sum(read_bundle(made).counts.values()) == len(made["entry"])


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_with_a_record_error(data: bytes) -> None:
    refused(data)
