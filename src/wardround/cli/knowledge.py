"""`wardround knowledge`: check the base, show an entry."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The knowledge base: check it, show an entry.")
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]


@app.command()
def check(
    codes: Annotated[Path | None, typer.Option(help="folder with code lists to check against")] = None,
    as_json: Json = False,
) -> None:
    """Everything that the base promises: ids, probabilities, codes, doses, grades. Exits 1 where there are errors."""
    from rich.pretty import Pretty

    from wardround.cli.output import out, print_json
    from wardround.harness import ConfigurationError
    from wardround.knowledge import check as run_check

    if codes is not None and not codes.is_dir():
        raise ConfigurationError(
            f"--codes: {codes} is no folder.", fix="Give the folder that holds the code lists."
        )
    report = run_check(codes_dir=codes)
    if as_json:
        print_json(asdict(report))
    else:
        for error in report.errors:
            out.print(error, style="red", markup=False)
        out.print(Pretty(report.counts))
        out.print(Pretty(report.grades))
        uncoded = {kind: len(ids) for kind, ids in report.uncoded.items()}
        unguided = {kind: len(ids) for kind, ids in report.unguided.items()}
        out.print(f"without a code: {uncoded}; without guidance: {unguided}", markup=False)
        out.print(f"{len(report.errors)} errors", markup=False)
    if report.errors:
        raise typer.Exit(1)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="an id such as condition.asthma, or a name")],
    as_json: Json = False,
) -> None:
    """One entry, whole, with its sources."""
    from rich.pretty import Pretty

    from wardround.cli.output import out, print_json
    from wardround.harness import ConfigurationError
    from wardround.knowledge import load

    base = load()
    slug = id if id in base else base.slug_for(None, None, id)
    if slug is None:
        raise ConfigurationError(
            f"{id!r} is not in the knowledge base.", fix="Give an id such as drug.metformin."
        )
    entry = base.entity(slug)
    if as_json:
        print_json(entry.model_dump(mode="json"))
    else:
        out.print(Pretty(entry.model_dump(exclude_none=True, exclude_defaults=True)))
