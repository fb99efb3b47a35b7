"""The loss of a batch: soft-gated policy optimisation (SAPO, arXiv 2511.20347), summed over a constant token budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wardround.training.errors import needing

if TYPE_CHECKING:
    import torch

TAU_UP, TAU_DOWN = 1.0, 1.05
"""The gate's temperature for tokens to encourage, and to discourage."""
MOST_MISMATCH = 3.0
"""A sequence whose sampler and learner differ by more than this factor is left out; inside, weights are cut to it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A loss, and what is watched beside it: log-probability differences of sampler and learner, and sequences left out."""

    loss: torch.Tensor
    mean_difference: float
    max_difference: float
    left_out: int


def sapo(
    now: list[torch.Tensor], sampled: list[torch.Tensor], advantages: list[float], *, budget: int
) -> Step:
    """One gradient step's loss over sequences: `now` and `sampled` are log-probabilities [tokens] of each, under the
    same mask and temperature, by the learner (with gradient) and by the sampler.

    Each token: -A (4 / tau) sigmoid(tau (r - 1)), r the learner's probability over its own before the step, times the
    truncated ratio of learner to sampler. Divided by `budget`, a constant of the run, never by a sequence's own length.
    """
    with needing("ml"):
        import torch
    if budget < 1:
        raise ValueError(f"budget: {budget} tokens; give 1 or more")
    total = torch.zeros(())
    differences: list[torch.Tensor] = []
    left_out = 0
    for ours, theirs, advantage in zip(now, sampled, advantages, strict=True):
        old = ours.detach()
        difference = old - theirs.to(old)
        differences.append(difference.abs())
        if len(old) and float(difference.mean().exp()) > MOST_MISMATCH:
            left_out += 1
            continue
        tau = TAU_UP if advantage > 0 else TAU_DOWN
        ratio = (ours - old).exp()
        gate = 4.0 / tau * torch.sigmoid(tau * (ratio - 1.0))
        weight = difference.exp().clamp(max=MOST_MISMATCH)
        total = total.to(ours) - advantage * (weight * gate).sum()
    apart = torch.cat(differences) if differences else torch.zeros(0)
    return Step(
        total / budget,
        float(apart.mean()) if len(apart) else 0.0,
        float(apart.max()) if len(apart) else 0.0,
        left_out,
    )
