"""`wardround replay`: read a log back, verify its chain, and derive everything in it again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from wardround.care import Planner
from wardround.cli.output import errors_in_one_line, out, print_json
from wardround.cli.stores import clinic
from wardround.cli.theatre import Theatre
from wardround.harness import LogError, TamperedLog, load_lines, replay


def run(path: Path, verify: bool, as_json: bool) -> None:
    """Show the visit; with `verify`, reproduce it. Exits 1, naming the event, where the log was changed or differs."""
    ward = clinic()
    try:
        events = load_lines(path.read_bytes())
        team = ward.team(lambda _: Planner(ward.projection))
        found = replay(events, team, ward.projection, ward.versions)
    except OSError as error:
        with errors_in_one_line(as_json):
            raise LogError(f"{path} cannot be read: {error.strerror}.", fix="Give the path of a log.") from None
    except TamperedLog as error:
        if as_json:
            print_json({"result": "tampered", "event": error.event, "detail": str(error)})
        else:
            out.print(f"tampered: {error}", style="bold red", markup=False)
        raise typer.Exit(1) from None
    except LogError as error:
        with errors_in_one_line(as_json):
            raise error
    if not verify and not as_json:
        theatre = Theatre(ward.base)
        for event in events:
            theatre(event)
    if as_json:
        print_json(asdict(found))
    else:
        where = f" at event {found.event}: {found.detail}" if found.event else ""
        counts = f"{found.events} events, {found.views} views, {found.masks} masks, {found.verdicts} verdicts"
        out.print(f"{found.result}{where} ({counts})", markup=False)
    if found.result == "differs":
        raise typer.Exit(1)
