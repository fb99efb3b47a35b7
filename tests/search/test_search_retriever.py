"""The retriever's turns: which claims each never saw, how they change vectors, and that they ship whole, with their card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from wardround.search import SHIPPED, Reading, Retriever, SearchError, Vectors, retriever
from wardround.search.minilm import NAME
from wardround.search.retriever import WEIGHTS, Seen, digest

safetensors = pytest.importorskip("safetensors.numpy", reason="the extra embed is not installed")
VECTORS = np.eye(384, dtype=np.float32)[:3]


class Named:
    """An embedder by name alone."""

    def __init__(self, name: str) -> None:
        self.name = name

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise AssertionError("nothing is read")

    def read(self, texts: Sequence[str]) -> Reading:
        raise AssertionError("nothing is read")


def _written(path: Path, **tensors: NDArray[np.floating[Any]]) -> Path:
    told = {"name": "x", "turns": json.dumps([SHIPPED]), "seen": "{}"}
    safetensors.save_file(
        {name.replace("_", "."): value for name, value in tensors.items()}, str(path), metadata=told
    )
    return path


def test_a_claim_is_known_whatever_its_case_and_spacing() -> None:
    seen = Seen({digest("Aspirin lowers  FEVER."): "fold3"})
    assert seen.turn_for("aspirin lowers fever.") == "fold3"
    assert seen.turn_for("aspirin raises fever.") == SHIPPED


def test_it_belongs_to_minilm_alone_and_ships_with_its_card() -> None:
    assert retriever(None) is None
    assert retriever(Named("another")) is None
    found = retriever(Named(NAME))
    assert found is not None
    assert found is retriever(Named(NAME))
    assert WEIGHTS.stat().st_size < 6_000_000
    card = WEIGHTS.with_suffix(".md").read_text(encoding="utf-8")
    assert found.name in card
    assert "CC BY 4.0" in card
    assert "ODC-By" in card


def test_every_training_claim_has_one_turn_that_never_saw_it() -> None:
    found = Retriever(WEIGHTS)
    assert found.turns == (SHIPPED, "fold0", "fold1", "fold2", "fold3", "fold4")
    assert set(found.seen.by_digest.values()) == set(found.turns) - {SHIPPED}
    assert len(found.seen.by_digest) > 800


def test_turned_vectors_have_length_one_and_differ_by_turn_and_side() -> None:
    found = Retriever(WEIGHTS)
    turned = [found.of_questions(VECTORS, "fold0"), found.of_questions(VECTORS), found.of_texts(VECTORS)]
    for vectors in turned:
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        assert not np.allclose(vectors, VECTORS, atol=1e-3)
    assert not np.allclose(turned[0], turned[1], atol=1e-4)
    assert not np.allclose(turned[1], turned[2], atol=1e-4)


def test_a_turn_adds_its_change(tmp_path: Path) -> None:
    change = np.zeros((384, 384), np.float16)
    change[0, 1] = 1
    found = Retriever(_written(tmp_path / "w", shipped_questions=change, shipped_texts=np.zeros_like(change)))
    assert np.allclose(found.of_questions(VECTORS)[0, :2], [2**-0.5, 2**-0.5])
    assert np.allclose(found.of_texts(VECTORS), VECTORS)
    assert not found.of_texts(np.zeros((1, 384), np.float32)).any()


def test_broken_weights_are_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(WEIGHTS.read_bytes()[:1000])
    with pytest.raises(SearchError, match="cannot be loaded"):
        Retriever(broken)
    with pytest.raises(SearchError, match="cannot be loaded"):
        Retriever(_written(broken, other=np.zeros(1, np.float32)))
    small = np.zeros((2, 2), np.float16)
    with pytest.raises(SearchError, match="384 by 384"):
        Retriever(_written(broken, shipped_questions=small, shipped_texts=small))
    with pytest.raises(SearchError, match="cannot be loaded"):
        Retriever(tmp_path / "nowhere")
