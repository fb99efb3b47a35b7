"""`wardround eval contradictions`: planted contradictions over visits, with memory, without, and with one that overwrites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType


def contradictions(
    policy: Annotated[
        str, typer.Option(help="planner, random, ask-all, mini, oracle, openai:MODEL, hf:PATH")
    ] = "planner",
    patients: Annotated[int, typer.Option(help="how many people with a lasting illness")] = 24,
    visits: Annotated[int, typer.Option(help="of each")] = 6,
    split: Annotated[str, typer.Option(help="train, heldout-seeds, heldout-conditions")] = "heldout-seeds",
    seed: Annotated[
        int, typer.Option(min=0, max=2**53, help="chooses the patients, decides all that is drawn")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Contradictions, stale facts and corrections: what each visit was given, and its score, with three memories."""
    import asyncio

    from wardround.cli.evaluating_tables import progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.cli.stores import clinic
    from wardround.evaluation.contradictions import ContradictionsConfig, examine_contradictions

    config = ContradictionsConfig(policy, patients, visits, split, seed)
    with progress() as told:
        report = asyncio.run(examine_contradictions(clinic(), config, told))
    if as_json:
        print_json(report)
    else:
        for part in contradictions_table(report):
            screen.print(part)


def contradictions_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """By visit: score, share recalled right, lost, resurrected, leaked; of each memory."""
    from rich.table import Table

    from wardround.cli.output import words

    yield words(f"{report['policy']}, {report['patients']} patients, seed {report['seed']}", "bold")
    for arm, figures in report["arms"].items():
        table = Table(
            arm, "score", "95 %", "recalled right", "95 %", "lost", "stale", "resurrected", "leaked"
        )
        for row in (*figures["by_visit"], {"visit": "all", **figures}):
            table.add_row(f"visit {row['visit']}" if row["visit"] != "all" else "all", *_cells(row))
        yield table
        for what, count in figures["wrong"].items():
            yield words(f"  wrong {count} times: {what}")


def _cells(row: Mapping[str, Any]) -> Iterator[str]:
    for name in ("score", "recalled_right"):
        value, interval = row[name], row["ci95"][name]
        yield "–" if value is None else f"{value:.3f}"
        yield "–" if interval is None else f"{interval[0]:.3f} to {interval[1]:.3f}"
    for name in ("lost", "stale", "resurrected", "leaked"):
        yield str(row[name])
