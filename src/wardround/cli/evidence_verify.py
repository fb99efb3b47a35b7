"""`wardround evidence verify FILE`: a text marked claim by claim, each with its verdict, by what, and where that stands."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from rich.text import Text

    from wardround.clinical import Fact
    from wardround.evidence import Contradiction, Judged, Unread

_BIGGEST: Final = 2_000_000
_SHOWN: Final = 100
"""So many stretches that were not read are listed; the count is of all."""
_STYLES: Final = {"Supported": "green", "Refuted": "bold red", "Uncertain": "yellow"}


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a text; `-` reads standard input")],
    store: Annotated[Path | None, typer.Option(help="the store's folder, or its SQLite file")] = None,
    patient: Annotated[
        str | None,
        typer.Option(
            help="id or name of whom the text is about: statements about them are held against memory"
        ),
    ] = None,
    memory: Annotated[
        str | None, typer.Option(help="where the patient's memory lies, if not beside the store")
    ] = None,
    model: Annotated[
        bool,
        typer.Option("--model/--no-model", help="whether the pair network is asked where it is installed"),
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Mark a text claim by claim against the knowledge base, the built-in guidance, what was taken in, and memory."""
    from wardround import __version__
    from wardround.cli.evidence_stores import folder_there
    from wardround.cli.output import out as screen
    from wardround.cli.output import print_json
    from wardround.evidence import (
        Library,
        Verifier,
        contradictions,
        judge_with_sources,
        pair_model,
        read_claims,
    )
    from wardround.knowledge import load

    text = _read(file)
    base = load()
    folder = None if store is None else folder_there(store)
    who, facts = _remembered(store, memory, patient)
    library = Library.builtin(base) if folder is None else Library.open(base, folder)
    network = pair_model() if model else None
    read = read_claims(text, base)
    judged = judge_with_sources(
        Verifier(base, library, model=network), read.claims, facts=facts, library=library
    )
    apart = contradictions(read.claims, base)
    if as_json:
        asked = {
            "file": str(file),
            "store": str(store) if store is not None else None,
            "patient": who,
            "facts": len(facts),
            "model": getattr(network, "name", type(network).__name__) if network is not None else None,
            "version": __version__,
            "knowledge": base.version,
        }
        print_json({**asked, **report(text, judged, read.unread, apart)})
    else:
        for line in _lines(text, judged, read.unread, apart):
            screen.print(line)


def _remembered(
    store: Path | None, memory: str | None, patient: str | None
) -> tuple[str | None, tuple[Fact, ...]]:
    """Whom the text is about, and what is remembered of them today."""
    from datetime import date

    from wardround.harness import ConfigurationError

    if patient is None:
        if memory is not None:
            raise ConfigurationError(
                "--memory: no patient is named.", fix="Give --patient too, or leave --memory out."
            )
        return None, ()
    from wardround.cli.memory_patients import patient_of
    from wardround.cli.stores import opened

    with opened(store, make=False, memory=memory) as place:
        who = patient_of(place, patient)
        return who.id, place.ward.memory.known(patient_id=who.id, on=date.today())


def _read(file: Path) -> str:
    from wardround.evidence import EvidenceError

    if str(file) == "-":
        return sys.stdin.read(_BIGGEST)
    try:
        if file.stat().st_size > _BIGGEST:
            raise EvidenceError(f"FILE: {file} is longer than {_BIGGEST} bytes. Give a shorter text.")
        data = file.read_bytes()
    except OSError as error:
        raise EvidenceError(f"FILE: {file} cannot be read: {error.strerror}. Name a text file.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EvidenceError(
            f"FILE: {file}, line {line}: it is not UTF-8. Save it as UTF-8; take a PDF in with `evidence ingest`."
        ) from error


def report(
    text: str,
    judged: Sequence[Judged],
    unread: Sequence[Unread] = (),
    apart: Sequence[Contradiction] = (),
) -> dict[str, Any]:
    """Every claim in order; what was not read and what contradicts itself; the hallucination rate, in all and by kind."""
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
                "contradicts": sorted(
                    {c.other if c.one == n else c.one for c in apart if n in (c.one, c.other)}
                ),
            }
            for n, one in enumerate(judged)
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
        "contradictions": [
            {
                "claims": [c.one, c.other],
                "texts": [judged[c.one].claim.text, judged[c.other].claim.text],
                "why": c.why,
            }
            for c in apart
        ],
        "unread": {
            "count": len(unread),
            "characters": sum(u.end - u.start for u in unread),
            "parts": [
                {"start": u.start, "end": u.end, "why": u.why, "said": text[u.start : u.end][:80]}
                for u in unread[:_SHOWN]
            ],
        },
    }


def _lines(
    text: str, judged: Sequence[Judged], unread: Sequence[Unread], apart: Sequence[Contradiction]
) -> Iterator[Text]:
    """The text as it stands, every claim in the colour of its verdict; below, what is not borne out and why, what
    contradicts itself, and what was not read."""
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
    for c in apart:
        told = f"contradictory ({c.why}): {judged[c.one].claim.text} / {judged[c.other].claim.text}"
        yield words(one_line(told), "bold red")
    for why, count in Counter(u.why for u in unread).most_common():
        characters = sum(u.end - u.start for u in unread if u.why == why)
        yield words(f"not read as a claim: {count} ({characters} characters): {why}", "dim")
    whole = rate_of(judged)
    rate = "no claim" if whole.rate is None else f"hallucination rate {whole.rate:.3f}"
    yield words(
        f"{whole.claims} claims, {whole.refuted} refuted, {whole.uncertain} uncertain: {rate}", "bold"
    )
