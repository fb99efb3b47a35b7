"""Draws docs/visit.svg: the shipped scripted visit as a terminal shows it. Run it after the terminal's look has changed.

python docs/make_visit_svg.py [FILE]
"""

from __future__ import annotations

import io
import sys
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from wardround.cli.drawing import line
from wardround.cli.output import words
from wardround.cli.stores import clinic
from wardround.cli.theatre import Theatre
from wardround.cli.visiting import VisitConfig, run
from wardround.harness import Decided, Event, fold_all, load_lines
from wardround.samples import SAMPLE_PHYSICIAN, SAMPLE_SCRIPT

DAY = date(2026, 11, 23)
WIDTH = 100
NIGHT = TerminalTheme(
    (24, 27, 34),
    (213, 219, 228),
    [
        (60, 66, 78), (232, 96, 96), (126, 199, 122), (226, 186, 98),
        (98, 160, 234), (192, 132, 232), (92, 200, 206), (200, 206, 216),
    ],
    [
        (104, 112, 128), (255, 110, 110), (148, 218, 140), (240, 204, 120),
        (110, 174, 250), (210, 156, 246), (116, 216, 222), (240, 243, 248),
    ],
)  # fmt: skip


FIRST, LAST = 3, 1
"""So many questions are drawn; those between are counted."""


def main(path: Path) -> None:
    """Play the visit, and show its log to a recording console."""
    console = Console(
        width=WIDTH, record=True, force_terminal=True, color_system="truecolor", file=io.StringIO()
    )
    ward = clinic()
    events = played()
    theatre, hidden = Theatre(ward, console), between(events)
    for event in events:
        if event.name not in hidden:
            theatre(event)
        else:
            theatre.catch_up([event])
            if hidden[event.name]:
                console.print(line("", words(f"… {hidden[event.name]} more questions …", "bright_black")))
    theatre.finish(fold_all(events, ward.projection).domain)
    console.save_svg(str(path), title="wardround visit", theme=NIGHT, unique_id="visit")


def played() -> list[Event]:
    """The log of the scripted visit, read back from its export."""
    with tempfile.TemporaryDirectory() as folder:
        store, patient, reviewer = Path(folder), f"script:{SAMPLE_SCRIPT}", f"script:{SAMPLE_PHYSICIAN}"
        nowhere = Console(file=io.StringIO())
        run(VisitConfig(store=store, on=DAY, patient=patient, reviewer=reviewer, screen=nowhere))
        (log,) = (store / "logs").glob("*.jsonl")
        return load_lines(log.read_bytes())


def between(events: list[Event]) -> dict[str, int]:
    """The events of the questions that are not drawn; at the last of them, how many questions they are."""
    asks = [
        k
        for k, e in enumerate(events)
        if isinstance(e.body, Decided) and e.body.action and e.body.action.tool == "ask"
    ]
    if len(asks) <= FIRST + LAST + 1:
        return {}
    begin, end = asks[FIRST], asks[-LAST]
    hidden = {event.name: 0 for event in events[begin:end]}
    return {**hidden, events[end - 1].name: len(asks) - FIRST - LAST}


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("visit.svg"))
