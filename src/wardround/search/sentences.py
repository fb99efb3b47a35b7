"""A text as pieces that are short enough to mean one thing: its sentences, long ones cut, tiny ones joined to the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_END: Final = re.compile(
    r"(?<=[.!?。！？;；])(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!al\.)\s+(?=[^\s])|\n+"
)
LONGEST: Final = 60
"""Words. Text without full stops is cut into runs of so many."""
SHORTEST: Final = 4


def sentences(text: str) -> tuple[str, ...]:
    """In order; nothing lost but blanks. None of an empty text."""
    found: list[str] = []
    waiting = ""
    for piece in _pieces(text):
        whole = f"{waiting} {piece}".strip()
        if len(whole.split()) < SHORTEST:
            waiting = whole
        else:
            found.append(whole)
            waiting = ""
    if waiting:
        found[-1:] = [f"{found[-1]} {waiting}"] if found else [waiting]
    return tuple(found)


def _pieces(text: str) -> Iterator[str]:
    for sentence in _END.split(text):
        said = sentence.split()
        cuts = -(-len(said) // LONGEST)
        for cut in range(cuts):
            yield " ".join(said[len(said) * cut // cuts : len(said) * (cut + 1) // cuts])
