"""A log that was changed after it was written is never read as if it had not been."""

from __future__ import annotations

import asyncio
from functools import lru_cache

import orjson
import pytest
from bank import Branch, do, everything, script
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.harness import Event, LogError, TamperedLog, dump_lines, load_lines, verify


@lru_cache(maxsize=1)
def visit() -> tuple[list[Event], bytes]:
    """A visit with everything in it, and its export."""
    _, events = asyncio.run(everything().play())
    return events, dump_lines(events)


def name_at(position: int) -> str:
    """The event on whose line this byte stands."""
    events, export = visit()
    return events[export.count(b"\n", 0, position)].name


def read(export: bytes) -> list[Event]:
    """As `wardround replay` reads it."""
    events = load_lines(export)
    verify(events)
    return events


def changed(position: int, byte: int) -> bytes:
    """The export with this byte at this place."""
    export = visit()[1]
    return export[:position] + bytes((byte,)) + export[position + 1 :]


def test_untouched_it_verifies() -> None:
    events, export = visit()
    assert read(export) == events
    assert export.count(b"\n") == len(events)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_other_byte_anywhere_is_found_and_the_event_named(data: st.DataObject) -> None:
    export = visit()[1]
    position = data.draw(st.integers(0, len(export) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != export[position]))
    with pytest.raises(TamperedLog) as found:
        read(changed(position, byte))
    assert found.value.event
    assert found.value.event in str(found.value)
    start = export.rfind(b"\n", 0, position) + 1
    if position > export.index(b'"at"', start):
        assert found.value.event == name_at(position)


@pytest.mark.parametrize(
    "field", ["encounter", "branch", "number", "at", "kind", "by", "causes", "links", "body", "salt"]
)
def test_every_field_is_under_the_chain(field: str) -> None:
    """A line that reads well and says something else."""
    events, export = visit()
    lines = export.splitlines(keepends=True)
    at = next(k for k, e in enumerate(events) if e.kind == "joined")
    raw = orjson.loads(lines[at])
    raw[field] = {
        "encounter": "visit-2",
        "branch": "7.0",
        "number": raw["number"] + 1,
        "at": "2026-03-02T12:00:01+00:00",
        "kind": "consulted",
        "by": "clerk",
        "causes": raw["causes"][:-1],
        "links": raw["links"][:-1],
        "body": {"answers": []},
        "salt": "00" * 16,
    }[field]
    lines[at] = orjson.dumps(raw) + b"\n"
    with pytest.raises(TamperedLog):
        read(b"".join(lines))


@pytest.mark.parametrize("field", ["digest", "hash", "schema"])
def test_the_chains_own_fields_cannot_be_swapped(field: str) -> None:
    events, export = visit()
    lines = export.splitlines(keepends=True)
    raw = orjson.loads(lines[7])
    raw[field] = 0 if field == "schema" else getattr(events[8], field)
    lines[7] = orjson.dumps(raw) + b"\n"
    with pytest.raises(TamperedLog) as found:
        read(b"".join(lines))
    assert found.value.event == "7"


def test_no_line_can_be_left_out_but_at_the_very_end() -> None:
    """In a branch not even there: the join names the branch's last event."""
    _, export = visit()
    lines = export.splitlines(keepends=True)
    for k in range(len(lines) - 1):
        with pytest.raises(TamperedLog):
            read(b"".join(lines[:k] + lines[k + 1 :]))


def test_no_branch_can_be_left_out() -> None:
    events, _ = visit()
    for branch in {e.branch for e in events} - {""}:
        with pytest.raises(TamperedLog):
            verify([e for e in events if e.branch != branch])


def test_no_line_can_be_moved_or_doubled() -> None:
    """But that branches which ran at the same time may stand in any order: it says nothing."""
    events, export = visit()
    lines = export.splitlines(keepends=True)
    free = 0
    for k in range(len(lines) - 1):
        moved = b"".join([*lines[:k], lines[k + 1], lines[k], *lines[k + 2 :]])
        if {events[k].branch, events[k + 1].branch} == {"11.0", "11.1"}:
            free += 1
            assert sorted(read(moved)) == sorted(events)
        else:
            with pytest.raises(TamperedLog):
                read(moved)
        with pytest.raises(TamperedLog):
            read(b"".join([*lines[: k + 1], lines[k], *lines[k + 1 :]]))
    assert free == 1


def test_lines_of_two_visits_do_not_mix() -> None:
    _, export = visit()
    _, other = asyncio.run(Branch({"teller": script(do("ask", text="Well?"))}).play(encounter="visit-2"))
    mixed = export.splitlines(keepends=True)[:3] + dump_lines(other).splitlines(keepends=True)[3:]
    with pytest.raises(TamperedLog, match="visit-2"):
        read(b"".join(mixed))


@pytest.mark.parametrize(
    "rubbish", [b"{}\n", b"[]\n", b"null\n", b"\xff\n", b"1\n", b'{"body":null}\n', b"{" * 5_000 + b"\n"]
)
def test_rubbish_is_no_log(rubbish: bytes) -> None:
    with pytest.raises(TamperedLog):
        read(rubbish)
    _, export = visit()
    with pytest.raises(TamperedLog, match="after "):
        read(export + rubbish)


@pytest.mark.parametrize("nothing", [b"", b"\n", b"  \n"])
def test_an_empty_file_is_no_log(nothing: bytes) -> None:
    with pytest.raises(LogError, match="empty"):
        load_lines(nothing)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused_and_never_crash(data: bytes) -> None:
    with pytest.raises(LogError):
        read(data)


def test_white_space_between_fields_is_a_change() -> None:
    _, export = visit()
    with pytest.raises(TamperedLog, match="not as it was written"):
        read(export.replace(b'","', b'", "', 1))
    with pytest.raises(TamperedLog):
        read(export.rstrip(b"\n"))
    with pytest.raises(TamperedLog):
        read(export.replace(b"\n", b"\r\n"))
