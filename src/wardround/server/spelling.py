"""Single tokens as text and bytes: a token of a byte-level tokenizer may be half a character."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def spelled(tokenizer: PreTrainedTokenizerBase, token: int) -> tuple[str, bytes]:
    """The token's text, with U+FFFD where its bytes make no character, and its bytes."""
    piece = tokenizer.convert_ids_to_tokens(token)
    if not isinstance(piece, str):
        return "", b""
    alphabet = _alphabet()
    added = token in tokenizer.added_tokens_decoder
    if not added and all(letter in alphabet for letter in piece):
        raw = bytes([alphabet[letter] for letter in piece])
        return raw.decode("utf-8", "replace"), raw
    text = piece if added else str(tokenizer.decode([token]))
    return text, text.encode("utf-8", "replace")


@cache
def _alphabet() -> dict[str, int]:
    """The letters that byte-level tokenizers write bytes with (GPT-2's table)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = {chr(byte): byte for byte in plain}
    return letters | {chr(256 + at): byte for at, byte in enumerate(others)}
