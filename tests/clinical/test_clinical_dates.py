"""PartialDate: reads FHIR's forms and gives them back, and compares without making anything up."""

from __future__ import annotations

import contextlib
import pickle
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardround.clinical import PartialDate

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
YEARS = st.integers(1900, 2100)


@st.composite
def calendar_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(st.dates(date(2018, 11, 1), date(2020, 3, 1)))
    return PartialDate.parse(day.isoformat()[: draw(st.sampled_from([4, 7, 10]))])


INSTANTS = st.builds(
    lambda moment, zone: PartialDate(moment.replace(tzinfo=zone), "instant"),
    st.datetimes(datetime(2018, 11, 1), datetime(2020, 3, 1)),
    ZONES,
)
DATES = st.one_of(calendar_dates(), INSTANTS)


def inside(one: PartialDate, share: float, zone: timezone) -> datetime:
    """A moment that the words allow, for somebody who wrote calendar dates in `zone`."""
    if one.precision == "instant":
        return one.at
    start, end = one.earliest().replace(tzinfo=zone), one.latest().replace(tzinfo=zone)
    return start + (end - start) * share


@pytest.mark.parametrize(
    "text",
    [
        "2019",
        "2019-03",
        "2019-03-14",
        "2020-02-29",
        "2019-03-14T09:30:00Z",
        "2019-03-14T09:30:00+00:00",
        "2019-03-14T09:30:00-05:00",
        "2019-03-14T09:30:00.5+14:00",
        "2019-03-14T09:30:00.530+00:00",
        "2019-03-14T09:30:00.123456789Z",
        "2016-12-31T23:59:60Z",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_every_fhir_form_is_read_and_given_back_to_the_letter(text: str) -> None:
    assert PartialDate.parse(text).iso() == text
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "19",
            "2019-3",
            "2019-03-1",
            "2019-13",
            "2019-00",
            "2019-02-29",
            "2019-04-31",
            "20190314",
            "0000",
        ),
        *(
            "2019-03-14T",
            "2019-03-14T09:30Z",
            "2019-03-14T09:30:00",
            "2019-03-14 09:30:00Z",
            "2019-03-14T24:00:00Z",
        ),
        *(
            "2019-03-14T09:60:00Z",
            "2019-03-14T09:30:00+15:00",
            "2019-03-14T09:30:00+0100",
            "2019-03-14Z",
            "March 2019",
        ),
        *("2019-03-14\n", " 2019", "-2019", "٢٠١٩", "2019-03-14T09:30:00." + "1" * 90 + "Z"),
    ],
)
def test_bad_text_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        PartialDate.parse(text)
    assert f"'{text[:80]}'"[:80] in str(caught.value)


@pytest.mark.parametrize("wrong", [12, None, 2019.5, date(2019, 3, 14), ["2019"]])
def test_what_is_no_text_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="is not text"):
        PartialDate.parse(wrong)  # type: ignore[arg-type]


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_value_error(text: str) -> None:
    read = None
    with contextlib.suppress(ValueError):
        read = PartialDate.parse(text)
    assert read is None or read.iso() == text


@given(DATES)
def test_a_date_survives_being_written_and_read(one: PartialDate) -> None:
    again = PartialDate.parse(one.iso())
    assert again == one
    assert hash(again) == hash(one)
    assert again.at.utcoffset() == one.at.utcoffset()
    assert pickle.loads(pickle.dumps(one)) == one


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        PartialDate(datetime(2019, 3, 14), "instant")


def test_a_coarse_date_is_cut_to_its_precision() -> None:
    assert PartialDate(datetime(2019, 3, 14, 9, tzinfo=UTC), "day") == PartialDate.parse("2019-03-14")
    assert PartialDate(datetime(2019, 3, 14), "month") == PartialDate.parse("2019-03")
    assert PartialDate(datetime(2019, 3, 14), "year") == PartialDate.parse("2019")
    with pytest.raises(ValueError, match="no precision"):
        PartialDate(datetime(2019, 3, 14), "week")  # type: ignore[arg-type]


def test_of_takes_days_and_instants() -> None:
    assert PartialDate.of(date(2019, 3, 14)).iso() == "2019-03-14"
    assert PartialDate.of(datetime(2019, 3, 14, 9, 30, tzinfo=UTC)).iso() == "2019-03-14T09:30:00Z"


@pytest.mark.parametrize(
    ("text", "first", "last", "middle"),
    [
        ("2019", "2019-01-01T00:00:00+00:00", "2019-12-31T23:59:59.999999+00:00", "2019-07-02"),
        ("2020-02", "2020-02-01T00:00:00+00:00", "2020-02-29T23:59:59.999999+00:00", "2020-02-15"),
        ("2019-03-14", "2019-03-14T00:00:00+00:00", "2019-03-14T23:59:59.999999+00:00", "2019-03-14"),
        ("9999", "9999-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00", "9999-07-02"),
        ("2019-03-14T23:30:00-05:00", "2019-03-14T23:30:00-05:00", "2019-03-14T23:30:00-05:00", "2019-03-14"),
    ],
)
def test_earliest_latest_and_middle(text: str, first: str, last: str, middle: str) -> None:
    one = PartialDate.parse(text)
    assert (one.earliest().isoformat(), one.latest().isoformat()) == (first, last)
    assert one.middle().isoformat() == middle


@pytest.mark.parametrize(
    ("first", "second", "before", "overlaps"),
    [
        ("2018", "2019", True, False),
        ("2019", "2018", False, False),
        ("2019", "2019-03", None, True),
        ("2019-03", "2019", None, True),
        ("2019", "2019", None, True),
        ("2019-03-14", "2019-03-15", True, False),
        ("2019-03-14T10:00:00Z", "2019-03-14T10:00:00Z", False, True),
        ("2019-03-14T10:00:00Z", "2019-03-14T12:00:00+01:00", True, False),
        ("2019-03-14T12:00:00+02:00", "2019-03-14T10:00:00Z", False, True),
        ("2019-03-14", "2019-03-16T13:00:00Z", True, False),
        ("2019-03-14", "2019-03-15T02:00:00Z", None, None),
        ("2019-03-14", "2019-03-14T10:00:00Z", None, None),
        ("2019-03", "2019-03-14T10:00:00Z", None, True),
        ("2019-03-14T10:00:00Z", "2019-04", True, False),
        ("2019-03-14", "2019-03-12T10:00:00Z", False, False),
        ("9999", "9999-12-31T23:59:59-12:00", None, None),
        ("0001", "0001-01-01T00:00:00+14:00", False, None),
    ],
)
def test_comparison_says_what_is_certain_and_none_for_the_rest(
    first: str, second: str, before: bool | None, overlaps: bool | None
) -> None:
    one, other = PartialDate.parse(first), PartialDate.parse(second)
    assert one.before(other) is before
    assert other.after(one) is before
    assert one.overlaps(other) is overlaps
    assert other.overlaps(one) is overlaps


@given(DATES, DATES, st.floats(0, 1), st.floats(0, 1), ZONES)
def test_what_is_said_holds_for_every_moment_and_zone_that_the_words_allow(
    one: PartialDate, other: PartialDate, share: float, other_share: float, zone: timezone
) -> None:
    x, y = inside(one, share, zone), inside(other, other_share, zone)
    if one.before(other) is True:
        assert x < y
    if one.before(other) is False:
        assert x >= y
    if one.overlaps(other) is False:
        assert x != y
    if one.after(other) is True:
        assert x > y


@given(DATES, DATES)
def test_before_and_after_never_contradict_each_other(one: PartialDate, other: PartialDate) -> None:
    assert not (one.before(other) is True and other.before(one) is True)
    assert not (one.before(other) is True and one.overlaps(other) is True)
    assert one.earliest() <= one.latest()


@given(DATES, DATES, DATES)
def test_certain_order_is_transitive(one: PartialDate, other: PartialDate, third: PartialDate) -> None:
    if one.before(other) is True and other.before(third) is True:
        assert one.before(third) is not False


@given(calendar_dates())
def test_the_middle_is_inside(one: PartialDate) -> None:
    assert one.earliest().date() <= one.middle() <= one.latest().date()
