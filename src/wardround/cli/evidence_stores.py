"""Where the command line keeps evidence: `evidence.sqlite` in the store's folder, beside the visits' own file."""

from __future__ import annotations

from pathlib import Path

from wardround.cli.stores import default_store
from wardround.evidence import EvidenceError


def folder_of(store: Path | None) -> Path:
    """The folder of a store: named itself, or by its SQLite file."""
    where = store or default_store()
    if where.is_dir():
        return where
    if where.exists() or where.suffix in (".sqlite", ".db"):
        where = where.parent
    if where.exists() and not where.is_dir():
        raise EvidenceError(f"--store: {where} is no folder. Name a folder.")
    return where


def folder_there(store: Path | None) -> Path:
    """The same for what only reads: a store that is named must be there; the usual one need not be."""
    if store is not None and not store.exists() and not folder_of(store).is_dir():
        raise EvidenceError(
            f"--store: {store} is not there. Name the folder that `evidence ingest` or a visit used, or leave it out."
        )
    return folder_of(store)
