"""An encounter in play: opened or resumed, and run until it is closed or on hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson

from wardround.harness.agents import Team
from wardround.harness.canonical import written
from wardround.harness.errors import ConfigurationError, LogError
from wardround.harness.events import (
    KIND_OF,
    MAIN,
    SCHEMA,
    Closed,
    EventRef,
    Observed,
    Opened,
    decode,
)
from wardround.harness.line import Line
from wardround.harness.log import EventLog
from wardround.harness.ports import Ports, ReviewRequest, Store
from wardround.harness.state import (
    Projection,
    State,
    begin,
    fold,
    fold_all,
)

D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: finished or cancelled, or on hold with what it waits for."""

    encounter: str
    status: str
    reason: str
    waiting: tuple[ReviewRequest, ...] = ()


class Encounter(Generic[D]):
    """One encounter in play: its log, its state, its team and its ports."""

    def __init__(
        self, log: EventLog, state: State[D], team: Team[D], projection: Projection[D], ports: Ports
    ) -> None:
        self.log, self.team, self.projection, self.ports = log, team, projection, ports
        self._line = Line(log, state, team, projection, ports)

    @classmethod
    async def open(
        cls,
        store: Store,
        encounter: str,
        header: Opened,
        observations: tuple[tuple[Observed, tuple[EventRef, ...]], ...],
        team: Team[D],
        projection: Projection[D],
        ports: Ports,
    ) -> Encounter[D]:
        """Open a new encounter. What is known at the door (observations, with their causes) is written with the header."""
        log = EventLog(store, encounter, ports.clock)
        first = log.append(MAIN, _as_read(header), "harness", ())
        state = begin(first, projection)
        for body, causes in observations:
            state = fold(state, log.append(MAIN, _as_read(body), body.source, causes), projection)
        await log.flush()
        return cls(log, state, team, projection, ports)

    @classmethod
    async def resume(
        cls, store: Store, encounter: str, team: Team[D], projection: Projection[D], ports: Ports
    ) -> Encounter[D]:
        """Go on with an encounter from its log."""
        log, events = await EventLog.load(store, encounter, ports.clock)
        if not events:
            raise ConfigurationError(
                f"encounter {encounter!r} is not in this store.", fix="Check the id and the store's path."
            )
        return cls(log, fold_all(events, projection), team, projection, ports)

    @property
    def state(self) -> State[D]:
        """What has happened so far."""
        return self._line.state

    async def run(self) -> Outcome:
        """Play until the encounter is closed or on hold."""
        await self._line.play()
        state = self._line.state
        reason = (
            state.last.body.reason
            if state.last and isinstance(state.last.body, Closed)
            else "waits for review"
        )
        return Outcome(self.log.encounter, state.status, reason, tuple(self._line.waiting()))


def _as_read(body: Opened | Observed) -> Any:
    """The body as the log gives it back, so that a resumed encounter starts from the very same."""
    kind = KIND_OF[type(body)]
    try:
        if isinstance(body, Observed):
            return Observed(body.source, orjson.loads(written(body.content)), tuple(body.audience))
        data = written(body)
    except (TypeError, ValueError) as error:
        raise LogError(f"a body of kind {kind!r} cannot be written down: {error}.") from error
    return decode(kind, SCHEMA, orjson.loads(data))
