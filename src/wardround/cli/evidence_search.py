"""`wardround evidence search`: passages for a question, each with source, layer, depth, grade, and why it stands there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wardround.evidence import Found, Pico
    from wardround.search import Embedder


def search(
    question: Annotated[str, typer.Argument(help="in words; a claim will do")],
    store: Annotated[Path | None, typer.Option(help="the store's folder, or its SQLite file")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="show so many at most")] = 10,
    layers: Annotated[
        list[str] | None,
        typer.Option(
            "--layer", help="only primary, review, guideline, practice, public, regulatory; repeat it"
        ),
    ] = None,
    since: Annotated[int | None, typer.Option(help="published in this year or later")] = None,
    until: Annotated[int | None, typer.Option(help="published in this year or earlier")] = None,
    jurisdiction: Annotated[
        str | None,
        typer.Option(help="the patient's country, as ISO letters: leaves out what holds elsewhere alone"),
    ] = None,
    population: Annotated[
        str | None, typer.Option(help="the patient's group, in words: leaves out what is for others alone")
    ] = None,
    corpora: Annotated[
        list[str] | None, typer.Option("--corpus", help="only this corpus; repeat it. `guidance` is built in")
    ] = None,
    retracted: Annotated[
        bool,
        typer.Option("--retracted/--no-retracted", help="whether retracted works are shown, last and marked"),
    ] = True,
    meaning: Annotated[
        bool | None,
        typer.Option(
            "--meaning/--no-meaning", help="search by meaning too; unsaid: where the store keeps vectors"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Passages that answer a question: what is built in and what the store holds, each with why it stands there."""
    from wardround.cli.evidence_stores import folder_there
    from wardround.cli.output import out, print_json
    from wardround.cli.stores import clinic
    from wardround.evidence import Library
    from wardround.harness import ConfigurationError

    if not question.strip():
        raise ConfigurationError("question: it is empty.", fix="Ask in words.")
    folder = folder_there(store)
    embedder = _embedder(meaning, folder)
    library = Library.open(clinic().base, folder, embedder=embedder)
    found = library.search(
        question,
        limit=limit,
        layers=layers or None,
        years=None if since is None and until is None else (since, until),
        jurisdiction=jurisdiction,
        population=population,
        corpora=corpora or None,
        include_retracted=retracted,
    )
    pico = library.pico(question)
    if as_json:
        print_json(
            {
                "question": question,
                "pico": pico_json(pico),
                "layers_preferred": [layer.value for layer in pico.layers_preferred()],
                "searched": len(library),
                "embedder": embedder.name if embedder is not None else None,
                "passages": [found_json(place, one) for place, one in enumerate(found, 1)],
            }
        )
        return
    for line in _lines(pico, found):
        out.print(line)


def _embedder(meaning: bool | None, folder: Path) -> Embedder | None:
    """Wanted, or, where nothing is said, wherever the store keeps vectors from the last time that it was."""
    from wardround.evidence import keeps_vectors
    from wardround.harness import ConfigurationError
    from wardround.search import swift_embedder

    if meaning is None and not keeps_vectors(folder):
        return None
    found = swift_embedder() if meaning is not False else None
    if found is None and meaning:
        raise ConfigurationError(
            "--meaning: no embedder is installed.", fix="Run pip install 'wardround[embed]', or leave it out."
        )
    return found


def found_json(rank: int, found: Found) -> dict[str, Any]:
    """A passage with its place in the list; spans are of its own text, `span` of the whole document's."""
    passage, document = found.passage, found.passage.document
    return {
        "rank": rank,
        "id": passage.id,
        "score": found.score,
        "text": passage.text,
        "span": [passage.start, passage.end],
        "section": passage.section,
        "page": passage.page,
        "highlights": [{"span": [a, b], "text": passage.text[a:b]} for a, b in found.highlights],
        "why": dict(found.why),
        "document": document.id,
        "title": document.title,
        "source": document.source,
        "corpus": document.corpus,
        "layer": document.layer.value,
        "depth": document.depth.value,
        "grade": document.grade,
        "year": document.year,
        "jurisdiction": document.jurisdiction,
        "population": document.population,
        "url": document.url,
        "retracted": document.retracted,
        "superseded_by": document.superseded_by,
        "about": list(passage.about),
    }


def pico_json(pico: Pico) -> dict[str, Any]:
    """The question taken apart."""
    parts = {
        name: [{"text": part.text, "span": [part.start, part.end], "ids": list(part.ids)} for part in parts]
        for name, parts in pico.parts().items()
    }
    return {**parts, "need": pico.need.value, "groups": sorted(pico.groups)}


def _lines(pico: Pico, found: tuple[Found, ...]) -> Iterator[RenderableType]:
    from rich.padding import Padding

    from wardround.cli.output import one_line, words

    asked = "; ".join(
        f"{name}: {', '.join(part.text for part in parts)}" for name, parts in pico.parts().items() if parts
    )
    yield words(one_line(f"asks for {pico.need.value}{f'; {asked}' if asked else ''}"), "dim")
    if not found:
        yield words("Nothing here bears on that.")
    for place, one in enumerate(found, 1):
        document = one.passage.document
        text = words(one_line(f"{place}. {one.passage.text}"))
        shift = len(f"{place}. ")
        if one_line(one.passage.text) == one.passage.text:
            for start, end in one.highlights:
                text.stylize("bold", shift + start, shift + end)
        yield text
        marks = [
            *(["RETRACTED"] if document.retracted else []),
            *([f"superseded by {document.superseded_by}"] if document.superseded_by else []),
        ]
        told = (
            document.source, document.layer.value, document.depth.value, document.grade, document.jurisdiction,
            document.population, one.passage.id, *marks,
        )  # fmt: skip
        yield Padding(words(one_line("; ".join(str(part) for part in told if part)), "dim"), (0, 0, 0, 4))
        why = ", ".join(f"{name} {share:+.3f}" for name, share in one.why)
        yield Padding(words(one_line(f"{one.score:.3f} = {why}"), "dim"), (0, 0, 0, 4))
