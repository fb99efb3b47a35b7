"""`wardround eval hallucination`: how much of what a policy writes is not so, or cannot be shown, by kind of claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType


def hallucination(
    policy: Annotated[
        str, typer.Option(help="planner, random, ask-all, mini, oracle, openai:MODEL, hf:PATH")
    ] = "planner",
    cases: Annotated[int, typer.Option(help="how many patients")] = 200,
    split: Annotated[str, typer.Option(help="train, heldout-seeds, heldout-conditions")] = "heldout-seeds",
    seed: Annotated[
        int, typer.Option(min=0, max=2**53, help="chooses the cases, decides all that is drawn")
    ] = 0,
    limit: Annotated[int | None, typer.Option(help="the first cases alone")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="folder to keep every case's claims in")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """The rate (Refuted + 0.5 Uncertain) / claims over simulated visits; beside it the same texts with planted errors."""
    from wardround.cli.evaluating_cohorts import tell
    from wardround.evaluation.hallucination import examine_hallucination
    from wardround.evaluation.visits_played import Cohort

    tell(examine_hallucination, Cohort(policy, cases, split, seed, limit), hallucination_table, out, as_json)


def hallucination_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """By kind: the policy's own rate, and that of the same texts with planted errors."""
    from rich.table import Table

    from wardround.cli.output import words

    yield words(f"{report['policy']}, {report['n']} visits, seed {report['seed']}", "bold")
    table = Table("claims about", "claims", "refuted", "uncertain", "rate", "planted: rate")
    rows = {
        "all": (report, report["planted"]),
        "medicine": (report["medicine"], report["planted"]["medicine"]),
    }
    rows |= {kind: (own, report["planted"]["by_kind"][kind]) for kind, own in report["by_kind"].items()}
    for name, (own, planted) in rows.items():
        counts = [str(own[key]) for key in ("claims", "refuted", "uncertain")]
        table.add_row(name, *counts, _share(own["rate"]), _share(planted["rate"]))
    yield table
    for one in report["not_supported"]:
        yield words(f"  {one['times']} x {one['verdict']}: {one['claim']} ({one['why']})")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
