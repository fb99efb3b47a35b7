"""Conversations as token ids, with a mark on what the model is to say: its own turns, and nothing else."""

# ruff: noqa: N806 (dimension suffix: T tokens)
from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from wardround.models import Message
from wardround.training.errors import TrainingError
from wardround.training.shards import Encoded
from wardround.training.tokenizer import END, START

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def turns_of(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Messages as a chat template takes them."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        turn: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.thought:
            turn["reasoning_content"] = message.thought
        if message.tool_calls:
            turn["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": json.loads(call.arguments)},
                }
                for call in message.tool_calls
            ]
        if message.tool_call_id is not None:
            turn["tool_call_id"] = message.tool_call_id
        turns.append(turn)
    return turns


def encoded(
    tokenizer: PreTrainedTokenizerBase,
    messages: Sequence[Message],
    kind: str = "",
    astray: Container[int] = (),
) -> Encoded:
    """A conversation by wardround-mini's template, whose turns are found by their marks. Turns `astray` are not learnt."""
    text = str(tokenizer.apply_chat_template(turns_of(messages), tokenize=False))
    ids_T = np.array(tokenizer.encode(text, add_special_tokens=False), np.int32)
    opens, closes = (tokenizer.convert_tokens_to_ids(mark) for mark in (START + "assistant", END))
    learnt_T = np.zeros(len(ids_T), np.bool_)
    speaking, turn = False, -1
    for at, token in enumerate(ids_T.tolist()):
        learnt_T[at] = speaking and turn not in astray
        turn += token == opens
        speaking = (speaking or token == opens) and token != closes
    return Encoded(ids_T, learnt_T, kind)


def encoded_by_prefixes(
    tokenizer: PreTrainedTokenizerBase,
    turns: Sequence[Mapping[str, Any]],
    *,
    tools: Sequence[Mapping[str, Any]] | None = None,
    kind: str = "",
) -> tuple[Encoded, ...]:
    """A conversation by any model's template: each assistant turn is what the template adds to the turns before it.

    A template that rewrites what came before (Qwen3 drops past thinking) makes a lesson of each assistant turn that
    was rewritten; one that only appends makes one lesson of all. Raises TrainingError where no turn is the assistant's.
    """
    end = tokenizer.eos_token_id
    lessons: list[Encoded] = []
    ids: list[int] = []
    learnt: list[bool] = []
    for at, turn in enumerate(turns):
        if turn.get("role") != "assistant":
            continue
        prompt, whole = (
            _ids(tokenizer, turns[:end], tools, more) for end, more in ((at, True), (at + 1, False))
        )
        if whole[: len(prompt)] != prompt:
            prompt = prompt[: _shared(prompt, whole)]
        if ids and prompt[: len(ids)] != ids:
            lessons.append(_lesson(ids, learnt, kind))
            ids, learnt = [], []
        said = whole[len(prompt) :]
        upto = said.index(end) + 1 if end in said else len(said)
        learnt += [False] * (len(prompt) - len(ids)) + [place < upto for place in range(len(said))]
        ids = whole
    if not ids:
        raise TrainingError("messages: no turn is the assistant's.", fix="Leave this conversation out.")
    return (*lessons, _lesson(ids, learnt, kind))


def _lesson(ids: Sequence[int], learnt: Sequence[bool], kind: str) -> Encoded:
    return Encoded(np.array(ids, np.int32), np.array(learnt, np.bool_), kind)


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _ids(
    tokenizer: PreTrainedTokenizerBase,
    turns: Sequence[Mapping[str, Any]],
    tools: Sequence[Mapping[str, Any]] | None,
    more: bool,
) -> list[int]:
    import jinja2

    try:
        text = tokenizer.apply_chat_template(
            [dict(turn) for turn in turns],
            tools=[dict(tool) for tool in tools] if tools else None,
            add_generation_prompt=more,
            tokenize=False,
        )
    except (jinja2.TemplateError, TypeError, ValueError, KeyError) as error:
        raise TrainingError(
            f"messages: the model's chat template does not take them ({error}).",
            fix="Look at which roles and calls it allows.",
        ) from error
    return [int(token) for token in tokenizer.encode(str(text), add_special_tokens=False)]
