"""AgentClinic files are read whole, or refused by line and field. Demographics come out of the text."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from agentclinic_cases import FILE, case, read, record
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.simulation.agentclinic import AgentClinicError, read_agentclinic


def test_a_case_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    given = case(tmp_path)
    assert (given.id, given.age, given.sex) == ("agentclinic-1", 45.0, "female")
    assert given.complaint == "Fever."
    assert given.secondary == ("Productive cough", "Night sweats")
    assert set(given.sections) == {"Past_Medical_History", "Social_History", "Review_of_Systems"}
    assert given.diagnosis == "Pulmonary tuberculosis (TB)"


def test_sections_may_be_lists_mappings_or_missing(tmp_path: Path) -> None:
    given = case(
        tmp_path, Social_History={"Substance_Use": "None", "Interests": ["Chess", "Tea"]}, Medications=[]
    )
    assert given.sections["Social_History"] == ("None", "Chess", "Tea")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"cases\.jsonl, line 2: is no JSON"),
        ("[1]", r"line 2: the line"),
        ('{"OSCE_Examination": {}}', r"line 2: OSCE_Examination\.Objective_for_Doctor: Field required"),
        (record(Symptoms={"Secondary_Symptoms": []}), r"line 2: .*Symptoms\.Primary_Symptom: Field required"),
        (record(Correct_Diagnosis=""), r"line 2: OSCE_Examination\.Correct_Diagnosis"),
        (record(History=7), r"line 2: OSCE_Examination\.Patient_Actor\.History"),
        (record(Test_Results="none"), r"line 2: OSCE_Examination\.Test_Results: is no mapping"),
        ("x" * 600_000, r"line 2: longer than"),
        ("[" * 5000, r"line 2: is no JSON"),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_field(tmp_path: Path, line: object, message: str) -> None:
    with pytest.raises(AgentClinicError, match=message):
        read(tmp_path, record(), line)


def test_a_tree_without_end_is_refused(tmp_path: Path) -> None:
    tree: Any = "deep"
    for _ in range(40):
        tree = {"a": tree}
    with pytest.raises(AgentClinicError, match="nested deeper"):
        read(tmp_path, record(Test_Results=tree))


def test_a_file_that_is_not_there_or_holds_nothing_is_named(tmp_path: Path) -> None:
    with pytest.raises(AgentClinicError, match=r"none\.jsonl: cannot be read"):
        read_agentclinic(tmp_path / "none.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n\n")
    with pytest.raises(AgentClinicError, match="holds no case"):
        read_agentclinic(tmp_path / "empty.jsonl")
    (tmp_path / "image.jsonl").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(AgentClinicError, match=r"image\.jsonl, line 1"):
        read_agentclinic(tmp_path / "image.jsonl")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(["History", "Symptoms", "Demographics", "Past_Medical_History", "Test_Results", "Physical_Examination_Findings"]),
    JSON,
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_anything_in_a_field_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, field: str, value: Any
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    with contextlib.suppress(AgentClinicError):
        [given] = read(folder, record(**{field: value}))
        assert given.patient(date(2026, 1, 1)).id == "agentclinic-1"


@pytest.mark.parametrize(
    ("words", "age", "sex"),
    [
        ("35-year-old female", 35.0, "female"),
        ("8-month-old boy", 8 / 12, "male"),
        ("4-day-old newborn", 4 / 365.25, "unknown"),
        ("Newborn, female", 0.0, "female"),
        ("Newborn, born at 33 weeks of gestation", 0.0, "unknown"),
        ("1100-g (2-lb 7-oz) newborn, 31 weeks' gestation", 0.0, "unknown"),
        ("32-year-old woman, gravida 2, para 1, at 38 weeks' gestation", 32.0, "female"),
        ("70-year-old man accompanied by his wife", 70.0, "male"),
        ("55-year-old male bodybuilder", 55.0, "male"),
        ("somebody", None, "unknown"),
    ],
)
def test_age_and_sex_come_out_of_the_demographics(
    tmp_path: Path, words: str, age: float | None, sex: str
) -> None:
    given = case(tmp_path, Demographics=words, History="No history.")
    assert given.age == pytest.approx(age) if age is not None else given.age is None
    assert given.sex == sex


def test_pronouns_tell_the_sex_where_the_demographics_do_not(tmp_path: Path) -> None:
    given = case(
        tmp_path, Demographics="23-year-old college student", History="He cannot sit still; his legs move."
    )
    assert given.sex == "male"


def test_a_pregnancy_is_the_woman_s_and_not_the_newborn_s(tmp_path: Path) -> None:
    assert case(tmp_path, Demographics="22-year-old female at 30 weeks gestation").pregnant is True
    assert case(tmp_path, Demographics="Newborn girl, born at 33 weeks of gestation").pregnant is None
    assert case(tmp_path, Demographics="40-year-old woman").pregnant is None


def test_the_age_holds_on_the_day_of_the_visit(tmp_path: Path) -> None:
    day = date(2026, 6, 15)
    age = case(tmp_path).patient(day).age(day)
    assert age is not None
    assert int(age) == 45


@pytest.mark.data
def test_all_published_cases_are_read(data_dir: Path) -> None:
    cases = read_agentclinic(data_dir / FILE)
    assert len(cases) == 107
    assert all(c.age is not None for c in cases)
    assert sum(c.sex == "unknown" for c in cases) <= 6
    assert len({c.id for c in cases}) == 107
