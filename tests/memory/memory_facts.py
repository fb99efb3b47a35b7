"""Facts for the tests of this room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wardround.clinical import WARDROUND, Coding, Concept, Fact, FactSource, PartialDate


def a_fact(
    name: str,
    *,
    patient_id: str = "p1",
    kind: str = "problem",
    text: str = "gout",
    code: str | None = None,
    recorded: str = "2026-01-10",
    since: str | None = None,
    until: str | None = None,
    fhir: str | None = None,
    **more: Any,
) -> Fact:
    """A fact with everything that a test does not care about filled in."""
    codings = (Coding(WARDROUND, code, text),) if code else ()
    source = FactSource("fhir", fhir) if fhir else FactSource("event", "12", "visit-1")
    if since:
        more["valid_from"] = PartialDate.parse(since)
    if until:
        more["valid_to"] = PartialDate.parse(until)
    return Fact(
        id=name,
        patient_id=patient_id,
        kind=kind,  # type: ignore[arg-type]
        concept=Concept(text, codings),
        source=source,
        **{
            "status": "active",
            "certainty": "confirmed",
            "recorded": datetime.fromisoformat(recorded).replace(tzinfo=UTC),
            **more,
        },
    )
