"""`wardround evidence verify FILE`: a text marked claim by claim, each with its verdict, by what, and where that stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from rich.text import Text

    from wardround.evidence import Judged

_BIGGEST: Final = 2_000_000
_STYLES: Final = {"Supported": "green", "Refuted": "bold red", "Uncertain": "yellow"}


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a text; `-` reads standard input")],
    store: Annotated[Path | None, typer.Option(help="the store's folder, or its SQLite file")] = None,
    model: Annotated[
        bool,
        typer.Option("--model/--no-model", help="whether the pair network is asked where it is installed"),
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Mark a text claim by claim against the knowledge base, the built-in guidance and what was taken in."""
    from wardround.cli.evidence_stores import folder_of
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.evidence import Library, Verifier, claims, pair_model
    from wardround.knowledge import load

    text = _read(file)
    base = load()
    library = Library.builtin(base) if store is None else Library.open(base, folder_of(store))
    found = claims(text, base)
    judged = Verifier(base, library, model=pair_model() if model else None).judge(found)
    if as_json:
        print_json(report(text, judged))
    else:
        for line in _lines(text, judged):
            screen.print(line)


def _read(file: Path) -> str:
    from wardround.evidence import EvidenceError

    if str(file) == "-":
        return sys.stdin.read(_BIGGEST)
    try:
        if file.stat().st_size > _BIGGEST:
            raise EvidenceError(f"{file} is longer than {_BIGGEST} bytes. Give a shorter text.")
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise EvidenceError(f"{file} cannot be read: {error.strerror}. Name a text file.") from error
    except UnicodeDecodeError as error:
        raise EvidenceError(f"{file} is no UTF-8 text. Take a PDF in with `evidence ingest`.") from error


def report(text: str, judged: Sequence[Judged]) -> dict[str, Any]:
    """Every claim in order; and the hallucination rate, in all and by kind."""
    from wardround.evidence import hallucination_rate, rate_of

    whole = rate_of(judged)
    return {
        "claims": [
            {
                "text": one.claim.text,
                "kind": str(one.claim.kind),
                "start": one.claim.start,
                "end": one.claim.end,
                "said": text[one.claim.start : one.claim.end],
                "cites": list(one.claim.cites),
                "verdict": str(one.verdict),
                "by": one.by,
                "why": one.why,
                "passage": one.passage,
                "span": list(one.span) if one.span is not None else None,
                "confidence": one.confidence,
            }
            for one in judged
        ],
        "n": whole.claims,
        "supported": whole.supported,
        "refuted": whole.refuted,
        "uncertain": whole.uncertain,
        "rate": whole.rate,
        "by_kind": {
            str(kind): {"n": one.claims, "refuted": one.refuted, "uncertain": one.uncertain, "rate": one.rate}
            for kind, one in hallucination_rate(judged).items()
        },
    }


def _lines(text: str, judged: Sequence[Judged]) -> Iterator[Text]:
    """The text as it stands, every claim in the colour of its verdict; below, what is not borne out and why."""
    from wardround.cli.output import one_line, words
    from wardround.evidence import rate_of

    shown = words("")
    at = 0
    for one in sorted(judged, key=lambda j: j.claim.start):
        start, end = max(at, one.claim.start), max(at, one.claim.end)
        shown.append_text(words(text[at:start]))
        shown.append_text(words(text[start:end], _STYLES[str(one.verdict)]))
        at = end
    shown.append_text(words(text[at:]))
    yield shown
    for one in judged:
        where = f" [{one.passage}]" if one.passage else ""
        told = f"{one.verdict} ({one.claim.kind}): {one.claim.text}: {one.why}{where}"
        yield words(one_line(told), _STYLES[str(one.verdict)])
    whole = rate_of(judged)
    rate = "no claim" if whole.rate is None else f"hallucination rate {whole.rate:.3f}"
    yield words(
        f"{whole.claims} claims, {whole.refuted} refuted, {whole.uncertain} uncertain: {rate}", "bold"
    )
