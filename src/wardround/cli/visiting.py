"""`wardround visit`: open or resume a visit, play it, print what came of it."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from wardround.care import Chart, Request, patient_instructions, soap_note
from wardround.cli.output import err, print_json
from wardround.cli.stores import Place
from wardround.cli.theatre import Theatre, show_note
from wardround.cli.wiring import policy_for, ports_for
from wardround.clinical import Record, read_bundle
from wardround.harness import (
    ConfigurationError,
    Encounter,
    Event,
    Judged,
    Observed,
    Outcome,
    Ports,
    Queue,
    ReviewRequest,
)
from wardround.samples import SAMPLE_COMPLAINT, SAMPLE_RECORD, SAMPLE_SCRIPT
from wardround.simulation import ScriptedPatient


@dataclass(frozen=True, slots=True)
class VisitConfig:
    """Everything that `wardround visit` was asked for."""

    record: Path | None
    complaint: str | None
    patient: str | None
    policy: str | None
    reviewer: str | None
    store: Path | None
    seed: int
    on: date
    encounter: str | None
    resume: str | None
    as_json: bool


def run(config: VisitConfig) -> None:
    """Play the visit and print it."""
    place = Place.open(config.store)
    asyncio.run(_resume(config, place) if config.resume else _open(config, place))


async def _open(config: VisitConfig, place: Place) -> None:
    at_terminal = sys.stdin.isatty() and not config.as_json
    sample = config.record is None
    patient = config.patient or ("console" if at_terminal else f"script:{SAMPLE_SCRIPT}" if sample else "simulated")
    reviewer = config.reviewer or ("console" if at_terminal else "approve")
    policy = config.policy or "planner"
    if patient.startswith("script:"):
        ScriptedPatient.read(Path(patient.removeprefix("script:")))
    record: Record = read_bundle(config.record or SAMPLE_RECORD)
    complaint = config.complaint or (_asked(at_terminal) if patient == "console" else SAMPLE_COMPLAINT if sample else "")
    wiring = {"patient": patient, "policy": policy, "reviewer": reviewer}
    request = Request(
        record.patient, complaint, config.on, record.facts, config.seed, encounter=config.encounter, wiring=wiring
    )
    chosen = policy_for(policy, place)
    opened = await place.ward.open(request, chosen, Ports(_Absent(), Queue()))
    err.print(f"encounter {opened.log.encounter}", style="dim")
    events = await place.ward.events(opened.log.encounter)
    ports = ports_for(place, patient, reviewer, events)
    visit = await place.ward.resume(opened.log.encounter, chosen, ports)
    await _play(config, place, visit, events, patient)


async def _resume(config: VisitConfig, place: Place) -> None:
    events = await place.ward.events(str(config.resume))
    if not events:
        raise ConfigurationError(f"--resume: {config.resume!r} is not in {place.path}.", fix="Check id and --store.")
    wiring: dict[str, str] = getattr(events[0].body, "context", {}).get("wiring", {})
    patient = config.patient or wiring.get("patient", "console")
    reviewer = config.reviewer or wiring.get("reviewer", "queue")
    policy = policy_for(config.policy or wiring.get("policy", "planner"), place)
    visit = await place.ward.resume(str(config.resume), policy, ports_for(place, patient, reviewer, events))
    await _play(config, place, visit, [], patient)


async def _play(
    config: VisitConfig, place: Place, visit: Encounter[Chart], shown: list[Event], patient: str
) -> None:
    if not config.as_json:
        theatre = Theatre(place.ward.clinic.base, spoken=patient != "console")
        for event in shown:
            theatre(event)
        visit.log.subscribe(theatre)
    before = {f.id for f in place.ward.memory.facts(patient_id=visit.state.header.subject)}
    outcome = await place.ward.play(visit)
    events = await place.ward.events(outcome.encounter)
    path = place.export(outcome.encounter, events)
    if config.as_json:
        print_json(_report(place, visit.state.domain, outcome, events, path, before))
        return
    if outcome.status == "on-hold":
        _say_what_waits(outcome.waiting)
        return
    base = place.ward.clinic.base
    show_note(soap_note(base, visit.state.domain), patient_instructions(base, visit.state.domain))
    err.print(f"log {path}", style="dim", soft_wrap=True)


def _report(
    place: Place, chart: Chart, outcome: Outcome, events: list[Event], path: Path, before: set[str]
) -> dict[str, Any]:
    base = place.ward.clinic.base
    facts = place.ward.memory.facts(patient_id=chart.patient_id)
    written = [
        {"id": f.id, "kind": f.kind, "text": f.concept.text, "event": f.source.reference}
        for f in facts
        if f.source.encounter == outcome.encounter and f.id not in before
    ]
    return {
        "encounter": outcome.encounter,
        "status": outcome.status,
        "reason": outcome.reason,
        "log": str(path),
        "note": soap_note(base, chart),
        "instructions": patient_instructions(base, chart),
        "complaint": chart.complaint,
        "differential": [
            {"condition": r.condition, "name": base.named(r.condition), "probability": r.probability}
            for r in chart.differential
        ],
        "diagnosis": chart.diagnosis,
        "disposition": chart.disposition,
        "red_flags": list(chart.red_flags),
        "escalated": list(chart.addressed),
        "orders": _orders(chart),
        "verdicts": _verdicts(events),
        "waiting": [replace(r) for r in outcome.waiting],
        "recalled": [e.body.content["fact"] for e in events if _is_fact(e)],  # type: ignore[union-attr]
        "facts_written": written,
        "turns": sum(1 for e in events if e.kind == "decided"),
    }


def _orders(chart: Chart) -> list[dict[str, Any]]:
    """Everything that was ordered or arranged in this visit."""
    orders: list[dict[str, Any]] = [{"kind": "test", "event": o.event, "test": o.test} for o in chart.orders]
    orders += [
        {"kind": "prescription", "event": p.event, "approved_by": p.approved_by, **p.proposal}
        for p in chart.prescriptions
    ]
    orders += [{"kind": "referral", **r} for r in chart.referrals]
    orders += [{"kind": "escalation", "event": s.event, "reason": s.text} for s in chart.escalations]
    if chart.follow_up:
        orders.append({"kind": "follow_up", "event": chart.follow_up_event, **chart.follow_up})
    return orders


def _verdicts(events: list[Event]) -> list[dict[str, Any]]:
    return [
        {
            "event": event.name,
            "decision": event.body.decision,
            "constraint": v.constraint,
            "outcome": v.outcome,
            "severity": v.severity,
            "reason": v.reason,
        }
        for event in events
        if isinstance(event.body, Judged)
        for v in event.body.verdicts
    ]


def _is_fact(event: Event) -> bool:
    return isinstance(event.body, Observed) and event.body.content.get("kind") == "fact"


def _say_what_waits(waiting: tuple[ReviewRequest, ...]) -> None:
    for request in waiting:
        err.print(
            f"on hold: {request.action.tool} waits for a {request.roles[0]}. "
            f"`wardround review approve {request.encounter}`, then `wardround visit --resume {request.encounter}`",
            soft_wrap=True,
        )


def _asked(at_terminal: bool) -> str:
    from rich.prompt import Prompt

    return Prompt.ask("What brings you here") if at_terminal else ""


class _Absent:
    """Nobody is there yet: the visit is opened before it is known who answers."""

    async def reply(self, question: object) -> str:
        raise ConfigurationError("nobody stands behind the patient port.", fix="Wire the ports before playing.")
