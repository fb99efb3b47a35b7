"""Plays an episode: visit after visit of one patient with any policy, over the same ward, while life goes on between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from wardround.care import MemoryService, OrderBook, Request, Ward
from wardround.clinical import Fact, read_bundle
from wardround.harness import (
    Answering,
    Budgets,
    Policy,
    Ports,
    Question,
    Reviewer,
    Service,
    SimulatedClock,
    seed_of,
)
from wardround.harness import Patient as PatientPort
from wardround.memory import Memory
from wardround.simulation.case import Case
from wardround.simulation.courses import CourseError
from wardround.simulation.episode.between import Door
from wardround.simulation.episode.cases import Today, case_of
from wardround.simulation.episode.episode import Episode, PlayedVisit, Trajectory
from wardround.simulation.episode.habits import Habits, habits_of
from wardround.simulation.episode.life import Life, Living, begin_life
from wardround.simulation.episode.patients import diagnosed, on_problem_list, undiagnosed, with_courses
from wardround.simulation.episode.remembering import facts_between
from wardround.simulation.episode.waiting import SlowLaboratory
from wardround.simulation.patient import SimulatedPatient
from wardround.simulation.record_of_case import record_of
from wardround.simulation.services import SimulatedExamination, SimulatedLaboratory

Speaks = Callable[[Case, int, Mapping[str, float]], PatientPort]
"""Who speaks for a case at a visit (its number) who has measured these values at home."""
Incoming = Callable[[int, date], Iterable[Fact]]
"""What else comes in before a visit: of its number, on its day."""
SLOW_MINUTES = 2_880
"""Results that take longer than this come after the visit."""


@dataclass(frozen=True)
class EpisodeOfCare:
    """One patient's care. `person` is a case whose truth has a course; `policy` plays every visit.

    `diagnosed` takes the person forward to life with the illness, or back to before it was known; None leaves it as
    the case has it. Without `memory` every visit begins with an empty one, and without the record: what remembering
    is worth is the difference. A ward plays the same episode once: visits are named after it.
    """

    ward: Ward
    person: Case
    policy: Policy
    seed: int = 0
    memory: bool = True
    diagnosed: bool | None = None
    habits: Habits | None = None
    reviewer: Reviewer = field(default_factory=lambda: Answering("approve", "Dr Osei"))
    speaks: Speaks | None = None
    budgets: Budgets = field(default_factory=Budgets)
    slow_minutes: int = SLOW_MINUTES
    incoming: Incoming | None = None
    """What else comes into memory at the door of a visit (its number and day): imported records, documents."""

    async def play(self, visits: int = 6) -> Episode:
        """Play so many visits, or until the course is over. Raises CourseError for a person who has no course."""
        if visits < 1:
            raise CourseError(f"visits: {visits} is no number of visits: give 1 or more.")
        playing = _Playing(self, self._person())
        door: Door | None = playing.first_door()
        while door is not None and len(playing.visits) < visits:
            await playing.visit(door)
            if len(playing.visits) < visits:
                door = playing.life.next_door()
        return playing.episode(visits)

    def _person(self) -> Case:
        base = self.ward.clinic.base
        if self.diagnosed is None:
            return self.person if on_problem_list(self.person) else undiagnosed(base, self.person)
        return (diagnosed if self.diagnosed else undiagnosed)(base, self.person)


class _Playing:
    """One episode on its way."""

    def __init__(self, care: EpisodeOfCare, person: Case) -> None:
        self.care, self.person, self.base = care, person, care.ward.clinic.base
        conditions = with_courses(self.base, person)
        if not conditions:
            known = ", ".join(sorted(self.base.courses)) or "none"
            raise CourseError(f"person: {person.truth} has no course: give a case of one of {known}.")
        self.was_known = on_problem_list(person)
        self.habits = care.habits or habits_of(person.seed)
        self.life: Life = begin_life(
            self.base, person, conditions, self.habits, care.seed, known=self.was_known
        )
        self.known: dict[str, date] = {p.condition: p.since for p in person.known_problems if p.active}
        drawn = seed_of(person.seed, person.truth, care.seed, care.memory, self.was_known)
        self.name = f"{person.id}-{drawn % 16**8:08x}"
        self.visits: list[PlayedVisit] = []
        self.orders = OrderBook()

    def first_door(self) -> Door:
        """The undiagnosed come with what troubles them, the diagnosed for their check-up."""
        course = self.life.courses[0].model.course
        words = course.review if self.was_known else course.opening
        said = words[int(self.life.rng.integers(len(words)))]
        return Door(0, said, "planned" if self.was_known else "first")

    async def visit(self, door: Door) -> None:
        """One visit: the case of the day, the ward as it is, and what comes of it for life."""
        number = len(self.visits) + 1
        case = self._case(door, number)
        ward = self._ward()
        clock = SimulatedClock(datetime.combine(case.on, time(9, 30), UTC))
        seed = case.seed % 2**31
        request = Request(
            self.person.patient,
            door.words,
            case.on,
            self._record(number, case.on),
            seed,
            self.care.budgets,
            f"{self.name}-{number}",
        )
        opened = await ward.open(request, self.care.policy, Ports(_NotYet(), self.care.reviewer, clock))
        laboratory = SlowLaboratory(
            self.base, SimulatedLaboratory(self.base, case), self.life.day, self.care.slow_minutes
        )
        services: dict[str, Service] = {
            "orders": self.orders,
            "memory": MemoryService(ward.clinic, ward.memory, self.person.id, case.on),
            "examination": SimulatedExamination(self.base, case),
            "laboratory": laboratory,
        }
        ports = Ports(self._speaker(case, number), self.care.reviewer, clock, services)
        booked = len(self.orders.orders(patient_id=self.person.id))
        playing = await ward.resume(opened.log.encounter, self.care.policy, ports)
        outcome = await ward.play(playing)
        events = tuple(await ward.events(outcome.encounter))
        adverse = self.life.courses[0].state.adverse
        self.visits.append(
            PlayedVisit(number, door, case.on, case, outcome.encounter, outcome.status, events, adverse)
        )
        self._diagnosed(playing.state.domain.diagnosis, case.on)
        new = self.orders.orders(patient_id=self.person.id)[booked:]
        self.life.after_visit(new, laboratory.awaited, self.known)

    def _case(self, door: Door, number: int) -> Case:
        read = self.care.ward.clinic.understanding.of_complaint(door.words)["findings"]
        said = tuple(f for f, value in read.items() if value is True)
        return case_of(Today(self.base, self.person, self.life, door, dict(self.known), said, number))

    def _ward(self) -> Ward:
        """The same ward; without memory, one that remembers nothing."""
        ward = self.care.ward
        return ward if self.care.memory else replace(ward, memory=Memory())

    def _record(self, number: int, on: date) -> tuple[Fact, ...]:
        """The record at the first visit; later what came in since the last one. Nothing without memory."""
        if not self.care.memory:
            return ()
        more = self.care.incoming(number, on) if self.care.incoming is not None else ()
        return (*self._own_record(number), *more)

    def _own_record(self, number: int) -> tuple[Fact, ...]:
        if number == 1:
            received = datetime.combine(self.person.on, time(0), UTC)
            return tuple(read_bundle(record_of(self.base, self.person), received=received).facts)
        after = self.visits[-1].day
        since = [b for b in self.life.between if after < b.day <= self.life.day]
        return tuple(facts_between(self.base, self.person.id, self.person.on, since))

    def _speaker(self, case: Case, number: int) -> PatientPort:
        if self.care.speaks is None:
            return SimulatedPatient(case, self.care.ward.clinic.understanding)
        home = {
            what: value
            for living in self.life.courses
            for what, value in living.measured.items()
            if what in self.base.findings
        }
        return self.care.speaks(case, number, home)

    def _diagnosed(self, condition: str | None, on: date) -> None:
        """A lasting illness that was named is on the list from now on, right or wrong."""
        entry = self.base.conditions.get(condition or "")
        if entry is not None and entry.chronic:
            self.known.setdefault(entry.id, on)

    def episode(self, wanted: int) -> Episode:
        """What was played."""
        return Episode(
            self.person,
            self.care.seed,
            self.habits,
            self.care.memory,
            tuple(self.visits),
            tuple(self.life.between),
            {living.condition: _trajectory(living) for living in self.life.courses},
            self.life.medication,
            len(self.visits) == wanted,
        )


def _trajectory(living: Living) -> Trajectory:
    targets = {v.id: v.target for v in living.model.course.variables if v.target is not None}
    return Trajectory(living.model.names, living.values_DV(), targets)


class _NotYet:
    """Behind the patient port while the door is still open."""

    async def reply(self, question: Question) -> str:
        raise CourseError("the visit is not wired to a patient yet: play it after it was resumed with ports.")
