"""AgentClinic's cases play through the clinic's own ports to the end of the visit."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from agentclinic_cases import FILE, UNDERSTANDING, case
from simulated_cases import clinic

from wardround.care import MemoryService, OrderBook, Planner, Request, Ward
from wardround.harness import Answering, MemoryStore, Outcome, Ports, Service, SimulatedClock
from wardround.memory import Memory
from wardround.simulation.agentclinic import (
    AgentClinicCase,
    AgentClinicExamination,
    AgentClinicLaboratory,
    AgentClinicPatient,
    read_agentclinic,
)

DAY = date(2026, 6, 15)


async def played(given: AgentClinicCase) -> Outcome:
    """One visit with the planner."""
    ward, policy = Ward(clinic(), MemoryStore(), Memory()), Planner(clinic().projection)
    clock = SimulatedClock(datetime(2026, 6, 15, 9, tzinfo=UTC))
    patient = AgentClinicPatient(given, UNDERSTANDING)
    services: dict[str, Service] = {
        "examination": AgentClinicExamination(given, UNDERSTANDING),
        "laboratory": AgentClinicLaboratory(given, UNDERSTANDING),
        "orders": OrderBook(),
        "memory": MemoryService(clinic(), ward.memory, given.id, DAY),
    }
    ports = Ports(patient, Answering("approve"), clock, services)
    opened = await ward.open(Request(given.patient(DAY), given.complaint, DAY, (), 1), policy, ports)
    return await ward.play(await ward.resume(opened.log.encounter, policy, ports))


async def test_a_case_plays_to_the_end(tmp_path: Path) -> None:
    assert (await played(case(tmp_path))).status == "finished"


@pytest.mark.data
async def test_published_cases_play_to_the_end(data_dir: Path) -> None:
    """Every ninth here; all of them take a minute."""
    outcomes = Counter([(await played(given)).status for given in read_agentclinic(data_dir / FILE)[::9]])
    assert set(outcomes) == {"finished"}
