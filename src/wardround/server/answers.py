"""Completions as OpenAI's clients read them: whole answers and streamed chunks. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import uuid4

import orjson

from wardround.models import Completion, ToolCall

Members = dict[str, object]
Spell = Callable[[int], tuple[str, bytes]]
"""A token id as text and as bytes."""


@dataclass(frozen=True)
class Heading:
    """What stands on every piece of one answer."""

    kind: str
    model: str
    fingerprint: str
    id: str = field(default_factory=lambda: uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))

    def members(self, chunk: bool = False) -> Members:
        prefix, whole, part = _KINDS[self.kind]
        return {
            "id": f"{prefix}-{self.id}",
            "object": part if chunk else whole,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.fingerprint,
        }


_KINDS = {
    "chat": ("chatcmpl", "chat.completion", "chat.completion.chunk"),
    "text": ("cmpl", "text_completion", "text_completion"),
}


def event(members: Mapping[str, object] | str) -> bytes:
    """One server-sent event."""
    data = members.encode() if isinstance(members, str) else orjson.dumps(members)
    return b"data: " + data + b"\n\n"


DONE = event("[DONE]")


def usage(done: Completion, cached: int = 0) -> Members:
    """What was read and written, in tokens."""
    read, written = done.prompt_tokens or 0, done.completion_tokens or 0
    members: Members = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    members["prompt_tokens_details"] = {"cached_tokens": min(cached, read)}
    if done.think_tokens is not None:
        members["completion_tokens_details"] = {"reasoning_tokens": done.think_tokens}
    return members


def finish(done: Completion) -> str:
    """Why it ended."""
    return done.finish if done.finish != "error" else "stop"


def calls(done: Completion) -> tuple[ToolCall, ...]:
    """The calls, with ids that no other answer of the conversation has, the same for the same prompt and answer."""
    basis = sha256(orjson.dumps((done.prompt_ids or (), done.completion_ids or ()))).hexdigest()[:20]
    return tuple(
        [ToolCall(f"call_{basis}_{at}", call.name, call.arguments) for at, call in enumerate(done.tool_calls)]
    )


def written_calls(made: Sequence[ToolCall], *, indexed: bool = False) -> list[Members]:
    """Calls as JSON; streamed ones carry their index."""
    return [
        {
            **({"index": at} if indexed else {}),
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments},
        }
        for at, call in enumerate(made)
    ]


def chat_logprobs(done: Completion, spell: Spell) -> Members:
    """One entry for each sampled token, thoughts, calls and the end included."""
    content = []
    for token, logprob in zip(done.completion_ids or (), done.logprobs or (), strict=True):
        text, raw = spell(token)
        content.append({"token": text, "logprob": logprob, "bytes": list(raw), "top_logprobs": []})
    return {"content": content, "refusal": None}


def text_logprobs(done: Completion, spell: Spell) -> Members:
    """The same in the older shape."""
    tokens = [spell(token)[0] for token in done.completion_ids or ()]
    offsets, at = [], 0
    for text in tokens:
        offsets.append(at)
        at += len(text)
    return {
        "tokens": tokens,
        "token_logprobs": list(done.logprobs or ()),
        "top_logprobs": None,
        "text_offset": offsets,
    }
