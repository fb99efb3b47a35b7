"""A request as one model's prompt: its tokenizer's chat template, with the tokenizer's own marks kept out of content.

Words from outside that look like `<|im_end|>` would end a turn if they were read as that token; a space breaks them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from wardround.models.errors import ModelRefused
from wardround.models.protocol import Message, Request
from wardround.models.wire import as_tool
from wardround.models.written import clean

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


_MARKS: WeakKeyDictionary[object, re.Pattern[str] | None] = WeakKeyDictionary()


def prompt_ids(tokenizer: PreTrainedTokenizerBase, request: Request) -> list[int]:
    """`request.prompt_ids` verbatim where given, else the messages and tools through the chat template.

    What the model has read and written before (`prior_ids`) stays as it is, token by token, where the template shows it
    as before and only adds to it; where it does not, such as one that drops past thoughts, all is rendered anew.
    """
    if request.prompt_ids is not None:
        return list(request.prompt_ids)
    if not getattr(tokenizer, "chat_template", None):
        raise ModelRefused(
            "This model's tokenizer has no chat template, so it cannot read messages.",
            "Use an instruction-tuned model, pass chat_template= to LocalModel.load, or give prompt_ids.",
        )
    marks = _marks(tokenizer)
    turns = [_turn(message, marks) for message in request.messages]
    tools = [as_tool(spec) for spec in request.tools]
    whole = _rendered(tokenizer, turns, tools, ask=True)
    if request.prior_ids and request.prior_messages:
        added = _added(tokenizer, request, turns, tools, whole)
        if added is not None:
            return [*request.prior_ids, *_encoded(tokenizer, added)]
    return _encoded(tokenizer, whole)


def _added(
    tokenizer: PreTrainedTokenizerBase,
    request: Request,
    turns: list[dict[str, object]],
    tools: list[dict[str, object]],
    whole: str,
) -> str | None:
    """What of `whole` comes after the prior tokens; None where they are not its beginning any more."""
    prior, end = list(request.prior_ids or ()), tokenizer.eos_token
    if not isinstance(end, str) or request.messages[request.prior_messages - 1].role != "assistant":
        return None
    try:
        before = _rendered(tokenizer, turns[: request.prior_messages], tools, ask=False)
        cut = before.rfind(end)
        same = cut >= 0 and whole.startswith(before[: cut + len(end)])
        if not same or not _shows(tokenizer, turns, tools, prior):
            return None
    except ModelRefused:
        return None  # a template that takes whole conversations alone
    ended = prior[-1] == tokenizer.eos_token_id
    return whole[cut + len(end) :] if ended else whole[cut:]


def _shows(
    tokenizer: PreTrainedTokenizerBase,
    turns: list[dict[str, object]],
    tools: list[dict[str, object]],
    prior: list[int],
) -> bool:
    """Whether the prior tokens show the tools as they are now: a template that renders none of them always does."""
    first = next(at for at, turn in enumerate(turns) if turn["role"] == "assistant")
    if not tools or not first or "tools" not in str(tokenizer.chat_template):
        return True
    shown = _rendered(tokenizer, turns[:first], tools, ask=False)
    if shown == _rendered(tokenizer, turns[:first], [], ask=False):
        return True
    head = _encoded(tokenizer, shown)
    return prior[: len(head)] == head


def _rendered(
    tokenizer: PreTrainedTokenizerBase,
    turns: list[dict[str, object]],
    tools: list[dict[str, object]],
    *,
    ask: bool,
) -> str:
    import jinja2

    try:
        text = tokenizer.apply_chat_template(
            cast("list[dict[str, str]]", turns),
            tools=cast("list[dict[str, object] | Callable[..., object]] | None", tools or None),
            add_generation_prompt=ask,
            tokenize=False,
        )
    except (jinja2.TemplateError, TypeError, ValueError, KeyError) as error:
        raise ModelRefused(
            f"The model's chat template does not take these messages: {error}.",
            "Look at which roles and tools its template allows.",
        ) from error
    return str(text)


def _encoded(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    return [int(token) for token in tokenizer.encode(text, add_special_tokens=False)]


def _marks(tokenizer: PreTrainedTokenizerBase) -> re.Pattern[str] | None:
    """The tokenizer's marks: special tokens, and added ones that look like tags."""
    if tokenizer not in _MARKS:
        added = tokenizer.added_tokens_decoder.values()
        marks = {token.content for token in added if token.special or re.fullmatch(r"<.+>", token.content)}
        marks = {mark for mark in marks | set(tokenizer.all_special_tokens) if len(mark.strip()) > 1}
        longest_first = sorted(marks, key=lambda mark: (-len(mark), mark))
        _MARKS[tokenizer] = re.compile("|".join(map(re.escape, longest_first))) if marks else None
    return _MARKS[tokenizer]


def _inert(text: str, marks: re.Pattern[str] | None) -> str:
    text = clean(text)
    return marks.sub(lambda mark: f"{mark[0][0]} {mark[0][1:]}", text) if marks else text


def _turn(message: Message, marks: re.Pattern[str] | None) -> dict[str, object]:
    turn: dict[str, object] = {"role": message.role, "content": _inert(message.content, marks)}
    if message.tool_call_id is not None:
        turn["tool_call_id"] = message.tool_call_id
    if message.thought:
        turn["reasoning_content"] = _inert(message.thought, marks)
    if message.tool_calls:
        turn["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": _inert(call.name, marks),
                    "arguments": _arguments(_inert(call.arguments, marks)),
                },
            }
            for call in message.tool_calls
        ]
    return turn


def _arguments(text: str) -> dict[str, object]:
    """Templates want the arguments as an object; broken ones go in whole, as text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {"unreadable_arguments": text}
