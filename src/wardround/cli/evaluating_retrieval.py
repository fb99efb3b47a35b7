"""`wardround eval retrieval`: documents found, by bm25s, MiniLM and ours with every stage, in the same run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType


def retrieval(
    data: Annotated[
        Path,
        typer.Option(help="a folder of SciFact, NFCorpus, PubMedQA or BEIR, or one that holds such folders"),
    ],
    seed: Annotated[int, typer.Option(min=0, max=2**53, help="decides the intervals")] = 0,
    limit: Annotated[int | None, typer.Option(help="the first queries of each set alone")] = None,
    embed: Annotated[
        bool, typer.Option("--embed/--no-embed", help="whether embedders are used where they are installed")
    ] = True,
    vectors: Annotated[
        Path | None, typer.Option(help="folder to keep vectors in, so that the next run need not read again")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="folder to keep every query and what was found in")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Retrieval sets: nDCG@10, recall@100, reciprocal rank and queries a second of every system and stage."""
    from wardround.cli.evaluating_tables import progress
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.evaluation.retrieval import RetrievalConfig, examine_retrieval, keep_retrieval

    config = RetrievalConfig(data, limit, seed, embed, vectors)
    with progress() as told:
        done = examine_retrieval(config, told)
    if out is not None:
        keep_retrieval(out, done)
    if as_json:
        print_json(done.report)
    else:
        for part in retrieval_table(done.report):
            screen.print(part)


def retrieval_table(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    """A table for each set."""
    from rich.table import Table

    from wardround.cli.output import words

    for name in report["sets"]:
        part = report[name]
        yield words(f"{name}: {part['n']} queries over {part['documents']} documents", "bold")
        table = Table("", "nDCG@10", "95 %", "recall@100", "reciprocal rank", "queries a second")
        for system, figures in part.items():
            if isinstance(figures, Mapping) and "ndcg@10" in figures:
                table.add_row(system.replace("_", " "), *_cells(figures))
        yield table
        if turns := part["scored_by"]:
            unseen = turns.get("shipped", 0)
            yield words(
                f"{unseen} queries are new to the weights; the others were scored by weights that never saw them."
            )
    for note in report["notes"]:
        yield words(note, "yellow")
    yield words(f"{report['unscored']} queries are unscored. {report['seconds']:g} seconds.")


def _cells(figures: Mapping[str, Any]) -> Iterator[str]:
    low_high = (figures["ci95"] or {}).get("ndcg@10")
    yield f"{figures['ndcg@10']:.3f}"
    yield f"{low_high[0]:.3f} to {low_high[1]:.3f}" if low_high else ""
    yield f"{figures['recall@100']:.3f}"
    yield f"{figures['mrr']:.3f}"
    yield f"{figures['queries_per_second']:g}" if "queries_per_second" in figures else ""
