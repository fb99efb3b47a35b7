"""A budget that runs out ends in a hand-over to a person, on the log, and never in silence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from bank import VERSIONS, Branch, Desk, DeskProjection, bodies, calls, do, kinds, script, spoken, tool_call

from wardround.harness import (
    Answering,
    Budgets,
    Closed,
    Constraint,
    Decided,
    Event,
    Exhausted,
    HandedOver,
    Joined,
    Outcome,
    Question,
    Queue,
    SimulatedClock,
    replay,
)
from wardround.models import Completion

FREE = Budgets(turns=None, tokens=None, seconds=None, failures=9)
CHATTER = [do("note", text="la")] * 500
PAYING = (do("identify"), do("transfer", to="Mia", amount=2_000))


@dataclass
class SlowCustomer:
    """Every answer takes so many seconds."""

    clock: SimulatedClock
    seconds: float

    async def reply(self, question: Question) -> str:
        """Words, in the end."""
        self.clock.advance(timedelta(seconds=self.seconds))
        return "Hm."


def slow_bank(seconds: float, **more: Any) -> Branch:
    """A bank whose customer takes that long for each of many answers."""
    bank = Branch({"teller": script(*[do("ask", text="Well?")] * 500)}, **more)
    bank.customer = SlowCustomer(bank.clock, seconds)  # type: ignore[assignment]
    return bank


def handed_over(outcome: Outcome, events: list[Event], budget: str, limit: float) -> None:
    """How every budget ends on the main line."""
    why = f"the budget of {budget} ran out"
    assert [e.body for e in events[-3:]] == [
        Exhausted(budget, limit),  # type: ignore[arg-type]
        HandedOver("manager", why, outside=True),
        Closed("finished", f"handed over to manager: {why}"),
    ]
    assert [e.by for e in events[-3:]] == ["harness"] * 3
    assert (outcome.status, outcome.reason) == ("finished", f"handed over to manager: {why}")


async def test_turns() -> None:
    outcome, events = await Branch({"teller": script(*CHATTER)}).play(budgets=replace(FREE, turns=3))
    handed_over(outcome, events, "turns", 3)
    assert len(bodies(events, Decided)) == 3


async def test_tokens() -> None:
    said = tool_call("note", text="la")
    line = Completion(tool_calls=(said,), finish="tool_calls", prompt_tokens=60, completion_tokens=15)
    outcome, events = await Branch({"teller": spoken(*[line] * 99)}).play(budgets=replace(FREE, tokens=200))
    handed_over(outcome, events, "tokens", 200)
    assert len(calls(events)) == 3


async def test_token_counts_that_nobody_knows_cost_nothing_and_none_is_negative() -> None:
    line = Completion(tool_calls=(tool_call("note", text="la"),), finish="tool_calls", completion_tokens=-500)
    unknown = replace(line, completion_tokens=None)
    last = replace(line, completion_tokens=100)
    bank = Branch({"teller": spoken(unknown, line, last, line)})
    outcome, events = await bank.play(budgets=replace(FREE, tokens=100))
    handed_over(outcome, events, "tokens", 100)
    assert len(calls(events)) == 3


async def test_seconds() -> None:
    outcome, events = await slow_bank(31).play(budgets=replace(FREE, seconds=60))
    handed_over(outcome, events, "seconds", 60)
    assert len(bodies(events, Decided)) == 2


async def test_failures() -> None:
    outcome, events = await Branch({"teller": spoken(*["blah"] * 99)}).play(budgets=replace(FREE, failures=4))
    handed_over(outcome, events, "failures", 4)


async def test_nothing_permitted() -> None:
    shut: Constraint[Desk] = Constraint(
        "bank.shut",
        "critical",
        "house",
        "closed",
        frozenset(Branch({}).team.agents["teller"].tool),
        lambda s: "closed",
    )
    outcome, events = await Branch({"teller": script(*CHATTER)}, rules=(shut,)).play(budgets=FREE)
    handed_over(outcome, events, "permitted actions", 0)
    assert bodies(events, Decided) == []


async def test_no_budget_is_no_limit() -> None:
    bank = slow_bank(9_999)
    outcome, events = await bank.play(budgets=FREE)
    assert outcome.reason == "done"
    assert len(bodies(events, Decided)) == 501


@pytest.mark.parametrize("budgets", [Budgets(turns=0), Budgets(tokens=0), Budgets(seconds=0)])
async def test_nothing_to_spend_is_handed_over_at_once(budgets: Budgets) -> None:
    outcome, events = await Branch({"teller": script(*CHATTER)}).play(budgets=budgets)
    assert outcome.reason.startswith("handed over to manager")
    assert kinds(events) == ["opened", "exhausted", "handed-over", "closed"]


async def test_a_visit_that_ran_out_is_reproduced_and_stays_closed() -> None:
    bank = Branch({"teller": script(*CHATTER)})
    outcome, events = await bank.play(budgets=replace(FREE, turns=3))
    assert replay(events, bank.team, DeskProjection(), VERSIONS).result == "reproduced"
    assert await (await bank.resume()).run() == outcome


# --- waiting is not working -------------------------------------------------------------------------------


async def days_pass(bank: Branch, visit: Any) -> Outcome:
    """It waits for a review; three days later somebody is there."""
    assert (await visit.run()).status == "on-hold"
    bank.clock.advance(timedelta(days=3))
    bank.reviewer = Answering("approve", "Sam")
    return await (await bank.resume()).run()


async def test_time_on_hold_does_not_count() -> None:
    bank = Branch({"teller": script(*PAYING, *PAYING)}, reviewer=Queue())
    outcome = await days_pass(bank, await bank.open(budgets=replace(FREE, seconds=60)))
    assert outcome.reason == "done"


async def test_time_on_hold_does_not_count_twice_over() -> None:
    """Two reviews, days apart; what was worked before, between and after does count."""
    bank = Branch({"teller": script(*PAYING, PAYING[1], *[do("ask", text="Well?")] * 9)}, reviewer=Queue())
    bank.customer = SlowCustomer(bank.clock, 25)  # type: ignore[assignment]
    await (await bank.open(budgets=replace(FREE, seconds=60))).run()
    for _ in range(2):
        bank.clock.advance(timedelta(days=3))
        bank.reviewer = once(Answering("approve", "Sam"))
        outcome = await (await bank.resume()).run()
    handed_over(outcome, await bank.store.read("visit-1"), "seconds", 60)
    assert len(bank.ledger.entries) == 2
    assert kinds(await bank.store.read("visit-1")).count("returned") == 6


def once(reviewer: Answering) -> Any:
    """A reviewer who answers one request and goes home."""

    @dataclass
    class Once:
        gone: bool = False

        async def review(self, request: Any) -> Any:
            answer = None if self.gone else await reviewer.review(request)
            self.gone = True
            return answer

    return Once()


async def test_time_that_a_consult_was_on_hold_does_not_count_after_it_either() -> None:
    bank = Branch(
        {
            "teller": script(do("consult", agents=["clerk", "fraud"], question="?"), do("note", text="x")),
            "clerk": script(PAYING[1]),
        },
        reviewer=Queue(),
        rules=Branch({}).rules[2:3],
    )
    outcome = await days_pass(bank, await bank.open(budgets=replace(FREE, seconds=60)))
    assert outcome.reason == "done"
    assert len(bank.ledger.entries) == 1


async def test_a_nested_consult_on_hold_holds_the_visit() -> None:
    bank = Branch(
        {
            "teller": script(do("consult", agents=["fraud"], question="?")),
            "fraud": script(do("consult", agents=["clerk"], question="?")),
            "clerk": script(PAYING[1]),
        },
        reviewer=Queue(),
        rules=Branch({}).rules[2:3],
    )
    visit = await bank.open(budgets=replace(FREE, seconds=60))
    held = await visit.run()
    assert [(r.request, r.action) for r in held.waiting] == [("2.0/1.0/1", PAYING[1])]
    assert (await days_pass(bank, visit)).reason == "done"


# --- a specialist's budget --------------------------------------------------------------------------------


async def test_a_specialist_who_runs_out_comes_back_without_a_report_and_the_asker_goes_on() -> None:
    bank = Branch(
        {"teller": script(do("consult", agents=["fraud", "clerk"], question="?")), "fraud": script(*CHATTER)}
    )
    outcome, events = await bank.play(budgets=replace(FREE, turns=4))
    assert outcome.reason == "done"
    (joined,) = bodies(events, Joined)
    assert [(a.agent, a.report) for a in joined.answers] == [
        ("fraud", None),
        ("clerk", {"risk": 0.0, "words": ""}),
    ]
    assert [e.body for e in events if e.branch == "2.0"][-2:] == [
        Exhausted("turns", 4),
        Closed("finished", "the budget of turns ran out"),
    ]
    assert bodies(events, HandedOver) == []


async def test_an_agent_can_hand_over_to_the_last_resort_itself() -> None:
    bank = Branch({"teller": script(do("hand_over", to="manager", reason="beyond me"))})
    outcome, events = await bank.play()
    assert bodies(events, HandedOver) == [HandedOver("manager", "beyond me", outside=True)]
    assert outcome.reason == "handed over to manager: beyond me"
