"""Tools: with a deadline, under a key, and every failure as data. What they return is kept as the log will give it back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from bank import ASK, CLOSE, VERSIONS, Branch, Desk, DeskProjection, do, script
from pydantic import BaseModel

from wardround.harness import (
    Agent,
    Arguments,
    Call,
    Encounter,
    Event,
    EventRef,
    Failed,
    LogError,
    Observed,
    Opened,
    Result,
    Returned,
    Team,
    Tool,
    ToolError,
    dump_lines,
    fold_all,
    load_lines,
    replay,
)

Run = Callable[[Call[Any], Any], Coroutine[Any, Any, Any]]


class Anything(Arguments):
    """Whatever."""

    value: Any = None


def tool(run: Run, **more: Any) -> Tool:
    """A tool that does this."""
    return Tool("work", "Work.", Anything, "read", "s", run, **more)


async def worked(run: Run, **more: Any) -> tuple[Event, list[Event]]:
    """What came of it, and the log, which is sound whatever the tool did."""
    bank = Branch({})
    agent: Agent[Desk] = Agent("teller", "", (tool(run, **more), ASK, CLOSE), (), script(do("work")))
    team = Team.of(agent, last_resort="manager")
    visit = await bank.open()
    visit = Encounter(visit.log, visit.state, team, DeskProjection(), bank.ports)
    outcome = await visit.run()
    assert outcome.reason == "done"
    events = await bank.store.read("visit-1")
    assert load_lines(dump_lines(events)) == events
    assert (
        fold_all(events, DeskProjection())
        == fold_all(load_lines(dump_lines(events)), DeskProjection())
        == visit.state
    )
    assert replay(events, team, DeskProjection(), VERSIONS).result == "reproduced"
    return next(e for e in events if e.kind in ("returned", "failed")), events


def returning(value: Any, *used: Any) -> Run:
    """Returns this."""

    async def run(call: Call[Desk], given: Any) -> Any:
        return Result(value, tuple(used))

    return run


def raising(error: BaseException) -> Run:
    """Raises this."""

    async def run(call: Call[Desk], given: Any) -> Any:
        raise error

    return run


class Found(BaseModel):
    """Typed output."""

    number: int = 3
    when: date = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        ({"a": 1}, {"a": 1}),
        (Found(), {"number": 3, "when": "2026-03-02"}),
        ({"t": (1, 2)}, {"t": [1, 2]}),
        ({"n": float("nan"), "i": float("inf")}, {"n": None, "i": None}),
        ({1: "x", None: "y"}, {"1": "x", "null": "y"}),
        ({1: "x", "1": "y"}, {"1": "y"}),
        ({"d": date(2026, 3, 2), "u": UUID(int=5)}, {"d": "2026-03-02", "u": str(UUID(int=5))}),
        ({"z": 1, "a": {"z": 1, "a": 2}}, {"a": {"a": 2, "z": 1}, "z": 1}),
    ],
)
async def test_what_is_returned_is_kept_as_the_log_gives_it_back(output: Any, kept: Any) -> None:
    event, _ = await worked(returning(output))
    assert event.body == Returned("work", kept, True)


async def test_what_a_tool_does_to_its_result_later_changes_nothing() -> None:
    mine: dict[str, Any] = {"list": [1]}

    async def run(call: Call[Desk], given: Any) -> Result:
        asyncio.get_running_loop().call_soon(mine["list"].append, 2)
        return Result(mine)

    event, _ = await worked(run)
    assert event.body == Returned("work", {"list": [1]}, True)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (raising(ToolError("no paper.", fix="Add some.")), "no paper. Add some."),
        (raising(KeyError("x")), "KeyError: 'x'"),
        (raising(ValueError("a\ud800")), "ValueError: a?"),
        (raising(RecursionError("deep")), "RecursionError: deep"),
        (raising(TimeoutError()), "gave no answer within 60 seconds"),
        (returning(None), "returned NoneType, and no JSON object"),
        (returning([1, 2]), "returned list, and no JSON object"),
        (returning("text"), "returned str, and no JSON object"),
        (returning({"x": object()}), "Type is not JSON serializable: object"),
        (returning({"x": "\ud800"}), "surrogates not allowed"),
        (returning({"x": 10**30}), "exceeds 64-bit range"),
        (returning({"x": "y" * 300_000}), "returned 300008 bytes; at most 262144 are read"),
    ],
)
async def test_every_failure_is_data(run: Run, said: str) -> None:
    event, _ = await worked(run)
    assert isinstance(event.body, Failed)
    assert (event.body.boundary, event.body.what) == ("tool", "work")
    assert said in event.body.message
    assert len(event.body.message) < 1_100


async def test_no_result_at_all_is_a_failure() -> None:
    async def run(call: Call[Desk], given: Any) -> Any:
        return {"not": "a Result"}

    event, _ = await worked(run)
    assert isinstance(event.body, Failed)


@pytest.mark.parametrize("levels", [100, 245, 248, 250, 252, 253, 254, 300])
async def test_no_depth_of_output_is_a_crash(levels: int) -> None:
    deep: Any = 1
    for _ in range(levels):
        deep = [deep]
    event, _ = await worked(returning({"deep": deep}))
    assert event.kind == ("returned" if levels <= 245 else "failed")


async def test_a_tool_that_never_answers_is_given_up() -> None:
    cancelled: list[bool] = []

    async def run(call: Call[Desk], given: Any) -> Any:
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    event, _ = await asyncio.wait_for(worked(run, deadline=0.02), 5)
    assert event.body == Failed("tool", "work", "gave no answer within 0.02 seconds")
    assert cancelled == [True]


async def test_stopping_the_visit_stops_the_tool_and_is_no_failure_of_it() -> None:
    began = asyncio.Event()

    async def run(call: Call[Desk], given: Any) -> Any:
        began.set()
        await asyncio.sleep(30)

    task = asyncio.ensure_future(worked(run))
    await asyncio.wait_for(began.wait(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)


async def test_a_stopped_visit_goes_on_where_it_stood() -> None:
    """In the same process too: the tool is asked again under the same key."""
    keys: list[str] = []
    stop = True

    async def run(call: Call[Desk], given: Any) -> Result:
        keys.append(call.key)
        if stop:
            await asyncio.sleep(30)
        return Result({})

    bank = Branch({})
    agent: Agent[Desk] = Agent("teller", "", (tool(run), CLOSE), (), script(do("work")))
    visit = await bank.open()
    visit = Encounter(visit.log, visit.state, Team.of(agent, last_resort="m"), DeskProjection(), bank.ports)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(visit.run(), 0.05)
    stop = False
    assert (await visit.run()).reason == "done"
    assert keys == ["visit-1:1", "visit-1:1"]


async def test_what_a_tool_used_are_causes_also_of_other_encounters() -> None:
    event, events = await worked(returning({}, EventRef("visit-0", "12.0/3"), EventRef("visit-1", "0")))
    start = next(e for e in events if e.kind == "decided")
    assert event.causes == (start.ref, EventRef("visit-0", "12.0/3"), EventRef("visit-1", "0"))


async def test_a_running_tool_sees_the_state_the_asker_and_the_ports() -> None:
    seen: list[Any] = []

    async def run(call: Call[Desk], given: Any) -> Result:
        seen.append((call.agent, call.key, call.state.header.subject, sorted(call.ports.services), given))
        return Result({})

    await worked(run)
    assert seen == [("teller", "visit-1:1", "Bilbo", ["ledger"], Anything())]


async def test_private_results_are_private() -> None:
    event, _ = await worked(returning({}), shared=False)
    assert event.body == Returned("work", {}, False)


async def test_what_is_known_at_the_door_is_kept_as_the_log_gives_it_back() -> None:
    content: Any = {"t": (1, 2), 3: date(2026, 3, 2), "n": float("nan")}
    visit = await Branch({}).open(content)
    (seen,) = [e.body for e in visit.state.items if isinstance(e.body, Observed)]
    assert seen.content == {"t": [1, 2], "3": "2026-03-02", "n": None}
    assert fold_all(await visit.log.store.read("visit-1"), DeskProjection()) == visit.state


async def test_an_opening_that_cannot_be_written_down_writes_nothing() -> None:
    bank = Branch({})
    with pytest.raises(LogError, match="kind 'observed' cannot be written down"):
        await bank.open({"text": "\ud800"})
    assert await bank.store.read("visit-1") == []
    header = Opened(
        "s", "e", ("teller",), "teller", "d", 1, (await bank.open()).state.header.budgets, {}, {"x": object()}
    )
    with pytest.raises(LogError, match="kind 'opened'"):
        await Encounter.open(bank.store, "visit-2", header, (), bank.team, DeskProjection(), bank.ports)
    assert await bank.store.read("visit-2") == []
