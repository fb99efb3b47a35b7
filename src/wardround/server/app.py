"""The application: an OpenAI-compatible endpoint over one local model. Needs the extra [serve]."""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from wardround.models import ModelError
from wardround.server.refusals import SERVER, Refusal, ServerError, of_model
from wardround.server.served import Served

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger("wardround.server")
DRAINED = 8
"""A body over the limit is read on, unkept, up to so many times the limit, so that its sender hears the refusal."""

Handler = Callable[["Request"], Awaitable["Response"]]


def create_app(served: Served, api_key: str | None = None) -> FastAPI:
    """The application that serves `served`; with `api_key`, to those who know it."""
    try:
        from fastapi import FastAPI
        from starlette.exceptions import HTTPException
        from starlette.responses import JSONResponse
        from starlette.responses import Response as PlainResponse
    except ImportError as error:
        raise ServerError(
            f"Serving needs a package that is not installed: {error.name}.",
            "Run: pip install 'wardround[serve]'",
        ) from error
    from wardround.server.chat import answer_chat
    from wardround.server.generating import HungUp
    from wardround.server.texts import answer_text

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await served.model.close()

    app = FastAPI(title="Wardround", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    gate = _Gate(served, api_key)

    def told(refusal: Refusal) -> Response:
        headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
        if refusal.status in (429, 503):
            headers["Retry-After"] = "1"
        return JSONResponse(refusal.members(), refusal.status, headers)

    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return told(error)

    async def failed(_: Request, error: Exception) -> Response:
        assert isinstance(error, ModelError)
        log.error("the model failed: %s", error)
        return told(of_model(error))

    async def gone(_: Request, __: Exception) -> Response:
        return PlainResponse(status_code=499)  # said to nobody

    async def unknown(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        what = f"{request.method} {request.url.path[:200]}"
        message = f"There is no {what} here." if error.status_code == 404 else f"{what}: {error.detail}."
        return told(Refusal(error.status_code, message))

    async def broken(_: Request, __: Exception) -> Response:
        return told(Refusal(500, "The server failed; its log says how.", kind=SERVER))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(ModelError, failed)
    app.add_exception_handler(HungUp, gone)
    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(Exception, broken)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "model": served.name, "in_flight": gate.inside})

    async def models(request: Request) -> Response:
        gate.known(request)
        return JSONResponse({"object": "list", "data": [served.entry()]})

    async def model(request: Request) -> Response:
        gate.known(request)
        served.named(request.path_params["name"])
        return JSONResponse(served.entry())

    async def chat(request: Request) -> Response:
        return await gate.enter(request, lambda body: answer_chat(served, request, body))

    async def text(request: Request) -> Response:
        return await gate.enter(request, lambda body: answer_text(served, request, body))

    app.add_route("/health", health, methods=["GET"])
    app.add_route("/v1/models", models, methods=["GET"])
    app.add_route("/v1/models/{name:path}", model, methods=["GET"])
    app.add_route("/v1/chat/completions", chat, methods=["POST"])
    app.add_route("/v1/completions", text, methods=["POST"])
    return app


class _Gate:
    """Who may come in, with how much, and how many at once."""

    def __init__(self, served: Served, api_key: str | None) -> None:
        self.inside = 0
        self._served = served
        self._key = _digest(api_key.encode()) if api_key is not None else None

    def known(self, request: Request) -> None:
        """Refuses who has not the key; the comparison takes as long for any."""
        if self._key is None:
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if not hmac.compare_digest(_digest(given.strip().encode("utf-8", "replace")), self._key):
            raise _stranger()
        if scheme.lower() != "bearer":
            raise _stranger()

    async def enter(self, request: Request, answer: Callable[[bytes], Awaitable[Response]]) -> Response:
        """`answer` to a body of somebody known."""
        self.known(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise Refusal(415, "Send JSON with the header Content-Type: application/json.")
        if self.inside >= self._served.limits.requests:
            message = f"There are {self.inside} requests at work already: try again."
            raise Refusal(429, message, kind="rate_limit_error", code="rate_limit_exceeded")
        self.inside += 1
        from wardround.server.generating import HungUp, Streamed

        streaming = False
        try:
            response = await answer(await self._body(request))
            if isinstance(response, Streamed):
                response.leave, streaming = self._leave, True
            return response
        except (Refusal, ModelError, HungUp):
            raise
        except Exception as error:
            log.exception("a defect")
            raise Refusal(500, "The server failed; its log says how.", kind=SERVER) from error
        finally:
            if not streaming:
                self._leave()

    def _leave(self) -> None:
        self.inside -= 1

    async def _body(self, request: Request) -> bytes:
        most = self._served.limits.body
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size <= most:
                parts.append(part)
            elif size > DRAINED * most:
                break
        if size > most:
            raise Refusal(413, f"The body is longer than {most} bytes.", code="request_too_large")
        return b"".join(parts)


def _stranger() -> Refusal:
    return Refusal(401, "The API key is missing or wrong.", code="invalid_api_key")


def _digest(text: bytes) -> bytes:
    return sha256(text).digest()
