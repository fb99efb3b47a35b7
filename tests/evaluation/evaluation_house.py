"""What the tests of this room share: one clinic, visits that are played once, small examinations."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from typing import Any

from wardround.care import Clinic
from wardround.evaluation import (
    Osce,
    OsceConfig,
    PlayedEpisode,
    examine,
    play_episode,
    policy_for,
)
from wardround.knowledge import load
from wardround.simulation import Case, Consultation, consult, generate


@cache
def clinic() -> Clinic:
    """The clinic over the shipped base, built once."""
    return Clinic(load())


def case_of(index: int = 3, **more: Any) -> Case:
    """A case of the train split, changed."""
    return replace(generate(clinic().base, "train", index), **more)


@cache
def visited(index: int = 3, policy: str = "planner") -> Consultation:
    """A visit of a generated patient."""
    return played(case_of(index), policy)


def played(case: Case, policy: str = "planner") -> Consultation:
    """A visit of this patient."""
    return asyncio.run(consult(clinic(), case, policy_for(policy, clinic())(case)))


@cache
def lived(condition: str = "condition.hypertension", visits: int = 3) -> PlayedEpisode:
    """Visits of somebody with a lasting illness."""
    person = generate(clinic().base, "train", 1, condition=condition)
    return asyncio.run(play_episode(clinic(), person, policy_for("planner", clinic()), visits=visits))


def examined(**config: Any) -> Osce:
    """An examination."""
    return asyncio.run(examine(clinic(), OsceConfig(**config)))


@cache
def report_of(policy: str, cases: int = 6) -> dict[str, Any]:
    """The report of a small examination."""
    return examined(policy=policy, cases=cases).report
