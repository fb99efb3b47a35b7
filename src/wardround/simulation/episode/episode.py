"""An episode of care as it was played: visits, what happened between them, and how the diseases went, day by day."""

# ruff: noqa: N815 (dimension suffixes)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from wardround.harness import Event
from wardround.simulation.case import Case
from wardround.simulation.courses import AdverseEffect
from wardround.simulation.episode.between import Between, Door
from wardround.simulation.episode.habits import Habits
from wardround.simulation.episode.medication import Medication


@dataclass(frozen=True, slots=True)
class PlayedVisit:
    """One visit: why, on which day, the case as it was then, its whole log, and how it ended.

    `adverse` are the unwanted effects that the patient had on that day, whether or not anybody asked.
    """

    number: int
    door: Door
    on: date
    case: Case
    encounter: str
    status: str
    events: tuple[Event, ...]
    adverse: tuple[AdverseEffect, ...]

    @property
    def day(self) -> int:
        """Days since the first visit."""
        return self.door.day


@dataclass(frozen=True, eq=False)
class Trajectory:
    """One disease: its variables by day since the first visit (D) and by name (V), and where treatment wants each."""

    names: tuple[str, ...]
    values_DV: NDArray[np.float64]
    targets: Mapping[str, tuple[float | None, float | None]]

    def of(self, name: str) -> NDArray[np.float64]:
        """One variable by day."""
        return self.values_DV[:, self.names.index(name)]

    def in_range(self, name: str, day: int) -> bool | None:
        """Whether a variable is where treatment wants it on a day; None where treatment has no target for it."""
        if name not in self.targets:
            return None
        low, high = self.targets[name]
        x = float(self.of(name)[day])
        return (low is None or x >= low) and (high is None or x <= high)


@dataclass(frozen=True, eq=False)
class Episode:
    """`memory` says whether visits knew what came before them. `complete` where as many visits were played as wanted."""

    person: Case
    seed: int
    habits: Habits
    memory: bool
    visits: tuple[PlayedVisit, ...]
    between: tuple[Between, ...]
    trajectories: Mapping[str, Trajectory]
    medication: Medication
    complete: bool

    def since_last(self, visit: PlayedVisit) -> tuple[Between, ...]:
        """What happened between a visit and the one before it."""
        before = max((v.day for v in self.visits if v.number < visit.number), default=-1)
        return tuple(b for b in self.between if before < b.day <= visit.day)
