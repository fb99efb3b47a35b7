"""Conflicts: found between what stands, the safer account holding, closed by a decision and by nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from memory_facts import a_fact

from wardround.clinical import Fact, FactSource, Quantity
from wardround.memory import Conflict, Memory, RememberingError, conflicts

DAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DESK = FactSource("event", "9", "desk")
PENICILLIN: dict[str, Any] = {"kind": "allergy", "text": "penicillin"}


def on_record(name: str = "record", **more: Any) -> Fact:
    return a_fact(name, **{**PENICILLIN, "fhir": "AllergyIntolerance/1", "detail": "anaphylaxis", **more})


def denied(name: str = "denied", **more: Any) -> Fact:
    given = {**PENICILLIN, "status": "refuted", "certainty": "reported", "recorded": "2026-05-01", **more}
    return a_fact(name, **given)


def found(*facts: Fact) -> tuple[Conflict, ...]:
    return conflicts(facts, DAY)


@pytest.mark.parametrize("said", [denied(), denied(text="no known allergies", status="active")])
def test_an_allergy_that_the_patient_denies_is_a_conflict_and_the_allergy_holds(said: Fact) -> None:
    (one,) = found(on_record(), said)
    assert (one.why, one.grave, one.first.id, one.second) == ("denied", True, "record", said)
    assert "anaphylaxis" in one.words()


@pytest.mark.parametrize(
    "words",
    ["No Known Allergies", "no known drug allergies", "NKDA", "No allergies", "没有过敏", "无已知过敏"],
)
def test_words_that_deny_every_allergy(words: str) -> None:
    assert len(found(on_record(), denied(text=words))) == 1
    assert Memory().brief(patient_id="p1", on=DAY).allergies == ()


def test_no_known_allergies_is_no_allergy() -> None:
    memory = Memory()
    memory.write([denied(text="No known allergy", status="active")], patient_id="p1")
    brief = memory.brief(patient_id="p1", on=DAY)
    assert (brief.allergies, brief.allergies_known) == ((), True)


def test_what_began_after_the_denial_contradicts_nothing() -> None:
    assert found(denied(recorded="2020-01-01"), on_record(since="2024-01-01")) == ()


def test_what_had_ended_by_then_contradicts_nothing() -> None:
    drug = {"kind": "drug", "text": "naproxen"}
    taken = a_fact("a", **drug, since="2020-01-01", until="2020-02-01")
    assert found(taken, a_fact("b", **drug, status="refuted", recorded="2026-05-01")) == ()


def test_another_substance_contradicts_nothing() -> None:
    assert found(on_record(), denied(text="latex")) == ()


def test_one_measurement_with_two_values_is_a_conflict_between_kinds_of_source_alone() -> None:
    given = {"kind": "result", "text": "potassium", "since": "2026-01-01"}
    one = a_fact("a", **given, value=Quantity(4.0, "mmol/L"), fhir="Observation/1")
    page = a_fact("b", **given, value=Quantity(6.0, "mmol/L"))
    again = a_fact("c", **given, value=Quantity(4.2, "mmol/L"), fhir="Observation/2")
    assert [c.why for c in found(one, page)] == ["value"]
    assert found(one, again) == ()


def test_a_beginning_that_is_told_otherwise_is_a_conflict() -> None:
    record = a_fact("a", text="asthma", since="2004-05-01", fhir="Condition/1")
    told = a_fact("b", text="asthma", since="2015", detail="since 2015")
    assert [c.why for c in found(record, told)] == ["onset"]
    assert found(record, a_fact("c", text="asthma", since="2004", detail="since 2004")) == ()


def test_what_can_harm_comes_first() -> None:
    asthma = [a_fact("a", text="asthma"), a_fact("b", text="asthma", status="refuted")]
    assert [c.kind for c in found(*asthma, on_record(), denied())] == ["allergy", "problem"]


# --- decisions ----------------------------------------------------------------------------------------------


def remembered(*facts: Fact) -> tuple[Memory, str]:
    memory = Memory()
    memory.write(facts, patient_id="p1")
    (one,) = memory.conflicts(patient_id="p1", on=DAY)
    return memory, one.id


def settle(memory: Memory, conflict: str, decision: Any) -> None:
    memory.settle(conflict, decision, patient_id="p1", why="skin test", source=DESK, at=NOW)


def allergies(memory: Memory) -> list[str]:
    return [f.id for f in memory.brief(patient_id="p1", on=DAY).allergies]


@pytest.mark.parametrize(("decision", "holds"), [("first", ["record"]), ("second", []), ("both", ["record"])])
def test_a_decision_closes_it_and_the_side_that_lost_is_superseded(decision: str, holds: list[str]) -> None:
    memory, conflict = remembered(on_record(), denied())
    settle(memory, conflict, decision)
    assert memory.conflicts(patient_id="p1", on=DAY) == ()
    assert allergies(memory) == holds
    assert {"record", "denied"} <= {f.id for f in memory.facts(patient_id="p1", superseded=True)}


def test_what_is_raised_stays_open_and_says_so() -> None:
    memory, conflict = remembered(on_record(), denied())
    settle(memory, conflict, "raised")
    (one,) = memory.conflicts(patient_id="p1", on=DAY)
    assert one.raised
    settle(memory, conflict, "first")
    assert memory.conflicts(patient_id="p1", on=DAY) == ()


def test_the_same_denial_told_again_is_settled_still() -> None:
    memory, conflict = remembered(on_record(), denied())
    settle(memory, conflict, "first")
    memory.write([denied("again", recorded="2026-05-20")], patient_id="p1")
    assert memory.conflicts(patient_id="p1", on=DAY) == ()
    assert allergies(memory) == ["record"]


def test_what_lost_and_is_said_anew_by_another_source_is_open_anew() -> None:
    memory, conflict = remembered(on_record(), denied())
    settle(memory, conflict, "second")
    memory.write([on_record()], patient_id="p1")
    assert allergies(memory) == []
    memory.write([on_record("other", fhir="AllergyIntolerance/2")], patient_id="p1")
    assert [c.id for c in memory.conflicts(patient_id="p1", on=DAY)] == [conflict]
    assert allergies(memory) == ["other"]


def test_every_account_that_lost_is_superseded() -> None:
    memory, conflict = remembered(on_record(), on_record("b", fhir="AllergyIntolerance/2"), denied())
    settle(memory, conflict, "second")
    assert allergies(memory) == []


def test_before_the_decision_the_conflict_was_open() -> None:
    memory, conflict = remembered(on_record(), denied())
    settle(memory, conflict, "second")
    assert len(memory.conflicts(patient_id="p1", on=date(2026, 5, 15))) == 1


def test_what_is_not_open_cannot_be_settled() -> None:
    memory, conflict = remembered(on_record(), denied())
    with pytest.raises(RememberingError, match="no open conflict-0"):
        settle(memory, "conflict-0", "first")
    with pytest.raises(RememberingError, match="Use first, second, both, raised"):
        settle(memory, conflict, "third")
