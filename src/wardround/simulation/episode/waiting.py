"""A laboratory that takes its time: what is not done within the day comes later, between two visits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from wardround.harness import JSON, Service
from wardround.knowledge import KnowledgeBase

DAY_MINUTES = 1_440


@dataclass(frozen=True, slots=True)
class Awaited:
    """A result on its way: due on a day; `values` are (analyte, value, unit), or (test, 0 or 1, "") with `text`."""

    test: str
    due: int
    values: tuple[tuple[str, float, str], ...]
    text: str = ""


@dataclass
class SlowLaboratory:
    """Asks another laboratory, and keeps back what takes longer than `within` minutes."""

    base: KnowledgeBase
    laboratory: Service
    day: int
    within: int
    awaited: list[Awaited] = field(default_factory=list)

    async def call(self, request: JSON, key: str) -> JSON:
        """The result, or that it is pending."""
        answer = await self.laboratory.call(request, key)
        test = self.base.tests[request["test"]]
        result: JSON | None = answer.get("result")
        if test.turnaround_minutes <= self.within or not result:
            return answer
        values = tuple((a, float(r["value"]), str(r["unit"])) for a, r in result["analytes"].items()) or (
            (test.id, float(bool(result["positive"])), ""),
        )
        due = self.day + math.ceil(test.turnaround_minutes / DAY_MINUTES)
        if all(one.test != test.id for one in self.awaited):
            self.awaited.append(Awaited(test.id, due, values, str(result["text"])))
        return {**answer, "status": "pending", "result": None}
