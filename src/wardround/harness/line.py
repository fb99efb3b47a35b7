"""A line of an encounter (the main one, or a consult's branch), played one step at a time.

A line is always in one phase, read off its state; a step does what the phase asks for and appends what happened.
Whatever is about to touch the world is durable first. So a killed process goes on from the log where it stood, and
runs no order twice: the tool gets the same key again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import orjson
from pydantic import BaseModel

from wardround.harness.agents import Agent, Team
from wardround.harness.boundaries import failure, one_line, storable, together
from wardround.harness.canonical import canonical, clean
from wardround.harness.constraints import Mask, edited, judge, permitted
from wardround.harness.errors import LogError
from wardround.harness.events import (
    Action,
    Answer,
    Asked,
    Body,
    Called,
    Closed,
    Consulted,
    Decided,
    Event,
    EventRef,
    Exhausted,
    Failed,
    HandedOver,
    Joined,
    Judged,
    Reviewed,
    ReviewRequested,
    Ruling,
    Started,
    body_of,
    event_name,
    ruling_of,
)
from wardround.harness.log import EventLog
from wardround.harness.policy import Decision, Policy, Situation, seed_of
from wardround.harness.ports import Ports, ReviewRequest
from wardround.harness.running import run_tool
from wardround.harness.state import (
    NO_CALLS,
    Projection,
    State,
    fold,
    moment,
)
from wardround.harness.views import View, project

D = TypeVar("D")
ALLOWED = Ruling("allow")
"""What the constraints make of an action that none of them speaks to."""
MAX_REFUSALS = 2
"""After so many refusals of an obligation the harness performs it itself."""


class Line(Generic[D]):
    """One line of the encounter in play."""

    def __init__(
        self, log: EventLog, state: State[D], team: Team[D], projection: Projection[D], ports: Ports
    ) -> None:
        self.log, self.state, self.team, self.projection, self.ports = log, state, team, projection, ports
        self._opened = moment(state.opened_at)
        self._views: dict[str, View] = {}
        self._mask: tuple[str, D, Mask] | None = None
        self._typed: tuple[Event | None, BaseModel | None] = (None, None)
        self._children: dict[str, Line[D]] = {}

    async def play(self) -> None:
        """Do what each phase asks for until the line is at rest, and make that durable: the others may go on for long."""
        while True:
            phase = self.state.phase
            if waits := self._WAITS.get(phase):
                if not await waits(self):
                    break
            elif at_once := self._AT_ONCE.get(phase):
                at_once(self)
            else:
                break
        await self.log.flush()

    def waiting(self) -> list[ReviewRequest]:
        """Every request on this line and its branches that nobody has answered."""
        found = [self._review_request()] if self.state.phase == "waiting" else []
        return found + [r for child in self._children.values() for r in child.waiting()]

    def emit(
        self,
        body: Body,
        by: str,
        *causes: Event | None,
        used: tuple[EventRef, ...] = (),
        links: tuple[str, ...] = (),
    ) -> Event:
        """Append one event and fold it."""
        state = self.state
        refs = tuple([e.ref for e in causes if e is not None])
        event = self.log.append(state.branch, body, by, refs + used if used else refs, links)
        self.state = fold(state, event, self.projection)
        return event

    @property
    def agent(self) -> Agent[D]:
        """Who acts."""
        return self.team.agents[self.state.acting]

    def view(self) -> View:
        """The acting agent's view."""
        state = self.state
        view = self._views.get(state.acting)
        if view is None or view.upto != len(state.items):
            view = self._views[state.acting] = project(state, state.acting, view)
        return view

    def mask(self) -> Mask:
        """What the acting agent may do. It holds for as long as the domain does: rules read nothing else that changes."""
        acting, domain = self.state.acting, self.state.domain
        known = self._mask
        if known is None or known[0] != acting or known[1] is not domain:
            known = self._mask = (acting, domain, permitted(self.state, self.agent))
        return known[2]

    # --- deciding -----------------------------------------------------------------------------------------

    async def _decide(self) -> bool:
        spent = self._spent()
        if spent is not None:
            self.emit(spent, "harness", self.state.last)
            return True
        situation = self._situation()
        agent, mask = situation.agent, situation.mask
        if mask.obligation and self.state.refusals >= MAX_REFUSALS:
            obliged = Decision(mask.obligation[1], f"obliged by {mask.obligation[0]}")
            self._decided(situation, obliged, "constraint")
            return True
        if not mask.tools:
            self.emit(Exhausted("permitted actions", 0), "harness", self.state.last)
            return True
        last = self.state.last
        if last is None or last.kind != "returned":
            await self.log.flush()  # a call that came to nothing is not paid for twice
        try:
            answer = await agent.policy.decide(situation)
        except Exception as error:  # noqa: BLE001 - the boundary to policies: any failure is recorded and shown
            self.emit(failure(agent.policy.name, error), agent.name, self.state.last)
            return True
        if isinstance(answer, Called):
            self._decided(situation, _read(agent.policy, situation, answer), agent.name, answer)
        else:
            self._decided(situation, answer, agent.name)
        return True

    def _decided(self, situation: Situation, decision: Decision, by: str, call: Called | None = None) -> None:
        """Judge what is wanted at once, for the rules wait for nobody, and write both down as one event."""
        agent, view, mask = situation.agent, situation.view, situation.mask
        action, problem = decision.action, decision.problem
        if action is not None:
            action, problem = storable(action)
        if action is None and problem is None:
            problem = "the policy decided nothing"
        ruling, arguments, span = None, None, ""
        because: list[Event | None] = []
        if action is not None:
            judged = judge(self.state, agent, action, view.seen, mask)
            arguments = judged.arguments
            spoken = judged.verdicts or judged.outcome != "allow"
            ruling = Ruling(judged.outcome, judged.verdicts, judged.roles) if spoken else ALLOWED
            span = agent.tool[action.tool].span if judged.outcome == "allow" else ""
            if action.because:
                because = [view.items[view.places[name]] for name in action.because if view.seen(name)]
        body = Decided(
            agent.name,
            action,
            clean(problem, 2_000) if problem else None,
            clean(decision.thought, 8_000) if decision.thought else "",
            view.digest,
            mask.digest,
            call,
            ruling,
            span,
        )
        try:
            event = self.emit(body, by, *(because or (self.state.last,)))
        except LogError as error:
            self.emit(Failed("model", agent.policy.name, one_line(error)), agent.name, self.state.last)
            return
        self._typed = (event, arguments)

    def _situation(self) -> Situation:
        state = self.state
        key = event_name(state.branch, state.length)
        calls = state.calls.get(state.acting, NO_CALLS)
        seed = situation_seed(state.header.seed, state.branch, state.turns, state.acting)
        return Situation(self.agent, self.view(), self.mask(), seed, key, calls)

    def _spent(self) -> Exhausted | None:
        state, limits = self.state, self.state.header.budgets
        if state.failures >= max(1, limits.failures):
            return Exhausted("failures", limits.failures)
        if limits.turns is not None and state.turns >= limits.turns:
            return Exhausted("turns", limits.turns)
        if limits.tokens is not None and state.tokens >= limits.tokens:
            return Exhausted("tokens", limits.tokens)
        if limits.seconds is not None:
            used = (self.ports.clock.now() - self._opened).total_seconds() - state.waited
            if used >= limits.seconds:
                return Exhausted("seconds", limits.seconds)
        return None

    # --- judging and approving ----------------------------------------------------------------------------

    async def _request(self) -> bool:
        decision, judgement = self.state.decision, self.state.judgement
        ruling = ruling_of(judgement) or Ruling("deny")
        reasons = tuple(f"{v.constraint}: {v.reason}" for v in ruling.verdicts if v.outcome == "approval")
        action = _action(decision)
        self.emit(ReviewRequested(_name(decision), action, ruling.roles, reasons), self.agent.name, judgement)
        await self.log.flush()
        return True

    def _review_request(self) -> ReviewRequest:
        request = self.state.request
        body = body_of(request, ReviewRequested)
        subject = self.state.header.subject
        encounter, name = self.state.encounter, _name(request)
        return ReviewRequest(encounter, name, subject, body.action, body.roles, body.reasons)

    async def _await_review(self) -> bool:
        request = self._review_request()
        review = await self.ports.reviewer.review(request)
        if review is None:
            return False
        answer, note, arguments = review.answer, clean(review.note, 2_000), None
        if review.role not in request.roles:
            answer, note = "reject", f"{review.role} may not approve this, only {' or '.join(request.roles)}"
        elif review.answer == "edit" and review.arguments is not None:
            change, problem = storable(Action(request.action.tool, review.arguments))
            arguments = change.arguments if change else None
            answer, note = ("reject", f"the edit is of no use: {problem}") if problem else (answer, note)
        role, who = clean(review.role, 200), clean(review.reviewer, 200)
        self.emit(Reviewed(request.request, answer, role, who, note, arguments), who, self.state.request)
        return True

    def _rejudge(self) -> None:
        """An edited action is judged again: what the rules deny, or leave to another role, this one cannot approve."""
        state, decision, review = self.state, self.state.decision, self.state.review
        action = _effective(state)
        judged = judge(state, self.agent, action, self.view().seen, self.mask())
        outcome = edited(judged, body_of(review, Reviewed).role)
        body = Judged(_name(decision), outcome, judged.verdicts)
        judgement = self.emit(body, self.agent.name, decision, review)
        self._typed = (judgement, judged.arguments)

    # --- acting -------------------------------------------------------------------------------------------

    def _start(self) -> None:
        state, action = self.state, _effective(self.state)
        name, tool = _name(state.decision), self.agent.tool[action.tool]
        key = f"{state.encounter}:{name}"
        body = Started(name, tool.name, tool.effect, tool.span, key, action.arguments)
        self.emit(body, self.agent.name, state.review or state.judgement)

    async def _run(self) -> bool:
        state, agent = self.state, self.agent
        started, action = state.started, _effective(state)
        tool = agent.tool[action.tool]
        judgement, typed = self._typed
        arguments = typed if typed and judgement is state.judgement else tool.read(action.arguments)
        if isinstance(arguments, str):
            self.emit(Failed("tool", tool.name, arguments), agent.name, started)
        elif tool.control:
            self._control(tool.control, arguments, started)
        else:
            await self.log.flush()
            key = f"{state.encounter}:{_name(state.decision)}"
            answer, used = await run_tool(tool, arguments, state, self.ports, agent.name, key)
            self.emit(answer, agent.name, started, used=used)
        return True

    def _control(self, control: str, arguments: BaseModel, started: Event | None) -> None:
        who, given = self.agent.name, orjson.loads(canonical(arguments.model_dump(mode="json")))
        if control == "hand_over":
            if given["to"] in self.team.agents:
                self.emit(HandedOver(given["to"], given["reason"]), who, started)
            elif given["to"] == self.team.last_resort and not self.state.branch:
                self.emit(HandedOver(given["to"], given["reason"], outside=True), who, started)
            else:
                self.emit(Failed("tool", control, f"there is no agent {given['to']!r}"), who, started)
        elif control == "consult":
            strangers = [a for a in given["agents"] if a not in self.team.agents or a == who]
            if strangers or self.state.branch.count(".") >= 2:
                why = ", ".join(strangers) or "consults are three deep already"
                self.emit(Failed("tool", control, f"cannot be consulted here: {why}"), who, started)
            else:
                base = event_name(self.state.branch, self.state.length)
                asked = tuple(
                    Asked(f"{base}.{k}", a, given["question"]) for k, a in enumerate(given["agents"])
                )
                self.emit(Consulted(asked), who, started)
        elif control == "report" and not self.state.branch:
            self.emit(Failed("tool", control, "only a consulted specialist reports"), who, started)
        elif control == "close" and self.state.branch:
            self.emit(
                Failed("tool", control, "a consulted specialist reports and does not close"), who, started
            )
        else:
            reason = "reported" if control == "report" else str(given.get("reason", "closed"))
            self.emit(Closed("finished", reason, given), who, started)

    async def _consult(self) -> bool:
        """Play the branches at the same time; join them, in the order of asking, when all are closed."""
        consult = self.state.consult
        body = body_of(consult, Consulted)
        for asked in body.asked:
            if asked.branch not in self._children:
                forked = self.state.branches[asked.branch]
                self._children[asked.branch] = Line(self.log, forked, self.team, self.projection, self.ports)
        children = [self._children[asked.branch] for asked in body.asked]
        await together([asyncio.ensure_future(child.play()) for child in children])
        self.state = self.state._replace(branches={c.state.branch: c.state for c in children})
        if any(child.state.phase != "closed" for child in children):
            return False
        answers = tuple(
            Answer(asked.branch, asked.agent, c.state.length - 1, body_of(c.state.last, Closed).report)
            for asked, c in zip(body.asked, children, strict=True)
        )
        links = tuple(self.log.head(c.state.branch) for c in children)
        self._children.clear()
        self.emit(Joined(answers), self.agent.name, consult, *(c.state.last for c in children), links=links)
        return True

    def _end(self) -> None:
        """A budget ran out, or a person outside takes over: say so, then close."""
        last = self.state.last
        if last is not None and isinstance(last.body, Exhausted):
            why = f"the budget of {last.body.budget} ran out"
            if self.state.branch:
                self.emit(Closed("finished", why), "harness", last)
            else:
                self.emit(HandedOver(self.team.last_resort, why, outside=True), "harness", last)
        else:
            why = last.body.reason if last and isinstance(last.body, HandedOver) else ""
            self.emit(Closed("finished", f"handed over to {self.team.last_resort}: {why}"), "harness", last)

    _AT_ONCE: ClassVar[Mapping[str, Callable[[Line[Any]], None]]] = {
        "allowed": _start,
        "reviewed": _rejudge,
        "over": _end,
    }
    _WAITS: ClassVar[Mapping[str, Callable[[Line[Any]], Awaitable[bool]]]] = {
        "decide": _decide,
        "approval": _request,
        "waiting": _await_review,
        "started": _run,
        "consulting": _consult,
    }


@lru_cache(maxsize=1_024)
def situation_seed(seed: int, branch: str, turns: int, acting: str) -> int:
    return seed_of(seed, branch, turns, acting)


def _read(policy: Policy, situation: Situation, call: Called) -> Decision:
    """The decision that a call amounts to."""
    try:
        return policy.read(situation, call)
    except Exception as error:  # noqa: BLE001 - the boundary to policies: any failure is recorded and shown
        return Decision(None, problem=f"the model's output could not be read: {one_line(error)}")


def _action(decision: Event | None) -> Action:
    action = body_of(decision, Decided).action
    if action is None:
        raise LogError("a decision without an action cannot be judged.")
    return action


def _name(event: Event | None) -> str:
    return event.name if event is not None else ""


def _effective(state: State[D]) -> Action:
    """The action as decided, or as a reviewer edited it."""
    action = _action(state.decision)
    review = state.review.body if state.review else None
    if isinstance(review, Reviewed) and review.answer == "edit" and review.arguments is not None:
        return Action(action.tool, review.arguments, action.because)
    return action
