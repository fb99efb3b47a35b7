"""The facts that a decision about a conflict leaves: nothing is overwritten, the side that lost is superseded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from wardround.clinical import Concept, Fact, FactSource, fact_id
from wardround.memory.conflicts import Conflict, Decision
from wardround.memory.timeline import Statement


def settlements(
    conflict: Conflict,
    decision: Decision,
    standing: Iterable[Statement],
    *,
    why: str,
    source: FactSource,
    recorded: datetime,
) -> tuple[Fact, ...]:
    """One settlement for each fact that lost, with every fact that said the same; one alone where nothing lost."""
    loser = {"first": conflict.second, "second": conflict.first}.get(decision)
    lost: tuple[Fact, ...] = ()
    if loser is not None:
        said = next((s.facts for s in standing if any(f.id == loser.id for f in s.facts)), (loser,))
        lost = tuple(said)
    ids: list[str | None] = [*(f.id for f in lost)] or [None]
    return tuple(_settlement(conflict, f"{decision}: {why}", source, recorded, one) for one in ids)


def _settlement(
    conflict: Conflict, detail: str, source: FactSource, recorded: datetime, lost: str | None
) -> Fact:
    concept = Concept(conflict.words())
    identity = fact_id(
        patient_id=conflict.first.patient_id,
        source=source,
        kind="settlement",
        concept=Concept(conflict.id),
        status="active",
        certainty="confirmed",
        detail=detail,
        part=lost or "",
    )
    return Fact(
        id=identity,
        patient_id=conflict.first.patient_id,
        kind="settlement",
        concept=concept,
        status="active",
        certainty="confirmed",
        recorded=recorded,
        source=source,
        value=conflict.id,
        detail=detail,
        supersedes=lost,
    )
