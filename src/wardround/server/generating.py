"""One generation under way: what is heard while it comes, its end, and its cancellation when the client has gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request as HttpRequest
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from wardround.models import Completion, ModelError
from wardround.server.answers import event
from wardround.server.refusals import Refusal, of_model

Generate = Callable[[Callable[[str], None]], Awaitable[Completion]]
"""A generation that is still to be begun: it tells its text to whom it is given."""

T = TypeVar("T")


class HungUp(Exception):
    """The client has gone: nobody hears an answer."""


async def pieces(generate: Generate) -> AsyncGenerator[str | Completion, None]:
    """Text as it comes, then the completion. Closing the iterator cancels the generation."""
    heard: asyncio.Queue[str | None] = asyncio.Queue()
    work = asyncio.ensure_future(generate(heard.put_nowait))
    work.add_done_callback(lambda _: heard.put_nowait(None))
    try:
        while (piece := await heard.get()) is not None:
            yield piece
        yield await work
    finally:
        await stop(work)


async def stop(work: asyncio.Future[T]) -> None:
    """Cancels what still runs and waits for its end."""
    if not work.done():
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await work


async def unless_hung_up(http: HttpRequest, work: Awaitable[T]) -> T:
    """The result of `work`; it is cancelled, and `HungUp` raised, when the client goes first."""
    doing, watching = asyncio.ensure_future(work), asyncio.ensure_future(_gone(http.receive))
    try:
        await asyncio.wait({doing, watching}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            return doing.result()
        raise HungUp
    finally:
        await stop(doing)
        await stop(watching)


class Streamed(StreamingResponse):
    """Server-sent events. However it ends, the events' generator is closed, and then `leave` is called."""

    def __init__(self, chunks: AsyncGenerator[bytes, None], first: bytes) -> None:
        super().__init__(_chained(first, chunks), media_type="text/event-stream")
        self.headers["Cache-Control"] = "no-cache"
        self._chunks = chunks
        self.leave: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._chunks.aclose()
            self.leave()


async def streamed(http: HttpRequest, chunks: AsyncGenerator[bytes, None]) -> Streamed:
    """`chunks` as an answer. What goes wrong before the first of them still has a status of its own."""
    try:
        first = await unless_hung_up(http, anext(chunks))
    except BaseException:
        await chunks.aclose()
        raise
    return Streamed(chunks, first)


async def _chained(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    try:
        async for chunk in chunks:
            yield chunk
    except ModelError as error:
        yield event(of_model(error).members())
    except Refusal as refusal:
        yield event(refusal.members())


async def _gone(receive: Callable[[], Awaitable[object]]) -> None:
    while True:
        message = await receive()
        if isinstance(message, dict) and message.get("type") == "http.disconnect":
            return
