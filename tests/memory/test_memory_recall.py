"""Recall: what is asked by class, code, kind, time, words, Chinese words or meaning is found, and says why and where from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_facts import a_fact
from recalled_patient import TODAY, WHO, facts, product, remembered

from wardround.clinical import RXNORM, Coding, Concept, Fact, FactSource
from wardround.memory import Memory, Recollection, RememberingError
from wardround.search import Reading


@pytest.fixture(scope="module")
def memory() -> Memory:
    return remembered(product())


def ids(found: Recollection) -> list[str]:
    return [item.id for item in found.items]


def recall(memory: Memory, query: str = "", **more: object) -> Recollection:
    return memory.recall(query, patient_id=WHO, on=TODAY, **more)  # type: ignore[arg-type]


# --- by structure ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ACE inhibitor", ["lisinopril-20", "lisinopril-10"]),
        ("ace-inhibitors?", ["lisinopril-20", "lisinopril-10"]),
        ("mood stabiliser", ["lithium"]),
        ("calcium channel blocker", ["amlodipine"]),
        ("drug.metformin", ["metformin"]),
        ("acetaminophen", ["product"]),
        ("HbA1c", ["hba1c-7", "hba1c-64"]),
        ("which allergies?", ["penicillin"]),
        ("resuscitation", ["no-cpr"]),
        ("the last visit", ["visit-b", "visit-a"]),
    ],
)
def test_what_is_asked_by_class_name_or_kind_is_found_newest_first(
    memory: Memory, asked: str, found: list[str]
) -> None:
    assert ids(recall(memory, asked)) == found


def test_lay_words_find_what_the_record_calls_otherwise(memory: Memory) -> None:
    assert {"lisinopril-20", "amlodipine"} <= set(ids(recall(memory, "blood pressure tablets")))
    assert ids(recall(memory, "sugar diabetes"))[0] == "diabetes"


def test_every_way_in_which_it_was_found_is_said(memory: Memory) -> None:
    item = recall(memory, "ACE inhibitor").items[0]
    assert item.because == ("drug.lisinopril belongs to class.ace_inhibitor",)
    assert recall(memory, "blood pressure").items[0].because[0].startswith("is called “")


def test_nothing_is_found_about_what_nobody_said(memory: Memory) -> None:
    for asked in ("volcanoes", "statin", "heart attack", "water tablet"):
        assert ids(recall(memory, asked)) == []


def test_kinds_and_codes_limit_what_is_looked_among(memory: Memory) -> None:
    assert ids(recall(memory, kinds=["allergy"])) == ["penicillin"]
    assert ids(recall(memory, "blood pressure", kinds=["problem"])) == ["hypertension"]
    assert ids(recall(memory, codes=["class.ace_inhibitor"])) == ["lisinopril-20", "lisinopril-10"]
    for code in (Coding(RXNORM, "161"), (RXNORM, "161"), "161"):
        assert ids(recall(memory, codes=[code])) == ["product"]


def test_no_question_gives_what_stands_newest_first(memory: Memory) -> None:
    found = recall(memory, k=3)
    assert ids(found) == [
        "penicillin",
        "hba1c-7",
        "potassium",
    ]  # what has no date counts from when it was written
    assert found.found == len(facts()) + 1
    assert len(found) == 3


def test_a_fact_a_visit_and_a_code_are_found_by_their_names(memory: Memory) -> None:
    assert ids(recall(memory, "hba1c-64"))[0] == "hba1c-64"
    assert set(ids(recall(memory, "what happened at visit-1", k=100))) == {
        f.id for f in (*facts(), product())
    }


def test_first_and_last_order_what_answers_alike(memory: Memory) -> None:
    assert ids(recall(memory, "first HbA1c"))[0] == "hba1c-64"
    assert ids(recall(memory, "last HbA1c"))[0] == "hba1c-7"


# --- by time ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("what did she take before the operation?", {"lisinopril-10", "amlodipine", "metformin", "lithium", "product"}),
        ("cough in spring 2024", {"cough", "visit-a"}),
        ("HbA1c since the dose was raised", {"hba1c-7"}),
        ("HbA1c in 2023", {"hba1c-64"}),
        ("cough last spring", set()),
    ],
)  # fmt: skip
def test_question_words_of_time_are_understood(memory: Memory, asked: str, found: set[str]) -> None:
    assert set(ids(recall(memory, asked))) == found


def test_the_window_that_was_understood_is_said(memory: Memory) -> None:
    found = recall(memory, "tablets before the operation")
    assert (found.when, found.since, found.until) == ("before the operation", None, date(2024, 6, 9))
    assert found.items[0].because[-1] == "to 2024-06-09"


def test_a_date_that_can_be_read_two_ways_limits_nothing_and_is_named(memory: Memory) -> None:
    found = recall(memory, "HbA1c since 3/4/2015")
    assert set(ids(found)) == {"hba1c-7", "hba1c-64"}
    assert "2015-04-03" in found.note


def test_what_has_no_date_comes_behind_and_says_so(memory: Memory) -> None:
    found = recall(memory, since=date(2025, 1, 1), kinds=["allergy", "drug"])
    assert ids(found)[-1] == "penicillin"
    assert "when is not known" in found.items[-1].because
    assert "lisinopril-10" in ids(found)
    assert "lisinopril-10" not in ids(recall(memory, since=date(2025, 4, 1), kinds=["drug"]))


def test_an_earlier_day_knows_what_was_recorded_by_then() -> None:
    memory = remembered(a_fact("late", kind="drug", text="ramipril", recorded="2026-05-01", since="2020"))
    assert ids(memory.recall("ramipril", patient_id=WHO, on=date(2026, 4, 30))) == []
    assert ids(memory.recall("ramipril", patient_id=WHO, on=date(2026, 5, 1))) == ["late"]


# --- what no longer stands ---------------------------------------------------------------------------------------------


def corrected() -> Memory:
    memory = remembered(
        a_fact("wrong", kind="drug", text="digoxin", code="drug.digoxin", since="2020"),
        a_fact("denied", kind="allergy", text="latex", status="refuted", recorded="2026-02-01"),
    )
    source = FactSource("event", "9", "visit-9")
    memory.retract(
        "wrong", patient_id=WHO, why="another patient", source=source, at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    return memory


def test_what_was_retracted_or_refuted_comes_only_if_asked_for() -> None:
    memory = corrected()
    assert ids(recall(memory, "digoxin")) == []
    assert ids(recall(memory, "latex")) == []
    (wrong,) = recall(memory, "digoxin", history=True).items
    assert (wrong.id, wrong.past) == ("wrong", "retracted on 2026-03-01")
    (denied,) = recall(memory, "latex", history=True).items
    assert denied.past == "refuted"


# --- by words, Chinese, meaning ------------------------------------------------------------------------------------


def test_chinese_words_are_found_inside_longer_ones() -> None:
    memory = remembered(a_fact("zh", kind="drug", text="苯磺酸氨氯地平片", since="2020"))
    assert ids(recall(memory, "氨氯地平")) == ["zh"]
    assert ids(recall(memory, "高血压")) == ["chinese"]
    assert ids(recall(memory, "过敏")) == ["penicillin"]


class Likeness:
    """An embedder that knows two things to be alike."""

    name = "likeness"
    alike = ("waterworks", "hip")

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = [[1.0, 0.0] if any(w in t.lower() for w in self.alike) else [0.0, 1.0] for t in texts]
        return np.array(rows, dtype=np.float32)

    def read(self, texts: Sequence[str]) -> Reading:
        self.read_texts += texts
        whole = self.encode(texts)
        return Reading(whole, whole, np.arange(len(texts) + 1, dtype=np.int64))


def test_by_meaning_what_shares_no_word_is_found_and_the_vectors_are_kept() -> None:
    embedder = Likeness()
    memory = Memory(embedder=embedder)
    memory.write(facts(), patient_id=WHO)
    assert ids(recall(memory, "waterworks")) == ["hip"]
    assert recall(memory, "waterworks").items[0].because == ("its meaning",)
    kept = memory.store.vectors(patient_id=WHO, model="likeness")
    assert set(kept) == {f.id for f in facts()}
    again = len(embedder.read_texts)
    memory.write([a_fact("new", text="something else")], patient_id=WHO)
    recall(memory, "waterworks")
    assert embedder.read_texts[again:-1] == ["something else"]


# --- provenance ----------------------------------------------------------------------------------------------------------


def test_every_item_names_itself_with_all_its_sources() -> None:
    told = replace(
        a_fact("told", text="Hypertension", code="condition.hypertension"),
        source=FactSource("event", "31", "visit-7"),
    )
    memory = remembered(
        told, a_fact("record", text="Hypertension", code="condition.hypertension", fhir="Condition/4")
    )
    item = next(i for i in recall(memory, "Hypertension").items if i.fact.concept.text == "Hypertension")
    assert {s.reference for s in item.sources} == {"12", "31", "Condition/4"}
    assert set(item.causes) == {("visit-1", "12"), ("visit-7", "31")}


def test_nothing_of_another_patient_is_found() -> None:
    memory = remembered()
    memory.write([a_fact("fact-of-p2", patient_id="p2", kind="allergy", text="latex")], patient_id="p2")
    assert ids(recall(memory, "latex")) == []
    assert ids(recall(memory, "fact-of-p2")) == []
    with pytest.raises(TypeError):
        memory.recall("latex", on=TODAY)  # type: ignore[call-arg]


# --- hostile questions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"k": 0}, "k"),
        ({"k": 100_000}, "k"),
        ({"since": date(2026, 1, 2), "until": date(2026, 1, 1)}, "since, until"),
        ({"query": "a" * 5_000}, "query"),
        ({"purpose": "a" * 5_000}, "purpose"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(
    memory: Memory, wrong: dict[str, object], named: str
) -> None:
    with pytest.raises(RememberingError, match=f"^{named}:"):
        recall(memory, **wrong)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(query=st.text(max_size=60))
def test_no_question_breaks_it_and_the_same_question_gives_the_same_answer(query: str) -> None:
    memory = _MEMORY
    first, second = recall(memory, query), recall(memory, query)
    assert first == second
    scores = [round(item.score, 2) for item in first.items]
    assert scores == sorted(scores, reverse=True)
    assert all(isinstance(item.fact, Fact) and item.because for item in first.items)


_MEMORY = remembered()


def test_a_long_record_is_searched_like_a_short_one() -> None:
    many = [a_fact(f"n{n}", kind="result", text=f"thing {n}", since="2024") for n in range(3_000)]
    memory = remembered(*many)
    assert ids(recall(memory, "ACE inhibitor")) == ["lisinopril-20", "lisinopril-10"]
    assert ids(recall(memory, "thing 2999"))[0] == "n2999"


def test_an_unknown_concept_is_found_by_its_own_words() -> None:
    odd = replace(a_fact("odd"), concept=Concept("Smith-Magenis phenotype"))
    assert ids(recall(remembered(odd), "smith magenis")) == ["odd"]


@pytest.mark.parametrize("role", ["physician", "attending"])
@pytest.mark.parametrize(
    "asked",
    ["ACE inhibitor", "which allergies?", "blood pressure tablets", "HbA1c since the dose was raised", "", "高血压", "bipolar",
     "what did she take before the operation?", "hba1c-64", "digoxin"],
)  # fmt: skip
def test_of_a_long_record_the_same_is_found_as_of_a_short_one(
    asked: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = corrected()
    for history in (False, True):
        whole = recall(memory, asked, role=role, history=history, k=100)
        with monkeypatch.context() as patch:
            patch.setattr("wardround.memory.reading.LONG", 0)
            narrow = recall(memory, asked, role=role, history=history, k=100)
        assert ids(narrow) == ids(whole)
        assert narrow.withheld == whole.withheld
        assert (narrow.since, narrow.until) == (whole.since, whole.until)
