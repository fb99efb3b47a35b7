"""What clients send, as pydantic reads it, and which fields are known but cannot be honoured here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wardround.server.refusals import Refusal, unread, wrong

log = logging.getLogger("wardround.server")

NEUTRAL: Mapping[str, tuple[object, ...]] = {
    "n": (1,),
    "best_of": (1,),
    "echo": (False,),
    "suffix": ("",),
    "top_p": (1,),
    "top_k": (-1, 0),
    "min_p": (0,),
    "typical_p": (1,),
    "frequency_penalty": (0,),
    "presence_penalty": (0,),
    "repetition_penalty": (1,),
    "logit_bias": ({},),
    "min_tokens": (0,),
    "ignore_eos": (False,),
    "use_beam_search": (False,),
    "prompt_logprobs": (),
    "stop_token_ids": ([],),
    "bad_words": ([],),
    "modalities": (["text"],),
    "audio": (),
    "functions": ([],),
    "function_call": ("none",),
    "prediction": (),
    "reasoning_effort": (),
    "verbosity": (),
    "web_search_options": (),
    "store": (False,),
    "chat_template": (),
    "chat_template_kwargs": ({},),
    "continue_final_message": (False,),
    "add_generation_prompt": (True,),
    "documents": ([],),
    "guided_json": (),
    "guided_regex": (),
    "guided_choice": (),
    "guided_grammar": (),
}
"""Fields that would change the answer, and the values with which they change nothing. null is always one."""

INSTEAD = {
    "n": "one answer a request: ask again with another seed",
    "functions": "use tools",
    "function_call": "use tool_choice",
    "guided_json": "use response_format",
    "guided_grammar": "use structured_outputs.grammar",
    "top_p": "all tokens are drawn from: use temperature",
}

SILENT = frozenset(
    {"user", "metadata", "service_tier", "prompt_cache_key", "prompt_cache_retention", "safety_identifier"}
)
"""Fields that say nothing about the answer."""


class Asked(BaseModel):
    """What both endpoints take."""

    model_config = ConfigDict(extra="allow", strict=True)

    model: Annotated[str, Field(max_length=1_000)]
    temperature: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    stop: str | list[str] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    structured_outputs: StructuredOutputs | None = None
    return_token_ids: bool | None = None


A = TypeVar("A", bound=Asked)


class StreamOptions(BaseModel):
    """`include_usage` adds a last chunk that counts."""

    model_config = ConfigDict(extra="allow", strict=True)

    include_usage: bool | None = None


class StructuredOutputs(BaseModel):
    """vLLM's field: a grammar in llguidance's Lark, or a JSON schema, outside which nothing is sampled."""

    model_config = ConfigDict(extra="allow", strict=True)

    grammar: Annotated[str, Field(min_length=1)] | None = None
    json_: Annotated[dict[str, Any] | None, Field(alias="json")] = None


class Part(BaseModel):
    """A part of a message; only text can be read."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: str
    text: str | None = None


class FunctionCall(BaseModel):
    """What a past answer called; `arguments` is JSON text."""

    model_config = ConfigDict(extra="allow", strict=True)

    name: Annotated[str, Field(max_length=256)]
    arguments: str


class Call(BaseModel):
    """A past call."""

    model_config = ConfigDict(extra="allow", strict=True)

    id: Annotated[str, Field(max_length=256)]
    type: Literal["function"] = "function"
    function: FunctionCall


class Turn(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="allow", strict=True)

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[Part] | None = None
    tool_calls: list[Call] | None = None
    tool_call_id: Annotated[str, Field(max_length=256)] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class Function(BaseModel):
    """A tool's name, description and the JSON schema of its arguments."""

    model_config = ConfigDict(extra="allow", strict=True)

    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_.-]{1,64}$")]
    description: str | None = None
    parameters: dict[str, Any] | None = None


class Offered(BaseModel):
    """A tool that may be called."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: Literal["function"]
    function: Function


class JsonSchema(BaseModel):
    """The schema that the answer has to have."""

    model_config = ConfigDict(extra="allow", strict=True, populate_by_name=True)

    name: str
    strict: bool | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None


class ResponseFormat(BaseModel):
    """Text, any JSON object, or JSON of a schema."""

    model_config = ConfigDict(extra="allow", strict=True)

    type: Literal["text", "json_object", "json_schema"]
    json_schema: JsonSchema | None = None


class ChatAsked(Asked):
    """`/v1/chat/completions`."""

    messages: Annotated[list[Turn], Field(min_length=1)]
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    tools: list[Offered] | None = None
    tool_choice: Literal["none", "auto", "required"] | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None


class TextAsked(Asked):
    """`/v1/completions`."""

    prompt: str | list[str] | list[int] | list[list[int]]
    logprobs: Annotated[int, Field(ge=0, le=20)] | None = None


def read(kind: type[A], body: bytes) -> A:
    """`body` as `kind`, or a refusal that names the field. Fields that nobody knows are told to the log and left."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(400, f"The body is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise Refusal(400, "The body is no JSON object.")
    try:
        asked = kind.model_validate(value)
    except ValidationError as error:
        raise unread(error, value) from None
    unknown = []
    for field, given in (asked.model_extra or {}).items():
        if field in NEUTRAL:
            _neutral(field, given)
        elif field not in SILENT:
            unknown.append(field)
    if unknown:
        log.warning("ignored fields that nobody knows: %s", ", ".join(map(repr, sorted(unknown)))[:300])
    return asked


def _neutral(field: str, given: object) -> None:
    """A field that cannot be honoured may be there with the value that changes nothing."""
    if given is None or any(given == value and type(given) in _LIKE[type(value)] for value in NEUTRAL[field]):
        return
    allowed = " or ".join(orjson.dumps(value).decode() for value in NEUTRAL[field]) or "null"
    hint = INSTEAD.get(field, "leave it out")
    raise wrong(field, f"{field} can only be {allowed} here; {hint}.", "unsupported_parameter")


_LIKE: Mapping[type, tuple[type, ...]] = {
    int: (int, float),
    bool: (bool,),
    str: (str,),
    list: (list,),
    dict: (dict,),
}
