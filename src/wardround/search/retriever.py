"""What MiniLM's vectors lack for finding the abstract behind a claim: one small turn for questions, one for texts, learnt.

The turn `shipped` is for everybody. The others each learnt without one part of the training claims, so that those claims
can be scored by a turn that never saw them. How they were learnt: `recipes/train_retriever.py`; on what: `data/retriever.md`.
"""

# ruff: noqa: N803, N806 (dimension suffixes: N texts, D dimensions)
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from wardround.search.embedding import Embedder, Vectors
from wardround.search.errors import SearchError
from wardround.search.minilm import DIMENSIONS, NAME, SWIFT_NAME

WEIGHTS: Final = Path(__file__).parent / "data" / "retriever.safetensors"
SHIPPED: Final = "shipped"


@dataclass(frozen=True, slots=True)
class Seen:
    """Which training claims the turns know, by digest, and which turn never saw each."""

    by_digest: Mapping[str, str]

    def turn_for(self, text: str) -> str:
        """The turn that may score this text: the shipped one unless it learnt from it."""
        return self.by_digest.get(digest(text), SHIPPED)


def digest(text: str) -> str:
    """By what a training text is known: its words without their spacing and case."""
    return sha256(" ".join(text.casefold().split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Retriever:
    """Turns of MiniLM's vectors, by name."""

    def __init__(self, weights: Path) -> None:
        """Raises SearchError where the weights are not whole."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(str(weights), framework="numpy") as file:
                told = file.metadata() or {}
                self.seen = Seen(json.loads(told["seen"]))
                self.name = str(told["name"])
                self.turns: tuple[str, ...] = tuple(json.loads(told["turns"]))
                self._change = {
                    (turn, side): _whole(file.get_tensor(f"{turn}.{side}"))
                    for turn in self.turns
                    for side in ("questions", "texts")
                }
        except (OSError, KeyError, ValueError, SafetensorError) as error:
            raise SearchError(f"{weights} cannot be loaded: {error}. Install wardround again.") from error

    def of_questions(self, vector_ND: Vectors, turn: str = SHIPPED) -> Vectors:
        """MiniLM's vectors of questions, turned, of length 1."""
        return _turned(vector_ND, self._change[turn, "questions"])

    def of_texts(self, vector_ND: Vectors, turn: str = SHIPPED) -> Vectors:
        """MiniLM's vectors of texts, turned, of length 1."""
        return _turned(vector_ND, self._change[turn, "texts"])


def retriever(embedder: Embedder | None) -> Retriever | None:
    """The turns that belong to an embedder, loaded once a process; None for any embedder but MiniLM."""
    if embedder is None or embedder.name not in (NAME, SWIFT_NAME) or find_spec("safetensors") is None:
        return None
    return _loaded()


@cache
def _loaded() -> Retriever:
    return Retriever(WEIGHTS)


def _whole(change: Vectors) -> Vectors:
    if change.shape != (DIMENSIONS, DIMENSIONS):
        raise ValueError(f"a change of shape {change.shape}, where {DIMENSIONS} by {DIMENSIONS} is wanted")
    return change.astype(np.float32)


def _turned(vector_ND: Vectors, change_DD: Vectors) -> Vectors:
    turned_ND = vector_ND + vector_ND @ change_DD
    length = np.maximum(np.linalg.norm(turned_ND, axis=-1, keepdims=True), 1e-9)
    return np.asarray(turned_ND / length, dtype=np.float32)
