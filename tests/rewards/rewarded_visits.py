"""Visits for the tests of this room: a generated case, a policy, a patient who answers plainly, and the log."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cache

from wardround.care import Clinic, MemoryService, OrderBook, Planner, Request, Ward, baseline_policy
from wardround.harness import Answering, Event, MemoryStore, Policy, Ports, Service, SimulatedClock
from wardround.knowledge import load
from wardround.memory import Memory
from wardround.rewards import OraclePolicy, VisitScore, score_visit
from wardround.simulation import Case, SimulatedExamination, SimulatedLaboratory, SimulatedPatient, generate


@cache
def clinic() -> Clinic:
    """The clinic over the shipped base, built once."""
    return Clinic(load())


@cache
def case_of(condition: str | None = None, index: int = 0) -> Case:
    """A case of the train split."""
    return generate(clinic().base, "train", index, condition=condition)


def policy_named(name: str, case: Case) -> Policy:
    """Planner, oracle, random or ask-all."""
    if name == "oracle":
        return OraclePolicy(clinic(), case)
    return Planner(clinic().projection) if name == "planner" else baseline_policy(name, clinic())


async def played(case: Case, policy: Policy) -> Sequence[Event]:
    """The log of one visit in a ward that has seen nobody."""
    ward = Ward(clinic(), MemoryStore(), Memory())
    services: dict[str, Service] = {
        "orders": OrderBook(),
        "memory": MemoryService(clinic(), ward.memory, case.id, case.on),
        "examination": SimulatedExamination(clinic().base, case),
        "laboratory": SimulatedLaboratory(clinic().base, case),
    }
    clock = SimulatedClock(datetime.combine(case.on, time(9), UTC))
    patient = SimulatedPatient(case, clinic().understanding)
    ports = Ports(patient, Answering("approve", "Dr Osei"), clock, services)
    request = Request(case.patient, case.complaint, case.on, seed=case.seed % 2**31)
    outcome = await ward.play(await ward.open(request, policy, ports))
    return await ward.events(outcome.encounter)


def log_of(case: Case, policy: Policy) -> Sequence[Event]:
    """The same, for tests that are not asynchronous."""
    return asyncio.run(played(case, policy))


def scored(case: Case, policy: Policy) -> VisitScore:
    """The score of one visit."""
    return score_visit(clinic(), case, log_of(case, policy))


@cache
def calm(index: int = 0) -> Case:
    """A case of hypothyroidism in somebody grown, without a red flag: treated at home, with tests and a drug."""
    for at in range(index, index + 200):
        case = generate(clinic().base, "train", at, condition="condition.hypothyroidism")
        grown = case.age is not None and 20 <= case.age < 65 and not case.pregnant
        if grown and not case.red_flags and not case.known_drugs and not case.known_allergies:
            return replace(case, id=f"calm-{at}")
    raise LookupError("no calm case among 200")


@cache
def alarming(index: int = 0) -> Case:
    """A case of acute coronary syndrome whose flag the complaint and its attributes raise."""
    for at in range(index, index + 200):
        case = generate(clinic().base, "train", at, condition="condition.acute_coronary_syndrome")
        if "redflag.acs_pain" in case.red_flags:
            return case
    raise LookupError("no alarming case among 200")
