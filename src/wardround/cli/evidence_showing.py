"""`evidence documents`, `show`, `mark` and `forget`: what there is to cite, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from wardround.cli.evidence_stores import folder_of
from wardround.cli.output import one_line, out, print_json, words
from wardround.evidence import Document, EvidenceError, EvidenceStore, Passage, builtin_passages

BUILT_IN: Final = "guidance"


def documents(store: Path | None, corpus: str | None, marked: bool, limit: int, as_json: bool) -> None:
    """List them; the counts are of all, whatever is shown."""
    with EvidenceStore(folder_of(store)) as kept:
        counts = {BUILT_IN: len(_builtin(kept)), **kept.corpora()}
        if corpus is not None and corpus not in counts:
            raise EvidenceError(f"--corpus: there is no {corpus!r:.60}. There are {', '.join(counts)}.")
        found = [one for one in _all(kept, corpus) if not marked or one.retracted or one.superseded_by]
    if as_json:
        shown = [document_json(one) for one in found[:limit]]
        print_json({"corpora": counts, "n": len(found), "documents": shown})
        return
    table = Table("id", "layer", "year", "title", "standing", expand=True)
    for one in found[:limit]:
        year = str(one.year or "")
        table.add_row(
            *(words(one_line(cell)) for cell in (one.id, one.layer, year, one.title, _standing(one)))
        )
    out.print(table)
    if len(found) > limit:
        out.print(words(f"and {len(found) - limit} more; --limit shows them", "yellow"))
    out.print(words(one_line("; ".join(f"{name}: {n} documents" for name, n in counts.items())), "bold"))


def show(name: str, store: Path | None, as_json: bool) -> None:
    """A document or a passage."""
    with EvidenceStore(folder_of(store)) as kept:
        passages = _passages(kept, name)
        if not passages:
            raise EvidenceError(f"{name!r:.200}: there is no such document. `evidence documents` lists them.")
        document = passages[0].document
        whole = kept.kept(document.id)
        marks = kept.marks(document.id)
    if as_json:
        print_json(
            {
                "document": document_json(document),
                "version": whole.version if whole else 1,
                "file": whole.file if whole else None,
                "marks": [asdict(one) for one in marks],
                "passages": [passage_json(one) for one in passages],
            }
        )
        return
    out.print(words(one_line(document.title), "bold"))
    out.print(words(one_line(document.source)))
    out.print(
        words(one_line(f"{document.id}: {document.layer}, read to the {document.depth}; {_graded(document)}"))
    )
    for one in marks:
        said = f"{one.kind}, {one.said_by}: {one.because}"
        out.print(
            words(one_line(said + (f" ({one.superseded_by})" if one.superseded_by else "")), "bold red")
        )
    if document.superseded_by and not marks:
        out.print(words(one_line(f"superseded by {document.superseded_by}"), "bold red"))
    for passage in passages:
        place = f"{passage.id} [{passage.start}-{passage.end}]"
        where = ", ".join(x for x in (place, passage.section, passage.page and f"page {passage.page}") if x)
        out.print(words(one_line(where), "dim"))
        out.print(words(passage.text))


def mark(
    name: str,
    store: Path | None,
    retracted: bool,
    superseded_by: str | None,
    because: str,
    clear: bool,
    as_json: bool,
) -> None:
    """Mark by hand, or take that back."""
    if retracted + (superseded_by is not None) + clear != 1:
        raise EvidenceError("mark: give one of --retracted, --superseded-by ID and --clear.")
    with EvidenceStore(folder_of(store), make=True) as kept:
        for other in (name, superseded_by):
            known = other is None or (clear and kept.marks(other)) or _passages(kept, other, whole=True)
            if not known:
                raise EvidenceError(
                    f"{other!r:.200}: there is no such document. `evidence documents` lists them."
                )
        if clear:
            kept.unmark(name)
        else:
            kept.mark(name, "retracted" if retracted else "superseded", because, superseded_by)
        marks = kept.marks(name)
    if as_json:
        print_json({"id": name, "marks": [asdict(one) for one in marks]})
        return
    for one in marks:
        out.print(words(one_line(f"{name}: {one.kind}, {one.said_by}: {one.because}")))
    if not marks:
        out.print(words(one_line(f"{name}: nothing stands against it.")))


def forget(corpus: str, store: Path | None, as_json: bool) -> None:
    """Delete a corpus."""
    with EvidenceStore(folder_of(store)) as kept:
        known = kept.corpora()
        if corpus not in known:
            there = ", ".join(known) or "none"
            raise EvidenceError(f"{corpus!r:.60}: there is no such corpus. There are: {there}.")
        deleted = kept.forget(corpus)
    if as_json:
        print_json({"corpus": corpus, "deleted": deleted})
        return
    out.print(words(one_line(f"{corpus}: {deleted} documents deleted.")))


def document_json(document: Document) -> dict[str, Any]:
    """A document as JSON."""
    return asdict(document)


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage as JSON, its document left out."""
    return {
        "id": passage.id,
        "span": [passage.start, passage.end],
        "section": passage.section,
        "page": passage.page,
        "about": list(passage.about),
        "text": passage.text,
    }


def _all(kept: EvidenceStore, corpus: str | None) -> Iterator[Document]:
    if corpus in (None, BUILT_IN):
        yield from (one.document for one in _builtin(kept))
    if corpus != BUILT_IN:
        yield from kept.documents(corpus)


def _builtin(kept: EvidenceStore) -> tuple[Passage, ...]:
    from wardround.knowledge import load

    return builtin_passages(load(), kept.standing())


def _passages(kept: EvidenceStore, name: str, *, whole: bool = False) -> list[Passage]:
    """The passages of a document, or the one passage of this id."""
    if name.startswith(f"{BUILT_IN}."):
        return [one for one in _builtin(kept) if name == one.document.id or (not whole and name == one.id)]
    found = list(kept.passages([name]))
    one = None if found or whole else kept.passage(name)
    return found or ([one] if one is not None else [])


def _standing(document: Document) -> str:
    newer = f"superseded by {document.superseded_by}" if document.superseded_by else None
    return ", ".join(x for x in ("retracted" if document.retracted else None, newer) if x)


def _graded(document: Document) -> str:
    if document.grade is None:
        return "its own words"
    return f"our words, {document.grade}" + (
        ": its source was not opened" if document.grade == "recalled" else ""
    )
