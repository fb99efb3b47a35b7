"""Wardround in `benchmarks.harness`: the clinic's team with all its constraints, a stub model, the prose renderer."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import process_time

from benchmarks.harness_work import (
    COMPLAINT,
    PATIENT,
    STEPS,
    TODAY,
    StubMemory,
    StubOrders,
    StubPatient,
    Work,
)
from wardround.care import Chart, Request, Ward, prose_renderer
from wardround.harness import (
    Answering,
    Encounter,
    EventRef,
    LanguageModelPolicy,
    MemoryStore,
    Observed,
    Opened,
    Policy,
    Ports,
    Service,
    SqliteStore,
    Store,
    Team,
    replay,
)
from wardround.memory import Memory
from wardround.models import Completion, ScriptedModel, ToolCall
from wardround.models import Request as ModelRequest

Door = tuple[Opened, tuple[tuple[Observed, tuple[EventRef, ...]], ...]]


@dataclass(frozen=True)
class Ours:
    """Plays whole visits: opened, judged, logged, closed."""

    work: Work
    durable: bool
    name: str = field(default="ours")

    @cached_property
    def policy(self) -> Policy:
        """A model that says what the script says, by how often it has spoken."""
        script = [
            Completion(tool_calls=(ToolCall(f"call-{k}", tool, text),), finish="tool_calls", model="scripted")
            for k, (tool, text) in enumerate(self.work.written)
        ]

        def answer(request: ModelRequest) -> Completion:
            return script[sum(1 for m in request.messages if m.role == "assistant")]

        return LanguageModelPolicy(ScriptedModel(answer, record=False), prose_renderer(self.work.clinic.base))

    @cached_property
    def team(self) -> Team[Chart]:
        """The clinic's five roles."""
        return self.work.clinic.team(lambda _: self.policy)

    async def door(self) -> Door:
        """What a visit opens with."""
        store = MemoryStore()
        ward = Ward(self.work.clinic, store, Memory())
        visit = await ward.open(Request(PATIENT, COMPLAINT, TODAY), self.policy, ports())
        header, *rest = await store.read(visit.log.encounter)
        if not isinstance(header.body, Opened):
            raise TypeError("a log begins with its header")
        return header.body, tuple((e.body, e.causes) for e in rest if isinstance(e.body, Observed))

    def store(self, path: Path) -> Store:
        """In memory, or a SQLite file in WAL mode."""
        return SqliteStore(path) if self.durable else MemoryStore()

    async def play(self, visits: int, path: Path) -> float:
        """CPU seconds of so many visits, from the open door to the last event."""
        header, known = await self.door()
        store, team, projection = self.store(path), self.team, self.work.clinic.projection
        began = process_time()
        for k in range(visits):
            visit = await Encounter.open(store, f"visit-{k}", header, known, team, projection, ports())
            await visit.run()
        spent = process_time() - began
        await store.close()
        return spent

    async def check(self) -> None:
        """One visit: every step did what the script says, nothing was refused, and the log replays to its last digest."""
        header, known = await self.door()
        store, projection = MemoryStore(), self.work.clinic.projection
        visit = await Encounter.open(store, "visit", header, known, self.team, projection, ports())
        await visit.run()
        events = await store.read("visit")
        kinds = [e.kind for e in events]
        found = replay(events, self.team, projection, self.work.clinic.versions)
        if (
            kinds.count("decided") != STEPS
            or kinds.count("returned") != STEPS - 1
            or found.result != "reproduced"
        ):
            refused = [e.data.decode() for e in events if e.kind in ("decided", "failed")]
            raise RuntimeError(f"the visit went another way: {found}, {refused}")


def ports(orders: Service | None = None) -> Ports:
    """The stubs that stand outside."""
    services: dict[str, Service] = {"memory": StubMemory(), "orders": orders or StubOrders()}
    return Ports(StubPatient(), Answering("approve"), services=services)
