"""Cases for the tests of this room: a chart at the door, and a patient who answers from what is drawn for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from wardround.care import Chart, Clinic
from wardround.harness import Question
from wardround.knowledge import Evidence, load
from wardround.simulation import Case, SimulatedPatient, draw_case


@cache
def clinic() -> Clinic:
    """The clinic over the shipped base, built once."""
    return Clinic(load())


def chart_of(complaint: str, age: float = 45.0, sex: str = "female", **more: object) -> Chart:
    """What is known at the door of somebody who says this."""
    findings: Mapping[str, bool | float] = clinic().understanding.of_complaint(complaint)["findings"]
    evidence = Evidence(age=age, sex=sex, pregnant=False, findings=findings)  # type: ignore[arg-type]
    presenting = frozenset(f for f, value in findings.items() if value)
    chart = Chart("p1", "Maria", "2026-06-01", complaint, presenting=presenting, evidence=evidence)
    return chart if not more else _with(chart, more)


def _with(chart: Chart, more: Mapping[str, object]) -> Chart:
    from dataclasses import replace

    return replace(chart, **more)  # type: ignore[arg-type]


def drawn(complaint: str, seed: int = 1, **more: object) -> Case:
    """A case for this complaint."""
    return draw_case(clinic().base, chart_of(complaint, **more), seed)  # type: ignore[arg-type]


def patient_of(case: Case) -> SimulatedPatient:
    """Who answers from it."""
    return SimulatedPatient(case, clinic().understanding)


def asks(text: str) -> Question:
    """A question that nothing came before."""
    return Question(text, "key")
