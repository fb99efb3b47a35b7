"""Texts to claims: atomic, self-contained, in order, each once, and exactly where they were read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.evidence import Kind, claims, contradictions, read_claims
from wardround.evidence.splitting_claims import MAX_CHARACTERS
from wardround.knowledge import load

BASE = load()


def said(text: str) -> list[str]:
    return [claim.text for claim in claims(text, BASE)]


def test_coordinated_statements_come_apart_and_share_their_subject() -> None:
    assert said("Metformin lowers glucose and causes diarrhoea.") == [
        "Metformin lowers glucose",
        "Metformin causes diarrhoea",
    ]


def test_every_drug_has_its_own_dose() -> None:
    text = "Plan: give aspirin 300 mg and clopidogrel 75 mg once daily."
    found = claims(text, BASE)
    assert [c.text for c in found] == ["Give aspirin 300 mg", "Give clopidogrel 75 mg once daily"]
    assert [text[c.start : c.end] for c in found] == ["give aspirin 300 mg", "clopidogrel 75 mg once daily"]
    assert said("Warfarin and ibuprofen 400 mg interact.") == ["Warfarin and ibuprofen 400 mg interact"]


def test_a_shared_condition_is_repeated() -> None:
    assert said("If the eGFR is below 30, metformin is stopped and potassium is checked.") == [
        "If the eGFR is below 30, metformin is stopped",
        "If the eGFR is below 30, potassium is checked",
    ]


def test_nouns_that_are_joined_stay_together() -> None:
    assert said("Ibuprofen and naproxen raise the blood pressure.") == [
        "Ibuprofen and naproxen raise the blood pressure"
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        (
            "Metformin lowers glucose. It is stopped in liver failure.",
            "Metformin is stopped in liver failure",
        ),
        ("Ibuprofen and naproxen can harm. They raise potassium.", "Ibuprofen and naproxen raise potassium"),
        ("NICE speaks of metformin in asthma. This drug needs care.", "Metformin needs care"),
        ("She denies chest pain.", "The patient denies chest pain"),
    ],
)
def test_pronouns_are_named(text: str, last: str) -> None:
    assert said(text)[-1] == last


def test_it_is_likely_that_names_nobody() -> None:
    assert said("Metformin helps. It is important to drink enough.")[-1] == "It is important to drink enough"


def test_questions_headings_and_what_was_not_chosen_are_no_claims() -> None:
    text = """# Plan
Do you smoke?
A) aspirin is given
B) clopidogrel 75 mg is given
C) heparin is given
Answer: B
Ramipril was considered but not chosen. Use amlodipine rather than ramipril.
- [ ] Bisoprolol is started
- [x] Atorvastatin is started"""
    assert said(text) == ["Clopidogrel 75 mg is given", "Use amlodipine", "Atorvastatin is started"] or said(
        text
    ) == [
        "B) clopidogrel 75 mg is given",
        "Use amlodipine",
        "Atorvastatin is started",
    ]


def test_duplicates_are_merged_where_they_came_first_with_what_both_cite() -> None:
    text = "Metformin lowers glucose [guidance.a.b#0]. Ramipril lowers pressure. The metformin lowers glucose [guidance.c.d#0]."
    found = claims(text, BASE)
    assert [c.text for c in found] == ["Metformin lowers glucose", "Ramipril lowers pressure"]
    assert found[0].cites == ("guidance.a.b#0", "guidance.c.d#0")


def test_a_number_or_a_no_makes_another_claim() -> None:
    assert len(said("Give 5 mg of ramipril. Give 10 mg of ramipril. Do not give 5 mg of ramipril.")) == 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Take amoxicillin 500 mg three times a day.", Kind.DOSE),
        ("The most likely diagnosis is pneumonia.", Kind.DIAGNOSIS),
        ("The patient is allergic to penicillin.", Kind.PATIENT_FACT),
        ("NICE recommends annual review of asthma.", Kind.CITATION),
        ("Ramipril lowers blood pressure.", Kind.GENERAL),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert [c.kind for c in claims(text, BASE)] == [kind]


def test_units_end_sentences_and_decimals_do_not() -> None:
    assert said(
        "It is stopped below 30 mL/min. Metformin 0.5 g is given, e.g. at night. Potassium is checked."
    ) == [
        "It is stopped below 30 mL/min",
        "Metformin 0.5 g is given, e.g. at night",
        "Potassium is checked",
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_and_every_claim_stands_where_it_says(text: str) -> None:
    for claim in claims(text, BASE):
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.text.strip()


def test_a_label_is_left_out_and_a_drug_before_a_colon_is_none() -> None:
    assert said("Plan: metformin is given.") == ["Metformin is given"]
    assert said("Metformin: 500 mg twice a day.") == ["Metformin: 500 mg twice a day"]
    assert said("Midazolam is not dosed by age: 5 mg at one year.") == [
        "Midazolam is not dosed by age: 5 mg at one year"
    ]


def test_spans_are_the_words_of_the_text() -> None:
    text = "Plan: metformin lowers glucose and causes diarrhoea; it is stopped in liver failure."
    assert [text[c.start : c.end] for c in claims(text, BASE)] == [
        "metformin lowers glucose",
        "causes diarrhoea",
        "it is stopped in liver failure",
    ]


@pytest.mark.parametrize(
    ("text", "claim", "kind"),
    [
        (
            "\u6700\u5927\u5242\u91cf\u6bcf\u592920\u514b\u4e8c\u7532\u53cc\u80cd\u3002",
            "\u6700\u5927\u5242\u91cf\u6bcf\u592920\u514b\u4e8c\u7532\u53cc\u80cd",
            Kind.DOSE,
        ),
        ("| Metformin | 20 g a day |", "Metformin: 20 g a day", Kind.DOSE),
        ("## Metformin 20 g a day", "Metformin 20 g a day", Kind.DOSE),
        ("## Stop insulin for ever", "Stop insulin for ever", Kind.GENERAL),
        ("Give metformin [20 g a day].", "Give metformin 20 g a day", Kind.DOSE),
        ("Give aspirin [300] mg daily [1].", "Give aspirin 300 mg daily", Kind.DOSE),
        ("Metformin 1500 mg b.i.d. in adults", "Metformin 1500 mg b.i.d. in adults", Kind.DOSE),
        ("Take metformin 20 g a day, will you?", "Take metformin 20 g a day", Kind.DOSE),
        ("(Take 20 g of metformin a day.)", "Take 20 g of metformin a day", Kind.DOSE),
        ("Take apixaban 50 mg daily.", "Take apixaban 50 mg daily", Kind.DOSE),
        ("See PMID 99999999.", "See PMID 99999999", Kind.CITATION),
        ("Rest helps (doi 10.1000/xyz123).", "Rest helps (doi 10.1000/xyz123)", Kind.CITATION),
    ],
)
def test_what_is_written_in_another_way_is_read_too(text: str, claim: str, kind: Kind) -> None:
    assert [(c.text, c.kind) for c in claims(text, BASE)] == [(claim, kind)]


def test_what_gave_no_claim_is_told_with_the_reason() -> None:
    text = "# Plan\nDo you smoke?\n| Drug | Dose |\n|---|---|\n| Aspirin | 75 mg |\nIn adults."
    read = read_claims(text, BASE)
    assert [c.text for c in read.claims] == ["Aspirin: 75 mg"]
    assert [(text[u.start : u.end], u.why) for u in read.unread] == [
        ("Plan", "a heading"),
        ("Do you smoke?", "a question"),
        ("Drug | Dose", "a table's head"),
        ("In adults", "too few words"),
    ]


def test_what_is_beyond_the_longest_text_is_told() -> None:
    read = read_claims("Rest is good. " + " " * MAX_CHARACTERS + "Give 20 g of metformin.", BASE)
    assert [c.text for c in read.claims] == ["Rest is good"]
    assert sum(u.end - u.start for u in read.unread) == len("Rest is good. Give 20 g of metformin.")


@pytest.mark.parametrize(
    "text",
    [
        "Avoid metformin when eGFR < 30. Avoid metformin when eGFR > 30.",
        "Reduce ramipril by 5 mg. Reduce ramipril to 5 mg.",
        "A base excess of -5 is bad. A base excess of 5 is bad.",
        "Give 10\u2075 units of heparin. Give 10\u2076 units of heparin.",
    ],
)
def test_what_differs_in_a_sign_or_a_small_word_is_no_duplicate(text: str) -> None:
    assert len(claims(text, BASE)) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Take metformin 500 mg twice a day. Take metformin 2 g once a day.", 1),
        ("Take metformin 500 mg twice a day. Take metformin 1 g once a day.", 0),
        ("Give ramipril. Do not give ramipril.", 1),
        ("Take metformin 500 mg daily. Increase metformin to 1 g daily.", 0),
        ("In adults, take paracetamol 1 g daily. In children, take paracetamol 250 mg daily.", 0),
        ("Avoid metformin when the eGFR is below 30. Give metformin when the eGFR is above 45.", 0),
    ],
)
def test_claims_of_one_text_that_cannot_both_hold(text: str, found: int) -> None:
    assert len(contradictions(claims(text, BASE), BASE)) == found
