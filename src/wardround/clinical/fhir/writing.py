"""Facts become FHIR R4 resources: what Wardround itself learnt goes back into the record in the record's own language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wardround.clinical.codes import UCUM, Concept
from wardround.clinical.fact import Certainty, Fact
from wardround.clinical.patient import Patient
from wardround.clinical.quantities import Quantity

_TERMS = "http://terminology.hl7.org/CodeSystem/"
_VERIFICATION = {
    "confirmed": "confirmed",
    "probable": "provisional",
    "possible": "differential",
    "reported": "unconfirmed",
}
_Made = dict[str, Any]


def export_facts(patient: Patient, facts: Iterable[Fact], *, imported: bool = False) -> list[_Made]:
    """One resource per fact, in order. Facts that were imported from FHIR are left out, since their resources exist;
    with `imported` they are written too, for where those are not at hand.

    Raises ValueError for a fact about somebody else.
    """
    made = []
    for fact in facts:
        if fact.patient_id != patient.id:
            raise ValueError(
                f"fact {fact.id} is about patient {fact.patient_id}, not {patient.id}: export it with that patient's"
            )
        if imported or fact.source.kind != "fhir":
            made.append(_WRITERS[fact.kind](fact, _shared(patient, fact)))
    return made


def _shared(patient: Patient, fact: Fact) -> _Made:
    """What every resource says: its id and where the fact comes from."""
    source = fact.source
    where = f"{source.kind} {source.reference}"
    if source.page is not None:
        where += f" page {source.page}"
    if source.encounter is not None:
        where += f" in encounter {source.encounter}"
    quote = {"display": _token(source.quote)} if _token(source.quote) else {}
    tags = [{"system": "urn:wardround:source", "code": _token(where), **quote}]
    if fact.supersedes is not None:
        tags.append({"system": "urn:wardround:supersedes", "code": _token(fact.supersedes)})
    return {"id": fhir_id(fact.id), "meta": {"tag": tags}, "patient": {"reference": f"Patient/{patient.id}"}}


def fhir_id(name: str) -> str:
    """A name made to fit FHIR's id: 64 of A-Z a-z 0-9 - and the point."""
    kept = "".join(one if one.isascii() and (one.isalnum() or one in "-.") else "-" for one in name)
    return kept[:64] or "unnamed"


def _token(text: str) -> str:
    return " ".join(text.split())


def concept_json(concept: Concept) -> _Made:
    """A Concept as CodeableConcept."""
    codings = []
    for one in concept.codings:
        coding = {"system": one.system, "code": _token(one.code), "display": one.display}
        codings.append({key: value for key, value in coding.items() if value})
    return {**({"coding": codings} if codings else {}), "text": concept.text}


def quantity_json(value: Quantity) -> _Made:
    """A Quantity in UCUM; one without a unit has none."""
    made: _Made = {"value": value.value}
    if value.comparator:
        made["comparator"] = value.comparator
    if value.unit:
        made.update(unit=value.unit, system=UCUM, code=value.unit)
    return made


def _status(system: str, code: str) -> _Made:
    return {"coding": [{"system": _TERMS + system, "code": code}]}


def _notes(fact: Fact, *more: str) -> _Made:
    said = [one for one in (fact.detail, *more) if one]
    return {"note": [{"text": one} for one in said]} if said else {}


def _value_words(fact: Fact) -> str:
    if fact.value is None:
        return ""
    if isinstance(fact.value, Quantity):
        return f"{fact.value.comparator or ''}{fact.value.value:.15g} {fact.value.unit}".strip()
    return {True: "yes", False: "no"}[fact.value] if isinstance(fact.value, bool) else fact.value


def _dates(fact: Fact, start: str, end: str | None = None) -> _Made:
    made = {}
    if fact.valid_from is not None:
        made[start] = fact.valid_from.iso()
    if end is not None and fact.valid_to is not None:
        made[end] = fact.valid_to.iso()
    return made


def _period(fact: Fact, key: str) -> _Made:
    inner = _dates(fact, "start", "end")
    return {key: inner} if inner else {}


def _recorded(fact: Fact) -> str:
    return fact.recorded.isoformat(timespec="milliseconds" if fact.recorded.microsecond else "seconds")


def _standing(fact: Fact, kind: str, verification: dict[str, str]) -> _Made:
    """clinicalStatus and verificationStatus; FHIR wants no clinical status on what was entered in error."""
    name = "condition" if kind == "Condition" else "allergyintolerance"
    ver = "condition-ver-status" if kind == "Condition" else "allergyintolerance-verification"
    if fact.status == "entered-in-error":
        return {"verificationStatus": _status(ver, "entered-in-error")}
    ended = fact.status == "resolved" or (kind == "Condition" and fact.valid_to is not None)
    clinical = "resolved" if ended else "inactive" if fact.status == "refuted" else "active"
    verified = "refuted" if fact.status == "refuted" else verification[fact.certainty]
    return {
        "clinicalStatus": _status(f"{name}-clinical", clinical),
        "verificationStatus": _status(ver, verified),
    }


def _condition(fact: Fact, shared: _Made) -> _Made:
    return {
        "resourceType": "Condition",
        **_of(shared),
        **_standing(fact, "Condition", _VERIFICATION),
        "category": [{"coding": [{"system": f"{_TERMS}condition-category", "code": "problem-list-item"}]}],
        "code": concept_json(fact.concept),
        "subject": shared["patient"],
        **_dates(fact, "onsetDateTime", "abatementDateTime"),
        "recordedDate": _recorded(fact),
        **_notes(fact, _value_words(fact)),
    }


def _allergy(fact: Fact, shared: _Made) -> _Made:
    levels = {
        certainty: "confirmed" if certainty == "confirmed" else "unconfirmed" for certainty in _VERIFICATION
    }
    criticality = next((one for one in ("high", "low") if f"criticality {one}" in fact.detail), None)
    return {
        "resourceType": "AllergyIntolerance",
        **_of(shared),
        **_standing(fact, "AllergyIntolerance", levels),
        **({"criticality": criticality} if criticality else {}),
        "code": concept_json(fact.concept),
        "patient": shared["patient"],
        **_dates(fact, "onsetDateTime"),
        "recordedDate": _recorded(fact),
        **_notes(fact, _value_words(fact)),
    }


def _drug(fact: Fact, shared: _Made) -> _Made:
    """A prescription that Wardround knows to be confirmed is a request; what was told is a statement."""
    dosage: list[_Made] = [{"text": fact.detail}] if fact.detail else []
    if isinstance(fact.value, Quantity):
        dosage = dosage or [{}]
        dosage[0]["doseAndRate"] = [{"doseQuantity": _simple(fact.value)}]
    if fact.certainty == "confirmed":
        statuses = {"active": "active", "resolved": "completed", "refuted": "cancelled"}
        period = _period(fact, "boundsPeriod")
        if period:
            dosage = dosage or [{}]
            dosage[0]["timing"] = {"repeat": period}
        return {
            "resourceType": "MedicationRequest",
            **_of(shared),
            "status": statuses.get(fact.status, "entered-in-error"),
            "intent": "order",
            "medicationCodeableConcept": concept_json(fact.concept),
            "subject": shared["patient"],
            "authoredOn": _recorded(fact),
            **({"dosageInstruction": dosage} if dosage else {}),
        }
    doubtful = (fact.status, fact.certainty) == ("active", "possible")
    taken = {"active": "active", "resolved": "completed", "refuted": "not-taken"}
    return {
        "resourceType": "MedicationStatement",
        **_of(shared),
        "status": "unknown" if doubtful else taken.get(fact.status, "entered-in-error"),
        "medicationCodeableConcept": concept_json(fact.concept),
        "subject": shared["patient"],
        **_period(fact, "effectivePeriod"),
        "dateAsserted": _recorded(fact),
        **({"dosage": dosage} if dosage else {}),
    }


def _simple(value: Quantity) -> _Made:
    """SimpleQuantity: no comparator."""
    return quantity_json(Quantity(value.value, value.unit))


def _observation(fact: Fact, shared: _Made) -> _Made:
    category = {"social": "social-history", "finding": "exam"}.get(fact.kind)
    statuses: dict[Certainty, str] = {"confirmed": "final", "reported": "final", "probable": "preliminary"}
    status = {"refuted": "cancelled", "entered-in-error": "entered-in-error"}.get(fact.status)
    value = fact.value
    if fact.kind == "finding" and value is None:
        value = fact.status != "refuted"
        status = None if fact.status == "refuted" else status
    return {
        "resourceType": "Observation",
        **_of(shared),
        "status": status or statuses.get(fact.certainty, "unknown"),
        **({"category": [_status("observation-category", category)]} if category else {}),
        "code": concept_json(fact.concept),
        "subject": shared["patient"],
        **_when(fact, "effective"),
        "issued": _instant(fact),
        **_value(value),
        **_notes(fact),
    }


def _instant(fact: Fact) -> str:
    return fact.recorded.isoformat(timespec="milliseconds")


def _when(fact: Fact, stem: str) -> _Made:
    return _period(fact, f"{stem}Period") if fact.valid_to is not None else _dates(fact, f"{stem}DateTime")


def _value(value: Quantity | str | bool | None) -> _Made:
    if value is None:
        return {"dataAbsentReason": _status("data-absent-reason", "unknown")}
    if isinstance(value, bool):
        return {"valueBoolean": value}
    return {"valueQuantity": quantity_json(value)} if isinstance(value, Quantity) else {"valueString": value}


def _procedure(fact: Fact, shared: _Made) -> _Made:
    statuses = {"active": "completed", "resolved": "completed", "refuted": "not-done"}
    return {
        "resourceType": "Procedure",
        **_of(shared),
        "status": "unknown"
        if fact.certainty == "possible"
        else statuses.get(fact.status, "entered-in-error"),
        "code": concept_json(fact.concept),
        "subject": shared["patient"],
        **_when(fact, "performed"),
        **_notes(fact, _value_words(fact)),
    }


def _immunization(fact: Fact, shared: _Made) -> _Made:
    statuses = {"active": "completed", "resolved": "completed", "refuted": "not-done"}
    given = _dates(fact, "occurrenceDateTime") or {"occurrenceString": "unknown"}
    return {
        "resourceType": "Immunization",
        **_of(shared),
        "status": statuses.get(fact.status, "entered-in-error"),
        "vaccineCode": concept_json(fact.concept),
        "patient": shared["patient"],
        **given,
        "recorded": _recorded(fact),
        **_notes(fact, _value_words(fact)),
    }


def _plan(fact: Fact, shared: _Made) -> _Made:
    doubtful = (fact.status, fact.certainty) == ("active", "possible")
    statuses = {"active": "active", "resolved": "completed", "refuted": "revoked"}
    return {
        "resourceType": "CarePlan",
        **_of(shared),
        "status": "draft" if doubtful else statuses.get(fact.status, "entered-in-error"),
        "intent": "plan",
        "category": [concept_json(fact.concept)],
        **({"description": fact.detail} if fact.detail else {}),
        "subject": shared["patient"],
        **_period(fact, "period"),
        "created": _recorded(fact),
        **({"note": [{"text": _value_words(fact)}]} if _value_words(fact) else {}),
    }


def _summary(fact: Fact, shared: _Made) -> _Made:
    """A visit's summary in words: a ClinicalImpression."""
    statuses = {"active": "completed", "resolved": "completed"}
    said = "; ".join(one for one in (fact.concept.text, _value_words(fact), fact.detail) if one)
    return {
        "resourceType": "ClinicalImpression",
        **_of(shared),
        "status": statuses.get(fact.status, "entered-in-error"),
        "code": concept_json(fact.concept),
        "subject": shared["patient"],
        **_when(fact, "effective"),
        "date": _recorded(fact),
        "summary": said,
    }


def _directive(fact: Fact, shared: _Made) -> _Made:
    """What the patient decided beforehand: a Consent of the scope of advance directives."""
    statuses = {"active": "active", "resolved": "inactive", "refuted": "rejected"}
    said = "; ".join(one for one in (fact.concept.text, _value_words(fact), fact.detail) if one)
    return {
        "resourceType": "Consent",
        **_of(shared),
        "status": statuses.get(fact.status, "entered-in-error"),
        "scope": _status("consentscope", "adr"),
        "category": [concept_json(fact.concept)],
        "patient": shared["patient"],
        "dateTime": _recorded(fact),
        "policyRule": {"text": said},
        **({"provision": _period(fact, "period")} if _period(fact, "period") else {}),
    }


def _response(fact: Fact, shared: _Made) -> _Made:
    """What a drug did: an Observation that names the drug as a component."""
    statuses = {"refuted": "cancelled", "entered-in-error": "entered-in-error"}
    taken = {"code": {"text": "drug"}, "valueCodeableConcept": concept_json(fact.concept)}
    return {
        "resourceType": "Observation",
        **_of(shared),
        "status": statuses.get(fact.status, "final"),
        "category": [_status("observation-category", "therapy")],
        "code": {"text": f"response to {fact.concept.text}"},
        "subject": shared["patient"],
        **_when(fact, "effective"),
        "issued": _instant(fact),
        **_value(fact.value),
        "component": [taken],
        **_notes(fact),
    }


def _settlement(fact: Fact, shared: _Made) -> _Made:
    """A decision about a contradiction: a DetectedIssue with what was decided as its mitigation."""
    return {
        "resourceType": "DetectedIssue",
        **_of(shared),
        "status": "entered-in-error" if fact.status == "entered-in-error" else "final",
        "code": {"text": "contradiction in the record"},
        "patient": shared["patient"],
        "identifiedDateTime": _recorded(fact),
        "detail": fact.concept.text,
        "mitigation": [{"action": {"text": fact.detail or "settled"}, "date": _recorded(fact)}],
    }


def _of(shared: _Made) -> _Made:
    return {"id": shared["id"], "meta": shared["meta"]}


_WRITERS: dict[str, Callable[[Fact, _Made], _Made]] = {
    "problem": _condition,
    "allergy": _allergy,
    "drug": _drug,
    "result": _observation,
    "finding": _observation,
    "social": _observation,
    "procedure": _procedure,
    "immunization": _immunization,
    "plan": _plan,
    "summary": _summary,
    "directive": _directive,
    "response": _response,
    "settlement": _settlement,
}
