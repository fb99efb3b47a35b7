"""What can be counted exactly of a claim and a sentence: shared words, numbers, negation, direction. The network's other input.

The order and number of the features belong to the shipped weights: change both together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from wardround.search import words

COUNT: Final = 16
_UP: Final = re.compile(
    r"^(?:increas|rais|rise|rising|elevat|enhanc|promot|activat|up-?regulat|induc|improv|accelerat|gain|higher|highest|high$|more$"
    r"|greater|longer|better|larger|positiv|stimulat|stabili|facilitat|strengthen|stronger|augment|boost|amplif|expan|grow|protect"
    r"|benefi|overexpress|hyper|enabl|allow|superior|favou?rabl|effectiv|sufficien|essential|requir|necessar|excess|caus|trigger)",
    re.I,
)
_DOWN: Final = re.compile(
    r"^(?:decreas|reduc|lower|lowest|low$|diminish|declin|impair|inhibit|suppress|down-?regulat|prevent|worsen|delay|los[st]|lose"
    r"|less$|fewer|smaller|shorter|poor|negativ|repress|destabili|block|weak|attenuat|abolish|contract|regress|fall|harm|detriment"
    r"|deplet|knock|deficien|absen|abrogat|disrupt|inferior|unfavou?rabl|ineffect|insufficien|dispensabl|hypo|limit|lack|resist)",
    re.I,
)
_NOT: Final = re.compile(
    r"\b(?:not|no|non|neither|nor|never|without|cannot|unable|fail(?:s|ed|ure)?|lacks?|lacking|unlikely|n't|none|nothing|independent(?:ly)?)\b",
    re.I,
)
_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_NEAR: Final = 4


class _Read:
    """One text, read once."""

    __slots__ = ("content", "directions", "negations", "numbers", "pieces")

    def __init__(self, text: str) -> None:
        self.content = frozenset(words(text))
        self.numbers = frozenset(n.replace(",", "").rstrip("0").rstrip(".") for n in _NUMBER.findall(text))
        self.negations = len(_NOT.findall(text))
        tokens = [m.group() for m in _WORD.finditer(text)]
        self.pieces = frozenset(
            token.lower()[k : k + 4] for token in tokens for k in range(max(1, len(token) - 3))
        )
        self.directions = tuple(
            (sign, token.lower()[:6], frozenset(words(" ".join(tokens[max(0, k - _NEAR) : k + _NEAR + 1]))))
            for k, token in enumerate(tokens)
            for sign in [1 if _UP.match(token) else -1 if _DOWN.match(token) else 0]
            if sign
        )


@lru_cache(maxsize=65_536)
def _read(text: str) -> _Read:
    return _Read(text)


def features(claim: str, sentence: str, place: float, title: bool) -> list[float]:
    """`place`: where the sentence stands in its document, 0 to 1."""
    c, s = _read(claim), _read(sentence)
    agree, oppose, same_word, other_word = _alignment(c, s)
    sign_c, sign_s = (float(max(-1, min(1, sum(d[0] for d in one.directions)))) for one in (c, s))
    not_c, not_s = float(c.negations > 0), float(s.negations > 0)
    return [
        _share(c.content, s.content),
        _share(s.content, c.content),
        _share(c.pieces, s.pieces),
        float(bool(c.numbers)),
        _share(c.numbers, s.numbers),
        float(bool(c.numbers - s.numbers) and bool(s.numbers)),
        sign_c * sign_s,
        agree,
        oppose,
        same_word,
        other_word,
        not_c,
        not_s,
        float(c.negations % 2 == s.negations % 2),
        place,
        float(title),
    ]


def _alignment(c: _Read, s: _Read) -> tuple[float, float, float, float]:
    """How far the directions that stand among the same words agree, and how far they are opposed."""
    agree = oppose = same = other = 0.0
    for sign, stem, near in c.directions:
        best = 0.0
        for sign_s, stem_s, near_s in s.directions:
            shared = len(near & near_s) / max(1, len(near))
            if shared > abs(best):
                best = shared * sign * sign_s
            if sign == sign_s and stem == stem_s:
                same = max(same, shared)
            elif sign != sign_s:
                other = max(other, shared)
        agree, oppose = max(agree, best), max(oppose, -best)
    return agree, oppose, same, other


def _share(of: frozenset[str], within: frozenset[str]) -> float:
    return len(of & within) / len(of) if of else 0.0


def whole(claim: str, sentences: Sequence[str]) -> list[float]:
    """Of a text as a whole: shares of the claim's words and pieces in what stands behind its first sentence, and in all of it;
    how many words the claim has."""
    c, (first, *others) = _read(claim), [_read(s) for s in sentences]
    rest = others or [first]
    content, pieces = (
        frozenset[str]().union(*sets) for sets in zip(*((s.content, s.pieces) for s in rest), strict=True)
    )
    return [
        _share(c.content, content),
        _share(c.pieces, pieces),
        _share(c.content, content | first.content),
        _share(c.pieces, pieces | first.pieces),
        float(len(c.content)),
    ]


def rows(claim: str, sentences: Sequence[str], title: bool) -> list[list[float]]:
    """The features of every sentence of a document; the first one is its title where `title` is said."""
    last = max(1, len(sentences) - 1)
    return [features(claim, s, k / last, title and k == 0) for k, s in enumerate(sentences)]
