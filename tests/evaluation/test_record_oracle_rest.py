"""The oracle on problems, drugs, allergies, vaccines, procedures, visits and the person of the hand-made record."""

from __future__ import annotations

from record_bundle import said, thing

HYPERTENSION = thing("problem", code="38341003")
BRONCHITIS = thing("problem", code="10509002")
DIABETES = thing("problem", code="44054006")
ANAEMIA = thing("problem", code="271737000")
GOUT = thing("problem", code="90560007")
IBUPROFEN = thing("drug", words="ibuprofen")
AMOXICILLIN = thing("drug", code="308182")
WARFARIN = thing("drug", code="855332")
FLU = thing("immunization", words="flu")
ZOSTER = thing("immunization", code="121")
COLONOSCOPY = thing("procedure", code="73761001")
VISIT = thing("visit")
PERSON = thing("person")


def test_ever_and_never() -> None:
    assert said("ever", HYPERTENSION) is True
    assert said("ever", GOUT) is False  # refuted
    assert said("never", GOUT) is True
    assert said("ever", WARFARIN) is False  # a draft and a proposal
    assert said("ever", ZOSTER) is False  # not done
    assert said("ever", FLU, until="2010-10-09") is False
    assert said("ever", FLU, until="2010-10-10") is True


def test_first_last_and_how_often() -> None:
    assert said("first_day", BRONCHITIS) == "2008-02-01"
    assert said("last_day", BRONCHITIS) == "2012-03-01"
    assert said("count", BRONCHITIS) == 2
    assert said("first_day", DIABETES) == "2012"
    assert said("first_day", IBUPROFEN) == "2010-03-03"
    assert said("count", IBUPROFEN) == 2
    assert said("first_day", AMOXICILLIN) == "2011-07-02"  # the dosage's own bounds, not the day of writing
    assert said("count", COLONOSCOPY) == 1  # the other was only prepared
    assert said("count", VISIT) == 2
    assert said("last_day", VISIT) == "2011-01-10"


def test_an_allergy_begins_on_the_day_it_was_recorded_and_none_known_is_none() -> None:
    assert said("first_day", thing("allergy", words="Allergy to eggs")) == "2005-05-05"
    assert said("count", thing("allergy")) == 2
    assert said("active_names", thing("allergy")) == ("Allergy to eggs",)
    assert said("active_count", thing("allergy")) == 1
    assert said("any_active", thing("allergy")) is True
    assert said("criticality", thing("allergy", code="91930004")) == "high"
    assert said("criticality", thing("allergy", code="300916003")) is None


def test_which_came_first() -> None:
    assert said("was_before", HYPERTENSION, other=COLONOSCOPY) is True
    assert said("was_before", COLONOSCOPY, other=HYPERTENSION) is False
    assert said("was_before", GOUT, other=HYPERTENSION) is None
    assert said("was_before", DIABETES, other=HYPERTENSION) is None  # a year alone
    assert said("which_first", COLONOSCOPY, other=HYPERTENSION) == "Hypertension"
    assert said("which_first", GOUT, other=HYPERTENSION) == "Hypertension"
    assert said("which_first", GOUT, other=WARFARIN) is None
    assert said("days_between", COLONOSCOPY, other=HYPERTENSION) == 40


def test_ages_of_somebody_born_on_29_february() -> None:
    assert said("age_on", PERSON, on="2011-02-28") == 50
    assert said("age_on", PERSON, on="2011-03-01") == 51
    assert said("age_on", PERSON, on="2012-02-29") == 52
    assert said("age_on", PERSON, on="1959-01-01") is None
    assert said("age_at_first", COLONOSCOPY) == 50
    assert said("age_at_last", FLU) == 52
    assert said("age_at_first", DIABETES) is None
    assert said("birth_day", PERSON) == "1960-02-29"
    assert said("died_day", PERSON) is None
    assert said("sex", PERSON) == "female"


def test_newest_and_names_between() -> None:
    assert said("newest", thing("problem")) == ("Acute bronchitis (disorder)",)
    assert said("newest", thing("drug")) == ("Ibuprofen 100 MG Oral Tablet",)
    assert said("names_between", thing("problem"), since="2012-01-01", until="2012-12-31") == (
        "Acute bronchitis (disorder)",
        "Diabetes",
    )
    assert said("names_between", thing("drug"), until="2010-12-31") == ("Ibuprofen 200 MG Oral Tablet",)


def test_active_from_the_first_day_to_the_last() -> None:
    for day, active in (
        ("2012-02-29", False),
        ("2012-03-01", True),
        ("2012-03-08", True),
        ("2012-03-09", False),
    ):
        assert said("active_on", BRONCHITIS, on=day) is active
    assert said("active_on", HYPERTENSION, on="2011-01-10") is False
    assert said("active_on", HYPERTENSION) is True


def test_what_ended_on_a_day_that_is_not_recorded_cannot_be_said_to_be_active() -> None:
    assert said("active_on", ANAEMIA, on="2010-06-01") is True
    assert said("active_on", ANAEMIA, on="2010-06-02") is None
    assert said("active_on", IBUPROFEN, on="2011-01-01") is None  # the first was stopped, nobody says when
    assert said("active_on", IBUPROFEN, on="2012-05-01") is True
    assert said("active_on", IBUPROFEN, on="2009-01-01") is False


def test_an_onset_that_is_a_year_leaves_that_year_open() -> None:
    assert said("active_on", DIABETES, on="2012-06-01") is None
    assert said("active_on", DIABETES, on="2013-01-01") is True


def test_lists_hold_what_certainly_is_active() -> None:
    assert said("active_names", thing("problem"), on="2012-03-05") == (
        "Acute bronchitis (disorder)",
        "Hypertension",
    )
    assert said("active_count", thing("problem"), on="2012-03-05") == 2
    assert said("active_names", thing("drug"), on="2011-07-05") == (
        "Amlodipine 5 MG Oral Tablet",
        "Amoxicillin 250 MG Oral Capsule",
    )
    assert said("active_at_event", thing("drug"), other=COLONOSCOPY) == ("Amlodipine 5 MG Oral Tablet",)
    assert said("active_at_event", thing("problem"), other=COLONOSCOPY) == ("Hypertension",)
    assert said("active_at_event", thing("problem"), other=GOUT) is None
    assert said("active_at_event", thing("problem"), other=DIABETES) is None  # a year is no day


def test_ends_and_durations() -> None:
    assert said("ended_day", BRONCHITIS) == "2012-03-08"
    assert said("ended_day", HYPERTENSION) is None
    assert said("ended_day", ANAEMIA) is None
    assert said("ended_day", AMOXICILLIN) == "2011-07-09"
    assert said("duration", BRONCHITIS) == 7
    assert said("duration", HYPERTENSION, on="2011-01-21") == 10
    assert said("duration", ANAEMIA) is None


def test_words_mean_what_equals_them_then_another_name_then_what_contains_them() -> None:
    assert said("ever", thing("problem", words="high blood pressure")) is True
    assert said("count", thing("problem", words="acute  BRONCHITIS")) == 2
    assert said("count", thing("drug", words="Ibuprofen 200 MG Oral Tablet")) == 1
    assert said("count", thing("drug", words="oral tablet")) == 3
    assert (
        said("ever", thing("result", words="pressure")) is False
    )  # results are never meant by a part of their name
    assert said("ever", thing("result", words="systolic pressure")) is True
