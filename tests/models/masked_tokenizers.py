"""Tokenizers for the tests of masks: bytes alone, and bytes beside long tokens; chat templates of three kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

QWEN = """{%- for message in messages %}{%- if message.role == "assistant" %}<|im_start|>assistant
{% if message.reasoning_content %}<think>
{{ message.reasoning_content.strip('\\n') }}
</think>

{% endif %}{{ message.content }}{%- for call in message.tool_calls or [] %}
{%- if (loop.first and message.content) or not loop.first %}{{ '\\n' }}{%- endif %}<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>{%- endfor %}<|im_end|>
{% else %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif %}{% endfor %}{%- if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

COMPACT = """{%- for message in messages %}<|im_start|>{{ message.role }}{%- if message.reasoning_content -%}
<think>{{ message.reasoning_content }}</think>{%- endif %}{{ message.content }}
{%- for call in message.tool_calls or [] -%}
<tool_call>{"name":"{{ call.function.name }}","arguments":{{ call.function.arguments | tojson(separators=(',', ':')) }}}</tool_call>
{%- endfor %}<|im_end|>{% endfor %}{%- if add_generation_prompt %}<|im_start|>assistant{% endif %}"""

PLAIN = """{% for message in messages %}{{ message.role }}: {{ message.content }}
{% endfor %}"""

LONG = (
    '{"name":"ask","arguments":{"about":"',
    '{"name":"',
    '","arguments":{',
    '"}}',
    '"}',
    '":',
    '","',
    '": "',
    '\n{"name": "',
    '", "arguments": {',
    "}\n",
    "finding.cough",
    "finding.fever",
    "the ",
    "0.",
    "[[",
    "{}",
    "é",
    "咳嗽",
    "ab",
)
"""What the second tokenizer spells with one token."""


def masked_tokenizer(template: str, *, long: bool = False, marks: bool = True) -> PreTrainedTokenizerBase:
    """Every byte is a token; `long`: some words too; `marks`: the tags too."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={byte: at for at, byte in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tags = ("<think>", "</think>", "<tool_call>", "</tool_call>") if marks else ()
    tokenizer.add_tokens([AddedToken(tag, normalized=False) for tag in (*tags, *(LONG if long else ()))])
    made = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
    )
    made.chat_template = template
    return cast("PreTrainedTokenizerBase", made)
