"""Which characters of a passage met the question: runs of its words, and the numbers that it names."""

from __future__ import annotations

from collections.abc import Sequence

from wardround.search import Wanted, placed_words

Span = tuple[int, int]


def highlights(text: str, wanted: Sequence[Wanted]) -> tuple[Span, ...]:
    """Spans of the text, in order, apart from one another. Forms of several words count where they stand together."""
    placed = placed_words(text)
    forms = {form for one in wanted for form, _ in one.forms}
    longest = max(map(len, forms), default=0)
    spans: list[Span] = []
    at = 0
    while at < len(placed):
        length = next(
            (
                n
                for n in range(min(longest, len(placed) - at), 0, -1)
                if tuple(word for _, _, word in placed[at : at + n]) in forms
            ),
            0,
        )
        if length:
            spans.append((placed[at][0], placed[at + length - 1][1]))
        at += max(length, 1)
    return _joined(text, spans)


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans with nothing but a blank between them become one."""
    found: list[Span] = []
    for start, end in spans:
        if found and text[found[-1][1] : start].isspace():
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)
