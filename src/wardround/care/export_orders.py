"""What a visit did, as FHIR: tests and referrals asked for, prescriptions, alarms, the plan, the note."""

from __future__ import annotations

import base64
from datetime import date, timedelta

from wardround.care.chart import Prescription, Stopped
from wardround.care.exporting import Made, Visit, codeable, one_line, text_only
from wardround.care.note import dose_in_words, patient_instructions, soap_note
from wardround.clinical import LOINC, UCUM, Concept
from wardround.harness import JSON, Decided

NOTE_TYPE = {"system": LOINC, "code": "34133-9", "display": "Summary of episode note"}
PRIORITY = {"emergency": "stat", "urgent": "asap", "soon": "urgent", "routine": "routine"}
_FLAGS = "http://terminology.hl7.org/CodeSystem/flag-category"


def test_requests(visit: Visit) -> list[Made]:
    """A ServiceRequest for each test: completed where its result is there."""
    made = []
    for order in visit.chart.orders:
        resource = {
            **_request(visit, "ServiceRequest", order.event),
            "status": "completed" if order.result else "active",
            "code": visit.concept(order.test),
        }
        reason = _argument(visit, order.event, "reason")
        if reason:
            resource["reasonCode"] = [text_only(reason)]
        made.append(Made(resource, "ServiceRequest", order.event))
    return made


test_requests.__test__ = False  # type: ignore[attr-defined]  # pytest: not one of its tests


def _argument(visit: Visit, event: str, name: str) -> str:
    """What the call that this event answers was given."""
    for ref in visit.event(event).causes:
        body = visit.event(ref.event).body if ref.encounter == visit.encounter else None
        action = body.action if isinstance(body, Decided) else body
        found = getattr(action, "arguments", None)
        if isinstance(found, dict) and found.get(name):
            return str(found[name])
    return ""


def _request(visit: Visit, kind: str, event: str) -> JSON:
    return {
        "resourceType": kind,
        "id": visit.name(kind, event),
        "intent": "order",
        "subject": visit.subject,
        "encounter": visit.within,
        "authoredOn": visit.when(event),
    }


def referrals(visit: Visit) -> list[Made]:
    """A ServiceRequest for each referral or admission."""
    made = []
    for referral in visit.chart.referrals:
        resource = {
            **_request(visit, "ServiceRequest", referral["event"]),
            "status": "active",
            "priority": PRIORITY[referral["urgency"]],
            "code": text_only(f"Referral to {referral['to']}"),
            "performerType": text_only(referral["to"]),
            "reasonCode": [text_only(referral["reason"])],
        }
        made.append(Made(resource, "ServiceRequest", referral["event"]))
    return made


def prescriptions(visit: Visit) -> list[Made]:
    """A MedicationRequest for each prescription; who signed it is its requester."""
    return [
        Made(_prescription(visit, written), "MedicationRequest", written.event)
        for written in visit.chart.prescriptions
    ]


def _prescription(visit: Visit, written: Prescription) -> JSON:
    order, chart, base = written.proposal, visit.chart, visit.clinic.base
    resource: JSON = {
        **_request(visit, "MedicationRequest", written.event),
        "status": "active",
        "medicationCodeableConcept": visit.concept(written.drug),
        "dosageInstruction": [_dosage(written)],
    }
    if written.approved_by:
        resource["requester"] = {"display": written.approved_by}
        resource["note"] = [{"text": f"Proposed by Wardround, signed by {one_line(written.approved_by)}."}]
    else:
        resource["note"] = [{"text": "Proposed by Wardround; no signature was asked for."}]
    indication = str(order["indication"])
    if indication == chart.diagnosis:
        resource["reasonReference"] = [
            {"reference": f"urn:uuid:{visit.name('Condition', chart.diagnosis_event)}"}
        ]
    elif indication in base:
        resource["reasonCode"] = [visit.concept(indication)]
    return resource


def stops(visit: Visit) -> list[Made]:
    """What was stopped, with when and why: the statement that it is taken, or the prescription of this very visit."""
    made = []
    for ended in visit.chart.stopped:
        reason = text_only(str(ended.proposal["reason"]))
        for written in ended.written:
            request = {
                **_prescription(visit, written),
                "status": "active" if ended.taper_days else "stopped",
                "statusReason": reason,
            }
            made.append(Made(request, "MedicationRequest", ended.event))
        if ended.taken:
            made.append(Made(_stopped(visit, ended, reason), "MedicationStatement", ended.event))
    return made


def _stopped(visit: Visit, ended: Stopped, reason: JSON) -> JSON:
    """A dose that is being lowered is still active, until the day on which it ends."""
    base, days = visit.clinic.base, ended.taper_days
    end = date.fromisoformat(visit.header.date) + timedelta(days=days or 0)
    named = ended.drug in base.drugs
    resource: JSON = {
        "resourceType": "MedicationStatement",
        "id": visit.name("MedicationStatement", ended.event),
        "status": "active" if days else "stopped",
        "statusReason": [reason],
        "medicationCodeableConcept": (
            visit.concept(ended.drug) if named else codeable(Concept(ended.taken[0].text, ()))
        ),
        "subject": visit.subject,
        "context": visit.within,
        "effectivePeriod": {"end": end.isoformat()},
        "dateAsserted": visit.when(ended.event),
    }
    signed = f", signed by {one_line(ended.approved_by)}" if ended.approved_by else ""
    over = f", lowered over {days} days" if days else ""
    how = str(ended.proposal.get("taper") or "").strip()
    resource["note"] = [{"text": f"Stopped by Wardround{signed}{over}.{f' {one_line(how)}' if how else ''}"}]
    return resource


def _dosage(written: Prescription) -> JSON:
    order = written.proposal
    dosage: JSON = {
        "text": dose_in_words(written),
        "asNeededBoolean": bool(order.get("as_needed")),
        "route": text_only(str(order["route"])),
        "timing": {"repeat": _repeat(float(order["per_day"]), order["days"])},
        "doseAndRate": [{"doseQuantity": _quantity(float(order["dose"]), str(order["unit"]))}],
    }
    if str(order.get("instructions") or "").strip():
        dosage["patientInstruction"] = str(order["instructions"]).strip()
    return dosage


def _repeat(per_day: float, days: int | None) -> JSON:
    """`per_day` intakes as FHIR counts: so many a day, or one every so many hours or days."""
    if per_day >= 1 and per_day == int(per_day):
        repeat: JSON = {"frequency": int(per_day), "period": 1, "periodUnit": "d"}
    elif per_day >= 1:
        repeat = {"frequency": 1, "period": round(24 / per_day, 2), "periodUnit": "h"}
    else:
        repeat = {"frequency": 1, "period": round(1 / per_day, 2), "periodUnit": "d"}
    if days:
        repeat["boundsDuration"] = {"value": days, "unit": "d", "system": UCUM, "code": "d"}
    return repeat


def _quantity(value: float, unit: str) -> JSON:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def escalations(visit: Visit) -> list[Made]:
    """A Flag for each alarm: what whoever opens the record must see at once."""
    made = []
    for alarm in visit.chart.escalations:
        resource = {
            "resourceType": "Flag",
            "id": visit.name("Flag", alarm.event),
            "status": "active",
            "category": [{"coding": [{"system": _FLAGS, "code": "safety", "display": "Safety"}]}],
            "code": text_only(alarm.text),
            "subject": visit.subject,
            "encounter": visit.within,
            "period": {"start": visit.when(alarm.event)},
        }
        made.append(Made(resource, "Flag", alarm.event))
    return made


def follow_up_plan(visit: Visit) -> list[Made]:
    """A CarePlan with the next visit, and what the patient was told."""
    chart = visit.chart
    event = chart.follow_up_event or next((s.event for s in (*chart.advice, *chart.safety_net)), "")
    if not event:
        return []
    resource: JSON = {
        "resourceType": "CarePlan",
        "id": visit.name("CarePlan", event),
        "status": "active",
        "intent": "plan",
        "title": "After the visit",
        "subject": visit.subject,
        "encounter": visit.within,
        "created": visit.when(event),
    }
    told = patient_instructions(visit.clinic.base, chart).strip()
    if told:
        resource["description"] = told
    if chart.follow_up is not None:
        due = date.fromisoformat(visit.header.date) + timedelta(days=int(chart.follow_up["days"]))
        resource["period"] = {"start": visit.header.date, "end": due.isoformat()}
        resource["activity"] = [
            {
                "detail": {
                    "kind": "Appointment",
                    "status": "not-started",
                    "scheduledPeriod": {"start": due.isoformat()},
                    "description": one_line(str(chart.follow_up["purpose"])),
                }
            }
        ]
    return [Made(resource, "CarePlan", event)]


def note_document(visit: Visit) -> Made:
    """A DocumentReference with the SOAP note as Markdown. It comes from the last event that it was exported after."""
    last = visit.events[-1]
    note = soap_note(visit.clinic.base, visit.chart).encode()
    resource = {
        "resourceType": "DocumentReference",
        "id": visit.name("DocumentReference", last.name),
        "status": "current",
        "docStatus": "final" if visit.chart.closed is not None else "preliminary",
        "type": {"coding": [NOTE_TYPE], "text": "Note of the visit"},
        "subject": visit.subject,
        "date": last.at,
        "description": "The visit's note (subjective, objective, assessment, plan), exported from its log",
        "content": [
            {
                "attachment": {
                    "contentType": "text/markdown; charset=utf-8",
                    "data": base64.b64encode(note).decode(),
                }
            }
        ],
        "context": {"encounter": [visit.within]},
    }
    return Made(resource, "DocumentReference", last.name)
