"""Take files into the store: what is unchanged is passed over, what is broken is reported, and a run that was killed goes on.

A file is first read once from end to end (its digest, and that it is whole), then its documents are kept some hundred a
transaction, and only then it stands in the ledger. So a killed run leaves whole documents, and the next one does the rest.
"""

from __future__ import annotations

import posixpath
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from wardround.evidence.ingest import layouts, pubmed
from wardround.evidence.ingest.drafts import BrokenError, Draft, Gone, Note, Reading, Settings, Unread, digest
from wardround.evidence.ingest.finding import BESIDE, File, find
from wardround.evidence.ingest.front_matter import Said, read_said
from wardround.evidence.ingest.keeping import Keeper
from wardround.evidence.ingest.kinds import OtherKindError, kind_of
from wardround.evidence.ingest.ledger import Ledger
from wardround.evidence.ingest.markdown import MAX_BYTES, decoded, read_text
from wardround.evidence.ingest.opening import Proven, Told, opened, prove
from wardround.evidence.ingest.pdf import PdfReader
from wardround.evidence.naming import checked_corpus, corpus_of, document_id
from wardround.evidence.store import EvidenceStore

READERS: Final = "1"
"""Counted up when a reader reads more out of the same file."""
Progress = Callable[[str, int, int, int], None]
"""Hears the file's name, bytes done and in all, and documents so far."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file, or a record of one, that was passed over."""

    file: str
    reason: str


@dataclass(slots=True)
class Ingested:
    """What became of a run."""

    files: int = 0
    read: int = 0
    unchanged: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Documents `new`, `changed`, `amended`, `same`, `older`; `passages` written."""
    corpora: dict[str, int] = field(default_factory=dict)
    """Documents of each corpus that was written to, after the run."""
    missing: list[Trouble] = field(default_factory=list)
    """Paths that were given and are not there."""
    broken: list[Trouble] = field(default_factory=list)
    records: list[Trouble] = field(default_factory=list)
    """Records passed over within files that were read."""
    other: list[Trouble] = field(default_factory=list)
    """Files that are no documents."""
    unresolved: list[Trouble] = field(default_factory=list)
    """Names in `supersedes` that nothing is called by."""
    gone: list[str] = field(default_factory=list)
    """Ids of documents that their file, or a folder, no longer holds."""
    pruned: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Run:
    store: EvidenceStore
    ledger: Ledger
    settings: Settings
    corpus: str | None
    prune: bool
    progress: Progress | None
    pdfs: PdfReader
    done: Ingested
    files: list[File]
    total: int = 0
    bytes_done: int = 0


def take_in(
    store: EvidenceStore,
    paths: Sequence[Path],
    *,
    corpus: str | None = None,
    settings: Settings | None = None,
    prune: bool = False,
    progress: Progress | None = None,
) -> Ingested:
    """Take in files and folders. Raises EvidenceError where no path is there or the store cannot be written."""
    started = time.perf_counter()
    if corpus is not None:
        checked_corpus(corpus)
    files, missing = find(list(paths))
    done = Ingested(files=len(files), missing=[Trouble(str(one.path), one.reason) for one in missing])
    with PdfReader() as pdfs:
        run = _Run(store, Ledger(store), settings or Settings(), corpus, prune, progress, pdfs, done, files)
        run.total = sum(_size(file.path) for file in files)
        for file in files:
            _take(run, file)
            run.bytes_done += _size(file.path)
            _tell(run, file, 0)
        _gone_from_folders(run)
    done.seconds = time.perf_counter() - started
    return done


def _take(run: _Run, file: File) -> None:
    """One file: read, passed over, or reported."""
    name = str(file.path).encode("utf-8", "replace").decode()
    try:
        if file.fault:
            raise BrokenError(file.fault)
        if file.aside:
            raise OtherKindError(file.aside)
        proven = prove(file.path)
        kind = kind_of(proven)
        corpus = run.corpus or _named(file, kind)
        beside = _beside(file.path)
        settings = digest(READERS, file.key, run.settings, beside)
        if run.ledger.is_done(corpus, name, proven.digest, settings):
            run.done.unchanged += 1
            _gone(run, corpus, run.ledger.gone_from(corpus, name), safe=True)
        else:
            if kind == "pubmed":
                pubmed.prove_pubmed(proven)
            _read(run, file, proven, kind, corpus, beside)
            run.done.read += 1
            run.ledger.note(corpus, name, str(file.root), kind, proven.digest, settings)
        run.done.corpora.setdefault(corpus, 0)
        run.done.corpora[corpus] = run.ledger.size(corpus)
    except OtherKindError as other:
        run.done.other.append(Trouble(name, str(other)))
    except BrokenError as broken:
        run.done.broken.append(Trouble(name, str(broken)))


def _read(run: _Run, file: File, proven: Proven, kind: str, corpus: str, beside: str | None) -> None:
    """Keep everything in a file, and find out what it holds no more."""
    keeper = Keeper(
        run.store, corpus, str(file.path), run.settings, lambda other: run.ledger.stands(corpus, other)
    )
    unread: list[Unread] = []
    gone: list[str] = []
    for one in _drafts(run, file, proven, kind, beside, _telling(run, file, keeper)):
        if isinstance(one, Unread):
            unread.append(one)
        elif isinstance(one, Gone):
            gone.append(one.key)
        else:
            keeper.keep(_resolved(run, file, corpus, one))
    keeper.write()
    unread += keeper.unread
    run.done.counts += keeper.counts
    run.done.records += [Trouble(f"{file.path}: {one.where}", one.reason) for one in unread]
    keys = [*run.ledger.no_longer_in(corpus, str(file.path), keeper.keys), *gone]
    _gone(run, corpus, [key for key in keys if key not in keeper.keys], safe=not unread)


def _drafts(
    run: _Run, file: File, proven: Proven, kind: str, beside: str | None, told: Told | None
) -> Reading:
    """The documents in a file of this kind."""
    if kind == "pubmed":
        yield from pubmed.read_pubmed(proven, told)
    elif kind in layouts.READERS:
        yield from layouts.READERS[kind](proven, told)
    elif kind == "pdf":
        yield run.pdfs.read(file.path, file.key, read_said(beside) if beside else Said())
    else:
        with opened(proven, told) as data:
            content = data.read(MAX_BYTES + 1)
        stem = file.path.stem.replace("_", " ").replace("-", " ")
        yield read_text(content, file.key, stem, marked_up=kind == "markdown")


def _named(file: File, kind: str) -> str:
    """The corpus where none was named: PubMed's articles are one, a set of records is one, a folder's files are one."""
    if kind == "pubmed":
        return "pubmed"
    if kind in layouts.READERS:
        return corpus_of(file.path.parent.name)
    return corpus_of(file.root.name) if file.whole_folder else "documents"


def _beside(path: Path) -> str | None:
    """What a file beside a PDF says of it."""
    if path.suffix.lower() != ".pdf":
        return None
    for suffix in BESIDE:
        other = path.with_name(path.name + suffix)
        if other.is_file():
            try:
                return decoded(other.read_bytes()[: MAX_BYTES + 1])
            except (BrokenError, OSError) as error:
                raise BrokenError(f"{other.name}: {error}") from error
    return None


def _resolved(run: _Run, file: File, corpus: str, draft: Draft) -> Draft:
    """Names of files in what a document says of others become ids."""
    if draft.revised is not None or not draft.notes or all(n.key is n.by is None for n in draft.notes):
        return draft
    return replace(draft, notes=tuple(_resolve(run, file, corpus, note) for note in draft.notes))


def _resolve(run: _Run, file: File, corpus: str, note: Note) -> Note:
    def name_of(written: str | None) -> str | None:
        if written is None:
            return None
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(file.key), written))
        for key in (beside, posixpath.normpath(written)):
            there = file.whole_folder and not key.startswith("..") and (file.root / key).is_file()
            if there or run.ledger.holds(corpus, key):
                return document_id(corpus, key)
        if run.store.document(written) is None and not written.startswith("guidance."):
            run.done.unresolved.append(Trouble(str(file.path), f"nothing is called {written!r:.100}"))
        return written

    return replace(note, key=name_of(note.key), by=name_of(note.by), is_id=True)


def _gone_from_folders(run: _Run) -> None:
    """Files that a folder held when it was last read, and holds no more."""
    roots = {file.root for file in run.files if file.whole_folder}
    for corpus, path in run.ledger.no_longer_under(roots, {str(file.path) for file in run.files}):
        _gone(run, corpus, run.ledger.keys_of(corpus, path), safe=True)
        if run.prune:
            run.ledger.drop(corpus, path)


def _gone(run: _Run, corpus: str, keys: list[str], *, safe: bool) -> None:
    """Report documents, and delete them where that was asked for and nothing was misread."""
    names = run.ledger.ids_of(corpus, keys)
    run.done.gone += names
    if run.prune and safe and names:
        run.done.pruned += run.ledger.delete(names)
    elif safe and names:
        run.ledger.note_gone(corpus, keys)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _telling(run: _Run, file: File, keeper: Keeper) -> Told | None:
    """A reader tells of bytes; whoever watches hears how far the run is."""
    if run.progress is None:
        return None
    so_far = 0

    def told(read: int) -> None:
        nonlocal so_far
        so_far += read
        kept = sum(n for name, n in keeper.counts.items() if name != "passages")
        _tell(run, file, min(so_far, _size(file.path)), kept)

    return told


def _tell(run: _Run, file: File, within: int, kept: int = 0) -> None:
    if run.progress is not None:
        documents = sum(n for name, n in run.done.counts.items() if name != "passages") + kept
        run.progress(file.path.name, run.bytes_done + within, max(run.total, 1), documents)
