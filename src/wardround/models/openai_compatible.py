"""Any OpenAI-compatible endpoint: tool calls, streaming, log-probabilities, retries on the right errors, bounded.

Needs no extra: it speaks the wire format over httpx. The key is never logged, shown or quoted in an error.
`max_bytes` bounds an answer; `total` seconds bound a call with all its retries. A server that refuses an optional
field gets the request without it, once, and from then on (`refused_fields` says which).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wardround.models.errors import ModelError, ModelGarbage, ModelRefused, ModelTimeout, ModelUnavailable
from wardround.models.preview import Preview
from wardround.models.protocol import Completion, Request
from wardround.models.refusals import fault_in_answer, fault_of
from wardround.models.retry import Backoff, Fault
from wardround.models.stream import DONE, Assembly, Events
from wardround.models.wire import body, completion, encode, parse

if TYPE_CHECKING:
    import httpx

OFFICIAL = "https://api.openai.com/v1"
_ERROR_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, between two bytes, and for a whole call with its retries; bytes of one answer."""

    connect: float = 10.0
    read: float = 120.0
    total: float = 300.0
    max_bytes: int = 8_388_608
    connections: int = 128


class OpenAICompatibleModel:
    """`model` at `base_url` (else OPENAI_BASE_URL, else OpenAI) with `api_key` (else OPENAI_API_KEY)."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        limits: Limits | None = None,
        backoff: Backoff | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        draw: random.Random | None = None,
    ) -> None:
        self.name = f"openai:{model}"
        self.refused_fields: frozenset[str] = frozenset()
        self._model = model
        self._base = _address(base_url or os.environ.get("OPENAI_BASE_URL", "").strip() or OFFICIAL)
        self._key = _key(api_key if api_key is not None else os.environ.get("OPENAI_API_KEY", ""), self._base)
        self._limits = limits or Limits()
        self._backoff = backoff or Backoff()
        self._sleep = sleep
        self._draw = draw or random.Random()  # noqa: S311 - jitter, no secret
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"OpenAICompatibleModel({self._model!r}, base_url={self._where!r})"

    async def generate(self, request: Request, on_text: Callable[[str], None] | None = None) -> Completion:
        """One completion; streamed where somebody listens."""
        if self._closed:
            raise ModelUnavailable(f"{self.name} is closed.", "Open a new one.")
        if not request.messages:
            raise ModelRefused("The request holds no messages.", "An endpoint takes messages, not token ids.")
        try:
            async with asyncio.timeout(self._limits.total) as scope:
                return await self._with_retries(request, Preview(on_text), on_text is not None)
        except TimeoutError as error:
            if not scope.expired():
                raise
            raise ModelTimeout(
                f"{self._where} did not finish within {self._limits.total:g} s.",
                "Allow more time, or fewer tokens.",
            ) from error

    def count_tokens(self, text: str) -> int:
        """An estimate, for the endpoint's tokenizer is unknown: 4 ASCII characters a token, others 1 each."""
        plain = sum(1 for character in text if character < "\x80") if not text.isascii() else len(text)
        return (plain + 3) // 4 + len(text) - plain

    async def close(self) -> None:
        """Closes the connections."""
        self._closed = True
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()

    @property
    def _where(self) -> str:
        """The address without user, password and query."""
        return f"{self._base.scheme}://{self._base.netloc.decode()}{self._base.path}"

    async def _with_retries(self, request: Request, preview: Preview, stream: bool) -> Completion:
        deadline = asyncio.get_running_loop().time() + self._limits.total
        attempt = 0
        while True:
            try:
                preview.restart()
                return await self._attempt(request, preview, stream)
            except Fault as fault:
                if fault.field is not None:
                    self.refused_fields |= {fault.field}
                    continue
                wait = self._backoff.wait(attempt, fault.after, self._draw)
                left = deadline - asyncio.get_running_loop().time()
                if (
                    not fault.retry
                    or attempt >= self._backoff.retries
                    or wait > min(self._backoff.longest, left)
                ):
                    raise fault.error from fault.__cause__
            attempt += 1
            await self._sleep(wait)

    async def _attempt(self, request: Request, preview: Preview, stream: bool) -> Completion:
        members = body(request, self._model, stream=stream, without=self.refused_fields)
        async with self._posted("/chat/completions", members, sent=members) as response:
            if "text/event-stream" in response.headers.get("content-type", "").lower():
                return await self._streamed(response, Assembly(request, self._model, preview))
            return self._whole(await self._read(response, self._limits.max_bytes), request, preview)

    @asynccontextmanager
    async def _posted(
        self, path: str, members: Mapping[str, object], *, sent: Collection[str] = ()
    ) -> AsyncIterator[httpx.Response]:
        """The answer, where it is a good one; everything else is a fault. What is `sent` may be left out if refused."""
        import httpx

        url = self._base.copy_with(path=self._base.path.rstrip("/") + path)
        try:
            async with self._connected().stream("POST", url, content=encode(members)) as response:
                if not response.is_success:
                    text = (await self._read(response, _ERROR_BYTES, cut=True)).decode("utf-8", "replace")
                    status, headers = response.status_code, response.headers
                    raise fault_of(status, headers, text, where=self._where, secret=self._key, sent=sent)
                yield response
        except httpx.ConnectTimeout as error:
            raise self._fault(
                ModelTimeout, "did not take the connection in time", error, retry=True
            ) from error
        except httpx.TimeoutException as error:
            raise self._fault(ModelTimeout, f"was silent for {self._limits.read:g} s", error) from error
        except httpx.DecodingError as error:
            raise self._fault(ModelGarbage, "sent an answer that does not decompress", error) from error
        except httpx.TransportError as error:
            raise self._fault(ModelUnavailable, "cannot be reached or hung up", error, retry=True) from error

    def _whole(self, text: bytes, request: Request, preview: Preview) -> Completion:
        """An answer in one piece; some servers send events under another content type."""
        if text.lstrip().startswith(b"data:"):
            assembly, events = Assembly(request, self._model, preview), Events()
            for data in [*events.feed(text), *events.end()]:
                self._add(data, assembly)
            return self._finished(assembly)
        answer = parse(text)
        if answer.get("error") and not answer.get("choices"):
            raise fault_in_answer(answer["error"], where=self._where, secret=self._key)
        done = completion(answer, request, self._model)
        preview.hear(done.text)
        preview.end()
        return done

    async def _streamed(self, response: httpx.Response, assembly: Assembly) -> Completion:
        import httpx

        events, size = Events(), 0
        try:
            async for chunk in response.aiter_bytes():
                size = self._within(size + len(chunk))
                for data in events.feed(chunk):
                    if self._add(data, assembly):
                        return assembly.completion()
            with contextlib.suppress(ModelGarbage):  # half an event is a cut stream, which is told below
                for data in events.end():
                    self._add(data, assembly)
        except httpx.TransportError:
            if not assembly.whole:
                raise
        return self._finished(assembly)

    def _add(self, data: str, assembly: Assembly) -> bool:
        """One event into the assembly; true when it says that all was said."""
        if data.strip() == DONE:
            assembly.done()
            return True
        chunk = parse(data)
        if chunk.get("error"):
            raise fault_in_answer(chunk["error"], where=self._where, secret=self._key)
        assembly.add(chunk)
        return False

    def _finished(self, assembly: Assembly) -> Completion:
        if not assembly.whole:
            raise self._fault(ModelUnavailable, "cut the stream before the end", None, retry=True)
        return assembly.completion()

    async def _read(self, response: httpx.Response, most: int, *, cut: bool = False) -> bytes:
        """The body, at most `most` bytes: a longer one is cut, or garbage."""
        parts: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            parts.append(chunk)
            size += len(chunk)
            if cut and size >= most:
                break
            if not cut:
                self._within(size)
        return b"".join(parts)[:most]

    def _within(self, size: int) -> int:
        most = self._limits.max_bytes
        if size > most:
            raise ModelGarbage(
                f"{self._where} sent more than {most} bytes.", "Ask for fewer tokens, or allow more."
            )
        return size

    def _fault(
        self, kind: type[ModelError], what: str, error: Exception | None, *, retry: bool = False
    ) -> Fault:
        reason = f"{type(error).__name__} {error}".strip() if error else ""
        reason = reason.replace(self._key, "[key]") if self._key else reason
        message = f"{self._where} {what}" + (f": {reason}." if reason else ".")
        return Fault(kind(message, _FIXES[kind]), retry=retry)

    def _connected(self) -> httpx.AsyncClient:
        """The client of the running loop: connections do not outlive their loop."""
        import httpx

        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            limits = self._limits
            headers = {
                "Content-Type": "application/json",
                "Accept-Encoding": "identity",
                "User-Agent": "wardround",
            }
            if self._key:
                headers["Authorization"] = f"Bearer {self._key}"
            self._client = httpx.AsyncClient(
                headers=headers,
                timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=None),
                limits=httpx.Limits(
                    max_connections=limits.connections, max_keepalive_connections=limits.connections
                ),
            )
            self._loop = loop
        return self._client


_FIXES: dict[type[ModelError], str] = {
    ModelUnavailable: "Check that it runs and that OPENAI_BASE_URL is right.",
    ModelTimeout: "Allow more time, or ask for fewer tokens.",
    ModelGarbage: "Look at what stands between us and the server.",
}


def _address(text: str) -> httpx.URL:
    import httpx

    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise ModelRefused("The endpoint's address is no URL.", "Set OPENAI_BASE_URL to http(s)://HOST/v1.")
    return url


def _key(text: str, base: httpx.URL) -> str:
    key = text.strip()
    if not key and base.host == "api.openai.com":
        raise ModelRefused(
            "There is no key for OpenAI.", "Set OPENAI_API_KEY, or OPENAI_BASE_URL for another server."
        )
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ModelRefused(
            "The key holds characters that no key has.", "Set OPENAI_API_KEY again; it is not shown here."
        )
    return key
