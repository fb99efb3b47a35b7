"""What other memory libraries got wrong, issue by issue, as their users reported it; ours must not."""

from __future__ import annotations

from datetime import date

import pytest
from memory_facts import a_fact

from wardround.clinical import FactSource
from wardround.memory import Memory, RememberingError

DAY = date(2026, 6, 1)
DESK = FactSource("event", "3", "desk")


@pytest.fixture
def memory() -> Memory:
    return Memory()


def standing(memory: Memory, who: str = "p1") -> list[str]:
    return [s.fact.concept.text for s in memory.statements(patient_id=who, on=DAY)]


def test_mem0_1674_adding_the_same_memory_twice_deletes_nothing(memory: Memory) -> None:
    fact = a_fact("a")
    for _ in range(3):
        memory.write([fact], patient_id="p1")
        memory.write([a_fact("b", recorded="2026-02-01")], patient_id="p1")
    assert standing(memory) == ["gout"]
    (one,) = memory.statements(patient_id="p1", on=DAY)
    assert [f.id for f in one.facts] == ["a", "b"]


def test_mem0_3928_forgetting_one_patient_forgets_nobody_else(memory: Memory) -> None:
    for who in ("p1", "p2", "p10", "p1%"):
        memory.write([a_fact("same", patient_id=who)], patient_id=who)
    memory.erase(patient_id="p1", by="court", reason="law")
    assert [standing(memory, who) for who in ("p1", "p2", "p10", "p1%")] == [[], ["gout"], ["gout"], ["gout"]]


def test_mem0_4573_what_was_recalled_and_said_again_does_not_pile_up(memory: Memory) -> None:
    """The feedback loop of recall and extraction: 97.8 % of one store was such entries."""
    memory.write([a_fact("a", text="gout", fhir="Condition/1")], patient_id="p1")
    for visit in range(50):
        again = a_fact(f"v{visit}", text="gout", certainty="reported", recorded="2026-02-01")
        memory.write([again], patient_id="p1")
    assert standing(memory) == ["gout"]
    assert len(memory.brief(patient_id="p1", on=DAY).problems) == 1


def test_mem0_4580_of_a_contradiction_neither_side_is_lost(memory: Memory) -> None:
    memory.write([a_fact("a", kind="allergy", text="penicillin")], patient_id="p1")
    no = a_fact("b", kind="allergy", text="penicillin", status="refuted")
    memory.write([no], patient_id="p1")
    (conflict,) = memory.conflicts(patient_id="p1", on=DAY)
    assert (conflict.first.id, conflict.second.id) == ("a", "b")
    assert [f.id for f in memory.brief(patient_id="p1", on=DAY).allergies] == ["a"]


def test_mem0_4956_what_was_corrected_is_not_recalled_as_current(memory: Memory) -> None:
    memory.write([a_fact("old", text="gout")], patient_id="p1")
    memory.write([a_fact("new", text="gout", status="resolved", supersedes="old")], patient_id="p1")
    assert memory.brief(patient_id="p1", on=DAY).problems == ()
    (one,) = memory.statements(patient_id="p1", on=DAY)
    assert (one.fact.id, [f.id for f in one.history]) == ("new", ["old"])


def test_graphiti_1728_a_fact_that_mentions_another_retires_nothing_but_its_own_statement(
    memory: Memory,
) -> None:
    memory.write([a_fact("a", kind="drug", text="warfarin"), a_fact("b", text="gout")], patient_id="p1")
    stop = a_fact("c", kind="drug", text="naproxen", detail="stopped because of warfarin", status="resolved")
    memory.write([stop], patient_id="p1")
    wrong = a_fact("d", kind="drug", text="naproxen", status="resolved", supersedes="a")
    with pytest.raises(RememberingError, match="'naproxen' is not 'warfarin'"):
        memory.write([wrong], patient_id="p1")
    assert [f.id for f in memory.brief(patient_id="p1", on=DAY).drugs] == ["a"]
    assert [f.id for f in memory.brief(patient_id="p1", on=DAY).problems] == ["b"]


def test_what_was_retracted_does_not_come_back_when_its_source_is_read_again(memory: Memory) -> None:
    wrong = a_fact("a", fhir="Condition/1")
    memory.write([wrong], patient_id="p1")
    memory.retract("a", patient_id="p1", why="another patient's", source=DESK)
    memory.write([wrong], patient_id="p1")
    assert memory.statements(patient_id="p1", on=date(2100, 1, 1)) == ()
