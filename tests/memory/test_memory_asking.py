"""Exact questions by structure, worked by hand on a small record. docs/record-questions.md says what each means."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from asking_record import FACTS, PATIENT, TODAY, WEIGHT, fact, put
from hypothesis import given
from hypothesis import strategies as st

from wardround.clinical import Quantity
from wardround.memory import Memory, RememberingError
from wardround.memory.asking import Answer, Entries, Question, answer
from wardround.memory.asking.question import ASKS

_LB = 0.45359237


def value(**question: Any) -> Any:
    return put(**question).value


def test_the_last_value_is_the_corrected_one_with_unit_day_and_fact() -> None:
    assert put(ask="last_value", words="weight") == Answer(91, "kg", "2019-01-01", ("f40",))


def test_what_was_not_yet_recorded_is_not_known() -> None:
    assert put(ask="last_value", words="glucose").when == "2018-06-01"
    assert put(date(2020, 6, 1), ask="last_value", words="glucose").value == 7


def test_a_correction_counts_from_the_day_it_came() -> None:
    assert value(ask="last_value", words="Body Weight", known="2019-01-15") == 900
    assert value(ask="last_value", words="Body Weight", known="2018-12-31") == 90


def test_refuted_denied_and_superseded_facts_never_count() -> None:
    assert value(ask="ever", kind="problem", words="gout") is False
    assert value(ask="count", kind="allergy") == 1
    assert value(ask="count", words="weight") == 5


def test_doubles_count_once_and_both_facts_are_named() -> None:
    found = put(ask="value_on", words="weight", on="2017-03-03")
    assert (found.value, found.facts) == (90, ("f4", "f5"))


def test_the_day_is_the_one_that_was_written_and_order_is_by_instant() -> None:
    assert put(ask="first_value", words="weight").when == "2014-03-03"


def test_values_that_share_a_moment_are_all_given() -> None:
    found = put(ask="last_value", words="glucose")
    assert found.value == (6, "<5")
    assert found.unit is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"ask": "nth_value", "n": 2}, 82),
        ({"ask": "nth_last_value", "n": 2}, 90),
        ({"ask": "nth_value", "n": 9}, None),
        ({"ask": "value_at", "on": "2016-01-01"}, 82),
        ({"ask": "value_on", "on": "2016-01-01"}, None),
        ({"ask": "next_value", "on": "2015-03-03"}, 181),
        ({"ask": "converted_value", "unit": "[lb_av]"}, pytest.approx(91 / _LB)),
        ({"ask": "values_between", "until": "2015-12-31"}, (80, 82)),
        ({"ask": "unit_of"}, ("[lb_av]", "kg")),
        ({"ask": "mean"}, pytest.approx((80 + 82 + 181 * _LB + 90 + 91) / 5)),
        ({"ask": "median"}, pytest.approx(181 * _LB)),
        ({"ask": "minimum"}, 80),
        ({"ask": "maximum"}, 91),
        ({"ask": "spread", "until": "2015-12-31"}, 2),
        ({"ask": "maximum_day"}, "2019-01-01"),
        ({"ask": "minimum_day"}, "2014-03-03"),
        ({"ask": "change"}, 11),
        ({"ask": "percent_change"}, pytest.approx(100 * 11 / 80)),
        ({"ask": "trend"}, "rising"),
        ({"ask": "slope", "until": "2015-12-31"}, pytest.approx(2 / (365 / 365.25))),
        ({"ask": "count_above", "than": 82}, 3),
        ({"ask": "count_below", "than": 200, "unit": "[lb_av]"}, 4),
        ({"ask": "ever_above", "than": 91}, False),
        ({"ask": "ever_below", "than": 81}, True),
        ({"ask": "first_above", "than": 85}, "2017-03-03"),
        ({"ask": "first_below", "than": 81}, "2014-03-03"),
        ({"ask": "last_above", "than": 85}, "2019-01-01"),
        ({"ask": "interval_last_two"}, 669),
        ({"ask": "longest_gap"}, 669),
        ({"ask": "days_since"}, 486),
        ({"ask": "count", "since": "2015-01-01", "until": "2016-12-31"}, 2),
        ({"ask": "age_at_first"}, 54),
    ],
)
def test_series_of_weights(question: dict[str, Any], expected: Any) -> None:
    assert value(**question, words="body weight", kind="result") == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [(106, "rising"), (105, "steady"), (100, "steady"), (95.3, "steady"), (95, "falling")],
)
def test_a_trend_is_a_change_of_more_than_a_twentieth_of_the_mean(last: float, expected: str) -> None:
    days = ("2015-01-01", "2016-01-01")
    series = tuple(
        fact(at, "result", *WEIGHT, day, Quantity(number, "kg"))
        for at, (day, number) in enumerate(zip(days, (100, last), strict=True), 1)
    )
    question = Question.from_json({"ask": "trend", "words": "weight"})
    assert answer(series, question, patient=PATIENT, on=TODAY).value == expected


def test_mass_becomes_substance_by_what_was_measured() -> None:
    # 90 and 108 mg/dL of glucose (180.156 g/mol), and 6 mmol/L
    mean = (90 / 18.0156 + 108 / 18.0156 + 6) / 3
    assert put(ask="mean", words="blood sugar", unit="mmol/L").value == pytest.approx(mean)
    assert put(ask="mean", words="blood sugar").unit == "mmol/L"


def test_units_that_do_not_fit_are_never_mixed() -> None:
    found = put(ask="mean", words="weight", unit="mmol/L")
    assert found.value is None
    assert "cannot be brought into one" in found.note


def test_a_bound_is_words_and_no_number() -> None:
    assert value(ask="minimum", words="glucose", unit="mg/dL") == 90


def test_a_year_is_on_no_day_and_in_its_own_window_only() -> None:
    assert value(ask="count", words="glucose", since="2016-01-01", until="2016-12-31") == 1
    assert value(ask="count", words="glucose", since="2016-01-01", until="2016-06-30") == 0
    assert value(ask="longest_gap", words="glucose") is None


@pytest.mark.parametrize(
    ("on", "bronchitis", "ibuprofen", "simvastatin"),
    [
        ("2014-12-31", False, False, False),
        ("2015-01-01", True, True, False),
        ("2015-01-11", True, None, False),
        ("2015-01-12", False, None, False),
        ("2016-01-01", False, None, True),
    ],
)
def test_what_is_active_is_not_or_cannot_be_said(
    on: str, bronchitis: Any, ibuprofen: Any, simvastatin: Any
) -> None:
    assert value(ask="active_on", kind="problem", words="acute bronchitis", on=on) is bronchitis
    assert value(ask="active_on", kind="drug", words="ibuprofen", on=on) is ibuprofen
    assert value(ask="active_on", kind="drug", words="Simvistatin 10 MG", on=on) is simvastatin


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"ask": "active_names", "kind": "problem"}, ("Hypertension",)),
        ({"ask": "active_count", "kind": "drug"}, 1),
        ({"ask": "active_names", "kind": "allergy"}, ("Allergy to peanuts",)),
        ({"ask": "any_active"}, True),
        ({"ask": "criticality", "words": "Allergy to peanuts"}, "high"),
        ({"ask": "first_day", "kind": "allergy", "words": "Allergy to peanuts"}, "2001-05-05"),
        ({"ask": "ended_day", "kind": "problem", "words": "acute bronchitis"}, "2018-01-08"),
        ({"ask": "ended_day", "kind": "problem", "words": "hypertension"}, None),
        ({"ask": "duration", "kind": "problem", "words": "acute bronchitis"}, 7),
        ({"ask": "duration", "kind": "problem", "words": "hypertension"}, 1796),
        ({"ask": "duration", "kind": "drug", "words": "ibuprofen"}, None),
        ({"ask": "count", "kind": "drug", "words": "ibuprofen"}, 2),
        ({"ask": "count", "kind": "immunization", "words": "flu"}, 2),
        ({"ask": "last_day", "kind": "immunization", "words": "flu"}, "2016-10-01"),
        ({"ask": "never", "kind": "procedure", "words": "gastroscopy"}, True),
        ({"ask": "count", "kind": "visit"}, 2),
        ({"ask": "newest", "kind": "visit"}, ("Emergency room admission (procedure)",)),
        ({"ask": "tests_on", "on": "2015-03-03"}, ("Body Weight", "Glucose")),
        ({"ask": "names_between", "kind": "drug", "since": "2016-01-01"}, ("Ibuprofen 100 MG Oral Tablet", "Simvistatin 10 MG")),
        ({"ask": "values_seen", "words": "smoking status"}, ("Former smoker", "Never smoker")),
        ({"ask": "first_day_of_value", "words": "smoking status", "text": "former smoker"}, "2018-06-01"),
        ({"ask": "age_on", "on": "2019-02-28"}, 58),
        ({"ask": "age_on", "on": "2019-03-01"}, 59),
        ({"ask": "age_on", "on": "1950-01-01"}, None),
        ({"ask": "birth_day"}, "1960-02-29"),
        ({"ask": "died_day"}, None),
        ({"ask": "sex"}, "female"),
    ],
)  # fmt: skip
def test_periods_occurrences_and_the_person(question: dict[str, Any], expected: Any) -> None:
    assert value(**question) == expected


def test_two_things() -> None:
    weight: dict[str, Any] = {"kind": "result", "words": "weight"}
    bronchitis = {"kind": "problem", "words": "acute bronchitis"}
    hypertension = {"kind": "problem", "words": "hypertension"}
    assert value(ask="value_before_event", **weight, other=hypertension) == 82
    assert value(ask="value_after_event", **weight, other=hypertension) == 181
    assert value(ask="change_over_event", **weight, other=hypertension, unit="kg") == pytest.approx(
        181 * _LB - 82
    )
    assert value(ask="count_since_event", **weight, other=hypertension) == 3
    assert value(ask="mean_since_event", **weight, other={"kind": "problem", "words": "gout"}) is None
    assert value(ask="was_before", **bronchitis, other=hypertension) is True
    assert value(ask="which_first", **hypertension, other=bronchitis) == "Acute bronchitis (disorder)"
    assert value(ask="days_between", **hypertension, other=bronchitis) == 151
    assert value(ask="days_together", **weight, other={"kind": "result", "words": "glucose"}) == 1
    assert value(ask="later_of", **weight, other={"kind": "result", "words": "glucose"}) == "Body Weight"
    assert value(ask="active_at_event", kind="drug", other={"kind": "procedure", "words": "colonoscopy"}) == ("Simvistatin 10 MG",)  # fmt: skip


def test_a_name_means_what_it_means_today_also_of_what_was_known_before() -> None:
    loinc = "http://loinc.org"
    old = fact(1, "result", loinc, "789-8", "RBC Auto", "2014-01-01", Quantity(4, "10*6/uL"))
    new = fact(2, "result", loinc, "789-8", "Erythrocytes by count", "2016-01-01", Quantity(5, "10*6/uL"))
    question = Question.from_json({"ask": "maximum", "words": "Erythrocytes by count", "known": "2015-01-01"})
    assert answer((old, new), question, patient=PATIENT, on=TODAY).value == 4


def test_what_is_not_in_the_record_is_an_answer_and_said() -> None:
    found = put(ask="last_value", words="Ferritin")
    assert found.value is None
    assert "Ferritin" in found.note


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({}, "question.ask"),
        ({"ask": "guess"}, "question.ask"),
        ({"ask": "mean"}, "question.concept"),
        ({"ask": "mean", "words": "weight", "kind": "drug"}, "question.kind"),
        ({"ask": "nth_value", "words": "weight"}, "question.n"),
        ({"ask": "nth_value", "words": "weight", "n": 0}, "question.n"),
        ({"ask": "nth_value", "words": "weight", "n": 1.5}, "question.n"),
        ({"ask": "mean", "words": "weight", "since": "2015"}, "question.since"),
        ({"ask": "mean", "words": "weight", "since": "2015-02-30"}, "question.since"),
        ({"ask": "mean", "words": "weight", "since": "2016-01-01", "until": "2015-01-01"}, "question.until"),
        ({"ask": "ever_above", "words": "weight", "than": float("nan")}, "question.than"),
        ({"ask": "mean", "concept": {"system": "x"}}, "question.concept.code"),
        ({"ask": "mean", "concept": "x"}, "question.concept"),
        ({"ask": "mean", "words": " "}, "question.words"),
        ({"ask": "mean", "words": "weight", "colour": "red"}, "question.colour"),
        (
            {"ask": "was_before", "kind": "drug", "words": "x", "other": {"kind": "person"}},
            "question.other.kind",
        ),
        (
            {"ask": "was_before", "kind": "drug", "words": "x", "other": {"kind": "drug"}},
            "question.other.concept",
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_names_the_field(question: dict[str, Any], field: str) -> None:
    with pytest.raises(RememberingError, match=f"^{field.replace('.', '[.]')}:"):
        Question.from_json(question)


def test_there_is_an_answer_to_every_question() -> None:
    fill: dict[str, Any] = {
        "words": "weight",
        "on": "2016-01-01",
        "n": 1,
        "than": 1,
        "unit": "kg",
        "text": "x",
    }
    for ask_, kinds in ASKS.items():
        for kind in kinds:
            question = {
                "ask": ask_,
                "kind": kind,
                **fill,
                "other": {"kind": "problem", "words": "hypertension"},
            }
            if ask_ in ("tests_on", "newest", "names_between", "active_names", "active_count"):
                del question["words"]
            assert isinstance(put(**question), Answer)


def test_a_question_survives_json() -> None:
    data = {
        "ask": "mean",
        "kind": "result",
        "concept": {"system": WEIGHT[0], "code": WEIGHT[1]},
        "since": "2015-01-01",
    }
    assert Question.from_json(data).to_json() == data


@given(
    st.permutations(FACTS[:11]),
    st.sampled_from(["mean", "median", "maximum", "trend", "count", "last_value"]),
)
def test_the_order_of_writing_changes_no_answer(facts: list[Any], ask_: str) -> None:
    question = Question.from_json({"ask": ask_, "kind": "result", "words": "weight"})
    given_, plain = (answer(tuple(one), question, patient=PATIENT, on=TODAY) for one in (facts, FACTS[:11]))
    assert given_.value == (pytest.approx(plain.value) if isinstance(plain.value, float) else plain.value)


def test_entries_can_be_asked_many_times() -> None:
    entries = Entries.of(FACTS, patient=PATIENT, on=TODAY)
    question = Question.from_json({"ask": "count", "words": "weight"})
    assert answer(entries, question, patient=PATIENT, on=TODAY).value == 5
    assert entries.known(date(2014, 12, 31)) is entries.known(date(2014, 12, 31))


def test_memory_answers_for_one_patient_alone() -> None:
    memory = Memory()
    memory.know(PATIENT)
    memory.write(FACTS, patient_id="p1")
    found = memory.ask("What was her last weight?", patient_id="p1", on=TODAY)
    assert (found.value, found.unit, found.facts) == (91, "kg", ("f40",))
    other = memory.ask(Question.from_json({"ask": "count", "words": "weight"}), patient_id="p2", on=TODAY)
    assert other.value == 0
