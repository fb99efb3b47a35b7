"""`wardround eval record`: memory asked about any FHIR bundles; the right answers come from their raw JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_MISSES = 20


def record(
    data: Annotated[Path, typer.Option(help="a FHIR R4 bundle, or a folder of *.json and *.json.gz")],
    questions: Annotated[int, typer.Option(min=1, max=5000, help="of each patient, asked in two ways")] = 100,
    limit: Annotated[int | None, typer.Option(min=1, help="the first bundles alone")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**53, help="chooses the questions")] = 0,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder to keep every question and reply in")
    ] = None,
    rebuilt: Annotated[
        bool, typer.Option("--rebuilt", help="ask again after memory was deleted and made again")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Long records: first, last, at a date, trend, active at, how often, never, by structure and in English."""
    from wardround.cli.evaluating_tables import progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.evaluation.record import RecordConfig, examine_rebuilt, examine_record, keep_record

    config = RecordConfig(data, questions, limit, seed)
    with progress() as told:
        done = examine_record(config, told)
    if rebuilt:
        with progress() as told:
            done.report["rebuilt"] = examine_rebuilt(config, told)
    if out is not None:
        keep_record(out, done)
    if as_json:
        print_json(done.report)
    else:
        for part in record_table(done.report):
            screen.print(part)


def record_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The figures, the kinds that are not whole, and the first misses."""
    from rich.table import Table

    from wardround.cli.output import words

    yield words(
        f"{report['n']} questions of {report['kinds']} kinds about {report['patients']} patients", "bold"
    )
    table = Table("", "n", "accuracy", "95 %")
    for name, count in (
        ("accuracy", "n"),
        *((k, f"n_{k}") for k in ("by_structure", "english", "english_heldout")),
    ):
        low_high = report["ci95"][name]
        shown = f"{low_high[0]:.4f} to {low_high[1]:.4f}" if low_high else ""
        table.add_row(name.replace("_", " "), str(report[count]), _share(report[name]), shown)
    for kind, row in report["by_kind"].items():
        if row["accuracy"] < 1:
            table.add_row(kind, str(row["n"]), _share(row["accuracy"]), "")
    yield table
    for miss in report["misses"][:SHOWN_MISSES]:
        expected, got = miss["expected"]["value"], miss["got"].get("error", miss["got"].get("value"))
        yield words(f"{miss['asked']}: {miss['english']} Expected {expected!r}, got {got!r:.120}.", "yellow")
    for one in report["broken"]:
        yield words(f"unscored: {one['case']}: {one['error']}", "yellow")
    again = report.get("rebuilt")
    if again is not None:
        yield words(
            f"{again['n']} answers compared with those of a memory that was deleted and made again: "
            f"{again['different']} differ."
        )
    yield words(
        f"{report['unscored']} of {report['bundles']} bundles are unscored. {report['seconds']:g} seconds."
    )


def _share(value: float | None) -> str:
    return "unscored" if value is None else f"{value:.4f}"
