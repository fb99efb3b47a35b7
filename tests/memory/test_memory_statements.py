"""Statements: what is said again is one statement with every source; a correction reaches its own statement alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_facts import a_fact

from wardround.clinical import Concept, Fact, FactSource, Quantity
from wardround.memory import Memory, RememberingError, Statement, known_on, statements

DAY = date(2026, 6, 1)
DESK = FactSource("event", "9", "desk")


def said(*facts: Fact, on: date = DAY) -> list[tuple[str, int]]:
    return [(s.fact.id, len(s.facts)) for s in statements(facts, on)]


def test_the_same_statement_from_two_sources_is_one_and_keeps_both() -> None:
    record = a_fact("a", text="Gout", fhir="Condition/1", since="2019")
    told = a_fact("b", text="gout", certainty="reported", since="2026-02-01")
    (one,) = statements([record, told], DAY)
    assert one.fact == record
    assert one.sources == (record.source, told.source)


def test_the_most_certain_account_stands_and_takes_the_first_known_beginning() -> None:
    told = a_fact("a", certainty="reported", since="2019")
    (one,) = statements([told, a_fact("b", certainty="confirmed")], DAY)
    assert one.fact.id == "b"
    assert one.fact.valid_from == told.valid_from


def test_our_own_name_joins_two_vocabularies() -> None:
    record = a_fact("a", text="Diabetes mellitus type 2 (disorder)")
    visit = a_fact("b", text="Type 2 diabetes")

    def naming(concept: Concept, kind: str) -> str | None:
        return "condition.type_2_diabetes" if "iabetes" in concept.text else None

    assert len(statements([record, visit], DAY)) == 2
    assert [len(s.facts) for s in statements([record, visit], DAY, naming)] == [2]


def test_two_doses_two_results_and_two_accounts_of_an_allergy_stay_two() -> None:
    doses = [a_fact(n, kind="drug", detail=n) for n in ("5 mg", "10 mg")]
    days = [
        a_fact(n, kind="result", since=n, value=Quantity(1, "mmol/L")) for n in ("2026-01-01", "2026-01-02")
    ]
    accounts = [a_fact(n, kind="allergy", detail=n) for n in ("mild", "severe")]
    assert len(statements([*doses, *days, *accounts], DAY)) == 6


def test_a_result_that_is_read_from_two_sources_is_one() -> None:
    value = Quantity(7.1, "%")
    one = a_fact("a", kind="result", since="2026-01-01", value=value, fhir="Observation/1")
    two = a_fact("b", kind="result", since="2026-01-01", value=value)
    assert said(one, two) == [("a", 2)]


def test_an_illness_that_came_twice_is_two_statements() -> None:
    first = a_fact("a", text="bronchitis", since="2020-01-01", until="2020-01-20")
    again = a_fact("b", text="bronchitis", since="2024-01-01", until="2024-01-20")
    assert said(first, again) == [("a", 1), ("b", 1)]


def test_what_a_correction_replaced_is_kept_as_history() -> None:
    old, mid = a_fact("a"), a_fact("b", supersedes="a")
    new = a_fact("c", supersedes="b", status="resolved")
    (one,) = statements([old, mid, new], DAY)
    assert (one.fact, one.history) == (new, (old, mid))


def test_corrections_that_run_in_a_ring_end() -> None:
    ring = [a_fact("a", supersedes="b"), a_fact("b", supersedes="a"), a_fact("c", supersedes="a")]
    (one,) = statements(ring, DAY)
    assert one.fact.id == "c"


@pytest.mark.parametrize("other", [{"kind": "allergy"}, {"text": "asthma"}])
def test_a_correction_of_another_statement_is_refused_and_nothing_is_written(other: dict[str, str]) -> None:
    memory = Memory()
    memory.write([a_fact("a")], patient_id="p1")
    with pytest.raises(RememberingError, match="cannot supersede a"):
        memory.write([a_fact("fine"), a_fact("b", supersedes="a", **other)], patient_id="p1")
    assert [f.id for f in memory.facts(patient_id="p1")] == ["a"]


def test_a_retraction_is_a_fact_and_counts_from_its_day() -> None:
    memory = Memory()
    wrong = a_fact("a", recorded="2026-01-01")
    memory.write([wrong], patient_id="p1")
    error = memory.retract("a", patient_id="p1", why="another patient's result", source=DESK, at=None)
    assert memory.statements(patient_id="p1", on=date(2026, 1, 2))[0].fact == wrong
    assert memory.statements(patient_id="p1", on=error.recorded.date()) == ()
    assert memory.facts(patient_id="p1", superseded=True) == (wrong, error)


def test_what_nobody_wrote_cannot_be_retracted() -> None:
    with pytest.raises(RememberingError, match="no such fact"):
        Memory().retract("a", patient_id="p1", why="x", source=DESK)


FACTS = st.lists(
    st.builds(
        lambda n, kind, text, status, day: a_fact(
            f"f{n}", kind=kind, text=text, status=status, recorded=f"2026-01-{day:02}"
        ),
        st.integers(0, 99),
        st.sampled_from(["problem", "allergy", "drug", "result", "plan"]),
        st.sampled_from(["gout", "asthma"]),
        st.sampled_from(["active", "resolved", "refuted", "entered-in-error"]),
        st.integers(1, 28),
    ),
    unique_by=lambda f: f.id,
)


@given(FACTS, st.integers(1, 28))
def test_every_known_fact_stands_in_exactly_one_statement(facts: list[Fact], day: int) -> None:
    on = date(2026, 1, day)
    grouped = [f.id for s in statements(facts, on) for f in s.facts]
    assert sorted(grouped) == sorted(f.id for f in known_on(facts, on))


@given(FACTS)
def test_a_statement_says_one_thing(facts: list[Fact]) -> None:
    def what(s: Statement) -> set[tuple[str, str, str]]:
        return {(f.kind, f.concept.text, f.status) for f in s.facts}

    assert all(len(what(s)) == 1 for s in statements(facts, DAY))


def test_before_its_end_nobody_knew_that_what_a_record_holds_would_end() -> None:
    drug = a_fact(
        "a",
        kind="drug",
        status="resolved",
        since="2011",
        until="2023-11-13",
        fhir="MedicationRequest/1",
        recorded="2011-01-01",
        detail="10 mg once a day; because: dose increased",
    )
    (then,) = known_on([drug], date(2019, 1, 1))
    assert (then.id, then.status, then.valid_to, then.detail) == ("a", "active", None, "10 mg once a day")
    assert known_on([drug], date(2023, 11, 13)) == [drug]
