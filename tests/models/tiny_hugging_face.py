"""Tiny Hugging Face models made on the spot: random Qwen3 and GPT-2 weights, a byte-level tokenizer, a rigged model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from wardround.models import LocalModel

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

TEMPLATE = """{%- if tools %}<|im_start|>system
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}<|im_end|>
{% endif %}{%- for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{%- endfor %}<|im_end|>
{% endfor %}{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def tiny_tokenizer() -> PreTrainedTokenizerBase:
    """Every byte is a token; Qwen's marks, special and not, are added."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={byte: at for at, byte in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tags = ("<think>", "</think>", "<tool_call>", "</tool_call>")
    tokenizer.add_tokens([AddedToken(tag, normalized=False) for tag in tags])
    made = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )
    made.chat_template = TEMPLATE
    return cast("PreTrainedTokenizerBase", made)


def save_tiny(folder: Path, kind: str = "qwen3", *, positions: int = 1024) -> Path:
    """A model of `kind` with random weights (the same each time) and its tokenizer, saved in `folder`."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, Qwen3Config, Qwen3ForCausalLM

    torch.set_num_threads(1)
    tokenizer = tiny_tokenizer()
    words = len(tokenizer)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        if kind == "gpt2":
            settings = GPT2Config(
                vocab_size=words,
                n_positions=positions,
                n_embd=32,
                n_layer=2,
                n_head=2,
                eos_token_id=words - 1,
            )
            model: PreTrainedModel = GPT2LMHeadModel(settings)
        else:
            model = Qwen3ForCausalLM(
                Qwen3Config(
                    vocab_size=words,
                    hidden_size=32,
                    intermediate_size=64,
                    num_hidden_layers=2,
                    num_attention_heads=4,
                    num_key_value_heads=2,
                    head_dim=8,
                    max_position_embeddings=positions,
                    initializer_range=0.5,
                )
            )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def rigged(text: str, *, ends: bool = True, prompt_ends: str = "") -> LocalModel:
    """A model that says `text`, token by token, after any prompt; it keeps no cache, as some models do not."""
    network, tokenizer = rigged_network(text, ends=ends, prompt_ends=prompt_ends)
    return LocalModel(network, tokenizer, name="rigged")


def rigged_network(
    text: str, *, ends: bool = True, prompt_ends: str = ""
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The same as network and tokenizer."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM
    from transformers.modeling_outputs import CausalLMOutput

    torch.set_num_threads(1)
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = TEMPLATE.removesuffix("{% endif %}") + prompt_ends + "{% endif %}"
    words = len(tokenizer)
    script = tokenizer.encode(text, add_special_tokens=False)
    opening = tokenizer.encode(f"<|im_start|>assistant\n{prompt_ends}", add_special_tokens=False)
    if ends:
        script = [*script, tokenizer.convert_tokens_to_ids("<|im_end|>")]

    class Rigged(Qwen3ForCausalLM):  # type: ignore[no-untyped-call]
        def forward(
            self, input_ids: torch.Tensor, past_key_values: None = None, use_cache: bool = True
        ) -> object:
            ids = input_ids[0].tolist()
            begun = [at for at in range(len(ids)) if ids[at : at + len(opening)] == opening]
            said = len(ids) - begun[-1] - len(opening) if begun else 0
            logits = torch.zeros(1, len(ids), words)
            logits[0, -1, script[min(said, len(script) - 1)]] = 30.0
            return CausalLMOutput(logits=logits)

    settings = Qwen3Config(
        vocab_size=words,
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        num_key_value_heads=1,
        head_dim=8,
        max_position_embeddings=4096,
    )
    return Rigged(settings), tokenizer
