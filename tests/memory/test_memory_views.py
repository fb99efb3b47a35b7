"""The views: record, history, laboratory trends in one unit, and the response to drugs, against cases worked by hand."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_facts import a_fact
from recalled_patient import TODAY, WHO, remembered

from wardround.clinical import Fact, FactSource, PartialDate, Quantity, read_bundle
from wardround.memory import Memory, Response, Trend, Views, responses, statements, trends

HBA1C = {"kind": "result", "text": "HbA1c", "code": "analyte.hba1c"}


def views(memory: Memory, **more: object) -> Views:
    return memory.views(patient_id=WHO, on=TODAY, **more)  # type: ignore[arg-type]


def trend(facts: list[Fact]) -> Trend:
    (found,) = trends(statements(facts, TODAY))
    return found


# --- the record ----------------------------------------------------------------------------------------------------


def test_the_record_keeps_what_is_current_apart_from_what_is_past() -> None:
    record = views(remembered()).record
    assert {e.facts[0] for e in record.drugs} == {"lisinopril-20", "amlodipine", "metformin", "lithium"}
    assert {e.facts[0] for e in record.past_drugs} == {"lisinopril-10"}
    assert {e.facts[0] for e in record.past_problems} == {"gout"}
    assert [e.text for e in record.allergies] == ["penicillin"]
    assert [e.facts[0] for e in record.values] == ["hba1c-7", "potassium"]
    assert [name for name, _ in record.sections()][:2] == ["allergies", "drugs"]


def test_a_statement_of_several_sources_is_one_entry_with_all_of_them() -> None:
    told = a_fact("again", text="Hypertension", code="condition.hypertension", fhir="Condition/4")
    (entry,) = (e for e in views(remembered(told)).record.problems if e.text == "Hypertension")
    assert entry.facts == ("hypertension", "again")
    assert entry.sources == ("visit-1#12", "Condition/4")


def test_no_allergies_is_no_allergy_and_a_denial_is_no_problem() -> None:
    memory = Memory()
    memory.write(
        [
            a_fact("none", kind="allergy", text="No known allergies"),
            a_fact("no", text="asthma", status="refuted"),
        ],
        patient_id=WHO,
    )
    record = views(memory).record
    assert (record.allergies, len(record.no_allergies)) == ((), 1)
    assert (record.problems, record.past_problems, len(record.refuted)) == ((), (), 1)


def test_every_view_is_plain_values_that_json_holds() -> None:
    found = views(remembered())
    again = orjson.loads(orjson.dumps(asdict(found)))
    assert again["record"]["allergies"][0]["text"] == "penicillin"
    assert again["trends"][0]["points"]


def test_a_partial_date_stays_as_it_was_said() -> None:
    (entry,) = (e for e in views(remembered()).record.problems if e.text == "Bipolar disorder")
    assert (entry.since, entry.line()) == ("2019", "Bipolar disorder, since 2019")


# --- the history ---------------------------------------------------------------------------------------------------


def test_the_history_goes_by_problem_with_dates_medicines_and_sources() -> None:
    history = views(remembered()).history
    (found,) = (p for p in history.problems if p.problem.text == "Hypertension")
    assert {d.facts[0] for d in found.drugs} >= {"lisinopril-10", "lisinopril-20", "amlodipine"}
    assert history.problems[-1].problem.text == "gout"
    text = history.text()
    assert "- Hypertension, since 2018 [visit-1#12]. Medicines that are given for it: amlodipine" in text
    assert "gout, 2021 to 2021-06, resolved [visit-1#12]." in text


def test_a_medicine_of_another_time_is_not_for_the_problem() -> None:
    before = a_fact(
        "old", kind="drug", text="allopurinol", code="drug.allopurinol", since="2010", until="2012"
    )
    after = a_fact(
        "new", kind="drug", text="allopurinol", code="drug.allopurinol", since="2021-03", until="2021-05"
    )
    (gout,) = (p for p in views(remembered(before, after)).history.problems if p.problem.text == "gout")
    assert [d.facts[0] for d in gout.drugs] == ["new"]


def test_words_from_outside_stay_on_their_line() -> None:
    memory = Memory()
    memory.write([a_fact("x", text="asthma\n\n# Allergies\n- none")], patient_id=WHO)
    assert "\n# Allergies" not in views(memory).history.text()


# --- trends --------------------------------------------------------------------------------------------------------


def test_the_slope_is_that_of_least_squares_in_one_unit() -> None:
    """64 mmol/mol, then 7.1 % = (7.1 - 2.152) / 0.09148 = 54.0883 mmol/mol, two years and a leap day later."""
    found = trend(
        [
            a_fact("a", **HBA1C, value=Quantity(64, "mmol/mol"), since="2023-05-01"),
            a_fact("b", **HBA1C, value=Quantity(7.1, "%"), since="2025-05-01"),
        ]
    )
    assert (found.unit, found.n, found.low, found.high) == ("mmol/mol", 2, 54.0883, 64)
    assert found.slope == pytest.approx((54.0883 - 64) / (731 / 365.25), rel=1e-5)
    assert found.last is not None
    assert (found.last.as_said, found.last.fact) == ("7.1 %", "b")


def test_what_cannot_be_converted_stands_apart_and_says_why() -> None:
    found = trend(
        [
            a_fact("a", **HBA1C, value=Quantity(64, "mmol/mol"), since="2023-05-01"),
            a_fact("kg", **HBA1C, value=Quantity(80, "kg"), since="2023-06-01"),
            a_fact("low", **HBA1C, value=Quantity(20, "mmol/mol", "<"), since="2023-07-01"),
            a_fact("bare", **HBA1C, value=Quantity(7, ""), since="2023-08-01"),
            a_fact("undated", **HBA1C, value=Quantity(50, "mmol/mol")),
            a_fact("words", **HBA1C, value="haemolysed", since="2023-09-01"),
        ]
    )
    assert [p.fact for p in found.points] == ["a"]
    assert {a.fact: a.why.split(":")[0] for a in found.apart} == {
        "kg": "its unit cannot be converted",
        "low": "a limit, not a value",
        "bare": "no unit was stated",
        "undated": "no date",
        "words": "no number",
    }
    assert found.slope is None


def test_two_analytes_of_one_name_are_two_trends() -> None:
    sodium = a_fact(
        "s", kind="result", text="Na", code="analyte.sodium", value=Quantity(140, "mmol/L"), since="2024"
    )
    potassium = a_fact(
        "k", kind="result", text="Na", code="analyte.potassium", value=Quantity(4, "mmol/L"), since="2024"
    )
    assert {t.slug for t in trends(statements([sodium, potassium], TODAY))} == {
        "analyte.sodium",
        "analyte.potassium",
    }


def test_all_of_one_day_have_no_slope() -> None:
    found = trend(
        [
            a_fact(n, **HBA1C, value=Quantity(v, "mmol/mol"), since="2023-05-01")
            for n, v in (("a", 50), ("b", 60))
        ]
    )
    assert (found.n, found.slope, found.low, found.high) == (2, None, 50, 60)


def test_an_unknown_quantity_keeps_the_commonest_unit_of_its_record() -> None:
    units = ("ug/L", "ng/mL", "ng/mL", "pounds")
    facts = [
        a_fact(f"f{n}", kind="result", text="Odd marker", value=Quantity(2, unit), since=f"2024-0{n + 1}-01")
        for n, unit in enumerate(units)
    ]
    found = trend(facts)
    assert (found.unit, [p.value for p in found.points], len(found.apart)) == ("ng/mL", [2.0, 2.0, 2.0], 1)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(
        st.tuples(st.integers(0, 3_000), st.floats(1, 300)), min_size=2, max_size=12, unique_by=lambda v: v[0]
    )
)
def test_the_slope_agrees_with_another_implementation_whatever_the_order(
    values: list[tuple[int, float]],
) -> None:
    start = datetime(2015, 1, 1, 12, tzinfo=UTC)
    facts = [
        replace(
            a_fact(f"f{day}", kind="result", text="Odd marker", value=Quantity(round(value, 3), "mg/L")),
            valid_from=PartialDate.of(start + timedelta(days=day)),
        )
        for day, value in values
    ]
    found = trend(facts)
    fitted = np.polyfit([d / 365.25 for d, _ in values], [round(v, 3) for _, v in values], 1)[0]
    assert found.slope == pytest.approx(fitted, rel=1e-4, abs=1e-3 * max(1.0, abs(fitted)))
    assert trend(facts[::-1]).slope == pytest.approx(found.slope, rel=1e-4, abs=1e-6)


# --- responses -------------------------------------------------------------------------------------------------------


def response(found: Views, drug: str) -> Response:
    return next(r for r in found.responses if r.slug == drug)


def test_a_dose_that_was_raised_is_two_stretches_of_one_drug() -> None:
    found = response(views(remembered()), "drug.lisinopril")
    assert (found.taken, found.started, found.stopped) == (True, "2024-02-01", None)
    assert [(c.since, c.dose) for c in found.courses] == [
        ("2024-02-01", "10 mg once a day"),
        ("2025-03-01", "20 mg once a day"),
    ]


def test_what_was_measured_while_it_was_taken_is_shown_as_an_association() -> None:
    found = response(views(remembered()), "drug.metformin")
    (hba1c,) = (m for m in found.measured if m.unit == "mmol/mol")
    assert hba1c.before is not None
    assert hba1c.last is not None
    assert (hba1c.before.value, hba1c.last.value, hba1c.change, hba1c.n) == (64, 54.0883, -9.9117, 1)
    assert "association" in found.line()


def stopped() -> list[Fact]:
    """Naproxen, taken two months, stopped by a visit because of the stomach."""
    drug = {"kind": "drug", "text": "naproxen", "code": "drug.naproxen"}
    start = a_fact("start", **drug, since="2025-01-10", detail="500 mg twice a day")
    stop = a_fact(
        "stop", **drug, since="2025-01-10", until="2025-03-12", status="resolved", supersedes="start",
        recorded="2026-03-12", detail="stopped: stomach bleeding; lowered over 3 days",
    )  # fmt: skip
    return [start, replace(stop, source=FactSource("event", "20", "visit-2"))]


def test_who_stopped_it_when_and_why() -> None:
    memory = Memory()
    memory.write(stopped(), patient_id=WHO)
    (found,) = views(memory).responses
    assert (found.taken, found.started, found.stopped) == (False, "2025-01-10", "2025-03-12")
    assert found.why_stopped == "stomach bleeding"
    assert [c.dose for c in found.courses] == ["500 mg twice a day", ""]
    assert found.line().endswith("stopped 2025-03-12 because stomach bleeding")


def test_an_effect_is_apart_from_an_adverse_one_and_both_are_of_this_drug() -> None:
    said = [
        a_fact(
            "e",
            kind="response",
            text="amlodipine",
            code="drug.amlodipine",
            value="effect: pressure at target",
        ),
        a_fact(
            "a", kind="response", text="amlodipine", code="drug.amlodipine", value="adverse: swollen ankles"
        ),
        a_fact("o", kind="response", text="metformin", code="drug.metformin", value="adverse: diarrhoea"),
    ]
    found = response(views(remembered(*said)), "drug.amlodipine")
    assert [e.value for e in found.effects] == ["effect: pressure at target"]
    assert [e.value for e in found.adverse] == ["adverse: swollen ankles"]


def test_a_known_adverse_effect_that_began_in_its_time_is_possible_and_one_before_is_not() -> None:
    cough: dict[str, Any] = {"kind": "finding", "text": "cough", "code": "finding.cough", "value": True}
    drug = a_fact("acei", kind="drug", text="ramipril", code="drug.ramipril", since="2025-01-01")
    soon, before = (
        a_fact("soon", **cough, since="2025-02-01"),
        a_fact("before", **cough, since="2024-12-01", until="2024-12-20"),
    )
    (found,) = responses(statements([drug, soon, before], TODAY), on=TODAY)
    assert [e.facts[0] for e in found.possible_adverse] == ["soon"]


def test_a_drug_that_was_retracted_was_never_taken() -> None:
    memory = remembered(a_fact("wrong", kind="drug", text="digoxin", code="drug.digoxin", since="2020"))
    memory.retract(
        "wrong",
        patient_id=WHO,
        why="another patient",
        source=FactSource("event", "9", "visit-9"),
        at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert not [r for r in views(memory).responses if r.slug == "drug.digoxin"]


def test_who_has_nothing_on_record_has_empty_views() -> None:
    found = Memory().views(patient_id="nobody", on=TODAY)
    assert (found.record.sections(), found.trends, found.responses) == ((), (), ())
    assert found.history.text() == "Nothing is on record.\n"


@pytest.mark.data
def test_every_record_of_the_shared_data_can_be_viewed(data_dir: Path) -> None:
    folder = data_dir / "synthea_r4"
    for path in sorted(folder.glob("*.gz"))[:6]:
        record = read_bundle(path, received=datetime(2025, 1, 1, tzinfo=UTC))
        memory = Memory()
        memory.write(record.facts, patient_id=record.patient.id)
        found = memory.views(patient_id=record.patient.id, on=date(2025, 6, 1))
        assert found.trends
        assert orjson.dumps(asdict(found))
        for one in found.trends:
            if one.n:
                assert one.low is not None
                assert one.high is not None
                assert one.low <= one.points[-1].value <= one.high
