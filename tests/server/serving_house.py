"""A real server on loopback, in a thread of its own, over a model that the test gives."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from wardround.server import Served, address_of, bound, create_app, serve


@contextmanager
def listening(served: Served, api_key: str | None = None) -> Iterator[str]:
    """The address of `served`, while it is served."""
    socket = bound("127.0.0.1", 0)
    begun, loops = threading.Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]]()

    async def run() -> None:
        work = asyncio.ensure_future(serve(create_app(served, api_key), socket, begun.set))
        loops.append((asyncio.get_running_loop(), work))
        await work

    def work() -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(run())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert begun.wait(20), "the server does not start"
    try:
        yield address_of(socket, "127.0.0.1")
    finally:
        loop, task = loops[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join(20)
        assert not thread.is_alive(), "the server does not end"
