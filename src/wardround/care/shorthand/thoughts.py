"""What the planner thinks in shorthand before it acts: its belief, as short names with tenths."""

from __future__ import annotations

from typing import Final, Literal, get_args

from wardround.care.planner.seeing import Seen, Sight, differential_of
from wardround.care.shorthand.calls import ShortTools
from wardround.care.shorthand.names import ShortNames
from wardround.knowledge import Posterior

Thinking = Literal["long", "short", "none"]
STYLES: Final[tuple[Thinking, ...]] = get_args(Thinking)
"""`long`: the three likeliest before questions and conclusions; `short`: the likeliest before tests and conclusions."""
CONCLUSIONS: Final = frozenset(("order_test", "differential", "diagnose"))
MOST: Final = {"long": 3, "short": 1}


def thought_on(tools: ShortTools, sight: Sight, seen: Seen, tool: str, think: Thinking) -> str:
    """What is thought before this tool is used; empty where nothing is."""
    wanted = CONCLUSIONS | {"ask"} if think == "long" else CONCLUSIONS if think == "short" else ()
    if tool not in wanted:
        return ""
    return believed(tools.names, differential_of(sight.projection, seen.chart), MOST[think])


def believed(names: ShortNames, belief: Posterior, most: int) -> str:
    """The likeliest so many conditions with tenths."""
    return " ".join(f"{names.of(c)} {tenths(p)}" for c, p in belief.top(most) if p > 0.0)


def tenths(p: float) -> int:
    """0 to 9: one digit."""
    return min(int(10 * p), 9)
