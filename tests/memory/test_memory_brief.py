"""The brief: what the next visit must know, as of a day, each statement once and the latest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from memory_facts import a_fact

from wardround.clinical import Fact, FactSource, Quantity
from wardround.memory import Brief, Memory, brief_of

DAY = date(2026, 6, 1)


def texts(facts: tuple[Fact, ...]) -> list[str]:
    return [f.concept.text for f in facts]


def test_each_kind_has_its_place() -> None:
    kinds = ("allergy", "drug", "problem", "result", "finding", "summary")
    brief = brief_of([a_fact(kind, kind=kind, text=kind) for kind in kinds], DAY)
    parts = (brief.allergies, brief.drugs, brief.problems, brief.values, brief.findings, brief.summaries)
    assert [texts(part) for part in parts] == [[kind] for kind in kinds]
    assert texts(brief.facts) == list(kinds)


def test_what_was_learnt_later_is_not_known_yet() -> None:
    fact = a_fact("f1", recorded="2026-06-02")
    assert brief_of([fact], DAY).problems == ()
    assert brief_of([fact], date(2026, 6, 2)).problems == (fact,)


def test_a_correction_counts_from_the_day_on_which_it_came() -> None:
    memory = Memory()
    old = a_fact("old", text="asthma", recorded="2026-01-01")
    new = a_fact("new", text="asthma", recorded="2026-03-01", status="resolved", supersedes="old")
    memory.write([old, new], patient_id="p1")
    assert texts(memory.brief(patient_id="p1", on=date(2026, 2, 1)).problems) == ["asthma"]
    assert texts(memory.brief(patient_id="p1", on=date(2026, 3, 1)).problems) == []


def test_what_was_entered_in_error_is_gone_with_what_it_corrects() -> None:
    old = a_fact("old", kind="allergy", text="penicillin")
    error = a_fact("new", kind="allergy", text="penicillin", status="entered-in-error", supersedes="old")
    assert brief_of([old, error], DAY).allergies == ()


def test_what_ended_before_the_day_is_over_and_what_ends_on_it_is_not() -> None:
    ended = a_fact("f1", kind="drug", text="amoxicillin", since="2026-05-01", until="2026-05-31")
    ends_today = a_fact("f2", kind="drug", text="ibuprofen", since="2026-05-01", until="2026-06-01")
    ends_this_year = a_fact("f3", kind="drug", text="metformin", since="2020", until="2026")
    assert set(texts(brief_of([ended, ends_today, ends_this_year], DAY).drugs)) == {"ibuprofen", "metformin"}


@pytest.mark.parametrize("status", ["resolved", "refuted"])
def test_what_is_not_active_is_no_current_problem(status: str) -> None:
    assert brief_of([a_fact("f1", status=status)], DAY).problems == ()


def test_a_value_is_there_once_and_it_is_the_latest() -> None:
    values = [
        a_fact(
            "new",
            kind="result",
            text="HbA1c",
            code="analyte.hba1c",
            since="2026-05-01",
            value=Quantity(60, "mmol/mol"),
        ),
        a_fact(
            "old",
            kind="result",
            text="HbA1c",
            code="analyte.hba1c",
            since="2025-05-01",
            value=Quantity(48, "mmol/mol"),
        ),
    ]
    assert [f.value for f in brief_of(values, DAY).values] == [Quantity(60, "mmol/mol")]


def test_a_record_that_is_read_again_gives_each_resources_newer_state() -> None:
    before = a_fact("a", text="asthma", code="condition.asthma", fhir="Condition/1")
    after = a_fact("b", text="asthma", code="condition.asthma", fhir="Condition/1", status="resolved")
    assert brief_of([before], DAY).problems == (before,)
    assert brief_of([before, after], DAY).problems == ()


def test_the_last_three_summaries_newest_first() -> None:
    visits = [
        a_fact(f"v{n}", kind="summary", text=f"visit {n}", recorded=f"2026-0{n}-01") for n in (1, 4, 2, 3)
    ]
    assert texts(brief_of(visits, DAY).summaries) == ["visit 4", "visit 3", "visit 2"]


def settled(brief: Brief) -> tuple[bool, bool]:
    return brief.allergies_known, brief.drugs_known


def test_nobody_having_asked_is_not_none() -> None:
    assert settled(brief_of([a_fact("f1")], DAY)) == (False, False)


def test_having_asked_settles_it_be_it_as_none() -> None:
    asked = [
        a_fact(topic, kind="social", text=f"{topic} asked", value=True) for topic in ("allergies", "drugs")
    ]
    brief = brief_of(asked, DAY)
    assert settled(brief) == (True, True)
    assert brief.allergies == brief.drugs == ()


def test_an_allergy_or_a_current_drug_on_record_settles_its_question() -> None:
    allergy = a_fact("f1", kind="allergy", text="penicillin")
    drug = a_fact("f2", kind="drug", text="metformin", until="2026-05-01")
    assert settled(brief_of([allergy, drug], DAY)) == (True, False)


# --- drugs that a visit stopped ------------------------------------------------------------------------------

NAPROXEN: dict[str, Any] = {"kind": "drug", "text": "naproxen", "code": "drug.naproxen"}


def stop(name: str, supersedes: str | None, status: str = "resolved", **more: Any) -> Fact:
    """A visit's word that naproxen ended."""
    fact = a_fact(
        name,
        **NAPROXEN,
        recorded="2026-03-01",
        status=status,
        supersedes=supersedes,
        **{"until": "2026-03-01", **more},
    )
    return replace(fact, source=FactSource("event", "20", "visit-2"))


def test_a_stop_ends_every_earlier_account_of_the_drug() -> None:
    first = a_fact("a", **NAPROXEN, since="2025-01-01")
    newer = a_fact("b", **NAPROXEN, since="2025-09-01")
    assert brief_of([first, newer], DAY).drugs == (newer,)
    assert brief_of([first, newer, stop("c", "b")], DAY).drugs == ()


def test_a_stop_in_our_terms_ends_what_the_record_calls_by_another_code() -> None:
    coded = {"kind": "drug", "text": "Naproxen 250 mg", "code": "7258"}
    older = a_fact("a", **coded, since="2024-01-01", fhir="MedicationRequest/1")
    newer = a_fact("b", **coded, since="2025-01-01", fhir="MedicationRequest/2")
    assert brief_of([older, newer, stop("c", "b")], DAY).drugs == ()


def test_before_the_stop_was_known_the_drug_was_taken() -> None:
    taken = a_fact("a", **NAPROXEN, since="2025-01-01")
    assert brief_of([taken, stop("c", "a")], date(2026, 2, 1)).drugs == (taken,)


def test_what_is_prescribed_after_a_stop_is_taken() -> None:
    before, again = a_fact("a", **NAPROXEN, since="2025-01-01"), a_fact("d", **NAPROXEN, since="2026-04-01")
    assert brief_of([before, stop("c", "a"), again], DAY).drugs == (again,)


def test_a_stop_of_one_drug_ends_no_other() -> None:
    other = a_fact("a", kind="drug", text="ramipril", code="drug.ramipril", since="2025-01-01")
    assert brief_of([other, stop("c", None)], DAY).drugs == (other,)


def test_a_record_s_own_ended_drug_ends_nothing_else() -> None:
    old = a_fact("a", **NAPROXEN, since="2020", status="resolved", fhir="MedicationRequest/1")
    now = a_fact("b", **NAPROXEN, since="2019", fhir="MedicationRequest/2")
    assert brief_of([now, old], DAY).drugs == (now,)


def test_what_is_lowered_to_nothing_is_taken_until_then() -> None:
    first = a_fact("a", **NAPROXEN, since="2025-01-01")
    newer = a_fact("b", **NAPROXEN, since="2025-09-01")
    lowered = stop("c", "b", status="active", until="2026-06-10", since="2025-09-01")
    assert brief_of([first, newer, lowered], DAY).drugs == (lowered,)
    assert brief_of([first, newer, lowered], date(2026, 6, 11)).drugs == ()


def test_that_everything_was_stopped_is_known() -> None:
    taken = a_fact("a", **NAPROXEN, since="2025-01-01")
    assert settled(brief_of([taken, stop("c", "a")], DAY))[1]
