"""Drafts into the store, some hundred a transaction: what is new, what changed, what only stands differently.

The same text again is passed over; a changed text is a new version, and the old one is superseded by it; where only
title, layer, year or standing changed, the document is amended in place. An older record never takes a newer's place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wardround.evidence.documents import Depth, Layer
from wardround.evidence.ingest.drafts import MAX_TEXT, Draft, Settings, Unread, digest, placed
from wardround.evidence.naming import base_of, document_id
from wardround.evidence.splitting import passages
from wardround.evidence.store import EvidenceStore
from wardround.evidence.store_layout import transaction

BATCH: Final = 400
"""Documents a transaction."""
BATCH_TEXT: Final = 4_000_000
"""Characters a transaction."""
_FIELDS: Final = "title, layer, depth, source, year, jurisdiction, population, url, revised"


class _Row(NamedTuple):
    """The version of a document that stands."""

    number: int
    id: str
    version: int
    file: str
    revised: str | None
    text_digest: str
    about_digest: str
    gone: int


@dataclass(slots=True)
class Keeper:
    """Keeps the documents of one file. `stands` says whether another file of the corpus still holds what it held."""

    store: EvidenceStore
    corpus: str
    file: str
    settings: Settings
    stands: Callable[[str], bool]
    counts: Counter[str] = field(default_factory=Counter)
    """`new`, `changed`, `amended`, `same`, `older`, and `passages` written."""
    unread: list[Unread] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    _waiting: list[Draft] = field(default_factory=list)
    _held: int = 0

    def keep(self, draft: Draft) -> bool:
        """Take a draft; it is written with the next hundreds. Whether that was now."""
        fault = _fault(draft)
        if fault:
            self.unread.append(Unread(draft.key, fault))
            return False
        self._waiting.append(draft)
        self._held += sum(len(part.text) for part in draft.parts)
        if len(self._waiting) < BATCH and self._held < BATCH_TEXT:
            return False
        self.write()
        return True

    def write(self) -> None:
        """Write what waits, all of it or nothing."""
        drafts, self._waiting, self._held = self._waiting, [], 0
        if not drafts:
            return
        counts: Counter[str] = Counter()
        unread: list[Unread] = []
        with self.store.lock, transaction(self.store.database):
            for draft in drafts:
                self._put(draft, counts, unread)
        self.counts += counts
        self.unread += unread
        self.keys.update(draft.key for draft in drafts)

    def _put(self, draft: Draft, counts: Counter[str], unread: list[Unread]) -> None:
        about = _about(draft, self.settings, self.corpus)
        row = self._standing(draft.key)
        if row is None:
            name = document_id(self.corpus, draft.key)
            if self._known(name):
                unread.append(Unread(draft.key, f"its id {name} is another's: rename one of the two"))
                return
            counts["new"] += 1
            counts["passages"] += self._insert(draft, about, 1)
            return
        if not self._may_replace(draft, row):
            counts["older"] += 1
            return
        if row.file != self.file and draft.revised is None and self.stands(row.file):
            reason = f"{document_id(self.corpus, draft.key)} came from {row.file}: give another --corpus"
            unread.append(Unread(draft.key, reason))
            return
        self._compare(draft, about, row, counts)

    def _compare(self, draft: Draft, about: tuple[object, ...], row: _Row, counts: Counter[str]) -> None:
        """A document that is there already: the same, amended, or changed."""
        if _text_digest(draft) != row.text_digest:
            now = self.store.next_version()
            self._run("UPDATE documents SET current = 0, changed = ? WHERE number = ?", now, row.number)
            counts["changed"] += 1
            counts["passages"] += self._insert(draft, about, row.version + 1)
            return
        if row.file != self.file or row.gone:
            self._run("UPDATE documents SET file = ?, gone = 0 WHERE number = ?", self.file, row.number)
        said = _about_digest(draft, about)
        if said == row.about_digest:
            counts["same"] += 1
            return
        names = ", ".join(f"{name} = ?" for name in _FIELDS.split(", "))
        self._run(
            f"UPDATE documents SET {names}, about_digest = ?, changed = ? WHERE number = ?",  # noqa: S608
            *about,
            said,
            self.store.next_version(),
            row.number,
        )
        self._note(draft, row.id)
        counts["amended"] += 1

    def _insert(self, draft: Draft, about: tuple[object, ...], version: int) -> int:
        """Write a version with its passages; how many those are."""
        name = document_id(self.corpus, draft.key, version)
        now = self.store.next_version()
        self._run("DELETE FROM removed WHERE id = ?", name)
        made = self.store.database.execute(
            f"INSERT INTO documents (id, corpus, key, version, current, file, {_FIELDS}, text, text_digest, "  # noqa: S608
            f"about_digest, changed) VALUES (?, ?, ?, ?, 1, ?, {', '.join('?' * 9)}, ?, ?, ?, ?)",
            (name, self.corpus, draft.key, version, self.file, *about, draft.whole, _text_digest(draft),
             _about_digest(draft, about), now),
        )  # fmt: skip
        spans = [
            (made.lastrowid, n, at + start, at + end, section, page)
            for n, (at, start, end, section, page) in enumerate(
                (at, *span, part.section, part.page)
                for part, at in placed(draft)
                for span in passages(part.text, part.spans)
            )
        ]
        self.store.database.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", spans)
        self._note(draft, name)
        return len(spans)

    def _note(self, draft: Draft, name: str) -> None:
        """What the document says of itself and others now stands instead of what it said before."""
        sayer, own = base_of(name), document_id(self.corpus, draft.key)
        before = self.store.database.execute(
            "SELECT target, kind, said_by, superseded_by, because FROM marks WHERE said_by = ?", (sayer,)
        ).fetchall()
        said = set()
        for note in draft.notes:
            target = (
                own if note.key is None else note.key if note.is_id else document_id(self.corpus, note.key)
            )
            by = None
            if note.kind == "superseded":
                by = name if note.by is None else note.by if note.is_id else document_id(self.corpus, note.by)
            if by is None or base_of(target) != base_of(by):
                said.add((target, note.kind, sayer, by, note.because))
        if said == set(before):
            return
        self._run("DELETE FROM marks WHERE said_by = ?", sayer)
        self.store.database.executemany(
            "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?, ?)", sorted(said, key=str)
        )
        now = self.store.next_version()
        for target in {row[0] for row in (*before, *said)}:
            self.store.touch(target, now)

    def _standing(self, key: str) -> _Row | None:
        found = self.store.database.execute(
            "SELECT number, id, version, file, revised, text_digest, about_digest, gone FROM documents "
            "WHERE corpus = ? AND key = ? ORDER BY version DESC LIMIT 1",
            (self.corpus, key),
        ).fetchone()
        return _Row(*found) if found else None

    def _known(self, name: str) -> bool:
        found = self.store.database.execute("SELECT 1 FROM documents WHERE id = ?", (name,)).fetchone()
        return found is not None

    def _may_replace(self, draft: Draft, row: _Row) -> bool:
        return draft.revised is None or row.revised is None or draft.revised >= row.revised

    def _run(self, sql: str, *values: object) -> None:
        self.store.database.execute(sql, values)


def _text_digest(draft: Draft) -> str:
    """Of what passages are made of."""
    return digest(*(x for part in draft.parts for x in (part.text, part.section, part.page, part.spans)))


def _about_digest(draft: Draft, about: tuple[object, ...]) -> str:
    return digest(*about, *draft.notes)


def _about(draft: Draft, settings: Settings, corpus: str) -> tuple[object, ...]:
    """The values of `_FIELDS`. What is said at ingestion stands before what a reader found."""
    layer = settings.layer or draft.layer or Layer.PRACTICE
    depth = draft.depth
    if layer is Layer.REGULATORY and depth is Depth.FULL_TEXT:
        depth = Depth.LABEL
    source = draft.source or ", ".join(str(x) for x in (draft.title, draft.year) if x is not None)
    return (
        draft.title,
        layer.value,
        depth.value,
        source,
        draft.year,
        settings.jurisdiction or draft.jurisdiction,
        settings.population or draft.population,
        draft.url,
        draft.revised,
    )


def _fault(draft: Draft) -> str | None:
    """Why a draft cannot be kept."""
    if not draft.key.strip():
        return "it has no id"
    if not draft.whole.strip():
        return "it has no text"
    if sum(len(part.text) for part in draft.parts) > MAX_TEXT:
        return f"it has more than {MAX_TEXT} characters: split it"
    try:
        for text in (draft.key, draft.title, draft.whole, draft.source or "", draft.url or ""):
            text.encode()
    except UnicodeEncodeError:
        return "it holds half of a surrogate pair: mend its text"
    return None
