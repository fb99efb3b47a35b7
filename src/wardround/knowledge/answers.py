"""Evidence as places in the arrays of a base, checked: an unknown id or an impossible value is an error by name."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wardround.knowledge.errors import UnknownEntityError
from wardround.knowledge.evidence import Evidence
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.tables import Layout, layout


@dataclass(frozen=True, slots=True)
class Answers:
    """Sorted places of what is present and absent, and measured values (ln where the base says so).

    A present child implies its parents; a child of an absent parent says nothing.
    """

    present: tuple[int, ...]
    absent: tuple[int, ...]
    hidden: tuple[int, ...]
    """Absent children of a parent that nobody answered: they are marginalised over it."""
    values: tuple[tuple[int, float], ...]


def answers(base: KnowledgeBase, evidence: Evidence) -> Answers:
    """Raises UnknownEntityError for an id that the base does not hold, or a value that it cannot take."""
    at = layout(base)
    state: dict[int, bool] = {}
    values: list[tuple[int, float]] = []
    for slug, value in evidence.findings.items():
        if slug in at.binary_at:
            state[at.binary_at[slug]] = _yes_no(slug, value)
        elif slug in at.quantity_at:
            values.append((at.quantity_at[slug], _measured(slug, value, log=False)))
        elif slug not in base.findings:
            raise UnknownEntityError(f"{slug}: not a finding of the knowledge base: use an id that it holds")
    for slug, value in evidence.tests.items():
        if slug not in at.binary_at or slug not in base.tests:
            raise UnknownEntityError(
                f"{slug}: not a test with a positive result: give its analytes, or mend the id"
            )
        state[at.binary_at[slug]] = _yes_no(slug, value)
    for slug, value in evidence.analytes.items():
        if slug not in base.analytes:
            raise UnknownEntityError(f"{slug}: not an analyte of the knowledge base: use an id that it holds")
        q = at.quantity_at[slug]
        values.append((q, _measured(slug, value, log=at.is_log_Q[q])))
    return _arranged(at, state, values)


def _arranged(at: Layout, state: dict[int, bool], values: list[tuple[int, float]]) -> Answers:
    for b in [b for b, yes in state.items() if yes]:
        while (b := at.parent_B[b]) >= 0:
            state[b] = True
    present = sorted(b for b, yes in state.items() if yes)
    absent, hidden = [], []
    for b in sorted(b for b, yes in state.items() if not yes):
        parent = at.parent_B[b]
        if parent < 0 or state.get(parent) is True:
            absent.append(b)
        elif not _below_absent(at, state, b):
            hidden.append(b)
    return Answers(tuple(present), tuple(absent), tuple(hidden), tuple(sorted(values)))


def _below_absent(at: Layout, state: dict[int, bool], b: int) -> bool:
    while (b := at.parent_B[b]) >= 0:
        if state.get(b) is False:
            return True
    return False


def _yes_no(slug: str, value: bool | float) -> bool:
    if not isinstance(value, bool):
        raise UnknownEntityError(f"{slug}: is present or absent, not {value!r}: give True or False")
    return value


def _measured(slug: str, value: bool | float, *, log: bool) -> float:
    if isinstance(value, bool) or not math.isfinite(value) or (log and value <= 0):
        raise UnknownEntityError(
            f"{slug}: is measured, {value!r} is no value of it: give a number in its unit"
        )
    return math.log(value) if log else float(value)
