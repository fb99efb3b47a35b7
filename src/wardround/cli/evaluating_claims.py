"""`wardround eval claims`: verdicts on published claims beside plain models; or planted errors and the cache, with --planted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType


def claims(
    data: Annotated[
        Path | None, typer.Option(help="a folder with SciFact's corpus.csv.gz and one claims_*.csv")
    ] = None,
    planted: Annotated[
        bool, typer.Option("--planted", help="errors planted in the built-in guidance, and the cache's pairs")
    ] = False,
    anchors: Annotated[
        bool, typer.Option("--anchors/--no-anchors", help="whether plain models are measured beside ours")
    ] = True,
    retrieval: Annotated[
        bool, typer.Option("--retrieval/--no-retrieval", help="whether abstracts are looked up too")
    ] = True,
    seed: Annotated[int, typer.Option(min=0, max=2**53, help="decides errors, pairs and intervals")] = 0,
    limit: Annotated[int | None, typer.Option(help="the first claims, or so many sentences")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="folder to keep every case in")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Whether claims are borne out, refuted or open: macro-F1, and evidence against none."""
    from wardround.cli.evaluating_tables import progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.evaluation.claims import ClaimsConfig, ClaimsDone, examine_claims, keep_claims
    from wardround.evaluation.claims_guarded import GuardedConfig, GuardedDone, examine_guarded

    if (data is None) == (not planted):
        raise typer.BadParameter("give --data FOLDER or --planted, one of them")
    done: ClaimsDone | GuardedDone
    with progress() as told:
        if data is None:
            done = examine_guarded(GuardedConfig(limit, seed), told)
        else:
            done = examine_claims(ClaimsConfig(data, limit, seed, anchors, retrieval), told)
    if out is not None:
        keep_claims(out, done)
    if as_json:
        print_json(done.report)
    else:
        for part in _planted_table(done.report) if planted else _claims_table(done.report):
            screen.print(part)


def _claims_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    from rich.table import Table

    from wardround.cli.output import words

    yield words(f"{report['claims']} claims beside {report['n']} abstracts", "bold")
    table = Table("", "macro-F1", "95 %", "accuracy", "evidence: F1", "AUC")
    for name in ("ours", "with_retrieval", "overlaps", "minilm_pairs"):
        if isinstance(figures := report.get(name), Mapping):
            low, high = figures["ci95"]["macro_f1"]
            told = [figures[k] for k in ("accuracy", "enough_f1", "enough_auc")]
            cells = ["unscored" if v is None else f"{v:.3f}" for v in told]
            table.add_row(
                name.replace("_", " "), f"{figures['macro_f1']:.3f}", f"{low:.3f} to {high:.3f}", *cells
            )
    yield table
    yield words(
        f"{report['held_out']['claims_of_training']} claims are of the training set: {report['held_out']['how']}."
    )


def _planted_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    from rich.table import Table

    from wardround.cli.output import words

    yield words(
        f"{report['n']} sentences: {report['untouched_supported']:.3f} of the untouched are Supported, "
        f"{report['planted_caught']:.3f} of the changed are not",
        "bold",
    )
    table = Table("changed", "sentences", "not Supported", "Refuted")
    for change, one in report["by_change"].items():
        if one["n"]:
            table.add_row(change, str(one["n"]), f"{one['caught']:.3f}", f"{one['refuted']:.3f}")
    yield table
    cache = report["cache"]
    yield words(
        f"Cache: {cache['adversarial']['hits']} false hits on {cache['adversarial']['n']} adversarial pairs, "
        f"{cache['equal']['hits']} hits on {cache['equal']['n']} pairs that say the same."
    )
