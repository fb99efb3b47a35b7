"""Agents and the teams they form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from wardround.harness.constraints import Constraint, Rulebook
from wardround.harness.errors import ConfigurationError
from wardround.harness.tools import Tool, by_name

if TYPE_CHECKING:
    from wardround.harness.policy import Policy

D = TypeVar("D")


@dataclass(frozen=True)
class Agent(Generic[D]):
    """A role: what it is told, what it can do, what binds it, and who decides for it."""

    name: str
    instructions: str
    tools: tuple[Tool, ...]
    constraints: tuple[Constraint[D], ...]
    policy: Policy

    @cached_property
    def tool(self) -> Mapping[str, Tool]:
        """Its tools by name."""
        return by_name(self.tools)

    @cached_property
    def all_tools(self) -> frozenset[str]:
        """The names of its tools."""
        return frozenset(self.tool)

    @cached_property
    def rules(self) -> Rulebook[D]:
        """Its constraints, sorted."""
        return Rulebook.of(self.constraints, self.tools)


@dataclass(frozen=True)
class Team(Generic[D]):
    """A coordinator and the specialists it can consult or hand over to. `last_resort` is the person who takes over."""

    coordinator: str
    agents: Mapping[str, Agent[D]]
    last_resort: str

    def __post_init__(self) -> None:
        if self.coordinator not in self.agents:
            raise ConfigurationError(
                f"coordinator {self.coordinator!r} is not in the team.", fix="Add that agent."
            )

    @classmethod
    def of(cls, *agents: Agent[D], last_resort: str) -> Team[D]:
        """A team whose first agent coordinates."""
        return cls(agents[0].name, {a.name: a for a in agents}, last_resort)
