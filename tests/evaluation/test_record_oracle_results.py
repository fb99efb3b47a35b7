"""The oracle on results of the hand-made record: every answer here was worked out on paper, none by the code."""

from __future__ import annotations

import pytest
from record_bundle import said, thing, whole

GLUCOSE = thing("result", code="2339-0")
WEIGHT = thing("result", code="29463-7")
SMOKING = thing("result", code="72166-2")
HYPERTENSION = thing("problem", code="38341003")
COLONOSCOPY = thing("procedure", code="73761001")
MMOL = 100 / 18.0156
"""100 mg/dL of glucose in mmol/L."""


def test_today_is_the_last_day_on_which_anything_was_recorded_or_measured() -> None:
    from record_bundle import ada

    assert ada().today.isoformat() == "2015-12-31"  # g9 and g10 were issued then


def test_last_first_and_nth() -> None:
    assert whole("last_value", GLUCOSE) == ("<40", "mg/dL", "2015-01-10")
    assert whole("first_value", GLUCOSE) == (100.0, "mg/dL", "2010-01-10")
    assert whole("nth_value", GLUCOSE, n=2) == (120.0, "mg/dL", "2011-01-10")
    assert whole("nth_value", GLUCOSE, n=3) == (7.0, "mmol/L", "2012-01-10")
    assert whole("nth_last_value", GLUCOSE, n=2) == (130.0, "mg/dL", "2014-03")
    assert said("nth_value", GLUCOSE, n=9) is None


def test_two_values_of_one_moment_are_both_the_answer() -> None:
    assert whole("last_value", GLUCOSE, until="2013-12-31") == ((90.0, 110.0), "mg/dL", "2013-01-10")


def test_a_day_is_the_day_that_is_written_whatever_the_offset() -> None:
    assert whole("value_on", GLUCOSE, on="2012-01-10") == (7.0, "mmol/L", "2012-01-10")  # the 11th in UTC
    assert said("value_on", GLUCOSE, on="2012-01-11") is None


def test_at_a_date_and_after_it() -> None:
    assert whole("value_at", GLUCOSE, on="2011-06-01") == (120.0, "mg/dL", "2011-01-10")
    assert said("value_at", GLUCOSE, on="2009-12-31") is None
    assert whole("next_value", GLUCOSE, on="2011-01-10") == (7.0, "mmol/L", "2012-01-10")


def test_a_month_is_before_a_day_only_when_all_of_it_is() -> None:
    assert said("value_at", GLUCOSE, on="2014-03-15") == (90.0, 110.0)
    assert said("value_at", GLUCOSE, on="2014-03-31") == 130.0
    assert said("count", GLUCOSE, since="2014-03-01", until="2014-03-30") == 0


def test_conversion() -> None:
    assert said("converted_value", GLUCOSE, unit="mmol/L") == "<" + f"{40 / 18.0156:.15g}"
    assert whole("converted_value", WEIGHT, unit="[lb_av]") == (
        pytest.approx(86 / 0.45359237),
        "[lb_av]",
        "2013-01-09",
    )
    assert said("converted_value", WEIGHT, unit="cm") is None


def test_lists_and_counts() -> None:
    assert whole("values_between", GLUCOSE, until="2013-12-31") == (
        (100.0, 120.0, 7.0, 90.0, 110.0),
        None,
        None,
    )
    assert (
        said("count", GLUCOSE) == 7
    )  # the double of g2 counts once; without a value, cancelled, in error: not at all
    assert said("count", GLUCOSE, since="2011-01-01", until="2011-12-31") == 1
    assert said("count", thing("result", code="718-7")) == 0


def test_means_are_in_one_unit() -> None:
    of_2012 = 7 * 18.0156
    window = {"since": "2011-01-01", "until": "2012-12-31"}
    assert whole("mean", GLUCOSE, **window) == (pytest.approx((120 / 18.0156 + 7) / 2), "mmol/L", None)
    assert said("mean", GLUCOSE, unit="mg/dL", **window) == pytest.approx((120 + of_2012) / 2)
    assert said("median", GLUCOSE, until="2013-12-31") == pytest.approx(110)  # 90 100 110 120 126.1
    assert said("minimum", GLUCOSE) == 90.0
    assert whole("maximum", GLUCOSE) == (130.0, "mg/dL", None)
    assert said("maximum_day", GLUCOSE) == "2014-03"
    assert said("minimum_day", GLUCOSE) == "2013-01-10"
    assert said("spread", WEIGHT) == 6.0
    assert said("mean", SMOKING) is None


def test_a_trend_is_the_line_through_all_values() -> None:
    # 80, 82, 84 kg a year apart: 2 kg a year of 365 days
    window = {"until": "2012-12-31"}
    assert said("slope", WEIGHT, **window) == pytest.approx(2 / 365 * 365.25)
    assert said("trend", WEIGHT, **window) == "steady"  # 4 kg of 82 is less than 5 %
    assert said("trend", WEIGHT) == "rising"  # 6 of 83
    assert said("trend", WEIGHT, since="2013-01-01") is None
    assert said("trend", GLUCOSE, until="2011-12-31") == "rising"


def test_change_needs_one_value_at_either_end() -> None:
    assert whole("change", WEIGHT) == (6.0, "kg", None)
    assert said("percent_change", WEIGHT) == pytest.approx(7.5)
    assert said("change", GLUCOSE, until="2013-12-31") is None
    assert said("change", WEIGHT, until="2010-12-31") is None


def test_units() -> None:
    assert said("unit_of", WEIGHT) == "kg"
    assert said("unit_of", GLUCOSE) == ("mg/dL", "mmol/L")
    assert said("unit_of", thing("result", code="718-7")) is None


def test_thresholds_are_strict_and_in_the_unit_of_the_latest_number() -> None:
    assert said("count_above", WEIGHT, than=84) == 1
    assert said("count_below", WEIGHT, than=84) == 2
    assert said("count_above", GLUCOSE, than=119.9) == 3  # 120, 7 mmol/L = 126.1, 130
    assert said("count_above", GLUCOSE, than=6.6, unit="mmol/L") == 3
    assert said("ever_above", WEIGHT, than=86) is False
    assert said("ever_below", WEIGHT, than=81) is True
    assert said("first_above", WEIGHT, than=81) == "2011-01-10"
    assert said("last_above", WEIGHT, than=81) == "2013-01-09"
    assert said("first_below", GLUCOSE, than=95) == "2013-01-10"


def test_intervals() -> None:
    assert said("interval_last_two", WEIGHT) == 365
    assert said("longest_gap", WEIGHT) == 365
    assert said("days_since", WEIGHT, on="2013-01-19") == 10
    assert said("interval_last_two", GLUCOSE) is None  # one of the two is a month


def test_before_and_after_an_event() -> None:
    assert whole("value_before_event", GLUCOSE, other=HYPERTENSION) == (120.0, "mg/dL", "2011-01-10")
    assert whole("value_after_event", GLUCOSE, other=HYPERTENSION) == (7.0, "mmol/L", "2012-01-10")
    assert whole("change_over_event", WEIGHT, other=HYPERTENSION) == (2.0, "kg", None)
    assert said("mean_since_event", WEIGHT, other=HYPERTENSION) == 85.0
    assert said("count_since_event", WEIGHT, other=HYPERTENSION) == 2
    assert (
        said("count_since_event", WEIGHT, other=thing("problem", code="90560007")) is None
    )  # refuted: never


def test_components_are_results_of_their_own() -> None:
    assert whole("last_value", thing("result", code="8480-6")) == (150.0, "mm[Hg]", "2011-01-10")
    assert said("last_value", thing("result", code="8462-4")) == 95.0
    assert said("ever", thing("result", code="55284-4")) is False


def test_two_results_together() -> None:
    assert said("days_together", GLUCOSE, other=WEIGHT) == 3
    assert said("later_of", GLUCOSE, other=WEIGHT) == "Glucose"
    assert said("later_of", thing("result", code="8480-6"), other=thing("result", code="8462-4")) == "both"
    assert said("later_of", thing("result", code="718-7"), other=WEIGHT) == "Body Weight"


def test_values_in_words() -> None:
    assert said("last_value", SMOKING) == "Former smoker"
    assert said("first_day_of_value", SMOKING, text="former  SMOKER") == "2010-05-05"
    assert said("count_of_value", SMOKING, text="Former smoker") == 2
    assert said("count_of_value", SMOKING, text="Former smoker", until="2010-12-31") == 1
    assert said("values_seen", SMOKING) == ("Current every day smoker", "Former smoker")


def test_everything_of_a_day() -> None:
    of_the_day = ("Body Weight", "Diastolic Blood Pressure", "Glucose", "Systolic Blood Pressure")
    assert said("tests_on", thing("result"), on="2011-01-10") == of_the_day
    assert said("tests_on", thing("result"), on="2011-01-12") == ()


def test_what_was_known_on_a_day_leaves_out_what_was_recorded_later() -> None:
    assert (
        said("last_value", GLUCOSE, known="2012-06-01") == 120.0
    )  # that of January 2012 was issued in December
    assert said("count", GLUCOSE, known="2009-12-31") == 0
