"""A text cut into tokens: parallel lists of keys, offsets and flags, with the breaks of clause and sentence between.

Linear in the text. Whatever is neither word, number nor a mark that means something here (emoji, control
characters, lone surrogates) is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

PATTERN: Final = re.compile(
    r"[^\W\d_]+\d\w*"  # A1C, B12
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|\d+(?:[.,]\d+)*"
    r"|(?<=\d)[-–](?=\d)"
    r"|[.!?;,:()\n/%°<>≤≥=…]"
)
LONGEST_WORD: Final = 40

TOLERATED: Final = 1
SUBJECT: Final = 2
NUMBER: Final = 4
SYMPTOM: Final = 8
BODY: Final = 16
TIME: Final = 32
ALLERGY: Final = 64
MENDED: Final = 128
BREAK: Final = 256
PAST_VERB: Final = 512
SIGN: Final = 1024
"""A mark between numbers: / % ° < > = -"""
NO: Final = 2048
"""`no` and its kin as written, which may be an answer of their own."""
RELATIVE: Final = 4096
CHILD: Final = 8192

WEAK_BREAKS: Final = frozenset(",:()")
Part = tuple[str, int]
"""A key and its flags."""


@dataclass(slots=True)
class Tokens:
    """`breaks[i]` is the strongest mark before token i: one of `.!?;,:()` or a new line."""

    text: str
    keys: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    breaks: dict[int, str] = field(default_factory=dict)
    union: int = 0
    """All flags that occur, so that a reader may skip what cannot be there."""

    def word(self, i: int) -> str:
        """The i-th token as it was written."""
        return self.text[self.starts[i] : self.ends[i]]

    def crosses(self, first: int, last: int) -> bool:
        """Whether a sentence ends between two tokens."""
        return bool(self.breaks) and any(
            self.breaks.get(i, ",") not in WEAK_BREAKS for i in range(first + 1, last + 1)
        )


def tokenise(
    text: str, known: dict[str, tuple[Part, ...]], learn: Callable[[str], tuple[Part, ...]]
) -> Tokens:
    """Cut a text. `known` holds the parts of words seen before, `learn` makes those of a new one."""
    out = Tokens(text)
    keys, starts, ends, flags, breaks = out.keys, out.starts, out.ends, out.flags, out.breaks
    union = 0
    get = known.get
    for match in PATTERN.finditer(text):
        word = match.group()
        parts = get(word)
        if parts is None:
            parts = learn(word)
        for key, flag in parts:
            if flag == BREAK:
                at = len(keys)
                if breaks.get(at, ",") in WEAK_BREAKS:
                    breaks[at] = key
                continue
            start, end = match.span()
            keys.append(key)
            starts.append(start)
            ends.append(end)
            flags.append(flag)
            union |= flag
    out.union = union
    return out
