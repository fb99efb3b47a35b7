"""A small chat-completions server on loopback that wants, turn by turn, what a test tells it to want."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Wants = Callable[[int, set[str]], tuple[str, dict[str, Any]]]
"""From the number of the turn and the tools on offer to a tool and its arguments."""


@dataclass
class Chat:
    """What was asked, and where."""

    url: str = ""
    offered: list[set[str]] = field(default_factory=list)


@contextmanager
def chatting(wants: Wants) -> Iterator[Chat]:
    """The server, on a free port."""
    chat = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            offered = {tool["function"]["name"] for tool in body.get("tools", ())}
            chat.offered.append(offered)
            tool, arguments = wants(len(chat.offered) - 1, offered)
            call = {"id": f"c{len(chat.offered)}", "type": "function"}
            call["function"] = {"name": tool, "arguments": json.dumps(arguments)}  # type: ignore[assignment]
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
            choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
            answer = {
                "id": "x",
                "object": "chat.completion",
                "created": 1,
                "model": "test",
                "choices": [choice],
            }
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    chat.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
