"""One generated case, played whole: record read, visit opened, patient heard, closed and remembered. Nothing is scored here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import cached_property

from wardround.care import Chart, Clinic, MemoryService, OrderBook, Request, Ward
from wardround.clinical import read_bundle
from wardround.harness import (
    Answering,
    Budgets,
    Event,
    Exhausted,
    Failed,
    MemoryStore,
    Policy,
    Ports,
    Question,
    Reviewer,
    Service,
    SimulatedClock,
    fold_all,
    seed_of,
)
from wardround.memory import Memory
from wardround.simulation.case import Case
from wardround.simulation.record_of_case import record_of
from wardround.simulation.services import SimulatedExamination, SimulatedLaboratory
from wardround.simulation.standardised import Phrasing, StandardisedPatient
from wardround.simulation.standardised.metrics import Exchange, Interview

REVIEWER = Answering("approve", "rule: approve")
"""Stands where a physician would: signs whatever asks for a signature."""


@dataclass(frozen=True)
class Heard:
    """A standardised patient who is listened to: everything said is kept, with the facts beside the words."""

    patient: StandardisedPatient
    exchanges: list[Exchange] = field(default_factory=list)

    async def reply(self, question: Question) -> str:
        """The patient's words."""
        said = self.patient.utter(question.text, question.transcript)
        self.exchanges.append(Exchange(question.text, said))
        return said.text

    @property
    def interview(self) -> Interview:
        """What was asked and said so far."""
        return Interview(self.patient, tuple(self.exchanges))


@dataclass(frozen=True)
class Consultation:
    """A case as it was played: its log, how it ended, and what the patient said."""

    clinic: Clinic
    case: Case
    events: tuple[Event, ...]
    status: str
    interview: Interview

    @cached_property
    def chart(self) -> Chart:
        """What the visit knew and did at its end."""
        return fold_all(list(self.events), self.clinic.projection).domain


async def consult(
    clinic: Clinic,
    case: Case,
    policy: Policy,
    *,
    seed: int = 0,
    phrasing: Phrasing = "training",
    reviewer: Reviewer = REVIEWER,
    budgets: Budgets | None = None,
) -> Consultation:
    """Play a case with a ward of its own, which has seen nobody. The same arguments give the same log."""
    ward, clock = Ward(clinic, MemoryStore(), Memory()), morning(case)
    record = read_bundle(record_of(clinic.base, case), received=clock.now())
    request = Request(
        case.patient,
        case.complaint,
        case.on,
        tuple(record.facts),
        seed_of(seed, case.id) % 2**53,
        budgets or Budgets(),
    )
    heard = Heard(StandardisedPatient(case, clinic.understanding, phrasing=phrasing))
    orders = OrderBook()
    try:
        door = await ward.open(request, policy, Ports(heard, reviewer, clock))
        name = door.log.encounter
        services: dict[str, Service] = {
            "orders": orders,
            "memory": MemoryService(clinic, ward.memory, case.id, case.on),
            "examination": SimulatedExamination(clinic.base, case),
            "laboratory": SimulatedLaboratory(clinic.base, case),
        }
        visit = await ward.resume(name, policy, Ports(heard, reviewer, clock, services))
        outcome = await ward.play(visit)
        events = tuple(await ward.events(name))
    finally:
        orders.close()
        ward.memory.close()
    return Consultation(clinic, case, events, outcome.status, heard.interview)


def morning(case: Case) -> SimulatedClock:
    """Half past nine on the day of the visit; no time passes while it is played."""
    return SimulatedClock(datetime.combine(case.on, time(9, 30), UTC))


def given_up(events: Sequence[Event]) -> str | None:
    """Why a visit says nothing of its policy: the policy, or the model behind it, broke until patience ran out."""
    line = [e.body for e in events if not e.branch]
    if not any(isinstance(body, Exhausted) and body.budget == "failures" for body in line):
        return None
    broken = [body for body in line if isinstance(body, Failed) and body.boundary in ("policy", "model")]
    return f"the {broken[-1].boundary} broke: {broken[-1].message}" if broken else None
