"""Any Hugging Face causal language model as a network: through its own `forward`, with our slots behind its cache.

Models whose layers all attend to everything run in batches. Others (sliding windows, recurrent layers, no cache at all)
run one sequence at a time with the cache that they make themselves. Which it is, is tried out once, by comparing.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from wardround.models.local.attention import up
from wardround.models.local.network import Network, Piece
from wardround.models.local.slots import Shape, Slots

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

_PROBE = ((3, 1, 2, 4, 1, 2), (2, 1, 3))
_CLOSE, _CLOSE_HALF = 1e-3, 6e-2
"""How far logits may lie apart, of the largest, and still be the same function: single precision, and half."""


def network(model: PreTrainedModel, limit: int) -> Network:
    """The quickest network that computes what `model` computes; keys and values take at most `limit` bytes."""
    import torch

    from wardround.models.local.lean import lean

    alone = OneByOne(model, limit)
    with torch.inference_mode():
        written = lean(model, limit)
        if written is not None and agrees(written, alone):
            return written
        batched = _batched(model, limit)
        if batched is not None and agrees(batched, alone):
            return batched
    return OneByOne(model, limit)


def agrees(candidate: Network, alone: Network) -> bool:
    """Whether two sequences of unlike length, begun and continued together, give the logits that each gives alone."""
    import torch

    known = []
    for slot, ids in enumerate(_PROBE):
        alone.fit(slot + 1, len(ids), {})
        known.append(alone.forward([Piece(slot, 0, ids)])[0])
    try:
        candidate.fit(len(_PROBE), max(map(len, _PROBE)), {})
        candidate.forward([Piece(slot, 0, ids[:-1]) for slot, ids in enumerate(_PROBE)])
        found = candidate.forward([Piece(slot, len(ids) - 1, ids[-1:]) for slot, ids in enumerate(_PROBE)])
    except (TypeError, ValueError, RuntimeError, AttributeError, IndexError, KeyError):
        return False  # it does not take our cache or our mask
    wanted = torch.stack(known)
    close = _CLOSE if wanted.dtype == torch.float32 else _CLOSE_HALF
    return bool((found - wanted).abs().max() <= close * wanted.abs().max())


def _batched(model: PreTrainedModel, limit: int) -> Batched | None:
    """Batches, where every layer of the model's own cache keeps everything it saw."""
    import torch
    from transformers.cache_utils import Cache, DynamicLayer

    if len({parameter.device for parameter in model.parameters()}) != 1:
        return None
    try:
        out = cast("Any", model)(input_ids=torch.tensor([[1, 2]], device=model.device), use_cache=True)
    except (TypeError, ValueError, RuntimeError, AttributeError, IndexError, KeyError):
        return None
    made = getattr(out, "past_key_values", None)
    if not isinstance(made, Cache) or any(type(layer) is not DynamicLayer for layer in made.layers):
        return None
    shapes = []
    for layer in made.layers:
        keys, values = cast("Any", layer).keys, cast("Any", layer).values
        if keys.ndim != 4 or keys.shape[:3] != (1, keys.shape[1], 2) or values.shape[:3] != keys.shape[:3]:
            return None
        shapes.append(Shape(keys.shape[1], keys.shape[3], values.shape[3]))
    return Batched(model, Slots(shapes, keys.dtype, keys.device, limit))


class Batched:
    """A `Network` for models whose `forward` takes positions, a four-dimensional mask and a cache."""

    shares = True

    def __init__(self, model: PreTrainedModel, slots: Slots) -> None:
        self._model = cast("Any", model)
        self.slots = slots
        self._last = _last_only(model)
        self._version = _version(model)

    def fit(self, count: int, length: int, live: Mapping[int, int]) -> bool:
        """Room in the slots."""
        return self.slots.fit(count, length, live)

    def copy(self, source: int, target: int, tokens: int) -> None:
        """A beginning that two sequences have in common."""
        self.slots.copy(source, target, tokens)

    def wipe(self, slot: int) -> None:
        """Zeros."""
        self.slots.wipe(slot)

    def changed(self) -> bool:
        """Whether the weights were trained in place since it was last asked."""
        before, self._version = self._version, _version(self._model)
        return before != self._version

    def forward(self, pieces: Sequence[Piece]) -> torch.Tensor:
        """Logits after each piece: those of one token together, longer ones one by one."""
        import torch

        single = sum(1 for piece in pieces if len(piece.ids) == 1)
        parts = [self._together(pieces[:single])] if single else []
        parts += [self._together([piece]) for piece in pieces[single:]]
        return torch.cat(parts)

    def _together(self, pieces: Sequence[Piece]) -> torch.Tensor:
        import torch

        device, size = self.slots.keys[0].device, len(pieces[0].ids)
        starts = torch.tensor([piece.start for piece in pieces], device=device)
        positions = starts[:, None] + torch.arange(size, device=device)
        length = min(up(max(piece.start for piece in pieces) + size), self.slots.length)
        seen = torch.arange(length, device=device) <= positions[:, :, None]
        hidden = torch.finfo(self._model.dtype).min
        mask = torch.zeros(seen.shape, dtype=self._model.dtype, device=device).masked_fill_(~seen, hidden)
        out = self._model(
            input_ids=torch.tensor([list(piece.ids) for piece in pieces], device=device),
            attention_mask=mask[:, None],
            position_ids=positions,
            past_key_values=_cache(self.slots, pieces, positions, length),
            use_cache=True,
            **self._last,
        )
        return cast("torch.Tensor", out.logits[:, -1])


def _cache(slots: Slots, pieces: Sequence[Piece], positions: torch.Tensor, length: int) -> Any:
    """The slots of these pieces, as the cache that a Hugging Face model writes to and reads from."""
    import torch
    from transformers.cache_utils import Cache, DynamicLayer

    places = [piece.slot for piece in pieces]
    dense = places == list(range(places[0], places[-1] + 1))
    index = torch.tensor(places, device=positions.device)

    class SlotCache(Cache):
        def update(
            self,
            key_states: torch.Tensor,
            value_states: torch.Tensor,
            layer_idx: int,
            *args: object,
            **kwargs: object,
        ) -> tuple[torch.Tensor, torch.Tensor]:
            """Writes the new tokens where they belong; what each sequence has so far."""
            return (
                self._one(slots.keys[layer_idx], key_states),
                self._one(slots.values[layer_idx], value_states),
            )

        def _one(self, block: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
            block[index[:, None], :, positions] = new.transpose(1, 2)
            if dense:
                return block[places[0] : places[-1] + 1, :, :length]
            return block[:, :, :length].index_select(0, index)

        def get_seq_length(self, layer_idx: int = 0) -> int:
            """Tokens before this step, of the longest."""
            return length - positions.shape[1]

    return SlotCache(layer_class_to_replicate=DynamicLayer)


class OneByOne:
    """A `Network` of one sequence after another, each with the cache that the model made; without one, all anew."""

    shares = False

    def __init__(self, model: PreTrainedModel, limit: int) -> None:
        self._model = cast("Any", model)
        self._limit = limit
        self._last = _last_only(model)
        self._version = _version(model)
        self._ids: dict[int, list[int]] = {}
        self._caches: dict[int, Any] = {}

    def fit(self, count: int, length: int, live: Mapping[int, int]) -> bool:
        """As many as the limit takes, by what those before took."""
        for slot in [slot for slot in self._ids if slot not in live]:
            self.wipe(slot)
        return count <= 1 or self._bytes() < self._limit

    def copy(self, source: int, target: int, tokens: int) -> None:
        """A made cache is not taken apart: nothing is shared, and nothing is asked to be."""
        raise ValueError(f"slot {source} of a model that runs one by one cannot be copied to {target}")

    def wipe(self, slot: int) -> None:
        """Lets go of its cache."""
        self._ids.pop(slot, None)
        self._caches.pop(slot, None)

    def changed(self) -> bool:
        """Whether the weights were trained in place since it was last asked."""
        before, self._version = self._version, _version(self._model)
        return before != self._version

    def forward(self, pieces: Sequence[Piece]) -> torch.Tensor:
        """Logits after each piece."""
        import torch

        return torch.cat([self._alone(piece) for piece in pieces])

    def _alone(self, piece: Piece) -> torch.Tensor:
        import torch

        if piece.start == 0:
            self.wipe(piece.slot)
        before = self._ids.setdefault(piece.slot, [])
        before += piece.ids
        cache = self._caches.get(piece.slot)
        fed = list(piece.ids) if cache is not None else before
        out = self._model(
            input_ids=torch.tensor([fed], device=self._model.device),
            past_key_values=cache,
            use_cache=True,
            **self._last,
        )
        self._caches[piece.slot] = getattr(out, "past_key_values", None)
        return cast("torch.Tensor", out.logits[:, -1])

    def _bytes(self) -> int:
        layers = [layer for cache in self._caches.values() for layer in getattr(cache, "layers", ())]
        parts = [getattr(layer, name, None) for layer in layers for name in ("keys", "values")]
        return sum(part.nbytes for part in parts if part is not None)


def _version(model: torch.nn.Module) -> int:
    """A number that grows when weights are written to in place."""
    return sum(parameter._version for parameter in model.parameters())


def _last_only(model: PreTrainedModel) -> dict[str, int]:
    """Most models can leave out the logits of all but the last token."""
    return {"logits_to_keep": 1} if "logits_to_keep" in inspect.signature(model.forward).parameters else {}
