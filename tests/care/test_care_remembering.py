"""What a visit leaves behind, and what the next one begins with: facts with causes, written once, rebuilt from logs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from care_visits import ANNA, DAY, Played, Saying, clinic, play, ward

from wardround.care import MemoryService, prose_renderer
from wardround.care.consolidation import facts_of
from wardround.clinical import WARDROUND, Fact, Patient
from wardround.harness import Event, LanguageModelPolicy, Observed, Returned, ToolError
from wardround.memory import Memory
from wardround.models import ScriptedModel, ToolCall

BURNS = Saying(
    "No.", {"burn": "Yes.", "pass urine": "Yes.", "allerg": "Yes, trimethoprim, my throat swelled up."}
)
LATER = DAY + timedelta(days=7)


async def first_visit() -> Played:
    return await play("it burns when I pee", says=BURNS)


def of_kind(facts: tuple[Fact, ...], kind: str) -> list[Fact]:
    return [f for f in facts if f.kind == kind]


def observed(events: list[Event]) -> list[Event]:
    return [e for e in events if isinstance(e.body, Observed) and e.body.content["kind"] == "fact"]


async def test_every_fact_names_the_event_that_it_came_from() -> None:
    visit = await first_visit()
    names = {e.name: e for e in visit.events}
    facts = visit.ward.memory.facts(patient_id="anna")
    assert facts
    for fact in facts:
        assert fact.source.kind == "event"
        assert fact.source.encounter == visit.outcome.encounter
        assert names[fact.source.reference].kind in ("observed", "returned", "closed")


async def test_what_was_told_measured_found_prescribed_and_planned_is_remembered() -> None:
    visit = await first_visit()
    facts = visit.ward.memory.facts(patient_id="anna")
    allergy = of_kind(facts, "allergy")[0]
    assert (allergy.concept.code(WARDROUND), "severe" in allergy.detail) == ("drug.trimethoprim", True)
    assert [f.concept.code(WARDROUND) for f in of_kind(facts, "problem")] == [visit.chart.diagnosis]
    assert [f.concept.code(WARDROUND) for f in of_kind(facts, "drug")] == [
        p.drug for p in visit.chart.prescriptions
    ]
    assert "finding.dysuria" in {f.concept.code(WARDROUND) for f in of_kind(facts, "finding")}
    assert "finding.temperature" in {f.concept.code(WARDROUND) for f in of_kind(facts, "result")}
    assert of_kind(facts, "plan")
    assert "it burns when I pee" in of_kind(facts, "summary")[0].concept.text


async def test_remembering_again_writes_nothing_new() -> None:
    visit = await first_visit()
    before = visit.ward.memory.facts(patient_id="anna")
    await visit.ward.remember(visit.outcome.encounter)
    assert visit.ward.memory.facts(patient_id="anna") == before


async def test_memory_is_rebuilt_from_the_log() -> None:
    visit = await first_visit()
    rebuilt = Memory()
    rebuilt.write(facts_of(clinic(), visit.events), patient_id="anna")
    assert rebuilt.facts(patient_id="anna") == visit.ward.memory.facts(patient_id="anna")


async def test_what_memory_gave_is_not_remembered_a_second_time() -> None:
    first = await first_visit()
    second = await play("I have a cough", at=first.ward, on=LATER, says=Saying())
    told = [f for f in facts_of(clinic(), second.events) if f.kind == "allergy"]
    assert told == []


async def test_a_passing_state_is_not_remembered_for_ever() -> None:
    says = Saying("No.", {"pregnan": "Yes, I am pregnant."})
    facts = facts_of(clinic(), (await play("it burns when I pee, I am pregnant", says=says)).events)
    pregnancy = next(f for f in facts if f.concept.code(WARDROUND) == "finding.pregnancy")
    assert pregnancy.valid_to is not None


async def test_the_second_visit_begins_with_the_first_as_events_that_name_it() -> None:
    first = await first_visit()
    second = await play("I have a cough", at=first.ward, on=LATER, says=Saying())
    facts = observed(second.events)
    assert facts
    causes = {ref for e in facts for ref in e.causes}
    assert {ref.encounter for ref in causes} == {first.outcome.encounter}
    assert {ref.event for ref in causes} <= {e.name for e in first.events}
    assert second.chart.allergies[0].text == "trimethoprim"
    assert second.chart.allergies_known
    assert "allergies" not in second.asked
    assert second.chart.summaries[0].text.startswith(DAY.isoformat())


async def test_a_model_reads_the_first_visit_in_its_messages() -> None:
    first = await first_visit()
    model = ScriptedModel(
        lambda _: ToolCall("c", "close", '{"disposition": "handed_over", "reason": "enough"}')
    )
    policy = LanguageModelPolicy(model, prose_renderer(clinic().base))
    await play("I have a cough", at=first.ward, on=LATER, policy=policy, says=Saying())
    said = "\n".join(m.content for m in model.requests[0].messages)
    assert "Memory: allergy «trimethoprim»" in said
    assert "it burns when I pee" in said
    assert "I have a cough" in said


async def test_memory_as_of_an_earlier_day_does_not_know_the_visit() -> None:
    first = await first_visit()
    earlier = await play("I have a cough", at=first.ward, on=DAY - timedelta(days=1), says=Saying())
    assert observed(earlier.events) == []


# --- another patient's record --------------------------------------------------------------------------------------


async def test_recall_finds_this_patients_facts_and_the_events_that_they_came_from() -> None:
    first = await first_visit()
    service = MemoryService(clinic(), first.ward.memory, "anna", LATER)
    for topic in ("allergies", "trimethoprim", "drug.trimethoprim"):
        answer = await service.call({"patient_id": "anna", "topic": topic}, "key")
        assert "trimethoprim" in {f["text"] for f in answer["facts"]}
        assert {encounter for encounter, _ in answer["used"]} == {first.outcome.encounter}
    last = await service.call({"patient_id": "anna", "topic": "the last visit"}, "key")
    assert "summary" in {f["kind"] for f in last["facts"]}


async def test_recall_of_what_nobody_said_gives_nothing() -> None:
    first = await first_visit()
    service = MemoryService(clinic(), first.ward.memory, "anna", LATER)
    assert await service.call({"patient_id": "anna", "topic": "volcanoes"}, "key") == {
        "facts": [],
        "used": [],
    }


async def test_the_service_refuses_another_patient() -> None:
    first = await first_visit()
    service = MemoryService(clinic(), first.ward.memory, "ben", LATER)
    with pytest.raises(ToolError, match="another patient"):
        await service.call({"patient_id": "anna", "topic": "allergies"}, "key")


@pytest.mark.parametrize("patient_id", [None, "anna", "anna' OR '1'='1"])
async def test_no_argument_of_recall_reaches_another_patient(patient_id: str | None) -> None:
    first = await first_visit()
    wanted = f', "patient_id": {patient_id!r}'.replace("'", '"', 2) if patient_id == "anna" else ""
    if patient_id not in (None, "anna"):
        wanted = ", \"patient_id\": \"anna' OR '1'='1\""
    lines = iter([f'{{"topic": "allergies trimethoprim"{wanted}}}'])

    def script(_: object) -> ToolCall:
        line = next(lines, None)
        if line is None:
            return ToolCall("c", "close", '{"disposition": "handed_over", "reason": "enough"}')
        return ToolCall("c", "recall", line)

    model = ScriptedModel(script)
    policy = LanguageModelPolicy(model, prose_renderer(clinic().base))
    ben = Patient("ben", "Ben", None, "male")
    visit = await play("I have a cough", patient=ben, at=first.ward, on=LATER, policy=policy, says=Saying())
    recalled = [
        e.body.output for e in visit.events if isinstance(e.body, Returned) and e.body.tool == "recall"
    ]
    assert all("trimethoprim" not in str(output["facts"]) for output in recalled)
    said = "\n".join(m.content for r in model.requests for m in r.messages)
    assert "it burns when I pee" not in said
    assert observed(visit.events) == []


async def test_two_patients_with_one_store_share_nothing() -> None:
    at = ward()
    await play("it burns when I pee", at=at, says=BURNS)
    other = await play("I have a cough", patient=Patient("ben", "Ben", None, "male"), at=at, says=Saying())
    assert observed(other.events) == []
    assert {f.patient_id for f in at.memory.facts(patient_id="ben")} == {"ben"}
    assert {f.patient_id for f in at.memory.facts(patient_id=ANNA.id)} == {"anna"}
