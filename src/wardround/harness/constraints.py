"""Constraints: rules over (state, action) that allow, deny, ask for approval, or oblige.

Three pure functions decide everything that an agent may do:
`obligation(state, agent)` is what must happen now, `permitted(state, agent)` which kinds of action may be chosen
at all, and `judge(state, agent, action)` whether exactly this one may happen. Unknown means no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from wardround.harness.canonical import canonical, digest
from wardround.harness.events import Action, Outcome, Severity, Verdict
from wardround.harness.tools import Tool

if TYPE_CHECKING:
    from wardround.harness.agents import Agent
    from wardround.harness.state import State

D = TypeVar("D")


@dataclass(frozen=True)  # without slots, so that `Constraint[D](...)` can be written
class Constraint(Generic[D]):
    """One rule. `source` names where it comes from (a guideline, a law, house policy).

    `forbid(state)` gives a reason why all of `tools` are out of the question now, or None.
    `judge(state, action, arguments)` speaks on one action of `tools` (every tool, where empty), or says None.
    `oblige(state)` gives the action that must be taken before any other, or None.
    `forbid` and `oblige` read the header and the domain alone: they are asked again when the domain has changed.
    """

    id: str
    severity: Severity
    source: str
    title: str
    tools: frozenset[str] = frozenset()
    forbid: Callable[[State[D]], str | None] | None = None
    judge: Callable[[State[D], Action, Any], Verdict | None] | None = None
    oblige: Callable[[State[D]], Action | None] | None = None

    def deny(self, reason: str) -> Verdict:
        """A refusal in this rule's name."""
        return Verdict(self.id, "deny", self.severity, reason)

    def ask(self, reason: str, role: str) -> Verdict:
        """A request for approval in this rule's name."""
        return Verdict(self.id, "approval", self.severity, reason, role)


@dataclass(frozen=True, slots=True)
class Rulebook(Generic[D]):
    """An agent's constraints, sorted once by what they can do, so that a step asks only those that could speak."""

    forbidding: tuple[Constraint[D], ...]
    obliging: tuple[Constraint[D], ...]
    judging: Mapping[str, tuple[Constraint[D], ...]]

    @classmethod
    def of(cls, constraints: tuple[Constraint[D], ...], tools: tuple[Tool, ...]) -> Rulebook[D]:
        """Sort the rules for these tools."""
        judging = {
            tool.name: tuple(c for c in constraints if c.judge and (not c.tools or tool.name in c.tools))
            for tool in tools
        }
        return cls(
            tuple(c for c in constraints if c.forbid),
            tuple(c for c in constraints if c.oblige),
            MappingProxyType(judging),
        )


class Mask(NamedTuple):
    """Which tools may be chosen now; for the others, the verdict that forbids them; and what is obliged."""

    tools: frozenset[str]
    refused: Mapping[str, Verdict]
    obligation: tuple[str, Action] | None

    @property
    def digest(self) -> str:
        """Equal masks have equal digests."""
        return _mask_digest(self.tools)


class Judgement(NamedTuple):
    """What the rules make of one action. `arguments` are typed where they could be read."""

    outcome: Outcome
    verdicts: tuple[Verdict, ...]
    roles: tuple[str, ...]
    arguments: BaseModel | None


@lru_cache(maxsize=4096)
def _mask_digest(tools: frozenset[str]) -> str:
    return digest(canonical(sorted(tools)))


_NONE: Mapping[str, Verdict] = MappingProxyType({})


def obligation(state: State[D], agent: Agent[D]) -> tuple[str, Action] | None:
    """(constraint, action) that must come first, or None. An agent that lacks the tool is not obliged."""
    for rule in agent.rules.obliging:
        action = rule.oblige(state) if rule.oblige else None
        if action is not None and action.tool in agent.tool:
            return rule.id, action
    return None


def permitted(state: State[D], agent: Agent[D]) -> Mask:
    """The mask: which kinds of action this agent may choose now. A rule that breaks forbids what it guards.

    Where an obligation cannot be known nothing is permitted, and the line is handed over.
    """
    try:
        must = obligation(state, agent)
    except Exception as error:  # noqa: BLE001 - the boundary to rules: what must come first cannot be known
        broken = Verdict(
            "harness.broken-rule", "deny", "critical", f"an obligation broke ({type(error).__name__})"
        )
        return Mask(frozenset(), dict.fromkeys(agent.tool, broken), None)
    if must is not None:
        verdict = Verdict(must[0], "deny", "critical", f"{must[1].tool} must come first")
        return Mask(frozenset((must[1].tool,)), {t: verdict for t in agent.tool if t != must[1].tool}, must)
    refused: dict[str, Verdict] | None = None
    for rule in agent.rules.forbidding:
        try:
            reason = rule.forbid(state) if rule.forbid else None
        except Exception as error:  # noqa: BLE001 - the boundary to rules: one that breaks forbids
            reason = f"this rule could not be applied ({type(error).__name__})"
        if reason is not None:
            refused = refused if refused is not None else {}
            for tool in rule.tools:
                if tool in agent.tool:
                    refused.setdefault(tool, rule.deny(reason))
    if not refused:
        return Mask(agent.all_tools, _NONE, None)
    return Mask(agent.all_tools.difference(refused), refused, None)


def judge(
    state: State[D], agent: Agent[D], action: Action, seen: Callable[[str], bool], mask: Mask | None = None
) -> Judgement:
    """Every rule's word on exactly this action. `seen` says whether an event is in the agent's view.

    One denial denies. What cannot be read, is unknown or lies outside the mask is denied. `mask` is the state's own,
    where the caller has it already. The action is one that a log can hold: it was bounded when it came in.
    """
    tool = agent.tool.get(action.tool)
    if tool is None:
        return _denied(
            Verdict("harness.unknown-tool", "deny", "major", f"there is no tool {action.tool[:80]!r} here")
        )
    arguments = tool.read(action.arguments)
    if isinstance(arguments, str):
        return _denied(Verdict("harness.schema", "deny", "minor", arguments[:500]))
    verdicts = []
    refused = (mask or permitted(state, agent)).refused.get(action.tool)
    if refused:
        verdicts.append(refused)
    unseen = [name for name in action.because if not seen(name)]
    if unseen:
        verdicts.append(
            Verdict(
                "harness.because",
                "deny",
                "major",
                f"because names {unseen[0][:40]!r}, which this agent has not seen",
            )
        )
    for rule in agent.rules.judging[action.tool]:
        try:
            verdict = rule.judge(state, action, arguments) if rule.judge else None
        except Exception as error:  # noqa: BLE001 - the boundary to rules: one that breaks on an action denies it
            verdict = rule.deny(f"this rule could not be applied ({type(error).__name__})")
        if verdict is not None:
            verdicts.append(verdict)
    return _weigh(tuple(verdicts), arguments)


def _denied(verdict: Verdict) -> Judgement:
    return Judgement("deny", (verdict,), (), None)


def edited(judgement: Judgement, role: str) -> Outcome:
    """What an edit by this role comes to: allowed where the rules allow it, or leave it to that very role."""
    return "allow" if judgement.outcome == "allow" or role in judgement.roles else "deny"


def _weigh(verdicts: tuple[Verdict, ...], arguments: BaseModel) -> Judgement:
    if not verdicts:
        return Judgement("allow", (), (), arguments)
    if any(v.outcome == "deny" or (v.outcome == "approval" and not v.role) for v in verdicts):
        return Judgement("deny", verdicts, (), arguments)
    roles = tuple(sorted({v.role for v in verdicts if v.outcome == "approval" and v.role}))
    return Judgement("approval" if roles else "allow", verdicts, roles, arguments)
