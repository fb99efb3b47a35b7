"""What can happen in an encounter: frozen, typed, numbered events that name their causes.

This is the format of the log. `SCHEMA` is its version; an older body is read through `UPCASTERS`.
Bodies have no slots: orjson writes an instance with a `__dict__` four times as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from types import UnionType
from typing import Any, Literal, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from wardround.harness.canonical import JSON
from wardround.harness.errors import LogError
from wardround.records import quick

SCHEMA = 3
MAIN = ""
"""The name of the encounter's main line; a consult's branch is named after the event that opened it: `12.0`."""

Effect = Literal["read", "write", "order", "tell"]
Outcome = Literal["allow", "deny", "approval"]
Severity = Literal["critical", "major", "minor"]


class EventRef(NamedTuple):
    """(encounter, event); `event` is a number on the main line (`12`), or branch and number (`12.0/3`)."""

    encounter: str
    event: str


@lru_cache(maxsize=16_384)
def event_name(branch: str, number: int) -> str:
    """How an event is named within its encounter. The same names come back in every encounter: they are kept once."""
    return f"{branch}/{number}" if branch else str(number)


# --- parts of bodies --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Budgets:
    """What a line may spend before it is handed over. None is no limit. `failures` counts those in a row."""

    turns: int | None = 60
    tokens: int | None = 200_000
    seconds: float | None = 3_600.0
    failures: int = 4


@quick
@dataclass(frozen=True)
class Action:
    """A tool call that an agent wants to make. `because` names events in the agent's view that it rests on."""

    tool: str
    arguments: JSON
    because: tuple[str, ...] = ()


@quick
@dataclass(frozen=True)
class Verdict:
    """What one constraint says to one action. `role` is who may approve."""

    constraint: str
    outcome: Outcome
    severity: Severity
    reason: str
    role: str | None = None


@dataclass(frozen=True)
class Asked:
    """One specialist who is consulted, in which branch, and what about."""

    branch: str
    agent: str
    question: str


@dataclass(frozen=True)
class Answer:
    """What a branch came back with; None where it ended without a report."""

    branch: str
    agent: str
    last: int
    report: JSON | None


@quick
@dataclass(frozen=True)
class Ruling:
    """What the constraints made of one action: only those that spoke are listed. `roles` are who may approve."""

    outcome: Outcome
    verdicts: tuple[Verdict, ...] = ()
    roles: tuple[str, ...] = ()


@quick
@dataclass(frozen=True)
class Called:
    """A model call: its parent call and what it added, not the whole prompt again.

    `parent` names the decision that the agent's last call led to. `prompt_ids` are the ids added after the parent's
    prompt and completion (after nothing, where `parent` is None); `added` the messages, for models that show no
    ids; `messages` counts those of the whole prompt. `grammar`, `limit` (of tokens) and `temperature` are what a learner
    needs to have the sampler's distribution again. Where the conversation had outgrown the model's window, the first
    `condensed` items of the view were told in brief. Unknown is None.
    """

    model: str
    parent: str | None
    rebuilt: bool
    added: tuple[JSON, ...]
    text: str
    tool_calls: tuple[JSON, ...]
    thought: str
    finish: str
    prompt_ids: tuple[int, ...] | None
    completion_ids: tuple[int, ...] | None
    logprobs: tuple[float, ...] | None
    think_tokens: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    messages: int | None = None
    grammar: str | None = None
    limit: int | None = None
    temperature: float | None = None
    condensed: int | None = None


# --- bodies -----------------------------------------------------------------------------------------------


@quick
@dataclass(frozen=True)
class Opened:
    """The header: who it is about, what everything's version was, and what may be spent."""

    subject: str
    episode: str
    team: tuple[str, ...]
    coordinator: str
    date: str
    seed: int
    budgets: Budgets
    versions: dict[str, str]
    context: JSON


@quick
@dataclass(frozen=True)
class Observed:
    """Something came in from outside. `audience` names the agents who see it; empty is all of them."""

    source: str
    content: JSON
    audience: tuple[str, ...] = ()


@quick
@dataclass(frozen=True)
class Decided:
    """What an agent wants, under which view and mask (digests), and what the constraints made of it.

    `problem` where its output could not be read; then there is no action and no ruling. `call` is the model call
    that it was read from, where a model was asked. What is allowed runs next; `span` is then its tool's.
    """

    agent: str
    action: Action | None
    problem: str | None
    thought: str
    view: str
    mask: str
    call: Called | None = None
    ruling: Ruling | None = None
    span: str = ""


@quick
@dataclass(frozen=True)
class Judged:
    """What the constraints made of an action that a reviewer edited."""

    decision: str
    outcome: Outcome
    verdicts: tuple[Verdict, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewRequested:
    """An action waits for somebody of one of `roles`."""

    decision: str
    action: Action
    roles: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Reviewed:
    """A person's word on the action. `arguments` where it was edited."""

    request: str
    answer: Literal["approve", "reject", "edit"]
    role: str
    reviewer: str
    note: str = ""
    arguments: JSON | None = None


@quick
@dataclass(frozen=True)
class Started:
    """A tool is about to run, as a reviewer approved it. `key` makes running it again harmless."""

    decision: str
    tool: str
    effect: Effect
    span: str
    key: str
    arguments: JSON


@quick
@dataclass(frozen=True)
class Returned:
    """What a tool gave: data, never instruction."""

    tool: str
    output: JSON
    shared: bool


@dataclass(frozen=True)
class Failed:
    """Something could not be done. `boundary` says where: policy, model, tool."""

    boundary: Literal["policy", "model", "tool"]
    what: str
    message: str


@dataclass(frozen=True)
class Consulted:
    """Specialists are asked, each in a branch of its own."""

    asked: tuple[Asked, ...]


@dataclass(frozen=True)
class Joined:
    """The branches came back, in the order of asking."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class HandedOver:
    """Another agent goes on, or a person outside (`outside`)."""

    to: str
    reason: str
    outside: bool = False


@dataclass(frozen=True)
class Exhausted:
    """A budget ran out."""

    budget: Literal["turns", "tokens", "seconds", "failures", "permitted actions"]
    limit: float


@quick
@dataclass(frozen=True)
class Closed:
    """The line has ended. In a branch, `report` is the specialist's answer."""

    status: Literal["finished", "cancelled"]
    reason: str
    report: JSON | None = None


Body = (
    Opened
    | Observed
    | Called
    | Decided
    | Judged
    | ReviewRequested
    | Reviewed
    | Started
    | Returned
    | Failed
    | Consulted
    | Joined
    | HandedOver
    | Exhausted
    | Closed
)

KINDS: Mapping[str, type[Any]] = {
    "opened": Opened,
    "observed": Observed,
    "called": Called,  # schema 1 alone: now a part of the decision
    "decided": Decided,
    "judged": Judged,
    "review-requested": ReviewRequested,
    "reviewed": Reviewed,
    "started": Started,
    "returned": Returned,
    "failed": Failed,
    "consulted": Consulted,
    "joined": Joined,
    "handed-over": HandedOver,
    "exhausted": Exhausted,
    "closed": Closed,
}
KIND_OF: Mapping[type[Any], str] = {body: kind for kind, body in KINDS.items()}


class Event(NamedTuple):
    """What happened. `body` is None where it was erased by law; the digest stays, so that the chain still verifies.

    `data` are the body's canonical bytes. `at` is wall time in ISO form. `links` are the heads of joined branches.
    """

    encounter: str
    branch: str
    number: int
    at: str
    kind: str
    by: str
    causes: tuple[EventRef, ...]
    body: Body | None
    data: bytes
    schema: int
    salt: str
    digest: str
    links: tuple[str, ...]
    hash: str

    @property
    def name(self) -> str:
        """Its name within the encounter."""
        return event_name(self.branch, self.number)

    @property
    def ref(self) -> EventRef:
        """Its name everywhere."""
        return tuple.__new__(EventRef, (self.encounter, event_name(self.branch, self.number)))


# --- reading bodies back ----------------------------------------------------------------------------------

UPCASTERS: dict[tuple[str, int], Callable[[JSON], JSON]] = {
    ("decided", 1): lambda data: {**data, "call": None},
    ("called", 1): lambda data: {k: v for k, v in data.items() if k not in ("agent", "mask")},
}
"""(kind, schema) -> a function that turns that schema's body into the next one's.

Schema 1 wrote a call, its decision, the verdict and the start as four events. Schema 2 did not say of a call what a
learner needs of the sampler: that is unknown of them."""


def upcast(kind: str, schema: int, data: JSON) -> JSON:
    """Bring an old body to today's schema, one version at a time; a version without a change needs no entry."""
    for version in range(schema, SCHEMA):
        step = UPCASTERS.get((kind, version))
        data = step(data) if step else data
    return data


def decode(kind: str, schema: int, data: JSON) -> Body:
    """A typed body from JSON. Raises LogError that names the kind and the field."""
    cls = KINDS.get(kind)
    if cls is None or schema > SCHEMA:
        raise LogError(
            f"kind {kind!r} of schema {schema} is unknown here.", fix="Upgrade wardround to read this log."
        )
    try:
        body: Body = _build(cls, upcast(kind, schema, data))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise LogError(f"body of kind {kind!r} cannot be read: {error}.") from error
    return body


Convert = Callable[[Any], Any]
_CONVERTERS: dict[type[Any], Mapping[str, Convert | None]] = {}
"""What each field's JSON goes through, by class; None where it stands as it is."""


def _build(cls: type[Any], data: JSON) -> Any:
    converters = _CONVERTERS.get(cls)
    if converters is None:
        hints = get_type_hints(cls)
        converters = _CONVERTERS[cls] = {f.name: _converter(hints[f.name]) for f in fields(cls)}
    if unknown := data.keys() - converters.keys():
        raise ValueError(f"field {sorted(unknown)[0]!r} is unknown")
    return cls(
        **{name: convert(value) if (convert := converters[name]) else value for name, value in data.items()}
    )


def _converter(hint: Any) -> Convert | None:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        inner = _converter(next(a for a in get_args(hint) if a is not type(None)))
        return (lambda value: None if value is None else inner(value)) if inner else None
    if origin is tuple:
        each = _converter(get_args(hint)[0])
        return (lambda values: tuple(map(each, values))) if each else tuple
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        return partial(_build, hint)
    return None


B = TypeVar("B", bound=Body)


def body_of(event: Event | None, kind: type[B]) -> B:
    """The event's body, which must be of this kind. Raises LogError where it is not: the log is out of order."""
    body = event.body if event is not None else None
    if not isinstance(body, kind):
        raise LogError(
            f"expected an event of kind {KIND_OF[kind]!r}, found {event.name if event else 'none'}."
        )
    return body


def ruling_of(event: Event | None) -> Ruling | None:
    """What the constraints made of the action that this event decides or judges again; None where it does neither."""
    body = event.body if event is not None else None
    if isinstance(body, Decided):
        return body.ruling
    if isinstance(body, Judged):
        return Ruling(body.outcome, body.verdicts, body.roles)
    return None
