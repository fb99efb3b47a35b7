"""Cuts out of an expression what can never be finished, such as a node that must hold another of its kind."""

from __future__ import annotations

from collections.abc import Mapping

from wardround.models.masks.expressions import Alt, Expr, Members, Ref, Repeat, Seq, Term


def productive(start: Expr, rules: Mapping[str, Expr]) -> tuple[Expr, dict[str, Expr]] | None:
    """`start` and `rules` without dead ends; None where nothing of it can be finished."""
    alive: set[str] = set()
    while True:
        found = {name for name, part in rules.items() if name not in alive and _kept(part, alive) is not None}
        if not found:
            break
        alive |= found
    kept = _kept(start, alive)
    if kept is None:
        return None
    used = _reached(kept, rules, alive)
    return kept, {
        name: part for name in rules if name in used and (part := _kept(rules[name], alive)) is not None
    }


def _kept(part: Expr, alive: set[str]) -> Expr | None:
    if isinstance(part, Ref):
        return part if part.name in alive else None
    if isinstance(part, Seq):
        parts = [_kept(p, alive) for p in part.parts]
        return None if None in parts else Seq(tuple(p for p in parts if p is not None))
    if isinstance(part, Alt):
        ways = tuple(way for p in part.parts if (way := _kept(p, alive)) is not None)
        return Alt(ways) if ways else None
    if isinstance(part, Repeat):
        inner = _kept(part.part, alive)
        if inner is None:
            return None if part.least else Seq(())
        return Repeat(inner, part.least, part.most, part.exact)
    if isinstance(part, Members):
        members = []
        for value, required in part.members:
            inner = _kept(value, alive)
            if inner is None and required:
                return None
            if inner is not None:
                members.append((inner, required))
        return Members(tuple(members), part.separator)
    return part


def _reached(start: Expr, rules: Mapping[str, Expr], alive: set[str]) -> set[str]:
    reached: set[str] = set()
    todo = [start]
    while todo:
        part = todo.pop()
        if isinstance(part, Ref):
            if part.name not in reached:
                reached.add(part.name)
                todo.append(_kept(rules[part.name], alive) or Seq(()))
        elif isinstance(part, Seq | Alt):
            todo += part.parts
        elif isinstance(part, Repeat | Term):
            todo.append(part.part)
        elif isinstance(part, Members):
            todo += [value for value, _ in part.members]
    return reached
