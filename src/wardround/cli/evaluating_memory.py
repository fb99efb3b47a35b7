"""`wardround eval memory`: how much of the evidence memory's search finds in long conversations, beside BM25 and MiniLM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType


def memory(
    data: Annotated[Path, typer.Option(help="LoCoMo's JSON")],
    seed: Annotated[int, typer.Option(min=0, max=2**53, help="decides the intervals")] = 0,
    limit: Annotated[int | None, typer.Option(help="the first questions alone")] = None,
    embed: Annotated[
        bool, typer.Option("--embed/--no-embed", help="whether MiniLM is used where it is installed")
    ] = True,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder to keep every question and what was found in")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Long conversations: which share of a question's evidence stands among the first 5 and 10 turns."""
    from wardround.cli.evaluating_tables import progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.evaluation.locomo_recall import LocomoConfig, examine_locomo, keep_locomo

    config = LocomoConfig(data, limit, seed, embed)
    with progress() as told:
        done = examine_locomo(config, told)
    if out is not None:
        keep_locomo(out, done)
    if as_json:
        print_json(done.report)
    else:
        for part in memory_table(done.report):
            screen.print(part)


def memory_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """Every system's figures; ours by category."""
    from rich.table import Table

    from wardround.cli.output import words

    yield words(f"{report['n']} questions over {report['texts']} turns, adversarial ones apart", "bold")
    table = Table("", "recall@5", "95 %", "recall@10", "95 %", "questions a second")
    systems = [name for name, figures in report.items() if _is_system(figures)]
    for name in systems:
        table.add_row(name.replace("_", " "), *_cells(report[name]))
    table.add_row("ours, adversarial", *_cells(report["adversarial"]["ours"]))
    for category, part in report["by_category"].items():
        table.add_row(f"ours, {category}", *_cells(part["ours"]))
    yield table
    if "note" in report:
        yield words(report["note"], "yellow")
    yield words(f"{report['unscored']} questions are unscored. {report['seconds']:g} seconds.")


def _is_system(figures: object) -> bool:
    return isinstance(figures, Mapping) and "recall@5" in figures and "ci95" in figures


def _cells(figures: Mapping[str, Any]) -> Iterator[str]:
    for name in ("recall@5", "recall@10"):
        value, low_high = figures[name], (figures["ci95"] or {}).get(name)
        yield "unscored" if value is None else f"{value:.3f}"
        yield f"{low_high[0]:.3f} to {low_high[1]:.3f}" if low_high else ""
    yield f"{figures['queries_per_second']:g}" if "queries_per_second" in figures else ""
