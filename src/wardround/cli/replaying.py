"""`wardround replay`: read a log back, verify its chain, and derive everything in it again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from wardround.care import RENDERERS, Clinic, Planner
from wardround.cli.output import one_line, out, print_json
from wardround.cli.stores import clinic
from wardround.cli.theatre import Theatre
from wardround.harness import Event, LogError, Opened, Replay, TamperedLog, fold_all, load_lines, replay

UNVERIFIED = 4
"""The chain holds, and yet nothing could be derived again: the log was written under other versions."""


def run(path: Path, verify: bool, as_json: bool) -> None:
    """Show the visit; with `verify`, reproduce it. Exits 1, naming the event, where the log was changed or differs."""
    try:
        data = path.read_bytes()
    except OSError as error:
        fix = "Give the path that a visit printed as `log`."
        raise LogError(f"{path} cannot be read: {error.strerror}.", fix=fix) from error
    ward = clinic()
    try:
        events = load_lines(data)
        team = ward.team(lambda _: Planner(ward.projection))
        found = replay(events, team, ward.projection, _versions(ward, events))
    except TamperedLog as error:
        raise TamperedLog(
            error.event, f"{one_line(path)} is not the log that was written: {error.message}", fix=_fix()
        ) from None
    if as_json:
        print_json({**asdict(found), "finished": _finished(events)})
    else:
        _show(ward, events, found, verify)
    if found.result == "differs":
        raise typer.Exit(1)
    if verify and found.result == "not reproducible":
        raise typer.Exit(UNVERIFIED)


def _versions(ward: Clinic, events: list[Event]) -> dict[str, str]:
    """Today's; of renderers there are several, and the log says in which one's words it was played."""
    header = events[0].body if events else None
    words = header.versions.get("renderer") if isinstance(header, Opened) else None
    return {**ward.versions, "renderer": words} if words in RENDERERS else dict(ward.versions)


def _finished(events: list[Event]) -> bool:
    """Whether the log holds the visit's end. The chain cannot know that one was cut off cleanly."""
    return any(e.kind == "closed" and not e.branch for e in events)


def _show(ward: Clinic, events: list[Event], found: Replay, verify: bool) -> None:
    if not verify and found.result != "erased":
        theatre = Theatre(ward)
        for event in events:
            theatre(event)
        if _finished(events):
            theatre.finish(fold_all(events, ward.projection).domain)
    where = f" at event {found.event}: {found.detail}" if found.event else ""
    counts = f"{found.events} events, {found.views} views, {found.masks} masks, {found.verdicts} verdicts"
    out.print(
        f"{found.result}{one_line(where) and ' '}{one_line(where)} ({counts})", markup=False, soft_wrap=True
    )
    if not _finished(events):
        out.print("The log does not hold the visit's end: it is still open, or was cut off.", markup=False)


def _fix() -> str:
    return "`wardround visit --resume ID` writes it anew from the store."
