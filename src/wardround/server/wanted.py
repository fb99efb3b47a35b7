"""What a request wants of the model, read and checked: turns, tools shown and tools allowed, what the answer must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from wardround.models import Message, ToolCall, ToolSpec
from wardround.server.asked import Asked, ChatAsked, Offered, StructuredOutputs, TextAsked, Turn
from wardround.server.grammars import Shape, unkept
from wardround.server.limits import ServingLimits
from wardround.server.refusals import wrong

DEFAULT_TEXT_TOKENS = 16
"""OpenAI's own default of the text endpoint; a chat may answer as long as the context leaves room."""


@dataclass(frozen=True)
class Sampling:
    """How to draw, and how to tell it."""

    max_tokens: int
    temperature: float
    seed: int | None
    stop: tuple[str, ...]
    logprobs: bool
    top_logprobs: int
    stream: bool
    include_usage: bool
    return_ids: bool


@dataclass(frozen=True)
class WantedChat:
    """A chat: `shown` tools are told to the model, `allowed` ones can be called."""

    turns: tuple[Message, ...]
    shown: tuple[ToolSpec, ...]
    allowed: tuple[ToolSpec, ...]
    must_call: bool
    shape: Shape
    sampling: Sampling


@dataclass(frozen=True)
class WantedText:
    """A text or token ids to go on from."""

    prompt: str | tuple[int, ...]
    shape: Shape
    sampling: Sampling


def chat_of(asked: ChatAsked, limits: ServingLimits) -> WantedChat:
    """The chat that is asked for."""
    if len(asked.messages) > limits.messages:
        raise wrong("messages", f"messages holds {len(asked.messages)}; at most {limits.messages} are read.")
    turns = tuple([_message(turn, f"messages[{at}]") for at, turn in enumerate(asked.messages)])
    shown = _tools(asked.tools or [], limits)
    allowed, must_call = _choice(asked.tool_choice, shown)
    shape = _format(asked)
    _small(shape, limits)
    if allowed and not shape.free:
        raise wrong(shape.field, f"{shape.field} and tools that may be called exclude each other here: "
                    'set tool_choice to "none", or leave one out.')  # fmt: skip
    if shown and not allowed and shape.free:
        shape = Shape(uncalled=True, field="tool_choice")
    if asked.top_logprobs is not None and not asked.logprobs:
        raise wrong("top_logprobs", "top_logprobs needs logprobs: true.")
    most = _most(asked, limits)
    sampling = _sampling(asked, limits, most, bool(asked.logprobs), asked.top_logprobs or 0)
    return WantedChat(turns, shown, allowed, must_call, shape, sampling)


def text_of(asked: TextAsked, limits: ServingLimits) -> WantedText:
    """The text that is asked for."""
    prompt = asked.prompt
    if isinstance(prompt, list) and prompt and isinstance(prompt[0], str | list):
        if len(prompt) > 1:
            raise wrong("prompt", f"prompt holds {len(prompt)} prompts; send one a request.")
        (prompt,) = prompt
    if not prompt:
        raise wrong("prompt", "prompt is empty.")
    ids = prompt if isinstance(prompt, str) else tuple([token for token in prompt if isinstance(token, int)])
    most = asked.max_tokens if asked.max_tokens is not None else DEFAULT_TEXT_TOKENS
    if most > limits.tokens:
        raise _too_many("max_tokens", most, limits)
    given = asked.logprobs
    sampling = _sampling(asked, limits, most, given is not None, given or 0)
    shape = _structured(asked.structured_outputs) or Shape()
    _small(shape, limits)
    return WantedText(ids, shape, sampling)


def _most(asked: ChatAsked, limits: ServingLimits) -> int:
    old, new = asked.max_tokens, asked.max_completion_tokens
    if old is not None and new is not None and old != new:
        raise wrong("max_completion_tokens", "max_tokens and max_completion_tokens differ: give one.")
    name, most = ("max_tokens", old) if new is None else ("max_completion_tokens", new)
    if most is not None and most > limits.tokens:
        raise _too_many(name, most, limits)
    return limits.tokens if most is None else most


def _too_many(name: str, most: int, limits: ServingLimits) -> Exception:
    return wrong(name, f"{name} is {most}; this server gives at most {limits.tokens} tokens.")


def _sampling(asked: Asked, limits: ServingLimits, most: int, logprobs: bool, top: int) -> Sampling:
    stop = [asked.stop] if isinstance(asked.stop, str) else asked.stop or []
    if len(stop) > limits.stops:
        raise wrong("stop", f"stop holds {len(stop)} texts; at most {limits.stops} are heeded.")
    if "" in stop:
        raise wrong("stop", "stop holds an empty text, which would end every answer: leave it out.")
    if asked.stream_options is not None and not asked.stream:
        raise wrong("stream_options", "stream_options needs stream: true.")
    return Sampling(
        max_tokens=most,
        temperature=1.0 if asked.temperature is None else float(asked.temperature),
        seed=asked.seed,
        stop=tuple(stop),
        logprobs=logprobs,
        top_logprobs=top,
        stream=bool(asked.stream),
        include_usage=bool(asked.stream_options and asked.stream_options.include_usage),
        return_ids=bool(asked.return_token_ids),
    )


def _message(turn: Turn, place: str) -> Message:
    text = _content(turn, place)
    if turn.role == "tool" and turn.tool_call_id is None:
        raise wrong(f"{place}.tool_call_id", "A tool's result names the call that it answers.")
    if turn.tool_calls and turn.role != "assistant":
        raise wrong(f"{place}.tool_calls", "Only the assistant's turns hold calls.")
    return Message(
        role="system" if turn.role == "developer" else turn.role,
        content=text,
        tool_calls=tuple(
            [ToolCall(call.id, call.function.name, call.function.arguments) for call in turn.tool_calls or ()]
        ),
        tool_call_id=turn.tool_call_id if turn.role == "tool" else None,
        thought=(turn.reasoning_content or turn.reasoning or "") if turn.role == "assistant" else "",
    )


def _content(turn: Turn, place: str) -> str:
    content = turn.content
    if content is None:
        refusal = (turn.model_extra or {}).get("refusal")
        if turn.role == "assistant" and (turn.tool_calls or isinstance(refusal, str) or _thinks(turn)):
            return refusal if isinstance(refusal, str) else ""
        raise wrong(f"{place}.content", f"A turn of the {turn.role} needs content.")
    if isinstance(content, str):
        return content
    for at, part in enumerate(content):
        if part.type != "text" or part.text is None:
            raise wrong(
                f"{place}.content[{at}]", f"Parts of type {part.type!r:.60} cannot be read; text alone can."
            )
    return "".join([part.text or "" for part in content])


def _thinks(turn: Turn) -> bool:
    return bool(turn.reasoning_content or turn.reasoning)


def _tools(offered: list[Offered], limits: ServingLimits) -> tuple[ToolSpec, ...]:
    if len(offered) > limits.tools:
        raise wrong("tools", f"tools holds {len(offered)}; at most {limits.tools} are taken.")
    names: set[str] = set()
    specs = []
    for at, tool in enumerate(offered):
        function = tool.function
        if function.name in names:
            raise wrong(f"tools[{at}].function.name", f"There are two tools named {function.name}.")
        names.add(function.name)
        parameters = function.parameters or {"type": "object", "properties": {}}
        specs.append(ToolSpec(function.name, function.description or "", parameters))
    size = len(orjson.dumps([spec.parameters for spec in specs]))
    if size > limits.schemas:
        raise wrong("tools", f"The tools' schemas have {size} bytes; at most {limits.schemas} are taken.")
    return tuple(specs)


def _small(shape: Shape, limits: ServingLimits) -> None:
    size = len(orjson.dumps(shape.schema)) if shape.schema is not None else 0
    if size > limits.schemas:
        raise wrong(shape.field, f"The schema has {size} bytes; at most {limits.schemas} are taken.")


def _choice(
    choice: str | dict[str, Any] | None, shown: tuple[ToolSpec, ...]
) -> tuple[tuple[ToolSpec, ...], bool]:
    """The tools that may be called, and whether one must be."""
    if choice is None or choice == "none":
        return (shown, False) if choice is None else ((), False)
    if not shown:
        raise wrong("tool_choice", "tool_choice needs tools.")
    if isinstance(choice, str):
        return shown, choice == "required"
    match choice:
        case {"type": "function", "function": {"name": str(name)}}:
            return _named([name], shown), True
        case {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto" | "required" as mode, "tools": list(tools)},
        }:
            names = [_name_of(tool) for tool in tools]
            return _named(names, shown), mode == "required"
    raise wrong("tool_choice", 'tool_choice is "none", "auto", "required", one function, or allowed_tools.')


def _name_of(tool: object) -> str:
    match tool:
        case {"function": {"name": str(name)}} | {"name": str(name)}:
            return name
    raise wrong("tool_choice", "tool_choice.allowed_tools.tools holds something that names no function.")


def _named(names: list[str], shown: tuple[ToolSpec, ...]) -> tuple[ToolSpec, ...]:
    for name in names:
        if all(tool.name != name for tool in shown):
            raise wrong("tool_choice", f"tool_choice names {name[:64]!r}, which is not among tools.")
    return tuple(tool for tool in shown if tool.name in names)


def _format(asked: ChatAsked) -> Shape:
    given = _structured(asked.structured_outputs)
    wanted = asked.response_format
    if wanted is None or wanted.type == "text":
        return given or Shape()
    if given is not None:
        raise wrong(
            "structured_outputs", "structured_outputs and response_format exclude each other: give one."
        )
    if wanted.type == "json_object":
        return Shape(schema={"type": "object"}, field="response_format")
    if wanted.json_schema is None or wanted.json_schema.schema_ is None:
        raise wrong("response_format.json_schema", "response_format needs json_schema with a schema.")
    schema = wanted.json_schema.schema_
    if wanted.json_schema.strict and (keyword := unkept(schema)):
        message = f"{keyword} is not enforced here: leave it out, or strict."
        raise wrong("response_format.json_schema.schema", message, "unsupported_parameter")
    return Shape(schema=schema, field="response_format")


def _structured(given: StructuredOutputs | None) -> Shape | None:
    if given is None:
        return None
    for field in given.model_extra or {}:
        raise wrong(
            f"structured_outputs.{field}",
            "structured_outputs takes grammar or json here.",
            "unsupported_parameter",
        )
    if (given.grammar is None) == (given.json_ is None):
        raise wrong("structured_outputs", "structured_outputs takes either grammar or json.")
    return Shape(given.grammar, given.json_, field="structured_outputs")


def tools_digest(shown: tuple[ToolSpec, ...]) -> bytes:
    """The tools as a model is told of them, for comparison."""
    return orjson.dumps([(tool.name, tool.description, tool.parameters) for tool in shown])
