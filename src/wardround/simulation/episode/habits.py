"""What people do with their illness between visits: take their drugs or not, measure, call, come or stay away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wardround.harness import seed_of


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares and probabilities, all of them estimates: of doses taken, of appointments missed, of home measurements
    made, of unwanted effects called in about; `worries` calls a year without a cause."""

    name: str
    adherence: float
    misses: float
    measures: float
    calls: float
    worries: float


HABITS: Final[Mapping[str, Habits]] = {
    h.name: h
    for h in (
        Habits("careful", 0.97, 0.02, 0.95, 0.7, 0.3),
        Habits("average", 0.86, 0.08, 0.5, 0.4, 0.2),
        Habits("forgetful", 0.6, 0.22, 0.2, 0.25, 0.1),
        Habits("anxious", 0.92, 0.03, 1.0, 0.95, 2.5),
        Habits("minimising", 0.78, 0.14, 0.1, 0.08, 0.0),
    )
}
"""By name."""
_WEIGHTS: Final = {"careful": 2, "average": 4, "forgetful": 2, "anxious": 1, "minimising": 1}


def habits_of(seed: int) -> Habits:
    """The habits of the patient with this seed."""
    names = [name for name, weight in _WEIGHTS.items() for _ in range(weight)]
    return HABITS[names[seed_of(seed, "habits") % len(names)]]
