"""Tiny networks with random weights, one of each way that the engine runs them, and what transformers writes with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from transformers import PreTrainedModel

WORDS = 300
KINDS = ("qwen3", "llama", "mistral", "gpt2", "neox")
"""The first two are run lean, the third slides a window and goes one by one, the rest go the general way."""


def tiny_network(kind: str, seed: int = 0) -> PreTrainedModel:
    """Random weights, the same for the same seed; no token ends its answers."""
    import torch
    import transformers as hf

    torch.set_num_threads(1)
    shape: dict[str, Any] = {
        "vocab_size": WORDS,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "max_position_embeddings": 1024,
        "initializer_range": 0.5,
    }
    grouped = {**shape, "num_key_value_heads": 2}
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: Any
        if kind == "qwen3":
            model = hf.Qwen3ForCausalLM(hf.Qwen3Config(**grouped, head_dim=8))
        elif kind == "llama":
            model = hf.LlamaForCausalLM(
                hf.LlamaConfig(**grouped, rope_parameters={"rope_type": "default", "rope_theta": 5_000.0})
            )
        elif kind == "mistral":
            model = hf.MistralForCausalLM(hf.MistralConfig(**grouped, sliding_window=24))
        elif kind == "neox":
            model = hf.GPTNeoXForCausalLM(hf.GPTNeoXConfig(**shape))
        else:
            settings = hf.GPT2Config(
                vocab_size=WORDS, n_embd=32, n_layer=2, n_head=4, n_positions=1024, initializer_range=0.3
            )
            model = hf.GPT2LMHeadModel(settings)
    model.generation_config.eos_token_id = None
    return cast("PreTrainedModel", model.eval())


def written_by_transformers(network: PreTrainedModel, prompt: Sequence[int], new: int) -> tuple[int, ...]:
    """What `generate` writes greedily after `prompt`, alone."""
    import torch

    ids = torch.tensor([list(prompt)])
    done = cast("Any", network).generate(
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        max_new_tokens=new,
        pad_token_id=0,
    )
    return tuple(done[0, len(prompt) :].tolist())
