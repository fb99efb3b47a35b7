"""The part of an answer that can be told while it comes: text, without the calls that may follow in it."""

from __future__ import annotations

CALL = "<tool_call>"


class Saying:
    """Pieces of an answer in, pieces that are certainly text out. What looks like a call is held back to the end."""

    def __init__(self, may_call: bool) -> None:
        self._may_call = may_call
        self._heard = ""
        self.said = ""

    def hear(self, piece: str) -> str:
        """What can be said now that `piece` came."""
        self._heard += piece
        return self._say(self._certain())

    def end(self, text: str) -> str:
        """The rest, now that the answer's whole `text` is known."""
        return self._say(text) if text.startswith(self.said) else ""

    def _say(self, upto: str) -> str:
        fresh = upto[len(self.said) :]
        self.said += fresh
        return fresh

    def _certain(self) -> str:
        if not self._may_call:
            return self._heard
        if self._heard.lstrip().startswith(("{", "`")):
            return ""
        text, call, _ = self._heard.partition(CALL)
        if not call:
            for size in range(min(len(CALL) - 1, len(text)), 0, -1):
                if text.endswith(CALL[:size]):
                    text = text[:-size]
                    break
        certain = text.rstrip()
        return certain if len(certain) > len(self.said) else self.said
