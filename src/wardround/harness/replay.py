"""Replay: derive every view, mask and verdict again from a log, and compare digests with what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from wardround.harness.agents import Team
from wardround.harness.constraints import edited, judge, permitted
from wardround.harness.events import SCHEMA, Action, Decided, Event, Judged, Opened, Reviewed, Ruling
from wardround.harness.log import canonical_order, verify
from wardround.harness.state import Projection, State, begin, fold, line_of
from wardround.harness.views import View, project

D = TypeVar("D")
Result = Literal["reproduced", "erased", "not reproducible", "differs"]


OF_THE_POLICY = frozenset(("policy", "tokenizer"))
"""Versions that say who decided, and in which tokens."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found. `event` and `detail` say where it stopped, and why, unless all was reproduced."""

    result: Result
    events: int
    views: int
    masks: int
    verdicts: int
    event: str | None = None
    detail: str = ""


def replay(
    events: Sequence[Event], team: Team[D], projection: Projection[D], versions: Mapping[str, str]
) -> Replay:
    """Verify the chain, then reproduce every view, mask and verdict. Raises TamperedLog where the chain is broken.

    Under other versions than `versions`, or where a body was erased, nothing is guessed: the result says so.
    What the header pins of the policy is not compared: no view, mask or verdict depends on it.
    """
    ordered = canonical_order(events)
    count = verify(ordered)
    erased = next((e for e in ordered if e.body is None), None)
    if erased is not None:
        return Replay("erased", count, 0, 0, 0, erased.name, "the body was erased by law; the chain verifies")
    header = ordered[0].body
    if not isinstance(header, Opened):
        return Replay("differs", count, 0, 0, 0, ordered[0].name, "the log does not begin with a header")
    then, now = header.versions, versions
    other = [
        f"{k} was {then.get(k)!r}, is now {now.get(k)!r}"
        for k in sorted({*then, *now} - OF_THE_POLICY)
        if then.get(k) != now.get(k)
    ]
    other += [f"schema was {s}, is now {SCHEMA}" for s in sorted({e.schema for e in ordered} - {SCHEMA})]
    if other:
        return Replay("not reproducible", count, 0, 0, 0, ordered[0].name, "; ".join(other))
    return _Replayer(team, projection).run(ordered)


class _Replayer(Generic[D]):
    def __init__(self, team: Team[D], projection: Projection[D]) -> None:
        self._team, self._projection = team, projection
        self._views: dict[tuple[str, str], View] = {}
        self._same_views = self._same_masks = self._same_verdicts = 0

    def run(self, events: Sequence[Event]) -> Replay:
        state = begin(events[0], self._projection)
        for event in events[1:]:
            line = line_of(state, event.branch)
            found = self._check(line, event)
            if found:
                return self._found("differs", len(events), event.name, found)
            state = fold(state, event, self._projection)
        return self._found("reproduced", len(events))

    def _found(self, result: Result, events: int, event: str | None = None, detail: str = "") -> Replay:
        return Replay(result, events, self._same_views, self._same_masks, self._same_verdicts, event, detail)

    def _check(self, state: State[D], event: Event) -> str:
        body = event.body
        if isinstance(body, Decided):
            return self._check_decision(state, body)
        if isinstance(body, Judged):
            return self._check_verdict(state, body)
        return ""

    def _check_decision(self, state: State[D], body: Decided) -> str:
        agent = self._team.agents.get(body.agent)
        if agent is None:
            return f"agent {body.agent!r} is not in the team"
        if self._view(state, body.agent).digest != body.view:
            return "the view is not the one that was seen"
        self._same_views += 1
        mask = permitted(state, agent)
        if mask.digest != body.mask:
            return "the mask is not the one that was in force"
        self._same_masks += 1
        if body.action is None:
            return "" if body.ruling is None else "there is a verdict on no action"
        again = judge(state, agent, body.action, self._view(state, body.agent).seen, mask)
        return self._compare(body.ruling, Ruling(again.outcome, again.verdicts, again.roles))

    def _check_verdict(self, state: State[D], body: Judged) -> str:
        agent, decision = self._team.agents[state.acting], state.decision
        action = decision.body.action if decision and isinstance(decision.body, Decided) else None
        review = state.review.body if state.review else None
        if action is None:
            return "there is no decision to judge"
        edit = review if isinstance(review, Reviewed) and review.answer == "edit" else None
        if edit and edit.arguments is not None:
            action = Action(action.tool, edit.arguments, action.because)
        again = judge(state, agent, action, self._view(state, agent.name).seen)
        outcome = edited(again, edit.role) if edit else again.outcome
        return self._compare(
            Ruling(body.outcome, body.verdicts, body.roles), Ruling(outcome, again.verdicts, body.roles)
        )

    def _compare(self, then: Ruling | None, now: Ruling) -> str:
        if then != now:
            return f"the verdict was {then.outcome if then else 'none'}, and is {now.outcome} now"
        self._same_verdicts += 1
        return ""

    def _view(self, state: State[D], agent: str) -> View:
        key = (state.branch, agent)
        view = self._views[key] = project(state, agent, self._views.get(key))
        return view
