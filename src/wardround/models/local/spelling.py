"""Tokens to text as they come: bytes that are no character yet are held back, and what may become a stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_LONGEST_CHARACTER = 16
"""Tokens after which bytes that make no character are shown as they are."""


class Spelling:
    """The text of tokens, piece by piece; `stopped` once one of the `stops` was written, which is never shown."""

    def __init__(self, decode: Callable[[list[int]], str], stops: Sequence[str]) -> None:
        self._decode = decode
        self._stops = stops
        self._window: list[int] = []
        self._shown = ""
        self._held = ""
        self._hold = max((len(stop) for stop in stops), default=1) - 1
        self.stopped = False

    def add(self, token: int) -> str:
        """Text that is certain now that `token` came."""
        self._window.append(token)
        text = self._decode(self._window)
        if text.endswith("\ufffd") and len(self._window) < _LONGEST_CHARACTER:
            return ""
        fresh = text[len(self._shown) :]
        if fresh or len(self._window) >= _LONGEST_CHARACTER:
            self._window = [token]
            self._shown = self._decode(self._window)
        return self._release(fresh, self._hold)

    def end(self) -> str:
        """The rest, when no token comes any more."""
        return "" if self.stopped else self._release(self._decode(self._window)[len(self._shown) :], 0)

    def _release(self, fresh: str, hold: int) -> str:
        self._held += fresh
        found = [at for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if found:
            self.stopped = True
            held, self._held = self._held[: min(found)], ""
            return held
        cut = len(self._held) - hold if hold else len(self._held)
        if cut <= 0:
            return ""
        held, self._held = self._held[:cut], self._held[cut:]
        return held
