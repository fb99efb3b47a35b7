"""Whether two claims may share a verdict: number, unit, sign, negation, drug, population, direction and every other word that
says something must be the same, in the same order. Two writings of one quantity, two names of one drug and plain synonyms are.

Nearness of meaning is the caller's affair and never overrides the guard. Stricter than what a passage must do to bear a
claim out: a miss costs a look-up, a false hit costs the truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.evidence.reading.clauses import PREFIX
from wardround.evidence.reading.quantities import folded
from wardround.evidence.reading.signs import signs
from wardround.evidence.reading.structure import Part, Structure, Token
from wardround.evidence.reading.word_lists import listed
from wardround.search.words import stem

Form = tuple[tuple[str, str], ...]
"""What a claim says, part by part: its kind and its key. Equal forms say the same."""
_SAYS_NOTHING: Final = listed("a an the of that is are be being been please")
_UP_DOWN: Final = {
    **dict.fromkeys(("increase", "increases", "increased", "raise", "raises", "raised"), "more so"),
    **dict.fromkeys(("decrease", "decreases", "decreased", "reduce", "reduces", "reduced"), "less so"),
}
_SMALL: Final = re.compile(r"[^\W\d_]+(?:'[^\W_]+)?")
_FIGURES: Final = re.compile(r"\d+")
SIGN: Final = "sign"
FIGURE: Final = "figure"


def form(structure: Structure) -> Form:
    """What it says. What stands first with a comma (`In adults, ...`) says the same as behind."""
    parts = sorted((*_tokens(structure), *_between(structure), *_as_written(structure)))
    prefix = PREFIX.match(structure.text)
    edge = prefix.end() if prefix is not None else 0
    rest = [(kind, key) for at, kind, key in parts if at >= edge]
    return (*rest, *((kind, key) for at, kind, key in parts if at < edge))


def differs(one: Structure, other: Structure) -> str | None:
    """What is not the same: the first part that differs, in words; None where both may share a verdict."""
    mine, its = form(one), form(other)
    if mine == its:
        return None
    for part in (
        Part.NEGATION,
        Part.QUANTITY,
        SIGN,
        FIGURE,
        Part.DRUG,
        Part.POPULATION,
        Part.ROUTE,
        Part.DIRECTION,
        Part.LIMIT,
        Part.NAME,
    ):
        if [key for kind, key in mine if kind == part] != [key for kind, key in its if kind == part]:
            return str(part)
    return "order" if sorted(mine) == sorted(its) else "word"


def _tokens(structure: Structure) -> Iterator[tuple[int, str, str]]:
    for token in structure.tokens:
        yield token.start, str(token.part), _key(token)


def _key(token: Token) -> str:
    """A negation and a limit are their own words: `cannot` is not `not`, `up to` is not `at least`."""
    if token.part in (Part.NEGATION, Part.LIMIT):
        return "not" if token.word in ("not", "isn't", "aren't", "don't", "doesn't") else token.word
    if token.part is Part.NAME:  # synonyms of a condition may be narrower or wider
        return " ".join(stem(w) for w in re.findall(r"[^\W_]+", token.word))
    if token.part is Part.POPULATION:
        return f"{token.key} {stem(token.word)}"
    return _UP_DOWN.get(token.word, token.key)


def _between(structure: Structure) -> Iterator[tuple[int, str, str]]:
    """The small words between the tokens: `by 5 mg` is not `to 5 mg`, `he` is not `she`."""
    low = folded(structure.text)
    for m in _SMALL.finditer(low):
        word = m.group()
        if any(t.start <= m.start() < t.end for t in structure.tokens) or word in _SAYS_NOTHING:
            continue
        yield m.start(), "small", word


def _as_written(structure: Structure) -> Iterator[tuple[int, str, str]]:
    """What no key tells: every sign, and every figure that is in no quantity and no word (`[75]`, the 2 of a name)."""
    text = structure.text
    aligned = len(folded(text)) == len(text)
    told = [(t.start, t.end) for t in structure.of(Part.QUANTITY)] if aligned else []
    words = [(t.start, t.end) for t in structure.of(Part.WORD)] if aligned else []
    for place, sign in signs(text, lambda at: any(a <= at < b for a, b in told)):
        yield place, SIGN, sign
    for m in _FIGURES.finditer(text):
        if not any(a <= m.start() and m.end() <= b for a, b in (*told, *words)):
            yield m.start(), FIGURE, m.group()
