"""What the patient is meant to take, day by day: from the record at first, then from what the order book booked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase
from wardround.simulation.background import KnownDrug
from wardround.simulation.courses import CourseError, Taking

RECORD = "record"


@dataclass(frozen=True, slots=True)
class Span:
    """One prescription in force from a day on; `until` is the first day without it, None while it goes on."""

    taking: Taking
    route: str
    indication: str
    since: int
    until: int | None
    source: str
    """`record`, or the key of the order."""

    def holds(self, day: int) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Medication:
    """Every prescription so far, the oldest first."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def on_record(cls, drugs: Sequence[KnownDrug], first: date) -> Medication:
        """What the record says is taken. `first` is the day of the first visit."""
        return cls(tuple(_from_record(drug, first) for drug in drugs))

    def on(self, day: int) -> tuple[Span, ...]:
        """What is in force on a day."""
        return tuple(span for span in self.spans if span.holds(day))

    def stopped(self, drug: str, day: int) -> Medication:
        """Without a drug from a day on."""
        return Medication(
            tuple(
                replace(s, until=max(day, s.since)) if s.taking.drug == drug and s.holds(day) else s
                for s in self.spans
            )
        )

    def booked(self, base: KnowledgeBase, orders: Iterable[JSON], day: int) -> Medication:
        """After the orders of a visit: a new prescription of a drug replaces the old one, a stop ends it, where the dose
        is lowered on the last day of that. To stop what the base does not know ends nothing that is followed here.

        Raises CourseError for a prescription that names no drug of the base.
        """
        now = self
        for order in orders:
            if order["kind"] not in ("prescription", "stop"):
                continue
            drug = str(order.get("drug"))
            if order["kind"] == "stop":
                now = now.stopped(drug, day + int(order.get("taper_days") or 0))
                continue
            if drug not in base.drugs:
                raise CourseError(f"order {order['id']}: drug: {drug} is not in the base: use a drug's id.")
            now = Medication((*now.stopped(drug, day).spans, _span(order, day)))
        return now


def _from_record(drug: KnownDrug, first: date) -> Span:
    taking = Taking(drug.drug, drug.dose, drug.unit, drug.per_day, drug.as_needed)
    since = min((drug.since - first).days, 0)
    return Span(taking, drug.route, drug.indication, since, None, RECORD)


def _span(order: JSON, day: int) -> Span:
    taking = Taking(
        order["drug"],
        float(order["dose"]),
        order["unit"],
        float(order["per_day"]),
        bool(order.get("as_needed")),
    )
    days = order.get("days")
    until = day + int(days) if days else None
    return Span(taking, str(order["route"]), str(order["indication"]), day, until, str(order["id"]))
