"""How things look in a terminal: labelled lines, bars, panels, the note. Pure: words in, renderables out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from wardround.cli.output import safe, words

LABEL = 10
BAR, NARROW_BAR, NARROW = 24, 10, 70
_REFERENCE = re.compile(r" ?\[\d[\d./]*\]")
_LEAD = re.compile(r"^[A-Za-z][^:.]{1,40}:")


def line(label: str, said: Text | str, style: str = "bold", *, short: bool = False) -> Table:
    """A labelled line; what does not fit goes on under the words, or with `short` is cut."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=LABEL, style=style, no_wrap=True)
    grid.add_column(ratio=1, overflow="ellipsis" if short else "fold", no_wrap=short)
    grid.add_row(words(label), said if isinstance(said, Text) else words(said))
    return grid


def aside(said: str, style: str = "dim italic") -> Table:
    """One short unlabelled line."""
    return line("", words(said, style), short=True)


def scene(title: str, style: str) -> Padding:
    """A rule that says who goes on."""
    return Padding(
        Rule(words(title, f"bold {style}"), align="left", style="bright_black", characters="─"), (1, 0, 0, 0)
    )


def door(who: str, rest: str, complaint: str) -> Group:
    """Who comes, when, and what about."""
    head = Text.assemble((safe(who), "bold"), "  ", (safe(rest), "dim"))
    return Group("", head, words(f"“{complaint}”", "italic"))


def box_of(title: str, parts: Sequence[RenderableType], style: str) -> Padding:
    """What must not be overlooked."""
    heading = words(title, f"bold {style}")
    panel = Panel(
        Group(*parts), title=heading, title_align="left", border_style=style, box=box.ROUNDED, padding=(0, 1)
    )
    return Padding(panel, (1, 0, 0, 0))


def bar(p: float, style: str = "bright_blue", width: int = BAR) -> Text:
    """A thin bar on a track, in halves of a character."""
    halves = round(max(0.0, min(1.0, p)) * width * 2)
    full, half = divmod(halves, 2)
    done = "━" * full + "╸" * half
    return Text.assemble((done, style), ("─" * (width - len(done)), "grey30"))


def percent(p: float) -> str:
    """`97 %`; never a certainty that is none."""
    if 0.0 < p < 0.01:
        return "<1 %"
    return ">99 %" if 0.99 < p < 1.0 else f"{p:.0%}".replace("%", " %")


def belief(ranked: Iterable[tuple[str, float, float | None]], room: int = 80) -> Table:
    """Condition, probability now, and before: a bar each, with where it came from."""
    width = BAR if room >= NARROW else NARROW_BAR
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=LABEL)
    grid.add_column(width=width, no_wrap=True, overflow="crop")
    grid.add_column(width=5, justify="right", no_wrap=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for place, (name, now, before) in enumerate(ranked):
        style = "bright_blue" if place == 0 else "blue"
        moved = 0.0 if before is None else now - before
        sign, tint = ("↑", "green") if moved >= 0.02 else ("↓", "red") if moved <= -0.02 else ("", "dim")
        grid.add_row(
            "",
            bar(now, style, width),
            Text(percent(now)),
            Text(sign, style=tint),
            words(name, "" if place == 0 else "dim"),
        )
    return grid


def note(text: str, left_out: Sequence[str] = ()) -> Group:
    """A note written in Markdown (`#`, `##`, `-`): its headings bold, where each statement comes from dim."""
    parts: list[RenderableType] = []
    for raw in text.splitlines():
        if not raw.strip() or any(raw.startswith(f"- {start}") for start in left_out):
            continue
        if raw.startswith("## "):
            parts += ["", words(raw[3:], "bold cyan")]
        elif raw.startswith("# "):
            parts.append(words(raw[2:], "bold"))
        elif raw.startswith("- "):
            parts.append(_bullet(raw[2:]))
        else:
            parts.append(words(raw, "italic"))
    return Group(*parts)


def bullets(lines: Iterable[str], style: str = "") -> Group:
    """A list."""
    return Group(*(_bullet(text, style) for text in lines))


def _bullet(text: str, style: str = "") -> Table:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=1, style="dim")
    grid.add_column(ratio=1, overflow="fold")
    said = words(text, style)
    said.highlight_regex(_LEAD, "bold")
    said.highlight_regex(_REFERENCE, "bright_black")
    grid.add_row("•", said)
    return grid
