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
