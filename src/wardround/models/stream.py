"""Server-sent events to a completion: splits bytes into events, puts text, thoughts and torn tool calls together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wardround.models.preview import Preview
from wardround.models.protocol import Completion, Finish, Request
from wardround.models.wire import (
    as_list,
    as_object,
    as_text,
    assemble,
    call_of,
    finish_of,
    garbage,
    logprobs_of,
    thought_of,
)

DONE = "[DONE]"


class Events:
    """Cuts a byte stream into the data of its server-sent events."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """The events that `chunk` completes."""
        if b"\n" not in chunk and b"\r" not in chunk:
            self._rest.append(chunk)
            return []
        *lines, rest = b"".join([*self._rest, chunk]).replace(b"\r\n", b"\n").split(b"\n")
        self._rest = [rest]
        return [data for line in lines if (data := self._line(line)) is not None]

    def end(self) -> list[str]:
        """The events that the end of the stream completes: servers forget the last blank line."""
        lines = [b"".join(self._rest), b""]
        self._rest = []
        return [data for line in lines if (data := self._line(line)) is not None]

    def _line(self, line: bytes) -> str | None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        if text.startswith("data:"):
            self._data.append(text[5:].removeprefix(" "))
        if text or not self._data:
            return None
        data, self._data = "\n".join(self._data), []
        return data


@dataclass(slots=True)
class _TornCall:
    call_id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class Assembly:
    """One streamed answer as it grows. `whole` once the server has said how it ended."""

    def __init__(self, request: Request, model: str, preview: Preview) -> None:
        self._request = request
        self._preview = preview
        self._model: object = model
        self._text: list[str] = []
        self._thought: list[str] = []
        self._calls: dict[int, _TornCall] = {}
        self._logprobs: list[float] | None = []
        self._usage: object = None
        self._finish: Finish | None = None
        self.whole = False

    def add(self, chunk: Mapping[str, object]) -> None:
        """One event's JSON."""
        self._model = chunk.get("model") or self._model
        self._usage = chunk.get("usage") or self._usage
        for entry in as_list(chunk.get("choices"), "choices"):
            choice = as_object(entry, "a choice")
            if choice.get("index") in (0, None):
                self._add_choice(choice)

    def done(self) -> None:
        """The server said that this was all."""
        self.whole = True

    def completion(self) -> Completion:
        """What was said."""
        finish = self._finish or "stop"
        calls = [
            call_of(
                {"id": torn.call_id, "function": {"name": torn.name, "arguments": "".join(torn.arguments)}},
                finish,
            )
            for _, torn in sorted(self._calls.items())
        ]
        self._preview.end()
        return assemble(
            self._request,
            text="".join(self._text),
            calls=calls,
            thought="".join(self._thought),
            finish=finish,
            usage=self._usage,
            logprobs=self._logprobs,
            model=self._model,
        )

    def _add_choice(self, choice: Mapping[str, object]) -> None:
        delta = as_object(choice.get("delta") or {}, "a choice's delta")
        text = as_text(delta.get("content"), "delta.content") or as_text(
            delta.get("refusal"), "delta.refusal"
        )
        if text:
            self._text.append(text)
            self._preview.hear(text)
        self._thought.append(thought_of(delta))
        for call in as_list(delta.get("tool_calls"), "delta.tool_calls"):
            self._add_call(as_object(call, "a tool call"))
        if choice.get("logprobs") is not None and self._logprobs is not None:
            read = logprobs_of(choice.get("logprobs"))
            self._logprobs = None if read is None else self._logprobs + read
        if choice.get("finish_reason") is not None:
            self._finish = finish_of(choice.get("finish_reason"))
            self.whole = True

    def _add_call(self, delta: Mapping[str, object]) -> None:
        torn = self._calls.setdefault(self._place(delta), _TornCall())
        function = as_object(delta.get("function") or {}, "a tool call's function")
        name, call_id = function.get("name"), delta.get("id")
        if name is not None and not isinstance(name, str):
            raise garbage("a tool call's name is no text")
        torn.name = torn.name or name or ""
        torn.call_id = torn.call_id or (call_id if isinstance(call_id, str) else "")
        torn.arguments.append(as_text(function.get("arguments"), "a tool call's arguments"))

    def _place(self, delta: Mapping[str, object]) -> int:
        """Which call a piece belongs to: its index, or without one the last call, unless its id is a new one."""
        index = delta.get("index")
        if isinstance(index, int) and not isinstance(index, bool):
            return index
        if index is not None:
            raise garbage("a tool call's index is no number")
        last = max(self._calls, default=-1)
        call_id = delta.get("id")
        new = last < 0 or bool(call_id and self._calls[last].call_id not in ("", call_id))
        return last + 1 if new else last
