"""The base's own example answers and questions, by the keys of their words: read when the text, or whole sentences of it, are one of them.

They win over general reading only for what was asked, and only where no other polarity has the same words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

from wardround.language import tokens
from wardround.language.tokens import Part, Tokens, tokenise

if TYPE_CHECKING:
    from wardround.knowledge import KnowledgeBase

Example = Literal["yes", "no", "unsure"]
Examples = dict[tuple[str, ...], Example]
Learn = Callable[[str], tuple[Part, ...]]
SHORTEST: Final = 2
"""Keys that an example has at least: a bare `no` is an answer to anything."""
MOST_SENTENCES: Final = 6
_ENDS: Final = ".!?;\n…"
_NO: Final = ("no", "nope", "nah")


def examples_of(base: KnowledgeBase, words: dict[str, tuple[Part, ...]], learn: Learn) -> dict[str, Examples]:
    """For each finding what its example answers mean."""
    found: dict[str, Examples] = {}
    for finding in base.content.findings:
        means: dict[tuple[str, ...], set[Example]] = defaultdict(set)
        said: tuple[tuple[Example, tuple[str, ...]], ...] = (
            ("yes", finding.answers.yes),
            ("no", finding.answers.no),
            ("unsure", finding.answers.unsure),
        )
        for example, texts in said:
            for text in texts:
                said_so = tokenise(text, words, learn)
                means[_body(said_so, 0, len(said_so.keys))].add(example)
        found[finding.id] = {k: next(iter(v)) for k, v in means.items() if len(k) >= SHORTEST and len(v) == 1}
    return found


def questions_of(
    base: KnowledgeBase, words: dict[str, tuple[Part, ...]], learn: Learn
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What each of the base's questions asks about."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for finding in base.content.findings:
        body = tuple(tokenise(finding.ask, words, learn).keys)
        if len(body) >= SHORTEST and finding.kind != "measurement":
            found[body] = (*found.get(body, ()), finding.id)
    return found


def example_in(text: Tokens, examples: Examples | None) -> Example | None:
    """What the text means as one of these examples: the whole of it, or the longest run of its sentences that is one."""
    if not examples:
        return None
    size = len(text.keys)
    if (found := examples.get(_body(text, 0, size))) is not None or len(text.breaks) < 1:
        return found
    marks = (k for k in sorted(text.breaks) if 0 < k < size and text.breaks[k] in _ENDS)
    cuts = [0, *islice(marks, MOST_SENTENCES), size]
    for length in range(len(cuts) - 2, 0, -1):
        for n in range(len(cuts) - length):
            if text.breaks.get(cuts[n + length]) == "?":
                continue  # `Grunting? Not that I know of` asks itself
            if (found := examples.get(_body(text, cuts[n], cuts[n + length]))) is not None:
                return found
    return None


def _body(text: Tokens, first: int, end: int) -> tuple[str, ...]:
    """The keys of a stretch, `no` as an answer told from `not`; `yes` is in no keys anyway."""
    if first < end and text.flags[first] & tokens.NO and text.word(first).lower() in _NO:
        return ("no", *text.keys[first + 1 : end])
    return tuple(text.keys[first:end])
