"""The optimisers behind one small face: AdamW for everything, or Muon for the matrices between and AdamW for the rest.

Muon (Jordan et al. 2024) steps along the nearest orthogonal matrix of the momentum, so that no direction of a matrix is
learnt much faster than another. Embeddings, heads and vectors stay with AdamW.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel


class Optimiser:
    """Steps what is to be learnt of a model. `rates` are relative: a scheduled rate multiplies each."""

    def __init__(
        self,
        model: PreTrainedModel,
        *,
        rate: float,
        decay: float,
        betas: tuple[float, float],
        muon: float | None = None,
    ) -> None:
        import torch

        self.parameters = [p for p in model.parameters() if p.requires_grad]
        between = list(_between(model)) if muon is not None else []
        taken = {id(p) for p in between}
        rest = [p for p in self.parameters if id(p) not in taken]
        groups = [
            {"params": [p for p in rest if p.ndim >= 2], "weight_decay": decay},
            {"params": [p for p in rest if p.ndim < 2], "weight_decay": 0.0},
        ]
        self._steps: list[torch.optim.Optimizer] = [
            torch.optim.AdamW([g for g in groups if g["params"]], lr=rate, betas=betas, fused=True)
        ]
        if muon is not None and between:
            self._steps.append(
                torch.optim.Muon(between, lr=muon, weight_decay=decay, adjust_lr_fn="match_rms_adamw")
            )
        self._full = [[float(group["lr"]) for group in one.param_groups] for one in self._steps]

    def step(self, share: float) -> None:
        """One step at this share of the full rate; gradients are cleared."""
        for one, rates in zip(self._steps, self._full, strict=True):
            for group, rate in zip(one.param_groups, rates, strict=True):
                group["lr"] = rate * share
            one.step()
            one.zero_grad(set_to_none=True)

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next step depends on."""
        return {str(at): one.state_dict() for at, one in enumerate(self._steps)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Put it back."""
        for at, one in enumerate(self._steps):
            one.load_state_dict(state[str(at)])


def _between(model: PreTrainedModel) -> Iterator[torch.nn.Parameter]:
    """Matrices that are neither the embedding nor the head."""
    ends = {
        id(module.weight)
        for module in (model.get_input_embeddings(), model.get_output_embeddings())  # type: ignore[no-untyped-call]
        if module is not None
    }
    yield from (p for p in model.parameters() if p.requires_grad and p.ndim == 2 and id(p) not in ends)
