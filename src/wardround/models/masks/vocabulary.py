"""The tokens of a model as bytes: what each spells, and how words begin."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property


class Vocabulary:
    """`words[id]` is what a token spells; None for marks and padding, which spell nothing."""

    def __init__(self, words: Sequence[bytes | None]) -> None:
        self.words = tuple(words)
        self.tokens = {word: number for number, word in reversed(list(enumerate(self.words))) if word}

    @cached_property
    def starts(self) -> frozenset[bytes]:
        """Every beginning of a word, the word included."""
        return frozenset(word[:size] for word in self.tokens for size in range(1, len(word) + 1))

    @cached_property
    def in_order(self) -> tuple[tuple[bytes, tuple[int, ...], int], ...]:
        """(word, its tokens, bytes shared with the word before it), in byte order."""
        numbers: dict[bytes, list[int]] = {}
        for number, word in enumerate(self.words):
            if word:
                numbers.setdefault(word, []).append(number)
        rows, last = [], b""
        for word in sorted(numbers):
            shared = 0
            while shared < min(len(word), len(last)) and word[shared] == last[shared]:
                shared += 1
            rows.append((word, tuple(numbers[word]), shared))
            last = word
        return tuple(rows)

    @cached_property
    def deepest(self) -> int:
        """Brackets that one token opens at most."""
        return max((word.count(b"[") + word.count(b"{") for word in self.tokens), default=0)
