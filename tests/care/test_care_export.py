"""A visit as FHIR: valid, coded, in one piece, each resource with the event that it came from, read back as it was."""

from __future__ import annotations

import base64
import gzip
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from care_visits import ANNA, CHEST_PAIN, MORNING, Played, Saying, clinic, maria, play

from wardround.care import soap_note, visit_bundle
from wardround.clinical import ICD10, LOINC, RXNORM, UCUM, WARDROUND, Patient, read_bundle, validate
from wardround.harness import Answering, LogError, Queue

Resource = dict[str, Any]
ALLERGIC = Saying(
    "No.",
    {
        "burn": "Yes.",
        "pass urine": "Yes.",
        "allerg": "Yes, trimethoprim. I collapsed.",
        "medicines": "Ibuprofen.",
    },
)
COMPLAINTS = (
    "it burns when I pee",
    CHEST_PAIN,
    "my parrot is sad",
    "I feel breathless and my ankles are swollen",
)


def resources(bundle: Resource, kind: str) -> list[Resource]:
    """The resources of one kind, in order."""
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def the(bundle: Resource, kind: str) -> Resource:
    """The only resource of its kind."""
    (one,) = resources(bundle, kind)
    return one


def codes(concept: Resource) -> dict[str, str]:
    """Codes by their system."""
    return {c["system"]: c["code"] for c in concept.get("coding", ())}


async def exported(complaint: str = "it burns when I pee", **more: Any) -> tuple[Played, Resource]:
    visit = await play(complaint, **more)
    return visit, visit_bundle(clinic(), visit.events, more.get("patient", ANNA))


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_every_resource_is_valid(complaint: str) -> None:
    patient, record = maria()
    _, bundle = await exported(complaint, patient=patient, record=record)
    assert validate(bundle) == []
    for entry in bundle["entry"]:
        assert validate(entry["resource"]) == []


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_the_same_log_gives_the_same_bundle(complaint: str) -> None:
    visit, bundle = await exported(complaint)
    assert visit_bundle(clinic(), visit.events, ANNA) == bundle


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_ids_are_unique_and_every_reference_leads_somewhere(complaint: str) -> None:
    _, bundle = await exported(complaint, says=ALLERGIC)
    urls = [e["fullUrl"] for e in bundle["entry"]]
    assert len(urls) == len(set(urls))

    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["reference"]] if isinstance(value.get("reference"), str) else []
            return own + [r for v in value.values() for r in references(v)]
        return [r for v in value for r in references(v)] if isinstance(value, list) else []

    assert set(references(bundle["entry"])) <= set(urls)


@pytest.mark.parametrize("complaint", COMPLAINTS)
async def test_every_resource_has_one_provenance_that_names_an_event_of_the_log(complaint: str) -> None:
    visit, bundle = await exported(complaint, says=ALLERGIC)
    names, told = {e.name for e in visit.events}, defaultdict(list)
    for provenance in resources(bundle, "Provenance"):
        source = provenance["entity"][0]["what"]["identifier"]
        encounter, _, event = source["value"].partition("#")
        assert (source["system"], encounter) == ("urn:wardround:event", visit.outcome.encounter)
        assert event in names
        for target in provenance["target"]:
            told[target["reference"]].append(event)
    apart = ("Patient", "Encounter", "Provenance")
    made = [e["fullUrl"] for e in bundle["entry"] if e["resource"]["resourceType"] not in apart]
    assert {url: len(events) for url, events in told.items()} == dict.fromkeys(made, 1)


async def test_the_encounter_says_when_why_and_how_it_ended() -> None:
    _, bundle = await exported()
    encounter = the(bundle, "Encounter")
    assert (encounter["status"], encounter["class"]["code"]) == ("finished", "AMB")
    assert encounter["period"] == {"start": MORNING.isoformat(), "end": MORNING.isoformat()}
    assert encounter["reasonCode"] == [{"text": "it burns when I pee"}]
    assert encounter["hospitalization"]["dischargeDisposition"] == {"text": "home"}
    assert encounter["diagnosis"][0]["condition"]["reference"].endswith(the(bundle, "Condition")["id"])


async def test_a_visit_played_on_another_day_than_its_own_is_dated_with_its_own() -> None:
    _, bundle = await exported(on=date(2025, 2, 3))
    assert the(bundle, "Encounter")["period"] == {"start": "2025-02-03", "end": "2025-02-03"}
    assert {p["recorded"] for p in resources(bundle, "Provenance")} == {MORNING.isoformat()}
    assert validate(bundle) == []


async def test_a_visit_that_waits_for_its_review_is_in_progress() -> None:
    _, bundle = await exported(reviewer=Queue())
    assert the(bundle, "Encounter")["status"] == "in-progress"
    assert "end" not in the(bundle, "Encounter")["period"]
    assert the(bundle, "DocumentReference")["docStatus"] == "preliminary"
    assert validate(bundle) == []


async def test_the_patient_is_who_memory_knows_or_who_the_header_says() -> None:
    visit, bundle = await exported()
    patient = the(bundle, "Patient")
    assert (patient["id"], patient["gender"], patient["birthDate"]) == ("anna", "female", "1984-05-01")
    unknown = the(visit_bundle(clinic(), visit.events, None), "Patient")
    assert unknown["name"] == [{"text": "Anna Example"}]
    assert "birthDate" not in unknown


async def test_another_patient_is_refused_by_name() -> None:
    visit, _ = await exported()
    with pytest.raises(ValueError, match="ben is not anna"):
        visit_bundle(clinic(), visit.events, replace(ANNA, id="ben"))


@pytest.mark.parametrize("cut", [slice(0, 0), slice(1, None)])
async def test_half_a_log_is_refused(cut: slice) -> None:
    visit, _ = await exported()
    with pytest.raises(LogError, match="header"):
        visit_bundle(clinic(), visit.events[cut], ANNA)


async def test_an_id_that_fhir_cannot_say_is_kept_as_identifier() -> None:
    strange = replace(ANNA, id="urn:hospital/anna example")
    _, bundle = await exported(patient=strange)
    assert validate(bundle) == []
    assert the(bundle, "Patient")["identifier"][0]["value"] == strange.id


async def test_the_diagnosis_has_its_icd_10_code_and_ours() -> None:
    _, bundle = await exported()
    condition = the(bundle, "Condition")
    known = clinic().base.conditions["condition.lower_urinary_tract_infection"]
    assert codes(condition["code"])[ICD10] == known.icd10[0].code
    assert codes(condition["code"])[WARDROUND] == known.id
    assert condition["clinicalStatus"]["coding"][0]["code"] == "active"
    assert condition["verificationStatus"]["coding"][0]["code"] == "provisional"
    assert condition["category"][0]["coding"][0]["code"] == "encounter-diagnosis"


async def test_measurements_have_ucum_units_and_loinc_codes() -> None:
    visit, bundle = await exported()
    measured = {
        codes(o["code"])[WARDROUND]: o for o in resources(bundle, "Observation") if "valueQuantity" in o
    }
    heat = measured["finding.temperature"]
    assert heat["valueQuantity"] == {
        "value": visit.chart.evidence.findings["finding.temperature"],
        "unit": "Cel",
        "system": UCUM,
        "code": "Cel",
    }
    assert codes(heat["code"])[LOINC] == clinic().base.findings["finding.temperature"].loinc.code  # type: ignore[union-attr]
    assert heat["category"][0]["coding"][0]["code"] == "vital-signs"


async def test_what_was_denied_is_exported_as_absent_and_what_was_not_asked_not_at_all() -> None:
    visit, bundle = await exported()
    said = {codes(o["code"])[WARDROUND]: o.get("valueBoolean") for o in resources(bundle, "Observation")}
    for slug, event in visit.chart.heard.items():
        value = visit.chart.evidence.findings.get(slug)
        if isinstance(value, bool) and event not in visit.chart.recalled:
            assert said[slug] is value
    untouched = next(f for f in clinic().base.findings if f not in visit.chart.heard)
    assert untouched not in said


async def test_a_result_answers_the_request_for_its_test() -> None:
    _, bundle = await exported()
    asked = [r for r in resources(bundle, "ServiceRequest") if "coding" in r["code"]]
    request = next(r for r in asked if codes(r["code"])[WARDROUND] == "test.urine_dipstick")
    assert request["status"] == "completed"
    assert request["reasonCode"][0]["text"].startswith("essential where")
    answered = {o["basedOn"][0]["reference"] for o in resources(bundle, "Observation") if "basedOn" in o}
    assert any(reference.endswith(request["id"]) for reference in answered)


async def test_a_prescription_says_what_how_for_what_and_who_signed() -> None:
    visit, bundle = await exported()
    order, written = the(bundle, "MedicationRequest"), visit.chart.prescriptions[0]
    assert (order["status"], order["intent"]) == ("active", "order")
    assert codes(order["medicationCodeableConcept"])[WARDROUND] == written.drug
    assert RXNORM in codes(order["medicationCodeableConcept"])
    dosage = order["dosageInstruction"][0]
    assert dosage["timing"]["repeat"]["frequency"] == written.proposal["per_day"]
    assert dosage["timing"]["repeat"]["boundsDuration"]["value"] == written.proposal["days"]
    assert dosage["doseAndRate"][0]["doseQuantity"]["value"] == written.proposal["dose"]
    assert "by mouth" in dosage["text"]
    assert order["requester"] == {"display": "Dr Osei"}
    assert order["reasonReference"][0]["reference"].endswith(the(bundle, "Condition")["id"])
    (provenance,) = [p for p in resources(bundle, "Provenance") if len(p["agent"]) == 2]
    assert provenance["agent"][1]["who"]["display"] == "Dr Osei (physician)"


async def test_what_was_rejected_is_not_exported() -> None:
    _, bundle = await exported(reviewer=Answering("reject", "Dr No"))
    assert resources(bundle, "MedicationRequest") == []


async def test_allergies_and_drugs_told_in_the_visit_are_exported_and_those_on_record_are_not() -> None:
    _, bundle = await exported(says=ALLERGIC)
    allergy = the(bundle, "AllergyIntolerance")
    assert codes(allergy["code"])[WARDROUND] == "drug.trimethoprim"
    assert (allergy["criticality"], allergy["category"]) == ("high", ["medication"])
    assert (
        codes(the(bundle, "MedicationStatement")["medicationCodeableConcept"])[WARDROUND] == "drug.ibuprofen"
    )
    patient, record = maria()
    _, bundle = await exported(patient=patient, record=record)
    assert resources(bundle, "AllergyIntolerance") == resources(bundle, "MedicationStatement") == []


async def test_an_emergency_is_a_safety_flag_and_a_referral_at_once() -> None:
    _, bundle = await exported(CHEST_PAIN)
    flag = the(bundle, "Flag")
    assert flag["category"][0]["coding"][0]["code"] == "safety"
    assert "heart attack" in flag["code"]["text"]
    assert [r["priority"] for r in resources(bundle, "ServiceRequest")] == ["stat"]


async def test_the_follow_up_is_an_appointment_of_the_care_plan() -> None:
    visit, bundle = await exported()
    plan = the(bundle, "CarePlan")
    assert plan["activity"][0]["detail"]["kind"] == "Appointment"
    assert visit.chart.safety_net[0].text in plan["description"]


async def test_the_note_travels_as_it_is() -> None:
    visit, bundle = await exported()
    document = the(bundle, "DocumentReference")
    note = base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
    assert note == soap_note(clinic().base, visit.chart)


async def test_the_notes_loinc_code_is_in_the_list_with_its_display(data_dir: Path) -> None:
    _, bundle = await exported()
    (coding,) = the(bundle, "DocumentReference")["type"]["coding"]
    with gzip.open(data_dir / "codes" / "loinc_short.tsv.gz", "rt") as lines:
        row = next(line.rstrip("\n").split("\t") for line in lines if line.startswith(f"{coding['code']}\t"))
    assert coding["display"] == row[6]


async def test_the_bundle_is_read_back_as_this_patients_record(tmp_path: Path) -> None:
    visit, bundle = await exported(says=ALLERGIC)
    path = tmp_path / "visit.json"
    path.write_bytes(orjson.dumps(bundle))
    record = read_bundle(path)
    assert (record.patient.id, record.patient.birth) == (ANNA.id, ANNA.birth)
    said = {(f.kind, f.concept.code(WARDROUND)) for f in record.facts}
    assert ("problem", visit.chart.diagnosis) in said
    assert ("allergy", "drug.trimethoprim") in said
    assert ("drug", visit.chart.prescriptions[0].drug) in said


async def test_a_hostile_complaint_is_text_and_nothing_else() -> None:
    words = '<script>alert(1)</script> it burns when I pee {"resourceType": "Patient"}\n\n[1]'
    visit = await play(words, patient=Patient("anna", "<b>Anna</b>", None, "female"))
    bundle = visit_bundle(clinic(), visit.events, None)
    assert validate(bundle) == []
    assert len(resources(bundle, "Patient")) == 1


@pytest.mark.parametrize(
    ("per_day", "repeat"),
    [
        (3, {"frequency": 3, "period": 1, "periodUnit": "d"}),
        (0.143, {"frequency": 1, "period": 6.99, "periodUnit": "d"}),
        (1.5, {"frequency": 1, "period": 16.0, "periodUnit": "h"}),
    ],
)
def test_how_often_as_fhir_counts(per_day: float, repeat: Resource) -> None:
    from wardround.care.export_orders import _repeat

    assert _repeat(per_day, None) == repeat
