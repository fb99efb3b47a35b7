"""Progressive disclosure: who does not need what is sensitive does not see it anywhere, is told so, and can ask, audited."""

from __future__ import annotations

from dataclasses import asdict, replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_facts import a_fact
from recalled_patient import TODAY, WHO, facts, remembered

from wardround.clinical import ICD10, LOINC, SNOMED, Coding, Concept, Fact, FactSource, Patient
from wardround.knowledge import load
from wardround.memory import NEEDS, Disclosure, Memory, dictionary, record_markdown
from wardround.memory.sensitivity import CATEGORIES, marks_of, without

WORDS = dictionary(load())
SECRET = ("bipolar", "depress", "joy")


@pytest.fixture(scope="module")
def memory() -> Memory:
    return remembered()


def coded(system: str, code: str, text: str = "a matter", **more: object) -> Fact:
    return replace(a_fact("coded", **more), concept=Concept(text, (Coding(system, code, text),)))  # type: ignore[arg-type]


# --- what is recognised ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "category"),
    [
        (coded(ICD10, "F32.1"), "mental_health"),
        (coded(ICD10, "F20"), "mental_health"),
        (coded("http://hl7.org/fhir/sid/icd-10-cm", "F11.20"), "substance_use"),
        (coded(ICD10, "F10.2"), "substance_use"),
        (coded(ICD10, "F52.2"), "sexual_health"),
        (coded(ICD10, "A53.9"), "sexual_health"),
        (coded(ICD10, "B20"), "hiv"),
        (coded(ICD10, "B24"), "hiv"),
        (coded(ICD10, "Z21"), "hiv"),
        (coded(ICD10, "G10"), "genetics"),
        (coded(SNOMED, "370143000"), "mental_health"),
        (coded(SNOMED, "7200002"), "substance_use"),
        (coded(LOINC, "55277-8", kind="result"), "hiv"),
        (coded(LOINC, "21636-6", kind="result"), "genetics"),
        (coded(LOINC, "44261-6", kind="result"), "mental_health"),
        (a_fact("x", text="recurrent depressive episode"), "mental_health"),
        (a_fact("x", text="HIV-positive"), "hiv"),
        (a_fact("x", text="genital chlamydia"), "sexual_health"),
        (a_fact("x", text="BRCA1 mutation carrier"), "genetics"),
        (a_fact("x", kind="social", text="drinks too much"), "substance_use"),
        (a_fact("x", text="抑郁症"), "mental_health"),
        (a_fact("x", text="艾滋病"), "hiv"),
        (a_fact("x", kind="finding", text="thoughts", code="finding.suicidal_thoughts"), "mental_health"),
        (a_fact("x", kind="result", text="PHQ-9", code="test.phq9", value="19 points"), "mental_health"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_is_sensitive_is_known_by_code_by_entry_and_by_word(fact: Fact, category: str) -> None:
    assert category in marks_of(fact, WORDS).all


@pytest.mark.parametrize(
    "fact",
    [
        coded(ICD10, "I10"),
        coded(ICD10, "F05", "Delirium, not induced by substances of any kind"),
        coded(ICD10, "F03", "Unspecified dementia"),
        coded(ICD10, "F17.2", "Dependence on tobacco"),
        a_fact("x", text="ST depression in the lateral leads"),
        a_fact("x", text="bipolar hip prosthesis", kind="procedure"),
        a_fact("x", text="photophobia"),
        a_fact("x", text="non-alcoholic fatty liver disease"),
        a_fact("x", text="Chlamydia pneumoniae infection"),
        a_fact("x", text="Normal pregnancy"),
        a_fact("x", kind="finding", text="pregnant", code="finding.pregnancy", value=True),
        a_fact("x", kind="result", text="Lithium [Moles/volume] in Serum"),
        *[
            f
            for f in facts()
            if f.id in ("hypertension", "penicillin", "cough", "hip", "no-cpr", "metformin")
        ],
    ],
    ids=lambda f: f.concept.text[:20],
)
def test_what_is_not_sensitive_is_left_alone(fact: Fact) -> None:
    assert marks_of(fact, WORDS).all == frozenset()


# --- who sees what ------------------------------------------------------------------------------------------------


def test_who_is_not_in_the_table_sees_nothing_sensitive_not_even_with_a_purpose() -> None:
    for purpose in ("", "I want to"):
        to = Disclosure("receptionist", frozenset(CATEGORIES), purpose)
        assert to.open == frozenset()
        assert not to.need.drugs


def test_a_category_is_shown_where_the_visit_concerns_it_or_a_purpose_is_given() -> None:
    assert Disclosure("attending").open == frozenset()
    assert Disclosure("attending", frozenset(["hiv"])).open == frozenset(["hiv"])
    assert Disclosure("attending", purpose="risk").open == frozenset(CATEGORIES)
    assert Disclosure("investigations", frozenset(CATEGORIES)).open == NEEDS["investigations"].of
    assert Disclosure("physician").open == frozenset(CATEGORIES)


def recall(memory: Memory, query: str, role: str, **more: object) -> list[str]:
    found = memory.recall(query, patient_id=WHO, on=TODAY, role=role, k=100, **more)  # type: ignore[arg-type]
    return [item.id for item in found.items]


def test_a_drug_is_shown_without_its_reason(memory: Memory) -> None:
    (item,) = memory.recall("lithium", patient_id=WHO, on=TODAY, role="pharmacist").items
    assert item.fact.concept.text == "lithium carbonate"
    assert item.fact.detail == "400 mg at night [withheld]"
    assert "bipolar" not in str(item).lower()


def test_who_does_not_treat_does_not_see_a_drug_that_tells_what_it_is_for(memory: Memory) -> None:
    assert recall(memory, "lithium", "receptionist") == []
    assert recall(memory, "metformin", "receptionist") == ["metformin"]


def test_what_is_withheld_is_counted_and_the_way_to_it_said(memory: Memory) -> None:
    found = memory.recall("bipolar disorder", patient_id=WHO, on=TODAY, role="attending")
    assert "bipolar" not in {item.id for item in found.items}
    assert found.withheld.counts["mental_health"] >= 1
    assert found.withheld.note().endswith("withheld; ask with a purpose")


def test_a_summary_keeps_what_is_not_sensitive(memory: Memory) -> None:
    (item,) = (
        i
        for i in memory.recall("visits", patient_id=WHO, on=TODAY, role="attending").items
        if i.id == "visit-b"
    )
    assert item.fact.concept.text == "Prescribed Sertraline. To be seen in 14 days. Ended: home. [withheld]"


def test_a_conflict_over_what_is_withheld_is_withheld() -> None:
    denied = a_fact(
        "denied",
        text="Bipolar disorder",
        code="condition.bipolar_disorder",
        status="refuted",
        recorded="2026-02-01",
    )
    memory = remembered(denied)
    assert memory.conflicts(patient_id=WHO, on=TODAY)
    assert memory.context(patient_id=WHO, on=TODAY, complaint="a cough").of("conflicts") == ()


# --- asking --------------------------------------------------------------------------------------------------------


def test_asking_with_a_purpose_shows_it_and_is_written_down() -> None:
    memory = remembered()
    assert "bipolar" in recall(
        memory, "bipolar disorder", "attending", purpose="before steroids", by="Dr Osei"
    )
    (line,) = memory.audit(patient_id=WHO)
    assert (line.by, line.role, line.reason) == ("Dr Osei", "attending", "before steroids")
    assert "mental_health" in line.about
    assert line.count is not None
    assert line.count >= 1


def test_asking_is_written_down_though_nothing_was_found_or_shown() -> None:
    memory = remembered()
    assert recall(memory, "volcanoes", "attending", purpose="why not") == []
    assert recall(memory, "bipolar disorder", "receptionist", purpose="curious") == []
    assert [line.reason for line in memory.audit(patient_id=WHO)] == ["why not", "curious"]
    assert "may have none" in memory.audit(patient_id=WHO)[1].about


def test_not_asking_writes_nothing() -> None:
    memory = remembered()
    recall(memory, "bipolar", "attending")
    memory.views(patient_id=WHO, on=TODAY, role="attending")
    assert memory.audit(patient_id=WHO) == ()


# --- what a visit concerns -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("complaint", "concerned"),
    [
        ("I have a cough", False),
        ("my mood is very low", True),
        ("I feel tired all the time", True),
        ("I'm here for my check, as agreed", True),
        ("it burns when I pee", False),
    ],
)
def test_a_visit_concerns_what_the_complaint_names_or_an_illness_on_record_brings(
    complaint: str, concerned: bool
) -> None:
    memory = remembered(a_fact("low", text="Depression", code="condition.depression", since="2025-03-01"))
    found = memory.concerns(patient_id=WHO, on=TODAY, complaint=complaint)
    assert ("mental_health" in found) is concerned


# --- nothing leaks -------------------------------------------------------------------------------------------------


def everything_read(memory: Memory, role: str) -> str:
    """All that memory gives to a role, as text."""
    views = memory.views(patient_id=WHO, on=TODAY, role=role)
    shown = memory.disclosed(patient_id=WHO, on=TODAY, role=role)
    context = memory.context(patient_id=WHO, on=TODAY, complaint="a cough", role=role)
    asked = (
        "",
        "bipolar",
        "mood",
        "visits",
        "since the diagnosis of bipolar disorder",
        "what is lithium for",
    )
    recalled = [
        memory.recall(q, patient_id=WHO, on=TODAY, role=role, history=h, k=100)
        for q in asked
        for h in (False, True)
    ]
    items = [(i.statement, i.past) for found in recalled for i in found.items]
    markdown = record_markdown(Patient(WHO, "Anna", None, "female"), shown.shown, on=TODAY)
    said = [
        asdict(views),
        context.text(),
        context.facts,
        items,
        [f.since for f in recalled],
        shown.shown,
        markdown,
    ]
    return f"{said!r} {views.history.text()} {orjson.dumps(asdict(views), default=str).decode()}".lower()


@pytest.mark.parametrize("role", ["attending", "pharmacist", "investigations", "receptionist"])
def test_no_view_no_summary_no_recall_and_no_markdown_says_what_is_withheld(role: str) -> None:
    told = FactSource("event", "40", "visit-1", quote="I have been bipolar since I was twenty")
    memory = remembered(
        replace(a_fact("quoted", kind="finding", text="tired"), source=told),
        a_fact("reply", kind="response", text="lithium carbonate", value="no longer depressed"),
        a_fact(
            "old-dose", kind="drug", text="quetiapine", recorded="2025-01-01", detail="25 mg; for manic days"
        ),
        a_fact("new-dose", kind="drug", text="quetiapine", supersedes="old-dose", detail="50 mg"),
        a_fact("older", text="Bipolar affective illness, mixed", recorded="2025-01-01"),
        replace(
            a_fact("newer", text="Bipolar affective illness, mixed", supersedes="older"),
            detail="manic in May",
        ),
    )
    read = everything_read(memory, role)
    for secret in (*SECRET, "manic", "2019'"):
        assert secret not in read, secret
    assert "bipolar" in everything_read(memory, "physician")


def test_words_of_time_do_not_tell_the_date_of_what_is_withheld() -> None:
    memory = remembered()
    query = "tablets since the diagnosis of bipolar disorder"
    assert memory.recall(query, patient_id=WHO, on=TODAY).since is not None
    assert memory.recall(query, patient_id=WHO, on=TODAY, role="pharmacist").since is None


_SECRETS = st.sampled_from(
    ["depression", "HIV", "syphilis", "BRCA1 gene", "cocaine use", "自杀", "alcohol dependence"]
)
_PLAIN = st.sampled_from(["10 mg at night", "for her knee", "take with food", "seen by Dr Wu", "since March"])


@settings(max_examples=80, deadline=None)
@given(
    parts=st.lists(_SECRETS | _PLAIN, min_size=1, max_size=6),
    kind=st.sampled_from(["drug", "summary", "problem", "plan", "allergy"]),
)
def test_what_is_left_of_a_fact_says_nothing_of_what_is_hidden_and_cutting_again_cuts_nothing(
    parts: list[str], kind: str
) -> None:
    text = (
        ". ".join(parts) + "."
        if kind in ("summary", "plan")
        else "amoxicillin"
        if kind != "problem"
        else parts[0]
    )
    fact = a_fact("x", kind=kind, text=text, detail="; ".join(parts))
    hidden = frozenset(CATEGORIES)
    left = without(fact, hidden, WORDS)
    if left is None:
        assert kind not in ("drug", "allergy")
        return
    assert not marks_of(left, WORDS).all & hidden
    assert without(left, hidden, WORDS) == left
