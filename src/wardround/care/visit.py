"""A visit: opened with what record and memory say, played to its end or to a review, remembered when it is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from wardround.care.archive import RecordArchive
from wardround.care.at_the_door import Door, Room
from wardround.care.chart import Chart
from wardround.care.clinic import ROLE_TOOLS, Clinic
from wardround.care.consolidation import facts_of
from wardround.care.keeping import Incoming, note_down, refuse_erased, take_in
from wardround.care.remembering import naming_of
from wardround.clinical import Fact, Patient
from wardround.harness import (
    JSON,
    Budgets,
    Encounter,
    Event,
    EventRef,
    HarnessError,
    MemoryStore,
    Observed,
    Opened,
    Outcome,
    Policy,
    Ports,
    Store,
    StoreConflict,
    Versioned,
)
from wardround.knowledge import load
from wardround.memory import Memory

MOST_AT_ONCE = 8
"""So often is the next free number of a visit tried, when others open visits of the same patient."""


class DeceasedError(HarnessError):
    """The record says that the patient has died: there is no visit to play."""


@dataclass(frozen=True, slots=True)
class Request:
    """Who comes, when, and what about. `incoming` is a record to import first, `record` are facts to remember first;
    what is known already is not written twice. `wiring` says who stands behind the ports, so that a resumed visit
    finds them again. `memory_tokens`: how much of memory the agents read at the door; None leaves it to the policy."""

    patient: Patient
    complaint: str
    on: date
    record: Sequence[Fact] = ()
    seed: int = 0
    budgets: Budgets = field(default_factory=Budgets)
    encounter: str | None = None
    wiring: JSON = field(default_factory=dict)
    incoming: Incoming | None = None
    memory_tokens: int | None = None


@dataclass(frozen=True)
class Ward:
    """A clinic with a store and a memory: opens, resumes and closes visits.

    With an archive, whatever comes into memory from outside a visit is kept there too, so that memory can be made again.
    """

    clinic: Clinic
    store: Store
    memory: Memory
    archive: RecordArchive | None = None

    @classmethod
    def in_memory(cls) -> Ward:
        """A ward over the shipped knowledge base that forgets everything when the process ends."""
        clinic = Clinic(load())
        return cls(clinic, MemoryStore(), Memory(naming=naming_of(clinic)))

    async def open(self, request: Request, policy: Policy, ports: Ports) -> Encounter[Chart]:
        """Open a visit. Raises DeceasedError, by name, where the patient has died."""
        patient = request.patient
        if patient.deceased:
            raise DeceasedError(
                f"{patient.name} ({patient.id}) has died, the record says.", fix="Check the record."
            )
        if not request.complaint.strip():
            raise HarnessError("complaint: it is empty.", fix="Say what brings the patient, in a few words.")
        if request.incoming is not None:
            if request.incoming.record.patient.id != patient.id:
                raise HarnessError("incoming: it is another patient's record.", fix="Give this patient's.")
            take_in(self, request.incoming)
        note_down(self, request.record, patient_id=patient.id, patient=patient)
        door = self._at_the_door(request, policy)
        for _ in range(MOST_AT_ONCE):
            visit = len(await self.store.encounters(patient.id)) + 1
            name = request.encounter or f"{patient.id}-{visit}"
            header, team = self._header(request, policy, visit), self.clinic.team(lambda _: policy)
            try:
                return await Encounter.open(
                    self.store, name, header, door, team, self.clinic.projection, ports
                )
            except StoreConflict:
                if request.encounter:
                    raise
        raise StoreConflict(f"{patient.name} has too many visits opened at once.", fix="Try again.")

    def _header(self, request: Request, policy: Policy, visit: int) -> Opened:
        patient = request.patient
        return Opened(
            subject=patient.id,
            episode=f"care-{patient.id}",
            team=tuple(ROLE_TOOLS),
            coordinator="attending",
            date=request.on.isoformat(),
            seed=request.seed,
            budgets=request.budgets,
            versions={**self.clinic.versions, **_versions(policy)},
            context={
                "patient": _who(patient, request.on),
                "complaint": request.complaint,
                "visit": visit,
                "wiring": request.wiring,
            },
        )

    async def resume(self, encounter: str, policy: Policy, ports: Ports) -> Encounter[Chart]:
        """Go on with a visit from its log."""
        team = self.clinic.team(lambda _: policy)
        return await Encounter.resume(self.store, encounter, team, self.clinic.projection, ports)

    async def play(self, visit: Encounter[Chart]) -> Outcome:
        """Play until closed or on hold; what a closed visit learnt goes into memory, once."""
        outcome = await visit.run()
        if outcome.status == "finished":
            await self.remember(outcome.encounter)
        return outcome

    async def remember(self, encounter: str) -> tuple[Fact, ...]:
        """Write what a closed visit learnt into memory. Doing it again writes nothing new."""
        events = await self.store.read(encounter)
        facts = facts_of(self.clinic, events)
        if not facts:
            return ()
        patient_id = facts[0].patient_id
        if self.archive is not None:
            refuse_erased(self.archive, patient_id=patient_id)
            self.archive.keep_visit(
                encounter, patient_id=patient_id, at=datetime.fromisoformat(events[-1].at)
            )
            facts = self.archive.without_erased(facts, patient_id=patient_id)
        self.memory.write(facts, patient_id=patient_id)
        return facts

    async def events(self, encounter: str) -> list[Event]:
        """The visit's log."""
        return await self.store.read(encounter)

    def _at_the_door(
        self, request: Request, policy: Policy
    ) -> tuple[tuple[Observed, tuple[EventRef, ...]], ...]:
        complaint = self.clinic.understanding.of_complaint(request.complaint)
        door = Door(self.clinic, self.memory, request.patient.id, request.on, complaint)
        return door.observations(Room.of(policy, request.memory_tokens))


def _versions(policy: Policy) -> Mapping[str, str]:
    return policy.versions if isinstance(policy, Versioned) else {"policy": policy.name}


def _who(patient: Patient, on: date) -> dict[str, object]:
    age = patient.age(on)
    return {"name": patient.name, "sex": patient.sex, "age": round(age, 2) if age is not None else None}
