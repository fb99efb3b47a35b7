"""Examination and laboratory of an AgentClinic case: our findings and tests out of its fields, in our units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from agentclinic_cases import FILE, UNDERSTANDING, case

from wardround.harness import ToolError
from wardround.simulation.agentclinic import (
    AgentClinicExamination,
    AgentClinicLaboratory,
    coverage,
    diagnosis_in_base,
    read_agentclinic,
)
from wardround.simulation.agentclinic.amounts import amount_in, pressures_in

BASE = UNDERSTANDING.base


async def examined(tmp_path: Path, *findings: str) -> dict[str, Any]:
    """Values of the written case."""
    examination = AgentClinicExamination(case(tmp_path), UNDERSTANDING)
    values: dict[str, Any] = (await examination.call({"findings": list(findings)}, "key"))["values"]
    return values


async def result_of(tmp_path: Path, test: str, **changes: Any) -> dict[str, Any]:
    """The result of a test of the written case."""
    laboratory = AgentClinicLaboratory(case(tmp_path, **changes), UNDERSTANDING)
    result: dict[str, Any] = (await laboratory.call({"test": test, "reason": "r"}, "key"))["result"]
    return result


async def test_vital_signs_are_read_in_our_units(tmp_path: Path) -> None:
    assert await examined(
        tmp_path, "finding.temperature", "finding.systolic_bp", "finding.diastolic_bp", "finding.heart_rate",
        "finding.respiratory_rate", "finding.oxygen_saturation", "finding.weight",
    ) == {
        "finding.temperature": 38.5, "finding.systolic_bp": 132.0, "finding.diastolic_bp": 84.0,
        "finding.heart_rate": 104.0, "finding.respiratory_rate": 22.0, "finding.oxygen_saturation": 93.0,
        "finding.weight": None,
    }  # fmt: skip


async def test_signs_are_there_denied_or_not_mentioned_and_so_absent(tmp_path: Path) -> None:
    values = await examined(tmp_path, "finding.lung_crackles", "finding.bulging_eardrum")
    assert values == {"finding.lung_crackles": True, "finding.bulging_eardrum": False}


async def test_analytes_are_found_by_their_names_and_converted(tmp_path: Path) -> None:
    count = await result_of(tmp_path, "test.full_blood_count")
    assert count["analytes"]["analyte.haemoglobin"] == {"value": 130.0, "unit": "g/L"}
    assert count["analytes"]["analyte.white_cells"] == {"value": 14.5, "unit": "10*9/L"}
    assert "analyte.platelets" not in count["analytes"]
    assert "Platelets: Normal" in count["text"]


async def test_urea_nitrogen_is_not_urea(tmp_path: Path) -> None:
    salts = await result_of(tmp_path, "test.electrolytes")
    assert salts["analytes"]["analyte.urea"]["value"] == pytest.approx(28 * 0.357, rel=0.01)
    assert salts["analytes"]["analyte.creatinine"]["value"] == pytest.approx(88.4, rel=0.01)


async def test_glucose_in_urine_is_not_glucose_in_blood_and_pending_is_no_result(tmp_path: Path) -> None:
    assert (await result_of(tmp_path, "test.glucose"))["text"] == "Not done: no result is on hand."


async def test_what_a_picture_shows_is_positive_where_the_base_calls_it_so(tmp_path: Path) -> None:
    film = await result_of(tmp_path, "test.chest_xray")
    assert film["positive"] is True
    assert "Consolidation in the left lower lobe." in film["text"]
    clear = await result_of(
        tmp_path, "test.chest_xray", Test_Results={"Chest_X-Ray": {"Findings": "No consolidation."}}
    )
    assert clear["positive"] is False
    other = await result_of(
        tmp_path, "test.chest_xray", Test_Results={"Chest_X-Ray": {"Findings": "A safety pin."}}
    )
    assert other["positive"] is None


async def test_a_plain_negative_is_negative_and_what_is_not_there_was_not_done(tmp_path: Path) -> None:
    assert (await result_of(tmp_path, "test.pregnancy_test"))["positive"] is False
    assert (await result_of(tmp_path, "test.urine_dipstick"))["positive"] is True
    missing = await result_of(tmp_path, "test.ecg")
    assert (missing["positive"], missing["analytes"]) == (None, {})
    assert missing["text"].startswith("Not done")


async def test_a_test_that_nobody_does_is_refused_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"test: 'test\.aura' is not done here"):
        await result_of(tmp_path, "test.aura")


@pytest.mark.parametrize(
    ("text", "unit", "analyte", "value"),
    [
        ("36.6°C (97.9°F)", "Cel", None, 36.6),
        ("102°F", "Cel", None, 38.889),
        ("98/min and regular", "/min", None, 98.0),
        ("16 breaths/min", "/min", None, 16.0),
        ("72", "/min", None, 72.0),
        ("98% on room air", "%", None, 98.0),
        ("13,400/mm3", "10*9/L", None, 13.4),
        ("4 cells/mm3", "10*6/L", None, 4.0),
        ("140 mEq/L", "mmol/L", "analyte.sodium", 140.0),
        ("9 mg/dL", "mmol/L", "analyte.glucose", 0.4996),
        ("99 lbs", "kg", None, 44.906),
        ("< 0.01 mg/L", "mg/L", None, None),
        ("Normal", "mg/L", None, None),
        ("17", "mg/L", None, None),
        ("36 apples", "Cel", None, None),
        ("", "Cel", None, None),
    ],
)
def test_amounts_are_read_with_their_units(
    text: str, unit: str, analyte: str | None, value: float | None
) -> None:
    found = amount_in(text, unit, analyte)
    assert found == (pytest.approx(value, rel=1e-3) if value is not None else None)


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("125/80 mmHg", (125.0, 80.0)),
        ("80/125", None),
        ("Normal", None),
        ("BP 150 / 90 mm Hg", (150.0, 90.0)),
    ],
)
def test_pressures_come_in_pairs(text: str, both: tuple[float, float] | None) -> None:
    assert pressures_in(text) == both


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("Asthma", "condition.asthma"),
        ("asthma (acute)", "condition.asthma"),
        ("Pneumonia", "condition.community_acquired_pneumonia"),
        ("Ischemic stroke", "condition.ischaemic_stroke"),
        ("Gastroesophageal reflux disease (GERD)", "condition.gastro_oesophageal_reflux"),
        ("Asthma-like syndrome", None),
        ("Heart failure cells", None),
        ("Normal behavior", None),
        ("", None),
    ],
)
def test_a_diagnosis_is_found_by_its_whole_name_alone(text: str, condition: str | None) -> None:
    assert diagnosis_in_base(text, BASE) == condition


def test_every_condition_is_found_by_its_own_name() -> None:
    for condition in BASE.conditions.values():
        assert diagnosis_in_base(condition.name, BASE) == condition.id


@pytest.mark.data
def test_coverage_counts_what_is_inferred_and_what_is_only_named(data_dir: Path) -> None:
    cases = read_agentclinic(data_dir / FILE)
    found = coverage(cases, BASE)
    assert found.cases == 107
    assert set(found.inferred.values()) <= set(BASE.conditions)
    assert not set(found.inferred) & set(found.named)
    assert found.share == len(found.inferred) / 107
    assert len(found.inferred) >= 2
    assert coverage([], BASE).share is None


@pytest.mark.data
async def test_every_published_case_has_an_answer_to_every_test_and_examination(data_dir: Path) -> None:
    signs = [f.id for f in BASE.content.findings if f.examined]
    values = results = 0
    for given in read_agentclinic(data_dir / FILE)[::3]:
        answer = await AgentClinicExamination(given, UNDERSTANDING).call({"findings": signs}, "key")
        for slug, value in answer["values"].items():
            entry = BASE.findings[slug]
            assert (
                (value is None or isinstance(value, float))
                if entry.answer == "quantity"
                else value in (True, False)
            )
            values += isinstance(value, float)
        laboratory = AgentClinicLaboratory(given, UNDERSTANDING)
        for test in BASE.tests:
            result = (await laboratory.call({"test": test}, "key"))["result"]
            assert result["text"]
            for analyte, measured in result["analytes"].items():
                low, high = BASE.analytes[analyte].plausible
                assert low <= measured["value"] <= high
                results += 1
    assert values > 100
    assert results > 20
