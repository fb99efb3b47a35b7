"""What the endpoint says when it will not: OpenAI's error shape, naming the field; never a path, never a trace."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from wardround.models import (
    ModelContextTooLong,
    ModelError,
    ModelGarbage,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)

INVALID = "invalid_request_error"
SERVER = "server_error"


class ServerError(Exception):
    """The server cannot be started so: `message` says what is wrong, `fix` what to do next."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message, fix)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class Refusal(Exception):
    """One request is refused, with an HTTP status, in OpenAI's words."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        kind: str = INVALID,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.param, self.code, self.kind = status, message, param, code, kind

    def members(self) -> dict[str, object]:
        """The error as JSON members."""
        inner = {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}
        return {"error": inner}


def wrong(param: str, message: str, code: str | None = None) -> Refusal:
    """A field that cannot be honoured as it is."""
    return Refusal(400, message, param=param, code=code)


def unread(error: ValidationError, asked: object) -> Refusal:
    """The first of what pydantic found, by its place in what was sent."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    places = [_place(one["loc"], asked, one["type"] == "missing") for one in found]
    param = max(places, key=len)
    first = found[places.index(param)]
    return wrong(param, f"{param or 'the body'}: {first['msg']}.")


def _place(steps: Sequence[int | str], asked: object, missing: bool) -> str:
    """`messages[0].content`: the steps that exist in what was sent, and the last one where it is what is missing."""
    place = ""
    for at, step in enumerate(steps):
        if isinstance(step, int) and isinstance(asked, list) and step < len(asked):
            place, asked = f"{place}[{step}]", asked[step]
        elif isinstance(step, str) and isinstance(asked, dict):
            if step not in asked and not (missing and at == len(steps) - 1):
                break
            place, asked = f"{place}.{step}" if place else step, asked.get(step)
        elif isinstance(step, int):
            break
    return place


def of_model(error: ModelError) -> Refusal:
    """A model's error as the status that OpenAI's clients expect."""
    match error:
        case ModelContextTooLong():
            return wrong("messages", error.message, "context_length_exceeded")
        case ModelRefused():
            return Refusal(400, str(error))
        case ModelTimeout():
            return Refusal(504, error.message, kind=SERVER)
        case ModelUnavailable():
            return Refusal(503, error.message, kind=SERVER, code="model_unavailable")
        case ModelGarbage():
            return Refusal(500, error.message, kind=SERVER)
        case _:
            return Refusal(500, "The model failed; the server's log says how.", kind=SERVER)
