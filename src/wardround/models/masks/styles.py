"""How a tokenizer's chat template writes thoughts and calls, found by showing it a conversation made of markers.

None where the template has no calls of a kind we know: then nothing is masked, and the answer is checked all the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag: its text, and the one token that it is, where it is one. `after` is white space that follows it."""

    text: str
    token: int | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class CallStyle:
    """A thought: `think` ... `say`. A call: `call`, `before`, the tool's name, `between`, the arguments, `behind`, `end`.

    `opened`: the prompt itself opens the thought, so that an answer starts inside it.
    """

    call: Mark
    end: Mark
    before: str
    between: str
    behind: str
    item: str
    key: str
    think: Mark | None = None
    say: Mark | None = None
    opened: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """What free text never holds."""
        return tuple(mark.text for mark in (self.think, self.say, self.call, self.end) if mark is not None)


_NAME, _THOUGHT, _SAID, _DONE = "zqname", "zqthought", "zqsaid", "zqdone"
_KEYS = ("zqkey", "zqother")
_ARGUMENTS = {_KEYS[0]: "zqvalue", _KEYS[1]: 7}
_TAGS = (("<tool_call>", "</tool_call>"),)


def style_of(tokenizer: PreTrainedTokenizerBase) -> CallStyle | None:
    """The style of this tokenizer's template."""
    shown = _shown(tokenizer, thought="", says="")
    if shown is None:
        return None
    for opening, closing in _TAGS:
        style = _calls(tokenizer, shown, opening, closing)
        if style is not None:
            return _with_thoughts(tokenizer, style)
    return None


def _calls(tokenizer: PreTrainedTokenizerBase, shown: str, opening: str, closing: str) -> CallStyle | None:
    _, tag, rest = shown.rpartition(opening)
    before, name, rest = rest.partition(_NAME)
    between, first, rest = rest.partition("{" + json.dumps(_KEYS[0]))
    key, value, rest = rest.partition(json.dumps(_ARGUMENTS[_KEYS[0]]))
    item, other, rest = rest.partition(json.dumps(_KEYS[1]))
    again, last, rest = rest.partition("7}")
    behind, tail, _ = rest.partition(closing)
    if not (tag and name and first and value and other and last and tail) or again != key:
        return None
    if key.strip() != ":" or item.strip() != "," or '"' not in before or '"' not in between:
        return None
    return CallStyle(_mark(tokenizer, opening), _mark(tokenizer, closing), before, between, behind, item, key)


def _with_thoughts(tokenizer: PreTrainedTokenizerBase, style: CallStyle) -> CallStyle:
    opening, closing = "<think>", "</think>"
    prompt = _rendered(tokenizer, [{"role": "user", "content": _SAID}], ask=True) or ""
    opened = prompt.rstrip().endswith(opening)
    shown = _shown(tokenizer, thought=_THOUGHT, says=_DONE) or ""
    head, thought, rest = shown.partition(_THOUGHT)
    inside, tag, after = rest.partition(closing)
    known = head.rstrip().endswith(opening) and bool(thought and tag) and not inside.strip()
    if not (known or opened):
        return style
    lead = head[len(head.rstrip()) :] if known else "\n"
    gap = after[: len(after) - len(after.lstrip())] if known else "\n\n"
    think, say = _mark(tokenizer, opening, lead), _mark(tokenizer, closing, gap)
    return CallStyle(
        style.call,
        style.end,
        style.before,
        style.between,
        style.behind,
        style.item,
        style.key,
        think,
        say,
        opened,
    )


def _mark(tokenizer: PreTrainedTokenizerBase, text: str, after: str = "") -> Mark:
    """The tag, with its token where the vocabulary holds it as one that is never split."""
    added = {token.content: number for number, token in tokenizer.added_tokens_decoder.items()}
    return Mark(text, added.get(text), after)


def _shown(tokenizer: PreTrainedTokenizerBase, *, thought: str, says: str) -> str | None:
    call = {"type": "function", "id": "call_0", "function": {"name": _NAME, "arguments": dict(_ARGUMENTS)}}
    turn: dict[str, Any] = {"role": "assistant", "content": says, "tool_calls": [call]}
    if thought:
        turn["reasoning_content"] = turn["thought"] = thought
    return _rendered(tokenizer, [{"role": "user", "content": _SAID}, turn], ask=False)


def _rendered(tokenizer: PreTrainedTokenizerBase, turns: list[dict[str, Any]], *, ask: bool) -> str | None:
    if not getattr(tokenizer, "chat_template", None):
        return None
    import jinja2

    try:
        text = tokenizer.apply_chat_template(turns, add_generation_prompt=ask, tokenize=False)
    except (jinja2.TemplateError, TypeError, ValueError, KeyError, AttributeError, RecursionError):
        return None
    return str(text)
