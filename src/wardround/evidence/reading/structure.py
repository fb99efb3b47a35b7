"""What a statement is made of: names, quantities, directions, negations, populations and the other words, in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wardround.evidence.reading.quantities import amounts, folded
from wardround.evidence.reading.references import CITED, REFERENCE
from wardround.evidence.reading.terms import Terms
from wardround.evidence.reading.word_lists import (
    DIRECTIONS,
    LIMITS,
    NEGATIONS,
    POPULATIONS,
    ROUTES,
    SAME,
    SILENT,
)
from wardround.search.words import stem

_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W_]+)*|[<>]=?|[\u2264\u2265]|[^\W_]+")
_OR_EQUAL: Final = {"<=": "\u2264", ">=": "\u2265"}
_MARKUP: Final = re.compile(rf"{REFERENCE.pattern}|{CITED.pattern}")
"""What names a source. Any other words between brackets say something: `aspirin [75mg]`."""
_KEPT_APART: Final = frozenset({"with", "acute", "chronic", "non"})
_REMEMBERED: Final = 32_768


class Part(StrEnum):
    """What a token does in its statement."""

    QUANTITY = "quantity"
    DRUG = "drug"
    NAME = "name"
    NEGATION = "negation"
    LIMIT = "limit"
    DIRECTION = "direction"
    ROUTE = "route"
    POPULATION = "population"
    WORD = "word"


STRUCTURAL: Final = frozenset(Part) - {Part.WORD}


@dataclass(frozen=True, slots=True)
class Token:
    """`key` is what two writings of the same thing share; `word` is how it is written here."""

    key: str
    part: Part
    word: str
    start: int
    end: int
    axes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Structure:
    """A statement, taken apart."""

    text: str
    tokens: tuple[Token, ...]
    keys: frozenset[str]

    def of(self, *parts: Part) -> tuple[Token, ...]:
        """The tokens that do this."""
        return tuple(token for token in self.tokens if token.part in parts)


class Reader:
    """Takes statements apart with the names of one knowledge base; remembers what it read."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._known: dict[str, Structure] = {}

    def read(self, text: str) -> Structure:
        """The structure of any text."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[text] = self._read(text)
        return known

    def _read(self, text: str) -> Structure:
        low = folded(text)
        low = _MARKUP.sub(lambda m: " " * len(m.group()), low) if len(low) == len(text) else low
        taken = [False] * len(low)
        tokens: list[Token] = []
        for start, end, slug in self._terms.within(low):
            part = Part.DRUG if slug.startswith(("drug.", "class.", "allergy.")) else Part.NAME
            if low[start:end] not in POPULATIONS and (
                not re.search(r"\d", low[start:end]) or part is Part.DRUG
            ):
                tokens.append(Token(slug + _marked(low[start:end]), part, low[start:end], start, end))
                taken[start:end] = [True] * (end - start)
        for amount in amounts(low):
            if not any(taken[amount.start : amount.end]):
                tokens.append(
                    Token(
                        f"q {amount.key}",
                        Part.QUANTITY,
                        low[amount.start : amount.end],
                        amount.start,
                        amount.end,
                    )
                )
                taken[amount.start : amount.end] = [True] * (amount.end - amount.start)
        for m in _WORD.finditer(low):
            if not any(taken[m.start() : m.end()]):
                token = _word(m.group(), m.start(), m.end())
                if token is not None:
                    tokens.append(token)
        tokens.sort(key=lambda token: token.start)
        return Structure(text, tuple(tokens), frozenset(token.key for token in tokens))


def _marked(name: str) -> str:
    """What turns a name round from within: `migraine without aura` is not what `migraine with aura` is."""
    marks = [w for w in name.split() if w in NEGATIONS or w in _KEPT_APART]
    return "".join(f" {w}" for w in marks)


def _word(word: str, start: int, end: int) -> Token | None:
    if word in NEGATIONS or word.endswith("n't"):
        return Token("not", Part.NEGATION, word, start, end)
    if word in POPULATIONS:
        return Token(f"for {POPULATIONS[word]}", Part.POPULATION, word, start, end)
    if word in ROUTES:
        return Token(f"by {ROUTES[word]}", Part.ROUTE, word, start, end)
    word = _OR_EQUAL.get(word, word)
    axes = DIRECTIONS.get(word, ())
    key = SAME.get(word) or stem(word)
    if axes:
        return Token(key, Part.DIRECTION, word, start, end, axes)
    if word in LIMITS:
        return Token(f"limit {word}", Part.LIMIT, word, start, end)
    return None if word in SILENT else Token(key, Part.WORD, word, start, end)
