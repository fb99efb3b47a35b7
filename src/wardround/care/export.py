"""A visit as a FHIR R4 collection Bundle: a pure function of its log and of who the patient is.

Every resource names the encounter; a Provenance for each event says which resources came from it. What the visit
only recalled (facts of earlier visits and of the record) is left out: those resources exist elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wardround.care.clinic import Clinic
from wardround.care.export_orders import (
    escalations,
    follow_up_plan,
    note_document,
    prescriptions,
    referrals,
    stops,
    test_requests,
)
from wardround.care.export_statements import statements
from wardround.care.exporting import Made, Visit, text_only
from wardround.clinical import Patient
from wardround.harness import JSON, Closed, Event, LogError, Opened, Reviewed, fold_all

STATUS = {
    "in-progress": "in-progress",
    "on-hold": "in-progress",
    "finished": "finished",
    "cancelled": "cancelled",
}
"""R4 has no `on-hold`: a visit that waits for a review is still in progress."""
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def visit_bundle(clinic: Clinic, events: Sequence[Event], patient: Patient | None) -> dict[str, Any]:
    """The visit's resources. `patient` is None where only the log says who it was. Raises LogError for no log.

    Raises ValueError where the patient is not the one whom the log is about.
    """
    if not events or not isinstance(events[0].body, Opened):
        raise LogError("the log does not begin with a header.", fix="Give the whole log of one visit.")
    header = events[0].body
    if patient is not None and patient.id != header.subject:
        raise ValueError(
            f"patient: {patient.id} is not {header.subject}, whom the visit is about: give that one"
        )
    state = fold_all(events, clinic.projection)
    visit = Visit(clinic, state.domain, events, header, patient or _from_header(header))
    made = [
        *statements(visit),
        *test_requests(visit),
        *prescriptions(visit),
        *stops(visit),
        *referrals(visit),
        *escalations(visit),
        *follow_up_plan(visit),
        note_document(visit),
    ]
    first = [
        Made(_patient(visit), "Patient", "0"),
        Made(_encounter(visit, state.status, made), "Encounter", "0"),
    ]
    everything = [*first, *made, *_provenances(visit, made)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": "urn:wardround:encounter", "value": visit.encounter},
        "timestamp": events[-1].at,
        "entry": [{"fullUrl": visit.url(one), "resource": one.resource} for one in everything],
    }


def _from_header(header: Opened) -> Patient:
    who: JSON = header.context["patient"]
    return Patient(header.subject, who["name"], None, who["sex"])


def _patient(visit: Visit) -> JSON:
    patient = visit.patient
    made: JSON = {"resourceType": "Patient", "id": visit.patient_id, "gender": patient.sex}
    if patient.name:
        made["name"] = [{"text": patient.name}]
    made["identifier"] = [{"system": "urn:wardround:patient", "value": patient.id}]
    if patient.birth is not None:
        made["birthDate"] = patient.birth.iso()[:10]
    if isinstance(patient.deceased, bool):
        made |= {"deceasedBoolean": True} if patient.deceased else {}
    else:
        made["deceasedDateTime"] = patient.deceased.iso()
    return made


def _encounter(visit: Visit, status: str, made: Sequence[Made]) -> JSON:
    chart = visit.chart
    closed = next((e for e in reversed(visit.events) if isinstance(e.body, Closed) and not e.branch), None)
    period = {"start": visit.when(visit.events[0])}
    if closed is not None:
        period["end"] = visit.when(closed)
    resource: JSON = {
        "resourceType": "Encounter",
        "id": visit.name("Encounter", "0"),
        "identifier": [{"system": "urn:wardround:encounter", "value": visit.encounter}],
        "status": STATUS[status],
        "class": {"system": _ACT, "code": "AMB", "display": "ambulatory"},
        "subject": visit.subject,
        "period": period,
        "reasonCode": [text_only(chart.complaint)],
    }
    conditions = [one for one in made if one.kind == "Condition" and one.event == chart.diagnosis_event]
    if conditions:
        resource["diagnosis"] = [{"condition": {"reference": visit.url(one)}} for one in conditions]
    if chart.disposition is not None:
        resource["hospitalization"] = {"dischargeDisposition": text_only(chart.disposition.replace("_", " "))}
    return resource


def _provenances(visit: Visit, made: Sequence[Made]) -> list[Made]:
    """One for each event that anything came from, in the order of the log."""
    by_event: dict[str, list[Made]] = {}
    for one in made:
        by_event.setdefault(one.event, []).append(one)
    return [
        Made(_provenance(visit, event, by_event[event.name]), "Provenance", event.name)
        for event in visit.events
        if event.name in by_event
    ]


def _provenance(visit: Visit, event: Event, made: Sequence[Made]) -> JSON:
    agents = [{"type": _role("author", "Author"), "who": {"display": f"{event.by} (Wardround agent)"}}]
    review = visit.review_of(event)
    if isinstance(review, Reviewed):
        agents.append(
            {"type": _role("verifier", "Verifier"), "who": {"display": f"{review.reviewer} ({review.role})"}}
        )
    return {
        "resourceType": "Provenance",
        "id": visit.name("Provenance", event.name),
        "target": [{"reference": visit.url(one)} for one in made],
        "recorded": event.at,
        "agent": agents,
        "entity": [
            {
                "role": "source",
                "what": {
                    "identifier": {
                        "system": "urn:wardround:event",
                        "value": f"{visit.encounter}#{event.name}",
                    },
                    "display": f"event {event.name} of encounter {visit.encounter}",
                },
            }
        ],
    }


def _role(code: str, display: str) -> JSON:
    return {"coding": [{"system": _PARTICIPANT, "code": code, "display": display}]}
