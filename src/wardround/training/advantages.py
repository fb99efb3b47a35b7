"""Who did better than expected: a rollout's return against those of its group, which met the same patient and seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

SD_MIN = 0.05
"""Below this spread of returns differences are noise, and are not blown up."""
Returns = np.ndarray[Any, np.dtype[np.float64]]


def group_relative(returns: Sequence[float], *, sd_min: float = SD_MIN) -> Returns:
    """(R - mean) / max(sd, sd_min), one for each rollout of a group; zeros where all came out alike.

    GRPO's advantage (arXiv 2402.03300) with a floor under the spread. Every sampled token of a rollout gets it.
    """
    got = np.asarray(returns, dtype=np.float64)
    if got.ndim != 1 or len(got) < 2:
        raise ValueError(
            f"returns: {got.size} of them are no group; give two or more rollouts of one patient"
        )
    if not np.isfinite(got).all():
        raise ValueError("returns: one is not a number; leave unscored rollouts out")
    found: Returns = (got - got.mean()) / max(float(got.std()), sd_min)
    return found
