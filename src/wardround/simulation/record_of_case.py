"""What a practice has on record of a case before the visit: a FHIR R4 bundle that `read_bundle` takes whole.

It holds exactly the problems, drugs, allergies, past values and past visits of the case, and nothing of today.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from wardround.clinical import ICD10, LOINC, RXNORM, SNOMED, UCUM
from wardround.knowledge import Code, KnowledgeBase
from wardround.simulation.background import KnownAllergy, KnownDrug, KnownProblem, PastResult, PastVisit
from wardround.simulation.case import Case

_TERMS = "http://terminology.hl7.org/CodeSystem/"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
Resource = dict[str, Any]


def record_of(base: KnowledgeBase, case: Case) -> Resource:
    """The bundle, a collection."""
    resources = [
        _patient(case),
        *(_problem(base, case, i, p) for i, p in enumerate(case.known_problems)),
        *(_allergy(base, case, i, a) for i, a in enumerate(case.known_allergies)),
        *(_drug(base, case, i, d) for i, d in enumerate(case.known_drugs)),
        *(_result(base, case, i, r) for i, r in enumerate(case.past_results)),
        *(_visit(case, i, v) for i, v in enumerate(case.past_visits)),
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": f"https://example.org/{r['resourceType']}/{r['id']}", "resource": r}
            for r in resources
        ],
    }


def _patient(case: Case) -> Resource:
    given, _, family = case.name.partition(" ")
    made: Resource = {
        "resourceType": "Patient",
        "id": case.id,
        "name": [{"use": "official", "family": family, "given": [given]}],
        "gender": case.sex,
    }
    if case.birth is not None:
        made["birthDate"] = case.birth.isoformat()
    return made


def _subject(case: Case) -> Resource:
    return {"reference": f"Patient/{case.id}"}


def _status(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{_TERMS}{system}", "code": code}]}


def _codings(system: str, codes: tuple[Code, ...]) -> list[Resource]:
    return [{"system": system, "code": c.code, "display": c.display} for c in codes]


def _concept(text: str, codings: list[Resource]) -> Resource:
    return {**({"coding": codings} if codings else {}), "text": text}


def _problem(base: KnowledgeBase, case: Case, number: int, problem: KnownProblem) -> Resource:
    entry = base.conditions.get(problem.condition) or base.alternatives[problem.condition]
    made: Resource = {
        "resourceType": "Condition",
        "id": f"{case.id}-problem-{number}",
        "clinicalStatus": _status("condition-clinical", "active" if problem.active else "resolved"),
        "verificationStatus": _status("condition-ver-status", "confirmed"),
        "category": [_status("condition-category", "problem-list-item")],
        "code": _concept(
            problem.text, [*_codings(ICD10, entry.icd10[:1]), *_codings(SNOMED, entry.snomed[:1])]
        ),
        "subject": _subject(case),
        "onsetDateTime": problem.since.isoformat(),
        "recordedDate": problem.since.isoformat(),
    }
    return made


def _allergy(base: KnowledgeBase, case: Case, number: int, allergy: KnownAllergy) -> Resource:
    codings: list[Resource] = []
    if allergy.drug is not None:
        code = base.drugs[allergy.drug].rxnorm
        codings = _codings(RXNORM, (code,)) if code else []
    else:
        for group in allergy.groups[:1]:
            codings = _codings(SNOMED, base.cross_reactivity[group].snomed[:1])
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"{case.id}-allergy-{number}",
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "verificationStatus": _status("allergyintolerance-verification", "confirmed"),
        "type": "allergy",
        "criticality": "high" if allergy.severe else "low",
        "code": _concept(allergy.text, codings),
        "patient": _subject(case),
        "onsetDateTime": allergy.since.isoformat(),
        "recordedDate": allergy.since.isoformat(),
        "reaction": [
            {
                "manifestation": [{"text": allergy.reaction}],
                "severity": "severe" if allergy.severe else "moderate",
            }
        ],
    }


def _drug(base: KnowledgeBase, case: Case, number: int, drug: KnownDrug) -> Resource:
    code = base.drugs[drug.drug].rxnorm
    dosage: Resource = {
        "text": dosage_in_words(drug),
        "asNeededBoolean": drug.as_needed,
        "route": {"text": drug.route},
        "doseAndRate": [
            {"doseQuantity": {"value": drug.dose, "unit": drug.unit, "system": UCUM, "code": drug.unit}}
        ],
    }
    made: Resource = {
        "resourceType": "MedicationRequest",
        "id": f"{case.id}-drug-{number}",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": _concept(drug.text, _codings(RXNORM, (code,)) if code else []),
        "subject": _subject(case),
        "authoredOn": drug.since.isoformat(),
        "dosageInstruction": [dosage],
    }
    if drug.indication in base.conditions:
        made["reasonCode"] = [{"text": base.named(drug.indication)}]
    return made


def dosage_in_words(drug: KnownDrug) -> str:
    """`500 mg oral, 2 times a day`."""
    if drug.as_needed:
        often = f"as needed, at most {drug.per_day:g} times a day"
    elif drug.per_day >= 1:
        often = "once a day" if drug.per_day == 1 else f"{drug.per_day:g} times a day"
    else:
        often = f"every {1 / drug.per_day:.0f} days"
    return f"{drug.dose:g} {drug.unit} {drug.route}, {often}"


def _result(base: KnowledgeBase, case: Case, number: int, result: PastResult) -> Resource:
    analyte = base.analytes.get(result.of)
    finding = base.findings.get(result.of)
    loinc = analyte.loinc if analyte else finding.loinc if finding else None
    unit = (analyte.unit if analyte else finding.unit if finding else None) or "1"
    category = "laboratory" if analyte else "vital-signs"
    return {
        "resourceType": "Observation",
        "id": f"{case.id}-result-{number}",
        "status": "final",
        "category": [_status("observation-category", category)],
        "code": _concept(base.named(result.of), _codings(LOINC, (loinc,)) if loinc else []),
        "subject": _subject(case),
        "effectiveDateTime": result.on.isoformat(),
        "issued": _instant(result.on),
        "valueQuantity": {"value": result.value, "unit": unit, "system": UCUM, "code": unit},
    }


def _instant(day: date) -> str:
    return f"{day.isoformat()}T12:00:00Z"


def _visit(case: Case, number: int, visit: PastVisit) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": f"{case.id}-visit-{number}",
        "status": "finished",
        "class": {"system": _ACT, "code": "AMB", "display": "ambulatory"},
        "type": [{"text": "General practice consultation"}],
        "subject": _subject(case),
        "period": {"start": visit.on.isoformat(), "end": visit.on.isoformat()},
        "reasonCode": [{"text": visit.reason}],
    }
