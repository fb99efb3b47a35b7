"""Sentences whose wrong answer would harm: no allergy on record, a dose that changed, an order of things, a language not read."""

from __future__ import annotations

from datetime import date

import pytest
from asking_record import fact

from wardround.clinical import LOINC, RXNORM, SNOMED, Fact, Quantity
from wardround.memory import NotUnderstood
from wardround.memory.asking import Answer, ask_english

ON = date(2026, 2, 1)
UNSAID = "not on record; nobody recorded that there are no allergies"
PENICILLIN = fact(1, "allergy", SNOMED, "91936005", "Penicillin", None, recorded="2015-03-01")
NONE_KNOWN = fact(2, "allergy", SNOMED, "716186003", "No known allergies", None, recorded="2021-03-01")
REFUTED = fact(3, "allergy", SNOMED, "91936005", "Penicillin", None, recorded="2022-03-01", status="refuted")
POTASSIUM = (LOINC, "2823-3", "Potassium [Moles/volume] in Serum or Plasma")
TEN = fact(
    10, "drug", RXNORM, "314076", "Lisinopril 10 MG Oral Tablet", "2019-01-01", detail="10 mg once daily"
)
TWENTY = fact(
    11, "drug", RXNORM, "314077", "Lisinopril 20 MG Oral Tablet", "2023-01-01", detail="20 mg once daily"
)
FORTY = fact(
    12, "drug", RXNORM, "197884", "Lisinopril 40 MG Oral Tablet", "2024-01-01", detail="40 mg once daily"
)
COURSE = (
    TEN,
    TWENTY,
    fact(13, "result", *POTASSIUM, "2020-03-25", Quantity(4.4, "mmol/L")),
    fact(14, "result", *POTASSIUM, "2023-01-01", Quantity(5.0, "mmol/L")),
    fact(15, "result", *POTASSIUM, "2023-04-10", Quantity(5.9, "mmol/L")),
    fact(16, "result", *POTASSIUM, "2025-04-10", Quantity(6.1, "mmol/L")),
    fact(17, "procedure", SNOMED, "609588000", "Total knee replacement", "2022-06-10"),
    fact(18, "summary", SNOMED, "185349003", "Encounter for check up", "2021-03-03", detail="setting AMB"),
)


def say(sentence: str, *facts: Fact) -> Answer:
    return ask_english(sentence, facts, patient=None, on=ON)


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("Is she allergic to penicillin?", False),
        ("Any allergies?", False),
        ("What allergies does she have?", ()),
        ("How many allergies does she have?", 0),
        ("Was a penicillin allergy ever recorded?", False),
        ("Was a penicillin allergy never recorded?", True),
    ],
)
def test_no_allergy_on_record_is_no_denial(sentence: str, value: object) -> None:
    found = say(sentence)
    assert (found.value, UNSAID in found.note) == (value, True)
    denied = say(sentence, NONE_KNOWN)
    assert denied.value == value
    assert UNSAID not in denied.note
    assert "the record says: No known allergies (2021-03-01)" in denied.note
    assert denied.facts == ("f2",)


def test_a_refuted_allergy_denies_that_one_alone() -> None:
    found = say("Is she allergic to penicillin?", REFUTED)
    assert found == Answer(
        False, facts=("f3",), note="the record says: no allergy to Penicillin (2022-03-01)."
    )
    assert UNSAID in say("Is she allergic to latex?", REFUTED).note
    assert UNSAID in say("Any allergies?", REFUTED).note


def test_a_name_that_is_not_found_is_said_with_how_many_there_are() -> None:
    note = say("Is she allergic to xyzzyamycin?", PENICILLIN).note
    assert "'xyzzyamycin' was not found among the record's 1 allergy: Penicillin" in note
    assert UNSAID in note


def test_an_allergy_that_is_found_needs_no_note() -> None:
    assert say("Is she allergic to penicillin?", PENICILLIN, NONE_KNOWN) == Answer(True, facts=("f1",))


def test_a_denial_counts_from_when_it_was_recorded() -> None:
    found = ask_english("Any allergies?", (NONE_KNOWN,), patient=None, on=date(2020, 1, 1))
    assert UNSAID in found.note


@pytest.mark.parametrize(
    ("sentence", "value"),
    [
        ("potassium after lisinopril was doubled", 5.9),
        ("potassium before the lisinopril was increased", 4.4),
        ("potassium since lisinopril was increased", 6.1),
        ("What was the first potassium since her lisinopril was raised?", 5.0),
        ("highest potassium before lisinopril was up-titrated", 4.4),
        ("mean potassium after the increase of lisinopril", 6.0),
        ("How often was potassium measured since the dose of lisinopril was increased?", 3),
        ("potassium after lisinopril was increased to 20 mg", 5.9),
    ],
)
def test_a_dose_change_is_counted_from_its_day_and_not_from_the_start(sentence: str, value: float) -> None:
    assert say(sentence, *COURSE).value == value


@pytest.mark.parametrize(
    "sentence",
    [
        "what was the potassium when lisinopril was raised?",
        "potassium after lisinopril was reduced",
        "potassium after lisinopril was halved",
        "potassium after lisinopril was increased to 30 mg",
        "potassium after sertraline was increased",
        "potassium after lisinopril was stopped",
        "potassium since lisinopril was switched",
        "did the potassium change after lisinopril was increased?",
        "was lisinopril increased?",
        "when was lisinopril increased?",
    ],
)
def test_a_change_that_cannot_be_told_is_never_read_as_the_start(sentence: str) -> None:
    with pytest.raises(NotUnderstood):
        say(sentence, *COURSE)


def test_of_several_changes_it_must_be_said_which() -> None:
    with pytest.raises(NotUnderstood, match="2023-01-01, 2024-01-01"):
        say("potassium after lisinopril was increased", *COURSE, FORTY)
    assert say("potassium after the last lisinopril increase", *COURSE, FORTY).value == 6.1


@pytest.mark.parametrize(
    "sentence",
    [
        "lisinopril before the knee replacement",
        "last lisinopril before the knee replacement",
        "Is it true that the last potassium measurement came before the total knee replacement?",
        "Did the last potassium measurement come before the total knee replacement?",
        "Is it true that the first potassium measurement came before 2021?",
        "Was the last potassium above 5?",
        "What was the last visit for Follow-up encounter?",
        "potassium since the last visit for Follow-up encounter",
        "potassium since the last visit of the kind Follow-up encounter",
        "高血压是什么时候开始的",
        "她对青霉素过敏吗？",
        "когда началась гипертония",
        "Wann begann der Bluthochdruck",
    ],
)
def test_what_is_not_understood_is_not_answered_with_something_else(sentence: str) -> None:
    with pytest.raises(NotUnderstood):
        say(sentence, *COURSE)


def test_whether_the_first_came_before_is_answered_by_yes_or_no() -> None:
    asked = "Is it true that the first potassium measurement came {} the total knee replacement?"
    assert say(asked.format("before"), *COURSE).value is True
    assert say(asked.format("after"), *COURSE).value is False


def test_a_kind_of_visit_that_is_not_there_has_no_day() -> None:
    assert say("When was the last visit for Follow-up encounter?", *COURSE).value is None


def test_of_two_the_first_is_named_as_it_was_then() -> None:
    found = say("Which came first, lisinopril or the total knee replacement?", *COURSE)
    assert (found.value, found.facts) == ("Lisinopril 10 MG Oral Tablet", ("f10", "f17"))


def test_a_name_in_another_script_is_known_where_the_record_has_it() -> None:
    problem = fact(20, "problem", "", "", "高血压", "2012-02-01")
    assert say("When did 高血压 begin?", problem).value == "2012-02-01"
