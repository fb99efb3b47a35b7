"""What `wardround visit --json` says of a visit: everything from its log, and from memory what it wrote."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from wardround.care import Chart, instructions_with_sources, letters, patient_instructions, soap_note
from wardround.cli.stores import Place
from wardround.harness import Event, Judged, Observed, Outcome, ruling_of


def report(place: Place, chart: Chart, outcome: Outcome, events: list[Event], log: Path) -> dict[str, Any]:
    """The visit as one JSON object."""
    base = place.ward.clinic.base
    return {
        "encounter": outcome.encounter,
        "status": outcome.status,
        "reason": outcome.reason,
        "log": str(log),
        "note": soap_note(base, chart),
        "instructions": patient_instructions(base, chart),
        "instructions_with_sources": instructions_with_sources(base, chart),
        "letters": list(letters(base, chart)),
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
        "waiting": [asdict(request) for request in outcome.waiting],
        "recalled": [content["fact"] for content in map(_content, events) if content.get("kind") == "fact"],
        "facts_written": _written(place, chart, outcome.encounter),
        "turns": sum(1 for e in events if e.kind == "decided"),
    }


def _orders(chart: Chart) -> list[dict[str, Any]]:
    """Everything that was ordered or arranged in this visit."""
    orders: list[dict[str, Any]] = [{"kind": "test", "event": o.event, "test": o.test} for o in chart.orders]
    orders += [
        {"kind": "prescription", "event": p.event, "approved_by": p.approved_by, **p.proposal}
        for p in chart.prescriptions
    ]
    orders += [
        {"kind": "stop", "event": s.event, "approved_by": s.approved_by, **s.proposal} for s in chart.stopped
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
            "decision": event.body.decision if isinstance(event.body, Judged) else event.name,
            "constraint": v.constraint,
            "outcome": v.outcome,
            "severity": v.severity,
            "reason": v.reason,
        }
        for event in events
        if (ruling := ruling_of(event)) is not None
        for v in ruling.verdicts
    ]


def _written(place: Place, chart: Chart, encounter: str) -> list[dict[str, Any]]:
    """The facts that memory holds from this visit."""
    return [
        {"id": f.id, "kind": f.kind, "text": f.concept.text, "event": f.source.reference}
        for f in place.ward.memory.facts(patient_id=chart.patient_id, superseded=True)
        if f.source.encounter == encounter
    ]


def _content(event: Event) -> dict[str, Any]:
    return event.body.content if isinstance(event.body, Observed) else {}
