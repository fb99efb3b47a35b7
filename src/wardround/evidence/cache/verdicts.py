"""`VerdictCache`: exact first, then by meaning. Bounded; the verdict that was used longest ago leaves first.

By meaning: a claim whose parts, read by the guard, all say the same, and which an embedder, where one is given, finds near.
A verdict belongs to one `version` of the evidence: ask with another, and nothing is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final, Literal

from wardround.evidence.cache.guard import Form, form
from wardround.evidence.claims import Verdict
from wardround.evidence.reading.structure import Reader
from wardround.search import Embedder, Vectors

NEAR: Final = 0.6
"""Cosine from which two claims may mean the same, if the guard agrees."""
BIGGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Cached:
    """A verdict as it was reached."""

    verdict: Verdict
    by: str
    why: str
    passage: str | None = None
    span: tuple[int, int] | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, at which level, and for which claim it had been reached."""

    cached: Cached
    level: Literal["exact", "meaning"]
    claim: str


@dataclass(slots=True)
class _Entry:
    claim: str
    form: Form
    cached: Cached
    vector: Vectors | None


class VerdictCache:
    """One base's claims. Not for claims about a patient: what is true of one is not of another."""

    def __init__(
        self, reader: Reader, embedder: Embedder | None = None, *, near: float = NEAR, biggest: int = BIGGEST
    ) -> None:
        self._reader = reader
        self._embedder = embedder
        self._near = near
        self._biggest = max(1, biggest)
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._alike: dict[tuple[str, Form], tuple[str, str]] = {}
        self.exact = self.meaning = self.missed = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, claim: str, version: str) -> Hit | None:
        """The verdict on this claim, or on one that says the same."""
        key = (version, exact_form(claim))
        known = self._entries.get(key)
        if known is not None:
            self._entries.move_to_end(key)
            self.exact += 1
            return Hit(known.cached, "exact", known.claim)
        found = self._by_meaning(claim, version)
        if found is None:
            self.missed += 1
            return None
        self._entries.move_to_end(found)
        self.meaning += 1
        entry = self._entries[found]
        return Hit(entry.cached, "meaning", entry.claim)

    def put(self, claim: str, version: str, cached: Cached) -> None:
        """Remember a verdict."""
        key = (version, exact_form(claim))
        said = form(self._reader.read(claim))
        vector = self._embedder.encode([claim])[0] if self._embedder is not None else None
        self._entries[key] = _Entry(claim, said, cached, vector)
        self._entries.move_to_end(key)
        self._alike[version, said] = key
        while len(self._entries) > self._biggest:
            old, entry = self._entries.popitem(last=False)
            if self._alike.get((old[0], entry.form)) == old:
                del self._alike[old[0], entry.form]

    def _by_meaning(self, claim: str, version: str) -> tuple[str, str] | None:
        """The claim that says the same, part by part."""
        said = form(self._reader.read(claim))
        key = self._alike.get((version, said)) if said else None
        if key is None or self._embedder is None:
            return key
        known = self._entries[key].vector
        near = 1.0 if known is None else float(self._embedder.encode([claim])[0] @ known)
        return key if near >= self._near else None


def exact_form(claim: str) -> str:
    """One writing for one wording: spaces, case of the first letter and the final stop do not count. All else does."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", claim)).strip().rstrip(".").strip()
    return text[:1].lower() + text[1:]
