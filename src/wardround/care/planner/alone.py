"""The planner on its own: the attending asks, examines, orders, checks, concludes, treats and closes, and consults nobody.

The steps are the planner's. What differs is whose they are, so that a visit is one agent's, and one conversation.
"""

from __future__ import annotations

from wardround.care.planner import Planner
from wardround.care.planner.attending import Arrangement, attend, examine
from wardround.care.planner.history import next_question
from wardround.care.planner.seeing import Seen, Sight, alarm
from wardround.care.planner.sourcing import with_sources
from wardround.care.planner.specialists import next_check, next_test
from wardround.care.projection import ClinicProjection
from wardround.harness import Action, Called, Decision, Situation

AFTER_THE_HISTORY = frozenset(("examine", "order_test", "differential"))
"""Once one of these was done the history is over."""
LEAST, MOST = 0.01, 0.99
"""A probability is told in hundredths: nothing is certain, and nothing that is named is impossible."""


class SolePlanner:
    """Plays the attending of a visit without specialists; any other role as `Planner` does. Answers the same to the
    same view."""

    name = "sole planner"

    def __init__(self, projection: ClinicProjection) -> None:
        self.sight = Sight(projection)
        self._others = Planner(projection)

    async def decide(self, situation: Situation) -> Decision:
        """The next step of the visit."""
        if situation.agent.name != "attending":
            return await self._others.decide(situation)
        seen = self.sight.of(situation)
        step = self._first(seen, situation) or attend(self.sight, situation, ALONE)
        return _in_hundredths(with_sources(self.sight, seen, situation, step))

    def _first(self, seen: Seen, situation: Situation) -> Decision | None:
        """An alarm; then the history, before whoever an alarm was raised for is sent on."""
        raised = alarm(self.sight, seen, situation)
        if raised is not None or (seen.done | seen.failed) & AFTER_THE_HISTORY:
            return raised
        return next_question(self.sight, seen, situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        """The planner makes no model calls."""
        return Decision(None, problem="the planner makes no model calls")


def _find_out(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    examined = examine(sight, seen, situation)
    if examined is not None or seen.chart.differential:
        return examined
    return next_test(sight, seen, situation)


ALONE = Arrangement(_find_out, next_check)
"""Nobody is consulted."""


def _in_hundredths(step: Decision) -> Decision:
    """A differential's probabilities as they are written."""
    action = step.action
    if action is None or action.tool != "differential":
        return step
    ranked = [
        {"condition": one["condition"], "probability": min(max(round(one["probability"], 2), LEAST), MOST)}
        for one in action.arguments["ranked"]
    ]
    return step._replace(action=Action(action.tool, {**action.arguments, "ranked": ranked}, action.because))
