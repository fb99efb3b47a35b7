"""What the planner sees: the chart and the course of the visit, folded from its own view and nothing else."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace

import numpy as np

from wardround.care.chart import Chart, share
from wardround.care.facts_on_chart import HISTORY
from wardround.care.planner.complaint import explains
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
    Opened,
    Returned,
    Situation,
    ruling_of,
)
from wardround.knowledge import Posterior, RedFlag, posterior

ON_RECORD = 0.95
"""How sure the planner is of a disease that the record holds and the patient names."""
SURE_ENOUGH = 0.35
"""Below this the planner gives no diagnosis and hands over."""


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
        key = (first.hash, view.branch, view.agent)
        seen = self._known.pop(key, None)
        if seen is None or seen.upto > len(view.items):
            seen = self.start(first)
        for event in view.items.since(seen.upto):
            seen = self.after(seen, event)
        self._known[key] = seen
        if len(self._known) > 4_096:
            self._known.popitem(last=False)
        return seen

    def start(self, first: Event) -> Seen:
        """What the header alone tells."""
        if not isinstance(first.body, Opened):
            raise ValueError("the view does not begin with the header")
        return Seen(self.projection.start(first.body), upto=1)

    def after(self, seen: Seen, event: Event) -> Seen:
        """What is seen after one more event of the same view."""
        chart, body, last = self.projection.fold(seen.chart, event), event.body, seen.last
        refused, failed, done = seen.refused, seen.failed, seen.done
        consulted, visited = seen.consulted, seen.visited
        if isinstance(body, Decided):
            last = body.action
        ruling = ruling_of(event)
        if ruling is not None and ruling.outcome == "deny" and last is not None:
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
    """What an action is about: the drug, the test, the condition; of a contradiction also what was decided."""
    if "conflict" in action.arguments:
        return f"{action.arguments['conflict']} {action.arguments.get('decision')}"
    for key in ("drug", "test", "condition", "about", "to", "disposition"):
        if key in action.arguments:
            return str(action.arguments[key])
    return ""


def differential_of(projection: ClinicProjection, chart: Chart) -> Posterior:
    """What the planner believes to be the matter now, given the chart."""
    return fresh(projection, chart, posterior(projection.base, chart.evidence))


def fresh(projection: ClinicProjection, chart: Chart, belief: Posterior) -> Posterior:
    """The belief about what is new: conditions on the record that do not explain the complaint are set aside."""
    known = {c for c in chart.evidence.known_conditions if c in belief.conditions}
    aside = [c in known and not explains(projection.base, chart, c) for c in belief.conditions]
    if not any(aside):
        return belief
    left = np.where(aside, 0.0, belief.p_C)
    return replace(belief, p_C=left, none=max(belief.none, 1.0 - float(left.sum())))


def leading(projection: ClinicProjection, chart: Chart, belief: Posterior) -> tuple[str, float]:
    """What to act on: the likeliest new condition that explains the complaint, else what the record already holds.

    A disease on the record that the patient comes about is there, however well treatment hides it.
    """
    known = chart.evidence.known_conditions
    fitting = [(c, p) for c, p in belief.ranked if explains(projection.base, chart, c)] or list(belief.ranked)
    new = next(((c, p) for c, p in fitting if c not in known), None)
    if new is not None and new[1] >= SURE_ENOUGH:
        return new
    about = [
        c for c in belief.conditions if c in known and not chart.presenting.isdisjoint((c, HISTORY.get(c, c)))
    ]
    if about:
        return max(((c, max(belief.p(c), ON_RECORD)) for c in about), key=lambda one: one[1])
    return fitting[0]


def in_words(projection: ClinicProjection, belief: Posterior, n: int = 3) -> str:
    """The top of the differential as a clinician would think it aloud."""
    top = ", ".join(f"{projection.base.named(c)} {share(p)}" for c, p in belief.top(n) if p > 0.0)
    return f"Most likely so far: {top or 'nothing'}; none of what I know {share(belief.none)}."


def alarm(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """Red flags first: what a rule obliges, else the escalation that an open flag calls for."""
    if situation.mask.obligation:
        rule, action = situation.mask.obligation
        thought = "A red flag is open: it" if action.tool == "escalate" else f"The rule {rule}"
        return Decision(action, f"{thought} comes before anything else.")
    flags = seen.chart.open_red_flags
    if not flags or "escalate" not in situation.mask.tools or ("escalate", "") in seen.refused:
        return None
    if "escalate" in seen.failed:
        return None
    return escalation(seen, sight.projection.base.red_flags[flags[0]])


def escalation(seen: Seen, flag: RedFlag) -> Decision:
    """The alarm for a red flag."""
    because = tuple(seen.chart.heard[s] for s in (*flag.all, *flag.any) if s in seen.chart.heard)
    return decided(
        "escalate",
        f"{flag.name}: it comes before anything else.",
        tuple(dict.fromkeys(because))[:12],
        red_flag=flag.id,
        urgency=flag.act_within,
        reason=f"{flag.name}: {flag.do}"[:2000],
    )


def in_emergency(sight: Sight, seen: Seen) -> bool:
    """Whether an alarm was raised that leaves minutes."""
    flags = sight.projection.base.red_flags
    return any(flags[f].act_within == "minutes" for f in seen.chart.addressed)


def decided(tool: str, thought: str, because: tuple[str, ...] = (), **arguments: object) -> Decision:
    """A decision for one tool."""
    return Decision(Action(tool, dict(arguments), because), thought)
