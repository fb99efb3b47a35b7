"""Inputs from a record: the newest value that is young enough, with its fact; everything else is named as missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from wardround.calculators import (
    CalculatorError,
    Gathered,
    Result,
    Stated,
    calculator_of,
    from_facts,
    work_out,
)
from wardround.clinical import (
    LOINC,
    WARDROUND,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Patient,
    Quantity,
)

ON = date(2024, 6, 30)
PATIENT = Patient("anna", "Anna", PartialDate.parse("1964-06-30"), "female")
_CODES = {"creatinine": "2160-0", "weight": "29463-7", "height": "8302-2", "platelets": "777-3"}


def _fact(id: str, what: str, value: Quantity | str | None, day: str, **more: Any) -> Fact:
    kept: dict[str, Any] = {
        "status": "active",
        "certainty": "confirmed",
        "patient_id": "anna",
        "kind": "result",
    } | more
    coding = kept.pop("coding", Coding(LOINC, _CODES.get(what, "0-0"), what))
    return Fact(
        id=id,
        concept=Concept(what, (coding,)),
        recorded=kept.pop("recorded", datetime.fromisoformat("2024-01-01T00:00:00+00:00")),
        source=FactSource("event", "1", "visit-1"),
        valid_from=PartialDate.parse(day),
        value=value,
        **kept,
    )


def _mg(value: float) -> Quantity:
    return Quantity(value, "mg/dL")


_WEIGHT = _fact("w", "weight", Quantity(70, "kg"), "2024-06-01")
_HEIGHT = _fact("h", "height", Quantity(165, "cm"), "2020-01-01")
_CREATININE = _fact("c", "creatinine", _mg(1.0), "2024-06-20")


def _gather(*facts: Fact, id: str = "cockcroft-gault", **more: Any) -> Gathered:
    asked: dict[str, Any] = {"patient_id": "anna", "patient": PATIENT, "on": ON, **more}
    return from_facts(calculator_of(id), facts, **asked)


def _why(gathered: Gathered) -> dict[str, str]:
    return {one.input.name: one.why for one in gathered.missing}


def test_a_clearance_from_the_record_names_the_facts_it_came_from() -> None:
    gathered = _gather(_WEIGHT, _HEIGHT, _CREATININE)
    assert gathered.missing == ()
    done = work_out(calculator_of("cockcroft-gault"), gathered.values)
    assert isinstance(done, Result)
    assert {one.name: one.origin for one in done.inputs} == {
        "age": "Patient/anna",
        "sex": "Patient/anna",
        "weight": "w",
        "height": "h",
        "creatinine": "c",
    }
    assert next(one.value for one in done.inputs if one.name == "age") == 60


def test_the_newest_value_is_taken_and_none_from_the_future() -> None:
    later = _fact("c2", "creatinine", _mg(1.4), "2024-06-25")
    future = _fact("c3", "creatinine", _mg(9.0), "2024-07-01")
    assert _gather(_CREATININE, future, later).values["creatinine"] == Stated(_mg(1.4), "c2")


def test_a_value_that_is_too_old_is_named_with_its_age() -> None:
    old = _fact("c0", "creatinine", _mg(1.0), "2024-01-01")
    assert _why(_gather(old))["creatinine"] == "the newest value is of 2024-01-01, 181 days old: over 90"
    assert "creatinine" in _gather(old, days=181).values


def test_the_height_of_the_grown_keeps_and_that_of_a_child_does_not() -> None:
    child = Patient("anna", "Anna", PartialDate.parse("2015-01-01"), "female")
    assert "height" in _gather(_HEIGHT, id="body-mass-index").values
    assert "height" in _why(_gather(_HEIGHT, id="body-mass-index", patient=child))


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_what_does_not_stand_is_not_taken(status: str) -> None:
    assert "creatinine" in _why(_gather(_fact("c", "creatinine", _mg(1.0), "2024-06-20", status=status)))


def test_a_corrected_value_replaces_the_one_before() -> None:
    corrected = _fact("c9", "creatinine", _mg(2.0), "2024-06-20", supersedes="c")
    assert _gather(_CREATININE, corrected).values["creatinine"] == Stated(_mg(2.0), "c9")
    came_later = _fact(
        "c9", "creatinine", _mg(2.0), "2024-06-20", supersedes="c", recorded=datetime(2024, 7, 5, tzinfo=UTC)
    )
    assert _gather(_CREATININE, came_later).values["creatinine"] == Stated(_mg(1.0), "c")


def test_two_values_of_one_moment_are_a_contradiction_unless_they_are_the_same() -> None:
    other = _fact("c2", "creatinine", _mg(2.0), "2024-06-20")
    same = _fact("c3", "creatinine", Quantity(10.0, "mg/L"), "2024-06-20")
    assert "c and c2 differ" in _why(_gather(_CREATININE, other))["creatinine"]
    assert "creatinine" in _gather(_CREATININE, same).values


@pytest.mark.parametrize(
    "value",
    [Quantity(1.0, "mg/dL", "<"), Quantity(900.0, "mg/dL"), Quantity(1.0, "kg"), Quantity(1.0, "")],
    ids=str,
)
def test_a_value_that_cannot_be_used_is_named(value: Quantity) -> None:
    assert _why(_gather(_fact("c", "creatinine", value, "2024-06-20")))["creatinine"].startswith(
        "c: creatinine: "
    )


@pytest.mark.parametrize("value", ["1.0 mg/dL", None], ids=str)
def test_what_is_no_quantity_is_no_value(value: str | None) -> None:
    assert (
        _why(_gather(_fact("c", "creatinine", value, "2024-06-20")))["creatinine"]
        == "the record has no value"
    )


def test_a_year_alone_is_too_wide_for_a_value() -> None:
    assert "creatinine" in _why(_gather(_fact("c", "creatinine", _mg(1.0), "2024")))


def test_our_own_slugs_are_read() -> None:
    own = _fact("g", "creatinine", _mg(1.0), "2024-06-20", coding=Coding(WARDROUND, "analyte.creatinine"))
    assert "creatinine" in _gather(own).values
    vital = _fact(
        "p", "heart rate", Quantity(70, "/min"), "2024-06-20", coding=Coding(WARDROUND, "finding.heart_rate")
    )
    assert "heart_rate" in _gather(vital, id="qtc-bazett").values


def test_a_urine_value_is_not_taken_for_one_of_blood() -> None:
    gathered = _gather(_CREATININE, id="fractional-excretion-of-sodium")
    assert set(gathered.values) == {"creatinine"}
    assert {one.input.name for one in gathered.missing} == {"sodium", "urine_sodium", "urine_creatinine"}


def test_silence_is_not_absence() -> None:
    why = _why(_gather(id="meld-na"))
    assert "not concluded from a record, by policy" in why["dialysis"]
    assert "what it leaves out is not absent" in why["dialysis"]
    apgar = _why(_gather(id="apgar"))
    assert all("what an examiner sees" in said for said in apgar.values())
    assert len(apgar) == 5


def test_a_value_that_is_only_too_old_says_how_many_days_would_take_it() -> None:
    found = {
        one.input.name: one for one in _gather(_CREATININE, id="ckd-epi-2021", on=date(2030, 1, 1)).missing
    }
    late = found["creatinine"]
    assert late.days is not None
    assert f"{late.days} days old" in late.why


def test_no_birth_date_and_another_sex_are_named() -> None:
    unknown = Patient("anna", "Anna", None, "other")
    why = _why(_gather(_CREATININE, id="ckd-epi-2021", patient=unknown))
    assert set(why) == {"age", "sex"}
    assert set(_why(_gather(_CREATININE, id="ckd-epi-2021", patient=None))) == {"age", "sex"}


def test_facts_of_somebody_else_are_refused() -> None:
    with pytest.raises(CalculatorError, match="somebody else"):
        _gather(_CREATININE, _fact("x", "weight", Quantity(70, "kg"), "2024-06-01", patient_id="bert"))
    with pytest.raises(CalculatorError, match="somebody else"):
        _gather(_CREATININE, patient_id="bert")
