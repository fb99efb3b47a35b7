"""Names in a sentence that are not in the record: where each begins and ends among words that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wardround.clinical import is_unit
from wardround.language import common_words
from wardround.memory.asking.lexicon import Lexicon
from wardround.memory.errors import NotUnderstood
from wardround.memory.word_lists import listed

_WORD = re.compile(r"\S+")
_INSIDE = frozenset(
    listed("of in with and or for to by on due no without per at from the as day hr ml mg test")
)
_CLOSE = frozenset(listed("of in by to for with"))
_LAST = frozenset(
    listed(
        "tablet capsule dose pack injection solution patch pill encounter test examination disease disorder screening assessment"
    )
)
"""With which a name may end, though questions are made of them too."""
_HOW = frozenset(
    listed("""fasting resting random serum plasma blood venous arterial morning evening nightly home clinic office postprandial
    left right standing sitting supine lying urine urinary capillary corrected adjusted ambulatory central peripheral""")
)
"""How something was measured. The record does not tell these apart, so they are not understood."""


def strangers(text: str, left: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where names stand that the lexicon does not have, from the runs of words that are left over.

    Raises NotUnderstood for words that are no name: ways of measuring, and common words.
    """
    words = [found.span() for found in _WORD.finditer(text)]
    named = [(start, end) for start, end, _ in lexicon.mentions(text)]
    strange = [at for at, span in enumerate(words) if _touches(span, left)]
    groups: list[list[int]] = []
    for at in strange:
        if groups and _belongs(text, words[groups[-1][-1] + 1 : at]):
            groups[-1].append(at)
        else:
            groups.append([at])
    spans: list[tuple[int, int]] = []
    for group in groups:
        start, end = _widened(text, words, group[0], group[-1], named)
        if spans and start < spans[-1][1]:
            start, end = spans[-1][0], max(end, spans.pop()[1])
        spans.append((start, end))
    return [span for span in spans if _is_name(text, span, lexicon, named)]


def _touches(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _belongs(text: str, between: Sequence[tuple[int, int]]) -> bool:
    """Whether words between two strange ones are inside one name."""
    inner = [text[start:end] for start, end in between]
    ends = any(word[-1] in ",:;?" for word in inner)
    return len(inner) <= 3 and not ends and all(word.lower().strip("[]()") in _INSIDE for word in inner)


def _widened(
    text: str, words: Sequence[tuple[int, int]], first: int, last: int, named: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """A name with what belongs to it: known names joined to it before, those right after it, and the noun with which it ends."""
    at = first - 1
    while at >= 0:
        word = text[words[at][0] : words[at][1]]
        joined = _touches(words[at], named)
        if word.lower() in _CLOSE and at > 0 and _touches(words[at - 1], named) and at == first - 1:
            first, at = at - 1, at - 2
        elif joined and (first != last or _is_continued(text, words[at], words[first])):
            first, at = at, at - 1
        else:
            break
    while last + 1 < len(words):
        word = text[words[last + 1][0] : words[last + 1][1]].rstrip("?.,:;").lower()
        if not (_touches(words[last + 1], named) or word in _LAST) or text[words[last][1] - 1] in ",:;?":
            break
        last += 1
    start, end = words[first][0], words[last][1]
    return start, start + len(text[start:end].rstrip("?.,:;!"))


def _is_continued(text: str, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a known name goes on in a strange word: "HPV, quadrivalent"."""
    return text[before[1] - 1] in ",-/" or text[after[0]] in "[(-/"


def _is_name(text: str, span: tuple[int, int], lexicon: Lexicon, named: Sequence[tuple[int, int]]) -> bool:
    """Whether strange words name something; common words are passed over, unless they stand next to a name."""
    name = text[span[0] : span[1]]
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", name)
    how = re.match(r"[^\W\d_]+ ?", name.lower())
    if how and how[0].strip() in _HOW and any(start == span[0] + how.end() for start, _ in named):
        raise NotUnderstood(f"The record does not say '{how[0].strip()}'. Leave it out.")
    if not words or is_unit(name):
        raise NotUnderstood(f"'{name}' is not understood. Leave it out, or say it otherwise.")
    plain = bool(words) and not re.search(r"\d", name) and all(_is_common(word) for word in words)
    if not plain or lexicon.known_kinds(name):
        return True
    if not named and words[-1].lower() in _LAST:
        return True
    if not named or any(start - 1 <= span[1] < start + 1 for start, _ in named):
        raise NotUnderstood(f"'{name}' is not understood. Leave it out, or say it otherwise.")
    return False


def _is_common(word: str) -> bool:
    """Whether it is a word of ordinary English: a frequent one, or a short one that is no abbreviation."""
    return word.lower() in common_words() or (len(word) < 5 and word[1:].islower())
