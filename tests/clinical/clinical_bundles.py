"""Small FHIR bundles for the tests of this room."""

from __future__ import annotations

from typing import Any

Resource = dict[str, Any]

PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:hospital", "value": "4711"}],
    "name": [
        {"use": "nickname", "given": ["Mia"]},
        {"use": "official", "given": ["Maria", "Anna"], "family": "Keller"},
    ],
    "gender": "female",
    "birthDate": "1959-03-08",
}


def bundle(*resources: Resource, patient: Resource | None = PATIENT, **more: Any) -> Resource:
    """A bundle of the patient and these resources; where one lacks its subject, the patient's reference is put in."""
    entries = [] if patient is None else [{"resource": dict(patient)}]
    for at, resource in enumerate(resources):
        key = "patient" if resource["resourceType"] in ("AllergyIntolerance", "Immunization") else "subject"
        made = {"id": f"r{at}", key: {"reference": "Patient/p1"}, **resource}
        entries.append({"resource": {name: value for name, value in made.items() if value is not None}})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **more}
