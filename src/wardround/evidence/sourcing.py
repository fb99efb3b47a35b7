"""Claims that name a source, looked up: among what was retrieved, and in the library's documents.

What the claim says is judged without the words that name the source; a source that can be looked up and is nowhere leaves
the claim Uncertain, however true the rest. Nothing is asked of the net: absent here is not absent in the world.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from wardround.clinical import Fact
from wardround.evidence.claims import Claim, Judged, Kind, Verdict
from wardround.evidence.documents import Document, Passage
from wardround.evidence.library import Library
from wardround.evidence.reading.sources import Named, named_sources
from wardround.evidence.verifying import Verifier

BY: Final = "sources"
_LEAD: Final = re.compile(
    r"^[\s,;:()\[\]-]*(?:(?:see(?: also)?|source|reference|ref|cf|as shown (?:in|by)|as (?:reported|described) (?:in|by)|"
    r"according to|from|in|by|per|doi|https?://\S*)[\s,;:()\[\].-]*)*",
    re.I,
)
_LEFT: Final = re.compile(r"[^\W\d_]{3,}")
_FEWEST_LEFT: Final = 2


def judge_with_sources(
    verifier: Verifier,
    claims: Sequence[Claim],
    *,
    facts: Sequence[Fact] = (),
    retrieved: Sequence[Passage] = (),
    library: Library | None = None,
) -> tuple[Judged, ...]:
    """A verdict on each claim, in order; those that name a source that can be looked up are held against what there is."""
    named = [tuple(named_sources(c.text)) if c.kind is Kind.CITATION else () for c in claims]
    said = [
        replace(c, text=_without(c.text, own) or c.text) if own else c
        for c, own in zip(claims, named, strict=True)
    ]
    judged = verifier.judge(said, facts=facts, retrieved=retrieved)
    if not any(named):
        return judged
    there = _documents(retrieved, library)
    return tuple(
        _looked_up(replace(one, claim=claim), own, there) if own else one
        for one, claim, own in zip(judged, claims, named, strict=True)
    )


def _documents(retrieved: Sequence[Passage], library: Library | None) -> tuple[Document, ...]:
    held: Iterable[Passage] = library.passages() if library is not None else ()
    return tuple({p.document.id: p.document for p in (*retrieved, *held)}.values())


def _looked_up(one: Judged, named: Sequence[Named], there: Sequence[Document]) -> Judged:
    """Refuted stays so. A source that is not there, or was withdrawn, leaves it open; a claim of nothing else stands with it."""
    if one.verdict is Verdict.REFUTED:
        return one
    found = {source: next((d for d in there if _is(d, source)), None) for source in named}
    for source, document in found.items():
        if document is None:
            why = f"{source.words}: neither retrieved nor in the library; nothing shows that it exists or says so"
            return replace(one, verdict=Verdict.UNCERTAIN, by=BY, why=why, passage=None, span=None)
        if document.retracted:
            why = f"{source.words}: {document.id} was retracted"
            return replace(one, verdict=Verdict.UNCERTAIN, by=BY, why=why, passage=None, span=None)
    if _without(one.claim.text, named):
        return one
    names = ", ".join(d.id for d in found.values() if d is not None)
    return replace(one, verdict=Verdict.SUPPORTED, by=BY, why=f"it is {names}", passage=None, span=None)


def _without(text: str, named: Sequence[Named]) -> str:
    """What the claim says beside its sources; empty where that is nothing."""
    for source in named:
        text = text.replace(source.words, " ")
    rest = _LEAD.sub("", re.sub(r"\(\s*\)|\[\s*\]", " ", text)).strip(" ,;:.-()[]")
    rest = " ".join(rest.split())
    return rest if len(_LEFT.findall(rest)) >= _FEWEST_LEFT else ""


def _is(document: Document, source: Named) -> bool:
    """Whether a document is what a claim names."""
    if source.sort == "pmid":
        return source.key in _numbers(document)
    told = " ".join(filter(None, (document.title, document.source, document.url, document.id))).lower()
    if source.sort != "authors":
        return re.search(rf"(?<![\w.]){re.escape(source.key.lower())}(?![\w/])", told) is not None
    author, year = source.key.rsplit(" ", 1)
    return re.search(rf"\b{re.escape(author)}\b", told) is not None and year in (
        str(document.year),
        *told.split(),
    )


def _numbers(document: Document) -> Iterator[str]:
    """Numbers under which PubMed knows it: of its address, and of its id where that is PubMed's."""
    link = re.search(r"pubmed\.ncbi\.nlm\.nih\.gov/(\d+)", document.url or "")
    if link is not None:
        yield link[1]
    own = re.search(r"^(?:pubmed|pmid)\.(\d+)(?:@\d+)?$", document.id)
    if own is not None:
        yield own[1]
    yield from re.findall(r"\bPMID:? ?(\d+)", document.source)
