"""Hears an answer token by token: what a listener is told of it, where a stop ends it, and its text in the end."""

from __future__ import annotations

from collections.abc import Callable

from wardround.models.local.spelling import Spelling
from wardround.models.preview import Preview
from wardround.models.protocol import Request


class Hearing:
    """Spells an answer: while it is written, where somebody listens or a stop is looked for; else all at the end."""

    def __init__(
        self,
        decode: Callable[[list[int], bool], str],
        request: Request,
        tell: Callable[[str], None] | None,
        opened: bool,
    ) -> None:
        self._spelling = Spelling(lambda ids: decode(ids, True), request.stop)
        self._decode = decode
        self._pieces: list[str] = []
        self._late: list[str] = []
        self._tell = tell
        self._preview = Preview(self._told if tell is not None else None)
        self._preview.restart(opened=opened)
        self._live = bool(request.stop) or tell is not None
        self._over = False

    @property
    def stopped(self) -> bool:
        """Whether a stop was written."""
        return self._spelling.stopped

    def add(self, token: int) -> bool:
        """Hears a token; False when a stop came."""
        self._say(self._spelling.add(token))
        return not self._spelling.stopped

    def text(self, ids: tuple[int, ...], ends: frozenset[int]) -> tuple[str, str]:
        """The whole answer, and what of it has not been told yet."""
        if not self._live:
            kept = ids[:-1] if ids and ids[-1] in ends else ids
            return self._decode(list(kept), True), ""
        self._over = True
        self._say(self._spelling.end())
        self._preview.end()
        return "".join(self._pieces), "".join(self._late)

    def _say(self, piece: str) -> None:
        self._pieces.append(piece)
        self._preview.hear(piece)

    def _told(self, piece: str) -> None:
        if self._over:
            self._late.append(piece)
        elif self._tell is not None:
            self._tell(piece)
