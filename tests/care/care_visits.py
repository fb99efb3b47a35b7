"""Visits for the tests of this room: a patient, a complaint, and whoever stands behind the ports, played in-process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from wardround.care import Chart, Clinic, MemoryService, OrderBook, Planner, Request, Ward, baseline_policy
from wardround.clinical import Fact, PartialDate, Patient, read_bundle
from wardround.harness import (
    Action,
    Answering,
    Decided,
    Event,
    MemoryStore,
    Opened,
    Outcome,
    Policy,
    Ports,
    Question,
    Replay,
    Reviewer,
    Service,
    SimulatedClock,
    replay,
)
from wardround.harness import Patient as PatientPort
from wardround.knowledge import load
from wardround.memory import Memory
from wardround.samples import SAMPLE_RECORD
from wardround.simulation import SimulatedExamination, SimulatedLaboratory, SimulatedPatient, draw_case

DAY = date(2026, 11, 22)
MORNING = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ANNA = Patient("anna", "Anna Example", PartialDate.parse("1984-05-01"), "female")
CHEST_PAIN = "chest pain radiating to my left arm and I'm sweating"


@cache
def clinic() -> Clinic:
    """The clinic over the shipped base, built once."""
    return Clinic(load())


def maria() -> tuple[Patient, tuple[Fact, ...]]:
    """The shipped sample: a woman of 67 with diabetes and high blood pressure, allergic to penicillin."""
    record = read_bundle(Path(SAMPLE_RECORD))
    return record.patient, tuple(record.facts)


@dataclass(frozen=True)
class Saying:
    """A patient with one answer for everything, but for what `known` words in the question say otherwise."""

    otherwise: str = "No."
    known: Mapping[str, str] | None = None

    async def reply(self, question: Question) -> str:
        """The first answer whose word stands in the question."""
        found = (a for word, a in (self.known or {}).items() if word in question.text.lower())
        return next(found, self.otherwise)


@dataclass(frozen=True)
class Played:
    """A visit that was played to its end, or to where it waits."""

    outcome: Outcome
    events: list[Event]
    chart: Chart
    ward: Ward
    orders: OrderBook

    @property
    def header(self) -> Opened:
        """The log's header."""
        body = self.events[0].body
        assert isinstance(body, Opened)
        return body

    @property
    def actions(self) -> list[Action]:
        """What was decided, in the order of the log."""
        return [e.body.action for e in self.events if isinstance(e.body, Decided) and e.body.action]

    @property
    def asked(self) -> list[str]:
        """What the patient was asked about."""
        return [str(a.arguments.get("about")) for a in self.actions if a.tool == "ask"]

    def replayed(self) -> Replay:
        """The log, derived again."""
        team = clinic().team(lambda _: policy_called("planner"))
        versions = {**self.header.versions, **clinic().versions}
        return replay(self.events, team, clinic().projection, versions)


def policy_called(name: str) -> Policy:
    """planner, random or ask-all."""
    return Planner(clinic().projection) if name == "planner" else baseline_policy(name, clinic())


def ward() -> Ward:
    """A ward that has seen nobody."""
    return Ward(clinic(), MemoryStore(), Memory())


async def play(
    complaint: str,
    *,
    patient: Patient = ANNA,
    record: Sequence[Fact] = (),
    policy: str | Policy = "planner",
    seed: int = 1,
    on: date = DAY,
    at: Ward | None = None,
    says: PatientPort | None = None,
    reviewer: Reviewer | None = None,
    orders: OrderBook | None = None,
) -> Played:
    """Open a visit and play it, in the morning of DAY. The patient is simulated unless `says` gives the words."""
    at, base, clock = at or ward(), clinic().base, SimulatedClock(MORNING)
    chosen = policy_called(policy) if isinstance(policy, str) else policy
    request = Request(patient, complaint, on, record, seed)
    opened = await at.open(request, chosen, Ports(says or Saying(), Answering("reject"), clock))
    case, orders = draw_case(base, opened.state.domain, seed), orders or OrderBook()
    services: dict[str, Service] = {
        "examination": SimulatedExamination(base, case),
        "laboratory": SimulatedLaboratory(base, case),
        "orders": orders,
        "memory": MemoryService(clinic(), at.memory, patient.id, on),
    }
    who = says or SimulatedPatient(case, clinic().understanding)
    ports = Ports(who, reviewer or Answering("approve", "Dr Osei"), clock, services)
    visit = await at.resume(opened.log.encounter, chosen, ports)
    outcome = await at.play(visit)
    return Played(outcome, await at.events(outcome.encounter), visit.state.domain, at, orders)
