"""A clinical rule: a harness constraint over charts, made from a pure function of the chart and the typed arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from wardround.care.chart import Chart
from wardround.harness import Action, Constraint, Severity, State, Verdict

PHYSICIAN = "physician"
"""Who approves. Every approval of the clinic is a physician's."""
MAX_REASON = 1_000
Says = Literal["deny", "approval", "deny or approval", "forbid", "oblige"]


@dataclass(frozen=True, slots=True)
class Word:
    """What a rule says to one action: no, or only with a physician's approval, and why; graver than the rule is where
    `severity` says so."""

    outcome: Literal["deny", "approval"]
    reason: str
    severity: Severity | None = None


def deny(reason: str) -> Word:
    """A refusal."""
    return Word("deny", reason)


def ask(reason: str, severity: Severity | None = None) -> Word:
    """A request for a physician's approval."""
    return Word("approval", reason, severity)


Say = Callable[[Chart, Any], Word | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint with what it can say, for the documentation."""

    constraint: Constraint[Chart]
    says: Says


@dataclass(frozen=True, slots=True)
class About:
    """What stands beside a rule: id, how grave what it prevents is, where it comes from, and what it holds."""

    id: str
    severity: Severity
    source: str
    title: str


def judging(about: About, says: Says, tools: str, say: Say) -> Rule:
    """A rule on one action of these tools (space-separated; empty is every tool)."""
    name, severity = about.id, about.severity

    def judge(state: State[Chart], action: Action, arguments: Any) -> Verdict | None:
        word = say(state.domain, arguments)
        if word is None:
            return None
        role = PHYSICIAN if word.outcome == "approval" else None
        return Verdict(name, word.outcome, word.severity or severity, fitting(word.reason), role)

    return Rule(
        Constraint(name, severity, about.source, about.title, frozenset(tools.split()), judge=judge), says
    )


def forbidding(about: About, tools: str, reason: Callable[[Chart], str | None]) -> Rule:
    """A rule that takes tools off the table while there is a reason to."""
    constraint = Constraint[Chart](
        about.id,
        about.severity,
        about.source,
        about.title,
        frozenset(tools.split()),
        forbid=lambda state: reason(state.domain),
    )
    return Rule(constraint, "forbid")


def obliging(about: About, tools: str, action: Callable[[Chart], Action | None]) -> Rule:
    """A rule that demands an action before any other."""
    constraint = Constraint[Chart](
        about.id,
        about.severity,
        about.source,
        about.title,
        frozenset(tools.split()),
        oblige=lambda state: action(state.domain),
    )
    return Rule(constraint, "oblige")


def fitting(reason: str) -> str:
    """A reason cut in its middle where it is too long: what it is about and what it rests on both stay."""
    if len(reason) <= MAX_REASON:
        return reason
    return f"{reason[: MAX_REASON - 203]} … {reason[-200:]}"


def short(text: object, length: int = 120) -> str:
    """Words from a record or an agent, cut to a length that fits a reason."""
    said = str(text)
    return said if len(said) <= length else f"{said[: length - 1]}…"
