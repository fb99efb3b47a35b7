"""A visit with a simulated patient: opened, wired to a case that fits its door, and played."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wardround.care import Chart, MemoryService, OrderBook, Request, Ward
from wardround.harness import (
    Clock,
    Encounter,
    Event,
    Observed,
    Opened,
    Policy,
    Ports,
    Reviewer,
    Service,
    SystemClock,
    begin,
    fold,
)
from wardround.simulation.case import Case, draw_case
from wardround.simulation.patient import SimulatedPatient
from wardround.simulation.services import SimulatedExamination, SimulatedLaboratory


def case_at_the_door(ward: Ward, events: Sequence[Event]) -> Case:
    """The case of a visit, drawn from what was known at its door: a resumed visit meets the same patient."""
    projection = ward.clinic.projection
    state = begin(events[0], projection)
    for event in events[1:]:
        if not isinstance(event.body, Observed) or event.branch:
            break
        state = fold(state, event, projection)
    return draw_case(ward.clinic.base, state.domain, state.header.seed)


def services_for(
    ward: Ward, events: Sequence[Event], orders: OrderBook, case: Case | None
) -> dict[str, Service]:
    """Order book and memory; with a case, the examination and the laboratory that agree with it."""
    header = events[0].body
    if not isinstance(header, Opened):
        raise ValueError("the events do not begin with a header: give a visit's whole log")
    on = date.fromisoformat(header.date)
    services: dict[str, Service] = {
        "orders": orders,
        "memory": MemoryService(ward.clinic, ward.memory, header.subject, on),
    }
    if case is not None:
        services["examination"] = SimulatedExamination(ward.clinic.base, case)
        services["laboratory"] = SimulatedLaboratory(ward.clinic.base, case)
    return services


async def play(
    ward: Ward,
    request: Request,
    policy: Policy,
    reviewer: Reviewer,
    *,
    orders: OrderBook | None = None,
    clock: Clock | None = None,
) -> Encounter[Chart]:
    """Open a visit, play it with a simulated patient until it is closed or on hold, and remember it."""
    clock = clock or SystemClock()
    opened = await ward.open(request, policy, Ports(_Nobody(), reviewer, clock))
    events = await ward.events(opened.log.encounter)
    case = case_at_the_door(ward, events)
    services = services_for(ward, events, orders or OrderBook(), case)
    patient = SimulatedPatient(case, ward.clinic.understanding)
    visit = await ward.resume(opened.log.encounter, policy, Ports(patient, reviewer, clock, services))
    await ward.play(visit)
    return visit


class _Nobody:
    """Behind the patient port while the door is still open."""

    async def reply(self, question: object) -> str:
        raise RuntimeError("the visit is not wired to a patient yet: play it after it was resumed with ports")
