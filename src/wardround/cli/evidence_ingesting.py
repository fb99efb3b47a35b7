"""`evidence ingest`: files into the store, with a bar on standard error; what was broken is named, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from wardround.cli.evidence_stores import folder_of
from wardround.cli.output import err, one_line, out, print_json, words
from wardround.evidence import EvidenceError, EvidenceStore, Ingested, Layer, Settings, take_in
from wardround.evidence import place as place_of

SHOWN: Final = 200
"""So many of a list are shown; the count is of all."""


def run(
    paths: list[Path],
    store: Path | None,
    corpus: str | None,
    layer: str | None,
    jurisdiction: str | None,
    population: str | None,
    prune: bool,
    as_json: bool,
) -> None:
    """Take in, then say what became of it. Exit code 1 where nothing at all could be read, or a path is not there."""
    settings = Settings(_layer(layer), _place(jurisdiction), population)
    folder = folder_of(store)
    with EvidenceStore(folder, make=True) as kept, _bar() as told:
        done = take_in(kept, paths, corpus=corpus, settings=settings, prune=prune, progress=told)
    if as_json:
        print_json(report_of(done, folder))
    else:
        _say(done, folder)
    if done.missing or (done.broken and not done.read and not done.unchanged):
        raise typer.Exit(1)


def report_of(done: Ingested, folder: Path) -> dict[str, Any]:
    """A run as JSON."""
    counts = {name: done.counts[name] for name in ("new", "changed", "amended", "same", "older", "passages")}
    seen = sum(n for name, n in counts.items() if name != "passages")
    return {
        "store": str(folder / "evidence.sqlite"),
        "files": done.files,
        "read": done.read,
        "unchanged": done.unchanged,
        "documents": seen,
        **counts,
        "corpora": done.corpora,
        "missing": _listed(done.missing),
        "broken": _listed(done.broken),
        "records_broken": _listed(done.records),
        "records_broken_n": len(done.records),
        "not_documents": _listed(done.other),
        "unresolved": _listed(done.unresolved),
        "gone": done.gone[:SHOWN],
        "gone_n": len(done.gone),
        "pruned": done.pruned,
        "seconds": round(done.seconds, 3),
        "documents_per_second": round(seen / done.seconds, 1) if seen and done.seconds else None,
    }


def _listed(troubles: list[Any]) -> list[dict[str, str]]:
    return [{"file": one.file, "reason": one.reason} for one in troubles[:SHOWN]]


def _place(name: str | None) -> str | None:
    found = None if name is None else place_of(name)
    if name is not None and found is None:
        raise EvidenceError(
            f"--jurisdiction: {name!r:.40} is no country. Give ISO 3166 letters, a country's name, Europe or international."
        )
    return found


def _layer(name: str | None) -> Layer | None:
    try:
        return None if name is None else Layer(name)
    except ValueError as error:
        raise EvidenceError(f"--layer: {name!r:.40} is none. Use {', '.join(Layer)}.") from error


def _say(done: Ingested, folder: Path) -> None:
    for style, title, troubles in (
        ("red", "missing", done.missing),
        ("red", "broken", done.broken),
        ("yellow", "passed over", done.records),
        ("dim", "no document", done.other),
        ("yellow", "supersedes", done.unresolved),
    ):
        for one in troubles[:SHOWN]:
            out.print(words(one_line(f"{title}: {one.file}: {one.reason}"), style), soft_wrap=True)
        if len(troubles) > SHOWN:
            out.print(words(f"{title}: and {len(troubles) - SHOWN} more", style))
    for name in done.gone[:SHOWN]:
        said = "deleted" if done.pruned else "gone, and kept; --prune deletes it"
        out.print(words(one_line(f"{name}: {said}"), "yellow"))
    count = done.counts
    out.print(
        words(
            one_line(
                f"{done.read} files read, {done.unchanged} unchanged, {len(done.broken)} broken. Documents: "
                f"{count['new']} new, {count['changed']} in a new version, {count['amended']} amended, "
                f"{count['same'] + count['older']} as they were; {count['passages']} passages. {done.seconds:.1f} s."
            ),
            "bold",
        )
    )
    for corpus, size in done.corpora.items():
        out.print(
            words(one_line(f"{corpus}: {size} documents in {folder / 'evidence.sqlite'}")), soft_wrap=True
        )


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int, int], None] | None]:
    """How far it has come, on standard error, where somebody looks at it."""
    if not err.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.fields[file]}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %, {task.fields[documents]} documents", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=None, file="", documents=0)

        def told(file: str, done: int, total: int, documents: int) -> None:
            bar.update(task, completed=done, total=total, file=one_line(file)[:40], documents=documents)

        yield told
