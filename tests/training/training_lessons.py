"""Made-up lessons and a tiny model, for tests of learning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wardround.training.shards import Encoded

if TYPE_CHECKING:
    from transformers import PreTrainedModel

WORDS = 40


def made_up(count: int, seed: int = 0) -> tuple[Encoded, ...]:
    """Lessons of several lengths in which a token is followed by the one after it: easily learnt."""
    rng = np.random.default_rng(seed)
    lessons = []
    for _ in range(count):
        first, length = int(rng.integers(WORDS)), int(rng.integers(6, 30))
        ids = (first + np.arange(length)) % WORDS
        lessons.append(Encoded(ids.astype(np.int32), np.arange(length) % 3 > 0, "made-up"))
    return tuple(lessons)


def tiny(seed: int = 0, kind: str = "qwen3") -> PreTrainedModel:
    """Random weights, the same for the same seed."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, Qwen3Config, Qwen3ForCausalLM

    torch.set_num_threads(1)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        if kind == "gpt2":
            return GPT2LMHeadModel(
                GPT2Config(vocab_size=WORDS, n_positions=64, n_embd=16, n_layer=1, n_head=2, attn_pdrop=0.0)
            )
        return Qwen3ForCausalLM(
            Qwen3Config(
                vocab_size=WORDS,
                hidden_size=16,
                intermediate_size=32,
                num_hidden_layers=2,
                num_attention_heads=2,
                num_key_value_heads=1,
                head_dim=8,
                max_position_embeddings=128,
                tie_word_embeddings=True,
            )
        )
