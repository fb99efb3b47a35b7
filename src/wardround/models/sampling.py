"""Token by token from a causal language model: exact greedy at temperature 0, else a seeded draw; nothing filtered."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wardround.models.errors import ModelGarbage

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

_LONGEST_CHARACTER = 16
"""Tokens after which bytes that make no character are shown as they are."""

_COLDEST = 1e-30
"""A colder temperature is zero, or makes logits infinite, in single precision."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Sampled tokens, their log-probabilities before temperature, and whether one of the `ends` was the last."""

    ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    ended: bool


def sample(
    model: PreTrainedModel,
    prompt: Sequence[int],
    *,
    most: int,
    temperature: float,
    seed: int | None,
    ends: Collection[int],
    hear: Callable[[int], bool],
) -> Sample:
    """At most `most` tokens after `prompt`. `hear` is told each one but an end, and answers whether to go on."""
    import torch

    device = model.device
    draw = torch.Generator(device=device)
    if seed is None:
        draw.seed()
    else:
        draw.manual_seed(seed % 2**63)
    last_only = (
        {"logits_to_keep": 1} if "logits_to_keep" in inspect.signature(model.forward).parameters else {}
    )
    ids: list[int] = []
    logprobs: list[float] = []
    with torch.inference_mode():
        step, cache = torch.tensor([list(prompt)], device=device), None
        for _ in range(most):
            out = model(input_ids=step, past_key_values=cache, use_cache=True, **last_only)
            token, logprob = _pick(out.logits[0, -1].float(), temperature, draw)
            ids.append(token)
            logprobs.append(logprob)
            if token in ends:
                return Sample(tuple(ids), tuple(logprobs), True)
            if not hear(token):
                break
            cache = getattr(out, "past_key_values", None)
            step = torch.tensor([[token] if cache is not None else [*prompt, *ids]], device=device)
    return Sample(tuple(ids), tuple(logprobs), False)


def _pick(logits_V: torch.Tensor, temperature: float, draw: torch.Generator) -> tuple[int, float]:  # noqa: N803
    import torch

    if bool(logits_V.isnan().any()):
        raise ModelGarbage(
            "The model computed no numbers (NaN).", "Load it with dtype='float32', or check its weights."
        )
    if temperature == 0.0:
        token = int(logits_V.argmax())
    else:
        weights_V = (logits_V / max(temperature, _COLDEST)).softmax(dim=-1)  # noqa: N806
        token = int(torch.multinomial(weights_V, 1, generator=draw))
    return token, float(logits_V.log_softmax(dim=-1)[token])


class Spelling:
    """Tokens to text as they come: holds back bytes that are not yet a character, and what may become a stop."""

    def __init__(self, decode: Callable[[list[int]], str], stops: Sequence[str]) -> None:
        self._decode = decode
        self._stops = stops
        self._window: list[int] = []
        self._shown = ""
        self._held = ""
        self._hold = max((len(stop) for stop in stops), default=1) - 1
        self.stopped = False

    def add(self, token: int) -> str:
        """Text that is certain now that `token` came."""
        self._window.append(token)
        text = self._decode(self._window)
        if text.endswith("\ufffd") and len(self._window) < _LONGEST_CHARACTER:
            return ""
        fresh = text[len(self._shown) :]
        if fresh or len(self._window) >= _LONGEST_CHARACTER:
            self._window = [token]
            self._shown = self._decode(self._window)
        return self._release(fresh, self._hold)

    def end(self) -> str:
        """The rest, when no token comes any more."""
        return "" if self.stopped else self._release(self._decode(self._window)[len(self._shown) :], 0)

    def _release(self, fresh: str, hold: int) -> str:
        self._held += fresh
        found = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            self.stopped = True
            held, self._held = self._held[: min(found)], ""
            return held
        cut = len(self._held) - hold if hold else len(self._held)
        if cut <= 0:
            return ""
        held, self._held = self._held[:cut], self._held[cut:]
        return held
