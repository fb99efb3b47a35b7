"""The learner's log-probabilities of what was sampled: the same ids, under the same mask and temperature as the sampler's.

Nothing is tokenized: sequences come from `samples`, masks are stepped again from the grammars that the log names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from wardround.training.errors import TrainingError, needing
from wardround.training.samples import Sample, Turn

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from wardround.models import Grammar, Masks


@dataclass(frozen=True)
class Learner:
    """A model that learns, and what its sampler was held to: `grammars` by the id that the log names."""

    model: PreTrainedModel
    masks: Masks
    grammars: Mapping[str, Grammar]
    pad: int = 0
    _allowed: dict[tuple[str, int, tuple[int, ...]], np.ndarray[Any, np.dtype[np.bool_]]] = field(
        default_factory=dict, repr=False
    )

    def logprobs(self, samples: Sequence[Sample]) -> list[torch.Tensor]:
        """Of each sample its sampled tokens' log-probabilities, in order: float32, one forward pass for all.

        Padding stands on the right and is attended to by nobody, so that a row does not depend on its neighbours.
        """
        with needing("ml"):
            import torch
        longest = max(len(sample.ids) for sample in samples)
        device = next(self.model.parameters()).device
        ids = torch.full((len(samples), longest), self.pad, dtype=torch.long)
        attended = torch.zeros((len(samples), longest), dtype=torch.long)
        for row, sample in enumerate(samples):
            ids[row, : len(sample.ids)] = torch.tensor(sample.ids)
            attended[row, : len(sample.ids)] = 1
        hidden = self.model(input_ids=ids.to(device), attention_mask=attended.to(device)).logits
        return [self._of(hidden[row], sample) for row, sample in enumerate(samples)]

    def _of(self, logits: torch.Tensor, sample: Sample) -> torch.Tensor:
        import torch

        parts = [self._turn(logits, sample, turn) for turn in sample.turns]
        return torch.cat(parts) if parts else logits.new_zeros(0)

    def _turn(self, logits: torch.Tensor, sample: Sample, turn: Turn) -> torch.Tensor:
        """`logits` [tokens, vocabulary] of the whole sequence: a token's own stand one place before it."""
        import torch

        here = logits[turn.start - 1 : turn.end - 1].float()
        drawn = sample.ids[turn.start : turn.end]
        allowed = self.allowed(turn, drawn)
        if allowed is not None:
            here = here.masked_fill(~torch.from_numpy(allowed).to(here.device), float("-inf"))
        scaled = here / (turn.temperature or 1.0)
        chosen = torch.tensor(drawn, device=here.device)[:, None]
        return torch.log_softmax(scaled, dim=-1).gather(1, chosen)[:, 0]

    def allowed(self, turn: Turn, drawn: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.bool_]] | None:
        """[tokens, vocabulary]: what could be sampled at each place; None where nothing was masked."""
        if turn.grammar is None:
            return None
        grammar = self.grammars.get(turn.grammar)
        if grammar is None or turn.limit is None:
            raise TrainingError(
                f"decision {turn.decision}: its grammar {turn.grammar} is not among the learner's.",
                fix="Give the clinic, renderer and tokenizer that played this log.",
            )
        from wardround.models import as_bool, bitsets

        name = turn.grammar, turn.limit, drawn
        known = self._allowed.get(name)
        if known is None:
            known = as_bool(bitsets(self.masks, grammar, drawn, turn.limit), self.masks.vocabulary)
            self._allowed[name] = known
        return known
