"""How documents are named: `<corpus>.<key>`, later versions `<corpus>.<key>@2`, passages `<document>#<n>`.

An id is made of corpus and key alone, so that a store that is made again gives the same ids, and citations hold.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import Final

from wardround.evidence.errors import EvidenceError

RESERVED: Final = "guidance"
"""What is built in."""
LONGEST: Final = 160
_CORPUS: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_NOT_IN_IDS: Final = re.compile(r"[^\w./-]+")


def checked_corpus(name: str) -> str:
    """A corpus's name, or why it can be none."""
    if not _CORPUS.match(name):
        raise EvidenceError(
            f"--corpus: {name!r:.60} can be no name: use up to 40 lower-case letters, digits, - and _."
        )
    if name == RESERVED:
        raise EvidenceError(f"--corpus: {name!r} is what is built in: choose another name.")
    return name


def corpus_of(name: str) -> str:
    """A corpus's name from that of a folder."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].rstrip("-")
    return "documents" if not plain or plain == RESERVED else plain


def document_id(corpus: str, key: str, version: int = 1) -> str:
    """The id of a document. Keys that differ in what ids cannot hold get a digest, so that no two meet."""
    plain = _NOT_IN_IDS.sub("_", unicodedata.normalize("NFC", key))
    if plain != key.replace(" ", "_") or len(plain) > LONGEST:
        plain = f"{plain[:LONGEST]}-{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    return f"{corpus}.{plain}" if version == 1 else f"{corpus}.{plain}@{version}"


def base_of(document: str) -> str:
    """The id without its version."""
    return document.rpartition("@")[0] or document


def passage_id(document: str, n: int) -> str:
    """The id of a document's n-th passage."""
    return f"{document}#{n}"


def parted(passage: str) -> tuple[str, int] | None:
    """Document and number of a passage's id; None where it is none."""
    document, mark, number = passage.rpartition("#")
    if not mark or not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    return (document, int(number)) if str(int(number)) == number else None
