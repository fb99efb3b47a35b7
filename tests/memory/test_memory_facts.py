"""Memory of facts: written once however often they are told, of one patient at a time, superseded and never overwritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_facts import a_fact

from wardround.clinical import Fact, PartialDate, Patient, Quantity
from wardround.memory import Memory, RememberingError, fact_from_json, fact_to_json


@pytest.fixture
def memory() -> Iterator[Memory]:
    kept = Memory()
    yield kept
    kept.close()


def test_a_fact_written_twice_is_there_once(memory: Memory) -> None:
    fact = a_fact("f1")
    assert memory.write([fact], patient_id="p1") == 1
    assert memory.write([fact, fact], patient_id="p1") == 0
    assert memory.facts(patient_id="p1") == (fact,)


def test_the_same_id_again_keeps_what_was_written_first(memory: Memory) -> None:
    memory.write([a_fact("f1", text="gout")], patient_id="p1")
    memory.write([a_fact("f1", text="something else")], patient_id="p1")
    assert [f.concept.text for f in memory.facts(patient_id="p1")] == ["gout"]


def test_facts_come_in_the_order_in_which_they_were_written(memory: Memory) -> None:
    memory.write([a_fact("f2"), a_fact("f1")], patient_id="p1")
    memory.write([a_fact("f0")], patient_id="p1")
    assert [f.id for f in memory.facts(patient_id="p1")] == ["f2", "f1", "f0"]


def test_only_the_kind_that_is_asked_for_comes_back(memory: Memory) -> None:
    memory.write([a_fact("f1", kind="problem"), a_fact("f2", kind="allergy")], patient_id="p1")
    assert [f.id for f in memory.facts(patient_id="p1", kind="allergy")] == ["f2"]


def test_one_patients_facts_are_not_anothers(memory: Memory) -> None:
    memory.write([a_fact("same", patient_id="p1", text="gout")], patient_id="p1")
    memory.write([a_fact("same", patient_id="p2", text="asthma")], patient_id="p2")
    assert [f.concept.text for f in memory.facts(patient_id="p1")] == ["gout"]
    assert [f.concept.text for f in memory.facts(patient_id="p2")] == ["asthma"]
    assert memory.facts(patient_id="p3") == ()


def test_the_patient_must_be_named(memory: Memory) -> None:
    with pytest.raises(TypeError):
        memory.facts()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        memory.write([])  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        memory.brief(on=datetime(2026, 1, 1, tzinfo=UTC).date())  # type: ignore[call-arg]


def test_a_fact_of_another_patient_is_refused_by_name_and_nothing_is_half_written(memory: Memory) -> None:
    mine, others = a_fact("f1"), a_fact("f2", patient_id="p2")
    with pytest.raises(RememberingError, match="f2 is about p2, not p1"):
        memory.write([mine, others], patient_id="p1")
    assert memory.facts(patient_id="p1") == ()
    assert memory.facts(patient_id="p2") == ()


def test_a_fact_that_is_superseded_is_kept_and_shown_only_if_asked_for(memory: Memory) -> None:
    old, new = a_fact("f1"), a_fact("f2", supersedes="f1")
    memory.write([old], patient_id="p1")
    memory.write([new], patient_id="p1")
    assert memory.facts(patient_id="p1") == (new,)
    assert memory.facts(patient_id="p1", superseded=True) == (old, new)


def test_a_fact_cannot_supersede_what_another_patient_has(memory: Memory) -> None:
    memory.write([a_fact("f1", patient_id="p1")], patient_id="p1")
    memory.write([a_fact("f2", patient_id="p2", supersedes="f1")], patient_id="p2")
    assert [f.id for f in memory.facts(patient_id="p1")] == ["f1"]


def test_who_the_patient_is_comes_back_and_the_latest_word_counts(memory: Memory) -> None:
    memory.know(Patient("p1", "Maria", None, "unknown"))
    named = Patient(
        "p1", "Maria Keller", PartialDate.parse("1959-03"), "female", PartialDate.parse("2024"), "de"
    )
    memory.know(named)
    assert memory.patient(patient_id="p1") == named
    assert memory.patient(patient_id="p2") is None


def test_a_write_that_fails_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "memory.sqlite")
    with sqlite3.connect(tmp_path / "memory.sqlite") as other:
        other.execute(
            "CREATE TRIGGER third BEFORE INSERT ON facts WHEN NEW.id = 'f3' BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises(RememberingError, match="refused a write"):
        memory.write([a_fact("f1"), a_fact("f2"), a_fact("f3")], patient_id="p1")
    assert memory.facts(patient_id="p1") == ()
    assert memory.write([a_fact("f4")], patient_id="p1") == 1


def test_what_is_no_sqlite_file_is_refused_with_the_fix(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague, " * 100)
    with pytest.raises(RememberingError, match=r"letter\.txt cannot be opened as memory.*SQLite"):
        Memory(path)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = (
    st.none()
    | st.booleans()
    | texts
    | st.builds(
        Quantity, st.floats(allow_nan=False, allow_infinity=False), texts, st.sampled_from([None, "<", ">="])
    )
)


@given(
    text=texts,
    value=values,
    detail=texts,
    start=st.sampled_from([None, "2019", "2019-03", "2020-02-29T10:00:00+01:00"]),
)
def test_json_gives_back_the_same_fact(
    text: str, value: Quantity | str | bool | None, detail: str, start: str | None
) -> None:
    valid = PartialDate.parse(start) if start else None
    fact = a_fact("f1", text=text, value=value, detail=detail, valid_from=valid)
    again: Fact = fact_from_json(fact_to_json(fact))
    assert again == fact
