"""Matrix products with fixed weights. On a processor a small model's weights are laid out once, for oneDNN.

Laid out they are quicker at every batch, and a row's result does not depend on how many rows there are. It costs a
second copy, so a large model goes without; weights that were trained in place since are laid out anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import torch

_LAID_OUT = 200_000_000
"""Parameters up to which a second copy is worth its memory."""
_ROWS = 32


def can_lay_out(model: torch.nn.Module) -> bool:
    """Whether weights of this model should be laid out, and can be."""
    import torch

    weight = next(model.parameters())
    small = sum(parameter.numel() for parameter in model.parameters()) <= _LAID_OUT
    if not small or weight.device.type != "cpu" or weight.dtype not in (torch.float32, torch.bfloat16):
        return False
    try:
        torch.ops.mkldnn._linear_pointwise(
            torch.zeros(2, 16, dtype=weight.dtype),
            torch.ops.mkldnn._reorder_linear_weight(torch.zeros(16, 16, dtype=weight.dtype), _ROWS),
            None,
            "none",
            [],
            "",
        )
    except (RuntimeError, AttributeError, NotImplementedError):
        return False  # this build of torch, or this processor, has it not
    return True


class Product:
    """`parts` side by side: one product whose columns are those of each part in order."""

    def __init__(self, parts: Sequence[torch.nn.Linear], laid_out: bool) -> None:
        self._parts = parts
        self._laid_out = laid_out
        self._packed: torch.Tensor | None = None
        self._bias: torch.Tensor | None = None
        self._version = -1

    def refresh(self) -> bool:
        """Lays the weights out anew where they have changed; whether they had."""
        version = sum(parameter._version for part in self._parts for parameter in part.parameters())
        changed = version != self._version
        if changed and self._laid_out:
            self.lay_out()
        self._version = version
        return changed

    def lay_out(self) -> None:
        """Copies the weights as they are now."""
        import torch

        weights = torch.cat([part.weight.detach() for part in self._parts])
        biases = [part.bias.detach() for part in self._parts if part.bias is not None]
        self._packed = torch.ops.mkldnn._reorder_linear_weight(weights, _ROWS)
        self._bias = torch.cat(biases) if len(biases) == len(self._parts) else None

    def __call__(self, rows: torch.Tensor) -> torch.Tensor:
        """`rows` times the weights, plus bias."""
        import torch
        from torch.nn.functional import linear

        if self._packed is not None:
            return cast(
                "torch.Tensor",
                torch.ops.mkldnn._linear_pointwise(rows, self._packed, self._bias, "none", [], ""),
            )
        if len(self._parts) == 1:
            return linear(rows, self._parts[0].weight, self._parts[0].bias)
        return torch.cat([linear(rows, part.weight, part.bias) for part in self._parts], dim=-1)
