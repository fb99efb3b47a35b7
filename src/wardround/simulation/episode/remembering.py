"""What came in between visits, as facts for memory: home measurements and results that arrived late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from wardround.clinical import (
    WARDROUND,
    Certainty,
    Coding,
    Concept,
    Fact,
    FactSource,
    PartialDate,
    Quantity,
    fact_id,
)
from wardround.knowledge import KnowledgeBase
from wardround.simulation.episode.between import Between


def facts_between(
    base: KnowledgeBase, patient_id: str, first: date, happened: Iterable[Between]
) -> Iterator[Fact]:
    """A fact for each value that reached the clinic, recorded on its day."""
    for one in happened:
        if one.kind not in ("reading", "result") or one.value is None:
            continue
        day = first + timedelta(days=one.day)
        name = base.named(one.what)
        concept = Concept(name, (Coding(WARDROUND, one.what, name),))
        where = "home measurement" if one.kind == "reading" else "laboratory"
        source = FactSource("document", f"{where} {one.what} {day.isoformat()}")
        value = _value(base, one)
        certainty: Certainty = "reported" if one.kind == "reading" else "confirmed"
        valid = PartialDate.parse(day.isoformat())
        yield Fact(
            id=fact_id(
                patient_id=patient_id, source=source, kind="result", concept=concept, status="active",
                certainty=certainty, valid_from=valid, value=value,
            ),
            patient_id=patient_id,
            kind="result",
            concept=concept,
            status="active",
            certainty=certainty,
            recorded=datetime.combine(day, time(12), UTC),
            source=source,
            valid_from=valid,
            value=value,
            detail=where,
        )  # fmt: skip


def _value(base: KnowledgeBase, one: Between) -> Quantity | str:
    if one.what in base.tests:
        test = base.tests[one.what]
        return str((test.positive if one.value else test.negative) or one.value)
    return Quantity(float(one.value or 0.0), one.unit)
