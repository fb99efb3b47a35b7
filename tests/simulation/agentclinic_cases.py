"""An AgentClinic case that the tests write themselves, and the published ones where the shared data are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulated_cases import clinic

from wardround.harness import Question
from wardround.simulation.agentclinic import AgentClinicCase, AgentClinicPatient, read_agentclinic

UNDERSTANDING = clinic().understanding
FILE = Path("agentclinic") / "agentclinic_medqa.jsonl"


def record(**changes: Any) -> dict[str, Any]:
    """One line of a file. `changes` replace top-level fields, or those of the patient."""
    actor: dict[str, Any] = {
        "Demographics": "45-year-old woman",
        "History": "The patient reports a 3-week history of fever and a productive cough. She has a history of asthma "
        "and takes metformin. She denies chest pain.",
        "Symptoms": {"Primary_Symptom": "Fever", "Secondary_Symptoms": ["Productive cough", "Night sweats"]},
        "Past_Medical_History": "Asthma, appendectomy in childhood.",
        "Social_History": "Smokes 10 cigarettes a day. Works as a librarian. Lives with her husband.",
        "Review_of_Systems": "Denies vomiting, diarrhea, or headache.",
    }
    examination: dict[str, Any] = {
        "Objective_for_Doctor": "Find out why she coughs.",
        "Patient_Actor": actor,
        "Physical_Examination_Findings": {
            "Vital_Signs": {
                "Temperature": "101.3°F (38.5°C)", "Blood_Pressure": "132/84 mmHg", "Heart_Rate": "104 bpm",
                "Respiratory_Rate": "22 breaths/min", "Oxygen_Saturation": "93% on room air",
            },
            "Chest": {"Auscultation": "Crackles in the left lower lung. No wheezing."},
        },
        "Test_Results": {
            "Complete_Blood_Count": {"Hemoglobin": "13 gm/dL", "Leukocyte_Count": "14,500/mm3 (elevated)", "Platelets": "Normal"},
            "Serum_Chemistry": {"BUN": "28 mg/dL", "Creatinine": "1.0 mg/dL", "Glucose": "Pending"},
            "Urinalysis": {"Nitrites": "Positive", "Glucose": "250 mg/dL"},
            "Chest_X-Ray": {"Findings": "Consolidation in the left lower lobe."},
            "Pregnancy_Test": "Negative",
        },
        "Correct_Diagnosis": "Pulmonary tuberculosis (TB)",
    }  # fmt: skip
    for name, value in changes.items():
        (examination if name in examination else actor)[name] = value
    return {"OSCE_Examination": examination}


def read(tmp_path: Path, *lines: object) -> list[AgentClinicCase]:
    """A file of these lines, read. Text is written as it stands."""
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return read_agentclinic(path)


def case(tmp_path: Path, **changes: Any) -> AgentClinicCase:
    """The written case."""
    return read(tmp_path, record(**changes))[0]


async def say(given: AgentClinicCase, question: str) -> str:
    """What the patient of a case says."""
    return await AgentClinicPatient(given, UNDERSTANDING).reply(Question(question, "key"))
