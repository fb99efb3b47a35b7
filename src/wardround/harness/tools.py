"""A Tool: one typed ability. One definition serves the model's tool list, the mask, the judge and the docs."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wardround.harness.canonical import JSON
from wardround.harness.errors import ConfigurationError
from wardround.harness.events import Effect, EventRef
from wardround.harness.ports import Ports

if TYPE_CHECKING:
    from wardround.harness.state import State

D = TypeVar("D")
Control = Literal["consult", "hand_over", "report", "close"]
MAX_ARGUMENT_BYTES = 32_768


class Arguments(BaseModel):
    """What a tool takes: strict about names, so that a misspelt argument is an error and not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Call(NamedTuple, Generic[D]):
    """What a running tool sees: the state so far, the ports, who asks, and a key under which to run only once."""

    state: State[D]
    ports: Ports
    agent: str
    key: str


class Result(NamedTuple):
    """What a tool gives back, and the events (of this or earlier encounters) that it used."""

    output: BaseModel | JSON
    used: tuple[EventRef, ...] = ()


Run = Callable[[Call[Any], Any], Coroutine[Any, Any, Result]]


@dataclass(frozen=True)
class Tool:
    """`effect` says what it does to the world: read, write (memory), order (the world), tell (a person).

    `span` is a word for the learner, without meaning here. `shared` results are seen by the whole team.
    `control` tools are run by the encounter itself. `prepare` brings arguments into the application's own terms
    (a name into an id) before they are read; it is pure.
    """

    name: str
    description: str
    input: type[BaseModel]
    effect: Effect
    span: str
    run: Run | None = None
    control: Control | None = None
    shared: bool = True
    deadline: float = 60.0
    prepare: Callable[[JSON], JSON] | None = None

    def __post_init__(self) -> None:
        if (self.run is None) == (self.control is None):
            raise ConfigurationError(
                f"tool {self.name!r} needs `run` or `control`.", fix="Give exactly one of them."
            )

    @cached_property
    def parameters(self) -> JSON:
        """JSON schema of the arguments."""
        return self.input.model_json_schema()

    def read(self, arguments: JSON) -> BaseModel | str:
        """The arguments, typed, or what is wrong with them: field and fault, fit to show to an agent."""
        try:
            given = self.prepare(arguments) if self.prepare else arguments
            read: BaseModel = self.input.__pydantic_validator__.validate_python(given)
            return read
        except ValidationError as error:
            return "; ".join(
                f"{'.'.join(map(str, fault['loc'])) or 'arguments'}: {fault['msg']}"
                for fault in error.errors()[:4]
            )
        except (TypeError, ValueError, RecursionError) as error:
            return f"arguments: {error}"


class ConsultArguments(Arguments):
    """Ask one or more specialists; several answer in parallel."""

    agents: list[str] = Field(min_length=1, max_length=8, description="who is asked, by name")
    question: str = Field(min_length=1, max_length=2000, description="what they are asked")


class HandOverArguments(Arguments):
    """Let another agent go on from here."""

    to: str = Field(description="who goes on, by name")
    reason: str = Field(min_length=1, max_length=2000)


CONSULT = Tool(
    "consult",
    "Ask one or more specialists; several work in parallel.",
    ConsultArguments,
    "read",
    "relay",
    control="consult",
)
HAND_OVER = Tool(
    "hand_over", "Let another agent go on from here.", HandOverArguments, "tell", "relay", control="hand_over"
)


def by_name(tools: tuple[Tool, ...]) -> Mapping[str, Tool]:
    """Tools by name. Raises ConfigurationError where two share one."""
    named = {tool.name: tool for tool in tools}
    if len(named) != len(tools):
        raise ConfigurationError("two tools share a name.", fix="Rename one of them.")
    return named
