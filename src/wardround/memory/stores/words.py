"""The words of a fact, as every store keeps and finds them: one folding, one ranking, so that all find the same.

Only ever one patient's facts are looked through: some hundreds, found by the patient's own index. So the words are
one line of text beside each fact, not an inverted index over everybody, which would have to be intersected with the
patient, could not serve row-level security, and is hard to erase from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from heapq import nlargest

from wardround.clinical import Fact
from wardround.memory.errors import RememberingError

_CJK = "\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_JOINED = re.compile(rf"[{_CJK}]")
_ACCENT = re.compile("[\u0300-\u036f]")


def tokens(text: str) -> list[str]:
    """Words without case, accents and punctuation; a run of Chinese, Japanese or Korean is one."""
    if not text.isascii():
        plain = _ACCENT.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()))
        text = unicodedata.normalize("NFC", plain)
    return _TOKEN.findall(text.casefold())


def searched(fact: Fact) -> str:
    """The fact's words, each between spaces, each part of the fact on its own line."""
    value = fact.value if isinstance(fact.value, str) else ""
    displays = (coding.display for coding in fact.concept.codings)
    parts = dict.fromkeys((fact.concept.text, *displays, value, fact.detail, fact.source.quote))
    lines = dict.fromkeys(" ".join(tokens(part)) for part in parts if part)
    return "\n".join(f" {line} " for line in lines if line)


def pattern(word: str) -> str:
    """What `searched` holds where this word, or these words in a row, are said; empty where it names nothing."""
    found = tokens(word)
    if not found:
        return ""
    before = "" if _JOINED.match(found[0]) else " "
    after = "" if _JOINED.match(found[-1]) else " "
    return f"{before}{' '.join(found)}{after}"


def patterns(words: Sequence[str]) -> list[str]:
    """The patterns of these words, each once."""
    if isinstance(words, str):
        raise RememberingError(f"words is the text {words!r:.40}: give a list of words.")
    return sorted({pattern(word) for word in words} - {""})


def best(lines: Iterable[tuple[str, str]], wanted: Sequence[str], limit: int) -> tuple[str, ...]:
    """Ids of the (id, searched) lines, given in the order of writing, that hold most patterns; the latest first."""
    scored = (
        (sum(one in text for one in wanted), position, fact) for position, (fact, text) in enumerate(lines)
    )
    return tuple(fact for _, _, fact in nlargest(max(limit, 0), (one for one in scored if one[0])))
