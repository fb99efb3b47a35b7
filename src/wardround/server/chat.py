"""`/v1/chat/completions`: a chat in, one answer out, whole or as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from wardround.models import Completion, Message, ToolCall
from wardround.server import answers
from wardround.server.answers import Heading, Members
from wardround.server.asked import ChatAsked, read
from wardround.server.generating import pieces, streamed, unless_hung_up
from wardround.server.refusals import wrong
from wardround.server.saying import Saying
from wardround.server.seam import Shaped
from wardround.server.served import Served
from wardround.server.wanted import WantedChat, chat_of


async def answer_chat(served: Served, http: HttpRequest, body: bytes) -> Response:
    """The answer to `body`, in OpenAI's shape."""
    asked = read(ChatAsked, body)
    served.named(asked.model)
    wanted = chat_of(asked, served.limits)
    served.can_tell(wanted.sampling.top_logprobs, "top_logprobs")
    request, cached = await asyncio.to_thread(_request, served, wanted)
    chat = _Chat(served, wanted, request, cached, Heading("chat", served.name, served.fingerprint))
    if wanted.sampling.stream:
        return await streamed(http, chat.chunks())
    return JSONResponse(chat.whole(await unless_hung_up(http, served.model.generate(request))))


def _request(served: Served, wanted: WantedChat) -> tuple[Shaped, int]:
    """What the model is asked, and how many of the prompt's ids were known already."""
    sampling = wanted.sampling
    known = served.past.find(wanted.turns, served.told_tools(wanted.shown))
    request = Shaped(
        messages=wanted.turns,
        tools=wanted.shown,
        max_tokens=sampling.max_tokens,
        temperature=sampling.temperature,
        seed=sampling.seed,
        must_call=wanted.must_call,
        stop=sampling.stop,
        prior_ids=known.ids if known else None,
        prior_messages=known.messages if known else 0,
        shape=wanted.shape,
    )
    ids = served.model.prompt_ids(request)
    served.fits(ids)
    request = replace(request, tools=wanted.allowed, prompt_ids=ids)
    return request, len(known.ids) if known and ids[: len(known.ids)] == known.ids else 0


@dataclass
class _Chat:
    """One answer on its way."""

    served: Served
    wanted: WantedChat
    request: Shaped
    cached: int
    heading: Heading

    def _generate(self, on_text: Callable[[str], None]) -> Awaitable[Completion]:
        return self.served.model.generate(self.request, on_text)

    def whole(self, done: Completion) -> Members:
        """The answer in one piece."""
        calls = answers.calls(done)
        message: Members = {"role": "assistant", "content": done.text or (None if calls else "")}
        message["refusal"] = None
        if done.thought:
            message["reasoning_content"] = done.thought
        if calls:
            message["tool_calls"] = answers.written_calls(calls)
        self._keep(done, done.text, calls)
        choice = {"index": 0, "message": message, "finish_reason": answers.finish(done)}
        choice["logprobs"] = self._logprobs(done)
        if self.wanted.sampling.return_ids:
            choice["token_ids"] = list(done.completion_ids or ())
        members = {**self.heading.members(), "choices": [choice], "usage": answers.usage(done, self.cached)}
        if self.wanted.sampling.return_ids:
            members["prompt_token_ids"] = list(done.prompt_ids or ())
        return members

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The answer as server-sent events: text as it comes; thoughts, calls and log-probabilities when all is said."""
        saying = Saying(bool(self.wanted.allowed))
        begun = False
        async with aclosing(pieces(self._generate)) as heard:
            async for piece in heard:
                if not begun:
                    begun = True
                    yield self._chunk({"role": "assistant", "content": ""})
                if isinstance(piece, str):
                    if fresh := saying.hear(piece):
                        yield self._chunk({"content": fresh})
                else:
                    for chunk in self._end(piece, saying):
                        yield chunk

    def _end(self, done: Completion, saying: Saying) -> list[bytes]:
        calls = answers.calls(done)
        told = []
        if done.thought:
            told.append(self._chunk({"reasoning_content": done.thought}))
        if fresh := saying.end(done.text):
            told.append(self._chunk({"content": fresh}))
        for call in answers.written_calls(calls, indexed=True):
            told.append(self._chunk({"tool_calls": [call]}))
        self._keep(done, saying.said, calls)
        told.append(self._chunk({}, answers.finish(done), done))
        if self.wanted.sampling.include_usage:
            counted = {"choices": [], "usage": answers.usage(done, self.cached)}
            told.append(answers.event({**self.heading.members(chunk=True), **counted}))
        return [*told, answers.DONE]

    def _chunk(self, delta: Members, finish: str | None = None, done: Completion | None = None) -> bytes:
        choice: Members = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        if done is not None:
            choice["logprobs"] = self._logprobs(done)
            if self.wanted.sampling.return_ids:
                choice["token_ids"] = list(done.completion_ids or ())
        return answers.event({**self.heading.members(chunk=True), "choices": [choice]})

    def _logprobs(self, done: Completion) -> Members | None:
        if not self.wanted.sampling.logprobs:
            return None
        if done.logprobs is None or done.completion_ids is None:
            raise wrong("logprobs", "This model gives no log-probabilities.")
        return answers.chat_logprobs(done, self.served.spell)

    def _keep(self, done: Completion, said: str, calls: tuple[ToolCall, ...]) -> None:
        """So that the chat may go on from these very ids. An answer that was cut is no turn yet."""
        if (
            done.finish in ("stop", "tool_calls")
            and not self.request.stop
            and done.completion_ids is not None
        ):
            answer = Message("assistant", said, calls, thought=done.thought)
            ids = (*(done.prompt_ids or ()), *done.completion_ids)
            self.served.past.keep(
                (*self.wanted.turns, answer), ids, self.served.told_tools(self.wanted.shown)
            )
