"""The facts that a visit's decisions about contradictions leave: one settlement for each account that lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from wardround.care.chart import Chart
from wardround.care.disputes import Dispute
from wardround.clinical import Fact, FactSource
from wardround.memory import Decision, Statement, settlements

_AS_MEMORY: dict[str, Decision] = {"first": "first", "second": "second", "both": "both", "raise": "raised"}


def settlement_facts(chart: Chart, encounter: str, recorded: datetime) -> Iterator[Fact]:
    """For each contradiction that was decided or raised in this visit, in the order in which they came up."""
    for dispute in chart.disputes:
        if dispute.decision is None:
            continue
        signed = f" (approved by {dispute.approved_by})" if dispute.approved_by else ""
        yield from settlements(
            dispute.as_conflict(),
            _AS_MEMORY[dispute.decision],
            _standing(dispute),
            why=f"{dispute.reason}{signed}",
            source=FactSource("event", dispute.settled, encounter),
            recorded=recorded,
        )


def _standing(dispute: Dispute) -> tuple[Statement, ...]:
    """Both sides with all facts that say the same."""
    return tuple(
        Statement(fact, tuple(replace(fact, id=one) for one in dict.fromkeys((fact.id, *ids))))
        for fact, ids in ((dispute.first, dispute.first_ids), (dispute.second, dispute.second_ids))
    )
