"""A bank runs on the harness, under rules of all four kinds: allow, deny, need approval, oblige."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bank import (
    ASK,
    NOTE,
    OWN,
    VERSIONS,
    Branch,
    Customer,
    Desk,
    DeskProjection,
    begun,
    bodies,
    do,
    everything,
    kinds,
    rulings,
    script,
)

from wardround.harness import (
    Action,
    Agent,
    Closed,
    ConfigurationError,
    Constraint,
    Decided,
    Decision,
    Event,
    HandedOver,
    Observed,
    Review,
    Reviewed,
    ReviewRequest,
    Team,
    Tool,
    ToolError,
    Verdict,
    begin,
    fold_all,
    judge,
    permitted,
    replay,
)

CASH_ON_THE_COUNTER = {"cash": 12_000}


def judgements(events: list[Event]) -> list[tuple[str, list[str]]]:
    """(outcome, the rules that spoke) of every judgement."""
    return [(j.outcome, [v.constraint for v in j.verdicts]) for j in rulings(events)]


async def test_a_whole_visit() -> None:
    bank = everything()
    outcome, events = await bank.play()
    assert (outcome.status, outcome.reason) == ("finished", "all settled")
    assert [(e["do"], e["amount"]) for e in bank.ledger.entries.values()].count(("transfer", 5_000.0)) == 1
    state = fold_all(events, DeskProjection())
    assert state.domain.reported == 12_000
    assert ("Mia", 3_000.0) in state.domain.paid
    assert state.status == "finished"
    assert [e.name for e in events if e.branch == ""] == [str(n) for n in range(events[-1].number + 1)]
    assert all(e.to == "supervisor" for e in bodies(events, HandedOver))


# --- allow ------------------------------------------------------------------------------------------------


async def test_what_no_rule_minds_is_allowed_without_a_word() -> None:
    _, events = await Branch({"teller": script(do("ask", text="Well?"))}).play()
    assert judgements(events) == [("allow", []), ("allow", [])]


async def test_a_rule_can_speak_for_an_action() -> None:
    _, events = await Branch({"teller": script(do("identify"), do("transfer", to="Bilbo", amount=9))}).play()
    assert judgements(events)[1] == ("allow", ["bank.own"])


async def test_a_word_for_an_action_does_not_outweigh_a_word_against_it() -> None:
    strict = Constraint[Desk](
        "bank.never",
        "minor",
        "house",
        "never",
        frozenset({"transfer"}),
        judge=lambda s, a, g: strict.deny("no"),
    )
    bank = Branch(
        {"teller": script(do("identify"), do("transfer", to="Bilbo", amount=9))}, rules=(OWN, strict)
    )
    _, events = await bank.play()
    assert judgements(events)[1] == ("deny", ["bank.own", "bank.never"])
    assert bank.ledger.entries == {}


# --- deny -------------------------------------------------------------------------------------------------


async def test_a_denial_is_on_the_log_by_id_and_goes_back_with_its_reason() -> None:
    seen: list[Any] = []

    def look(situation: Any) -> Action:
        seen.extend(situation.view.items)
        return do("close", reason="well")

    bank = Branch({"teller": script(do("identify"), do("transfer", to="Smaug", amount=5), look)})
    _, events = await bank.play()
    verdict = Verdict("bank.sanctions", "deny", "critical", "Smaug is on the list")
    assert rulings(events)[1].verdicts == (verdict,)
    assert seen[-1].body.ruling.verdicts == (verdict,)
    assert bank.ledger.entries == {}


async def test_a_denial_by_kind_takes_the_tool_out_of_the_mask() -> None:
    masks: list[frozenset[str]] = []

    def look(situation: Any) -> Action:
        masks.append(situation.mask.tools)
        return do("identify") if len(masks) == 1 else do("close", reason="well")

    _, events = await Branch({"teller": script(do("transfer", to="Mia", amount=5), look, look)}).play()
    assert judgements(events)[0] == ("deny", ["bank.identity"])
    assert rulings(events)[0].verdicts[0].reason == "the customer is not identified"
    assert ["transfer" in mask for mask in masks] == [False, True]


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        (do("rob"), "harness.unknown-tool"),
        (do("ask"), "harness.schema"),
        (do("ask", text="Well?", tone="kind"), "harness.schema"),
        (do("ask", text=7), "harness.schema"),
        (do("ask", "99", text="Well?"), "harness.because"),
        (do("ask", "", text="Well?"), "harness.because"),
    ],
)
async def test_unknown_means_no(action: Action, rule: str) -> None:
    bank = Branch({"teller": script(action)})
    outcome, events = await bank.play()
    assert judgements(events)[0] == ("deny", [rule])
    assert bank.customer.asked == []
    assert outcome.status == "finished"


async def test_a_tool_of_another_role_is_unknown_here() -> None:
    bank = Branch(
        {"teller": script(do("consult", agents=["clerk"], question="?")), "clerk": script(do("identify"))}
    )
    _, events = await bank.play()
    assert ("deny", ["harness.unknown-tool"]) in judgements(events)


async def test_a_rule_that_breaks_on_an_action_denies_it_and_breaks_nothing_else() -> None:
    prices = {"Mia": 1}
    broken = Constraint[Desk](
        "bank.price",
        "minor",
        "house",
        "price",
        frozenset({"transfer"}),
        judge=lambda s, a, given: broken.ask("dear", "supervisor") if prices[given.to] > 5 else None,
    )
    bank = Branch(
        {"teller": script(*[do("transfer", to=to, amount=1) for to in ("Bo", "Mia")])}, rules=(broken,)
    )
    _, events = await bank.play()
    assert judgements(events)[:2] == [("deny", ["bank.price"]), ("allow", [])]
    assert rulings(events)[0].verdicts[0].reason == "this rule could not be applied (KeyError)"
    assert replay(events, bank.team, DeskProjection(), VERSIONS).result == "reproduced"


async def test_a_rule_that_breaks_on_the_state_forbids_what_it_guards() -> None:
    tools, hours = frozenset({"transfer"}), dict[str, str]()
    broken = Constraint[Desk]("bank.hours", "minor", "house", "hours", tools, forbid=lambda s: hours["today"])
    bank = Branch({"teller": script(do("transfer", to="Mia", amount=1))}, rules=(broken,))
    outcome, events = await bank.play()
    assert judgements(events)[0] == ("deny", ["bank.hours"])
    assert outcome.status == "finished"


async def test_where_an_obligation_cannot_be_known_the_visit_is_handed_over() -> None:
    alarms = dict[str, Action]()
    broken = Constraint[Desk]("bank.alarm", "critical", "law", "alarm", oblige=lambda s: alarms["fire"])
    outcome, events = await Branch({"teller": script(do("identify"))}, rules=(broken,)).play()
    assert [body.outside for body in bodies(events, HandedOver)] == [True]
    assert outcome.status == "finished"


# --- approval by role -------------------------------------------------------------------------------------

LARGE = (do("identify"), do("transfer", to="Mia", amount=2_000))


class Says:
    """A reviewer who always gives the same review, and keeps what was asked."""

    def __init__(self, review: Review | None) -> None:
        self.review_given, self.requests = review, list[ReviewRequest]()

    async def review(self, request: ReviewRequest) -> Review | None:
        """The same every time."""
        self.requests.append(request)
        return self.review_given


async def test_approval_is_asked_of_the_role_with_the_reasons() -> None:
    reviewer = Says(Review("approve", "supervisor", "Sam", "fine"))
    bank = Branch({"teller": script(*LARGE)}, reviewer=reviewer)
    _, events = await bank.play()
    (request,) = reviewer.requests
    assert (request.roles, request.reasons) == (("supervisor",), ("bank.limit: above 1,000",))
    assert (request.subject, request.action) == ("Bilbo", LARGE[1])
    assert [e.by for e in events if e.kind == "reviewed"] == ["Sam"]
    assert len(bank.ledger.entries) == 1


async def test_another_role_cannot_approve() -> None:
    bank = Branch({"teller": script(*LARGE)}, reviewer=Says(Review("approve", "janitor", "Joe")))
    _, events = await bank.play()
    (word,) = bodies(events, Reviewed)
    assert (word.answer, word.note) == ("reject", "janitor may not approve this, only supervisor")
    assert bank.ledger.entries == {}


async def test_a_rejection_is_seen_with_its_note_and_nothing_happens() -> None:
    bank = Branch(
        {"teller": script(*LARGE)}, reviewer=Says(Review("reject", "supervisor", "Sam", "not today"))
    )
    outcome, events = await bank.play()
    assert bodies(events, Reviewed)[0].note == "not today"
    assert bank.ledger.entries == {}
    assert outcome.status == "finished"


async def test_approval_that_names_no_role_can_come_from_nobody() -> None:
    broken = Constraint[Desk](
        "bank.broken",
        "major",
        "house",
        "x",
        judge=lambda s, a, g: Verdict("bank.broken", "approval", "major", "hm"),
    )
    bank = Branch({"teller": script(do("ask", text="Well?"))}, rules=(broken,))
    outcome, events = await bank.play(budgets=None)
    assert {r.outcome for r in rulings(events)} == {"deny"}
    assert bank.customer.asked == []
    assert outcome.reason.startswith("handed over to manager")


async def test_an_edit_happens_as_edited() -> None:
    edit = Review("edit", "supervisor", "Sam", "less", {"to": "Mia", "amount": 50})
    bank = Branch({"teller": script(*LARGE)}, reviewer=Says(edit))
    _, events = await bank.play()
    assert [e["amount"] for e in bank.ledger.entries.values()] == [50.0]
    assert begun(events)[1][2] == {"to": "Mia", "amount": 50}
    assert bodies(events, Decided)[1].action == LARGE[1]


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"to": "Smaug", "amount": 50}, "bank.sanctions"),
        ({"to": "Mia", "amount": -1}, "harness.schema"),
        ({"to": "Mia", "amount": 900_000}, "bank.limit"),
    ],
)
async def test_an_edit_is_judged_again(arguments: dict[str, Any], rule: str) -> None:
    """What is denied, nobody can approve; and nobody can edit beyond their own role."""
    bank = Branch(
        {"teller": script(*LARGE)}, reviewer=Says(Review("edit", "supervisor", "Sam", "", arguments))
    )
    _, events = await bank.play()
    assert bank.ledger.entries == {}
    assert judgements(events)[2] == ("deny", [rule])


async def test_an_edit_within_the_editors_role_is_allowed() -> None:
    edit = Review("edit", "supervisor", "Sam", "", {"to": "Mia", "amount": 3_000})
    bank = Branch({"teller": script(*LARGE)}, reviewer=Says(edit))
    _, events = await bank.play()
    assert judgements(events)[2] == ("allow", ["bank.limit"])
    assert [e["amount"] for e in bank.ledger.entries.values()] == [3_000.0]


@pytest.mark.parametrize(
    "arguments", [{"to": "\ud800", "amount": 5}, {"to": "M" * 100_000, "amount": 5}, ["no object"]]
)
async def test_an_edit_that_cannot_be_written_down_is_a_rejection(arguments: Any) -> None:
    review = Review("edit", "supervisor", "Sam\ud800", "so \udfff", arguments)
    bank = Branch({"teller": script(*LARGE)}, reviewer=Says(review))
    outcome, events = await bank.play()
    (word,) = bodies(events, Reviewed)
    assert (word.answer, word.arguments) == ("reject", None)
    assert bank.ledger.entries == {}
    assert outcome.status == "finished"


# --- oblige -----------------------------------------------------------------------------------------------


async def test_until_it_is_done_only_the_obliged_action_is_permitted() -> None:
    bank = Branch({"teller": script()})
    visit = await bank.open(CASH_ON_THE_COUNTER)
    teller = bank.team.agents["teller"]
    mask = permitted(visit.state, teller)
    assert mask.tools == {"report_cash"}
    assert mask.obligation == ("bank.cash", do("report_cash", amount=12_000.0))
    assert judge(visit.state, teller, do("note", text="x"), lambda _: True).outcome == "deny"
    assert judge(visit.state, teller, mask.obligation[1], lambda _: True).outcome == "allow"


async def test_an_agent_that_obeys_is_left_alone() -> None:
    bank = Branch({"teller": script(do("report_cash", amount=12_000))})
    _, events = await bank.play(CASH_ON_THE_COUNTER)
    assert {e.by for e in events if e.kind == "decided"} == {"teller"}
    assert len(bank.ledger.entries) == 1


async def test_after_two_refusals_the_harness_does_it() -> None:
    bank = Branch({"teller": script(do("note", text="later"), do("identify"), do("ask", text="Well?"))})
    _, events = await bank.play(CASH_ON_THE_COUNTER)
    assert [e.by for e in events if e.kind == "decided"][:4] == ["teller", "teller", "constraint", "teller"]
    third = bodies(events, Decided)[2]
    assert (third.agent, third.action) == ("teller", do("report_cash", amount=12_000.0))
    assert "bank.cash" in third.thought
    assert [e["do"] for e in bank.ledger.entries.values()] == ["report"]


@pytest.mark.parametrize(
    "nonsense", [Decision(None, problem="garbled"), do("rob"), do("report_cash", amount=-3)]
)
async def test_nonsense_is_a_refusal_too(nonsense: Action | Decision) -> None:
    bank = Branch({"teller": script(nonsense, nonsense)})
    _, events = await bank.play(CASH_ON_THE_COUNTER)
    assert [e.by for e in events if e.kind == "decided"][:3] == ["teller", "teller", "constraint"]


async def test_one_refusal_is_forgiven_by_obeying() -> None:
    bank = Branch({"teller": script(do("note", text="later"), do("report_cash", amount=12_000))})
    _, events = await bank.play(CASH_ON_THE_COUNTER)
    assert "constraint" not in {e.by for e in events}


async def test_an_obligation_can_arise_from_what_is_heard() -> None:
    bank = Branch(
        {"teller": script(do("ask", text="Well?"), do("note", text="no"))},
        customer=Customer(Well="30000 in cash"),
    )
    _, events = await bank.play()
    assert kinds(events)[:5] == ["opened", "decided", "returned", "decided", "decided"]
    assert judgements(events)[1] == ("deny", ["bank.cash"])


async def test_who_lacks_the_tool_is_not_obliged() -> None:
    bank = Branch({})
    visit = await bank.open(CASH_ON_THE_COUNTER)
    assert permitted(visit.state, bank.team.agents["clerk"]).obligation is None


# --- teams and tools that cannot work ---------------------------------------------------------------------


async def _nothing(call: Any, given: Any) -> Any:
    raise ToolError("never")


def test_what_cannot_work_is_refused_when_it_is_built() -> None:
    with pytest.raises(ConfigurationError, match="needs `run` or `control`"):
        Tool("x", "", ASK.input, "read", "s")
    with pytest.raises(ConfigurationError, match="needs `run` or `control`"):
        Tool("x", "", ASK.input, "read", "s", _nothing, "close")
    with pytest.raises(ConfigurationError, match="two tools share a name"):
        _ = Agent[Desk]("a", "", (ASK, replace(NOTE, name="ask")), (), script()).tool
    with pytest.raises(ConfigurationError, match="'nobody' is not in the team"):
        Team[Desk]("nobody", {}, "manager")


async def test_an_unknown_encounter_cannot_be_resumed() -> None:
    with pytest.raises(ConfigurationError, match="'visit-9' is not in this store"):
        await Branch({}).resume("visit-9")


async def test_a_finished_visit_stays_finished() -> None:
    bank = everything()
    _, events = await bank.play()
    again = await (await bank.resume()).run()
    assert (again.status, again.reason) == ("finished", "all settled")
    assert await bank.store.read("visit-1") == events


async def test_what_is_known_at_the_door_is_written_with_the_header() -> None:
    bank = Branch({})
    await bank.open({"cash": 5}, {"weather": "rain"}, audience=("teller",))
    events = await bank.store.read("visit-1")
    assert kinds(events) == ["opened", "observed", "observed"]
    assert [b.content for b in bodies(events, Observed)] == [{"cash": 5}, {"weather": "rain"}]
    state = begin(events[0], DeskProjection())
    assert state.header.subject == "Bilbo"
    assert bodies(events, Closed) == []
