"""The base's own example answers and questions, by the keys of their words: read when the whole text is one of them.

They win over general reading only for what was asked, and only where no other polarity has the same words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
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
                means[_body(tokenise(text, words, learn))].add(example)
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
    """What the whole text means as one of these examples."""
    return examples.get(_body(text)) if examples else None


def _body(text: Tokens) -> tuple[str, ...]:
    """The keys, `no` as an answer told from `not`; `yes` is in no keys anyway."""
    if text.flags and text.flags[0] & tokens.NO and text.word(0).lower() in _NO:
        return ("no", *text.keys[1:])
    return tuple(text.keys)
