"""Draws the next token of many sequences at once, under mask and temperature; a draw depends on its seed and place alone.

The order is: logits in single precision, mask, divide by the temperature, log-softmax, draw. At temperature 0 the
likeliest token is taken, and its log-probability is told at temperature 1. Nothing else is filtered (top_p = 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

COLDEST = 1e-30
"""A colder temperature is zero, or makes logits infinite, in single precision."""


def uniform(seed: int, position: int) -> float:
    """A number in [0, 1) of `seed` and `position`: the same whoever draws, whenever, beside whomever."""
    digest = blake2b(f"{seed}:{position}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "little") >> 12) * 2.0**-52


def log_probabilities(
    logits_BV: torch.Tensor,  # noqa: N803
    allowed_BV: torch.Tensor | None,  # noqa: N803
    temperature_B: Sequence[float],  # noqa: N803
) -> torch.Tensor:
    """`[B, V]` in single precision; greedy rows (temperature 0) at temperature 1."""
    import torch

    logits_BV = logits_BV.float()  # noqa: N806
    if allowed_BV is not None:
        logits_BV = logits_BV.masked_fill(~allowed_BV, -torch.inf)  # noqa: N806
    if any(value not in (0.0, 1.0) for value in temperature_B):
        divisors = [max(value, COLDEST) if value else 1.0 for value in temperature_B]
        logits_BV = logits_BV / torch.tensor(divisors, device=logits_BV.device)[:, None]  # noqa: N806
    return logits_BV.log_softmax(dim=-1)


def draw(
    logits_BV: torch.Tensor,  # noqa: N803
    allowed_BV: torch.Tensor | None,  # noqa: N803
    temperature_B: Sequence[float],  # noqa: N803
    uniform_B: Sequence[float],  # noqa: N803
) -> tuple[list[int], list[float]]:
    """(token, log-probability) of each row. Rows that computed nothing (NaN) have a log-probability of NaN."""
    import torch

    known_BV = log_probabilities(logits_BV, allowed_BV, temperature_B)  # noqa: N806
    token_B = known_BV.argmax(dim=-1)  # noqa: N806
    warm = [row for row, value in enumerate(temperature_B) if value]
    if warm:
        every = len(warm) == len(temperature_B)
        known_WV = known_BV if every else known_BV[warm]  # noqa: N806
        reached_WV = known_WV.double().exp().cumsum(dim=-1)  # noqa: N806
        wanted_W = torch.tensor([uniform_B[row] for row in warm], dtype=torch.float64, device=known_BV.device)  # noqa: N806
        drawn_W = torch.searchsorted(reached_WV, (wanted_W * reached_WV[:, -1])[:, None], right=True)[:, 0]  # noqa: N806
        drawn_W = drawn_W.clamp_(max=known_BV.shape[1] - 1)  # noqa: N806
        if every:
            token_B = drawn_W  # noqa: N806
        else:
            token_B[warm] = drawn_W
    chosen_B = known_BV.gather(1, token_B[:, None])[:, 0]  # noqa: N806
    return token_B.tolist(), chosen_B.tolist()
