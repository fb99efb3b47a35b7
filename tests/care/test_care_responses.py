"""What a drug did is remembered: harm where it was stopped for it or told, an effect where a value came nearer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from care_visits import DAY, MORNING, Saying, clinic, maria, play, ward

from wardround.care import Chart, OrderBook, Request, soap_note
from wardround.care.consolidation import facts_of
from wardround.clinical import (
    WARDROUND,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Quantity,
    fact_id,
)
from wardround.harness import Action, Answering, Decision, Ports, SimulatedClock
from wardround.simulation import SimulatedExamination, SimulatedLaboratory, draw_case

MARIA, RECORD = maria()
LATER = DAY + timedelta(days=30)
COUGH = "I have had a dry cough since I started lisinopril"


def responses(facts: Sequence[Fact]) -> list[tuple[str | None, Any]]:
    """Drug and what it did."""
    return [(f.concept.code(WARDROUND), f.value) for f in facts if f.kind == "response"]


async def test_harm_that_the_patient_tells_is_remembered_with_the_words() -> None:
    played = await play(COUGH, patient=MARIA, record=RECORD, says=Saying())
    facts = facts_of(clinic(), played.events)
    assert ("drug.lisinopril", "adverse: cough") in responses(facts)
    told = next(f for f in facts if f.kind == "response" and f.certainty == "reported")
    assert told.source.quote == COUGH


@pytest.mark.parametrize(
    "complaint",
    [
        "I have a dry cough and I take lisinopril",
        "I started lisinopril and I have no cough",
        "my mother has a cough since she started lisinopril",
        "I have a cough since Monday",
    ],
)
async def test_what_stands_beside_a_drug_did_not_come_from_it(complaint: str) -> None:
    played = await play(complaint, patient=MARIA, record=RECORD, says=Saying())
    told = [
        f for f in facts_of(clinic(), played.events) if f.kind == "response" and f.certainty == "reported"
    ]
    assert told == []


# --- stopped for harm ----------------------------------------------------------------------------------------------


async def stopping(reason: str, complaint: str = "I have a dry cough") -> tuple[Chart, list[Fact], Any]:
    """A visit that stops lisinopril for a reason."""
    at = ward()
    steps = iter(
        [
            Action("stop", {"drug": "drug.lisinopril", "reason": reason}),
            Action("close", {"disposition": "handed_over", "reason": "enough"}),
        ]
    )
    policy: Any = _Steps(steps)
    played = await play(complaint, patient=MARIA, record=RECORD, policy=policy, at=at, says=Saying())
    return played.chart, list(facts_of(clinic(), played.events)), at


class _Steps:
    """Does what it was told."""

    name = "steps"

    def __init__(self, steps: Any) -> None:
        self._steps = steps

    async def decide(self, situation: Any) -> Decision:
        return Decision(next(self._steps), "as told")

    def read(self, situation: Any, call: Any) -> Decision:
        raise AssertionError("no model is called")


async def test_a_drug_that_was_stopped_for_an_adverse_effect_did_it() -> None:
    _, facts, _ = await stopping("cough may be an adverse effect of lisinopril")
    assert responses(facts) == [("drug.lisinopril", "adverse: cough")]


@pytest.mark.parametrize(
    "reason", ["no longer needed", "contraindicated at this eGFR: risk of a cough", "the patient asks for it"]
)
async def test_a_drug_that_was_stopped_for_something_else_did_nothing(reason: str) -> None:
    _, facts, _ = await stopping(reason)
    assert responses(facts) == []


async def test_the_next_visit_knows_it_says_it_and_asks_before_giving_it_again() -> None:
    _, _, at = await stopping("cough may be an adverse effect of lisinopril")
    again = await play("I have a headache", patient=MARIA, at=at, on=LATER, says=Saying())
    assert [h.drug for h in again.chart.harmed] == ["drug.lisinopril"]
    assert "Did harm before: lisinopril (cough)" in soap_note(clinic().base, again.chart)
    assert not [p for p in again.chart.prescriptions if p.drug == "drug.lisinopril"]
    assert responses(facts_of(clinic(), again.events)) == []


# --- an effect -----------------------------------------------------------------------------------------------------


def recalled(kind: Any, slug: str, on: date, **more: Any) -> Fact:
    """A fact of an earlier visit."""
    name = clinic().base.named(slug)
    source, concept = FactSource("event", "9", "maria-0"), Concept(name, (Coding(WARDROUND, slug, name),))
    known: dict[str, Any] = {"patient_id": MARIA.id, "source": source, "kind": kind, "concept": concept}
    known |= {"status": "active", "certainty": "confirmed", "valid_from": PartialDate.of(on), **more}
    return Fact(id=fact_id(**known), recorded=datetime(on.year, on.month, on.day, tzinfo=UTC), **known)


async def measuring(value: float, before: float, began: date) -> list[Fact]:
    """A visit that measures HbA1c, with an earlier value and metformin begun on a day."""
    base, at = clinic().base, ward()
    unit = base.analytes["analyte.hba1c"].unit
    record = (
        recalled("result", "analyte.hba1c", DAY - timedelta(days=120), value=Quantity(before, unit)),
        recalled("drug", "drug.metformin", began, detail="500 mg oral, 2 a day"),
    )
    steps = iter(
        [
            Action("order_test", {"test": base.test_of("analyte.hba1c"), "reason": "to know"}),
            Action("close", {"disposition": "handed_over", "reason": "enough"}),
        ]
    )
    policy: Any = _Steps(steps)
    request, clock = Request(MARIA, "check-up", DAY, record, 1), SimulatedClock(MORNING)
    opened = await at.open(request, policy, Ports(Saying(), Answering("approve"), clock))
    case = replace(draw_case(base, opened.state.domain, 1), analytes={"analyte.hba1c": value})
    services: Any = {
        "orders": OrderBook(),
        "examination": SimulatedExamination(base, case),
        "laboratory": SimulatedLaboratory(base, case),
    }
    visit = await at.resume(
        opened.log.encounter, policy, Ports(Saying(), Answering("approve"), clock, services)
    )
    await at.play(visit)
    return list(facts_of(clinic(), await at.events(opened.log.encounter)))


async def test_a_value_that_came_nearer_to_its_range_is_the_drugs_effect() -> None:
    facts = await measuring(52.0, 75.0, DAY - timedelta(days=100))
    assert responses(facts) == [("drug.metformin", "improved")]
    effect = next(f for f in facts if f.kind == "response")
    assert "75" in effect.detail
    assert "52" in effect.detail


@pytest.mark.parametrize(
    ("value", "before", "days"),
    [(76.0, 75.0, 100), (52.0, 75.0, 2), (52.0, 75.0, 200), (35.0, 36.0, 100)],
    ids=["no better", "begun the other day", "begun before the first value", "never out of range"],
)
async def test_else_it_is_not(value: float, before: float, days: int) -> None:
    assert responses(await measuring(value, before, DAY - timedelta(days=days))) == []
