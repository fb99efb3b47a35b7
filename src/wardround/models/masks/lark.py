"""Expressions as the text of a grammar for llguidance: rules for structure, terminals for what is lexed in one piece."""

from __future__ import annotations

import json
from collections.abc import Mapping

from wardround.models.masks.expressions import (
    Alt,
    Chars,
    Expr,
    Lit,
    Members,
    Ref,
    Repeat,
    Seq,
    Term,
    Text,
    Token,
)


def written(start: Expr, rules: Mapping[str, Expr]) -> str:
    """The grammar as text; equal expressions give equal text, everywhere."""
    writer = _Writer()
    body = writer.rule(start)
    named = [f"{name}: {writer.rule(part)}" for name, part in rules.items()]
    lines = ['%llguidance {"no_forcing": true}', f"start: {body}", *named, *writer.lines]
    return "\n".join(lines) + "\n"


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[tuple[str, str], str] = {}

    def rule(self, part: Expr) -> str:
        """`part` as the right side of a rule."""
        if isinstance(part, Lit):
            return json.dumps(part.text, ensure_ascii=False) if part.text else '""'
        if isinstance(part, Token):
            return f"<[{part.id}]>"
        if isinstance(part, Ref):
            return part.name
        if isinstance(part, Seq):
            return " ".join(self._inner(p) for p in part.parts) or '""'
        if isinstance(part, Alt):
            return self._alt(part)
        if isinstance(part, Repeat):
            return f"({self.rule(part.part)}){_times(part)}"
        if isinstance(part, Members):
            return self._members(part)
        if isinstance(part, Text):
            return self._text(part)
        return self._named("T", f"/{regex(part.part if isinstance(part, Term) else part)}/")

    def _inner(self, part: Expr) -> str:
        text = self.rule(part)
        return f"({text})" if isinstance(part, Alt | Members) and not text.endswith(")?") else text

    def _alt(self, part: Alt) -> str:
        ways = [p for p in part.parts if p != Seq(())]
        text = " | ".join(self._inner(p) for p in ways)
        return text if len(ways) == len(part.parts) else f"({text})?" if text else '""'

    def _members(self, part: Members) -> str:
        """The first member that is there, and then the rest, each with a separator before it."""
        between = json.dumps(part.separator, ensure_ascii=False)
        values = [self._named("m", self.rule(value)) for value, _ in part.members]
        rest = ['""'] * (len(values) + 1)
        for at in range(len(values) - 1, 0, -1):
            more = f"{between} {values[at]}" if part.members[at][1] else f"({between} {values[at]})?"
            rest[at] = self._named("r", more if rest[at + 1] == '""' else f"{more} {rest[at + 1]}")
        ways = []
        for at, (_, required) in enumerate(part.members):
            ways.append(f"{values[at]} {rest[at + 1]}" if rest[at + 1] != '""' else values[at])
            if required:
                return " | ".join(ways)
        return f"({' | '.join(ways)})?" if ways else '""'

    def _text(self, part: Text) -> str:
        bans = "|".join(_quoted(mark) for mark in part.without)
        without = f" & ~/(?s:.*)({bans})(?s:.*)/" if bans else ""
        if part.until is None:
            return self._named("T", f"/(?s:.*)/{without}")
        name = self._named("T", f"/(?s:.*){_quoted(part.until)}/{without}")
        return self._named("t", name, "[lazy]")

    def _named(self, kind: str, body: str, options: str = "") -> str:
        known = self._names.get((kind, body))
        if known is None:
            known = self._names[kind, body] = f"{kind}{len(self._names)}"
            self.lines.append(f"{known}{options}: {body}")
        return known


def _times(part: Repeat) -> str:
    if part.most is None:
        return {0: "*", 1: "+"}.get(part.least, f"{{{part.least},}}")
    return f"{{{part.least},{part.most}}}"


def regex(part: Expr) -> str:
    """What stands in a terminal, as a regular expression."""
    if isinstance(part, Lit):
        return _quoted(part.text)
    if isinstance(part, Chars):
        return "[" + "".join(f"{_point(low)}-{_point(high)}" for low, high in part.ranges) + "]"
    if isinstance(part, Seq):
        return "".join(f"({regex(p)})" if isinstance(p, Alt) else regex(p) for p in part.parts)
    if isinstance(part, Alt):
        return "|".join(regex(p) for p in part.parts)
    if isinstance(part, Repeat):
        return f"({regex(part.part)}){_times(part)}"
    raise TypeError(f"{type(part).__name__} does not stand in a terminal")


def _quoted(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else _point(ord(c)) for c in text)


def _point(point: int) -> str:
    return f"\\x{{{point:x}}}"
