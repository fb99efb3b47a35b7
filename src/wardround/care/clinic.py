"""The clinic: its agents, their tools and constraints, put together as one team over one knowledge base."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from wardround.care.arguments import Close, Report
from wardround.care.chart import Chart
from wardround.care.constraints import clinical_constraints
from wardround.care.projection import ClinicProjection
from wardround.care.prompts import instructions
from wardround.care.prose import VERSION
from wardround.care.tools import Toolbox
from wardround.care.understanding import Understanding
from wardround.harness import (
    CONSULT,
    HAND_OVER,
    SCHEMA,
    Agent,
    Constraint,
    Policy,
    Team,
    Tool,
    canonical,
    digest,
)
from wardround.knowledge import KnowledgeBase
from wardround.language import Lexicon, Reader

ROLE_TOOLS = {
    "attending": (
        "ask examine order_test recall check_prescription search_evidence read_passage calculators calculate remember "
        "settle differential diagnose prescribe stop advise refer follow_up escalate consult hand_over close"
    ),
    "history": "ask recall escalate hand_over report",
    "investigations": "order_test recall search_evidence read_passage calculators calculate report",
    "pharmacist": "check_prescription recall search_evidence read_passage calculators calculate report",
    "safety_officer": "recall search_evidence read_passage calculators calculate escalate report",
}
"""Which role may do what."""
PHYSICIAN = "physician"


@dataclass(frozen=True)
class Clinic:
    """One knowledge base and everything that follows from it. Build once, use for any number of encounters."""

    base: KnowledgeBase

    @cached_property
    def understanding(self) -> Understanding:
        """Reads the patient's words."""
        return Understanding(self.base, Reader(Lexicon.build(self.base)))

    @cached_property
    def projection(self) -> ClinicProjection:
        """Folds logs into charts."""
        return ClinicProjection(self.base)

    @cached_property
    def tools(self) -> dict[str, Tool]:
        """Every tool of the clinic by name."""
        own = Toolbox(self.base, self.understanding).tools()
        report = Tool("report", str(Report.__doc__), Report, "tell", "relay", control="report")
        close = Tool("close", str(Close.__doc__), Close, "tell", "plan", control="close")
        return {**own, "report": report, "close": close, "consult": CONSULT, "hand_over": HAND_OVER}

    @cached_property
    def constraints(self) -> tuple[Constraint[Chart], ...]:
        """Every clinical rule; they bind every role alike."""
        return clinical_constraints(self.base)

    def team(self, policy: Callable[[str], Policy]) -> Team[Chart]:
        """The five roles; `policy(role)` decides for each."""
        agents = [
            Agent(
                role,
                instructions(role),
                tuple(self.tools[t] for t in names.split()),
                self.constraints,
                policy(role),
            )
            for role, names in ROLE_TOOLS.items()
        ]
        return Team.of(*agents, last_resort=PHYSICIAN)

    @cached_property
    def versions(self) -> dict[str, str]:
        """What a log must agree on to be reproduced: schema, knowledge, constraints, tools, projection, renderer."""
        rules = [(c.id, c.severity, sorted(c.tools)) for c in self.constraints]
        tools = {name: tool.parameters for name, tool in self.tools.items()}
        return {
            "schema": str(SCHEMA),
            "knowledge": self.base.version[:16],
            "constraints": digest(canonical(rules))[:16],
            "tools": digest(canonical(tools))[:16],
            "renderer": VERSION,
            "clinic": "2",
        }
