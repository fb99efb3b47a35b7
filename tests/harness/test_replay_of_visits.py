"""Replay derives every view, mask and verdict again, or says why it cannot: it never guesses."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bank import (
    CASH,
    IDENTITY,
    LIMIT,
    NOON,
    OWN,
    RULES,
    SANCTIONS,
    VERSIONS,
    Branch,
    Desk,
    DeskProjection,
    do,
    everything,
    rulings,
    script,
)

from wardround.harness import (
    Budgets,
    Constraint,
    Decided,
    Event,
    EventLog,
    LogError,
    MemoryStore,
    Observed,
    Opened,
    Replay,
    Review,
    SimulatedClock,
    SqliteStore,
    Store,
    StoreError,
    TamperedLog,
    begin,
    dump_lines,
    fold,
    load_lines,
    permitted,
    project,
    replay,
    ruling_of,
    verify,
)


def again(events: list[Event], bank: Branch | None = None, versions: dict[str, str] | None = None) -> Replay:
    """Replay under the bank's rules of today."""
    return replay(
        events, (bank or everything()).team, DeskProjection(), VERSIONS if versions is None else versions
    )


class Editor:
    """A supervisor who edits: what to, is given."""

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments or None

    async def review(self, request: Any) -> Review:
        """Edits."""
        return Review("edit", "supervisor", "Sam", "so", self.arguments)


EDITORS = [
    None,
    Editor(),
    Editor(to="Mia", amount=70),
    Editor(to="Mia", amount=90_000),
    Editor(to="Smaug", amount=5),
]


@pytest.mark.parametrize("editor", EDITORS)
async def test_a_visit_with_everything_in_it_is_reproduced(editor: Editor | None) -> None:
    bank = everything(reviewer=editor) if editor else everything()
    _, events = await bank.play({"weather": "rain"})
    found = again(events)
    assert (found.result, found.event, found.detail) == ("reproduced", None, "")
    decided = sum(isinstance(e.body, Decided) for e in events)
    judged = len(rulings(events))
    assert (found.events, found.views, found.masks, found.verdicts) == (len(events), decided, decided, judged)


async def test_an_export_is_reproduced_as_the_log_is() -> None:
    _, events = await everything().play()
    assert load_lines(dump_lines(events)) == events
    assert again(load_lines(dump_lines(events))) == again(events)


async def test_events_may_come_in_any_order() -> None:
    _, events = await everything().play()
    assert again(sorted(events, key=lambda e: (e.kind, e.number))) == again(events)


async def test_every_digest_on_the_log_is_that_of_the_view_and_mask_derived_from_scratch() -> None:
    bank = everything()
    _, events = await bank.play()
    state = begin(events[0], DeskProjection())
    for event in events[1:]:
        line = state
        while line.branch != event.branch:
            line = next(s for b, s in line.branches.items() if f"{event.branch}/".startswith(f"{b}/"))
        if isinstance(event.body, Decided):
            assert project(line, event.body.agent).digest == event.body.view
            assert permitted(line, bank.team.agents[event.body.agent]).digest == event.body.mask
        state = fold(state, event, DeskProjection())


# --- rules that changed -----------------------------------------------------------------------------------


async def test_a_rule_that_judges_differently_is_named_with_the_event() -> None:
    _, events = await everything().play()
    lenient = Branch({}, rules=tuple(r for r in RULES if r is not SANCTIONS))
    found = again(events, lenient)
    at = next(e.name for e in events if "bank.sanctions" in str(ruling_of(e)))
    assert (found.result, found.event) == ("differs", at)
    assert found.detail == "the verdict was deny, and is allow now"
    assert found.verdicts < again(events).verdicts


async def test_a_reason_that_reads_differently_differs() -> None:
    _, events = await everything().play()
    reworded = replace(SANCTIONS, judge=lambda s, a, g: SANCTIONS.deny("no") if g.to == "Smaug" else None)
    assert again(events, Branch({}, rules=(IDENTITY, reworded, LIMIT, OWN, CASH))).result == "differs"


async def test_a_rule_that_masks_differently_is_named_with_the_event() -> None:
    _, events = await everything().play()
    quiet = Constraint[Desk](
        "bank.quiet", "minor", "house", "no notes", frozenset({"note"}), lambda s: "quiet, please"
    )
    found = again(events, Branch({}, rules=(*RULES, quiet)))
    assert (found.result, found.event) == ("differs", "1")
    assert found.detail == "the mask is not the one that was in force"


async def test_a_difference_inside_a_consult_is_named() -> None:
    _, events = await everything().play()
    found = again(events, Branch({}, rules=(IDENTITY, SANCTIONS, OWN, CASH)))
    inside = [e for e in events if e.branch and (r := ruling_of(e)) and r.outcome == "approval"]
    assert (found.result, found.event) == ("differs", inside[0].name)


async def test_a_difference_in_an_edit_is_named() -> None:
    bank = Branch(
        {"teller": script(do("identify"), do("transfer", to="Mia", amount=2_000))},
        reviewer=Editor(to="Bo", amount=5),
    )
    _, events = await bank.play()
    listed = Constraint[Desk](
        "bank.bo",
        "major",
        "list",
        "not Bo",
        frozenset({"transfer"}),
        judge=lambda s, a, g: listed.deny("Bo") if g.to == "Bo" else None,
    )
    found = again(events, Branch({}, rules=(*RULES, listed)))
    after = next(k for k, e in enumerate(events) if e.kind == "reviewed")
    assert (found.result, found.event) == ("differs", events[after + 1].name)


async def test_an_agent_who_is_gone_is_a_difference() -> None:
    _, events = await everything().play()
    team = everything().team
    small = replace(team, agents={k: a for k, a in team.agents.items() if k != "clerk"})
    found = replay(events, small, DeskProjection(), VERSIONS)
    assert (found.result, found.detail) == ("differs", "agent 'clerk' is not in the team")


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        ({**VERSIONS, "rules": "2026-04"}, "rules was '2026-03', is now '2026-04'"),
        ({"schema": "1"}, "rules was '2026-03', is now None"),
        ({**VERSIONS, "renderer": "r1"}, "renderer was None, is now 'r1'"),
    ],
)
async def test_under_other_versions_nothing_is_guessed(versions: dict[str, str], said: str) -> None:
    _, events = await everything().play()
    found = again(events, versions=versions)
    assert (found.result, found.detail, found.events) == ("not reproducible", said, len(events))
    assert (found.views, found.masks, found.verdicts) == (0, 0, 0)


async def test_a_broken_chain_is_no_result_but_an_error() -> None:
    _, events = await everything().play()
    with pytest.raises(TamperedLog):
        again([*events[:5], events[5]._replace(by="fraud"), *events[6:]])


# --- erasure by law ---------------------------------------------------------------------------------------


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Both stores."""
    return MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "log.db")


async def test_after_erasure_the_chain_verifies_and_replay_says_erased(store: Store) -> None:
    bank = everything(store=store)
    _, events = await bank.play()
    target = next(e for e in events if e.kind == "returned")
    assert await store.erase("visit-1", target.branch, [target.number]) == 1
    left = await store.read("visit-1")
    found = again(left)
    assert (found.result, found.event, found.events) == ("erased", target.name, len(events))
    gone = next(e for e in left if e.name == target.name)
    assert (gone.body, gone.data, gone.salt) == (None, b"", "")
    assert (gone.digest, gone.hash, gone.causes) == (target.digest, target.hash, target.causes)
    assert [e for e in left if e.name != target.name] == [e for e in events if e.name != target.name]


async def test_every_event_can_be_erased_and_the_chain_still_verifies(store: Store) -> None:
    """Consults and joins too, whose bodies name the branches."""
    _, events = await everything(store=store).play()
    for branch in {e.branch for e in events}:
        numbers = [e.number for e in events if e.branch == branch]
        assert await store.erase("visit-1", branch, numbers) == len(numbers)
        assert await store.erase("visit-1", branch, numbers) == 0
    left = await store.read("visit-1")
    assert [e.name for e in left] == [e.name for e in events]
    assert verify(left) == len(events)
    assert load_lines(dump_lines(left)) == left
    assert b"Bilbo" not in dump_lines(left)


async def test_an_erased_event_cannot_be_changed_or_given_a_body_again(store: Store) -> None:
    _, events = await everything(store=store).play()
    await store.erase("visit-1", "", [4])
    left = await store.read("visit-1")
    for forged in (
        left[4]._replace(by="fraud"),
        left[4]._replace(body=events[5].body, data=events[5].data, salt="00"),
    ):
        with pytest.raises(TamperedLog, match="event 4"):
            verify([*left[:4], forged, *left[5:]])


async def test_an_erased_visit_cannot_be_gone_on_with(store: Store) -> None:
    bank = everything(store=store)
    await bank.play()
    await store.erase("visit-1", "", [4])
    with pytest.raises(LogError, match="event 4 was erased"):
        await bank.resume()


def on_disk(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(path.read_bytes() for path in folder.iterdir())


@pytest.mark.parametrize("seed", [5, 6])
async def test_erased_words_are_truly_gone_from_the_files(tmp_path: Path, seed: int) -> None:
    """Body and salt; in database, journal and index; also where pages were split and left old copies behind."""
    draw = random.Random(seed)
    store, other = SqliteStore(tmp_path / "log.db"), SqliteStore(tmp_path / "log.db")
    logs = [EventLog(store, f"visit-{k:02d}", SimulatedClock(NOON)) for k in range(20)]
    for log in logs:
        log.append(
            "",
            Opened(f"SUBJECT{log.encounter}.", "e", (), "t", "2026-03-02", 1, Budgets(), {}, {}),
            "harness",
            (),
        )
        await log.flush()
    events: list[tuple[bytes, Event]] = []
    for n in range(400):
        words, log = f"SECRET{n:06d}.", draw.choice(logs)
        body = Observed("door", {"text": words + "x" * draw.choice([0, 50, 300, 900, 2_500])})
        events.append((words.encode(), log.append("", body, "door", ())))
        await log.flush()
    erased = draw.sample(events, 130)
    for log in logs:
        await store.erase(log.encounter, "", [e.number for _, e in erased if e.encounter == log.encounter])
    await store.erase("visit-07", "", [0])
    raw = on_disk(tmp_path)
    left = [words for words, _ in events if words in raw]
    assert sorted(left) == sorted({words for words, _ in events} - {words for words, _ in erased})
    assert not any(bytes.fromhex(e.salt) in raw for _, e in erased)
    assert all(bytes.fromhex(e.digest) in raw for _, e in erased)
    assert b"SUBJECTvisit-07." not in raw
    assert b"SUBJECTvisit-08." in raw
    assert await other.read("visit-07") == await store.read("visit-07")


async def test_erasure_that_others_hold_up_is_said_and_not_hidden(tmp_path: Path) -> None:
    store, reader = SqliteStore(tmp_path / "log.db"), SqliteStore(tmp_path / "log.db")
    bank = Branch({"teller": script(do("note", text="SECRET"))}, store=store)
    _, events = await bank.play()
    store._db.execute("PRAGMA busy_timeout=20")
    reader._db.execute("BEGIN")
    reader._db.execute("SELECT count(*) FROM events").fetchone()
    note = next(e for e in events if e.kind == "returned")
    with pytest.raises(StoreError, match="others are reading"):
        await store.erase("visit-1", "", [note.number])
    reader._db.execute("COMMIT")
    await store.erase("visit-1", "", [note.number])
    assert (await store.read("visit-1"))[note.number].body is None
    assert note.data not in on_disk(tmp_path)
