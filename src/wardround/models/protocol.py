"""The one protocol behind which every language model stands: a `Request` in, a `Completion` out, nothing hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from wardround.records import quick

Role = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "length", "tool_calls", "error"]


@quick
@dataclass(frozen=True)
class ToolCall:
    """A call that a model wrote. `arguments` is its JSON text, unparsed: what a model writes is hostile."""

    id: str
    name: str
    arguments: str


@quick
@dataclass(frozen=True)
class Message:
    """One turn. `thought` is reasoning kept apart from what was said; `tool_call_id` names the call answered."""

    role: Role
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    thought: str = ""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told of it; `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: Mapping[str, object]


@quick
@dataclass(frozen=True)
class Request:
    """What a model is asked: the turns, the tools that it may call now, and how to sample.

    `must_call` asks for a tool call (`tool_choice: required`); a model that cannot be forced may still answer in
    text. `prompt_ids`, where given, are the prompt, verbatim, for models that take tokens. `seed` None is a free draw.
    `constrained`: where the model can, the tools' schemas become a grammar outside which nothing is sampled.
    `prior_ids` are the tokens of the conversation so far, and `prior_messages` how many of `messages` they hold: a model
    that shows its tokens adds the turns after them, and reads no turn twice.
    `schema`, where there are no tools, is the JSON schema of the answer's text.
    """

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    max_tokens: int = 1024
    temperature: float = 0.0
    seed: int | None = None
    must_call: bool = True
    prompt_ids: tuple[int, ...] | None = None
    stop: tuple[str, ...] = ()
    constrained: bool = True
    prior_ids: tuple[int, ...] | None = None
    prior_messages: int = 0
    schema: Mapping[str, object] | None = None

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens is {self.max_tokens}: give at least 1")
        if not 0.0 <= self.temperature < float("inf"):
            raise ValueError(f"temperature is {self.temperature}: give 0 (greedy) or a positive number")
        if "" in self.stop:
            raise ValueError("stop holds an empty string, which would end every answer: leave it out")
        if not 0 <= self.prior_messages <= len(self.messages):
            raise ValueError(
                f"prior_messages is {self.prior_messages}: give 0 to {len(self.messages)}, as many as messages"
            )


@quick
@dataclass(frozen=True)
class Completion:
    """What a model answered. None is unknown, never zero.

    `finish` is `tool_calls` exactly when a whole answer holds calls; an answer cut by the token limit is `length`
    and its last call may be torn. `logprobs` are natural logarithms, one for each sampled token: of a local model under
    the mask and the temperature that it was drawn with (greedy: temperature 1), of an endpoint as it gives them.
    `grammar` is the id of the grammar that was in force; None where nothing was masked. The first `think_tokens` of the
    completion are reasoning. `limit` is how many tokens it might have had, where that is not the request's `max_tokens`:
    what the context left.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    thought: str = ""
    finish: Finish = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_ids: tuple[int, ...] | None = None
    completion_ids: tuple[int, ...] | None = None
    logprobs: tuple[float, ...] | None = None
    model: str = ""
    grammar: str | None = None
    think_tokens: int | None = None
    limit: int | None = None


@runtime_checkable
class LanguageModel(Protocol):
    """Generates. Errors are of the tree in `errors`; many calls may be in flight at once."""

    @property
    def name(self) -> str:
        """What the log calls this model."""
        ...

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """One completion. `on_text` hears visible text as it comes: a preview, the completion alone counts."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the model's own tokenizer, or a documented estimate."""
        ...

    async def close(self) -> None:
        """Lets go of connections and memory; closing twice is allowed, generating afterwards is not."""
        ...
