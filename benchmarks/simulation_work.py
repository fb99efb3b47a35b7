"""The work of `benchmarks.simulation`: generated patients, a script of twenty steps that suits them all, the planner.

The script asks twelve questions, examines, looks things up, concludes and closes; the patients are standardised ones
with a cold, whom nothing dangerous ails, so that every step of it is permitted and runs. Every encounter is new: its
own patient, store and log. What was read once of a patient's words is remembered, as it is in any long run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import cached_property
from time import process_time

from wardround.care import Chart, Clinic, MemoryService, OrderBook, Planner, Request, Ward
from wardround.harness import (
    JSON,
    Action,
    Answering,
    Called,
    Decided,
    Decision,
    Encounter,
    Event,
    EventRef,
    MemoryStore,
    Observed,
    Opened,
    Ports,
    Returned,
    Service,
    SimulatedClock,
    Situation,
    Team,
    replay,
)
from wardround.knowledge import load
from wardround.memory import Memory
from wardround.rewards import score_visit
from wardround.simulation import (
    Case,
    Consultation,
    SimulatedExamination,
    SimulatedLaboratory,
    StandardisedPatient,
    consult,
    generate,
)

STEPS = 20
COLD = "condition.common_cold"
PATIENTS = 32
TRIES = 400
ABOUT = (
    "finding.fever",
    "finding.cough",
    "finding.sore_throat",
    "finding.headache",
    "finding.muscle_aches",
    "finding.ear_pain",
    "finding.rash",
    "finding.fatigue",
    "finding.wheeze",
    "finding.runny_nose",
    "allergies",
    "drugs",
)
Door = tuple[Opened, tuple[tuple[Observed, tuple[EventRef, ...]], ...]]


@dataclass
class Script:
    """Does what the script says, step by step; plays one encounter."""

    steps: tuple[Action, ...]
    name: str = "scripted"
    done: int = 0

    async def decide(self, situation: Situation) -> Decision:
        """The next step."""
        self.done += 1
        return Decision(self.steps[self.done - 1], "as the script says")

    def read(self, situation: Situation, call: Called) -> Decision:
        """Makes no model calls."""
        return Decision(None, problem="a script makes no model calls")


@dataclass
class Practice:
    """Clinic, patients, script. Built once."""

    clinic: Clinic
    patients: list[tuple[Case, Door]] = field(default_factory=list)
    _played: list[Consultation] = field(default_factory=list)
    _orders: OrderBook = field(default_factory=OrderBook)
    _memory: Memory = field(default_factory=Memory)
    _made: int = 0
    _met: int = 0

    @classmethod
    def prepare(cls) -> Practice:
        """Over the shipped knowledge base."""
        return cls(Clinic(load()))

    @cached_property
    def steps(self) -> tuple[Action, ...]:
        """The script."""
        base = self.clinic.base
        vitals = ("finding.temperature", "finding.heart_rate", "finding.respiratory_rate")
        weighed = list(base.conditions[COLD].must_not_miss)
        steps: list[tuple[str, JSON]] = [
            *(("ask", {"about": about}) for about in ABOUT),
            ("examine", {"findings": list(vitals)}),
            ("recall", {"topic": "the last visit"}),
            ("remember", {"statement": "Has had a cold before.", "kind": "problem"}),
            ("differential", {"ranked": [{"condition": COLD, "probability": 0.9}], "considered": weighed}),
            ("diagnose", {"condition": COLD, "certainty": "probable"}),
            ("advise", {"text": "Come back at once if breathing gets hard.", "safety_net": True}),
            ("follow_up", {"days": 14, "purpose": "See whether it has gone."}),
            ("close", {"disposition": "home", "reason": "A cold."}),
        ]
        return tuple(Action(tool, arguments) for tool, arguments in steps)

    async def come(self) -> None:
        """Draw patients until there are enough in whom every step of the script is permitted and runs."""
        for index in range(TRIES):
            case = generate(self.clinic.base, "train", index, condition=COLD)
            if not case.red_flags and await self._suits(case):
                self.patients.append((case, await self._door(case)))
            if len(self.patients) == PATIENTS:
                return
        raise RuntimeError(f"the script suits {len(self.patients)} of {TRIES} patients: mend the script")

    async def _suits(self, case: Case) -> bool:
        """Whether the script plays as it is written, with a record and without, and can be replayed."""
        store = MemoryStore()
        events = await store.read(await self._encounter(case, await self._door(case), store))
        whole = await consult(self.clinic, case, Script(self.steps))
        found = replay(events, self._team(), self.clinic.projection, self.clinic.versions)
        return found.result == "reproduced" and _as_written(events) and _as_written(whole.events)

    async def _door(self, case: Case) -> Door:
        """What a visit of this patient opens with."""
        store = MemoryStore()
        ward = Ward(self.clinic, store, Memory())
        ports = Ports(self._patient(case), Answering("approve"), _morning(case))
        request = Request(case.patient, case.complaint, case.on)
        visit = await ward.open(request, Script(self.steps), ports)
        header, *rest = await store.read(visit.log.encounter)
        ward.memory.close()
        if not isinstance(header.body, Opened):
            raise TypeError("a log begins with its header")
        return header.body, tuple((e.body, e.causes) for e in rest if isinstance(e.body, Observed))

    def _team(self) -> Team[Chart]:
        script = Script(self.steps)
        return self.clinic.team(lambda _: script)

    def _patient(self, case: Case) -> StandardisedPatient:
        return StandardisedPatient(case, self.clinic.understanding, mode="passive")

    async def _encounter(self, case: Case, door: Door, store: MemoryStore) -> str:
        """One encounter, from the open door to the last event; its name."""
        services: dict[str, Service] = {
            "orders": self._orders,
            "memory": MemoryService(self.clinic, self._memory, case.id, case.on),
            "examination": SimulatedExamination(self.clinic.base, case),
            "laboratory": SimulatedLaboratory(self.clinic.base, case),
        }
        ports = Ports(self._patient(case), Answering("approve"), _morning(case), services)
        self._met += 1
        name = f"visit-{self._met}"
        visit = await Encounter.open(store, name, *door, self._team(), self.clinic.projection, ports)
        await visit.run()
        return name

    # --- what is measured -----------------------------------------------------------------------------------

    async def encounters(self, repeats: int) -> float:
        """CPU seconds of scripted encounters."""
        began = process_time()
        for k in range(repeats):
            case, door = self.patients[k % len(self.patients)]
            await self._encounter(case, door, MemoryStore())
        return process_time() - began

    async def new_patients(self, repeats: int) -> float:
        """The same with patients who were never met before: whatever of their words is new is read for the first time."""
        fresh: list[tuple[Case, Door]] = []
        while len(fresh) < repeats:
            self._made += 1
            case = generate(self.clinic.base, "train", TRIES + self._made, condition=COLD)
            if not case.red_flags:
                fresh.append((case, await self._door(case)))
        began = process_time()
        for case, door in fresh:
            await self._encounter(case, door, MemoryStore())
        return process_time() - began

    async def whole_visits(self, repeats: int) -> float:
        """The same with a ward and a record: imported, visit opened with what memory holds, remembered when closed."""
        began = process_time()
        for k in range(repeats):
            case, _ = self.patients[k % len(self.patients)]
            await consult(self.clinic, case, Script(self.steps))
        return process_time() - began

    async def cases(self, repeats: int) -> float:
        """CPU seconds of new cases, of all conditions."""
        began = process_time()
        for _ in range(repeats):
            self._made += 1
            generate(self.clinic.base, "train", self._made)
        return process_time() - began

    async def planner_visits(self, repeats: int) -> float:
        """CPU seconds of the planner's whole visits."""
        planner, cases = Planner(self.clinic.projection), self._mixed(repeats)
        began = process_time()
        for case in cases:
            await consult(self.clinic, case, planner)
        return process_time() - began

    async def scores(self, repeats: int) -> float:
        """CPU seconds of scoring visits that were played."""
        played = [self._played[k % len(self._played)] for k in range(repeats)]
        began = process_time()
        for one in played:
            score_visit(self.clinic, one.case, one.events)
        return process_time() - began

    async def check(self) -> None:
        """Everything that is prepared once: patients, and visits to score."""
        await self.come()
        planner = Planner(self.clinic.projection)
        for case in self._mixed(8):
            self._played.append(await consult(self.clinic, case, planner))

    def _mixed(self, repeats: int) -> list[Case]:
        return [generate(self.clinic.base, "train", 10_000 + k % 32) for k in range(repeats)]


def _morning(case: Case) -> SimulatedClock:
    return SimulatedClock(datetime.combine(case.on, time(9, 30), UTC))


def _as_written(events: Sequence[Event]) -> bool:
    decided = sum(isinstance(e.body, Decided) for e in events)
    return (decided, sum(isinstance(e.body, Returned) for e in events)) == (STEPS, STEPS - 1)
