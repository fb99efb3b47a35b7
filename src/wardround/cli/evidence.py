"""`wardround evidence`: take documents in, list and show them, mark what is withdrawn, search, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wardround.cli.evidence_search import search
from wardround.cli.evidence_verify import verify

app = typer.Typer(
    no_args_is_help=True, help="What can be cited: take in, list, show, mark, forget, search, verify."
)

app.command()(search)
app.command()(verify)
Store = Annotated[Path | None, typer.Option(help="the store's folder, or its SQLite file")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="files, or folders to their depths")],
    store: Store = None,
    corpus: Annotated[
        str | None, typer.Option(help="the name to keep them under; by folder or kind otherwise")
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(help="of all of them: primary, review, guideline, practice, public, regulatory"),
    ] = None,
    jurisdiction: Annotated[
        str | None, typer.Option(help="of all of them: a country, Europe, international")
    ] = None,
    population: Annotated[str | None, typer.Option(help="of all of them, in words: adults, children")] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="delete what is gone from its file or folder; kept otherwise")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in PubMed XML, BEIR and other corpora, PDF, Markdown and text. What is unchanged is passed over."""
    from wardround.cli import evidence_ingesting

    evidence_ingesting.run(paths, store, corpus, layer, jurisdiction, population, prune, as_json)


@app.command()
def documents(
    store: Store = None,
    corpus: Annotated[
        str | None, typer.Option(help="of this corpus alone; `guidance` is what is built in")
    ] = None,
    marked: Annotated[
        bool, typer.Option("--marked", help="only such as are retracted or superseded")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="show so many at most")] = 1_000,
    as_json: Json = False,
) -> None:
    """What there is to cite: taken in and built in, each with its layer, source and standing."""
    from wardround.cli import evidence_showing

    evidence_showing.documents(store, corpus, marked, limit, as_json)


@app.command()
def show(
    document: Annotated[str, typer.Argument(metavar="ID", help="a document's id, or a passage's (ID#N)")],
    store: Store = None,
    as_json: Json = False,
) -> None:
    """A document with its passages and their places; a passage with its text; and what stands against it."""
    from wardround.cli import evidence_showing

    evidence_showing.show(document, store, as_json)


@app.command()
def mark(
    document: Annotated[
        str, typer.Argument(metavar="ID", help="a document's id; without version, all its versions")
    ],
    store: Store = None,
    retracted: Annotated[bool, typer.Option("--retracted", help="it was withdrawn")] = False,
    superseded_by: Annotated[
        str | None,
        typer.Option("--superseded-by", metavar="ID", help="the document that stands in its place"),
    ] = None,
    because: Annotated[str, typer.Option("--because", help="why, in words")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="take back what was marked by hand")] = False,
    as_json: Json = False,
) -> None:
    """Say by hand that a document is retracted or superseded. It stays, marked, and sinks in every search."""
    from wardround.cli import evidence_showing

    evidence_showing.mark(document, store, retracted, superseded_by, because, clear, as_json)


@app.command()
def forget(
    corpus: Annotated[str, typer.Argument(help="the corpus, as `evidence documents` names it")],
    store: Store = None,
    as_json: Json = False,
) -> None:
    """Delete a corpus: documents in all their versions, and which files they came from. Marks by hand stay."""
    from wardround.cli import evidence_showing

    evidence_showing.forget(corpus, store, as_json)
