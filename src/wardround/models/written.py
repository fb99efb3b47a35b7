"""Reads what a model wrote as plain text: thoughts in <think> tags, tool calls in <tool_call> tags or as bare JSON.

Never raises on any text: what cannot be read as a thought or a call stays text. Arguments stay the raw JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from json import JSONDecoder

from wardround.models.protocol import Completion, Finish, ToolCall

THINK, SAY = "<think>", "</think>"
"""The tags around a thought."""
_BLOCK = re.compile(r"<tool_call>(.*?)(?:</tool_call>|(?=<tool_call>)|\Z)", re.DOTALL)
_FENCED = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)
_NAME = re.compile(r'"name"\s*:\s*"([^"\\]*)"')
_ARGUMENTS = re.compile(r'"(?:arguments|parameters)"\s*:\s*')
_SPACE = re.compile(r"[ \t\r\n]*")
_VALUES = JSONDecoder()


def clean(text: str) -> str:
    """`text` with lone surrogates replaced by U+FFFD, so that it can be stored, hashed and sent."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def split_thought(text: str, *, opened: bool = False) -> tuple[str, str]:
    """(thought, what was said). `opened`: the prompt ended inside a thought, as some chat templates do."""
    before, tag, after = text.partition(SAY)
    if tag:
        head, begin, inner = before.partition(THINK)
        if begin and head.strip():
            return inner.strip(), head + after
        return (inner if begin else before).strip(), after.lstrip()
    if opened:
        return text.strip(), ""
    head, begin, inner = text.partition(THINK)
    return (inner.strip(), "") if begin and not head.strip() else ("", text)


def read_calls(text: str, tools: Collection[str]) -> tuple[str, tuple[ToolCall, ...]]:
    """(what is left as text, calls). Tagged blocks count under any name, bare JSON only under a known one."""
    if "<tool_call>" in text:
        return _tagged(text)
    bare = text.strip()
    fenced = _FENCED.match(bare)
    members = _members(fenced.group(1) if fenced else bare)
    call = _call(members, 0) if members else None
    if call is not None and call.name in tools and _arguments(members or {}) is not None:
        return "", (call,)
    return text, ()


def completed(
    text: str,
    calls: tuple[ToolCall, ...],
    thought: str,
    finish: Finish,
    tools: Collection[str],
    *,
    opened: bool = False,
) -> Completion:
    """The readable half of a completion, alike for every model: thought apart, calls found, `finish` in agreement."""
    text, thought = clean(text), clean(thought)
    inner, text = split_thought(text, opened=opened)
    thought = "\n".join(part for part in (thought, inner) if part)
    if not calls and tools:
        text, calls = read_calls(text, tools)
    if finish == "stop" and calls:
        finish = "tool_calls"
    elif finish == "tool_calls" and not calls:
        finish = "stop"
    return Completion(text, calls, thought, finish)


def _tagged(text: str) -> tuple[str, tuple[ToolCall, ...]]:
    calls: list[ToolCall] = []

    def take(block: re.Match[str]) -> str:
        call = _call(_members(block.group(1).strip()), len(calls)) or _torn(block.group(1), len(calls))
        if call is None:
            return block.group(0)
        calls.append(call)
        return ""

    left = _BLOCK.sub(take, text)
    return (left.strip() if calls else text), tuple(calls)


def _members(text: str) -> dict[str, str] | None:
    """The members of a JSON object, each as its raw text; None where `text` is no whole object. Last key wins."""
    members: dict[str, str] = {}
    try:
        at = _after(text, 0, "{")
        if at is None:
            return None
        while (start := _after(text, at, '"')) is not None:
            key, at = _VALUES.raw_decode(text, start - 1)
            value = _after(text, at, ":")
            if value is None:
                return None
            begin = _skip(text, value)
            _, at = _VALUES.raw_decode(text, begin)
            members[key] = text[begin:at]
            comma = _after(text, at, ",")
            if comma is None:
                break
            at = comma
        end = _after(text, at, "}")
    except (RecursionError, ValueError):
        return None
    return members if end is not None and not text[end:].strip() else None


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _after(text: str, at: int, mark: str) -> int | None:
    at = _skip(text, at)
    return at + 1 if text.startswith(mark, at) else None


def _arguments(members: dict[str, str]) -> str | None:
    return members.get("arguments", members.get("parameters"))


def _call(members: dict[str, str] | None, number: int) -> ToolCall | None:
    name = (members or {}).get("name", "")
    if members is None or not name.startswith('"'):
        return None
    arguments = _arguments(members)
    if arguments is not None and arguments.startswith('"'):
        arguments = str(_VALUES.decode(arguments))
    return ToolCall(f"call_{number}", clean(str(_VALUES.decode(name))), clean(arguments or "{}"))


def _torn(text: str, number: int) -> ToolCall | None:
    """A call whose JSON is broken: its name, and what stands for arguments as it is, so that the error is told."""
    name, arguments = _NAME.search(text), _ARGUMENTS.search(text)
    if name is None:
        return None
    rest = text[arguments.end() :].strip() if arguments else ""
    return ToolCall(f"call_{number}", name.group(1), rest)


def thought_marks(vocabulary: Mapping[str, int]) -> tuple[int, int] | None:
    """The tokens between which a thought stands; None for a model without thoughts."""
    begin, end = vocabulary.get(THINK), vocabulary.get(SAY)
    return None if begin is None or end is None else (begin, end)


def thinking(marks: tuple[int, int] | None, ids: Sequence[int], opened: bool) -> int | None:
    """How many of the first tokens are a thought, its closing mark included; None for a model without thoughts."""
    if marks is None:
        return None
    begin, end = marks
    if end in ids:
        return ids.index(end) + 1
    return len(ids) if opened or begin in ids[:4] else 0
