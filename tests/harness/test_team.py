"""A coordinator consults, alone or several at once, and hands over; people review; and scheduling leaves no trace."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from bank import (
    LIMIT,
    VERSIONS,
    Branch,
    Customer,
    DeskProjection,
    Ledger,
    bodies,
    do,
    kinds,
    model_of,
    rulings,
    script,
    spoken,
    tool_call,
)

from wardround.harness import (
    Action,
    Answer,
    Answering,
    Asked,
    Closed,
    Consulted,
    Decided,
    Event,
    EventLog,
    Failed,
    HandedOver,
    Joined,
    Queue,
    Review,
    Reviewed,
    ReviewRequested,
    Situation,
    SqliteStore,
    SystemClock,
    comparable,
    project,
    replay,
    verify,
)

BOTH = do("consult", agents=["fraud", "clerk"], question="Is this sound?")


def looking(found: list[list[Event]], then: Action) -> Any:
    """A line that keeps what it can see."""

    def look(situation: Situation) -> Action:
        found.append(list(situation.view.items))
        return then

    return look


def reproduced(bank: Branch, events: list[Event]) -> bool:
    """Whether the log can be derived again."""
    return replay(events, bank.team, DeskProjection(), VERSIONS).result == "reproduced"


# --- consulting -------------------------------------------------------------------------------------------


async def test_a_consult_has_a_branch_with_its_own_numbering_and_comes_back_with_a_report() -> None:
    bank = Branch(
        {
            "teller": script(do("consult", agents=["fraud"], question="Is this sound?")),
            "fraud": script(do("note", text="hm"), do("report", risk=0.3, words="likely")),
        }
    )
    _, events = await bank.play()
    assert bodies(events, Consulted) == [Consulted((Asked("2.0", "fraud", "Is this sound?"),))]
    inside = [e for e in events if e.branch == "2.0"]
    assert [e.name for e in inside] == [f"2.0/{n}" for n in range(len(inside))]
    report = {"risk": 0.3, "words": "likely"}
    assert bodies(events, Joined) == [Joined((Answer("2.0", "fraud", inside[-1].number, report),))]
    assert inside[-1].body == Closed("finished", "reported", report)
    joined = next(e for e in events if e.kind == "joined")
    assert joined.links == (inside[-1].hash,)
    assert [c.event for c in joined.causes] == ["2", inside[-1].name]
    assert reproduced(bank, events)


async def test_the_specialist_sees_the_question_and_the_asker_the_report_but_not_the_notes() -> None:
    asked: list[list[Event]] = []
    told: list[list[Event]] = []
    bank = Branch(
        {
            "teller": script(
                do("note", text="mine"),
                do("consult", agents=["fraud"], question="Sound?"),
                looking(told, do("close", reason="x")),
            ),
            "fraud": script(
                do("ask", text="From whom?"), do("note", text="yours"), looking(asked, do("report", risk=0.5))
            ),
        },
        customer=Customer(whom="uncle", From="uncle"),
    )
    await bank.play()
    (specialist,), (asker,) = asked, told
    assert "Sound?" in str(bodies(specialist, Consulted))
    assert "mine" not in str([e.body for e in specialist])
    assert "yours" in str([e.body for e in specialist])
    assert "yours" not in str([e.body for e in asker])
    assert "uncle" in str([e.body for e in asker])
    assert "0.5" in str(asker[-1].body)


async def test_what_a_specialist_learnt_is_known_to_the_rules_after_the_join() -> None:
    bank = Branch(
        {
            "teller": script(
                do("consult", agents=["fraud"], question="Ask him."),
                do("note", text="x"),
                do("report_cash", amount=40_000),
            ),
            "fraud": script(do("ask", text="How much?")),
        },
        customer=Customer(How="40000 in cash"),
    )
    _, events = await bank.play()
    after = rulings([e for e in events if not e.branch])
    assert [[v.constraint for v in j.verdicts] for j in after] == [[], ["bank.cash"], [], []]


async def test_branches_do_not_see_each_other() -> None:
    seen: list[list[Event]] = []
    bank = Branch(
        {
            "teller": script(BOTH),
            "fraud": script(do("ask", text="Well?"), do("ask", text="And?")),
            "clerk": script(do("note", text="1"), do("note", text="2"), looking(seen, do("report", risk=0))),
        }
    )
    await bank.play()
    assert {e.branch for e in seen[0]} == {"", "2.1"}


@pytest.mark.parametrize("slow", [{}, {"Mia": 25}, {"Bilbo": 25}])
async def test_scheduling_leaves_no_trace(slow: dict[str, int]) -> None:
    """Whoever finishes first: the same log, but for times, salts and hashes."""

    def bank(**late: int) -> Branch:
        return Branch(
            {
                "teller": script(
                    do("identify"),
                    do("consult", agents=["clerk", "supervisor"], question="?"),
                    do("transfer", to="Mia", amount=1),
                ),
                "clerk": script(*[do("transfer", to="Mia", amount=n) for n in (1, 2, 3)]),
                "supervisor": script(*[do("transfer", to="Bilbo", amount=n) for n in (4, 5, 6)]),
            },
            ledger=Ledger(slow=late),
        )

    calm, disturbed = bank(), bank(**slow)
    _, expected = await calm.play()
    _, events = await disturbed.play()
    assert comparable(events) == comparable(expected)
    assert sorted(disturbed.ledger.calls) == sorted(calm.ledger.calls)
    if slow:
        late = "visit-1:4.0" if "Mia" in slow else "visit-1:4.1"
        assert [key.startswith(late) for key in disturbed.ledger.calls] == [False] * 3 + [True] * 3 + [False]


async def test_branches_really_run_at_the_same_time() -> None:
    bank = Branch(
        {"teller": script(BOTH), "clerk": script(do("identify")), "fraud": script(do("ask", text="Well?"))}
    )
    waiting, together = asyncio.Event(), asyncio.Event()

    class Both:
        async def reply(self, question: Any) -> str:
            waiting.set()
            await asyncio.wait_for(together.wait(), 5)
            return "yes"

    class Policy:
        name = "meets"

        async def decide(self, situation: Situation) -> Any:
            await asyncio.wait_for(waiting.wait(), 5)
            together.set()
            return await script(do("report", risk=0.0)).decide(situation)

        read = script().read

    bank.customer = Both()  # type: ignore[assignment]
    bank.policies = {**bank.policies, "clerk": Policy()}
    outcome, _ = await asyncio.wait_for(bank.play(), 5)
    assert outcome.status == "finished"


async def test_a_nested_consult_has_a_branch_of_a_branch() -> None:
    bank = Branch(
        {
            "teller": script(do("consult", agents=["fraud"], question="1")),
            "fraud": script(
                do("consult", agents=["supervisor", "clerk"], question="2"), do("report", risk=0.9)
            ),
            "supervisor": script(do("consult", agents=["fraud"], question="3"), do("report", risk=0.8)),
        }
    )
    _, events = await bank.play()
    assert [a.branch for c in bodies(events, Consulted) for a in c.asked] == ["2.0", "2.0/1.0", "2.0/1.1"]
    assert {a.agent: a.report for j in bodies(events, Joined) for a in j.answers} == {
        "fraud": {"risk": 0.9, "words": ""},
        "supervisor": {"risk": 0.8, "words": ""},
        "clerk": {"risk": 0.0, "words": ""},
    }
    assert bodies(events, Failed) == [
        Failed("tool", "consult", "cannot be consulted here: consults are three deep already")
    ]
    assert verify(events) == len(events)
    assert reproduced(bank, events)


@pytest.mark.parametrize("agents", [["teller"], ["nobody"], ["fraud", "nobody"]])
async def test_who_cannot_be_consulted_is_named(agents: list[str]) -> None:
    bank = Branch({"teller": script(do("consult", agents=agents, question="?"))})
    _, events = await bank.play()
    assert bodies(events, Failed) == [Failed("tool", "consult", f"cannot be consulted here: {agents[-1]}")]
    assert bodies(events, Consulted) == []


async def test_the_same_specialist_can_be_asked_twice_at_once_and_again_later() -> None:
    twice = do("consult", agents=["fraud", "fraud"], question="?")
    bank = Branch({"teller": script(twice, twice), "fraud": script(do("note", text="x"))})
    outcome, events = await bank.play()
    assert [len(j.answers) for j in bodies(events, Joined)] == [2, 2]
    assert outcome.reason == "done"
    assert reproduced(bank, events)


async def test_reporting_and_closing_have_their_places() -> None:
    bank = Branch(
        {
            "teller": script(do("hand_over", to="supervisor", reason="x")),
            "supervisor": script(do("report", risk=0.1)),
        }
    )
    _, events = await bank.play()
    assert bodies(events, Failed) == [Failed("tool", "report", "only a consulted specialist reports")]
    bank = Branch(
        {
            "teller": script(do("consult", agents=["supervisor"], question="?")),
            "supervisor": script(do("close", reason="x")),
        }
    )
    _, events = await bank.play()
    assert bodies(events, Failed) == [
        Failed("tool", "close", "a consulted specialist reports and does not close")
    ]


# --- handing over -----------------------------------------------------------------------------------------


async def test_who_takes_over_goes_on_with_their_own_tools_and_view() -> None:
    seen: list[list[Event]] = []
    bank = Branch(
        {
            "teller": script(
                do("identify"),
                do("note", text="secret"),
                do("hand_over", to="supervisor", reason="too large"),
            ),
            "supervisor": script(
                looking(seen, do("identify")),
                do("transfer", to="Mia", amount=3),
                do("hand_over", to="teller", reason="done"),
            ),
        }
    )
    outcome, events = await bank.play()
    assert bodies(events, HandedOver) == [HandedOver("supervisor", "too large"), HandedOver("teller", "done")]
    assert [e.by for e in events if e.kind == "decided"] == ["teller"] * 3 + ["supervisor"] * 3 + ["teller"]
    assert "secret" not in str([e.body for e in seen[0]])
    assert "too large" in str(seen[0][-1].body)
    assert rulings(events)[3].verdicts[0].constraint == "harness.unknown-tool"
    assert outcome.reason == "done"
    assert reproduced(bank, events)


async def test_handing_over_to_a_stranger_fails_and_is_said() -> None:
    _, events = await Branch({"teller": script(do("hand_over", to="Gandalf", reason="x"))}).play()
    assert bodies(events, Failed) == [Failed("tool", "hand_over", "there is no agent 'Gandalf'")]


async def test_a_specialist_can_hand_its_branch_over_but_not_to_the_last_resort() -> None:
    bank = Branch(
        {
            "teller": script(do("consult", agents=["clerk"], question="?")),
            "clerk": script(
                do("hand_over", to="manager", reason="x"), do("hand_over", to="fraud", reason="yours")
            ),
            "fraud": script(do("report", risk=0.7)),
        }
    )
    _, events = await bank.play()
    assert bodies(events, Failed) == [Failed("tool", "hand_over", "there is no agent 'manager'")]
    assert [e.by for e in events if e.branch and e.kind == "closed"] == ["fraud"]
    assert bodies(events, Joined)[0].answers[0].report == {"risk": 0.7, "words": ""}
    assert reproduced(bank, events)


# --- because ----------------------------------------------------------------------------------------------


async def test_what_a_decision_rests_on_becomes_its_causes() -> None:
    _, events = await Branch({"teller": script(do("identify"), do("note", "0", "2", text="x"))}).play()
    second = [e for e in events if e.kind == "decided"][1]
    assert [c.event for c in second.causes] == ["0", "2"]
    assert second.body.action.because == ("0", "2")  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["2", "2.0/2", "1"])
async def test_nobody_can_rest_on_what_they_have_not_seen(name: str) -> None:
    """A colleague's private note, a step of a consult, a colleague's decision: all on the log, none in the view."""
    bank = Branch(
        {
            "teller": script(do("note", text="mine"), do("hand_over", to="supervisor", reason="x")),
            "supervisor": script(do("ask", name, text="Well?")),
        }
    )
    _, events = await bank.play()
    denied = [j for j in rulings(events) if j.outcome == "deny"]
    assert [v.constraint for j in denied for v in j.verdicts] == ["harness.because"]
    assert name in denied[0].verdicts[0].reason
    assert bank.customer.asked == []


async def test_an_audience_sees_and_others_do_not() -> None:
    bank = Branch({"teller": script(do("ask", "1", text="Well?"))})
    visit = await bank.open({"tip": "x"}, audience=("fraud",))
    assert [len(project(visit.state, a).items) for a in ("teller", "fraud")] == [1, 2]
    await visit.run()
    assert "harness.because" in str(rulings(await bank.store.read("visit-1")))


# --- masks that models are given --------------------------------------------------------------------------


async def test_a_model_is_offered_the_tools_of_its_role_and_no_other() -> None:
    models = {name: model_of() for name in ("teller", "fraud", "clerk")}
    models["teller"] = model_of(tool_call("consult", agents=["fraud", "clerk"], question="?"))
    bank = Branch({name: spoken(model=m) for name, m in models.items()})
    await bank.play()
    for name, model in models.items():
        own = set(bank.team.agents[name].tool)
        assert model.requests
        for request in model.requests:
            assert {t.name for t in request.tools} == own - {"transfer"}
            assert [t.name for t in request.tools] == sorted(t.name for t in request.tools)


# --- reviews that wait ------------------------------------------------------------------------------------


def waiting_bank(store: SqliteStore) -> Branch:
    """A visit that waits for a review in each of two branches."""
    large = do("transfer", to="Mia", amount=2_000)
    return Branch(
        {
            "teller": script(do("consult", agents=["clerk", "supervisor"], question="?")),
            "clerk": script(large),
            "supervisor": script(do("note", text="hm"), large),
        },
        reviewer=Queue(),
        rules=(LIMIT,),
        store=store,
    )


async def test_an_encounter_on_hold_sleeps_until_somebody_elsewhere_has_answered(tmp_path: Path) -> None:
    bank = waiting_bank(SqliteStore(tmp_path / "log.db"))
    held = await (await bank.open()).run()
    assert (held.status, held.reason) == ("on-hold", "waits for review")
    assert [r.request for r in held.waiting] == ["2.0/1", "2.1/3"]
    assert [(r.subject, r.roles) for r in held.waiting] == [("Bilbo", ("supervisor",))] * 2
    again = await (await waiting_bank(SqliteStore(tmp_path / "log.db")).resume()).run()
    assert again == held

    async def elsewhere(answer: Any, request: str, arguments: Any = None) -> None:
        log, events = await EventLog.load(SqliteStore(tmp_path / "log.db"), "visit-1", SystemClock())
        asked = next(e for e in events if e.name == request)
        log.append(
            asked.branch, Reviewed(request, answer, "supervisor", "Sam", "", arguments), "Sam", (asked.ref,)
        )
        await log.flush()

    await elsewhere("approve", "2.0/1")
    half = waiting_bank(SqliteStore(tmp_path / "log.db"))
    outcome = await (await half.resume()).run()
    assert [r.request for r in outcome.waiting] == ["2.1/3"]
    assert len(half.ledger.entries) == 1
    await elsewhere("edit", "2.1/3", {"to": "Bilbo", "amount": 8})
    rest = waiting_bank(SqliteStore(tmp_path / "log.db"))
    assert (await (await rest.resume()).run()).status == "finished"
    assert [e["amount"] for e in rest.ledger.entries.values()] == [8.0]
    events = await rest.store.read("visit-1")
    assert verify(events) == len(events)
    assert reproduced(rest, events)


async def test_status_says_where_it_stands(tmp_path: Path) -> None:
    bank = waiting_bank(SqliteStore(tmp_path / "log.db"))
    visit = await bank.open()
    stands = [visit.state.status]
    await visit.run()
    stands.append(visit.state.status)
    bank.reviewer = Answering("reject", "Sam")
    again = await bank.resume()
    stands.append(again.state.status)
    await again.run()
    assert [*stands, again.state.status] == ["in-progress", "on-hold", "on-hold", "finished"]
    assert bank.ledger.entries == {}


async def test_the_review_is_asked_for_once_and_caused_by_the_judgement() -> None:
    bank = Branch({"teller": script(do("transfer", to="Mia", amount=2_000))}, rules=(LIMIT,))
    _, events = await bank.play()
    request = next(e for e in events if e.kind == "review-requested")
    review = next(e for e in events if e.kind == "reviewed")
    started = next(e for e in events if e.kind == "started")
    assert kinds(events)[1:5] == ["decided", "review-requested", "reviewed", "started"]
    assert isinstance(request.body, ReviewRequested)
    assert [[c.event for c in e.causes] for e in (request, review, started)] == [["1"], ["2"], ["3"]]


class Roles:
    """A reviewer in a role."""

    def __init__(self, role: str) -> None:
        self.role = role

    async def review(self, request: Any) -> Review:
        """Approves."""
        return Review("approve", self.role, "Sam")


@pytest.mark.parametrize(
    ("role", "amount", "happens"),
    [("supervisor", 2_000, 1), ("supervisor", 60_000, 0), ("director", 60_000, 1)],
)
async def test_each_limit_has_its_role(role: str, amount: int, happens: int) -> None:
    bank = Branch(
        {"teller": script(do("transfer", to="Mia", amount=amount))}, rules=(LIMIT,), reviewer=Roles(role)
    )
    _, events = await bank.play()
    assert len(bank.ledger.entries) == happens
    assert len(bodies(events, Decided)) == 2
