"""The chat-completions wire format: `Request` to a JSON body, a JSON answer to a `Completion`. Pure; trusts nothing."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from wardround.models.errors import ModelGarbage
from wardround.models.protocol import Completion, Finish, Message, Request, ToolCall, ToolSpec
from wardround.models.written import clean, completed

_FINISH: Mapping[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
}


def body(request: Request, model: str, *, stream: bool, without: Collection[str] = ()) -> dict[str, object]:
    """The request as JSON members; those in `without` are left out because this server refuses them."""
    members: dict[str, object] = {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "logprobs": True,
    }
    if request.seed is not None:
        members["seed"] = request.seed
    if request.stop:
        members["stop"] = list(request.stop)
    if request.tools:
        members["tools"] = [as_tool(tool) for tool in request.tools]
        members["parallel_tool_calls"] = False
        if request.must_call:
            members["tool_choice"] = "required"
    elif request.schema is not None and request.constrained:
        members["response_format"] = answer_format(request.schema)
    if stream:
        members["stream"] = True
        members["stream_options"] = {"include_usage": True}
    if "max_tokens" in without:
        members["max_completion_tokens"] = request.max_tokens
    return {key: value for key, value in members.items() if key not in without}


def answer_format(schema: Mapping[str, object]) -> dict[str, object]:
    """A schema as `response_format`. Not `strict`: that takes a part of JSON schema alone, and the answer is checked here."""
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": dict(schema)}}


def encode(members: Mapping[str, object]) -> bytes:
    """`members` as UTF-8 JSON; lone surrogates, which no server reads, are replaced."""
    return clean(json.dumps(members, ensure_ascii=False, separators=(",", ":"))).encode()


def _message(message: Message) -> dict[str, object]:
    members: dict[str, object] = {"role": message.role, "content": message.content}
    if message.tool_call_id is not None:
        members["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        members["content"] = message.content or None
        members["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": _sendable(call.arguments)},
            }
            for call in message.tool_calls
        ]
    return members


def _sendable(arguments: str) -> str:
    """Servers parse the arguments of past calls and fail on broken ones: those are sent quoted, in an object."""
    try:
        whole = isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        whole = False
    return arguments if whole else json.dumps({"unreadable_arguments": arguments}, ensure_ascii=False)


def as_tool(tool: ToolSpec) -> dict[str, object]:
    """A tool as every chat API and template is told of it."""
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def garbage(what: str) -> ModelGarbage:
    """An unreadable answer, in one line."""
    return ModelGarbage(
        f"The endpoint's answer cannot be read: {what}.",
        "Check that OPENAI_BASE_URL is the address of an OpenAI-compatible API (it usually ends in /v1).",
    )


def parse(text: str | bytes) -> dict[str, object]:
    """`text` as a JSON object, or `ModelGarbage`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise garbage("it is not JSON") from None
    return as_object(value, "it")


def as_object(value: object, what: str) -> dict[str, object]:
    """`value` if it is a JSON object, else `ModelGarbage` that names it."""
    if not isinstance(value, dict):
        raise garbage(f"{what} is no JSON object")
    return value


def as_text(value: object, what: str) -> str:
    """A string, a list of text parts joined, or nothing; else `ModelGarbage`."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [as_object(part, f"a part of {what}") for part in value]
        return "".join(
            as_text(part.get("text"), what) for part in parts if part.get("type", "text") == "text"
        )
    raise garbage(f"{what} is no text")


def as_list(value: object, what: str) -> Sequence[object]:
    """A list, empty where nothing is given; else `ModelGarbage`."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise garbage(f"{what} is no list")
    return value


def thought_of(members: Mapping[str, object]) -> str:
    """Reasoning under either of the two names in use; of no readable kind: none."""
    for key in ("reasoning_content", "reasoning"):
        if isinstance(value := members.get(key), str) and value:
            return value
    return ""


def completion(answer: Mapping[str, object], request: Request, model: str) -> Completion:
    """A whole answer, validated."""
    choices = as_list(answer.get("choices"), "choices")
    if not choices:
        raise garbage("it holds no choices")
    choice = as_object(choices[0], "choices[0]")
    message = as_object(choice.get("message"), "choices[0].message")
    finish = finish_of(choice.get("finish_reason"))
    calls = [
        call_of(as_object(call, "a tool call"), finish)
        for call in as_list(message.get("tool_calls"), "message.tool_calls")
    ]
    text = as_text(message.get("content"), "message.content") or as_text(
        message.get("refusal"), "message.refusal"
    )
    logprobs = choice.get("logprobs")
    return assemble(
        request,
        text=text,
        calls=calls,
        thought=thought_of(message),
        finish=finish,
        usage=answer.get("usage"),
        logprobs=logprobs_of(logprobs),
        model=answer.get("model") or model,
    )


def assemble(
    request: Request,
    *,
    text: str,
    calls: Sequence[ToolCall],
    thought: str,
    finish: Finish,
    usage: object,
    logprobs: Sequence[float] | None,
    model: object,
) -> Completion:
    """What whole and streamed answers share: thoughts and calls out of the text, distinct ids, honest counts."""
    names = {tool.name for tool in request.tools}
    read = completed(text, distinct(calls), thought, finish, names)
    empty = not (read.text or read.tool_calls or read.thought)
    return replace(
        read,
        prompt_tokens=_count(usage, "prompt_tokens", zero=False),
        completion_tokens=_count(usage, "completion_tokens", zero=empty),
        logprobs=tuple(logprobs) if logprobs else None,
        model=clean(model) if isinstance(model, str) else "",
    )


def finish_of(reason: object) -> Finish:
    """The reason in our words. None in a whole answer is an end; a reason unknown to us may be a cut: `error`."""
    if reason is None:
        return "stop"
    return _FINISH.get(reason, "error") if isinstance(reason, str) else "error"


def call_of(call: Mapping[str, object], finish: Finish) -> ToolCall:
    """One call. Arguments given as an object are written as JSON; none at all in a whole answer are `{}`."""
    function = as_object(call.get("function"), "a tool call's function")
    name, arguments, call_id = function.get("name"), function.get("arguments"), call.get("id")
    if not isinstance(name, str):
        raise garbage("a tool call's name is no text")
    if isinstance(arguments, dict):
        arguments = json.dumps(arguments, ensure_ascii=False)
    if arguments is None or arguments == "":
        arguments = "" if finish == "length" else "{}"
    if not isinstance(arguments, str):
        raise garbage("a tool call's arguments are no text")
    return ToolCall(clean(call_id) if isinstance(call_id, str) else "", clean(name), clean(arguments))


def distinct(calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
    """The calls with ids of their own: a missing or repeated id becomes call_0, call_1, ..."""
    seen: set[str] = set()
    named: list[ToolCall] = []
    for number, call in enumerate(calls):
        call_id, spare = call.id, number
        while not call_id or call_id in seen:
            call_id, spare = f"call_{spare}", spare + 1
        seen.add(call_id)
        named.append(replace(call, id=call_id))
    return tuple(named)


def logprobs_of(logprobs: object) -> list[float] | None:
    """The sampled tokens' log-probabilities, if every one is a number; else unknown."""
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    if not isinstance(content, list):
        return None
    values: list[float] = []
    for token in content:
        value = token.get("logprob") if isinstance(token, dict) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        if not -1e9 < value < 1e9:
            return None
        values.append(float(value))
    return values


def _count(usage: object, key: str, *, zero: bool) -> int | None:
    value = usage.get(key) if isinstance(usage, dict) else None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return value if value or zero else None
