"""What the engine's benchmark runs: a random model of wardround-mini's shape, a tokenizer, prompts, and the two runners."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import process_time
from typing import Any, cast

import numpy as np

from wardround.models import LocalModel, Request, ToolSpec

SHAPE = {
    "vocab_size": 2_560,
    "hidden_size": 192,
    "intermediate_size": 576,
    "num_hidden_layers": 6,
    "num_attention_heads": 3,
    "num_key_value_heads": 1,
    "head_dim": 64,
    "max_position_embeddings": 2_048,
    "tie_word_embeddings": True,
}
ASK = ToolSpec(
    "ask",
    "Asks a question.",
    {
        "type": "object",
        "properties": {
            "about": {"type": "string", "enum": [f"finding.{number}" for number in range(400)]},
            "why": {"type": "string", "maxLength": 200},
            "urgent": {"type": "boolean"},
        },
        "required": ["about", "why", "urgent"],
        "additionalProperties": False,
    },
)
_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}{{ message.content }}"
    "{% for call in message.tool_calls or [] %}"
    '<tool_call>{"name":"{{ call.function.name }}","arguments":{{ call.function.arguments | tojson }}}</tool_call>'
    "{% endfor %}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant{% endif %}"
)
Prompts = Sequence[tuple[int, ...]]


def random_model(threads: int) -> Any:
    """A model of that shape; no token ends its answers."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.set_num_threads(threads)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = cast("Any", Qwen3ForCausalLM)(Qwen3Config(**cast("Any", SHAPE), initializer_range=0.1)).eval()
    model.generation_config.eos_token_id = None
    return model


def byte_tokenizer(**marks: str) -> Any:
    """Every byte is a token, beside the marks of turns and calls."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE(vocab={byte: at for at, byte in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    made.add_tokens([AddedToken(tag, normalized=False) for tag in ("<tool_call>", "</tool_call>")])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, **marks)  # type: ignore[no-untyped-call]
    tokenizer.chat_template = _TEMPLATE
    return tokenizer


def prompts(batch: int, seed: int, shortest: int = 32, longest: int = 128) -> Prompts:
    """`batch` prompts of unlike length that nobody has read before."""
    draw = np.random.default_rng([seed, batch])
    lengths = draw.integers(shortest, longest + 1, batch)
    return [tuple(draw.integers(5, SHAPE["vocab_size"], length).tolist()) for length in lengths]


class Ours:
    """The engine: as many calls in flight as there are prompts."""

    name = "ours"

    def __init__(self, network: Any) -> None:
        self.model = LocalModel(network, byte_tokenizer(), name="benchmark")
        self._tokenizer = byte_tokenizer(eos_token="<|im_end|>")
        self._ending = LocalModel(network, self._tokenizer, name="benchmark that ends")

    def write(self, given: Prompts, new: int) -> tuple[float, list[tuple[int, ...]]]:
        """(CPU seconds, tokens) of `new` tokens after each prompt."""
        began = process_time()
        done = asyncio.run(self._all(given, new))
        return process_time() - began, done

    async def _all(self, given: Prompts, new: int) -> list[tuple[int, ...]]:
        asked = [
            self.model.generate(Request((), prompt_ids=ids, max_tokens=new, must_call=False)) for ids in given
        ]
        return [done.completion_ids or () for done in await asyncio.gather(*asked)]

    async def masked(self, call: int) -> tuple[int, float]:
        """(tokens, CPU seconds spent on their masks) of one answer under the grammar of a tool."""
        from wardround.models import Message
        from wardround.models.masks import Masks, call_grammar, style_of

        turn = Message("user", f"Patient {call}")
        done = await self._ending.generate(
            Request((turn,), (ASK,), max_tokens=300, temperature=1.0, seed=call)
        )
        style = style_of(self._tokenizer)
        assert style is not None
        masks = Masks(self._tokenizer, SHAPE["vocab_size"])
        grammar = call_grammar((ASK,), must_call=True, style=style)
        masks.shortest(grammar)
        ids = done.completion_ids or ()
        began = process_time()
        masking = masks.begin(grammar, 300)
        for token in ids:
            masking.allowed()
            masking.take(token)
        return len(ids), process_time() - began


class Theirs:
    """`transformers.generate` on one batch, padded on the left."""

    name = "transformers.generate"

    def __init__(self, network: Any) -> None:
        self._network = network

    def write(self, given: Prompts, new: int) -> tuple[float, list[tuple[int, ...]]]:
        """The same."""
        import torch

        began = process_time()
        longest = max(map(len, given))
        ids = torch.tensor([[0] * (longest - len(prompt)) + list(prompt) for prompt in given])
        seen = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in given])
        done = self._network.generate(
            input_ids=ids, attention_mask=seen, do_sample=False, max_new_tokens=new, pad_token_id=0
        )
        return process_time() - began, [tuple(row) for row in done[:, longest:].tolist()]
