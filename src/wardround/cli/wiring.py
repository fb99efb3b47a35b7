"""Who stands behind the ports: from the words of the command line, or from a header, to patients, reviewers and policies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wardround.care import Chart, MemoryService, Planner, baseline_policy, prose_renderer
from wardround.cli.people import ConsolePatient, ConsoleReviewer
from wardround.cli.stores import Place
from wardround.harness import (
    Answering,
    ConfigurationError,
    Event,
    LanguageModelPolicy,
    Patient,
    Policy,
    Ports,
    Queue,
    Reviewer,
    Service,
    State,
    begin,
    fold,
)
from wardround.simulation import Case, ScriptedPatient, SimulatedExamination, SimulatedLaboratory, SimulatedPatient, draw_case


def policy_for(spec: str, place: Place) -> Policy:
    """planner, random, ask-all, openai:MODEL or hf:PATH."""
    clinic = place.ward.clinic
    if spec == "planner":
        return Planner(clinic.projection)
    if spec in ("random", "ask-all"):
        return baseline_policy(spec, clinic)
    if spec.startswith(("openai:", "hf:")):
        from wardround.models import open_model

        return LanguageModelPolicy(open_model(spec), prose_renderer(clinic.base))
    raise ConfigurationError(
        f"--policy: {spec!r} is unknown.", fix="Use planner, random, ask-all, openai:MODEL or hf:PATH."
    )


def reviewer_for(spec: str) -> Reviewer:
    """console, approve, deny or queue."""
    reviewers: Mapping[str, Any] = {
        "approve": lambda: Answering("approve", "rule: approve"),
        "deny": lambda: Answering("reject", "rule: deny"),
        "queue": Queue,
        "console": ConsoleReviewer,
    }
    if spec not in reviewers:
        raise ConfigurationError(f"--reviewer: {spec!r} is unknown.", fix="Use console, approve, deny or queue.")
    reviewer: Reviewer = reviewers[spec]()
    return reviewer


def case_of(place: Place, events: list[Event], seed: int) -> Case:
    """The simulated patient's case: drawn from what was known at the door, so that a resumed visit meets the same one."""
    projection = place.ward.clinic.projection
    state: State[Chart] = begin(events[0], projection)
    for event in events[1:]:
        if event.kind != "observed":
            break
        state = fold(state, event, projection)
    return draw_case(place.ward.clinic.base, state.domain, seed)


def ports_for(place: Place, patient: str, reviewer: str, events: list[Event]) -> Ports:
    """The ports of a visit whose first events are given. `patient` is console, simulated or script:FILE."""
    ward = place.ward
    header = events[0].body
    subject, day, seed = getattr(header, "subject", ""), getattr(header, "date", ""), getattr(header, "seed", 0)
    from datetime import date

    services: dict[str, Service] = {
        "orders": place.orders,
        "memory": MemoryService(ward.clinic, ward.memory, subject, date.fromisoformat(day)),
    }
    return Ports(_patient(place, patient, events, seed, services), reviewer_for(reviewer), services=services)


def _patient(
    place: Place, spec: str, events: list[Event], seed: int, services: dict[str, Service]
) -> Patient:
    clinic = place.ward.clinic
    if spec == "console":
        return ConsolePatient()
    if spec == "simulated" or spec.startswith("script:"):
        case = case_of(place, events, seed)
        services["examination"] = SimulatedExamination(clinic.base, case)
        services["laboratory"] = SimulatedLaboratory(clinic.base, case)
        if spec == "simulated":
            return SimulatedPatient(case, clinic.understanding)
        return ScriptedPatient.read(Path(spec.removeprefix("script:")))
    raise ConfigurationError(
        f"--patient: {spec!r} is unknown.", fix="Use console, simulated, or script with the path of a script."
    )
