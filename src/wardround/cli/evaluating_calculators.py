"""`wardround eval calculators`: the calculators on MedCalc-Bench's table, from its entities or from the notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_MISSES = 20


def calculators(
    data: Annotated[Path, typer.Option(help="MedCalc-Bench's CSV, with the corrected labels")],
    entities: Annotated[
        str, typer.Option(help="given: the table's entities; note: read from the note by ourselves")
    ] = "given",
    limit: Annotated[int | None, typer.Option(min=1, help="the first rows alone")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="folder to keep every row's result in")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Clinical calculators: right within 5 % of the corrected label or of the one that the entities belong to."""
    from wardround.cli.evaluating_tables import progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.evaluation.calculators import CalculatorsConfig, examine_calculators, keep_calculators

    config = CalculatorsConfig(data, entities, limit)
    with progress() as told:
        done = examine_calculators(config, told)
    if out is not None:
        keep_calculators(out, done)
    if as_json:
        print_json(done.report)
    else:
        for part in calculators_table(done.report):
            screen.print(part)


def calculators_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The figures, the calculators that are not whole, and the first misses."""
    from rich.table import Table

    from wardround.cli.output import one_line, words

    yield words(f"{report['n']} rows, entities {report['entities']}", "bold")
    table = Table("", "share", "95 %")
    for name, interval in report["ci95"].items():
        shown = f"{interval[0]:.4f} to {interval[1]:.4f}" if interval else ""
        table.add_row(name.replace("_", " "), _share(report.get(name)), shown)
    for id, row in report.get("by_calculator", {}).items():
        if row.get("accuracy") is not None and row["accuracy"] < 1:
            table.add_row(f"{id} ({row['n']})", _share(row["accuracy"]), "")
    yield table
    for miss in report.get("misses", [])[:SHOWN_MISSES]:
        said = f"{miss.get('calculator')}, row {miss.get('row')}: {miss.get('ours')}, "
        original = f", original {miss['original']}" if "original" in miss else ""
        labels = f"corrected {miss.get('corrected')}{original}. "
        yield words(one_line(said + labels + str(miss.get("worked") or miss.get("reason") or "")), "yellow")
    yield words(f"{report['unscored']} rows are unscored. {report['seconds']:g} seconds.")


def _share(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.4f}"
