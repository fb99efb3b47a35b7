"""Means over cases with their 95 % bootstrap intervals: what is unscored leaves the mean, and is never a zero.

Cases are resampled whole, the same way for every figure, so that differences between figures keep their pairing.
"""

# ruff: noqa: N803, N806 (dimension suffixes)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

RESAMPLES: Final = 2_000
DIGITS: Final = 4
Interval = tuple[float, float]


def means(rows: Sequence[Mapping[str, float | None]], names: Sequence[str]) -> dict[str, float | None]:
    """The mean of each figure over the cases that have it; None where none has."""
    values_NK = _matrix(rows, names)
    return {name: _mean(values_NK[:, k]) for k, name in enumerate(names)}


def intervals(
    rows: Sequence[Mapping[str, float | None]], names: Sequence[str], seed: int
) -> dict[str, Interval | None]:
    """The 95 % bootstrap interval of each mean; None where no case, or only one, has the figure."""
    values_NK = _matrix(rows, names)
    if not len(values_NK):
        return dict.fromkeys(names)
    there_NK = ~np.isnan(values_NK)
    n = len(values_NK)
    times_RN = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES)
    count_RK = times_RN @ there_NK
    with np.errstate(invalid="ignore"):
        mean_RK = np.where(count_RK > 0, (times_RN @ np.nan_to_num(values_NK)) / count_RK, np.nan)
    return {
        name: _percentiles(mean_RK[:, k]) if int(there_NK[:, k].sum()) > 1 else None
        for k, name in enumerate(names)
    }


def ratio_intervals(
    rows: Sequence[Mapping[str, tuple[float, float]]], names: Sequence[str], seed: int
) -> dict[str, Interval | None]:
    """The 95 % bootstrap interval of the sum of what counts over the sum of what there is, (counts, there is) by case:
    for shares of things of which a case has many. None where no case, or only one, has any."""
    if not rows:
        return dict.fromkeys(names)
    counted_NK2 = np.array([[row[name] for name in names] for row in rows], dtype=float)
    n = len(counted_NK2)
    times_RN = np.random.default_rng(seed).multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES)
    top_RK, all_RK = times_RN @ counted_NK2[:, :, 0], times_RN @ counted_NK2[:, :, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        share_RK = np.where(all_RK > 0, top_RK / all_RK, np.nan)
    cases_K = (counted_NK2[:, :, 1] > 0).sum(axis=0)
    return {
        name: _percentiles(share_RK[:, k]) if int(cases_K[k]) > 1 else None for k, name in enumerate(names)
    }


def _matrix(rows: Sequence[Mapping[str, float | None]], names: Sequence[str]) -> NDArray[np.float64]:
    """Cases by figures; NaN where a case has none."""
    known = [[row.get(name) for name in names] for row in rows]
    return np.array([[np.nan if v is None else float(v) for v in row] for row in known]).reshape(
        len(rows), len(names)
    )


def _mean(values_N: NDArray[np.float64]) -> float | None:
    there = values_N[~np.isnan(values_N)]
    return round(float(there.mean()), DIGITS) if len(there) else None


def _percentiles(values_R: NDArray[np.float64]) -> Interval:
    low, high = np.nanpercentile(values_R, [2.5, 97.5])
    return round(float(low), DIGITS), round(float(high), DIGITS)
