"""From sentences to a verdict: what the pair network says of every sentence, weighed by how near the sentence comes to the claim.

share = softmax(W x + b), x standardised; x holds the network's logits and hidden values and the exact features, averaged
over the sentences with weights softmax(8 nearness), and those of the nearest sentence.
"""

# ruff: noqa: N803, N806, N815 (dimension suffixes: S sentences, F features, H hidden, X inputs of the head, K verdicts)
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wardround.evidence.verifying.ports import Weighed

SHARPNESS: Final = 8.0
_REFUTED, _UNCERTAIN, _SUPPORTED = range(3)
_COVERED, _PIECES = 0, 2
"""Places of two features: the share of the claim's words, and of their pieces, that a sentence has."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SentencesRead:
    """Of S sentences: the network's logits and hidden values, the exact features, and cosines with the claim."""

    logits_SK: Floats
    hidden_SH: Floats
    features_SF: Floats
    cosine_S: Floats


def inputs(read: SentencesRead) -> Floats:
    """The head's inputs."""
    l_SK, f_SF, c_S = read.logits_SK, read.features_SF, read.cosine_S
    p_SK = np.exp(l_SK - l_SK.max(1, keepdims=True))
    p_SK /= p_SK.sum(1, keepdims=True)
    near_S = nearness(read)
    w_S = _weights(SHARPNESS * near_S)
    told_S = _weights(SHARPNESS * near_S + 2 * np.log(1 - p_SK[:, _UNCERTAIN] + 1e-3))
    leaning_S = l_SK[:, _SUPPORTED] - l_SK[:, _REFUTED]
    covered_S, cosines = f_SF[:, _COVERED], np.sort(c_S)[::-1]
    return np.concatenate(
        [
            [near_S.max(), np.sort(covered_S)[::-1][:2].mean(), f_SF[:, _PIECES].max(), covered_S.mean()],
            [cosines[0], cosines[:3].mean(), c_S.mean()],
            w_S @ l_SK,
            told_S @ l_SK,
            [leaning_S.max(), leaning_S.min(), p_SK[:, _UNCERTAIN].min(), l_SK[:, _UNCERTAIN].min()],
            [np.log(p_SK[:, _SUPPORTED].max() + 1e-3), np.log(p_SK[:, _REFUTED].max() + 1e-3)],
            w_S @ f_SF,
            f_SF[int(near_S.argmax())],
            told_S @ f_SF,
            w_S @ read.hidden_SH,
        ]
    )


def nearness(read: SentencesRead) -> Floats:
    """How near each sentence comes to the claim, by words, pieces of words and meaning."""
    near_S: Floats = read.features_SF[:, _COVERED] + read.features_SF[:, _PIECES] + read.cosine_S
    return near_S


def _weights(score_S: Floats) -> Floats:
    e_S = np.exp(score_S - score_S.max())
    weights: Floats = e_S / e_S.sum()
    return weights


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """One multinomial logistic regression."""

    mean_X: Floats
    scale_X: Floats
    weight_XK: Floats
    bias_K: Floats

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Head:
        """As the recipe writes it."""
        return cls(*(np.array(kept[name], dtype=np.float64) for name in ("mean", "scale", "weight", "bias")))

    def weigh(self, read: SentencesRead) -> Weighed:
        """The verdict on all sentences together."""
        logit_K = ((inputs(read) - self.mean_X) / self.scale_X) @ self.weight_XK + self.bias_K
        share_K = np.exp(logit_K - logit_K.max())
        share_K /= share_K.sum()
        return Weighed(float(share_K[_REFUTED]), float(share_K[_UNCERTAIN]), float(share_K[_SUPPORTED]))
