"""What is known of the patient in a visit, as facts: what memory gave, and what was said, examined and tested.

What the policy itself concluded or ordered is left out: nobody is his own witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from wardround.care import Clinic, facts_of
from wardround.clinical import WARDROUND, Coding, Concept, Fact, FactSource, PartialDate, Quantity
from wardround.harness import JSON, Event, Observed, Opened, Returned

WITNESSES: Final = frozenset(("ask", "examine", "order_test"))
"""Tools whose results come from the patient, not from the policy."""


def known_facts(clinic: Clinic, events: Sequence[Event]) -> tuple[Fact, ...]:
    """Every fact of the visit's patient that something other than the policy vouches for."""
    header = events[0].body
    if not isinstance(header, Opened):
        return ()
    witnessed = {
        e.name
        for e in events
        if (isinstance(e.body, Returned) and e.body.tool in WITNESSES) or isinstance(e.body, Observed)
    }
    learnt = (f for f in facts_of(clinic, events) if f.source.reference in witnessed)
    return (*_remembered(header.subject, events), *learnt)


def _remembered(patient_id: str, events: Sequence[Event]) -> Iterator[Fact]:
    for event in events:
        if isinstance(event.body, Observed) and event.body.content.get("kind") in ("fact", "recalled"):
            yield _fact(patient_id, event.body.content["fact"])
        elif isinstance(event.body, Returned) and event.body.tool == "recall":
            for view in event.body.output["facts"]:
                yield _fact(patient_id, view)


def _fact(patient_id: str, view: JSON) -> Fact:
    """The fact that agents saw so."""
    value = view["value"]
    coded = (Coding(WARDROUND, view["slug"], view["text"]),) if view["slug"] else ()
    source = view["source"]
    return Fact(
        id=view["id"],
        patient_id=patient_id,
        kind=view["kind"],
        concept=Concept(view["text"], coded),
        status=view["status"],
        certainty=view["certainty"],
        recorded=datetime.fromisoformat(view["recorded"]),
        source=FactSource(source["kind"], source["reference"], source["encounter"]),
        valid_from=PartialDate.parse(view["from"]) if view["from"] else None,
        valid_to=PartialDate.parse(view["to"]) if view["to"] else None,
        value=Quantity(float(value["number"]), value["unit"]) if isinstance(value, dict) else value,
        detail=view["detail"],
    )
