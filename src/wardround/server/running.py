"""Listening: a port that is free or a clear refusal, the address told once it listens, a clean end on a signal."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wardround.server.refusals import ServerError

if TYPE_CHECKING:
    from fastapi import FastAPI

PATIENCE = 5
"""Seconds that answers under way have to end once the server is asked to stop."""


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens at `host`:`port`; port 0 is any free one."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError, OverflowError) as error:
        raise ServerError(f"--host: {host!r} is no address of this machine.", "Try 127.0.0.1.") from error
    family, kind, protocol, _, place = places[0]
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(2_048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise ServerError(
                f"--port: {port} of {host} is taken by another program.",
                "Choose another one, or 0 for any free one.",
            ) from error
        what = error.strerror or type(error).__name__
        raise ServerError(
            f"--host, --port: {host} port {port} cannot be listened at: {what}.",
            "Choose another address, or a port over 1023.",
        ) from error
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """The address that a client on this machine is given."""
    port = listening.getsockname()[1]
    return f"http://[{host}]:{port}/v1" if ":" in host else f"http://{host}:{port}/v1"


def loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


async def serve(app: FastAPI, listening: socket.socket, ready: Callable[[], None] | None = None) -> None:
    """Serves until SIGINT, SIGTERM or cancellation; `ready` is called once requests are taken."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Signals are heard below: uvicorn would raise them again at the end."""
            yield

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and ready is not None:
                ready()

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=PATIENCE,
        h11_max_incomplete_event_size=65_536,
        http="h11",
        ws="none",
    )
    server = Server(config)

    def stop() -> None:
        server.should_exit = True

    with _heard(stop):
        work = asyncio.ensure_future(server.serve(sockets=[listening]))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            stop()
            await work
            raise


@contextlib.contextmanager
def _heard(stop: Callable[[], None]) -> Iterator[None]:
    """SIGINT and SIGTERM call `stop`, where this thread may hear them."""
    loop, taken = asyncio.get_running_loop(), []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
            loop.add_signal_handler(number, stop)
            taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)
