"""`/v1/completions`: a text or token ids in, what follows them out, with ids and log-probabilities where asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from wardround.models import Completion
from wardround.server import answers
from wardround.server.answers import Heading, Members
from wardround.server.asked import TextAsked, read
from wardround.server.generating import pieces, streamed, unless_hung_up
from wardround.server.refusals import wrong
from wardround.server.seam import Shaped
from wardround.server.served import Served
from wardround.server.wanted import WantedText, text_of


async def answer_text(served: Served, http: HttpRequest, body: bytes) -> Response:
    """The answer to `body`, in OpenAI's shape with vLLM's ids."""
    asked = read(TextAsked, body)
    served.named(asked.model)
    wanted = text_of(asked, served.limits)
    served.can_tell(wanted.sampling.top_logprobs, "logprobs")
    request = await asyncio.to_thread(_request, served, wanted)
    text = _Text(served, wanted, request, Heading("text", served.name, served.fingerprint))
    if wanted.sampling.stream:
        return await streamed(http, text.chunks())
    return JSONResponse(text.whole(await unless_hung_up(http, served.model.generate(request))))


def _request(served: Served, wanted: WantedText) -> Shaped:
    sampling, prompt = wanted.sampling, wanted.prompt
    ids = served.ids_of(prompt) if isinstance(prompt, str) else prompt
    served.fits(ids, "prompt")
    return Shaped(
        messages=(),
        max_tokens=sampling.max_tokens,
        temperature=sampling.temperature,
        seed=sampling.seed,
        must_call=False,
        prompt_ids=ids,
        shape=wanted.shape,
        stop=sampling.stop,
    )


@dataclass
class _Text:
    """One answer on its way."""

    served: Served
    wanted: WantedText
    request: Shaped
    heading: Heading

    def _generate(self, on_text: Callable[[str], None]) -> Awaitable[Completion]:
        return self.served.model.generate(self.request, on_text)

    def whole(self, done: Completion) -> Members:
        """The answer in one piece."""
        choice = self._choice(self.served.text_of(done, self.request.stop), done)
        return {**self.heading.members(), "choices": [choice], "usage": answers.usage(done)}

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The answer as server-sent events: as it comes, but from a model that may think all of it in the end."""
        said = ""
        async with aclosing(pieces(self._generate)) as heard:
            async for piece in heard:
                if isinstance(piece, Completion):
                    for chunk in self._end(piece, said):
                        yield chunk
                elif not self.served.thinks:
                    said += piece
                    yield answers.event({**self.heading.members(), "choices": [_piece(piece)]})

    def _end(self, done: Completion, said: str) -> list[bytes]:
        text = self.served.text_of(done, self.request.stop).removeprefix(said)
        told = [answers.event({**self.heading.members(), "choices": [self._choice(text, done)]})]
        if self.wanted.sampling.include_usage:
            counted = {"choices": [], "usage": answers.usage(done)}
            told.append(answers.event({**self.heading.members(), **counted}))
        return [*told, answers.DONE]

    def _choice(self, text: str, done: Completion) -> Members:
        sampling = self.wanted.sampling
        choice = {**_piece(text), "finish_reason": answers.finish(done)}
        if sampling.logprobs:
            if done.logprobs is None or done.completion_ids is None:
                raise wrong("logprobs", "This model gives no log-probabilities.")
            choice["logprobs"] = answers.text_logprobs(done, self.served.spell)
        if sampling.return_ids:
            choice["prompt_token_ids"] = list(done.prompt_ids or ())
            choice["token_ids"] = list(done.completion_ids or ())
        return choice


def _piece(text: str) -> Members:
    return {"index": 0, "text": text, "logprobs": None, "finish_reason": None}
