"""The strings of a printed numpy array (`['One.' 'Two.']`), apart: evaluating it would join all of them into one."""

from __future__ import annotations

import ast
import re
from typing import Final

_LITERAL: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)


def strings_of(printed: str) -> tuple[str, ...]:
    """Every string in it, in order. Raises ValueError where one cannot be read."""
    return tuple(_read(literal) for literal in _LITERAL.findall(printed))


def _read(literal: str) -> str:
    if "\\" not in literal:
        return literal[1:-1]
    try:
        return str(ast.literal_eval(literal))
    except (ValueError, SyntaxError) as error:
        raise ValueError(f"{literal[:40]} is no string") from error
