"""A model that says what it was told to say: for tests and benchmarks; in-process, deterministic, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from wardround.models.errors import ModelUnavailable
from wardround.models.protocol import Completion, Request, ToolCall

Line = Completion | ToolCall | str | Exception
"""One answer: a whole completion, or in short a tool call, a text, or an error to raise."""


class ScriptedModel:
    """Plays `script`: an iterable of lines, one for each call, or a function from the request to a line.

    `requests` keeps what was asked when `record` is true. A script that has ended raises `ModelUnavailable`.
    """

    def __init__(
        self,
        script: Iterable[Line] | Callable[[Request], Line],
        *,
        name: str = "scripted",
        record: bool = True,
    ) -> None:
        self.name = name
        self.requests: list[Request] = []
        self._record = record
        self._closed = False
        self._answer = script if callable(script) else _reader(iter(script))

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """The script's next line."""
        if self._closed:
            raise ModelUnavailable("The scripted model is closed.", "Open a new one.")
        if self._record:
            self.requests.append(request)
        completion = _completed(self._answer(request), self.name)
        if on_text is not None and completion.text:
            on_text(completion.text)
        return completion

    def count_tokens(self, text: str) -> int:
        """Words between white space: exact by this model's own definition."""
        return len(text.split())

    async def close(self) -> None:
        """After this the script is over."""
        self._closed = True


def _reader(lines: Iterator[Line]) -> Callable[[Request], Line]:
    def read(_: Request) -> Line:
        for line in lines:
            return line
        return ModelUnavailable("The script has ended.", "Give it one line for each call, or a function.")

    return read


def _completed(line: Line, name: str) -> Completion:
    match line:
        case Completion():
            return line
        case ToolCall():
            return Completion(tool_calls=(line,), finish="tool_calls", model=name)
        case str():
            return Completion(text=line, model=name)
        case _:
            raise line
