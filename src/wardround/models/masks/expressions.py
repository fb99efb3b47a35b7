"""What a grammar is made of: small frozen expressions, from which both the mask engine's text and our automaton come.

A `Term` is lexed as one piece (a string, a number, one of a list); inside it stand `Lit`, `Chars`, `Seq`, `Alt` and
`Repeat` alone. `Ref` names a rule, and is how a schema contains itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Lit:
    """Exactly this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of these ranges of code points, both ends included."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the vocabulary, by its id: a mark that no spelling replaces."""

    id: int


@dataclass(frozen=True, slots=True)
class Text:
    """Free text that holds none of the marks `without`; where `until` is given it ends with the first of that."""

    without: tuple[str, ...]
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other; empty: nothing."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """One of these."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`part` at least `least` and at most `most` times (None: without end).

    `exact`: the automaton counts to `most` too. Elsewhere it need not: how far the end is does not depend on it.
    """

    part: Expr
    least: int
    most: int | None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Members:
    """Members of an object in their order, each required or not, with `separator` between those that are there."""

    members: tuple[tuple[Expr, bool], ...]
    separator: str


@dataclass(frozen=True, slots=True)
class Term:
    """`part` as one piece for the lexer."""

    part: Expr


@dataclass(frozen=True, slots=True)
class Ref:
    """The rule of this name."""

    name: str


Expr: TypeAlias = Lit | Chars | Token | Text | Seq | Alt | Repeat | Members | Term | Ref

NOTHING = Seq(())
_TOP = 0x10FFFF


def optional(part: Expr) -> Expr:
    """`part` or nothing."""
    return Alt((part, NOTHING))


def but(*characters: str, above: int = 0x20) -> Chars:
    """Every character from `above` on but these; no surrogates."""
    out = sorted({*map(ord, characters), 0x7F})
    ranges, at = [], above
    for gap_from, gap_to in [*((c, c) for c in out), (0xD800, 0xDFFF)]:
        if at < gap_from:
            ranges.append((at, gap_from - 1))
        at = max(at, gap_to + 1)
    return Chars((*ranges, (at, _TOP)))


def listed(item: Expr, separator: str, least: int, most: int | None) -> Expr:
    """`item`s with a separator between them."""
    if most is not None and most < 1:
        return NOTHING
    more = Repeat(Seq((Lit(separator), item)), max(least - 1, 0), None if most is None else most - 1)
    some = Seq((item, more))
    return some if least > 0 else optional(some)
