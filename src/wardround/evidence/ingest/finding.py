"""From the paths that were given to files: folders to their depths, in an order that stays, links that lead out left."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wardround.evidence.errors import EvidenceError
from wardround.evidence.ingest.layouts import belongs_to_corpus, corpus_file

BESIDE: Final = (".yaml", ".yml")
"""`NAME.pdf.yaml` says of `NAME.pdf` what a PDF cannot say of itself."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to read. `key` is its name within its corpus; `root` the path that was given."""

    path: Path
    key: str
    root: Path
    whole_folder: bool
    """Whether it was found in a folder that was given, and not given itself."""
    fault: str | None = None
    """Why it cannot be read."""
    aside: str | None = None
    """Why it is no document."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A path that was given, and is not there."""

    path: Path
    reason: str


def find(paths: list[Path]) -> tuple[list[File], list[Missing]]:
    """Every file, each once, in order; and what was given and is not there. Raises EvidenceError where nothing is."""
    found: dict[Path, File] = {}
    missing: list[Missing] = []
    for given in paths:
        try:
            root = given.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            if len(missing) + 1 == len(paths):
                raise EvidenceError(f"{given} is not there: give a file or a folder.") from error
            missing.append(Missing(given, "it is not there: give a file or a folder"))
            continue
        if root.is_dir():
            for file in _in_folder(root):
                found.setdefault(file.path, file)
        elif root.is_file():
            found.setdefault(root, File(root, root.name, root, False, _fault(root, root)))
        else:
            raise EvidenceError(f"{given} is neither a file nor a folder: give one of these.")
    return list(found.values()), missing


def _in_folder(root: Path) -> Iterator[File]:
    closed: list[OSError] = []
    for folder, folders, names in os.walk(root, followlinks=False, onerror=closed.append):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        corpus = corpus_file(here)
        for name in sorted(names):
            path = here / name
            if name.startswith(".") or _is_beside(path, names):
                continue
            fault = _fault(path, root)
            if fault or path.is_file():
                aside = None if corpus is None else belongs_to_corpus(path, corpus)
                yield File(path, path.relative_to(root).as_posix(), root, True, fault, aside)
    for error in closed:
        where = Path(str(error.filename))
        yield File(where, where.name, root, True, f"it cannot be listed: {error.strerror}")


def _fault(path: Path, root: Path) -> str | None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return "its name is no UTF-8: rename it"
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        return "it is a link that leads out of the folder: give its target itself"
    return None


def _is_beside(path: Path, names: list[str]) -> bool:
    return path.suffix in BESIDE and path.stem in names
