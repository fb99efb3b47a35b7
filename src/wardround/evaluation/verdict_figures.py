"""Figures of three verdicts: macro-F1, accuracy, and enough information against not, with 95 % intervals over cases."""

# ruff: noqa: N803, N806 (dimension suffixes: N cases, K verdicts, R resamples)
from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wardround.evaluation.intervals import DIGITS, RESAMPLES

K: Final = 3
REFUTED, UNCERTAIN, SUPPORTED = range(K)
NAMES: Final = ("Refuted", "Uncertain", "Supported")

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def figures(truth_N: Ints, share_NK: Floats, seed: int) -> dict[str, Any]:
    """Of shares that add to 1. `enough`: whether there is evidence at all, by F1, accuracy and area under the curve.

    That is decided first: Uncertain where it has half or more; else the larger of the other two.
    """
    guess_N = verdicts(share_NK)
    told_N = 1.0 - share_NK[:, UNCERTAIN]
    found = {
        **_of_counts(_counts(truth_N, guess_N, np.ones((1, len(truth_N)))))[0],
        "enough_auc": auc(truth_N != UNCERTAIN, told_N),
    }
    rng = np.random.default_rng(seed)
    times_RN = rng.multinomial(len(truth_N), np.full(len(truth_N), 1 / max(1, len(truth_N))), size=RESAMPLES)
    drawn = _of_counts(_counts(truth_N, guess_N, times_RN.astype(float)))
    ci: dict[str, Any] = {
        name: _interval(np.array([one[name] for one in drawn], dtype=float)) for name in drawn[0]
    }
    few_RN = times_RN[:200]
    ci["enough_auc"] = _interval(
        np.array(
            [auc(np.repeat(truth_N, t) != UNCERTAIN, np.repeat(told_N, t)) or np.nan for t in few_RN],
            dtype=float,
        )
    )
    return {
        **{name: None if value is None else round(value, DIGITS) for name, value in found.items()},
        "n": len(truth_N),
        "ci95": ci,
    }


def verdicts(share_NK: Floats) -> Ints:
    """The verdict of each case."""
    leaning_N = np.where(share_NK[:, REFUTED] > share_NK[:, SUPPORTED], REFUTED, SUPPORTED)
    return np.where(share_NK[:, UNCERTAIN] >= 0.5, UNCERTAIN, leaning_N)


def _counts(truth_N: Ints, guess_N: Ints, times_RN: Floats) -> Floats:
    """How often each truth met each guess: R x K x K."""
    cell_N = truth_N * K + guess_N
    one_NC = np.eye(K * K)[cell_N]
    counted: Floats = (times_RN @ one_NC).reshape(len(times_RN), K, K)
    return counted


def _of_counts(count_RKK: Floats) -> list[dict[str, float]]:
    right_RK = np.einsum("rkk->rk", count_RKK)
    f1_RK = 2 * right_RK / np.maximum(count_RKK.sum(1) + count_RKK.sum(2), 1e-9)
    total_R = np.maximum(count_RKK.sum((1, 2)), 1e-9)
    told = [REFUTED, SUPPORTED]
    both_R = count_RKK[:, told][:, :, told].sum((1, 2))
    enough_R = (
        2 * both_R / np.maximum(count_RKK[:, told].sum((1, 2)) + count_RKK[:, :, told].sum((1, 2)), 1e-9)
    )
    neither_R = count_RKK[:, UNCERTAIN, UNCERTAIN]
    return [
        {
            "macro_f1": float(f1.mean()),
            "accuracy": float(right.sum() / total),
            **{f"f1_{name.lower()}": float(f) for name, f in zip(NAMES, f1, strict=True)},
            "enough_f1": float(enough),
            "enough_accuracy": float((both + neither) / total),
        }
        for f1, right, total, enough, both, neither in zip(
            f1_RK, right_RK, total_R, enough_R, both_R, neither_R, strict=True
        )
    ]


def auc(is_N: NDArray[np.bool_], score_N: Floats) -> float | None:
    """The area under the curve by ranks, ties halved; None where one side is empty."""
    positive = int(is_N.sum())
    negative = len(is_N) - positive
    if not positive or not negative:
        return None
    _, place_N, count = np.unique(score_N, return_inverse=True, return_counts=True)
    rank_N = (np.cumsum(count) - (count - 1) / 2)[place_N]
    return float((rank_N[is_N].sum() - positive * (positive + 1) / 2) / (positive * negative))


def _interval(drawn_R: Floats) -> tuple[float, float] | None:
    there = drawn_R[~np.isnan(drawn_R)]
    if len(there) < 2:
        return None
    low, high = np.percentile(there, [2.5, 97.5])
    return round(float(low), DIGITS), round(float(high), DIGITS)
