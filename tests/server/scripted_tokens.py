"""A model that shows its tokens and says what a test tells it to say, slowly if wanted; it remembers what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tiny_hugging_face import tiny_tokenizer

from wardround.models import Completion, ModelUnavailable, Request
from wardround.models.chat_prompt import prompt_ids
from wardround.models.preview import Preview
from wardround.models.written import completed

END = 258
"""The id of <|im_end|>."""


class ScriptedTokens:
    """Answers with `lines` in turn, the last one for ever."""

    name = "scripted"
    tokenizer_version = "bytes"
    context: int | None = 4_096

    def __init__(self, *lines: str | Exception, pause: float = 0.0) -> None:
        self.tokenizer = tiny_tokenizer()
        self.asked: list[Request] = []
        self.cancelled = 0
        self.busiest = 0
        self.closed = False
        self._busy = 0
        self._lines = list(lines)
        self._pause = pause

    def prompt_ids(self, request: Request) -> tuple[int, ...]:
        if request.prior_ids is not None:
            new = replace(
                request, messages=request.messages[request.prior_messages :], prior_ids=None, prior_messages=0
            )
            return (*request.prior_ids, *prompt_ids(self.tokenizer, new))
        return tuple(prompt_ids(self.tokenizer, request))

    def count_tokens(self, text: str) -> int:
        return len(text)

    async def close(self) -> None:
        self.closed = True

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        if self.closed:
            raise ModelUnavailable("It is closed.", "Open it.")
        self.asked.append(request)
        self._busy += 1
        self.busiest = max(self.busiest, self._busy)
        try:
            return await self._said(request, on_text)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self._busy -= 1

    async def _said(self, request: Request, on_text: Callable[[str], None] | None) -> Completion:
        line = self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]
        if isinstance(line, Exception):
            raise line
        ids = [int(token) for token in self.tokenizer.encode(line, add_special_tokens=False)][
            : request.max_tokens
        ]
        whole = len(ids) < request.max_tokens
        text = str(self.tokenizer.decode(ids))
        preview = Preview(on_text)
        for letter in text:
            preview.hear(letter)
            await asyncio.sleep(self._pause)
        preview.end()
        ids = [*ids, END] if whole else ids
        prompt = request.prompt_ids or ()
        return replace(
            completed(text, (), "", "stop" if whole else "length", {tool.name for tool in request.tools}),
            prompt_tokens=len(prompt),
            completion_tokens=len(ids),
            prompt_ids=prompt,
            completion_ids=tuple(ids),
            logprobs=tuple(-0.25 * (at % 7) for at in range(len(ids))),
            model=self.name,
            think_tokens=0,
        )
