"""An embedder that keeps what it read in a folder, half precision, so that no text is read twice. Grows; never rewritten.

Two files for each embedder: digests of texts, and their vectors, row for row. What an interrupted run left half-written
is cut off when the folder is opened again.
"""

# ruff: noqa: N806 (dimension suffixes: N texts, D dimensions)
from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from wardround.search.embedding import Embedder, Reading, Vectors
from wardround.search.errors import SearchError
from wardround.search.minilm import DIMENSIONS

_DIGEST: Final = 16
AT_ONCE: Final = 1_024
"""So many texts are read before they are written down."""


class KeptVectors:
    """For one process at a time to write; a second one would find its rows cut off, not wrong."""

    def __init__(self, folder: Path, embedder: Embedder, dimensions: int = DIMENSIONS) -> None:
        """Open what is kept in `folder`, or begin. Raises SearchError where that cannot be done."""
        name = re.sub(r"[^\w.-]+", "_", embedder.name)
        self._embedder = embedder
        self._dimensions = dimensions
        self._digests = folder / f"{name}.digests"
        self._vectors = folder / f"{name}.vectors"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._digests.touch()
            self._vectors.touch()
            self._cut()
            kept = self._digests.read_bytes()
        except OSError as error:
            raise SearchError(
                f"{folder}: vectors cannot be kept there: {error}. Name another folder."
            ) from error
        self._place = {kept[at : at + _DIGEST]: at // _DIGEST for at in range(0, len(kept), _DIGEST)}

    @property
    def name(self) -> str:
        """The embedder's."""
        return self._embedder.name

    def __len__(self) -> int:
        return len(self._place)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One vector of length 1 for each text, N x D; only what is new is read."""
        digests = [_digest(text) for text in texts]
        new = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._place}
        waiting = list(new.items())
        for start in range(0, len(waiting), AT_ONCE):
            some = waiting[start : start + AT_ONCE]
            self._keep([d for d, _ in some], self._embedder.encode([t for _, t in some]))
        if not texts:
            return np.zeros((0, self._dimensions), dtype=np.float32)
        rows = np.memmap(self._vectors, dtype="<f2", mode="r").reshape(-1, self._dimensions)
        vector_ND: Vectors = np.asarray(rows[[self._place[digest] for digest in digests]], dtype=np.float32)
        return vector_ND

    def read(self, texts: Sequence[str]) -> Reading:
        """The words of texts are not kept: read anew."""
        return self._embedder.read(texts)

    def _keep(self, digests: Sequence[bytes], vectors: Vectors) -> None:
        """Vectors first: a digest without its vector would be a lie."""
        try:
            with self._vectors.open("ab") as file:
                file.write(np.asarray(vectors, dtype="<f2").tobytes())
            with self._digests.open("ab") as file:
                file.write(b"".join(digests))
        except OSError as error:
            raise SearchError(
                f"{self._vectors}: cannot be written: {error}. Free the folder and repeat."
            ) from error
        for digest in digests:
            self._place[digest] = len(self._place)

    def _cut(self) -> None:
        """Both files to the rows that both have."""
        row = 2 * self._dimensions
        rows = min(self._digests.stat().st_size // _DIGEST, self._vectors.stat().st_size // row)
        for path, size in ((self._digests, _DIGEST), (self._vectors, row)):
            if path.stat().st_size != rows * size:
                with path.open("rb+") as file:
                    file.truncate(rows * size)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
