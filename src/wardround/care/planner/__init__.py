"""The planner: a policy without a model. Bayesian over the knowledge base, red flags first, within the constraints."""

from __future__ import annotations

from wardround.care.planner.attending import attend
from wardround.care.planner.history import take_history
from wardround.care.planner.seeing import Sight
from wardround.care.planner.sourcing import with_sources
from wardround.care.planner.specialists import investigate, look_after_drugs, look_after_safety
from wardround.care.projection import ClinicProjection
from wardround.harness import Called, Decision, Situation

__all__ = ["Planner"]


class Planner:
    """Plays every role of the clinic. It reads its own view alone, and answers the same to the same view."""

    name = "planner"

    def __init__(self, projection: ClinicProjection) -> None:
        self.sight = Sight(projection)

    async def decide(self, situation: Situation) -> Decision:
        """The next step in this role."""
        role = situation.agent.name
        step = self._step(role, situation)
        if role in ("attending", "pharmacist"):
            return with_sources(self.sight, self.sight.of(situation), situation, step)
        return step

    def _step(self, role: str, situation: Situation) -> Decision:
        if role == "history":
            return take_history(self.sight, situation, home="attending")
        if role == "investigations":
            return investigate(self.sight, situation)
        if role == "safety_officer":
            return look_after_safety(self.sight, situation)
        if role == "pharmacist":
            return look_after_drugs(self.sight, situation)
        return attend(self.sight, situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        """The planner makes no model calls."""
        return Decision(None, problem="the planner makes no model calls")
