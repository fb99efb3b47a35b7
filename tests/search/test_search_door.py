"""The door of search: what the other rooms may use; opening it opens nothing heavy and knows no other room."""

from __future__ import annotations

import subprocess
import sys

import wardround.search

DOOR = [
    "BIGGEST_NUMBER", "BY_WORDS", "FUSED", "SHIPPED", "Embedder", "Entry", "Finder", "FullText", "Hit",
    "KeptVectors", "Meanings", "Passage", "Ranker", "Reading", "Retriever", "SearchError", "Vectors",
    "Wanted", "Weights", "WordIndex", "embedder", "fused", "placed_words", "retriever", "sentences",
    "starts_of", "swift_embedder", "words",
]  # fmt: skip


def test_the_door_is_frozen() -> None:
    assert wardround.search.__all__ == DOOR
    assert all(hasattr(wardround.search, name) for name in DOOR)


def test_opening_it_opens_neither_torch_nor_another_room() -> None:
    code = (
        "import sys, wardround.search; "
        "print(sorted({m.split('.')[1] for m in sys.modules if m.startswith('wardround.')} - {'search'}), "
        "[m for m in ('torch', 'transformers', 'tokenizers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"
