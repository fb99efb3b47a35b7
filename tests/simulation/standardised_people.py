"""Standardised patients for the tests of this room: cases with what a test needs, and questions to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from simulated_cases import clinic

from wardround.simulation import Case, generate
from wardround.simulation.standardised import StandardisedPatient, Utterance

BASE = clinic().base
UNDERSTANDING = clinic().understanding


@cache
def plain_case() -> Case:
    """A grown-up who speaks without manner, knows everything rightly, and never interrupts."""
    return next(
        case
        for case in (generate(BASE, "train", n) for n in range(400))
        if case.telling.reliable
        and case.social.carer is None
        and case.age is not None
        and 20 < case.age < 60
        and StandardisedPatient(case, UNDERSTANDING).manner.name == "plain"
    )


def case_with(findings: dict[str, bool | float] | None = None, **changes: Any) -> Case:
    """The plain case, changed: what is given of findings, with everything above what is present."""
    case = plain_case()
    held = dict(case.findings)
    for slug, value in (findings or {}).items():
        held[slug] = value
        parent = BASE.findings[slug].parent
        while value is True and parent is not None:
            held[parent] = True
            parent = BASE.findings[parent].parent
    return replace(case, findings=held, **changes)


def person(case: Case | None = None, **how: Any) -> StandardisedPatient:
    """Somebody who speaks plainly and does not interrupt, unless the test says otherwise."""
    return StandardisedPatient(
        case or plain_case(), UNDERSTANDING, **{"mode": "passive", "personality": "plain"} | how
    )


def ask(patient: StandardisedPatient, *questions: str) -> Sequence[Utterance]:
    """What is said to these questions, one after the other."""
    transcript: list[tuple[str, str]] = []
    said = []
    for question in questions:
        utterance = patient.utter(question, tuple(transcript))
        transcript.append((question, utterance.text))
        said.append(utterance)
    return said


def one(patient: StandardisedPatient, question: str) -> Utterance:
    """What is said to one question at the beginning of a visit."""
    return ask(patient, question)[0]
