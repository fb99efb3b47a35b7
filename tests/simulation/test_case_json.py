"""A case is written as JSON and read as the same case; anything else is an error that names the field."""

from __future__ import annotations

import orjson
import pytest
from generated_cases import heldout_cases, train_cases
from simulated_cases import drawn

from wardround.simulation import Case, CaseError, case_from_json, case_to_json

CASES = (*train_cases()[:25], *heldout_cases("heldout-conditions")[:5], drawn("it burns when I pee"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_there_and_back(case: Case) -> None:
    text = orjson.dumps(case_to_json(case))
    again = case_from_json(text)
    assert again == case
    assert orjson.dumps(case_to_json(again)) == text
    assert {f: type(v) for f, v in again.findings.items()} == {f: type(v) for f, v in case.findings.items()}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"truth": 7}, "truth: "),
        ({"on": "yesterday"}, "on: "),
        ({"findings": {"finding.cough": "maybe"}}, "findings.finding.cough"),
        ({"analytes": {"analyte.sodium": float("nan")}}, "analytes.analyte.sodium"),
        ({"tier": "deadly"}, "tier: "),
        ({"colour": "blue"}, "colour: "),
        ({"social": {"living": "on the moon"}}, "social.living"),
        ({"telling": {"mood": "low"}}, "telling.mood"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], said: str) -> None:
    with pytest.raises(CaseError) as error:
        case_from_json({**case_to_json(CASES[0]), **change})
    assert said in str(error.value)


@pytest.mark.parametrize("given", ["", "{", b"\xff", "[]", "null", 7])
def test_what_is_no_case_is_an_error(given: object) -> None:
    with pytest.raises(CaseError):
        case_from_json(given)
