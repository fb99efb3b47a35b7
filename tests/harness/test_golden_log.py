"""The event format is frozen: a log that was written once is read, verified and reproduced for ever.

`golden-1.jsonl`, `golden-2.jsonl` and `golden-3.jsonl` are never written again. Where the format has to change, `SCHEMA` grows, and an
upcaster reads what is older.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
import pytest
from bank import VERSIONS, DeskProjection, calls, golden

from wardround.harness import (
    KINDS,
    SCHEMA,
    UPCASTERS,
    Budgets,
    Decided,
    Event,
    LogError,
    MemoryStore,
    Observed,
    Reviewed,
    SqliteStore,
    TamperedLog,
    canonical,
    comparable,
    dump_lines,
    fold_all,
    load_lines,
    replay,
    verify,
)

GOLDEN = Path(__file__).with_name("golden-3.jsonl").read_bytes()
"""An export of `bank.golden()`, of schema 3."""
SECOND = Path(__file__).with_name("golden-2.jsonl").read_bytes()
"""The same visit as schema 2 wrote it: of a call it did not say how it was sampled."""
FIRST = Path(__file__).with_name("golden-1.jsonl").read_bytes()
"""The same visit as schema 1 wrote it: a call, its decision, the verdict and the start were four events."""

FIELDS = {
    "opened": "subject episode team coordinator date seed budgets versions context",
    "observed": "source content audience",
    "called": "model parent rebuilt added text tool_calls thought finish prompt_ids completion_ids logprobs "
    "think_tokens prompt_tokens completion_tokens messages grammar limit temperature condensed",
    "decided": "agent action problem thought view mask call ruling span",
    "judged": "decision outcome verdicts roles",
    "review-requested": "decision action roles reasons",
    "reviewed": "request answer role reviewer note arguments",
    "started": "decision tool effect span key arguments",
    "returned": "tool output shared",
    "failed": "boundary what message",
    "consulted": "asked",
    "joined": "answers",
    "handed-over": "to reason outside",
    "exhausted": "budget limit",
    "closed": "status reason report",
}
LINE = "schema encounter branch number at kind by causes links body salt digest hash"


@pytest.fixture
def old() -> list[Event]:
    """The golden log."""
    return load_lines(GOLDEN)


def test_it_verifies_and_is_written_back_byte_for_byte(old: list[Event]) -> None:
    assert verify(old) == len(old) == GOLDEN.count(b"\n")
    assert dump_lines(old) == GOLDEN


def test_every_kind_is_in_it(old: list[Event]) -> None:
    assert {e.kind for e in old} == set(KINDS) - {"called"} == set(FIELDS) - {"called"}
    assert {e.schema for e in old} == {3}


def test_every_body_is_of_its_type_and_is_written_as_it_was(old: list[Event]) -> None:
    for event in old:
        assert type(event.body) is KINDS[event.kind]
        assert canonical(event.body) == event.data


def test_the_fields_of_every_line_and_body_are_frozen(old: list[Event]) -> None:
    for line in GOLDEN.splitlines():
        raw = orjson.loads(line)
        assert list(raw) == LINE.split()
        assert list(raw["body"]) == FIELDS[raw["kind"]].split()
    for kind, body in KINDS.items():
        assert [f.name for f in fields(body)] == FIELDS[kind].split()


def test_what_it_says_is_understood(old: list[Event]) -> None:
    by_kind: dict[str, Any] = {e.kind: e.body for e in old}
    call = next(c for c in calls(old) if c.prompt_ids)
    assert (call.prompt_ids, call.completion_ids, call.logprobs) == (
        (1, 2, 3, 4, 5),
        (7, 8, 9),
        (-0.5, -0.25, -1.0),
    )
    assert by_kind["opened"].budgets == Budgets(failures=2)
    assert by_kind["reviewed"] == Reviewed(
        by_kind["reviewed"].request, "edit", "supervisor", "Sam", "less, please", {"to": "Mia", "amount": 70}
    )
    assert by_kind["observed"] == Observed("door", {"weather": "rain"})
    assert [a.report for a in by_kind["joined"].answers] == [None, {"risk": 0.1, "words": "fine — ✓"}]
    assert all(len(b.view) == len(b.mask) == 64 for b in (e.body for e in old) if isinstance(b, Decided))


def test_it_is_reproduced(old: list[Event]) -> None:
    found = replay(old, golden().team, DeskProjection(), VERSIONS)
    assert (found.result, found.detail) == ("reproduced", "")


async def test_the_same_visit_today_writes_the_same_log(old: list[Event]) -> None:
    _, events = await golden().play({"weather": "rain"}, budgets=Budgets(failures=2))
    assert comparable(events) == comparable(old)


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
async def test_stores_take_it(old: list[Event], kind: str, tmp_path: Path) -> None:
    store = MemoryStore() if kind == "memory" else SqliteStore(tmp_path / "log.db")
    await store.append(old)
    assert dump_lines(await store.read("visit-1")) == GOLDEN


# --- when the format changes ------------------------------------------------------------------------------


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[tuple[str, int], Any]]:
    """A world in which the schema is three versions on."""
    for module in ("events", "replay"):
        monkeypatch.setattr(sys.modules[f"wardround.harness.{module}"], "SCHEMA", SCHEMA + 3)
    before = dict(UPCASTERS)
    yield UPCASTERS
    UPCASTERS.clear()
    UPCASTERS.update(before)


@pytest.mark.parametrize(("written", "schema"), [(FIRST, 1), (SECOND, 2)], ids=["schema-1", "schema-2"])
def test_an_older_log_is_read_verified_and_folded_to_its_end(written: bytes, schema: int) -> None:
    first = load_lines(written)
    assert verify(first) == len(first) == written.count(b"\n")
    assert dump_lines(first) == written
    assert {e.schema for e in first} == {schema}
    assert {kind for kind, schema in UPCASTERS} == {"called", "decided"}
    assert all(type(e.body) is KINDS[e.kind] for e in first)
    then, now = fold_all(first, DeskProjection()), fold_all(load_lines(GOLDEN), DeskProjection())
    assert (then.status, then.domain, then.turns) == (now.status, now.domain, now.turns)
    found = replay(first, golden().team, DeskProjection(), VERSIONS)
    assert (found.result, found.detail) == ("not reproducible", f"schema was {schema}, is now 3")


@pytest.mark.parametrize("written", [FIRST, SECOND], ids=["schema-1", "schema-2"])
async def test_a_visit_of_an_older_schema_that_was_cut_off_goes_on_today(written: bytes) -> None:
    first = load_lines(written)
    for end in range(2, len(first)):
        store = MemoryStore()
        await store.append(first[:end])
        bank = golden()
        bank.store = store
        assert (await (await bank.resume()).run()).status in ("finished", "on-hold"), first[end - 1].name


def test_old_bodies_are_read_one_version_at_a_time(tomorrow: dict[tuple[str, int], Any]) -> None:
    tomorrow["observed", 3] = lambda body: {**body, "source": body["source"] + "+3"}
    tomorrow["observed", 5] = lambda body: {**body, "source": body["source"] + "+5"}
    old = load_lines(GOLDEN)
    (seen,) = [e for e in old if isinstance(e.body, Observed)]
    assert seen.body == Observed("door+3+5", {"weather": "rain"})
    assert seen.schema == 3
    assert b"door+2" not in seen.data


def test_fields_can_come_and_go(tomorrow: dict[tuple[str, int], Any]) -> None:
    tomorrow["observed", 3] = lambda body: {"content": body["content"], "wherefrom": body["source"]}
    with pytest.raises(TamperedLog, match="field 'wherefrom' is unknown"):
        load_lines(GOLDEN)
    tomorrow["observed", 4] = lambda body: {
        "content": body["content"],
        "source": body["wherefrom"],
        "audience": ["teller"],
    }
    assert Observed("door", {"weather": "rain"}, ("teller",)) in [e.body for e in load_lines(GOLDEN)]


def test_the_chain_of_an_old_log_still_verifies_and_nothing_is_guessed(
    tomorrow: dict[tuple[str, int], Any],
) -> None:
    tomorrow["returned", 3] = lambda body: {**body, "shared": not body["shared"]}
    old = load_lines(GOLDEN)
    assert verify(old) == len(old)
    assert dump_lines(old) == GOLDEN
    found = replay(old, golden().team, DeskProjection(), VERSIONS)
    assert (found.result, found.detail) == ("not reproducible", "schema was 3, is now 6")


def test_a_log_of_tomorrow_is_not_read_today() -> None:
    raw = orjson.loads(GOLDEN.splitlines()[1])
    raw["schema"] = 4
    with pytest.raises(LogError, match=r"schema 4 is unknown here\. Upgrade wardround"):
        load_lines(GOLDEN.splitlines(keepends=True)[0] + orjson.dumps(raw) + b"\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "wished"}, "kind 'wished'"),
        ({"body": {"source": "door"}}, "content"),
        ({"body": {"source": "door", "content": {}, "mood": "bad"}}, "'mood' is unknown"),
        ({"body": {"source": "door", "content": {}, "audience": 7}}, "observed"),
        ({"body": ["door"]}, "observed"),
    ],
)
def test_a_body_that_cannot_be_read_says_which_field(change: dict[str, Any], said: str) -> None:
    lines = GOLDEN.splitlines(keepends=True)
    lines[1] = orjson.dumps({**orjson.loads(lines[1]), **change}) + b"\n"
    with pytest.raises(TamperedLog, match=said) as found:
        load_lines(b"".join(lines))
    assert found.value.event == "1"
