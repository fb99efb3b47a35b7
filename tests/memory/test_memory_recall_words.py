"""Recall's words: a kind is asked for in many ways, what a drug is for is not told by finding it, and unknown events are named."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from memory_facts import a_fact
from recalled_patient import TODAY, WHO, facts, remembered

from wardround.clinical import Fact
from wardround.memory import Memory, Recollection
from wardround.search import Reading


@pytest.fixture(scope="module")
def memory() -> Memory:
    return remembered()


def ids(found: Recollection) -> set[str]:
    return {item.id for item in found.items}


def recall(memory: Memory, query: str, **more: object) -> Recollection:
    return memory.recall(query, patient_id=WHO, on=TODAY, **{"k": 100, **more})  # type: ignore[arg-type]


# --- kinds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("problem", "active problems"),
        ("problem", "What are her active problems?"),
        ("problem", "what problems does she have"),
        ("problem", "list her diagnoses"),
        ("problem", "diagnoses"),
        ("problem", "diagnosis"),
        ("problem", "known medical conditions"),
        ("problem", "现在有哪些诊断"),
        ("drug", "active drugs"),
        ("drug", "show all the medicines that she has"),
        ("drug", "目前的用药"),
        ("allergy", "her known allergies"),
        ("allergy", "has this patient any documented allergies?"),
        ("allergy", "有什么过敏"),
    ],
)
def test_a_kind_is_asked_for_with_words_that_say_nothing_more(memory: Memory, kind: str, asked: str) -> None:
    found = recall(memory, asked)
    assert ids(found) == {f.id for f in facts() if f.kind == kind}
    assert found.kinds == (kind,)


def test_beside_a_kind_a_name_still_says_what_is_wanted() -> None:
    memory = remembered(a_fact("tb", text="Active tuberculosis", since="2020"))
    assert ids(recall(memory, "active tuberculosis")) == {"tb"}
    assert ids(recall(memory, "the problem of active tuberculosis")) == {"tb"}
    assert ids(recall(memory, "高血压病史")) == {"chinese"}


# --- what a drug is for ------------------------------------------------------------------------------------------


def with_hiv() -> list[Fact]:
    drug = {"kind": "drug", "since": "2018-01-05"}
    return [
        a_fact("hiv", text="HIV infection", code="condition.hiv_infection", since="2016"),
        a_fact("art", **drug, text="Biktarvy", code="drug.bictegravir_emtricitabine_tenofovir"),
        a_fact("bic", **drug, text="bictegravir/emtricitabine/tenofovir"),
        a_fact("ritonavir", **drug, text="ritonavir", code="drug.ritonavir"),
        a_fact("sertraline", **drug, text="sertraline", code="drug.sertraline"),
        a_fact("depression", text="Depression", code="condition.depression", since="2016"),
    ]


@pytest.mark.parametrize("role", ["attending", "pharmacist", "stranger"])
@pytest.mark.parametrize(
    ("asked", "kept", "note"),
    [
        ("Does the patient have HIV?", {"hiv", "art", "bic", "ritonavir"}, "HIV"),
        ("HIV medicine", {"hiv", "art", "bic", "ritonavir"}, "HIV"),
        ("depression", {"depression", "sertraline"}, "mental health"),
    ],
)
def test_what_a_drug_is_for_is_not_told_by_finding_it(
    role: str, asked: str, kept: set[str], note: str
) -> None:
    found = recall(remembered(*with_hiv()), asked, role=role)
    assert ids(found).isdisjoint(kept)
    assert not any("hiv" in why.lower() or "depress" in why.lower() for i in found for why in i.because)
    assert f"on {note} " in found.withheld.note()


@pytest.mark.parametrize("more", [{"role": "physician"}, {"role": "attending", "purpose": "an interaction"}])
def test_who_may_know_finds_a_drug_by_what_it_is_for(more: dict[str, str]) -> None:
    found = recall(remembered(*with_hiv()), "Does the patient have HIV?", **more)
    (bic,) = (item for item in found if item.id == "bic")
    assert bic.because == ("is given for “HIV”",)


def test_a_drug_is_still_found_by_its_name_and_by_what_is_not_withheld() -> None:
    memory = remembered(*with_hiv())
    assert "bic" in ids(recall(memory, "bictegravir", role="attending"))
    assert "sertraline" in ids(recall(memory, "SSRI", role="attending"))
    assert "lithium" in ids(recall(memory, "mood stabiliser", role="attending"))
    assert "amlodipine" in ids(recall(memory, "blood pressure tablets", role="attending"))


class Knowing:
    """An embedder that knows what bictegravir is for."""

    name = "knowing"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        known = [any(word in text.lower() for word in ("hiv", "bictegravir")) for text in texts]
        return np.array([[1.0, 0.0] if one else [0.0, 1.0] for one in known], dtype=np.float32).reshape(-1, 2)

    def read(self, texts: Sequence[str]) -> Reading:
        whole = self.encode(texts)
        return Reading(whole, whole, np.arange(len(texts) + 1, dtype=np.int64))


def test_nor_is_it_told_by_what_the_question_means() -> None:
    memory = Memory(embedder=Knowing())
    memory.write([*facts(), *with_hiv()], patient_id=WHO)
    assert "bic" in ids(recall(memory, "HIV"))
    assert "bic" not in ids(recall(memory, "HIV", role="attending"))


# --- events ------------------------------------------------------------------------------------------------------


def test_a_named_operation_is_a_time(memory: Memory) -> None:
    found = recall(memory, "drugs before the hip replacement")
    assert (found.when, str(found.until)) == ("before the hip replacement", "2024-06-09")
    assert ids(found) == {"lisinopril-10", "amlodipine", "metformin", "lithium"}
    assert found.note == ""


@pytest.mark.parametrize("event", ["before the knee operation", "since her transplant", "until the divorce"])
def test_an_event_that_is_not_on_record_limits_nothing_and_is_named(memory: Memory, event: str) -> None:
    found = recall(memory, f"drugs {event}")
    assert (found.when, found.since, found.until) == ("", None, None)
    assert found.note.startswith(f"'{event}': nothing that may be seen on record says when")
    assert ids(found) == {f.id for f in facts() if f.kind == "drug"}
    assert recall(memory, "lithium").note == ""


# --- Chinese -----------------------------------------------------------------------------------------------------


def test_chinese_shares_two_signs_with_what_it_finds() -> None:
    memory = remembered(
        a_fact("aids", text="艾滋病", since="2015"), a_fact("dm", text="2型糖尿病", since="2015")
    )
    assert ids(recall(memory, "艾滋病")) == {"aids"}
    assert ids(recall(memory, "糖尿病")) == {"dm"}
    assert ids(recall(memory, "病")) == {"aids", "dm"}
