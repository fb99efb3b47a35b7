"""What goes out as FHIR: imports unchanged, Wardround's own facts as resources, all of it valid R4B."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from clinical_bundles import bundle
from hypothesis import given
from hypothesis import strategies as st

from wardround.clinical import (
    ICD10,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Patient,
    Quantity,
    export_bundle,
    export_facts,
    read_bundle,
    validate,
)

PATIENT = Patient("p1", "Maria Keller", PartialDate.parse("1959-03-08"), "female")
KINDS = [
    "problem",
    "allergy",
    "drug",
    "result",
    "finding",
    "procedure",
    "immunization",
    "social",
    "plan",
    "summary",
]
STATUSES = ["active", "resolved", "refuted", "entered-in-error"]
CERTAINTIES = ["confirmed", "probable", "possible", "reported"]


def fact(kind: str = "problem", **more: Any) -> Fact:
    said: dict[str, Any] = {
        "id": f"fact-{kind}",
        "patient_id": "p1",
        "kind": kind,
        "concept": Concept("Gout", (Coding(ICD10, "M10", "Gout"),)),
        "status": "active",
        "certainty": "confirmed",
        "recorded": datetime(2026, 5, 18, 9, 30, tzinfo=UTC),
        "source": FactSource("event", "(enc-1, 12)", "enc-1"),
    }
    return Fact(**{**said, **more})


def written(one: Fact) -> dict[str, Any]:
    (made,) = export_facts(PATIENT, [one])
    assert validate(made) == []
    return made


@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("problem", "Condition"),
        ("allergy", "AllergyIntolerance"),
        ("drug", "MedicationRequest"),
        ("result", "Observation"),
        ("finding", "Observation"),
        ("social", "Observation"),
        ("procedure", "Procedure"),
        ("immunization", "Immunization"),
        ("plan", "CarePlan"),
        ("summary", "ClinicalImpression"),
    ],
)
def test_each_kind_of_fact_has_its_resource(kind: str, resource: str) -> None:
    made = written(fact(kind))
    assert made["resourceType"] == resource
    assert made["id"] == f"fact-{kind}"
    assert {"reference": "Patient/p1"} in (made.get("subject"), made.get("patient"))
    assert "event (enc-1, 12) in encounter enc-1" in json.dumps(made["meta"])


MOMENTS = st.sampled_from([None, "2019", "2019-03", "2019-03-14", "2019-03-14T09:30:00+01:00"])


@given(
    st.sampled_from(KINDS),
    st.sampled_from(STATUSES),
    st.sampled_from(CERTAINTIES),
    MOMENTS,
    MOMENTS,
    st.sampled_from(
        [None, True, False, "cloudy", Quantity(7.2, "mmol/L"), Quantity(0.1, "", "<"), Quantity(3, "1")]
    ),
    st.sampled_from(["", "criticality high; reaction: Anaphylaxis", "1000 mg twice a day"]),
)
def test_every_fact_is_valid_fhir(
    kind: str, status: str, certainty: str, start: str | None, end: str | None, value: Any, detail: str
) -> None:
    more = {
        "valid_from": PartialDate.parse(start) if start else None,
        "valid_to": PartialDate.parse(end) if end else None,
    }
    written(
        fact(
            kind,
            status=status,
            certainty=certainty,
            value=value,
            detail=detail,
            supersedes="fact-old",
            **more,
        )
    )


@pytest.mark.parametrize(
    ("one", "kind", "standing", "value"),
    [
        (fact("problem"), "problem", ("active", "confirmed"), None),
        (
            fact("problem", status="resolved", valid_to=PartialDate.parse("2020")),
            "problem",
            ("resolved", "confirmed"),
            None,
        ),
        (fact("problem", certainty="probable"), "problem", ("active", "probable"), None),
        (fact("problem", status="refuted"), "problem", ("refuted", "confirmed"), None),
        (fact("problem", status="entered-in-error"), "problem", ("entered-in-error", "reported"), None),
        (fact("allergy", status="refuted"), "allergy", ("refuted", "confirmed"), None),
        (fact("allergy", certainty="reported"), "allergy", ("active", "possible"), None),
        (
            fact("drug", value=Quantity(5, "mg"), valid_from=PartialDate.parse("2026")),
            "drug",
            ("active", "confirmed"),
            Quantity(5, "mg"),
        ),
        (fact("drug", certainty="reported"), "drug", ("active", "reported"), None),
        (fact("drug", certainty="reported", status="refuted"), "drug", ("refuted", "reported"), None),
        (
            fact("result", value=Quantity(7.2, "%", "<")),
            "result",
            ("active", "confirmed"),
            Quantity(7.2, "%", "<"),
        ),
        (fact("result", value="cloudy"), "result", ("active", "confirmed"), "cloudy"),
        (fact("result"), "result", ("active", "confirmed"), None),
        (fact("finding"), "result", ("active", "confirmed"), True),
        (fact("finding", status="refuted"), "result", ("active", "confirmed"), False),
        (fact("social", value="smokes"), "social", ("active", "confirmed"), "smokes"),
        (fact("procedure", status="refuted"), "procedure", ("refuted", "confirmed"), None),
        (fact("immunization"), "immunization", ("active", "confirmed"), None),
        (fact("plan", status="resolved"), "plan", ("resolved", "confirmed"), None),
    ],
)
def test_what_is_written_reads_back_as_what_was_meant(
    one: Fact, kind: str, standing: tuple[str, str], value: object
) -> None:
    (back,) = read_bundle(bundle(*export_facts(PATIENT, [one]))).facts
    assert (back.kind, back.status, back.certainty, back.value) == (kind, *standing, value)
    assert back.concept.codings == one.concept.codings
    assert (back.valid_from, back.valid_to) == (one.valid_from, one.valid_to)


def test_imported_facts_are_not_written_twice() -> None:
    assert export_facts(PATIENT, [fact(source=FactSource("fhir", "Condition/1"))]) == []


def test_a_fact_about_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="about patient p2, not p1"):
        export_facts(PATIENT, [fact(patient_id="p2")])


def test_an_id_that_fhir_does_not_allow_is_made_to_fit() -> None:
    made = written(fact(id="enc 1/é" + "x" * 80))
    assert made["id"] == "enc-1--" + "x" * 57


def test_export_holds_every_resource_unchanged() -> None:
    source = bundle(
        {"resourceType": "Condition", "code": {"text": "Gout"}, "id": "c"},
        {"resourceType": "Condition", "code": {"text": "Gout"}, "id": "c"},
        {"resourceType": "Basic", "code": {"text": "odd"}, "anything": [1, 2.5, None]},
    )
    record = read_bundle(source)
    made = export_bundle(record)
    resources = [entry["resource"] for entry in source["entry"]]
    assert (made["resourceType"], made["type"]) == ("Bundle", "collection")
    assert [entry["resource"] for entry in made["entry"]] == [resources[0], resources[1], resources[3]]
    again = read_bundle(made)
    assert [one.id for one in again.facts] == [one.id for one in record.facts]
    made["entry"][1]["resource"]["code"]["text"] = "changed"
    assert record.resources[1]["code"]["text"] == "Gout"


@pytest.mark.parametrize(
    "url", ["urn:uuid:0c2a34a4-d948-4917-98b8-f44a77e459d8", "https://a.example/Patient/p1", None]
)
def test_new_facts_join_the_export_and_point_to_the_patient(url: str | None) -> None:
    source = bundle({"resourceType": "Condition", "code": {"text": "Gout"}})
    if url:
        source["entry"][0]["fullUrl"] = url
    record = read_bundle(source)
    made = export_bundle(
        record, [*record.facts, fact("result", value=Quantity(420, "umol/L")), fact("allergy")]
    )
    assert len(made["entry"]) == 4
    assert validate(made) == []
    back = read_bundle(made)
    assert [one.kind for one in back.facts] == ["problem", "result", "allergy"]
    assert export_bundle(record, [fact()]) == export_bundle(record, [fact()])


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ({"resourceType": "Patient", "birthDate": "tomorrow"}, "birthDate"),
        ({"resourceType": "Patient", "name": [{"given": ["A"]}, {"given": "B"}]}, "name[1].given"),
        ({"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "weight": 1}, "weight"),
        ({"resourceType": "Spaceship"}, "resourceType"),
        ({"resourceType": "os.path"}, "resourceType"),
        ({}, "resourceType"),
    ],
)
def test_validation_says_where(resource: dict[str, Any], path: str) -> None:
    problems = validate(resource)
    assert problems
    assert any(problem.startswith(f"{path}: ") for problem in problems), problems


def test_what_is_valid_has_no_problems() -> None:
    assert validate({"resourceType": "Patient", "id": "p1", "birthDate": "1959-03"}) == []
