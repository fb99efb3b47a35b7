"""A schema's `pattern` as an expression over the characters of a JSON string. What cannot be read is None: loosened.

Characters that JSON would have to escape are left out of classes; one that the pattern asks for by name is escaped.
"""

from __future__ import annotations

import json
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from re import error as BadPattern  # noqa: N812
from typing import Any

from wardround.models.masks.expressions import Alt, Chars, Expr, Lit, Repeat, Seq, but

ANY = but('"', "\\")
"""Any character that stands in a JSON string as itself."""
_CLASSES = {
    "CATEGORY_DIGIT": ((48, 57),),
    "CATEGORY_WORD": ((48, 57), (65, 90), (95, 95), (97, 122)),
    "CATEGORY_SPACE": ((32, 32),),
}
_MOST = 2_000
"""Characters and counted copies, all told; a larger pattern is loosened."""


def pattern(source: str) -> Expr | None:
    """The strings that `source` finds something in; None where it holds what we do not take (look-around, back references)."""
    try:
        tree = list(_parser.parse(source))
        starts = bool(tree) and _is_at(tree[0], ("AT_BEGINNING", "AT_BEGINNING_STRING"))
        ends = bool(tree) and _is_at(tree[-1], ("AT_END", "AT_END_STRING"))
        inner = tree[starts : len(tree) - ends if ends else None]
        found = _seq(inner)
        if _size(found) > _MOST:
            return None
    except (BadPattern, RecursionError, OverflowError, _NotTaken):
        return None
    free = Repeat(ANY, 0, None)
    return Seq((*(() if starts else (free,)), found, *(() if ends else (free,))))


class _NotTaken(Exception):
    """The pattern holds something that we do not read."""


def _is_at(item: Any, names: tuple[str, ...]) -> bool:
    return str(item[0]) == "AT" and str(item[1]) in names


def _seq(items: Any) -> Expr:
    return Seq(tuple(_item(str(kind), value) for kind, value in items))


def _item(kind: str, value: Any) -> Expr:
    if kind == "LITERAL":
        return _literal(value)
    if kind == "ANY":
        return ANY
    if kind == "NOT_LITERAL":
        return _inverse([(value, value)])
    if kind == "IN":
        return _class(value)
    if kind == "BRANCH":
        return Alt(tuple(_seq(branch) for branch in value[1]))
    if kind == "SUBPATTERN":
        if value[1] or value[2]:
            raise _NotTaken
        return _seq(value[3])
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, part = value
        return Repeat(_seq(part), least, None if most == code.MAXREPEAT else most, exact=True)
    raise _NotTaken


def _literal(point: int) -> Expr:
    if 0xD800 <= point <= 0xDFFF:
        raise _NotTaken
    written = json.dumps(chr(point), ensure_ascii=False)[1:-1]
    if written.startswith("\\u"):
        raise _NotTaken
    return Lit(written)


def _class(items: Any) -> Expr:
    ranges: list[tuple[int, int]] = []
    inverse = False
    for kind, value in items:
        if str(kind) == "NEGATE":
            inverse = True
        elif str(kind) == "LITERAL":
            ranges.append((value, value))
        elif str(kind) == "RANGE":
            ranges.append((value[0], value[1]))
        elif str(kind) == "CATEGORY":
            ranges += _category(str(value))
        else:
            raise _NotTaken
    if inverse:
        return _inverse(ranges)
    kept = _common(_merged(ranges), ANY.ranges)
    if not kept:
        raise _NotTaken
    return Chars(kept)


def _category(name: str) -> tuple[tuple[int, int], ...]:
    if name in _CLASSES:
        return _CLASSES[name]
    known = _CLASSES.get(name.replace("NOT_", ""))
    if known is None:
        raise _NotTaken
    return _inverse(list(known)).ranges


def _inverse(ranges: list[tuple[int, int]]) -> Chars:
    gaps, at = [], 0
    for low, high in _merged(ranges):
        gaps.append((at, low - 1))
        at = high + 1
    kept = _common(tuple(gap for gap in (*gaps, (at, 0x10FFFF)) if gap[0] <= gap[1]), ANY.ranges)
    if not kept:
        raise _NotTaken
    return Chars(kept)


def _merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _common(
    one: tuple[tuple[int, int], ...], other: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return tuple((low, high) for low, high in both if low <= high)


def _size(part: Expr) -> int:
    if isinstance(part, Seq | Alt):
        return sum(map(_size, part.parts)) + 1
    if isinstance(part, Repeat):
        return max(part.least, part.most or 0, 1) * _size(part.part)
    return len(part.text) if isinstance(part, Lit) else 1
