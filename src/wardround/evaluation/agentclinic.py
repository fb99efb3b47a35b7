"""`wardround eval agentclinic`: others' published cases, all played to their end, without a language model as the patient.

Reported as they are: how many diagnoses the base holds at all, and how often a policy ranks the right one, over all
cases and over those that it could have known. Nothing is matched by a part of a name.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from wardround.care import Clinic, MemoryService, OrderBook, Request, Ward
from wardround.evaluation.intervals import intervals, means
from wardround.evaluation.osce import Player, Told, played_all
from wardround.evaluation.policies import at_once, one_policy
from wardround.evaluation.results import Result, ranking_of, ranks, unsafe_executed
from wardround.evaluation.surroundings import surroundings
from wardround.harness import (
    ConfigurationError,
    Event,
    MemoryStore,
    Policy,
    Ports,
    Service,
    SimulatedClock,
    fold_all,
    seed_of,
)
from wardround.memory import Memory
from wardround.simulation import (
    REVIEWER,
    AgentClinicCase,
    AgentClinicError,
    AgentClinicExamination,
    AgentClinicLaboratory,
    AgentClinicPatient,
    coverage,
    diagnosis_in_base,
    given_up,
    read_agentclinic,
)

DAY: Final = date(2026, 6, 15)
"""The cases name no day: every visit is on this one."""
FIGURES: Final = (
    "top1",
    "top3",
    "accuracy",
    "top1_covered",
    "top3_covered",
    "accuracy_covered",
    "turns",
    "finished",
)


@dataclass(frozen=True, slots=True)
class AgentClinicConfig:
    """`limit` takes the first cases of the file."""

    data: Path
    policy: str = "planner"
    limit: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Checked before anything is read."""
        if self.limit is not None and self.limit < 1:
            raise ConfigurationError("--limit: there is nothing to play.", fix="Give 1 or more.")


@dataclass(frozen=True)
class AgentClinicResults:
    """The report, and the cases it rests on."""

    report: dict[str, Any]
    results: tuple[Result, ...]


async def examine_agentclinic(
    clinic: Clinic, config: AgentClinicConfig, told: Told | None = None
) -> AgentClinicResults:
    """Play every case. Raises ConfigurationError for a file or policy that cannot be used, never for one case."""
    began, policy = perf_counter(), one_policy(config.policy, clinic)
    try:
        cases = read_agentclinic(config.data)[: config.limit]
    except AgentClinicError as error:
        raise ConfigurationError(f"--data: {error}", fix="Give AgentClinic's JSON lines.") from error
    players = [_player(clinic, policy, case, config.seed) for case in cases]
    results = await played_all(players, at_once(config.policy), told)
    scored = [r for r in results if r.error is None]
    rows = [r.figures for r in scored]
    held = coverage(cases, clinic.base)
    report = {
        "task": "agentclinic",
        "policy": config.policy,
        "n": len(results),
        "unscored": len(results) - len(scored),
        "broken": [{"case": r.case, "error": r.error} for r in results if r.error is not None],
        "coverage": held.share,
        "covered": len(held.inferred),
        "only_named": len(held.named),
        **means(rows, FIGURES),
        "ci95": intervals(rows, FIGURES, config.seed),
        "unsafe_executed": int(sum(r.figures.get("unsafe_executed") or 0 for r in scored)),
        "seconds": round(perf_counter() - began, 2),
        "config": {**asdict(config), "data": str(config.data)},
        "seed": config.seed,
        "knowledge": clinic.base.version[:16],
        **surroundings(),
    }
    return AgentClinicResults(report, tuple(results))


def _player(clinic: Clinic, policy: Policy, case: AgentClinicCase, seed: int) -> Player:
    async def play() -> Result:
        try:
            events = await consult_agentclinic(clinic, case, policy, seed=seed)
            if (why := given_up(events)) is not None:
                return Result(case.id, "", case.diagnosis, error=why)
            return _result(clinic, case, events)
        except Exception as error:  # noqa: BLE001 - a case that breaks is data, told with its reason
            return Result(case.id, "", case.diagnosis, error=f"{type(error).__name__}: {error}")

    return play


async def consult_agentclinic(
    clinic: Clinic, case: AgentClinicCase, policy: Policy, *, seed: int = 0
) -> tuple[Event, ...]:
    """Play one case with a ward of its own. The same arguments give the same log."""
    ward, orders = Ward(clinic, MemoryStore(), Memory()), OrderBook()
    clock = SimulatedClock(datetime.combine(DAY, time(9, 30), UTC))
    patient = AgentClinicPatient(case, clinic.understanding)
    request = Request(case.patient(DAY), case.complaint, DAY, seed=seed_of(seed, case.id) % 2**53)
    try:
        door = await ward.open(request, policy, Ports(patient, REVIEWER, clock))
        services: dict[str, Service] = {
            "orders": orders,
            "memory": MemoryService(clinic, ward.memory, case.id, DAY),
            "examination": AgentClinicExamination(case, clinic.understanding),
            "laboratory": AgentClinicLaboratory(case, clinic.understanding),
        }
        ports = Ports(patient, REVIEWER, clock, services)
        visit = await ward.resume(door.log.encounter, policy, ports)
        await ward.play(visit)
        return tuple(await ward.events(door.log.encounter))
    finally:
        orders.close()
        ward.memory.close()


def _result(clinic: Clinic, case: AgentClinicCase, events: tuple[Event, ...]) -> Result:
    """`*_covered` are figures of the cases whose diagnosis the base infers, and None for the others."""
    state = fold_all(list(events), clinic.projection)
    truth = diagnosis_in_base(case.diagnosis, clinic.base)
    found = ranks(ranking_of(state.domain), state.domain.diagnosis, truth or "")
    infers = truth in clinic.base.conditions
    figures: dict[str, float | None] = {
        **found,
        **{f"{name}_covered": value if infers else None for name, value in found.items()},
        "turns": float(len(state.domain.transcript)),
        "finished": float(state.status == "finished"),
        "unsafe_executed": float(unsafe_executed(events)),
    }
    score = {
        "diagnosis": case.diagnosis,
        "in_base": truth,
        "named": state.domain.diagnosis,
        "ranking": ranking_of(state.domain)[:5],
        "disposition": state.domain.disposition,
    }
    return Result(case.id, "", case.diagnosis, figures, score=score, logs={events[0].encounter: events})
