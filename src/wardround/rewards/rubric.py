"""Rubrics: items with signed integer weights and binary verdicts, and the one number that they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

HEAVIEST = 10
Dimension = Literal["inquiry", "tests", "diagnosis", "plan", "safety", "process"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is wanted (weight above 0) or unwanted (below 0). `critical`: who misses it has failed the visit.

    `section` groups items for people: history of the complaint, past, family, social, obstetric, treatment.
    """

    id: str
    dimension: Dimension
    section: str
    text: str
    weight: int
    critical: bool = False

    def __post_init__(self) -> None:
        if not self.weight or abs(self.weight) > HEAVIEST:
            raise ValueError(
                f"{self.id}, weight: {self.weight}: give a whole number from -10 to 10, and not 0"
            )

    @property
    def about(self) -> str:
        """What it is about: a finding, a topic, a flag."""
        return self.id.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an item came true; None where that could not be told. `events` show where, by name."""

    item: Item
    met: bool | None
    events: tuple[str, ...] = ()


def r_task(verdicts: Iterable[Verdict]) -> float | None:
    """The task's reward in [0, 1], from Baichuan-M3 (arXiv 2602.06570), eq. 1:

        R_task = (sum_i w_i a_i - sum_{w_i<0} w_i) / sum_i |w_i|

    An item without a verdict leaves both sums; None where nothing is left.
    """
    scored = [v for v in verdicts if v.met is not None]
    whole = sum(abs(v.item.weight) for v in scored)
    if not whole:
        return None
    reached = sum(v.item.weight for v in scored if v.met)
    unwanted = sum(v.item.weight for v in scored if v.item.weight < 0)
    return (reached - unwanted) / whole


def gained(verdicts: Iterable[Verdict]) -> float | None:
    """The same verdicts on a scale on which having done nothing is 0: max(0, sum_i w_i a_i / sum_{w_i>0} w_i).

    Dimensions are shown on it; R_task starts at the share of unwanted weight. None where nothing was wanted.
    """
    scored = [v for v in verdicts if v.met is not None]
    wanted = sum(v.item.weight for v in scored if v.item.weight > 0)
    if not wanted:
        return None
    return max(0.0, sum(v.item.weight for v in scored if v.met) / wanted)


def missed(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Critical items that went wrong: wanted and not done, or unwanted and done."""
    return tuple(
        v for v in verdicts if v.item.critical and v.met is not None and v.met == (v.item.weight < 0)
    )
