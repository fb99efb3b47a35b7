"""`wardround eval citations`: whether what a policy cites was retrieved in that visit and bears its sentence out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType


def citations(
    policy: Annotated[
        str, typer.Option(help="planner, random, ask-all, mini, oracle, openai:MODEL, hf:PATH")
    ] = "planner",
    cases: Annotated[int, typer.Option(help="how many patients")] = 200,
    split: Annotated[str, typer.Option(help="train, heldout-seeds, heldout-conditions")] = "heldout-seeds",
    seed: Annotated[
        int, typer.Option(min=0, max=2**53, help="chooses the cases, decides all that is drawn")
    ] = 0,
    limit: Annotated[int | None, typer.Option(help="the first cases alone")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder to keep every case's citations in")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Citation precision, recall and coverage over simulated visits; beside it the same with planted errors."""
    from wardround.cli.evaluating_cohorts import tell
    from wardround.evaluation.citations import examine_citations
    from wardround.evaluation.visits_played import Cohort

    tell(examine_citations, Cohort(policy, cases, split, seed, limit), citations_table, out, as_json)


def citations_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The figures, by place, and what was wrong."""
    from rich.table import Table

    from wardround.cli.output import words

    yield words(f"{report['policy']}, {report['n']} visits, seed {report['seed']}", "bold")
    table = Table("", "citations", "precision")
    table.add_row("all", str(report["citations"]), _share(report["precision"]))
    for place, figures in report["by_place"].items():
        table.add_row(f"  {place}", str(figures["citations"]), _share(figures["precision"]))
    for name in ("planted", "shuffled"):
        table.add_row(name, str(report[name]["citations"]), _share(report[name]["precision"]))
    yield table
    yield words(f"not retrieved {report['not_retrieved']}, refused {report['refused']}")
    yield words(
        f"of {report['sentences']} sentences {_share(report['coverage'])} cite, {_share(report['recall'])} are borne out"
    )
    for one in report["wrong"]:
        yield words(f"  {one['passage']}: {one['sentence']} ({one['verdict']}: {one['why']})")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
