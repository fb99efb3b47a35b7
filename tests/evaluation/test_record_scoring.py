"""When an answer is right: numbers to a millionth, lists as sets, days as written, and never null for not understood."""

from __future__ import annotations

from datetime import date

import pytest

from wardround.evaluation.record.asked import Expected, is_right
from wardround.evaluation.record.concepts import normal, tokens, untagged
from wardround.evaluation.record.measures import converted, fitted_change, mean, median, slope


@pytest.mark.parametrize(
    ("expected", "got", "right"),
    [
        (
            Expected(7.2, "mmol/L", "2015-03-03"),
            {"value": 7.2000001, "unit": "mmol/L", "when": "2015-03-03"},
            True,
        ),
        (
            Expected(7.2, "mmol/L", "2015-03-03"),
            {"value": 7.2001, "unit": "mmol/L", "when": "2015-03-03"},
            False,
        ),
        (Expected(7.2, "mmol/L", "2015-03-03"), {"value": 7.2, "unit": "mg/dL", "when": "2015-03-03"}, False),
        (
            Expected(7.2, "mmol/L", "2015-03-03"),
            {"value": 7.2, "unit": "mmol/L", "when": "2015-03-04"},
            False,
        ),
        (Expected(7.2, "mmol/L", "2015-03-03"), {"value": 7.2, "unit": "mmol/L", "when": None}, False),
        (Expected(7.2), {"value": 7.2, "unit": "mmol/L", "when": "2015"}, True),
        (Expected(None), {"value": None}, True),
        (Expected(None), {"value": 0}, False),
        (Expected(0), {"value": None}, False),
        (Expected(0), {"value": False}, False),
        (Expected(1), {"value": True}, False),
        (Expected(True), {"value": 1}, False),
        (Expected(False), {"value": False}, True),
        (Expected("2015-03-03"), {"value": date(2015, 3, 3)}, True),
        (Expected("Anemia (disorder)"), {"value": "anemia"}, True),
        (Expected(("a", "b")), {"value": ["B", "A"]}, True),
        (Expected(("a", "b")), {"value": ["a"]}, False),
        (Expected(("a",)), {"value": ["a", "b"]}, False),
        (Expected(("a",)), {"value": "a"}, False),
        (Expected(()), {"value": []}, True),
        (Expected(()), {"value": None}, False),
        (Expected(5.0), {"value": "5"}, False),
        (Expected(1e-12), {"value": 0.0}, True),
    ],
)
def test_right_and_wrong(expected: Expected, got: dict[str, object], right: bool) -> None:
    assert is_right(expected, got, "last_value") is right


def test_a_list_in_order_is_scored_in_order() -> None:
    assert is_right(Expected((1.0, 2.0)), {"value": [1.0, 2.0]}, "values_between")
    assert not is_right(Expected((1.0, 2.0)), {"value": [2.0, 1.0]}, "values_between")
    assert not is_right(Expected((1.0, 1.0)), {"value": [1.0]}, "values_between")


def test_words_are_compared_without_tags_and_what_cannot_be_seen() -> None:
    assert normal("Protein [Mass/\u200bvolume]  in Serum") == "protein [mass/volume] in serum"
    assert normal("Burn injury(morphologic abnormality)") == "burn injury"
    assert normal("Hib (PRP-OMP)") == "hib (prp-omp)"
    assert untagged("Viral sinusitis (disorder)") == "Viral sinusitis"
    assert tokens("Acetaminophen 21.7 MG/ML") == ("acetaminophen", "21", "7", "mg", "ml")


@pytest.mark.parametrize(
    ("value", "source", "target", "code", "wanted"),
    [
        (180.156, "mg/dL", "mmol/L", "2339-0", 10.0),
        (10.0, "mmol/L", "mg/dL", "2345-7", 180.156),
        (386.664, "mg/dL", "mmol/L", "2093-3", 10.0),
        (1.1312, "mg/dL", "umol/L", "38483-4", 100.0),
        (6.5, "%", "mmol/mol", "4548-4", 47.52951),
        (98.6, "[degF]", "Cel", "", 37.0),
        (37.0, "Cel", "K", "", 310.15),
        (1.0, "kg", "[lb_av]", "", 2.2046226),
        (2.54, "cm", "[in_i]", "", 1.0),
        (120.0, "mm[Hg]", "kPa", "", 15.99864),
        (5.0, "10*3/uL", "10*9/L", "", 5.0),
        (5.0, "10*6/uL", "10*12/L", "", 5.0),
        (3.5, "g/dL", "g/L", "", 35.0),
        (90.0, "mL/min", "mL/min/{1.73_m2}", "33914-3", 90.0),
    ],
)
def test_units_by_factor(value: float, source: str, target: str, code: str, wanted: float) -> None:
    assert converted(value, source, target, [code]) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        ("mg/dL", "mmol/L", "718-7"),
        ("kg", "cm", ""),
        (None, "kg", ""),
        ("kg", None, ""),
        ("%", "mmol/mol", "20570-8"),
    ],
)
def test_what_does_not_fit_is_not_converted(source: str | None, target: str | None, code: str) -> None:
    assert converted(1.0, source, target, [code]) is None


def test_statistics_by_hand() -> None:
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5
    assert mean([1.0, 2.0, 6.0]) == 3.0
    year = [(date(2010, 1, 1), 1.0), (date(2011, 1, 1), 3.0)]
    assert slope(year) == pytest.approx(2 / 365 * 365.25)
    assert slope([(date(2010, 1, 1), 1.0), (date(2010, 1, 1), 3.0)]) is None
    moved = fitted_change(year)
    assert moved is not None
    assert moved == pytest.approx((2.0, 0.1))
