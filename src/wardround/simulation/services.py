"""The simulated outside of a case: the examination and the laboratory, consistent with it."""

from __future__ import annotations

from dataclasses import dataclass

from wardround.harness import JSON, ToolError
from wardround.knowledge import KnowledgeBase
from wardround.simulation.case import Case


@dataclass(frozen=True, slots=True)
class SimulatedExamination:
    """Signs and measurements as the case has them."""

    base: KnowledgeBase
    case: Case

    async def call(self, request: JSON, key: str) -> JSON:
        """Values by finding; None where the case says nothing."""
        values: JSON = {}
        for slug in request["findings"]:
            value = self.case.findings.get(slug)
            if value is None and self.base.findings[slug].answer == "yes_no":
                value = False
            values[slug] = value
        return {"values": values}


@dataclass(frozen=True, slots=True)
class SimulatedLaboratory:
    """Results as the case has them, rounded as a laboratory would."""

    base: KnowledgeBase
    case: Case

    async def call(self, request: JSON, key: str) -> JSON:
        """A final result, at once."""
        test = self.base.tests.get(request["test"])
        if test is None:
            raise ToolError(f"test: {request['test']!r} is not done here.", fix="Use the id of a test.")
        if test.analytes:
            found = {
                a.id: {"value": float(f"{self.case.analytes[a.id]:.3g}"), "unit": a.unit}
                for a in test.analytes
                if a.id in self.case.analytes
            }
            text = "; ".join(f"{self.base.named(a)} {r['value']:g} {r['unit']}" for a, r in found.items())
            return {"status": "final", "result": {"analytes": found, "positive": None, "text": text}}
        positive = bool(self.case.tests.get(test.id, False))
        said = test.positive if positive else test.negative
        return {"status": "final", "result": {"analytes": {}, "positive": positive, "text": said}}
