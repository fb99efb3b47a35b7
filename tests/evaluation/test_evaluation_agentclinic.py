"""`eval agentclinic`: every case plays to its end, and what is reported is what was played."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from evaluation_house import clinic

from wardround.evaluation import AgentClinicConfig, AgentClinicResults, agentclinic, examine_agentclinic
from wardround.harness import ConfigurationError


def written(path: Path, *diagnoses: str) -> Path:
    """A file of small cases with these diagnoses."""
    lines = [
        {
            "OSCE_Examination": {
                "Objective_for_Doctor": "Assess.",
                "Patient_Actor": {
                    "Demographics": "30-year-old female",
                    "History": "The patient has had a runny nose and a sore throat for two days. No fever.",
                    "Symptoms": {
                        "Primary_Symptom": "Runny nose",
                        "Secondary_Symptoms": ["Sneezing", "Sore throat"],
                    },
                },
                "Physical_Examination_Findings": {"Vital_Signs": {"Temperature": "36.8°C (98.2°F)"}},
                "Test_Results": {},
                "Correct_Diagnosis": diagnosis,
            }
        }
        for diagnosis in diagnoses
    ]
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    return path


def examined(data: Path, **config: Any) -> AgentClinicResults:
    """An examination on a file."""
    return asyncio.run(examine_agentclinic(clinic(), AgentClinicConfig(data, **config)))


def test_ranks_are_over_all_and_over_those_that_could_be_known(tmp_path: Path) -> None:
    report = examined(written(tmp_path / "a.jsonl", "Common cold", "Wilson-Mikity syndrome")).report
    assert (report["task"], report["n"], report["unscored"]) == ("agentclinic", 2, 0)
    assert (report["coverage"], report["covered"]) == (0.5, 1)
    assert report["top3"] == 0.5
    assert report["top3_covered"] == 1.0
    assert report["finished"] == 1.0
    assert report["turns"] > 0
    assert report["ci95"].keys() >= {"top1", "top3", "turns"}
    assert report["unsafe_executed"] == 0


def test_nothing_covered_is_no_zero(tmp_path: Path) -> None:
    report = examined(written(tmp_path / "a.jsonl", "Wilson-Mikity syndrome")).report
    assert (report["top1"], report["top1_covered"]) == (0.0, None)


def test_a_case_that_breaks_is_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play = agentclinic.consult_agentclinic

    async def breaks(clinic: Any, case: Any, policy: Any, **more: Any) -> Any:
        if case.id == "agentclinic-2":
            raise RuntimeError("on purpose")
        return await play(clinic, case, policy, **more)

    monkeypatch.setattr(agentclinic, "consult_agentclinic", breaks)
    report = examined(written(tmp_path / "a.jsonl", "Common cold", "Common cold")).report
    assert (report["n"], report["unscored"]) == (2, 1)
    assert report["broken"] == [{"case": "agentclinic-2", "error": "RuntimeError: on purpose"}]


@pytest.mark.parametrize("content", ["", "no JSON", "{}", '{"OSCE_Examination": []}'])
def test_a_file_that_is_none_is_said_by_its_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match="--data"):
        examined(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--data"):
        examined(tmp_path / "none.jsonl")


@pytest.mark.parametrize(("config", "named"), [({"limit": 0}, "--limit"), ({"policy": "oracle"}, "oracle")])
def test_what_cannot_be_played_is_said(tmp_path: Path, config: dict[str, Any], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        examined(written(tmp_path / "a.jsonl", "Common cold"), **config)


@pytest.mark.data
def test_published_cases_play_to_their_end(data_dir: Path) -> None:
    path = data_dir / "agentclinic" / "agentclinic_medqa.jsonl"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    found = examined(path, limit=12)
    assert (found.report["n"], found.report["unscored"], found.report["finished"]) == (12, 0, 1.0)
    assert [r.case for r in found.results] == [f"agentclinic-{k}" for k in range(1, 13)]
