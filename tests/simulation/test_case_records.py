"""A case's record is FHIR that the importer takes whole, and the clinic knows at the door what the case says."""

from __future__ import annotations

from datetime import datetime

import pytest
from generated_cases import base, train_cases

from wardround.care import Clinic, Planner, Request, Ward
from wardround.clinical import Quantity, read_bundle, validate
from wardround.harness import MemoryStore, Ports, SystemClock
from wardround.memory import Memory
from wardround.simulation import Case, record_of

RICH = tuple(
    c for c in train_cases() if c.known_drugs and c.known_problems and c.past_results and c.known_allergies
)[:5]
GRAVE = tuple(c for c in train_cases() if any(a.severe for a in c.known_allergies))[:2]


def test_there_are_rich_records_to_test() -> None:
    assert len(RICH) >= 3
    assert GRAVE


@pytest.mark.parametrize("case", GRAVE, ids=lambda c: c.id)
def test_a_grave_allergy_is_of_high_criticality(case: Case) -> None:
    listed = [e["resource"] for e in record_of(base(), case)["entry"]]
    allergies = [r for r in listed if r["resourceType"] == "AllergyIntolerance"]
    assert [r["criticality"] for r in allergies] == [
        "high" if a.severe else "low" for a in case.known_allergies
    ]


@pytest.mark.parametrize("case", RICH, ids=lambda c: c.id)
def test_the_bundle_is_valid_fhir(case: Case) -> None:
    assert list(validate(record_of(base(), case))) == []


@pytest.mark.parametrize("case", train_cases()[:40], ids=lambda c: c.id)
def test_the_importer_reads_all_of_it_and_nothing_else(case: Case) -> None:
    record = read_bundle(record_of(base(), case))
    assert record.patient == case.patient
    assert not record.withheld
    assert not record.unknown
    by_kind = {
        kind: [f for f in record.facts if f.kind == kind]
        for kind in ("problem", "drug", "allergy", "result", "summary")
    }
    assert sum(map(len, by_kind.values())) == len(record.facts)
    assert [f.concept.text for f in by_kind["problem"]] == list(case.problems)
    assert [f.concept.text for f in by_kind["drug"]] == list(case.drugs)
    assert [f.concept.text for f in by_kind["allergy"]] == list(case.allergies)
    assert len(by_kind["summary"]) == len(case.past_visits)
    for fact, result in zip(by_kind["result"], case.past_results, strict=True):
        assert isinstance(fact.value, Quantity)
        assert fact.value.value == result.value
    for fact, drug in zip(by_kind["drug"], case.known_drugs, strict=True):
        assert isinstance(fact.value, Quantity)
        assert (fact.value.value, fact.value.unit) == (drug.dose, drug.unit)


def test_nothing_of_today_is_on_the_record() -> None:
    for case in train_cases()[:60]:
        for fact in read_bundle(record_of(base(), case)).facts:
            assert fact.recorded.date() <= case.on
            if case.truth not in {p.condition for p in case.known_problems}:
                assert base().named(case.truth) != fact.concept.text


class Nobody:
    """Nobody answers, nobody signs."""

    async def reply(self, question: object) -> str:
        return "I don't know."

    async def review(self, request: object) -> None:
        return None


@pytest.mark.parametrize("case", [*RICH, *GRAVE], ids=lambda c: c.id)
async def test_the_clinic_knows_at_the_door_what_the_case_has_on_record(case: Case) -> None:
    ward = Ward(Clinic(base()), MemoryStore(), Memory())
    record = read_bundle(
        record_of(base(), case), received=datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    )
    request = Request(record.patient, case.complaint, case.on, record.facts)
    visit = await ward.open(
        request, Planner(ward.clinic.projection), Ports(Nobody(), Nobody(), SystemClock())
    )
    chart = visit.state.domain
    assert {a.text for a in chart.allergies} == set(case.allergies)
    for allergy in case.known_allergies:
        held = next(a for a in chart.allergies if a.text == allergy.text)
        assert set(allergy.groups) <= set(held.groups)
        assert held.severe == allergy.severe
    assert {d.drug for d in chart.drugs} == {d.drug for d in case.known_drugs}
    active = {p.condition for p in case.known_problems if p.active}
    assert active <= chart.evidence.known_conditions
    assert set(case.presenting) <= chart.presenting
