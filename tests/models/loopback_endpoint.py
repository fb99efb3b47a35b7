"""A real HTTP server on loopback that answers as a chat-completions endpoint, with the faults that a test plans."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXT = "It hurts here, and it hurts at night."


@dataclass(frozen=True)
class Reply:
    """One answer. `cut` hangs up after the body was begun; `stall` sends the body and then nothing more."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    chunks: tuple[bytes, ...] | None = None
    cut: bool = False
    stall: bool = False


HANG_UP = Reply(status=0)
"""Closes the connection without a word."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, object]


def whole(
    text: str | None = TEXT, *, finish: object = "stop", usage: object = None, **message: object
) -> dict[str, object]:
    """An answer in the official wire format."""
    answer: dict[str, object] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, **message},
                "logprobs": None,
                "finish_reason": finish,
            }
        ],
    }
    return answer if usage is None else {**answer, "usage": usage}


def call(arguments: object, *, name: object = "ask", call_id: object = "call_a") -> dict[str, object]:
    """A tool call in the official wire format."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def ok(answer: object) -> Reply:
    """A JSON reply."""
    return Reply(body=json.dumps(answer).encode())


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None, **more: object) -> Reply:
    """An error in the official wire format."""
    return Reply(status, json.dumps({"error": {"message": message, **more}}).encode(), headers=headers or {})


def chunk(delta: Mapping[str, object] | None, *, finish: str | None = None, **more: object) -> bytes:
    """One streamed chunk as an event; `delta` None is the usage chunk, without choices."""
    choices = [] if delta is None else [{"index": 0, "delta": dict(delta), "finish_reason": finish}]
    return b"data: " + json.dumps({"model": "served-model", "choices": choices, **more}).encode() + b"\n\n"


def events(*chunks: bytes, done: bool = True, cut: bool = False, stall: bool = False) -> Reply:
    """A reply of server-sent events."""
    end = (b"data: [DONE]\n\n",) if done else ()
    return Reply(chunks=(*chunks, *end), content_type="text/event-stream", cut=cut, stall=stall)


def streamed(text: str = TEXT) -> Reply:
    """`text` word by word, as servers stream it."""
    words = [chunk({"content": word + " "}) for word in text.split(" ")[:-1]]
    return events(
        chunk({"role": "assistant", "content": ""}),
        *words,
        chunk({"content": text.split(" ")[-1]}),
        chunk({}, finish="stop"),
    )


class LoopbackEndpoint:
    """Plays the planned replies in order, then answers `text` or `calls` for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.planned: deque[Reply] = deque()
        self.calls: list[dict[str, object]] = []
        self.arrived = threading.Event()
        self.release = threading.Event()
        self.url = ""

    def plan(self, *replies: Reply) -> None:
        self.planned.extend(replies)

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        self.arrived.set()
        if self.planned:
            return self.planned.popleft()
        if asked.body.get("stream"):
            return streamed()
        if self.calls:
            return ok(whole(None, finish="tool_calls", tool_calls=self.calls))
        return ok(whole())


@contextmanager
def serving() -> Iterator[LoopbackEndpoint]:
    """The endpoint, listening on a free port of 127.0.0.1."""
    endpoint = LoopbackEndpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            headers = {key.lower(): value for key, value in self.headers.items()}
            self._send(endpoint.reply(Asked(self.path, headers, json.loads(self.rfile.read(length)))))

        def _send(self, reply: Reply) -> None:
            if reply.status == 0:
                self.close_connection = True
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            if reply.chunks is None:
                more = 100 if reply.cut or reply.stall else 0
                self.send_header("Content-Length", str(len(reply.body) + more))
                self.end_headers()
                self.wfile.write(reply.body)
            else:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for piece in reply.chunks:
                    self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                if not (reply.cut or reply.stall):
                    self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
            if reply.stall:
                endpoint.release.wait(30)
            self.close_connection = reply.cut or reply.stall

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up first is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.release.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
