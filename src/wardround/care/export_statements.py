"""What a visit found out, as FHIR: the working diagnosis, allergies and drugs told, answers, measurements, results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

from wardround.care.consolidation import facts_of
from wardround.care.exporting import Made, Visit, enriched
from wardround.clinical import UCUM, WARDROUND, Coding, Concept, Fact, FactSource, PartialDate, export_facts
from wardround.harness import JSON

_CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
_OF_TEST = {
    "imaging": "imaging",
    "questionnaire": "survey",
    "physiology": "procedure",
    "procedure": "procedure",
}
_TERMS = "http://terminology.hl7.org/CodeSystem/"


def statements(visit: Visit) -> list[Made]:
    """One resource for each statement that the visit itself made, absences too."""
    facts = [_prepared(visit, f) for f in facts_of(visit.clinic, visit.events) if _wanted(f)]
    facts += _absences(visit)
    found = []
    for fact, resource in zip(facts, export_facts(visit.patient, facts), strict=True):
        kind = str(resource["resourceType"])
        found.append(Made(_placed(visit, fact, resource), kind, fact.source.reference))
    return found


def _wanted(fact: Fact) -> bool:
    """Orders and plans have writers of their own; what was merely asked about is no finding."""
    prescribed = fact.kind == "drug" and fact.certainty == "confirmed"
    return not prescribed and fact.kind not in ("plan", "summary", "social")


def _slug(fact: Fact) -> str | None:
    return fact.concept.code(WARDROUND)


def _prepared(visit: Visit, fact: Fact) -> Fact:
    """With every code that the base has; without the end that memory reckons with, which nobody observed."""
    concept = enriched(visit.clinic, fact.concept, _slug(fact))
    return replace(fact, concept=concept, valid_to=None, detail="" if fact.kind == "allergy" else fact.detail)


def _absences(visit: Visit) -> Iterator[Fact]:
    """What the patient said, or the examination showed, is not there."""
    base, chart = visit.clinic.base, visit.chart
    day = visit.header.date
    recorded = datetime.combine(date.fromisoformat(day), time(12), UTC)
    for slug, event in chart.heard.items():
        finding = base.findings.get(slug)
        if finding is None or event in chart.recalled or chart.evidence.findings.get(slug) is not False:
            continue
        concept = enriched(
            visit.clinic, Concept(finding.name, (Coding(WARDROUND, slug, finding.name),)), slug
        )
        yield Fact(
            id=f"absent-{event}-{slug}",
            patient_id=visit.patient.id,
            kind="finding",
            concept=concept,
            status="active",
            certainty="confirmed" if finding.examined else "reported",
            recorded=recorded,
            source=FactSource("event", event, visit.encounter),
            valid_from=PartialDate.parse(day),
            value=False,
        )


def _placed(visit: Visit, fact: Fact, resource: JSON) -> JSON:
    """In this visit: with its patient and encounter, a stable id, and what only the chart knows."""
    kind, event = str(resource["resourceType"]), fact.source.reference
    diagnosis = kind == "Condition" and event == visit.chart.diagnosis_event
    resource["id"] = visit.name(kind, event, "" if diagnosis else fact.id)
    resource["patient" if "patient" in resource else "subject"] = visit.subject
    if kind == "MedicationStatement":
        resource["context"] = visit.within
    else:
        resource["encounter"] = visit.within
    if diagnosis:
        resource["category"] = [_coded("condition-category", "encounter-diagnosis", "Encounter Diagnosis")]
    elif kind == "AllergyIntolerance":
        severe = any(
            a.severe and a.event == event and a.text == fact.concept.text for a in visit.chart.allergies
        )
        resource["category"] = ["medication"]
        if severe:
            resource["criticality"] = "high"
    elif kind == "Observation":
        _as_observed(visit, fact, resource)
    return resource


def _as_observed(visit: Visit, fact: Fact, resource: JSON) -> None:
    """Its category, its time, the request that it answers, and the words of its unit."""
    base, slug = visit.clinic.base, _slug(fact) or ""
    resource["effectiveDateTime"] = visit.when(fact.source.reference)
    resource.pop("effectivePeriod", None)
    resource["issued"] = visit.event(fact.source.reference).at
    finding = base.findings.get(slug)
    if finding is not None:
        category = (
            "vital-signs" if finding.kind == "measurement" else "exam" if finding.examined else "survey"
        )
    elif not slug:
        category = "survey"
    else:
        test = base.tests[slug if slug in base.tests else base.test_of(slug)]
        category = _OF_TEST.get(test.kind, "laboratory")
        resource["basedOn"] = [
            {"reference": f"urn:uuid:{visit.name('ServiceRequest', fact.source.reference)}"}
        ]
    resource["category"] = [_coded("observation-category", category)]
    quantity = resource.get("valueQuantity")
    if quantity and quantity.get("system") == UCUM:
        quantity["unit"] = quantity["code"]


def _coded(system: str, code: str, display: str = "") -> JSON:
    coding = {"system": _TERMS + system, "code": code}
    return {"coding": [{**coding, "display": display} if display else coding]}
