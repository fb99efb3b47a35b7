"""Grammars as automata over bytes and marks, so that every state knows its shortest way to the end.

Nodes are numbers. A rule stands once, whoever refers to it: a reference is a call, with a return. Edges are of two kinds:
those on which one comes nearer to the end, which have no cycle within a rule, and loops, which only add.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wardround.models.errors import ModelRefused
from wardround.models.masks.expressions import (
    Alt,
    Chars,
    Expr,
    Lit,
    Members,
    Repeat,
    Seq,
    Term,
    Text,
    Token,
)

Bytes = tuple[tuple[int, int], ...]
_COUNTED = 64
_MOST_NODES = 500_000


Edge = tuple[int, int, int]


@dataclass
class Automaton:
    """`reads` and `loops`: bytes from, to, and the node after. `marks`: a token and the node after. `free` and `again`
    (a loop): nodes reached at once. `calls`: a rule's entry and where it returns to. `leaves`: where rules end.
    """

    size: int = 0
    reads: dict[int, list[Edge]] = field(default_factory=dict)
    loops: dict[int, list[Edge]] = field(default_factory=dict)
    marks: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    free: dict[int, list[int]] = field(default_factory=dict)
    again: dict[int, list[int]] = field(default_factory=dict)
    calls: dict[int, tuple[int, int]] = field(default_factory=dict)
    rules: dict[str, tuple[int, int]] = field(default_factory=dict)
    leaves: set[int] = field(default_factory=set)

    def add(self, start: Expr, rules: Mapping[str, Expr]) -> tuple[int, list[int]]:
        """A grammar's first node, and the first nodes of all rules that are new, itself last.

        A rule of a known name is taken to be the known one.
        """
        builder = _Builder(self)
        fresh = [name for name in rules if name not in self.rules]
        for name in fresh:
            self.rules[name] = (builder.node(), builder.leaf())
        for name in fresh:
            builder.add(rules[name], *self.rules[name])
        first = builder.node()
        builder.add(start, first, builder.leaf())
        return first, [*(self.rules[name][0] for name in fresh), first]


class _Builder:
    def __init__(self, made: Automaton) -> None:
        self.made = made
        self.left = _MOST_NODES

    def leaf(self) -> int:
        """A node at which a rule ends."""
        self.made.leaves.add(self.made.size)
        return self.node()

    def node(self) -> int:
        self.made.size += 1
        self.left -= 1
        if self.left < 0:
            raise ModelRefused("The grammar is too large to mask.", "Simplify the schemas.")
        return self.made.size - 1

    def read(self, at: int, byte: int, to: int) -> None:
        self.made.reads.setdefault(at, []).append((byte, byte, to))

    def go(self, at: int, to: int) -> None:
        self.made.free.setdefault(at, []).append(to)

    def add(self, part: Expr, at: int, to: int) -> None:
        """`part` from node `at` to node `to`."""
        if isinstance(part, Lit):
            self._word(part.text.encode(), at, to)
        elif isinstance(part, Chars):
            self._chars(part, at, to)
        elif isinstance(part, Token):
            self.made.marks.setdefault(at, []).append((part.id, to))
        elif isinstance(part, Seq):
            self._seq(part.parts, at, to)
        elif isinstance(part, Alt):
            self._alt(part, at, to)
        elif isinstance(part, Repeat):
            self._repeat(part, at, to)
        elif isinstance(part, Members):
            self._members(part, at, to)
        elif isinstance(part, Text):
            self._text(part, at, to)
        elif isinstance(part, Term):
            self.add(part.part, at, to)
        else:
            call = self._after(at)
            self.made.calls[call] = (self.made.rules[part.name][0], to)

    def _word(self, word: bytes, at: int, to: int) -> None:
        for byte in word[:-1]:
            after = self.node()
            self.read(at, byte, after)
            at = after
        if word:
            self.read(at, word[-1], to)
        else:
            self.go(at, to)

    def _chars(self, part: Chars, at: int, to: int) -> None:
        """By way of UTF-8."""
        rows = [row for low, high in part.ranges for row in utf8(low, high)]
        self._rows(rows, at, to, self.made.reads)

    def _rows(self, rows: list[Bytes], at: int, to: int, firsts: dict[int, list[Edge]]) -> None:
        """Rows of byte ranges from `at` to `to`; equal tails are shared. The first bytes go to `firsts`."""
        tails: dict[Bytes, int] = {(): to}
        for row in rows:
            step, edges = at, firsts
            for size, (first, last) in enumerate(row):
                rest = row[size + 1 :]
                if rest not in tails:
                    tails[rest] = self.node()
                known = edges.setdefault(step, [])
                if (first, last, tails[rest]) not in known:
                    known.append((first, last, tails[rest]))
                step, edges = tails[rest], self.made.reads

    def _seq(self, parts: tuple[Expr, ...], at: int, to: int) -> None:
        if not parts:
            self.go(at, to)
        for number, part in enumerate(parts):
            after = to if number == len(parts) - 1 else self.node()
            self.add(part, at, after)
            at = after

    def _alt(self, part: Alt, at: int, to: int) -> None:
        words = [p.text.encode() for p in part.parts if isinstance(p, Lit)]
        self._tree(sorted(set(words)), at, to)
        for way in part.parts:
            if not isinstance(way, Lit):
                inside = self.node()
                self.go(at, inside)
                self.add(way, inside, to)

    def _tree(self, words: list[bytes], at: int, to: int) -> None:
        """Words with their common beginnings shared."""
        nodes: dict[bytes, int] = {b"": self._after(at)} if words else {}
        for word in words:
            for size in range(1, len(word) + 1):
                if word[:size] not in nodes:
                    nodes[word[:size]] = self.node()
                    self.read(nodes[word[: size - 1]], word[size - 1], nodes[word[:size]])
            self.go(nodes[word], to)

    def _after(self, at: int) -> int:
        inside = self.node()
        self.go(at, inside)
        return inside

    def _repeat(self, part: Repeat, at: int, to: int) -> None:
        for _ in range(part.least):
            after = self.node()
            self.add(part.part, at, after)
            at = after
        if part.exact and part.most is not None and part.most <= _COUNTED:
            for _ in range(part.most - part.least):
                self.go(at, to)
                after = self.node()
                self.add(part.part, at, after)
                at = after
            self.go(at, to)
            return
        if part.most is not None and part.most <= part.least:
            self.go(at, to)
            return
        hub, body, done = self._after(at), self.node(), self.node()
        self.go(hub, to)
        self.made.again.setdefault(hub, []).append(body)
        self.add(part.part, body, done)
        self.go(done, to)
        self.made.again.setdefault(done, []).append(body)

    def _members(self, part: Members, at: int, to: int) -> None:
        """`none` has no member yet, `some` has, and needs a separator before the next."""
        none: int | None = self._after(at)
        some: int | None = None
        for value, required in part.members:
            begin, end = self.node(), self.node()
            if none is not None:
                self.go(none, begin)
            if some is not None:
                self._word(part.separator.encode(), some, begin)
            self.add(value, begin, end)
            if required:
                none = None
            elif some is not None:
                self.go(some, end)
            some = end
        for node in (none, some):
            if node is not None:
                self.go(node, to)

    def _text(self, part: Text, at: int, to: int) -> None:
        """Any text, marks watched for: reaching one that is not allowed leads nowhere, reaching `until` is the end."""
        until = part.until.encode() if part.until is not None else None
        marks = [mark.encode() for mark in part.without] + ([until] if until else [])
        inner = sorted({mark[:size] for mark in marks for size in range(len(mark))} | {b""})
        nodes = {seen: self.node() for seen in inner}
        self.go(at, nodes[b""])
        for seen, node in nodes.items():
            if until is None:
                self.go(node, to)
            steps = {seen_byte for mark in marks for seen_byte in mark}
            plain = [(byte, byte) for byte in sorted(steps)]
            for byte, _ in plain:
                after = _longest(seen + bytes([byte]), marks, inner)
                if after is not None and after == until:
                    self.read(node, byte, to)
                elif after is not None and after not in marks:
                    nearer = until is not None and _nearer(seen, after, until, byte)
                    rows = self.made.reads if nearer else self.made.loops
                    rows.setdefault(node, []).append((byte, byte, nodes[after]))
            for low, high in _others(steps):
                self.made.loops.setdefault(node, []).append((low, high, nodes[b""]))
            self._rows(_WIDE, node, nodes[b""], self.made.loops)


def _longest(seen: bytes, marks: list[bytes], inner: list[bytes]) -> bytes | None:
    """The longest end of `seen` that begins a mark (or is one)."""
    for at in range(len(seen) + 1):
        if seen[at:] in marks or seen[at:] in inner:
            return seen[at:]
    return None


def _nearer(seen: bytes, after: bytes, until: bytes, byte: int) -> bool:
    """Whether this byte goes on spelling `until`, and so has no way back."""
    return until.startswith(after) and len(after) > _common(seen, until) and after[-1] == byte


def _common(seen: bytes, until: bytes) -> int:
    return next(len(seen) - at for at in range(len(seen) + 1) if until.startswith(seen[at:]))


def _others(steps: set[int]) -> list[tuple[int, int]]:
    """One-byte characters that are in no mark."""
    ranges, at = [], 0
    for byte in sorted(steps):
        if at < byte:
            ranges.append((at, byte - 1))
        at = byte + 1
    return [*ranges, (at, 0x7F)] if at <= 0x7F else ranges


def utf8(low: int, high: int) -> list[tuple[tuple[int, int], ...]]:
    """The characters low..high as rows of byte ranges."""
    for limit in (0x7F, 0x7FF, 0xFFFF):
        if low <= limit < high:
            return utf8(low, limit) + utf8(limit + 1, high)
    if high <= 0x7F:
        return [((low, high),)]
    for bits in (6, 12, 18):
        block = (1 << bits) - 1
        if low >> bits == high >> bits:
            break
        if low & block:
            return utf8(low, low | block) + utf8((low | block) + 1, high)
        if high & block != block:
            return utf8(low, (high & ~block) - 1) + utf8(high & ~block, high)
    one, other = chr(low).encode(), chr(high).encode()
    return [tuple(zip(one, other, strict=True))]


_WIDE = [*utf8(0x80, 0xD7FF), *utf8(0xE000, 0x10FFFF)]
"""Characters of more than one byte."""
