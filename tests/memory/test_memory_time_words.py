"""Words of time resolved against the calendar and the patient's own facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_facts import a_fact

from wardround.clinical import Fact, PartialDate, Quantity
from wardround.memory import NotUnderstood
from wardround.memory.calendar_words import Span, Today, shifted, span_at
from wardround.memory.doses import daily_dose, dose_changes
from wardround.memory.time_words import windows

ON = date(2020, 5, 1)
BORN = date(1980, 2, 29)


def _drug(name: str, text: str, since: str, dose: float, often: str, **more: Any) -> Fact:
    value, detail = Quantity(dose, "mg"), f"{dose:g} mg oral, {often} a day"
    return a_fact(
        name, kind="drug", text=text, since=since, recorded=since, value=value, detail=detail, **more
    )


FACTS = (
    a_fact("scope", kind="procedure", text="Colonoscopy", since="2018-01-01", recorded="2018-01-01"),
    a_fact("appendix", kind="procedure", text="Laparoscopic appendectomy", since="2017-05-05", recorded="2017-05-05"),
    a_fact("knee", kind="procedure", text="Knee replacement", since="2021-05-05", recorded="2020-01-01"),
    _drug("met1", "Metformin 500 MG Oral Tablet", "2015-01-01", 500, "2"),
    _drug("met2", "Metformin 500 MG Oral Tablet", "2016-02-02", 1000, "2"),
    _drug("ram1", "Ramipril 5 MG", "2012-01-01", 5, "1", until="2013-01-01", status="resolved"),
    _drug("sim1", "Simvastatin 40 MG", "2017-01-01", 40, "1"),
    _drug("sim2", "Simvastatin 40 MG", "2018-01-01", 20, "1"),
    a_fact("stroke", text="Stroke", since="2014-03-03", recorded="2014-03-03"),
    a_fact("pregnancy", text="Normal pregnancy", since="2010-01-01", until="2010-09-20", recorded="2010-01-01"),
    a_fact("stay", kind="summary", text="Encounter", since="2017-05-04", until="2017-05-09", recorded="2017-05-09", detail="setting IMP"),
    a_fact("check", kind="summary", text="Check-up", since="2019-09-09", recorded="2019-09-09"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "since", "until", "because"),
    [
        ("What was her weight before the operation?", None, "2017-05-04", "appendix"),
        ("before the appendectomy", None, "2017-05-04", "appendix"),
        ("what did she take before her appendectomy was done", None, "2017-05-04", "appendix"),
        ("after the laparoscopic surgery", "2017-05-06", None, "appendix"),
        ("手术前的用药", None, "2017-05-04", "appendix"),
        ("手术后", "2017-05-06", None, "appendix"),
        ("since the procedure", "2018-01-01", None, "scope"),
        ("how was she last spring", "2019-03-01", "2019-05-31", None),
        ("since the dose was raised", "2016-02-02", None, "met2"),
        ("since the dose was lowered", "2018-01-01", None, "sim2"),
        ("since the dose was changed", "2018-01-01", None, "sim2"),
        ("since the metformin dose was increased", "2016-02-02", None, "met2"),
        ("after she started metformin", "2015-01-02", None, "met1"),
        ("before her stroke", None, "2014-03-02", "stroke"),
        ("since the diagnosis of stroke", "2014-03-03", None, "stroke"),
        ("when he was in hospital", "2017-05-04", "2017-05-09", "stay"),
        ("after discharge", "2017-05-10", None, "stay"),
        ("during the pregnancy", "2010-01-01", "2010-09-20", "pregnancy"),
        ("while she took ramipril", "2012-01-01", "2013-01-01", "ram1"),
        ("after ramipril was stopped", "2013-01-02", None, "ram1"),
        ("since her last visit", "2019-09-09", None, "check"),
        ("between the stroke and the operation", "2014-03-03", "2017-05-05", "stroke"),
        ("last month", "2020-04-01", "2020-04-30", None),
        ("two years ago", "2018-01-01", "2018-12-31", None),
        ("three days ago", "2020-04-28", "2020-04-28", None),
        ("yesterday", "2020-04-30", "2020-04-30", None),
        ("anything new recently?", "2020-02-01", "2020-05-01", None),
        ("as a child", "1980-02-29", "1998-02-28", None),
        ("in the second half of 2014", "2014-07-01", "2014-12-31", None),
        ("in winter 2014/15", "2014-12-01", "2015-02-28", None),
    ],
)
def test_words_of_time_are_days(text: str, since: str | None, until: str | None, because: str | None) -> None:
    found = windows(text, FACTS, on=ON, born=lambda: BORN)
    assert found is not None
    assert found.because == because
    assert [str(day) if day else None for day in (found.since, found.until)] == [since, until]
    assert text[found.start : found.end] == found.words


@pytest.mark.parametrize(
    "text",
    [
        "is she on warfarin",
        "asthma",
        "when was metformin started?",
        "before the transplant",
        "before the laparoscopic view",
        "before the knee replacement",
        "术语",
        "for stroke",
        "",
        "May I ask",
    ],
)
def test_where_no_time_is_meant_there_is_none(text: str) -> None:
    assert windows(text, FACTS, on=ON, born=lambda: BORN) is None


def test_what_lies_ahead_or_is_not_known_yet_is_no_event() -> None:
    found = windows("before the operation", FACTS, on=date(2016, 1, 1), born=lambda: BORN)
    assert found is None


def test_a_date_that_can_be_read_two_ways_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="3 April or 4 March"):
        windows("before 3/4/2015", FACTS, on=ON, born=lambda: BORN)


def test_an_age_without_a_birth_date_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="birth date"):
        windows("in her forties", FACTS, on=ON, born=lambda: None)


@pytest.mark.parametrize(
    ("detail", "value", "text", "milligrams"),
    [
        ("500 mg oral, 2 a day", Quantity(500, "mg"), "metformin", 1000),
        ("1 1 per 4 h", None, "Meperidine Hydrochloride 50 MG Oral Tablet", 300),
        ("10 mg twice a day", None, "ramipril", 20),
        ("", None, "Simvistatin 10 MG", 10),
        ("as needed", None, "Yaz 28 Day Pack", None),
    ],
)
def test_what_is_taken_a_day(
    detail: str, value: Quantity | None, text: str, milligrams: float | None
) -> None:
    dose = daily_dose(a_fact("d", kind="drug", text=text, detail=detail, value=value, since="2015-01-01"))
    assert (dose.value if dose else None) == milligrams


def test_a_change_of_dose_is_seen_through_units() -> None:
    grams = a_fact("g", kind="drug", text="x", since="2016-01-01", value=Quantity(1, "g"))
    same = a_fact("m", kind="drug", text="x", since="2015-01-01", value=Quantity(1000, "mg"))
    more = a_fact("n", kind="drug", text="x", since="2017-01-01", value=Quantity(1500, "mg"))
    assert [(one.fact.id, one.raised) for one in dose_changes([grams, more, same])] == [("n", True)]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 28)))
def test_a_written_day_is_that_day(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.day} {day:%B} {day.year}".lower(),
        f"{day:%B} {day.day}, {day.year}".lower(),
    ):
        assert span_at(text, 0, Today(ON)) == (Span.day(day), len(text))


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-1200, 1200))
def test_months_away_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    moved = shifted(day, months)
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = windows(text, FACTS, on=ON, born=lambda: BORN)
    except NotUnderstood:
        return
    assert found is None or found.words == text[found.start : found.end]


def test_a_date_of_the_record_spans_its_precision() -> None:
    year = a_fact("y", kind="procedure", text="Appendectomy", since="2015", recorded="2015-06-01")
    assert year.valid_from == PartialDate.parse("2015")
    found = windows("after the operation", (year,), on=ON, born=lambda: BORN)
    assert found is not None
    assert found.since == date(2016, 1, 1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Total knee replacement", "the knee replacement"),
        ("Total replacement of knee (procedure)", "her knee replacement"),
        ("Total knee replacement", "the knee surgery"),
        ("Coronary artery bypass grafting", "the bypass"),
        ("Biopsy of breast", "the breast biopsy"),
        ("Admission to trauma surgery department", "the trauma surgery"),
    ],
)
def test_a_procedure_is_an_event_by_a_part_of_its_name_that_says_what_was_done(text: str, named: str) -> None:
    fact = a_fact("done", kind="procedure", text=text, since="2018-03-04", recorded="2018-03-04")
    other = a_fact("other", kind="procedure", text="Total hip arthroplasty", since="2019-03-04", recorded="2019-03-04")  # fmt: skip
    found = windows(f"drugs before {named}", (fact, other), on=ON, born=lambda: BORN)
    assert found is not None
    assert (found.because, str(found.until), found.words) == ("done", "2018-03-03", f"before {named}")


def test_of_several_of_a_name_the_first_is_meant_or_the_last_if_so_said() -> None:
    facts = [
        a_fact(day, kind="procedure", text="Total knee replacement", since=day, recorded=day)
        for day in ("2017-01-01", "2019-01-01")
    ]
    for said, because in (
        ("the knee replacement", "2017-01-01"),
        ("the last knee replacement", "2019-01-01"),
    ):
        found = windows(f"after {said}", facts, on=ON, born=lambda: BORN)
        assert found is not None
        assert found.because == because


def test_a_chinese_operation_is_named_before_the_words_before_and_after() -> None:
    facts = [
        a_fact("appendix", kind="procedure", text="阑尾切除术", since="2015-06-10", recorded="2015-06-10"),
        a_fact("knee", kind="procedure", text="膝关节置换术", since="2019-06-10", recorded="2019-06-10"),
    ]
    for said, words, because in (
        ("阑尾切除术前的用药", "阑尾切除术前", "appendix"),
        ("手术之前的用药", "手术之前", "knee"),
        ("术后", "术后", "knee"),
    ):
        found = windows(said, facts, on=ON, born=lambda: BORN)
        assert found is not None
        assert (found.words, found.because) == (words, because)
    assert windows("胆囊切除术前", facts, on=ON, born=lambda: BORN) is None
