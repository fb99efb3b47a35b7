"""Facts from documents and from what is said: each with its span, its time as precise as the words, nobody else's."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from care_visits import DAY, Saying, clinic, play
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.care.consolidation import facts_of
from wardround.care.extraction import Extraction, Page, extract_document
from wardround.care.said_when import moments_in
from wardround.clinical import WARDROUND, Fact, Quantity

ON = date(2026, 6, 15)
LETTER = """Discharge summary
Date: 2026-06-04

Reason for admission: chest pain. Denies fever. Her mother had breast cancer.

Allergies: Penicillin - anaphylaxis (2019), latex (rash), kiwi fruit
Problems:
- Type 2 diabetes mellitus (2015)
- Hypertension since 2010
- Asthma - resolved
- No history of stroke
- ?Pulmonary embolism
- Widget syndrome
Family history:
- Father: ischaemic heart disease

Medications on discharge:
1. Metformin 500 mg twice a day
2. Apixaban 5 mg BD
3. Zorblaxil 20 mg nocte
4. Amlodipine - stopped in March 2024 because of ankle swelling

Laboratory results
HbA1c 8.1 % (4.0-6.0)
Sodium: 131 L mmol/L
eGFR 54 mL/min/1.73m2
CRP <5 mg/L
BP 142/88, weight 82.5 kg

She takes atorvastatin 20 mg at night. She stopped lisinopril last month. Possible pneumonia.
"""


def extracted(text: str, **more: Any) -> Extraction:
    """What a document gives."""
    return extract_document(clinic(), text, **{"patient_id": "anna", "document": "doc-1", "on": ON, **more})


def letter() -> dict[tuple[str, str], Fact]:
    """The letter's facts, by kind and name."""
    return {(f.kind, f.concept.text.lower()): f for f in extracted(LETTER).facts}


def test_every_fact_stands_where_its_source_says() -> None:
    facts = extracted(LETTER).facts
    assert len(facts) >= 20
    for fact in facts:
        assert (fact.source.kind, fact.source.reference) == ("document", "doc-1")
        assert fact.source.span is not None
        start, end = fact.source.span
        assert LETTER[start:end] == fact.source.quote


@pytest.mark.parametrize(
    ("kind", "name", "status"),
    [
        ("allergy", "penicillins", "active"),
        ("allergy", "latex", "active"),
        ("allergy", "kiwi fruit", "active"),
        ("problem", "type 2 diabetes", "active"),
        ("problem", "hypertension", "active"),
        ("problem", "asthma", "resolved"),
        ("problem", "widget syndrome", "active"),
        ("drug", "metformin", "active"),
        ("drug", "apixaban", "active"),
        ("drug", "zorblaxil", "active"),
        ("drug", "atorvastatin", "active"),
        ("drug", "amlodipine", "resolved"),
        ("drug", "lisinopril", "resolved"),
    ],
)
def test_lists_and_sentences_of_a_letter(kind: str, name: str, status: str) -> None:
    assert letter()[kind, name].status == status


@pytest.mark.parametrize(
    ("slug", "value"),
    [
        ("analyte.hba1c", Quantity(8.1, "%")),
        ("analyte.sodium", Quantity(131.0, "mmol/L")),
        ("analyte.egfr", Quantity(54.0, "mL/min/{1.73m2}")),
        ("analyte.crp", Quantity(5.0, "mg/L", "<")),
        ("finding.systolic_bp", Quantity(142.0, "mm[Hg]")),
        ("finding.weight", Quantity(82.5, "kg")),
    ],
)
def test_values_with_their_units_are_of_the_documents_day(slug: str, value: Quantity) -> None:
    found = next(f for f in extracted(LETTER).facts if f.concept.code(WARDROUND) == slug)
    assert found.value == value
    assert found.valid_from is not None
    assert found.valid_from.iso() == "2026-06-04"


def test_times_are_as_precise_as_the_words() -> None:
    facts = letter()
    assert str(facts["problem", "type 2 diabetes"].valid_from) == "2015"
    assert str(facts["problem", "hypertension"].valid_from) == "2010"
    assert str(facts["drug", "amlodipine"].valid_to) == "2024-03"
    assert str(facts["drug", "lisinopril"].valid_to) == "2026-05"
    assert facts["drug", "metformin"].valid_from is None


def test_a_dose_is_a_quantity_and_words() -> None:
    metformin = letter()["drug", "metformin"]
    assert (metformin.value, metformin.detail) == (Quantity(500.0, "mg"), "500 mg twice a day")


def test_what_is_denied_asked_or_the_familys_is_nobodys_fact_here() -> None:
    names = " ".join(name for _, name in letter())
    for absent in ("stroke", "breast cancer", "ischaemic", "fever", "pneumonia"):
        assert absent not in names
    assert letter()["problem", "pulmonary embolism"].certainty == "possible"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("HbA1c 8.1 %", "result", "analyte.hba1c"),
        ("metformin 500 mg twice a day", "drug", "drug.metformin"),
        ("She is allergic to aspirin.", "allergy", "drug.aspirin"),
        ("Medications: Ramipril 5 mg once daily", "drug", "drug.ramipril"),
        ("PROBLEMS\nGout", "problem", "condition.gout"),
    ],
)
def test_a_line_alone_is_enough(text: str, kind: str, name: str) -> None:
    assert (kind, name) in {(f.kind, f.concept.code(WARDROUND)) for f in extracted(text).facts}


@pytest.mark.parametrize(
    "text", ["Allergies: NKDA", "No known drug allergies.", "Allergies: none", "Denies allergies."]
)
def test_no_known_allergies_is_said_so(text: str) -> None:
    assert [(f.kind, f.concept.text) for f in extracted(text).facts] == [("allergy", "no known allergies")]


@pytest.mark.parametrize(
    "text", ["Never smoked. No diabetes.", "Medications: none", "Mother: asthma", "Is it gout?", "", "HbA1c 8.1", "Problems: nil"]
)  # fmt: skip
def test_what_gives_no_fact(text: str) -> None:
    assert extracted(text).facts == ()


def test_page_and_box_where_the_document_has_them() -> None:
    text = "Problems:\nGout\nHbA1c 8.1 %\n"
    at = text.index("HbA1c")
    first = Page(1, 0, at)
    second = Page(
        2, at, len(text), ((at, at + 5, (0.1, 0.2, 0.3, 0.25)), (at + 6, at + 11, (0.3, 0.2, 0.5, 0.26)))
    )
    found = {f.kind: f.source for f in extracted(text, pages=[first, second]).facts}
    assert found["problem"].page == 1
    assert found["problem"].box is None
    assert (found["result"].page, found["result"].box) == (2, (0.1, 0.2, 0.5, 0.26))


def test_the_same_document_again_gives_the_same_facts() -> None:
    assert extracted(LETTER) == extracted(LETTER)
    assert len({f.id for f in extracted(LETTER).facts}) == len(extracted(LETTER).facts)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for fact in extracted(text).facts:
        assert fact.source.span is not None
        assert text[slice(*fact.source.span)] == fact.source.quote


@pytest.mark.parametrize(
    ("words", "iso", "since"),
    [
        ("for three years", "2023", True),
        ("for the last 2 years", "2024", True),
        ("for a couple of months", "2026-04", True),
        ("last month", "2026-05", False),
        ("last year", "2025", False),
        ("two days ago", "2026-06-13", False),
        ("since 2015", "2015", True),
        ("since March", "2026-03", True),
        ("in November", "2025-11", False),
        ("in March 2024", "2024-03", False),
        ("on 3 May 2021", "2021-05-03", False),
        ("yesterday", "2026-06-14", False),
    ],
)
def test_when_it_was(words: str, iso: str, since: bool) -> None:
    (moment,) = moments_in(f"It was so {words}.", ON)
    assert (moment.at.iso(), moment.since) == (iso, since)


@pytest.mark.parametrize("words", ["in 2031", "2026-02-31", "over the last month", "for ever", "in a year"])
def test_no_date_is_made_up(words: str) -> None:
    assert moments_in(words, ON) == ()


# --- conversation --------------------------------------------------------------------------------------------------


async def told(answer: str, complaint: str = "I have a cough") -> list[Fact]:
    """The facts of a visit in which the patient says this to the first question about fever."""
    says = Saying("No.", {"fever": answer, "runny": answer, "chest pain": answer, "breath": answer})
    return list(facts_of(clinic(), (await play(complaint, says=says)).events))


async def test_an_illness_is_remembered_with_since_when() -> None:
    facts = await told("No. I have had high blood pressure for three years.")
    found = next(f for f in facts if f.concept.code(WARDROUND) == "condition.hypertension")
    assert (found.kind, found.certainty, str(found.valid_from)) == ("problem", "reported", "2023")
    assert found.source.quote == "I have had high blood pressure for three years"


async def test_a_drug_told_in_passing_is_remembered_with_its_dose_and_one_that_ended_with_its_end() -> None:
    facts = await told("No. I take amlodipine 5 mg once a day. I stopped lisinopril last month.")
    taken = {f.concept.code(WARDROUND): f for f in facts if f.kind == "drug" and f.source.quote}
    assert (taken["drug.amlodipine"].value, taken["drug.amlodipine"].status) == (
        Quantity(5.0, "mg"),
        "active",
    )
    assert taken["drug.lisinopril"].status == "resolved"
    assert str(taken["drug.lisinopril"].valid_to) == "2026-10"


async def test_what_a_finding_rests_on_are_the_words_that_name_it() -> None:
    facts = await told("Yes, I have a fever.")
    fever = next(f for f in facts if f.concept.code(WARDROUND) == "finding.fever")
    assert "fever" in fever.source.quote


async def test_what_the_family_has_is_not_the_patients() -> None:
    facts = await told("No. My mother has had high blood pressure for three years and takes amlodipine.")
    assert not {"condition.hypertension", "drug.amlodipine"} & {f.concept.code(WARDROUND) for f in facts}


async def test_a_dose_missed_today_is_no_drug_that_ended() -> None:
    facts = await told("No. I haven't taken my amlodipine today.")
    assert not [f for f in facts if f.kind == "drug" and f.status == "resolved"]


async def test_a_value_of_today_that_the_record_holds_is_not_written_again() -> None:
    first = await play("I have a cough", says=Saying())
    again = await play("I have a cough", at=first.ward, says=Saying())
    written = {
        (f.concept.code(WARDROUND), f.value) for f in facts_of(clinic(), first.events) if f.kind == "result"
    }
    twice = {
        (f.concept.code(WARDROUND), f.value) for f in facts_of(clinic(), again.events) if f.kind == "result"
    }
    assert written
    assert not written & twice


async def test_a_value_of_another_day_is() -> None:
    first = await play("I have a cough", says=Saying())
    later = await play("I have a cough", at=first.ward, on=DAY + timedelta(days=9), says=Saying())
    assert [f for f in facts_of(clinic(), later.events) if f.kind == "result"]
