"""From sentences to a verdict, in two steps: whether the text decides the claim at all, and which way.

evidence = softmax(W z + b), leaning = softmax(V x + c), both standardised; refuted = evidence leaning_0, supported = evidence
leaning_1, uncertain = 1 - evidence. z holds what is counted of the text and MiniLM's cosines; x the network's logits and
hidden values and the exact features, averaged over the sentences with weights softmax(8 nearness), and those of the nearest.
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
_COVERED, _PIECES, _DENIES = 0, 2, 11
"""Places of features: the share of the claim's words, and of their pieces, that a sentence has; whether the claim denies."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SentencesRead:
    """Of S sentences: the network's logits and hidden values, the exact features, and cosines with the claim; of the text as a
    whole the exact ones."""

    logits_SK: Floats
    hidden_SH: Floats
    features_SF: Floats
    cosine_S: Floats
    whole_W: Floats


def told(read: SentencesRead) -> Floats:
    """From what it is seen whether the text decides the claim: the first sentence, the best, the last, and all of them."""
    covered_S, pieces_S, cosine_S = read.features_SF[:, _COVERED], read.features_SF[:, _PIECES], read.cosine_S
    best = np.sort(cosine_S)[::-1]
    return np.concatenate(
        [
            [covered_S[0], pieces_S[0], read.features_SF[0, _DENIES]],
            read.whole_W,
            [*_best_two(covered_S), covered_S[-1], *_best_two(pieces_S), pieces_S[-1]],
            [cosine_S[0], best[0], best[:3].mean(), cosine_S.mean(), cosine_S[-1]],
        ]
    )


def _best_two(share_S: Floats) -> Floats:
    """Of what stands behind the first sentence, which is the title where there is one."""
    best: Floats = np.sort(share_S[1:] if len(share_S) > 1 else share_S)[::-1]
    return best[[0, min(1, len(best) - 1)]]


def leant(read: SentencesRead) -> Floats:
    """From what it is seen which way the text decides."""
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
class Regression:
    """One logistic regression between two."""

    mean_X: Floats
    scale_X: Floats
    weight_XK: Floats
    bias_K: Floats

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Regression:
        """As the recipe writes it."""
        return cls(*(np.array(kept[name], dtype=np.float64) for name in ("mean", "scale", "weight", "bias")))

    def share(self, x_X: Floats) -> float:
        """Of the second of the two."""
        logit_K = ((x_X - self.mean_X) / self.scale_X) @ self.weight_XK + self.bias_K
        e_K = np.exp(logit_K - logit_K.max())
        return float(e_K[1] / e_K.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """Whether there is evidence, and whether it speaks for the claim."""

    evidence: Regression
    leaning: Regression

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Head:
        """As the recipe writes it."""
        return cls(*(Regression.from_json(kept[name]) for name in ("evidence", "leaning")))

    def weigh(self, read: SentencesRead) -> Weighed:
        """The verdict on all sentences together."""
        evidence, leaning = self.evidence.share(told(read)), self.leaning.share(leant(read))
        return Weighed(evidence * (1.0 - leaning), 1.0 - evidence, evidence * leaning)
