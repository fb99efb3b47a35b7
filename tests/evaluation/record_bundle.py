"""A small record written by hand, with what makes reading hard; the answers beside it were worked out on paper.

Ada, born 29 February 1960. Glucose 100 mg/dL (2010-01-10), 120 (2011-01-10), then 7 mmol/L (2012-01-10), and 110 and 90
at one moment (2013-01-10); one cancelled, one entered in error, one of 2014-03 (the month alone), one written twice.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from wardround.evaluation.record.asked import Asked, Thing
from wardround.evaluation.record.oracle import RawRecord, answer

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
RXNORM, CVX = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://hl7.org/fhir/sid/cvx"
UCUM = "http://unitsofmeasure.org"
JSON = dict[str, Any]
ADA = {"reference": "Patient/ada"}


def concept(system: str, code: str, text: str) -> JSON:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def status(code: str) -> JSON:
    return {"coding": [{"code": code}]}


def quantity(value: float, unit: str) -> JSON:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def observation(id: str, code: JSON, when: str | None, **more: Any) -> JSON:
    made = {"resourceType": "Observation", "id": id, "status": "final", "code": code, "subject": ADA}
    return {
        **made,
        **({"effectiveDateTime": when, "issued": f"{when[:4]}-12-31T00:00:00Z"} if when else {}),
        **more,
    }


GLUCOSE = concept(LOINC, "2339-0", "Glucose")
WEIGHT = concept(LOINC, "29463-7", "Body Weight")
SMOKING = concept(LOINC, "72166-2", "Tobacco smoking status NHIS")
PRESSURE = concept(LOINC, "55284-4", "Blood Pressure")
SYSTOLIC = concept(LOINC, "8480-6", "Systolic Blood Pressure")
DIASTOLIC = concept(LOINC, "8462-4", "Diastolic Blood Pressure")


def glucose(id: str, when: str, value: float, unit: str = "mg/dL", **more: Any) -> JSON:
    return observation(id, GLUCOSE, when, valueQuantity=quantity(value, unit), **more)


def weight(id: str, when: str, value: float) -> JSON:
    return observation(id, WEIGHT, when, valueQuantity=quantity(value, "kg"))


def smoking(id: str, when: str, text: str) -> JSON:
    return observation(id, SMOKING, when, valueCodeableConcept={"text": text})


def condition(id: str, code: str, text: str, clinical: str | None, **more: Any) -> JSON:
    made = {"resourceType": "Condition", "id": id, "code": concept(SNOMED, code, text), "subject": ADA}
    return {**made, **({"clinicalStatus": status(clinical)} if clinical else {}), **more}


def prescription(id: str, code: str, text: str, stands: str, when: str, **more: Any) -> JSON:
    made = {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": stands,
        "intent": "order",
        "subject": ADA,
    }
    named = {"medicationCodeableConcept": concept(RXNORM, code, text)}
    return {**made, **({} if "medicationReference" in more else named), "authoredOn": when, **more}


def allergy(id: str, code: str, text: str, clinical: str, when: str, **more: Any) -> JSON:
    made = {
        "resourceType": "AllergyIntolerance",
        "id": id,
        "code": concept(SNOMED, code, text),
        "patient": ADA,
    }
    return {**made, "clinicalStatus": status(clinical), "recordedDate": when, **more}


def vaccine(id: str, code: str, text: str, stands: str, when: str) -> JSON:
    made = {"resourceType": "Immunization", "id": id, "status": stands, "patient": ADA}
    return {**made, "vaccineCode": concept(CVX, code, text), "occurrenceDateTime": when}


def procedure(id: str, code: str, text: str, stands: str, start: str) -> JSON:
    made = {"resourceType": "Procedure", "id": id, "status": stands, "subject": ADA}
    return {**made, "code": concept(SNOMED, code, text), "performedPeriod": {"start": start, "end": start}}


def visit(id: str, stands: str, start: str) -> JSON:
    made = {"resourceType": "Encounter", "id": id, "status": stands, "subject": ADA, "class": {"code": "AMB"}}
    return {
        **made,
        "type": [concept(SNOMED, "185349003", "Check up (procedure)")],
        "period": {"start": start},
    }


def resources() -> list[JSON]:
    twice = glucose("g2", "2011-01-10T08:00:00+01:00", 120)
    return [
        {
            "resourceType": "Patient",
            "id": "ada",
            "gender": "female",
            "birthDate": "1960-02-29",
            "name": [{"given": ["Ada"], "family": "Lind"}],
        },
        glucose("g1", "2010-01-10T08:00:00Z", 100),
        twice,
        dict(twice),
        {**twice, "id": "g2-again"},
        glucose("g3", "2012-01-10T23:30:00-05:00", 7, "mmol/L"),
        glucose("g4", "2013-01-10T08:00:00Z", 110),
        glucose("g5", "2013-01-10T08:00:00Z", 90),
        glucose("g6", "2013-06-01T08:00:00Z", 999, status="entered-in-error"),
        glucose("g7", "2013-06-02T08:00:00Z", 999, status="cancelled"),
        glucose("g8", "2014-03", 130),
        observation(
            "g9", GLUCOSE, "2015-01-10T08:00:00Z", valueQuantity={**quantity(40, "mg/dL"), "comparator": "<"}
        ),
        observation("g10", GLUCOSE, "2015-02-01T08:00:00Z", dataAbsentReason={"text": "lost"}),
        weight("w1", "2010-01-10", 80),
        weight("w2", "2011-01-10", 82),
        weight("w3", "2012-01-10", 84),
        weight("w4", "2013-01-09", 86),
        observation(
            "bp1",
            PRESSURE,
            "2011-01-10T09:00:00Z",
            component=[
                {"code": SYSTOLIC, "valueQuantity": quantity(150, "mm[Hg]")},
                {"code": DIASTOLIC, "valueQuantity": quantity(95, "mm[Hg]")},
            ],
        ),
        smoking("s1", "2009-05-05", "Current every day smoker"),
        smoking("s2", "2010-05-05", "Former smoker"),
        smoking("s3", "2011-05-05", "Former smoker"),
        condition("c1", "38341003", "Hypertension", "active", onsetDateTime="2011-01-11"),
        condition(
            "c2",
            "10509002",
            "Acute bronchitis (disorder)",
            "resolved",
            onsetDateTime="2008-02-01T10:00:00Z",
            abatementDateTime="2008-02-15T10:00:00Z",
        ),
        condition(
            "c3",
            "10509002",
            "Acute bronchitis (disorder)",
            None,
            onsetDateTime="2012-03-01",
            abatementDateTime="2012-03-08",
        ),
        condition(
            "c4",
            "90560007",
            "Gout",
            "active",
            verificationStatus=status("refuted"),
            onsetDateTime="2012-01-01",
        ),
        condition("c5", "271737000", "Anemia (disorder)", "resolved", onsetDateTime="2010-06-01"),
        condition("c6", "44054006", "Diabetes", "active", onsetDateTime="2012", recordedDate="2012-05-01"),
        prescription("m1", "310965", "Ibuprofen 200 MG Oral Tablet", "stopped", "2010-03-03T09:00:00Z"),
        prescription("m2", "198405", "Ibuprofen 100 MG Oral Tablet", "active", "2012-04-04T09:00:00Z"),
        prescription(
            "m3",
            "308182",
            "Amoxicillin 250 MG Oral Capsule",
            "completed",
            "2011-07-01",
            dosageInstruction=[
                {"timing": {"repeat": {"boundsPeriod": {"start": "2011-07-02", "end": "2011-07-09"}}}}
            ],
        ),
        prescription("m4", "855332", "Warfarin Sodium 5 MG Oral Tablet", "draft", "2012-01-01"),
        prescription(
            "m5", "855332", "Warfarin Sodium 5 MG Oral Tablet", "active", "2012-01-01", intent="proposal"
        ),
        {
            "resourceType": "Medication",
            "id": "med1",
            "code": concept(RXNORM, "197361", "Amlodipine 5 MG Oral Tablet"),
        },
        prescription(
            "m6", "", "", "active", "2011-01-20", medicationReference={"reference": "Medication/med1"}
        ),
        allergy(
            "a1",
            "91930004",
            "Allergy to eggs",
            "active",
            "2005-05-05",
            criticality="high",
            onsetDateTime="1970",
        ),
        allergy("a2", "300916003", "Latex allergy", "inactive", "2006-06-06"),
        allergy("a3", "716186003", "No known allergy (situation)", "active", "2004-04-04"),
        vaccine("v1", "140", "Influenza", "completed", "2010-10-10"),
        vaccine("v2", "140", "Influenza", "completed", "2012-10-10"),
        vaccine("v3", "121", "zoster", "not-done", "2012-10-10"),
        procedure("p1", "73761001", "Colonoscopy", "completed", "2011-02-20T10:00:00Z"),
        procedure("p2", "73761001", "Colonoscopy", "preparation", "2013-02-20T10:00:00Z"),
        visit("e1", "finished", "2010-01-10T08:00:00Z"),
        visit("e2", "finished", "2011-01-10T08:00:00Z"),
        visit("e3", "cancelled", "2012-01-10T08:00:00Z"),
    ]


def bundle() -> JSON:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources()]}


def ada() -> RawRecord:
    return RawRecord.of(bundle())


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def thing(kind: str, words: str | None = None, code: str | None = None) -> Thing:
    systems = {"result": LOINC, "drug": RXNORM, "immunization": CVX}
    return Thing(kind, (systems.get(kind, SNOMED), code) if code else None, words)


def asked(ask: str, about: Thing, **more: Any) -> Asked:
    days: dict[str, Any] = {
        key: day(more.pop(key)) for key in ("on", "since", "until", "known") if key in more
    }
    return replace(Asked(ask, about, **more), **days)


def said(ask: str, about: Thing, **more: Any) -> Any:
    """The oracle's value."""
    return answer(ada(), asked(ask, about, **more)).value


def whole(ask: str, about: Thing, **more: Any) -> tuple[Any, str | None, str | None]:
    """The oracle's value, unit and day."""
    found = answer(ada(), asked(ask, about, **more))
    return found.value, found.unit, found.when
