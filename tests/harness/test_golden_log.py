"""The event format is frozen: a log that was written once is read, verified and reproduced for ever.

`golden.jsonl` is never written again. Where the format has to change, `SCHEMA` grows, and an upcaster reads it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
import pytest
from bank import VERSIONS, DeskProjection, golden

from wardround.harness import (
    KINDS,
    SCHEMA,
    UPCASTERS,
    Budgets,
    Called,
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
    load_lines,
    replay,
    verify,
)

GOLDEN = Path(__file__).with_name("golden.jsonl").read_bytes()
"""An export of `bank.golden()`, of schema 1."""

FIELDS = {
    "opened": "subject episode team coordinator date seed budgets versions context",
    "observed": "source content audience",
    "called": "agent model parent rebuilt added text tool_calls thought finish mask prompt_ids completion_ids logprobs "
    "think_tokens prompt_tokens completion_tokens",
    "decided": "agent action problem thought view mask call",
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
    assert {e.kind for e in old} == set(KINDS) == set(FIELDS)
    assert {e.schema for e in old} == {1}


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
    call = next(e.body for e in old if isinstance(e.body, Called) and e.body.prompt_ids)
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


def test_there_is_one_schema_and_so_no_upcaster() -> None:
    assert SCHEMA == 1
    assert UPCASTERS == {}


def test_old_bodies_are_read_one_version_at_a_time(tomorrow: dict[tuple[str, int], Any]) -> None:
    tomorrow["observed", 1] = lambda body: {**body, "source": body["source"] + "+2"}
    tomorrow["observed", 3] = lambda body: {**body, "source": body["source"] + "+4"}
    old = load_lines(GOLDEN)
    (seen,) = [e for e in old if isinstance(e.body, Observed)]
    assert seen.body == Observed("door+2+4", {"weather": "rain"})
    assert seen.schema == 1
    assert b"door+2" not in seen.data


def test_fields_can_come_and_go(tomorrow: dict[tuple[str, int], Any]) -> None:
    tomorrow["observed", 1] = lambda body: {"content": body["content"], "wherefrom": body["source"]}
    with pytest.raises(TamperedLog, match="field 'wherefrom' is unknown"):
        load_lines(GOLDEN)
    tomorrow["observed", 2] = lambda body: {
        "content": body["content"],
        "source": body["wherefrom"],
        "audience": ["teller"],
    }
    assert Observed("door", {"weather": "rain"}, ("teller",)) in [e.body for e in load_lines(GOLDEN)]


def test_the_chain_of_an_old_log_still_verifies_and_nothing_is_guessed(
    tomorrow: dict[tuple[str, int], Any],
) -> None:
    tomorrow["returned", 1] = lambda body: {**body, "shared": not body["shared"]}
    old = load_lines(GOLDEN)
    assert verify(old) == len(old)
    assert dump_lines(old) == GOLDEN
    found = replay(old, golden().team, DeskProjection(), VERSIONS)
    assert (found.result, found.detail) == ("not reproducible", "schema was 1, is now 4")


def test_a_log_of_tomorrow_is_not_read_today() -> None:
    raw = orjson.loads(GOLDEN.splitlines()[1])
    raw["schema"] = 2
    with pytest.raises(LogError, match=r"schema 2 is unknown here\. Upgrade wardround"):
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
