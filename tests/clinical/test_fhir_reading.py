"""What each kind of FHIR resource becomes, and what is kept without becoming a fact."""

from __future__ import annotations

import gzip
import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from clinical_bundles import bundle

from wardround.clinical import (
    LOINC,
    SNOMED,
    Coding,
    Concept,
    Fact,
    PartialDate,
    Quantity,
    Record,
    read_bundle,
)

NOW = datetime(2026, 5, 18, 9, tzinfo=UTC)
CODE = {
    "coding": [{"system": SNOMED, "code": "38341003", "display": "Hypertension"}],
    "text": "High blood pressure",
}
TERMS = "http://terminology.hl7.org/CodeSystem/"


def status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": TERMS + system, "code": code}]}


def only(record: Record) -> Fact:
    assert len(record.facts) == 1, record.facts
    return record.facts[0]


def condition(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": CODE, **more}


def observation(**more: Any) -> dict[str, Any]:
    code = {"coding": [{"system": LOINC, "code": "4548-4"}], "text": "HbA1c"}
    return {"resourceType": "Observation", "status": "final", "code": code, **more}


def request(**more: Any) -> dict[str, Any]:
    medicine = {"medicationCodeableConcept": {"text": "Metformin"}}
    return {"resourceType": "MedicationRequest", "status": "active", "intent": "order", **medicine, **more}


def test_the_patient() -> None:
    patient = read_bundle(bundle()).patient
    assert (patient.id, patient.name, patient.sex) == ("p1", "Maria Anna Keller", "female")
    assert patient.birth == PartialDate.parse("1959-03-08")
    assert patient.deceased is False
    assert patient.language is None


def test_the_patient_with_little_known() -> None:
    patient = read_bundle(bundle(patient={"resourceType": "Patient", "id": "p1"})).patient
    assert (patient.name, patient.birth, patient.sex, patient.deceased) == (
        "(no name)",
        None,
        "unknown",
        False,
    )


@pytest.mark.parametrize(
    ("said", "deceased"),
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": False}, False),
        ({"deceasedDateTime": "2020-05"}, PartialDate.parse("2020-05")),
    ],
)
def test_the_dead_are_read(said: dict[str, Any], deceased: object) -> None:
    assert (
        read_bundle(bundle(patient={"resourceType": "Patient", "id": "p1", **said})).patient.deceased
        == deceased
    )


def test_the_preferred_language() -> None:
    spoken = [
        {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "de"}]}},
        {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "tr"}]}, "preferred": True},
    ]
    patient = {"resourceType": "Patient", "id": "p1", "communication": spoken}
    assert read_bundle(bundle(patient=patient)).patient.language == "tr"


def test_a_condition_becomes_a_problem() -> None:
    fact = only(
        read_bundle(
            bundle(
                condition(
                    clinicalStatus=status("condition-clinical", "active"),
                    verificationStatus=status("condition-ver-status", "confirmed"),
                    onsetDateTime="2011-05",
                    recordedDate="2011-05-23",
                    severity={"text": "moderate"},
                    note=[{"text": "found at\na check-up"}],
                )
            )
        )
    )
    assert (fact.kind, fact.status, fact.certainty) == ("problem", "active", "confirmed")
    assert fact.concept == Concept("High blood pressure", (Coding(SNOMED, "38341003", "Hypertension"),))
    assert (fact.valid_from, fact.valid_to) == (PartialDate.parse("2011-05"), None)
    assert fact.recorded == datetime(2011, 5, 23, tzinfo=UTC)
    assert (fact.source.kind, fact.source.reference, fact.patient_id) == ("fhir", "Condition/r0", "p1")
    assert fact.detail == "severity: moderate; note: found at a check-up"


@pytest.mark.parametrize(
    ("clinical", "verified", "more", "standing"),
    [
        ("recurrence", "confirmed", {}, ("active", "confirmed")),
        ("remission", "confirmed", {}, ("resolved", "confirmed")),
        ("active", "provisional", {}, ("active", "probable")),
        ("active", "differential", {}, ("active", "possible")),
        ("active", None, {}, ("active", "reported")),
        (None, None, {}, ("active", "reported")),
        (None, None, {"abatementDateTime": "2012"}, ("resolved", "reported")),
        (None, None, {"abatementString": "last winter"}, ("resolved", "reported")),
        ("active", "refuted", {}, ("refuted", "confirmed")),
        (None, "entered-in-error", {}, ("entered-in-error", "reported")),
    ],
)
def test_how_a_condition_stands(
    clinical: str | None,
    verified: str | None,
    more: dict[str, Any],
    standing: tuple[str, str],
) -> None:
    said = {
        "clinicalStatus": status("condition-clinical", clinical) if clinical else None,
        "verificationStatus": status("condition-ver-status", verified) if verified else None,
    }
    fact = only(read_bundle(bundle(condition(**said, **more))))
    assert (fact.status, fact.certainty) == standing


@pytest.mark.parametrize(
    ("onset", "valid_from", "detail"),
    [
        ({"onsetPeriod": {"start": "2010", "end": "2011"}}, "2010", ""),
        ({"onsetAge": {"value": 52, "unit": "a"}}, None, "onset at age 52 a"),
        ({"onsetString": "after the move"}, None, "onset after the move"),
        (
            {"onsetRange": {"low": {"value": 50}, "high": {"value": 55, "unit": "a"}}},
            None,
            "onset at age 50-55 a",
        ),
    ],
)
def test_onset_in_its_other_forms(onset: dict[str, Any], valid_from: str | None, detail: str) -> None:
    fact = only(read_bundle(bundle(condition(**onset))))
    assert fact.valid_from == (PartialDate.parse(valid_from) if valid_from else None)
    assert fact.detail == detail


def test_an_allergy_says_substance_criticality_and_reaction() -> None:
    fact = only(
        read_bundle(
            bundle(
                {
                    "resourceType": "AllergyIntolerance",
                    "clinicalStatus": status("allergyintolerance-clinical", "active"),
                    "verificationStatus": status("allergyintolerance-verification", "confirmed"),
                    "type": "allergy",
                    "criticality": "high",
                    "code": {"text": "Penicillin"},
                    "recordedDate": "2019-11-04",
                    "reaction": [
                        {"manifestation": [{"text": "Anaphylaxis"}], "severity": "severe", "onset": "2019-11"}
                    ],
                }
            )
        )
    )
    assert (fact.kind, fact.status, fact.certainty) == ("allergy", "active", "confirmed")
    assert fact.concept.text == "Penicillin"
    assert fact.detail == "allergy; criticality high; reaction: Anaphylaxis, severe, 2019-11"


def test_an_allergy_that_names_its_substance_only_in_the_reaction() -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "reaction": [{"substance": {"text": "Latex"}, "manifestation": [{"text": "Hives"}]}],
    }
    assert only(read_bundle(bundle(allergy))).concept.text == "Latex"


def test_a_prescription_says_dose_reason_and_dates() -> None:
    dose = {
        "text": "1000 mg twice a day",
        "timing": {"repeat": {"boundsPeriod": {"start": "2023-11-13", "end": "2024-11-13"}}},
        "doseAndRate": [{"doseQuantity": {"value": 1000, "unit": "mg"}}],
    }
    record = read_bundle(
        bundle(
            condition(),
            request(
                authoredOn="2023-11-13",
                dosageInstruction=[dose],
                reasonReference=[{"reference": "Condition/r0"}],
                statusReason={"text": "well tolerated"},
            ),
        )
    )
    fact = record.facts[1]
    assert (fact.kind, fact.status, fact.concept.text) == ("drug", "active", "Metformin")
    assert fact.detail == "1000 mg twice a day; for: High blood pressure; because: well tolerated"
    assert fact.value == Quantity(1000, "mg")
    assert (fact.valid_from, fact.valid_to) == (
        PartialDate.parse("2023-11-13"),
        PartialDate.parse("2024-11-13"),
    )


@pytest.mark.parametrize(
    ("dose", "detail"),
    [
        ({"sequence": 1, "asNeededBoolean": True}, "as needed"),
        (
            {
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1.0}}],
            },
            "1 2 per 1 d",
        ),
        (
            {
                "route": {"text": "oral"},
                "timing": {"code": {"text": "BID"}},
                "doseAndRate": [{"doseRange": {"low": {"value": 1}, "high": {"value": 2, "unit": "tablet"}}}],
                "asNeededCodeableConcept": {"text": "pain"},
            },
            "1-2 tablet oral BID as needed for pain",
        ),
    ],
)
def test_a_dosage_without_words_is_put_into_words(dose: dict[str, Any], detail: str) -> None:
    fact = only(read_bundle(bundle(request(dosageInstruction=[dose]))))
    assert fact.detail == detail
    assert fact.value is None


@pytest.mark.parametrize(
    ("more", "kind", "standing", "detail"),
    [
        ({"status": "stopped"}, "drug", "resolved", ""),
        ({"status": "completed"}, "drug", "resolved", ""),
        ({"status": "on-hold"}, "drug", "active", "on hold"),
        ({"status": "cancelled"}, "drug", "refuted", ""),
        ({"status": "entered-in-error"}, "drug", "entered-in-error", ""),
        ({"status": "draft"}, "plan", "active", ""),
        ({"intent": "proposal"}, "plan", "active", ""),
        ({"doNotPerform": True}, "plan", "active", "do not give"),
    ],
)
def test_how_a_prescription_stands(more: dict[str, Any], kind: str, standing: str, detail: str) -> None:
    fact = only(read_bundle(bundle(request(**more))))
    assert (fact.kind, fact.status, fact.detail) == (kind, standing, detail)


@pytest.mark.parametrize(
    ("stated", "kind", "standing"),
    [("active", "drug", "active"), ("not-taken", "drug", "refuted"), ("intended", "plan", "active")],
)
def test_what_is_said_to_be_taken_is_reported(stated: str, kind: str, standing: str) -> None:
    fact = only(
        read_bundle(
            bundle(
                {
                    "resourceType": "MedicationStatement",
                    "status": stated,
                    "medicationCodeableConcept": {"text": "St John's wort"},
                    "effectivePeriod": {"start": "2025-03"},
                    "dateAsserted": "2025-06-01",
                    "dosage": [{"text": "one a day"}],
                }
            )
        )
    )
    assert (fact.kind, fact.status, fact.certainty) == (kind, standing, "reported")
    assert (fact.detail, fact.valid_from) == ("one a day", PartialDate.parse("2025-03"))


def test_a_medicine_is_found_by_reference() -> None:
    medication = {"resourceType": "Medication", "code": {"text": "Lisinopril 10 mg"}, "subject": None}
    contained = [{"resourceType": "Medication", "id": "m", "code": {"text": "Insulin"}}]
    by = {"medicationCodeableConcept": None}
    record = read_bundle(
        bundle(
            medication,
            request(**by, medicationReference={"reference": "Medication/r0"}),
            request(**by, medicationReference={"reference": "#m"}, contained=contained),
            request(**by, medicationReference={"reference": "Medication/elsewhere", "display": "Warfarin"}),
            request(**by, medicationReference={"reference": "Medication/elsewhere"}),
        )
    )
    assert [fact.concept.text for fact in record.facts] == [
        *("Lisinopril 10 mg", "Insulin", "Warfarin"),
        "unnamed medicine (Medication/elsewhere)",
    ]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"valueQuantity": {"value": 7.2, "unit": "%"}}, Quantity(7.2, "%")),
        (
            {
                "valueQuantity": {
                    "value": 5,
                    "unit": "per min",
                    "system": "http://unitsofmeasure.org",
                    "code": "/min",
                }
            },
            Quantity(5, "/min"),
        ),
        (
            {"valueQuantity": {"value": 5, "unit": "drops", "system": "urn:own", "code": "x"}},
            Quantity(5, "drops"),
        ),
        ({"valueQuantity": {"value": 0.01, "comparator": "<", "unit": "ug/L"}}, Quantity(0.01, "ug/L", "<")),
        ({"valueQuantity": {"value": 3}}, Quantity(3, "")),
        ({"valueQuantity": {"unit": "mg/L"}}, None),
        ({"valueCodeableConcept": {"text": "Never smoker"}}, "Never smoker"),
        ({"valueString": "cloudy"}, "cloudy"),
        ({"valueBoolean": False}, False),
        ({"valueInteger": 7}, Quantity(7, "1")),
        ({"valueDateTime": "2019-03"}, "2019-03"),
        ({"valueTime": "08:30:00"}, "08:30:00"),
        ({"valueRange": {"low": {"value": 3, "unit": "d"}}}, "at least 3 d"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1 : 128"),
        ({"valuePeriod": {"start": "2019"}}, "2019 to ..."),
        (
            {"valueSampledData": {"origin": {"value": 0}, "period": 1, "dimensions": 1}},
            "a series of samples; see the resource",
        ),
        ({}, None),
    ],
)
def test_every_kind_of_value(said: dict[str, Any], value: object) -> None:
    fact = only(read_bundle(bundle(observation(**said))))
    assert (fact.kind, fact.value) == ("result", value)


def test_a_result_says_its_range_interpretation_and_why_it_is_missing() -> None:
    fact = only(
        read_bundle(
            bundle(
                observation(
                    effectiveDateTime="2024-11-18T09:20:00+01:00",
                    issued="2024-11-19T08:00:00.000+01:00",
                    interpretation=[{"text": "high"}],
                    referenceRange=[
                        {"low": {"value": 4, "unit": "%"}, "high": {"value": 6, "unit": "%"}},
                        {"text": "adults"},
                    ],
                    dataAbsentReason={"text": "haemolysed"},
                )
            )
        )
    )
    assert fact.detail == "interpretation: high; reference 4-6 %; reference adults; no value: haemolysed"
    assert fact.valid_from == PartialDate.parse("2024-11-18T09:20:00+01:00")
    assert fact.recorded == datetime(2024, 11, 19, 7, tzinfo=UTC)


def test_components_are_facts_of_their_own() -> None:
    parts = [
        {"code": {"text": "Systolic"}, "valueQuantity": {"value": 136, "unit": "mm[Hg]"}},
        {"code": {"text": "Diastolic"}, "valueQuantity": {"value": 80, "unit": "mm[Hg]"}},
    ]
    record = read_bundle(bundle(observation(code={"text": "Blood pressure"}, component=parts)))
    assert [(fact.concept.text, fact.value) for fact in record.facts] == [
        ("Systolic", Quantity(136, "mm[Hg]")),
        ("Diastolic", Quantity(80, "mm[Hg]")),
    ]
    assert {fact.source.reference for fact in record.facts} == {"Observation/r0"}
    assert record.facts[0].detail == "part of: Blood pressure"


def test_two_equal_components_stay_two_facts() -> None:
    part = {"code": {"text": "Apgar"}, "valueInteger": 9}
    record = read_bundle(bundle(observation(component=[part, dict(part)])))
    assert len({fact.id for fact in record.facts}) == 2


@pytest.mark.parametrize(
    ("stated", "standing"),
    [
        ("preliminary", ("active", "probable")),
        ("corrected", ("active", "confirmed")),
        ("cancelled", ("refuted", "confirmed")),
        ("entered-in-error", ("entered-in-error", "reported")),
    ],
)
def test_how_an_observation_stands(stated: str, standing: tuple[str, str]) -> None:
    fact = only(read_bundle(bundle(observation(status=stated))))
    assert (fact.status, fact.certainty) == standing


def test_social_history_is_social() -> None:
    smoking = {"coding": [{"system": LOINC, "code": "72166-2"}]}
    record = read_bundle(
        bundle(
            observation(category=[status("observation-category", "social-history")]),
            observation(code=smoking, category=[status("observation-category", "survey")]),
            observation(category=[status("observation-category", "laboratory")]),
        )
    )
    assert [fact.kind for fact in record.facts] == ["social", "social", "result"]


def test_care_that_was_given() -> None:
    record = read_bundle(
        bundle(
            {
                "resourceType": "Procedure",
                "status": "completed",
                "code": {"text": "Colonoscopy"},
                "performedPeriod": {"start": "2012-11-25T23:37:54+00:00", "end": "2012-11-26T00:19:54+00:00"},
                "reasonCode": [{"text": "screening"}],
            },
            {
                "resourceType": "Procedure",
                "status": "not-done",
                "code": {"text": "Biopsy"},
                "statusReason": {"text": "declined"},
            },
            {
                "resourceType": "Immunization",
                "status": "completed",
                "vaccineCode": {"text": "Influenza"},
                "occurrenceDateTime": "2025-10-06",
            },
            {
                "resourceType": "Encounter",
                "status": "finished",
                "class": {"code": "AMB"},
                "type": [{"text": "Check-up"}],
                "period": {"start": "2025-11-17", "end": "2025-11-17"},
                "reasonCode": [{"text": "annual review"}],
            },
            {"resourceType": "Encounter", "status": "planned", "class": {"code": "AMB"}},
        )
    )
    assert [(fact.kind, fact.status, fact.concept.text, fact.detail) for fact in record.facts] == [
        ("procedure", "active", "Colonoscopy", "for: screening"),
        ("procedure", "refuted", "Biopsy", "not-done; because: declined"),
        ("immunization", "active", "Influenza", ""),
        ("summary", "active", "Check-up", "setting AMB; for: annual review"),
        ("plan", "active", "Encounter (AMB)", "setting AMB"),
    ]


def test_plans_goals_and_reports() -> None:
    record = read_bundle(
        bundle(
            {
                "resourceType": "CarePlan",
                "status": "active",
                "intent": "plan",
                "category": [{"text": "Diabetes plan"}],
                "activity": [{"detail": {"code": {"text": "Diet"}}}, {"detail": {"description": "walk"}}],
                "period": {"start": "2024-01-01"},
            },
            {
                "resourceType": "Goal",
                "lifecycleStatus": "active",
                "description": {"text": "Lower HbA1c"},
                "target": [
                    {
                        "measure": {"text": "HbA1c"},
                        "detailQuantity": {"value": 7, "comparator": "<", "unit": "%"},
                        "dueDate": "2026-12-01",
                    }
                ],
            },
            {
                "resourceType": "DiagnosticReport",
                "status": "final",
                "code": {"text": "Chest film"},
                "conclusion": "No\nconsolidation.",
            },
            {
                "resourceType": "DiagnosticReport",
                "status": "final",
                "code": {"text": "Lipids"},
                "result": [{"reference": "Observation/x"}],
            },
        )
    )
    assert [(fact.kind, fact.concept.text, fact.value, fact.detail) for fact in record.facts] == [
        ("plan", "Diabetes plan", None, "activities: Diet, walk"),
        ("plan", "Lower HbA1c", None, "goal; target: HbA1c <7 % by 2026-12-01"),
        ("result", "Chest film", "No consolidation.", ""),
    ]
    assert record.withheld == {"DiagnosticReport: its results are Observations of their own": 1}


def test_nothing_is_dropped_without_a_count() -> None:
    claim = {
        "resourceType": "Claim",
        "status": "active",
        "patient": {"reference": "Patient/p1"},
        "subject": None,
    }
    strange = {"resourceType": "Spaceship", "warp": 9}
    source = bundle(
        claim,
        strange,
        condition(),
        condition(code=None),
        observation(subject={"reference": "Group/g"}),
        observation(focus=[{"reference": "RelatedPerson/fetus"}]),
        observation(hasMember=[{"reference": "Observation/x"}]),
    )
    record = read_bundle(source)
    assert sum(record.counts.values()) == len(source["entry"]) == len(record.resources)
    assert record.counts == {"Patient": 1, "Claim": 1, "Spaceship": 1, "Condition": 2, "Observation": 3}
    assert record.unknown == {"Claim": 1, "Spaceship": 1}
    assert record.withheld == {
        "Condition: no code says which condition": 1,
        "Observation: its subject is a Group": 1,
        "Observation: its focus is not the patient": 1,
        "Observation: a panel; its members are Observations of their own": 1,
    }
    assert [dict(resource) for resource in record.resources] == [
        entry["resource"] for entry in source["entry"]
    ]


def test_a_modifier_that_is_not_understood_makes_a_statement_only_possible() -> None:
    fact = only(
        read_bundle(bundle(observation(modifierExtension=[{"url": "urn:reversed", "valueBoolean": True}])))
    )
    assert fact.certainty == "possible"
    assert "urn:reversed" in fact.detail


def test_a_fact_has_the_same_id_whenever_and_however_it_is_read(tmp_path: Path) -> None:
    source = bundle(condition(), observation(valueInteger=7), request())
    path = tmp_path / "record.json.gz"
    path.write_bytes(gzip.compress(json.dumps(source).encode()))
    first = read_bundle(source)
    for again in (
        read_bundle(path),
        read_bundle(json.dumps(source).encode()),
        read_bundle(path.read_bytes()),
    ):
        assert [fact.id for fact in again.facts] == [fact.id for fact in first.facts]
    assert len({fact.id for fact in first.facts}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"code": {"text": "Something else"}},
        {"clinicalStatus": status("condition-clinical", "resolved")},
        {"onsetDateTime": "2011"},
        {"id": "other"},
        {"note": [{"text": "and more"}]},
    ],
)
def test_another_statement_has_another_id(change: dict[str, Any]) -> None:
    said = condition(onsetDateTime="2012", clinicalStatus=status("condition-clinical", "active"))
    assert only(read_bundle(bundle(said))).id != only(read_bundle(bundle({**said, **change}))).id


def test_what_says_no_date_counts_as_recorded_when_it_was_received() -> None:
    assert only(read_bundle(bundle(condition()), received=NOW)).recorded == NOW
    updated = condition(meta={"lastUpdated": "2024-01-01T00:00:00Z"})
    assert only(read_bundle(bundle(updated), received=NOW)).recorded == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("full_url", "reference"),
    [
        ("urn:uuid:0c2a34a4-d948-4917-98b8-f44a77e459d8", "urn:uuid:0c2a34a4-d948-4917-98b8-f44a77e459d8"),
        ("urn:uuid:0c2a34a4-d948-4917-98b8-f44a77e459d8", "Patient/p1"),
        ("https://a.example/fhir/Patient/p1", "Patient/p1"),
        ("https://a.example/fhir/Patient/p1", "https://a.example/fhir/Patient/p1"),
        ("https://a.example/fhir/Patient/p1", "https://a.example/fhir/Patient/p1/_history/3"),
        (None, "Patient/p1/_history/2"),
    ],
)
def test_the_patient_is_recognised_by_every_form_of_reference(full_url: str | None, reference: str) -> None:
    source = bundle(condition(subject={"reference": reference}))
    if full_url:
        source["entry"][0]["fullUrl"] = full_url
    assert only(read_bundle(source)).patient_id == "p1"


def test_the_patient_is_recognised_by_identifier() -> None:
    pointer = {"identifier": {"system": "urn:hospital", "value": "4711"}}
    assert only(read_bundle(bundle(condition(subject=pointer)))).patient_id == "p1"


def test_resources_without_id_take_that_of_their_url_or_their_digest() -> None:
    source = bundle(condition(id=None), condition(id=None, onsetDateTime="2011"))
    source["entry"][1]["fullUrl"] = "urn:uuid:0c2a34a4-d948-4917-98b8-f44a77e459d8"
    first, second = read_bundle(source).facts
    assert first.source.reference == "Condition/0c2a34a4-d948-4917-98b8-f44a77e459d8"
    assert second.source.reference.startswith("Condition/sha256-")
    assert second.source.reference == read_bundle(source).facts[1].source.reference


def test_an_exact_copy_counts_but_states_nothing_new() -> None:
    record = read_bundle(bundle(condition(id="c"), condition(id="c")))
    assert record.counts["Condition"] == 2
    assert record.duplicates == {"Condition": 1}
    assert len(record.facts) == 1


def test_a_dict_that_was_read_can_be_changed_without_changing_the_record() -> None:
    source = deepcopy(bundle(condition()))  # what the other tests build with stays as it is
    record = read_bundle(source)
    source["entry"][1]["resource"]["code"]["text"] = "changed"
    assert record.resources[1]["code"]["text"] == "High blood pressure"


def test_what_is_there_is_known_by_the_day_it_was_received() -> None:
    """A year that was mistyped must not hide an allergy from everybody until then."""
    received = datetime(2026, 1, 2, tzinfo=UTC)
    source = bundle(condition(recordedDate="2062-03-01"), observation(issued="2020-05-01T10:00:00Z"))
    typo, dated = read_bundle(source, received=received).facts
    assert typo.recorded == received
    assert dated.recorded == datetime(2020, 5, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ({"text": "王小明", "family": "王", "given": ["小明"]}, "王小明"),
        ({"family": "王", "given": ["小明"]}, "王小明"),
        ({"text": "Dr Ana Lopez", "family": "Lopez", "given": ["Ana"]}, "Ana Lopez"),
    ],
)
def test_a_name_is_written_as_its_language_writes_it(name: dict[str, Any], called: str) -> None:
    source = bundle()
    who = next(e["resource"] for e in source["entry"] if e["resource"]["resourceType"] == "Patient")
    who["name"] = [name]
    assert read_bundle(source).patient.name == called
