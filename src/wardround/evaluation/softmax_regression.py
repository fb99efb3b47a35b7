"""Multinomial logistic regression in numpy: the plain model that others are measured against, and that heads are made with.

Minimises mean cross-entropy, classes weighed to equal shares where that is asked for, plus l2 |W|^2 / 2, by Nesterov's
accelerated gradient.
"""

# ruff: noqa: N803, N806, N815 (dimension suffixes: N cases, F features, K classes)
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Softmax:
    """Standardises, then W x + b."""

    mean_F: Floats
    scale_F: Floats
    weight_FK: Floats
    bias_K: Floats

    def shares(self, x_NF: Floats) -> Floats:
        """The share of each class, N x K."""
        return softmax(((x_NF - self.mean_F) / self.scale_F) @ self.weight_FK + self.bias_K)


def softmax(logit_NK: Floats) -> Floats:
    """Row by row."""
    e_NK = np.exp(logit_NK - logit_NK.max(-1, keepdims=True))
    shares: Floats = e_NK / e_NK.sum(-1, keepdims=True)
    return shares


def fit(
    x_NF: Floats, y_N: NDArray[np.int64], classes: int, *, l2: float, even: bool = True, steps: int = 400
) -> Softmax:
    """Fitted on all cases; deterministic. `even`: every class weighs the same, however rare."""
    mean_F, scale_F = x_NF.mean(0), x_NF.std(0) + 1e-6
    z_NF = (x_NF - mean_F) / scale_F
    weigh_N = 1.0 / np.maximum(np.bincount(y_N, minlength=classes), 1)[y_N] if even else np.ones(len(y_N))
    weigh_N /= weigh_N.sum()
    y_NK = np.eye(classes)[y_N]
    w_FK, b_K = np.zeros((z_NF.shape[1], classes)), np.zeros(classes)
    last_w, last_b = w_FK, b_K
    curve = float(np.linalg.norm(z_NF * np.sqrt(weigh_N)[:, None], 2) ** 2) / 2 + l2 + 0.5
    for step in range(steps):
        push = step / (step + 3)
        at_w, at_b = w_FK + push * (w_FK - last_w), b_K + push * (b_K - last_b)
        error_NK = (softmax(z_NF @ at_w + at_b) - y_NK) * weigh_N[:, None]
        last_w, last_b = w_FK, b_K
        w_FK = at_w - (z_NF.T @ error_NK + l2 * at_w) / curve
        b_K = at_b - error_NK.sum(0) / curve
    return Softmax(mean_F, scale_F, w_FK, b_K)
