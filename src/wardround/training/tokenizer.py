"""wardround-mini's tokenizer and chat template: bytes paired as patients speak, and one token for each clinical word.

A turn begins with one token, `<|im_start|>` with its role, and ends with `<|im_end|>`; nothing stands between turns, past
thinking stays, so a conversation only ever grows at its end. Of added tokens the longest that fits is read. Text from
outside that spells a mark is broken by a space: it never becomes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from wardround.training.errors import TrainingError, needing

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

START, END, PAD = "<|im_start|>", "<|im_end|>", "<|pad|>"
ROLES: Final = ("system", "user", "assistant", "tool")
TAGS: Final = ("<think>", "</think>", "<tool_call>", "</tool_call>")
PAIRED: Final = 1_000
"""Tokens that come of pairing bytes, the 256 bytes among them."""
LEAST: Final = 300
LONGEST: Final = 16
"""Characters of a token made by pairing."""

TEMPLATE: Final = """\
{%- macro outside(text) -%}
{{- text | replace('<|', '< |') | replace('<think>', '< think>') | replace('</think>', '< /think>')
 | replace('<tool_call>', '< tool_call>') | replace('</tool_call>', '< /tool_call>') -}}
{%- endmacro -%}
{%- for message in messages -%}
{%- set said = message.content if message.content is string else '' -%}
{{- '<|im_start|>' + message.role -}}
{%- if message.role == 'assistant' -%}
{%- if message.reasoning_content is string and message.reasoning_content -%}
{{- '<think>' + message.reasoning_content + '</think>' -}}
{%- endif -%}
{{- said -}}
{%- for call in message.tool_calls or [] -%}
{%- set call = call.function if call.function else call -%}
{{- '<tool_call>{"name":' + (call.name | tojson) + ',"arguments":' -}}
{{- call.arguments if call.arguments is string else call.arguments | tojson(separators=(',', ':')) -}}
{{- '}</tool_call>' -}}
{%- endfor -%}
{%- else -%}
{{- outside(said) -}}
{%- endif -%}
{{- '<|im_end|>' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant' -}}{%- endif -%}
"""


def train_tokenizer(
    lines: Iterable[str], vocabulary: Sequence[str], *, paired: int = PAIRED
) -> PreTrainedTokenizerFast:
    """A tokenizer over these patients' lines, with one token for every string of `vocabulary`.

    The same lines give the same tokenizer. Raises TrainingError for an empty or doubled string of the vocabulary.
    """
    if paired < LEAST:
        raise TrainingError(f"paired: {paired} tokens cannot hold every byte.", fix=f"Give {LEAST} or more.")
    words = _checked(vocabulary)
    with needing("ml"):
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
        from transformers import PreTrainedTokenizerFast
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=paired,
        min_frequency=2,
        show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        max_token_length=LONGEST,
    )
    tokenizer.train_from_iterator(lines, trainer)
    special = [PAD, END, START, *(START + role for role in ROLES)]
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in special])
    tokenizer.add_tokens([AddedToken(word, normalized=False) for word in (*TAGS, *words)])
    made = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        clean_up_tokenization_spaces=False,
        model_max_length=4_096,
    )
    made.chat_template = TEMPLATE
    return made


def _checked(vocabulary: Sequence[str]) -> list[str]:
    marks = {PAD, END, START, *(START + role for role in ROLES), *TAGS}
    words = list(vocabulary)
    for at, word in enumerate(words):
        if not word or word.isspace() or word in marks:
            raise TrainingError(
                f"vocabulary[{at}]: {word!r} cannot be a token of its own.", fix="Leave it out."
            )
    if len(set(words)) != len(words):
        twice = sorted(word for word in set(words) if words.count(word) > 1)
        raise TrainingError(f"vocabulary: {twice[0]!r} is there twice.", fix="Name each string once.")
    return words
