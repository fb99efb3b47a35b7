"""An endpoint's error answer, read: which error of ours it is, whether to retry, which field it does not take."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping

from wardround.models.errors import ModelContextTooLong, ModelError, ModelRefused, ModelUnavailable
from wardround.models.retry import RETRIED, Fault, retry_after
from wardround.models.written import clean

OPTIONAL = (
    "tool_choice",
    "parallel_tool_calls",
    "seed",
    "logprobs",
    "stream_options",
    "temperature",
    "max_tokens",
    "response_format",
)
"""Fields that some servers refuse. Without `max_tokens` the limit goes as `max_completion_tokens`."""

_TOO_LONG = re.compile(
    r"context_length_exceeded|exceed_context_size|maximum context length|context (?:window|size|length)"
    r"|(?:prompt|input) is too long|too many (?:input )?tokens",
    re.IGNORECASE,
)
_NOT_TAKEN = re.compile(
    r"unsupported|(?:not|n't) (?:\w+ )?(?:support|allow|permit|accept|compatible)|unknown|unrecognized|unexpected"
    r"|only the default|extra",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_FIX = {
    400: "Check that the model takes tools and messages of this kind.",
    401: "Check OPENAI_API_KEY.",
    402: "Check the account's credit.",
    403: "Check that OPENAI_API_KEY may use this model.",
    404: "Check the model's name and OPENAI_BASE_URL (it usually ends in /v1).",
    405: "Check OPENAI_BASE_URL (it usually ends in /v1).",
    413: "Send a shorter prompt.",
}


def fault_of(
    status: int,
    headers: Mapping[str, str],
    text: str,
    *,
    where: str,
    secret: str = "",
    sent: Collection[str] = (),
) -> Fault:
    """The fault that `status` and the body `text` mean. `secret` is struck from all that is quoted."""
    error = _error(text)
    said = _said(error, text, secret)
    codes = {str(error.get(key, "")) for key in ("code", "type")}
    message = f"{where} answered {status}" + (f": {said}" if said else ".")
    if status in RETRIED and "insufficient_quota" not in codes:
        after = retry_after(headers)
        hint = f"Try again in {after:.0f} s." if after else "Try again later."
        return Fault(ModelUnavailable(message, hint), retry=True, after=after)
    if status in (400, 413, 422) and _TOO_LONG.search(" ".join([said, *codes])):
        return Fault(ModelContextTooLong(message, "Send a shorter prompt or ask for fewer tokens."))
    if status == 429:
        return Fault(ModelRefused(message, "Check the account's credit."))
    if 300 <= status < 400:
        return Fault(ModelRefused(message, "Set OPENAI_BASE_URL to the address that it points to."))
    if status >= 500 and status != 501:
        return Fault(ModelUnavailable(message, "Look at the server's log."))
    field = _field(error, said, sent) if status in (400, 403, 422, 501) else None
    return Fault(_refused(status, message), field=field)


def fault_in_answer(error: object, *, where: str, secret: str = "") -> Fault:
    """An error that came inside a 200 answer or a stream: read by its code where it has one, else worth a retry."""
    members = error if isinstance(error, dict) else {"message": str(error)}
    code = members.get("code", members.get("status"))
    status = code if isinstance(code, int) and 400 <= code <= 599 else 500
    return fault_of(status, {}, json.dumps({"error": members}), where=where, secret=secret)


def _refused(status: int, message: str) -> ModelError:
    return ModelRefused(message, _FIX.get(status, "Change the request or the model."))


def _error(text: str) -> dict[str, object]:
    """The error's members, wherever this server puts them."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    inner = value.get("error", value)
    if isinstance(inner, dict) and isinstance(inner.get("message"), dict):
        inner = inner["message"]
    return inner if isinstance(inner, dict) else {"message": inner}


def _said(error: Mapping[str, object], text: str, secret: str) -> str:
    """What the server says, in one short line; an HTML page says nothing."""
    said = error.get("message")
    if not isinstance(said, str):
        said = "; ".join(_details(error)) or ("" if text.lstrip().startswith("<") else text)
    if secret:
        said = said.replace(secret, "[key]")
    said = _CONTROL.sub(" ", clean(said)).strip()
    return said if len(said) <= 300 else said[:299] + "…"


def _details(error: Mapping[str, object]) -> Iterator[str]:
    """Validation errors as FastAPI servers write them: the place and the message, without the echoed input."""
    details = error.get("detail")
    if isinstance(details, str):
        yield details
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict):
            place = detail.get("loc")
            steps = [str(step) for step in place] if isinstance(place, list) else []
            yield f"{'.'.join(steps)}: {detail.get('msg', '')}"


def _field(error: Mapping[str, object], said: str, sent: Collection[str]) -> str | None:
    """The optional field, among those `sent`, that the server does not take.

    A bare mention is enough, except for the two that a server may know and only dislike the value of.
    """
    blamed, code = error.get("param"), error.get("code")
    blamed = blamed if isinstance(blamed, str) else ""
    for field in OPTIONAL:
        named = blamed == field if blamed else re.search(rf"(?<![a-z_]){field}(?![a-z_])", said)
        if named and field in sent:
            certain = field not in ("temperature", "max_tokens") or _NOT_TAKEN.search(f"{said} {code}")
            return field if certain else None
    return None
