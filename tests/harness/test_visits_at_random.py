"""Properties of every visit: random people doing random things, sensible and not, under random reviewers."""

from __future__ import annotations

import asyncio
from typing import Any

from bank import (
    CASH,
    LIMIT,
    RULES,
    VERSIONS,
    Branch,
    Customer,
    Desk,
    DeskProjection,
    Line,
    ModelLine,
    calls,
    do,
    rulings,
    script,
    spoken,
    tool_call,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wardround.harness import (
    Action,
    Budgets,
    Decided,
    Decision,
    Event,
    Growing,
    MemoryStore,
    Recorded,
    Review,
    State,
    begin,
    canonical,
    clean,
    comparable,
    dump_lines,
    fold,
    fold_all,
    load_lines,
    permitted,
    project,
    replay,
    seed_of,
    verify,
)

AGENTS = ("teller", "supervisor", "fraud", "clerk")
names = st.sampled_from([*AGENTS, "manager", "nobody"])
likely = [
    do("identify"),
    do("ask", text="How much?"),
    do("transfer", to="Mia", amount=5),
    do("transfer", to="Mia", amount=2_000),
    do("transfer", to="Smaug", amount=60_000),
    do("transfer", to="Nobody", amount=9),
    do("report_cash", amount=30_000),
    do("note", text="private"),
    do("consult", agents=["clerk", "fraud"], question="?"),
    do("consult", agents=["supervisor", "supervisor"], question="?"),
    do("consult", agents=["fraud"], question="?"),
    do("hand_over", to="supervisor", reason="x"),
    do("hand_over", to="teller", reason="x"),
    do("report", risk=0.5),
]
unlikely = st.one_of(
    st.builds(lambda who: do("consult", agents=who, question="?"), st.lists(names, max_size=3)),
    st.builds(lambda to: do("hand_over", to=to, reason="x"), names),
    st.builds(lambda r: do("report", risk=r), st.floats()),
    st.builds(
        lambda to, n: do("transfer", to=to, amount=n), st.text(max_size=3), st.floats() | st.integers()
    ),
    st.builds(
        lambda a: do("note", text="x", more=a), st.tuples(st.integers(), st.sets(st.integers(), max_size=1))
    ),
    st.builds(
        lambda a: Action("note", a),
        st.dictionaries(st.integers(0, 3) | st.sampled_from(["0", "text"]), st.text(max_size=3), max_size=3),
    ),
)
rests_on = st.sampled_from([(), (), (), ("0",), ("1", "0"), ("4",), ("4.0/0",), ("77",)])
actions = st.builds(lambda a, b: Action(a.tool, a.arguments, b), st.sampled_from(likely) | unlikely, rests_on)
lines: st.SearchStrategy[Line] = actions | st.sampled_from(
    [*likely, Decision(None, "hm", "garbled"), Decision(None)]
)
scripts = st.lists(lines, min_size=1, max_size=7).map(lambda each: script(*each))
spoken_lines: list[ModelLine] = [
    *(tool_call(a.tool, **a.arguments) for a in likely),
    "hm",
    tool_call("rob"),
    tool_call("note", text=5),
]
talkers = st.lists(st.sampled_from(spoken_lines), min_size=1, max_size=6).map(lambda each: spoken(*each))


class Moody:
    """A reviewer whose word depends on the request alone."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    async def review(self, request: Any) -> Review:
        """One of four."""
        role = "supervisor" if seed_of(self.seed, request.request) % 5 else "janitor"
        word = ("approve", "reject", "edit", "edit")[seed_of(self.seed, request.request, "w") % 4]
        to = ("Mia", "Smaug")[seed_of(self.seed, request.request, "to") % 2]
        arguments = {"to": to, "amount": seed_of(self.seed, request.request, "n") % 3_000}
        return Review(word, role, "Sam", "so", arguments)  # type: ignore[arg-type]


banks = st.builds(
    lambda policies, cash, seed, rules: Branch(
        dict(zip(AGENTS, policies, strict=True)),
        customer=Customer(How=f"{cash} in cash"),
        reviewer=Moody(seed),
        rules=rules,
    ),
    st.tuples(scripts | talkers, scripts, talkers | scripts, scripts),
    st.sampled_from([5, 30_000]),
    st.integers(0, 99),
    st.sampled_from([(LIMIT, CASH), (LIMIT,), RULES]),
)
budgets = st.builds(Budgets, turns=st.sampled_from([8, 25]), failures=st.sampled_from([1, 3]))
many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def played(bank: Branch, limits: Budgets) -> tuple[State[Desk], list[Event]]:
    """The state as it was lived, and the log."""

    async def play() -> tuple[State[Desk], list[Event]]:
        visit = await bank.open({"weather": "rain"}, budgets=limits)
        outcome = await visit.run()
        assert outcome.status == "finished"
        return visit.state, await bank.store.read("visit-1")

    return asyncio.run(play())


def line_of(state: State[Desk], branch: str) -> State[Desk]:
    """The state of the line on which an event of this branch falls."""
    while state.branch != branch:
        state = next(s for b, s in state.branches.items() if f"{branch}/".startswith(f"{b}/"))
    return state


@given(banks, budgets)
@many
def test_every_visit_ends_verifies_is_reproduced_and_survives_an_export(
    bank: Branch, limits: Budgets
) -> None:
    state, events = played(bank, limits)
    assert events[-1].kind == "closed"
    assert verify(events) == len(events)
    assert load_lines(dump_lines(events)) == events
    found = replay(events, bank.team, DeskProjection(), VERSIONS)
    assert (found.result, found.detail) == ("reproduced", "")
    assert found.verdicts == len(rulings(events))
    assert state.domain == fold_all(events, DeskProjection()).domain


@given(banks, budgets)
@many
def test_the_state_that_was_lived_is_the_state_that_is_folded(bank: Branch, limits: Budgets) -> None:
    """Also from an export, where every body was read back from JSON."""
    lived, events = played(bank, limits)
    assert fold_all(events, DeskProjection()) == lived
    assert fold_all(load_lines(dump_lines(events)), DeskProjection()) == lived


@given(banks, budgets, st.data())
@many
def test_folding_is_incremental(bank: Branch, limits: Budgets, data: st.DataObject) -> None:
    _, events = played(bank, limits)
    cut = data.draw(st.integers(1, len(events)))
    half = fold_all(events[:cut], DeskProjection())
    kept = (half, list(half.items), half.domain)
    whole = half
    for event in events[cut:]:
        whole = fold(whole, event, DeskProjection())
    assert whole == fold_all(events, DeskProjection())
    assert (half, list(half.items), half.domain) == kept


@given(banks, budgets)
@many
def test_views_only_grow_and_every_digest_is_that_of_its_prefix(bank: Branch, limits: Budgets) -> None:
    _, events = played(bank, limits)
    state = begin(events[0], DeskProjection())
    known = {agent: project(state, agent) for agent in AGENTS}
    for event in events[1:]:
        line = line_of(state, event.branch)
        if isinstance(event.body, Decided):
            fresh = project(line, event.body.agent)
            assert fresh.digest == event.body.view
            assert permitted(line, bank.team.agents[event.body.agent]).digest == event.body.mask
            assert (
                all(c.event in fresh.places for c in event.causes if c.event in event.body.action.because)
                if event.body.action
                else True
            )
        state = fold(state, event, DeskProjection())
        for agent in AGENTS:
            before, items = known[agent], list(known[agent].items)
            now = known[agent] = project(state, agent, before)
            assert list(now.items)[: len(items)] == items == list(before.items)
            assert now == project(state, agent)
            assert (now.digest == before.digest) == (len(now.items) == len(items))
            assert [now.seen(e.name) for e in now.items] == [True] * len(now.items)
            assert not any(before.seen(e.name) for e in list(now.items)[len(items) :])


@given(banks, budgets, st.data())
@many
def test_a_visit_cut_off_anywhere_goes_on_to_the_same_end(
    bank: Branch, limits: Budgets, data: st.DataObject
) -> None:
    """The log as written so far, event by event in the order of writing, is enough."""
    written: list[Event] = []

    class Noting(MemoryStore):
        async def append(self, events: Any) -> None:
            written.extend(events)
            await super().append(events)

    bank.store = Noting()
    _, events = played(bank, limits)
    cut = data.draw(st.integers(2, len(written)))

    async def again() -> list[Event]:
        bank.store = MemoryStore()
        await bank.store.append(written[:cut])
        await (await bank.resume()).run()
        return await bank.store.read("visit-1")

    before = dict(bank.ledger.entries)
    assert comparable(asyncio.run(again())) == comparable(events)
    assert bank.ledger.entries == before


@given(banks, budgets)
@many
def test_a_recording_decides_the_same(bank: Branch, limits: Budgets) -> None:
    """Where no model was called; a recording makes no calls."""
    _, events = played(bank, limits)
    if calls(events):
        return
    recording = Recorded.of(load_lines(dump_lines(events)))
    again = Branch(
        dict.fromkeys(AGENTS, recording), customer=bank.customer, reviewer=bank.reviewer, rules=bank.rules
    )
    assert comparable(played(again, limits)[1]) == comparable(events)


@given(banks, budgets)
@many
def test_every_cause_is_an_event_that_came_before(bank: Branch, limits: Budgets) -> None:
    _, events = played(bank, limits)
    before: set[tuple[str, str]] = set()
    for event in events:
        assert set(event.causes) <= before
        assert event.causes or event.kind in ("opened", "observed")
        before.add(event.ref)


# --- growing ----------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers()), max_size=40),
    st.lists(st.integers(), max_size=5),
)
def test_growing_is_a_tuple_of_which_no_version_ever_changes(
    steps: list[tuple[int, int]], start: list[int]
) -> None:
    """Appending to any version, the newest or an old one, leaves all versions as they were."""
    grown = [Growing(start)]
    model = [tuple(start)]
    for at, value in steps:
        at %= len(grown)
        grown.append(grown[at].append(value))
        model.append((*model[at], value))
    start.append(0)
    for sequence, expected in zip(grown, model, strict=True):
        assert tuple(sequence) == expected
        assert len(sequence) == len(expected)
        assert [sequence[k] for k in range(-len(expected), len(expected))] == [*expected, *expected]
        assert tuple(sequence[1:-1]) == expected[1:-1]
        assert tuple(sequence[::-2]) == expected[::-2]
        assert tuple(reversed(sequence)) == expected[::-1]
        assert [sequence.since(k) for k in range(len(expected) + 1)] == [
            list(expected[k:]) for k in range(len(expected) + 1)
        ]
        assert sequence == Growing(expected)
        assert hash(sequence) == hash(Growing(expected))
        assert (sequence == expected) is False
        assert repr(sequence) == f"Growing({list(expected)!r})"
        for outside in (len(expected), -len(expected) - 1):
            try:
                sequence[outside]
            except IndexError:
                continue
            raise AssertionError(outside)


def test_appending_copies_nothing_along_one_line_of_history() -> None:
    sequence: Growing[int] = Growing()
    for n in range(20_000):
        sequence = sequence.append(n)
    assert len({id(sequence._shared), id(sequence.append(1)._shared)}) == 1


# --- canonical --------------------------------------------------------------------------------------------

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=4), json_values, max_size=5))
def test_equal_values_have_equal_bytes(value: dict[str, Any]) -> None:
    import orjson

    backwards = dict(reversed(list(value.items())))
    assert canonical(value) == canonical(backwards)
    assert canonical(orjson.loads(canonical(value))) == canonical(value)


@given(st.text(st.characters(codec=None)), st.integers(0, 20) | st.none())
def test_cleaned_text_can_be_stored_and_is_cut_with_a_mark(text: str, limit: int | None) -> None:
    cleaned = clean(text, limit)
    cleaned.encode()
    if limit is None or len(text) <= limit:
        assert len(cleaned) == len(text)
        assert all(a == b or 0xD800 <= ord(a) <= 0xDFFF for a, b in zip(text, cleaned, strict=True))
    else:
        assert cleaned.endswith(f"… [{len(text) - limit} characters cut]")
        assert len(cleaned) < limit + 40
