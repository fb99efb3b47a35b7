"""What the planner sees: the chart and the course of the visit, folded from its own view and nothing else."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from wardround.care.chart import Chart
from wardround.care.projection import ClinicProjection
from wardround.harness import (
    Action,
    Consulted,
    Decided,
    Decision,
    Event,
    Failed,
    HandedOver,
    Joined,
    Judged,
    Opened,
    Returned,
    Situation,
)
from wardround.knowledge import Posterior, posterior


@dataclass(frozen=True, slots=True)
class Seen:
    """`refused` are (tool, subject) pairs that a constraint denied or a reviewer rejected; `failed` tools that failed;
    `done` tools that returned; `consulted` agents asked so far, `reports` what they said."""

    chart: Chart
    refused: frozenset[tuple[str, str]] = frozenset()
    failed: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    consulted: frozenset[str] = frozenset()
    visited: frozenset[str] = frozenset()
    last: Action | None = None
    upto: int = 0


@dataclass
class Sight:
    """Folds views into `Seen`, each event once. The cache can be thrown away at any time."""

    projection: ClinicProjection
    _known: OrderedDict[tuple[str, str, str], Seen] = field(default_factory=OrderedDict)

    def of(self, situation: Situation) -> Seen:
        """Everything in the view so far."""
        view = situation.view
        first = view.items[0]
        key = (first.encounter, view.branch, view.agent)
        seen = self._known.pop(key, None)
        if seen is None or seen.upto > len(view.items):
            if not isinstance(first.body, Opened):
                raise ValueError("the view does not begin with the header")
            seen = Seen(self.projection.start(first.body), upto=1)
        for event in view.items.since(seen.upto):
            seen = self._after(seen, event)
        self._known[key] = seen
        if len(self._known) > 4_096:
            self._known.popitem(last=False)
        return seen

    def _after(self, seen: Seen, event: Event) -> Seen:
        chart, body, last = self.projection.fold(seen.chart, event), event.body, seen.last
        refused, failed, done = seen.refused, seen.failed, seen.done
        consulted, visited = seen.consulted, seen.visited
        if isinstance(body, Decided):
            last = body.action
        elif isinstance(body, Judged) and last is not None:
            refused |= {(last.tool, subject(last))}
        elif isinstance(body, Failed):
            failed |= {body.what}
        elif isinstance(body, Returned):
            done |= {body.tool}
        elif isinstance(body, Consulted):
            consulted |= {asked.agent for asked in body.asked}
        elif isinstance(body, HandedOver):
            visited |= {body.to}
        elif isinstance(body, Joined):
            done |= {"consult"}
        elif getattr(body, "answer", "") == "reject" and last is not None:
            refused |= {(last.tool, subject(last))}
        return Seen(chart, refused, failed, done, consulted, visited, last, seen.upto + 1)


def subject(action: Action) -> str:
    """What an action is about: the drug, the test, the condition."""
    for key in ("drug", "test", "condition", "about", "to", "disposition"):
        if key in action.arguments:
            return str(action.arguments[key])
    return ""


def differential_of(projection: ClinicProjection, chart: Chart) -> Posterior:
    """What the planner believes, given the chart."""
    return posterior(projection.base, chart.evidence)


def in_words(projection: ClinicProjection, belief: Posterior, n: int = 3) -> str:
    """The top of the differential as a clinician would think it aloud."""
    top = ", ".join(f"{projection.base.named(c)} {p:.0%}" for c, p in belief.top(n))
    return f"Most likely so far: {top}; none of what I know {belief.none:.0%}."


def decided(tool: str, thought: str, because: tuple[str, ...] = (), **arguments: object) -> Decision:
    """A decision for one tool."""
    return Decision(Action(tool, dict(arguments), because), thought)
