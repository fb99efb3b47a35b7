"""Which token ids a chat so far had here: a conversation that goes on from our own answer is never tokenized again.

A client sends words, and words do not say which tokens were sampled, nor what was thought. The words of the chat up to
one of our answers find its ids. A client that sends the thoughts back finds the very sequence; one that leaves them out
finds the last answered one with these words. Bounded in tokens: the longest unused is forgotten, and read anew.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

import orjson

from wardround.models import Message

MOST_TOKENS = 8_000_000


class Known(NamedTuple):
    """The ids of a conversation's first `messages` turns."""

    ids: tuple[int, ...]
    messages: int


class Past:
    """The conversations that were answered here."""

    def __init__(self, most_tokens: int = MOST_TOKENS) -> None:
        self.most_tokens = most_tokens
        self.tokens = 0
        self._kept: OrderedDict[bytes, tuple[bytes, array[int]]] = OrderedDict()
        self._last: dict[bytes, bytes] = {}

    def keep(self, turns: Sequence[Message], ids: Sequence[int], tools: bytes = b"") -> None:
        """`turns`, ended by our answer, were these `ids`."""
        if not turns or len(ids) > self.most_tokens:
            return
        *_, (_, said, whole, _) = _ends(turns, tools)
        self._forget(whole)
        self._kept[whole] = said, array("I", ids)
        self._last[said] = whole
        self.tokens += len(ids)
        while self.tokens > self.most_tokens:
            self._forget(next(iter(self._kept)))

    def find(self, turns: Sequence[Message], tools: bytes = b"") -> Known | None:
        """The ids of the longest beginning of `turns` that was answered here."""
        for count, said, whole, thoughts in reversed(list(_ends(turns, tools))):
            key = whole if thoughts else self._last.get(said, b"")
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return Known(tuple(kept[1]), count)
        return None

    def _forget(self, whole: bytes) -> None:
        kept = self._kept.pop(whole, None)
        if kept is None:
            return
        said, ids = kept
        self.tokens -= len(ids)
        if self._last.get(said) == whole:
            del self._last[said]


def _ends(turns: Sequence[Message], tools: bytes) -> Iterator[tuple[int, bytes, bytes, bool]]:
    """For each assistant's turn: how many turns up to it, their digest without and with thoughts, whether any is given.

    Calls are known by their order: a client may give them ids of its own.
    """
    said, whole = sha256(tools), sha256(tools)
    thoughts, calls = False, dict[str, int]()
    for count, turn in enumerate(turns, 1):
        for call in turn.tool_calls:
            calls[call.id] = len(calls)
        written = orjson.dumps(
            (
                turn.role,
                turn.content,
                [(call.name, call.arguments) for call in turn.tool_calls],
                calls.get(turn.tool_call_id or "", -1),
            )
        )
        said.update(written)
        whole.update(written)
        if turn.role == "assistant":
            whole.update(orjson.dumps(turn.thought))
            thoughts = thoughts or bool(turn.thought)
            yield count, said.digest(), whole.digest(), thoughts
