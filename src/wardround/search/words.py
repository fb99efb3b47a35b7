"""A text as words to search by: lower case, light English stems, no stop words; Chinese, Japanese and Korean as one and two signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_STOP: Final = """
a about after also an and any are as at be been being but by can could did do does during for from had
has have he her him his how i if in into is it its just may me might my of on or our she should
so some than that the their them then there these they this those to too us very was we were what
when where which while who whom whose why will with would you your not
aren couldn didn doesn don hadn hasn haven isn shouldn wasn weren wouldn
"""
STOP: Final = frozenset(_STOP.split())
"""Words that tell no text from another. `no` and numbers do."""
_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_PIECE: Final = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_CLITIC: Final = re.compile(r"(?<=\w)['\u2019](?:s|d|m|t|ll|re|ve)\b")
"""`doesn't`, `she's`, `we'll`: what clings to a word is none."""
_CLINGS: Final = re.compile(r"['\u2019]").search
_ENDINGS: Final = (("ational", "ate"), ("ization", "ize"), ("fulness", ""), ("ingly", ""), ("edly", ""), ("ing", ""), ("ed", ""), ("ly", ""))  # fmt: skip
_VOWEL: Final = re.compile("[aeiouy]")
_SHORTEST_STEM: Final = 3


def words(text: str) -> list[str]:
    """The words in their order, repeated ones repeated."""
    return list(_words(_CLITIC.sub("", unicodedata.normalize("NFKC", text).lower())))


def placed_words(text: str) -> list[tuple[int, int, str]]:
    """The same words with the characters they stand on; of Chinese, Japanese and Korean every sign by itself."""
    found: list[tuple[int, int, str]] = []
    clinging = (
        {at for match in _CLITIC.finditer(text.lower()) for at in range(*match.span())}
        if _CLINGS(text)
        else ()
    )
    for match in _PIECE.finditer(text):
        start, end = match.span()
        if start in clinging:
            continue
        if _is_cjk(text[start]):
            found.extend((at, at + 1, text[at]) for at in range(start, end))
        else:
            found.extend((start, end, word) for word in words(match.group())[:1])
    return found


def _words(text: str) -> Iterator[str]:
    for match in _PIECE.finditer(text):
        piece = match.group()
        if _is_cjk(piece[0]):
            yield from piece
            yield from (piece[k : k + 2] for k in range(len(piece) - 1))
        elif piece not in STOP:
            yield stem(piece)


def _is_cjk(sign: str) -> bool:
    return re.match(f"[{_CJK}]", sign) is not None


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """What a word shares with its other forms: `allergies` and `allergy`, `painted` and `painting`. Only English endings."""
    if not word.isascii() or not word.isalpha():
        return word
    word = _singular(word)
    for ending, put in _ENDINGS:
        left = word[: -len(ending)]
        if word.endswith(ending) and len(left) >= _SHORTEST_STEM and _VOWEL.search(left):
            word = _undoubled(left + put)
            break
    if len(word) > _SHORTEST_STEM + 1 and word.endswith("e"):
        word = word[:-1]
    return f"{word[:-1]}i" if len(word) > _SHORTEST_STEM and word.endswith("y") else word


def _singular(word: str) -> str:
    if len(word) <= _SHORTEST_STEM:
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _undoubled(word: str) -> str:
    """`planned` was `plan`, but `fall` stays."""
    doubled = len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "lsz"
    return word[:-1] if doubled else word
