"""The forward pass of Llama and Qwen models written out, over slots: the same weights and numbers, far fewer calls.

The weights are the loaded model's own: training them in place is noticed before the next step.
`lean` answers None for whatever is not exactly such a model; that goes the general way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from wardround.models.local.attention import Step
from wardround.models.local.network import Piece
from wardround.models.local.products import Product, can_lay_out
from wardround.models.local.slots import Shape, Slots

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

_KNOWN = ("LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM", "MistralForCausalLM")
_ROTATIONS = ("default", "linear", "llama3", "yarn")
"""Rotary embeddings that are a function of the position alone."""


def lean(model: PreTrainedModel, limit: int) -> Lean | None:
    """`model` as lean network whose slots take at most `limit` bytes; None where it is of another kind."""
    kind, config = type(model), model.config
    if kind.__name__ not in _KNOWN or not kind.__module__.startswith("transformers.models."):
        return None
    rope = getattr(config, "rope_parameters", None) or {}
    layers = getattr(config, "layer_types", None) or ()
    plain = (
        config.hidden_act in ("silu", "swish")
        and rope.get("rope_type", "default") in _ROTATIONS
        and all(layer == "full_attention" for layer in layers)
        and (layers or not getattr(config, "sliding_window", None))
        and rope.get("partial_rotary_factor", 1.0) == 1.0
        and len({parameter.device for parameter in model.parameters()}) == 1
        and len({parameter.dtype for parameter in model.parameters()}) == 1
        and all(_plain(part) for part in model.modules())
    )
    return Lean(model, limit) if plain else None


def _plain(part: torch.nn.Module) -> bool:
    """Nothing is hooked into it, and a layer that multiplies is no adapter in disguise."""
    from torch.nn import Linear

    hooked = part._forward_hooks or part._forward_pre_hooks
    return not hooked and (not isinstance(part, Linear) or type(part) is Linear)


class _Layer:
    """One layer's products, and its norms as (weight, epsilon)."""

    def __init__(self, part: Any, laid_out: bool) -> None:
        attention, mlp = part.self_attn, part.mlp
        self.asking = Product((attention.q_proj, attention.k_proj, attention.v_proj), laid_out)
        self.found = Product((attention.o_proj,), laid_out)
        self.widening = Product((mlp.gate_proj, mlp.up_proj), laid_out)
        self.narrowing = Product((mlp.down_proj,), laid_out)
        self.before, self.between = part.input_layernorm, part.post_attention_layernorm
        self._norms = (attention.q_norm, attention.k_norm) if hasattr(attention, "q_norm") else None
        self._heads = attention.config.num_attention_heads, attention.config.num_key_value_heads
        self.norm: torch.Tensor | None = None

    def refresh(self) -> bool:
        """Whether weights have changed; what was made of them is made anew."""
        import torch

        parts = (self.asking, self.found, self.widening, self.narrowing)
        changed = [part.refresh() for part in parts]
        if any(changed) and self._norms is not None:
            rows = [
                norm.weight.detach().expand(heads, -1)
                for norm, heads in zip(self._norms, self._heads, strict=True)
            ]
            self.norm = torch.cat(rows)
        return any(changed)

    def normed(self, heads: torch.Tensor) -> torch.Tensor:
        """Queries and keys by their norms, where the layer has them."""
        if self.norm is None or self._norms is None:
            return heads
        return _scaled(heads, self.norm, self._norms[0].variance_epsilon)


class Lean:
    """A `Network`. A sequence's numbers do not depend on the others in its batch."""

    shares = True

    def __init__(self, model: PreTrainedModel, limit: int) -> None:
        body = cast("Any", model).model
        config, attention = model.config, body.layers[0].self_attn
        laid_out = can_lay_out(model)
        self._layers = [_Layer(layer, laid_out) for layer in body.layers]
        self._head = Product((cast("Any", model).lm_head,), laid_out)
        self._embedding, self._norm, self._rotary = body.embed_tokens, body.norm, body.rotary_emb
        self._least = 1 if laid_out or model.device.type != "cpu" else 4
        self._width = int(attention.head_dim)
        self._heads = int(config.num_attention_heads)
        self._shared = int(config.num_key_value_heads)
        shape = Shape(self._shared, self._width, self._width)
        self.slots = Slots([shape] * len(self._layers), model.dtype, model.device, limit)
        self._turns: tuple[torch.Tensor, torch.Tensor] | None = None
        self.changed()

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
        changed = [layer.refresh() for layer in self._layers]
        return self._head.refresh() or any(changed)

    def forward(self, pieces: Sequence[Piece]) -> torch.Tensor:
        """Logits after each piece."""
        from torch.nn.functional import embedding, silu

        step = Step(pieces, self.slots, self._least)
        hidden = embedding(step.ids, self._embedding.weight)
        cosine, sine = (table.index_select(0, step.positions)[:, None] for table in self._rotations())
        for number, layer in enumerate(self._layers):
            found = self._attend(number, layer, _normed(hidden, layer.before), step, cosine, sine)
            hidden = layer.found(found).add_(hidden)
            gate, up = layer.widening(_normed(hidden, layer.between)).chunk(2, dim=-1)
            hidden = layer.narrowing(silu(gate).mul_(up)).add_(hidden)
        if step.ends is not None:
            hidden = hidden.index_select(0, step.ends)
        return self._head(_normed(hidden, self._norm))[: len(pieces)]

    def _attend(
        self,
        number: int,
        layer: _Layer,
        normed: torch.Tensor,
        step: Step,
        cosine: torch.Tensor,
        sine: torch.Tensor,
    ) -> torch.Tensor:
        asked = layer.asking(normed).view(normed.shape[0], -1, self._width)
        both = layer.normed(asked[:, : -self._shared])
        both = (both * cosine).addcmul_(both.roll(self._width // 2, -1), sine)
        step.write(number, both[:, self._heads :], asked[:, -self._shared :])
        return step.read(number, both[:, : self._heads])

    def _rotations(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Cosines, and sines with the sign that turning half a head needs, for every position there is room for."""
        import torch

        length = self.slots.length
        if self._turns is None or self._turns[0].shape[0] < length:
            positions = torch.arange(length, device=self.slots.keys[0].device)[None]
            like = self.slots.keys[0].new_zeros(1)
            cosine, sine = (table[0] for table in self._rotary(like, positions))
            half = self._width // 2
            self._turns = cosine.contiguous(), torch.cat((-sine[:, :half], sine[:, half:]), dim=-1)
        return self._turns


def _normed(hidden: torch.Tensor, part: Any) -> torch.Tensor:
    return _scaled(hidden, part.weight, part.variance_epsilon)


def _scaled(hidden: torch.Tensor, weight: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Divided by the root of the mean square of the last dimension, times `weight`."""
    import torch

    exact = hidden.float()
    size = torch.linalg.vector_norm(exact, dim=-1, keepdim=True)
    size = size.square_().div_(hidden.shape[-1]).add_(epsilon).rsqrt_()
    scaled: torch.Tensor = (exact * size).to(hidden.dtype).mul_(weight)
    return scaled
