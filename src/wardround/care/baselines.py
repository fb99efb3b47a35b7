"""Policies to compare with: `random` does anything that it may; `ask-all` asks everything, then concludes as the planner does."""

from __future__ import annotations

from random import Random

from wardround.care.clinic import Clinic
from wardround.care.planner import Planner
from wardround.harness import JSON, Action, Called, Decision, Policy, Situation
from wardround.knowledge import KnowledgeBase


def baseline_policy(name: str, clinic: Clinic) -> Policy:
    """`random` or `ask-all`."""
    return RandomPolicy(clinic.base) if name == "random" else AskAll(clinic)


class RandomPolicy:
    """Chooses evenly among the permitted tools, with arguments drawn from the knowledge base. The seed decides."""

    name = "random"

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    async def decide(self, situation: Situation) -> Decision:
        """Anything that the mask allows."""
        rng = Random(situation.seed)  # noqa: S311 - no secret depends on it
        if situation.mask.obligation:
            return Decision(situation.mask.obligation[1], "only this is permitted")
        tool = rng.choice(sorted(situation.mask.tools))
        return Decision(Action(tool, self._arguments(tool, situation, rng)), "chosen at random")

    def read(self, situation: Situation, call: Called) -> Decision:
        """Makes no model calls."""
        return Decision(None, problem="this policy makes no model calls")

    def _arguments(self, tool: str, situation: Situation, rng: Random) -> JSON:
        base = self._base
        condition = rng.choice(sorted(base.conditions))
        drug = base.drugs[rng.choice(sorted(base.drugs))]
        dose = rng.choice(drug.doses)
        asked = [f for f in base.findings.values() if not f.examined]
        examined = [f.id for f in base.findings.values() if f.examined]
        colleague = rng.choice([a for a in ("history", "attending") if a != situation.agent.name])
        drawn: dict[str, JSON] = {
            "ask": {"about": rng.choice(asked).id},
            "examine": {"findings": rng.sample(examined, 3)},
            "order_test": {"test": rng.choice(sorted(base.tests)), "reason": "random"},
            "recall": {"topic": base.named(condition)},
            "check_prescription": {"drug": drug.id},
            "search_evidence": {"question": base.named(condition), "about": [condition]},
            "read_passage": {"passage": f"entry.{condition}.safety_net#0"},
            "calculators": {},
            "calculate": {"calculator": "body-mass-index"},
            "remember": {"statement": f"thought of {base.named(condition)}"},
            "differential": {"ranked": [{"condition": condition, "probability": 0.5}]},
            "diagnose": {"condition": condition},
            "prescribe": {
                "drug": drug.id,
                "dose": dose.high,
                "unit": dose.unit,
                "route": dose.route,
                "per_day": max(dose.per_day[0], 0.1),
                "days": rng.choice([1, 7, 30]),
                "indication": condition,
            },
            "stop": {"drug": drug.id, "reason": "random"},
            "advise": {"text": "Rest, and drink enough.", "safety_net": rng.random() < 0.5},
            "refer": {"to": "physician", "urgency": "soon", "reason": "random"},
            "follow_up": {"days": rng.choice([1, 7, 28]), "purpose": "random"},
            "escalate": {"reason": "random"},
            "consult": {
                "agents": [rng.choice(["investigations", "safety_officer"])],
                "question": "What now?",
            },
            "hand_over": {"to": colleague, "reason": "random"},
            "report": {"findings": "random"},
            "close": {"disposition": rng.choice(["home", "referred", "handed_over"]), "reason": "random"},
        }
        return drawn.get(tool, {})


class AskAll:
    """Asks every question that it may before it concludes: the price of thoroughness without judgement."""

    name = "ask-all"

    def __init__(self, clinic: Clinic) -> None:
        self._base, self._planner = clinic.base, Planner(clinic.projection)

    async def decide(self, situation: Situation) -> Decision:
        """The next unasked question in the order of the base; then the planner's step."""
        if (
            situation.agent.name == "history"
            and not situation.mask.obligation
            and "ask" in situation.mask.tools
        ):
            chart = self._planner.sight.of(situation).chart
            for finding in self._base.findings.values():
                settled = finding.id in chart.asked or finding.id in chart.evidence.findings
                parent_absent = (
                    finding.parent is not None and chart.evidence.findings.get(finding.parent) is not True
                )
                if not (finding.examined or settled or parent_absent):
                    return Decision(Action("ask", {"about": finding.id}), "everything is asked, in order")
        return await self._planner.decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        """Makes no model calls."""
        return Decision(None, problem="this policy makes no model calls")
