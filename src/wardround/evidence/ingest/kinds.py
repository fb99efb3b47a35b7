"""Which kind of file this is: by what is in it; its name decides nothing but between Markdown and plain text."""

from __future__ import annotations

import re
from typing import Final

from wardround.evidence.ingest import layouts, pubmed
from wardround.evidence.ingest.drafts import BrokenError
from wardround.evidence.ingest.markdown import LOOKS_LIKE
from wardround.evidence.ingest.opening import Proven

_ROOT: Final = re.compile(rb"<([A-Za-z_][\w.-]*)")
_OTHERS: Final = {
    b"PK\x03\x04": "a Word, PowerPoint, Excel or zip file: save it as PDF",
    b"\xd0\xcf\x11\xe0": "an old Office file: save it as PDF",
    b"{\\rtf": "rich text: save it as PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"SQLite format": "a database",
}


class OtherKindError(BrokenError):
    """A file that is no document that we read, and broken it may not be."""


def kind_of(proven: Proven) -> str:
    """`pdf`, `pubmed`, a layout, `markdown` or `text`. Raises OtherKindError."""
    head = proven.head
    if b"%PDF-" in head[:1024] and not proven.packed:
        return "pdf"
    for mark, words in _OTHERS.items():
        if head.startswith(mark):
            raise OtherKindError(words)
    plain = head.decode("utf-16", "ignore").encode() if head[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    stripped = plain.removeprefix(b"\xef\xbb\xbf").lstrip()
    if stripped[:1] == b"<":
        return _marked_up(stripped)
    if b"\0" in plain:
        raise OtherKindError("no text and no PDF")
    layout = layouts.kind_of(stripped)
    if layout is not None:
        return layout
    if proven.packed:
        raise OtherKindError("packed, and neither PubMed's XML nor a corpus: unpack it")
    return _written(proven, plain)


def _marked_up(head: bytes) -> str:
    """XML of PubMed; or Markdown that begins with a comment."""
    lower = head[:200].lower()
    if lower.startswith((b"<?xml", b"<!doctype")) and b"<!ENTITY" in head:
        raise BrokenError("it declares entities: they are refused, write the text itself")
    if lower.startswith((b"<!doctype html", b"<html")):
        raise OtherKindError("a web page: print it to PDF")
    if any(root.encode() in head for root in pubmed.ROOTS):
        return "pubmed"
    if lower.startswith((b"<?xml", b"<!doctype")):
        root = _ROOT.search(head)
        named = root.group(1).decode() if root else "unknown"
        raise OtherKindError(f"XML of another kind ({named:.40}): PubMed's begins with PubmedArticleSet")
    return "markdown"


def _written(proven: Proven, head: bytes) -> str:
    name = proven.path.name.lower()
    if name.endswith((".md", ".markdown")):
        return "markdown"
    if name.endswith(
        (".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".py", ".html", ".log", ".qrel", ".qrels")
    ):
        raise OtherKindError("neither a document nor a corpus in a layout that is read")
    text = head.decode("utf-8", "ignore")
    return "markdown" if text.startswith(("---\n", "---\r\n")) or LOOKS_LIKE.search(text) else "text"
