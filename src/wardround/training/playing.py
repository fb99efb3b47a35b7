"""Plays what is learnt from: cases of the train split, first visits and courses, by the teacher; the same index, the same log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wardround.care import Clinic, Ward
from wardround.harness import Event, MemoryStore, Policy, seed_of
from wardround.memory import Memory
from wardround.simulation import REVIEWER, Case, StandardisedPatient, consult, generate, heldout_conditions
from wardround.simulation.episode import EpisodeOfCare


@dataclass(frozen=True, slots=True)
class Played:
    """A visit's log, and which visit of the patient it was."""

    events: tuple[Event, ...]
    visit: int
    finished: bool


async def first_visit(clinic: Clinic, case: Case, policy: Policy, *, seed: int) -> Played:
    """A case played once, by a ward that has seen nobody before."""
    played = await consult(clinic, case, policy, seed=seed)
    return Played(played.events, 1, played.status == "finished")


async def course(
    clinic: Clinic, person: Case, policy: Policy, *, visits: int, seed: int
) -> tuple[Played, ...]:
    """A patient with a lasting illness, visit after visit, with memory."""
    ward = Ward(clinic, MemoryStore(), Memory())

    def speaks(case: Case, visit: int, home: Mapping[str, float]) -> StandardisedPatient:
        return StandardisedPatient(case, clinic.understanding, visit, home=dict(home))

    care = EpisodeOfCare(
        ward, person, policy, seed=seed_of(seed, person.id) % 2**31, reviewer=REVIEWER, speaks=speaks
    )
    try:
        episode = await care.play(visits)
    finally:
        ward.memory.close()
    return tuple(Played(v.events, v.number, v.status == "finished") for v in episode.visits)


def lasting(clinic: Clinic) -> tuple[str, ...]:
    """Conditions that have a course and may be met in training."""
    return tuple(sorted(set(clinic.base.courses) - heldout_conditions(clinic.base)))


def met(clinic: Clinic) -> tuple[str, ...]:
    """Conditions that may be met in training."""
    return tuple(sorted(set(clinic.base.conditions) - heldout_conditions(clinic.base)))


def case_of(clinic: Clinic, index: int, condition: str | None = None) -> Case:
    """Case `index` of the train split, as prevalence has it, or of a condition."""
    return generate(clinic.base, "train", index, condition=condition)
